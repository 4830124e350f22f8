"""Reports errors to the sandbox's Sentry through Sentry's own kit, and asks for them again."""

import hashlib
import hmac
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import sentry_sdk
from sentry_sdk.feature_flags import add_feature_flag

BASE = os.environ["GITLAB_URL"] + "/-/sentry"
KEY = "5160a1b05160a1b05160a1b05160a1b0"

held: list[str] = []


def holds(name: str, claim: bool, seen: object = None) -> None:
    """Counts what held; the first thing that did not stops the script."""
    if not claim:
        raise SystemExit(f"sentry: {name}: not so: {seen!r}")
    held.append(name)


def call(path: str, *, token: str = "demo-sentry-token", body: object = None, headers: dict | None = None):
    data = None if body is None else (body if isinstance(body, bytes) else json.dumps(body).encode())
    request = urllib.request.Request(f"{BASE}/{path}", data=data, headers=headers or {})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if data is not None:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return answer.status, json.loads(text or b"null"), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null"), error.headers


def ask(what: str, **params):
    query = urllib.parse.urlencode(params, doseq=True)
    return call(f"api/0/organizations/demo/{what}/?{query}")


def reporting() -> None:
    dsn = BASE.replace("http://", f"http://{KEY}@") + "/1"
    sentry_sdk.init(dsn, release="signalbox@1.2.0", environment="production", default_integrations=False)
    for number in range(6):
        with sentry_sdk.isolation_scope() as scope:
            scope.set_user({"id": number % 3})
            scope.set_tag("project", "acme/shop")
            scope.set_tag("delivery", f"dlv_{number}")
            add_feature_flag("a_flag", number % 2 == 0)
            try:
                raise LookupError(f"channel {number} is gone")
            except LookupError as error:
                sentry_sdk.capture_exception(error)
    sentry_sdk.capture_message("no worker is left", level="warning")
    sentry_sdk.flush(timeout=20)
    stranger = call(f"api/1/envelope/?sentry_key={'0' * 32}", token="", body=b"{}\n")
    holds("stranger", stranger[0] == 403 and "ProjectId" in stranger[1]["detail"], stranger)
    holds("no key", call("api/1/envelope/", token="", body=b"{}\n")[0] == 401)


def issues() -> None:
    status, found, _ = ask("issues", query='is:unresolved flags["a_flag"]:true', project=1)
    holds("issue", status == 200 and len(found) == 1, found)
    [issue] = found
    holds("title", issue["title"].startswith("LookupError: channel "), issue)
    holds("counts", (issue["count"], issue["userCount"]) == ("6", 3), issue)
    holds("filtered", (issue["filtered"]["count"], issue["filtered"]["userCount"]) == ("3", 3), issue)
    holds("short id", issue["shortId"] == "SIGNALBOX-1", issue)
    holds("both", len(ask("issues", query="", sort="new")[1]) == 2)
    holds("words", len(ask("issues", query="worker level:warning !has:delivery")[1]) == 1)
    holds("new", ask("issues", query="firstSeen:>2200-01-01T00:00:00")[1] == [])
    holds("elsewhere", ask("issues", query="", environment="staging")[1] == [])
    status, page, headers = ask("issues", query="", limit=1)
    holds("page", len(page) == 1 and 'rel="next"; results="true"; cursor="0:1:0"' in headers["Link"], headers["Link"])
    status, page, headers = ask("issues", query="", limit=1, cursor="0:1:0")
    holds("last page", len(page) == 1 and 'rel="next"; results="false"' in headers["Link"], headers["Link"])


def events() -> None:
    counts = {"field": ["count()", "count_unique(user)"], "dataset": "errors", "statsPeriod": "90d"}
    status, table, _ = ask("events", query='flags["a_flag"]:true', **counts)
    holds("treatment", table["data"] == [{"count()": 3, "count_unique(user)": 3}], table)
    holds("meta", table["meta"]["fields"] == {"count()": "integer", "count_unique(user)": "integer"}, table)
    status, table, _ = ask("events", query='flags["a_flag"]:false release:signalbox@1.*', **counts)
    holds("control", table["data"][0]["count()"] == 3, table)
    status, table, _ = ask("events", query="level:error OR level:warning", dataset="errors", field=["level", "count()"], sort="-count()")
    holds("groups", table["data"] == [{"level": "error", "count()": 6}, {"level": "warning", "count()": 1}], table)
    status, chart, _ = ask("events-timeseries", dataset="errors", yAxis="count()", interval="86400", statsPeriod="90d")
    values = chart["timeSeries"][0]["values"]
    holds("chart", sum(value["value"] for value in values) == 7 and values[-1]["incomplete"], chart)


def refusals() -> None:
    for name, answer, status, words in [
        ("no token", call("api/0/organizations/demo/issues/", token=""), 401, "not provided"),
        ("bad token", call("api/0/organizations/demo/issues/", token="x"), 401, "Invalid token"),
        ("scope", call("api/0/organizations/demo/issues/", token="demo-sentry-ci-token"), 403, "permission"),
        ("organization", call("api/0/organizations/acme/issues/"), 404, "does not exist"),
        ("parameter", ask("issues", colour="red"), 400, "colour"),
        ("search", ask("issues", query="is:lovely"), 400, "Error parsing search query"),
        ("project", ask("issues", project="signalbox"), 400, "Values must be numbers"),
        ("dataset", ask("events", dataset="spans", field="count()"), 400, "dataset"),
        ("field", ask("events", dataset="errors", field="p95(x)"), 400, "p95"),
        ("times", ask("events", dataset="errors", field="count()", start="2026-11-20T09:00:00"), 400, "required"),
        ("limit", ask("issues", limit="1000"), 400, "between 1 and 100"),
    ]:
        holds(name, answer[0] == status and words in answer[1]["detail"], answer)


def changes() -> None:
    deploys = "api/0/organizations/demo/releases/signalbox@1.2.0/deploys/"
    status, made, _ = call(deploys, body={"environment": "production"}, token="demo-sentry-ci-token")
    holds("deploy", status == 201 and made["environment"] == "production", made)
    holds("no release", call(deploys.replace("1.2.0", "9"), body={"environment": "x"})[0] == 404)
    change = {
        "action": "updated",
        "change_id": 7,
        "created_at": "2026-11-20T09:00:00Z",
        "created_by": {"id": "ana@example.com", "type": "email"},
        "flag": "a_flag",
    }
    body = json.dumps({"data": [change], "meta": {"version": 1}}).encode()
    hook = "webhooks/flags/organization/demo/provider/generic/"
    signature = hmac.new(b"demo-sentry-flag-secret", body, hashlib.sha256).hexdigest()
    told = call(hook, token="", body=body, headers={"X-Sentry-Signature": signature})
    holds("flag change", told[:2] == (200, None), told)
    holds("unsigned", call(hook, token="", body=body)[0] == 401)
    log = call("api/0/organizations/demo/flags/logs/")[1]["data"]
    holds("flag log", [one["flag"] for one in log] == ["a_flag"], log)


for family in (reporting, issues, events, refusals, changes):
    family()
print(f"sentry: {len(held)} claims held")
