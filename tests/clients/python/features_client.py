"""`python-gitlab` against the Features and integrations APIs of a service at SERVICE_URL."""

import os

import gitlab

from checks import Checks

checks = Checks(f"python-gitlab {gitlab.__version__}")
URL = os.environ["SERVICE_URL"]


def client(token: str | None, url: str = URL) -> gitlab.Gitlab:
    return gitlab.Gitlab(url, private_token=token, retry_transient_errors=False)


def refused(call, *arguments, **options) -> gitlab.GitlabError:
    try:
        call(*arguments, **options)
    except gitlab.GitlabError as error:
        return error
    raise SystemExit(f"not refused: {call} {arguments} {options}")


def gates(feature) -> dict:
    return {gate["key"]: gate["value"] for gate in feature.gates}


gl = client("admin-secret")
checks.holds("nothing is stored at first", gl.features.list(get_all=True) == [])

feature = gl.features.set("tidy_sidebar", True)
checks.holds("a flag is enabled", feature.state == "on" and gates(feature) == {"boolean": True}, feature)
checks.holds("with its definition", feature.definition["group"] == "group::editor", feature)
feature = gl.features.set("tidy_sidebar", False)
checks.holds("and disabled", feature.state == "off" and gates(feature) == {"boolean": False}, feature)
feature = gl.features.set("tidy_sidebar", 25)
checks.holds("a number is a percentage of time", gates(feature)["percentage_of_time"] == 25.0, feature)
feature = gl.features.set("tidy_sidebar", 40, key="percentage_of_actors")
checks.holds("or of actors", gates(feature)["percentage_of_actors"] == 40.0, feature)
checks.holds("as a float", type(gates(feature)["percentage_of_actors"]) is float)
feature = gl.features.set("tidy_sidebar", True, user="7,8", group="9", project="12")
named = ["Group:9", "Project:12", "User:7", "User:8"]
checks.holds("several targets at once", gates(feature)["actors"] == named, feature)
feature = gl.features.set("tidy_sidebar", True, feature_group="gitlab_team_members")
checks.holds("a feature group", gates(feature)["groups"] == ["gitlab_team_members"], feature)
feature = gl.features.set("tidy_sidebar", "opt_out", user="7")
checks.holds("an opt-out", "User:7:opt_out" in gates(feature)["actors"], feature)
checks.holds("one flag is stored", [one.name for one in gl.features.list(get_all=True)] == ["tidy_sidebar"])

for value, options, status, word in [
    ("maybe", {}, 400, "not a percentage"),
    (5, {"project": "12"}, 400, "true, false, opt_out or remove_opt_out"),
    (101, {}, 400, "not a percentage"),
    (True, {"user": "7"}, 400, "has opted out"),
    (True, {"project": "acme/web"}, 400, "acme/web"),
    (True, {"key": "percentage_of_actors", "user": "8"}, 400, "mutually exclusive"),
]:
    error = refused(gl.features.set, "tidy_sidebar", value, **options)
    checks.holds(f"{value} {options} is refused", error.response_code == status and word in error.error_message, error)
error = refused(gl.features.set, "tidy_sidebra", True)
checks.holds("an unknown name brings those near it", "did you mean tidy_sidebar?" in error.error_message, error)
checks.holds("unless it is forced", gl.features.set("brand_new", True, force=True).definition is None)

for token, url, status in [(None, URL, 401), ("wrong", URL, 401), ("shop-secret", URL, 403)]:
    error = refused(client(token, url).features.list, get_all=True)
    checks.holds(f"{token} is refused", error.response_code == status, error)

gl.features.delete("tidy_sidebar")
gl.features.delete("tidy_sidebar")
checks.holds("a flag is forgotten, twice", [one.name for one in gl.features.list(get_all=True)] == ["brand_new"])

staging = client("admin-secret", f"{URL}/environments/staging")
staging.features.set("tidy_sidebar", True)
checks.holds("another environment has flags of its own", len(staging.features.list(get_all=True)) == 1)

project = gl.projects.get("acme/web", lazy=True)
checks.holds("nothing is set up at first", project.integrations.list(get_all=True) == [])
webhook = "https://hooks.slack.com/services/T1/B1/secret"
project.integrations.update("slack", {"webhook": webhook, "push_channel": "#old"})
project.integrations.update("gitlab-slack-application", {"push_channel": "#new", "issues_events": False})
old = project.integrations.get("slack")
checks.holds("the old integration is shown", old.active and old.properties["push_channel"] == "#old", old)
checks.holds("without its secret", "secret" not in str(old.attributes))
app = project.integrations.get("gitlab-slack-application")
checks.holds("and the app's", app.properties["push_channel"] == "#new" and not app.issues_events, app)
checks.holds("both by the older name", len(project.services.list(get_all=True)) >= 1)
error = refused(project.integrations.update, "slack", {"webhook": "ftp://x"})
checks.holds("a wrong value is refused", error.response_code == 400, error)
project.integrations.delete("slack")
checks.holds("a reset one is off", not project.integrations.get("slack").active)
error = refused(project.integrations.get, "discord")
checks.holds("others are not there", error.response_code == 404, error)

checks.report()
