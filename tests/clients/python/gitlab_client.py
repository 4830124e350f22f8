"""Reads and writes every family of the GitLab sandbox's REST API through python-gitlab."""

import os

import gitlab
from gitlab.exceptions import (
    GitlabAuthenticationError,
    GitlabCreateError,
    GitlabGetError,
    GitlabHttpError,
    GitlabMRClosedError,
)

URL = os.environ["GITLAB_URL"]
FLAG = "integration_slack_app_notifications"
DEFINITION = f"config/feature_flags/development/{FLAG}.yml"

held: list[str] = []


def holds(name: str, claim: bool, seen: object = None) -> None:
    """Counts what held; the first thing that did not stops the script."""
    if not claim:
        raise SystemExit(f"python-gitlab: {name}: not so: {seen!r}")
    held.append(name)


def refused(name: str, kind: type, code: int, call) -> None:
    try:
        call()
    except kind as error:
        holds(name, error.response_code == code, error)
    else:
        raise SystemExit(f"python-gitlab: {name}: was not refused")


def as_user(name: str) -> gitlab.Gitlab:
    return gitlab.Gitlab(URL, private_token=f"glpat-demo-{name}", retry_transient_errors=False)


ana, ben, ops = as_user("ana"), as_user("ben"), as_user("ops")


def people() -> None:
    ana.auth()
    holds("auth", ana.user.username == "ana", ana.user)
    holds("version", ana.version()[0] != "unknown", ana.version())
    refused("no account", GitlabAuthenticationError, 401, lambda: as_user("eve").auth())
    [found] = ana.users.list(username="ben")
    holds("user", ana.users.get(found.id).name == "Ben Berger", found)
    group = ana.groups.get("gitlab-org")
    holds("group", group.full_path == "gitlab-org", group)
    subgroups = [one.full_path for one in group.subgroups.list()]
    holds("subgroups", "gitlab-org/security" in subgroups, subgroups)
    projects = [one.path_with_namespace for one in group.projects.list(include_subgroups=True, all=True)]
    holds("group projects", "gitlab-org/security/gitlab" in projects, projects)
    holds("groups", len(ana.groups.list(all=True)) >= 4)
    holds("namespace", ana.namespaces.get("gitlab-org").kind == "group")
    levels = {one.username: one.access_level for one in project().members_all.list(all=True)}
    holds("members", levels["ana"] == 40 and levels["ben"] == 30, levels)


def project(client: gitlab.Gitlab = ana):
    return client.projects.get("gitlab-org/gitlab")


def planning() -> None:
    app = project()
    holds("project by id", ana.projects.get(app.id).path_with_namespace == "gitlab-org/gitlab")
    holds("projects", [one.name for one in ana.projects.list(search="runner")] == ["GitLab Runner"])
    refused("no project", GitlabGetError, 404, lambda: ana.projects.get("gitlab-org/nothing"))
    label = app.labels.create({"name": "feature flag state::enabled", "color": "#009966"})
    holds("label", app.labels.get(label.id).name == label.name)
    refused("same label", GitlabCreateError, 409, lambda: app.labels.create({"name": "bug", "color": "#fff"}))
    [milestone] = app.milestones.list(title="15.8")
    holds("milestone", app.milestones.get(milestone.id).state == "active", milestone)
    group = ana.groups.get("gitlab-org")
    made = group.milestones.create({"title": "16.0", "due_date": "2027-05-20"})
    holds("group milestone", [one.id for one in group.milestones.list(title="16.0")] == [made.id])
    issue = app.issues.create({
        "title": "Flag changed", "description": "- [x] one\n- [ ] two", "labels": ["change", "bug"],
        "milestone_id": milestone.id, "assignee_ids": [ana.user.id],
    })
    holds("issue", sorted(issue.labels) == ["bug", "change"] and issue.milestone["title"] == "15.8", issue)
    holds("tasks", issue.task_completion_status == {"count": 2, "completed_count": 1})
    found = app.issues.list(labels=["change"], state="opened", created_after="2000-01-01T00:00:00Z")
    holds("issues by label", [one.iid for one in found] == [issue.iid], found)
    issue.add_labels, issue.remove_labels, issue.state_event = "feature flag", "bug", "close"
    issue.save()
    issue = app.issues.get(issue.iid)
    holds("closed", issue.state == "closed" and sorted(issue.labels) == ["change", "feature flag"], issue)
    holds("closed by", issue.attributes["closed_by"]["username"] == "ana", issue)
    holds("issues", issue.iid in [one.iid for one in ana.issues.list(scope="all", state="closed")])
    holds("group issues", issue.iid in [one.iid for one in group.issues.list(state="closed")])
    rollout = app.issues.get(381012)
    _, target = rollout.links.create({"target_project_id": app.id, "target_issue_iid": issue.iid})
    holds("link", target.iid == issue.iid, target)
    [linked] = rollout.links.list()
    holds("links", (linked.iid, linked.link_type) == (issue.iid, "relates_to"), linked)
    note = rollout.notes.create({"body": "Set to `25%` of actors"})
    note.body += " on production"
    note.save()
    holds("note", rollout.notes.get(note.id).body.endswith("on production"))
    holds("notes", [one.id for one in rollout.notes.list()] == [note.id])
    outside = ben.projects.get("gitlab-com/gl-infra/production")
    refused("a reporter starts no pipeline", GitlabCreateError, 403,
            lambda: outside.pipelines.create({"ref": "main"}))
    log = ops.projects.get("gitlab-com/gl-infra/feature-flag-log")
    holds("flag log", log.issues.list() == [])


def code() -> None:
    app = project()
    mr = app.mergerequests.get(98663)
    holds("merged", mr.state == "merged" and mr.merge_commit_sha and mr.squash_commit_sha is None, mr)
    holds("merge requests", mr.iid in [one.iid for one in app.mergerequests.list(state="merged")])
    holds("its commits", [one.title for one in mr.commits()] == [mr.title])
    note = mr.notes.create({"body": "Deployed"})
    holds("its note", mr.notes.get(note.id).author["username"] == "ana", note)
    commit = app.commits.get(mr.merge_commit_sha[:11])
    holds("commit", commit.id == mr.merge_commit_sha and len(commit.parent_ids) == 2, commit)
    refs = {(one["type"], one["name"]) for one in commit.refs(type="all")}
    holds("refs", refs == {("branch", "master"), ("branch", "15-8-auto-deploy-2023011203"),
                           ("branch", "deployment-status-widget"), ("branch", "webhook-jitter")}, refs)
    holds("branches", [one.name for one in app.branches.list(search="auto-deploy")]
          == ["15-8-auto-deploy-2023011203"])
    branch = app.branches.get("15-8-auto-deploy-2023011203")
    tag = app.tags.get("v15.7.3-ee")
    holds("tags", tag.name in [one.name for one in app.tags.list(search="^v15")])
    newer = [one.id for one in app.commits.list(ref_name=f"{tag.name}..{branch.name}", all=True)]
    holds("range", newer[0] == branch.commit["id"] and mr.merge_commit_sha in newer, newer)
    compared = app.repository_compare(tag.name, branch.name)
    holds("compare", [one["id"] for one in compared["commits"]] == newer[::-1], compared)
    base = app.repository_merge_base([tag.name, "master"])
    holds("merge base", base["id"] == tag.target, base)
    refused("no branch", GitlabGetError, 404, lambda: app.branches.get("nothing"))
    refused("no commit", GitlabGetError, 404, lambda: app.commits.get("0" * 40))
    definition = app.files.get(DEFINITION, ref="master").decode().decode()
    holds("file", f"name: {FLAG}" in definition and URL in definition, definition)
    raw = app.files.raw(DEFINITION, ref="master")
    holds("raw file", raw.decode() == definition)
    tree = app.repository_tree("config/feature_flags", recursive=True, get_all=True)
    holds("tree", DEFINITION in [one["path"] for one in tree], tree)
    paths = {one["path"] for one in app.search("blobs", FLAG)}
    holds("search", len(paths) == 3 and DEFINITION in paths, paths)


def deploying() -> None:
    app = project()
    environments = {one.name for one in app.environments.list(all=True)}
    wanted = {"dev", "staging", "staging-canary", "staging-ref", "pre", "ops", "canary", "production"}
    holds("environments", environments == wanted, environments)
    [newest] = app.deployments.list(environment="production", status="success", order_by="id",
                                    sort="desc", per_page=1, page=1)
    holds("deployment", app.deployments.get(newest.id).ref == "15-8-auto-deploy-2023011203", newest)
    [production] = app.environments.list(name="production")
    last = app.environments.get(production.id).last_deployment
    holds("last deployment", last["id"] == newest.id, last)
    pipeline = app.pipelines.create({"ref": "master", "variables": [{"key": "FLAG", "value": FLAG}]})
    holds("pipeline", app.pipelines.get(pipeline.id).source == "api", pipeline)
    holds("variables", [one.value for one in app.pipelines.get(pipeline.id).variables.list()] == [FLAG])
    triggered = app.trigger_pipeline("master", "glptt-demo", variables={"FLAG": FLAG})
    holds("triggered", app.pipelines.get(triggered.id).variables.list()[0].key == "FLAG", triggered)
    holds("pipelines", [one.id for one in app.pipelines.list()][:2] == [triggered.id, pipeline.id])


def rights() -> None:
    refused("a private project", GitlabGetError, 404, lambda: ben.projects.get("acquisitions/harbor"))
    harbor = ana.projects.get("acquisitions/harbor")
    level = harbor.permissions["group_access"]["access_level"]
    holds("permissions", level == 50, harbor.permissions)
    holds("a member", harbor.members_all.get(ana.user.id).access_level == 50)
    refused("no member", GitlabGetError, 404, lambda: harbor.members_all.get(102))
    mine = [one.path for one in ana.projects.list(membership=True, min_access_level=40, all=True)]
    holds("my projects", "harbor" in mine and "chatops" in mine, mine)
    holds("none of ben's", ben.projects.list(membership=True, min_access_level=40) == [])
    holds("found", [one.username for one in project().members_all.list(query="opsahl")] == ["ops"])
    ops.auth()
    holds("an administrator", ops.user.attributes.get("is_admin") is True, ops.user)


def commands() -> None:
    tracker = ana.projects.get("gitlab-com/gl-infra/production")
    names = [one.name for one in tracker.issue_templates.list()]
    holds("templates", names == ["Default", "incident"], names)
    holds("template", tracker.issue_templates.get("incident").content.startswith("## Current"))
    incident = tracker.issues.create({
        "title": "Checkout is down", "issue_type": "incident",
        "description": "It hangs\n\n/severity high\n/assign @ops",
    })
    incident = tracker.issues.get(incident.iid)
    holds("incident", (incident.severity, incident.description) == ("HIGH", "It hangs"), incident)
    holds("assigned", [one["username"] for one in incident.assignees] == ["ops"], incident)
    app = project()
    issue = app.issues.create({"title": "To be moved"})
    before = issue.iid
    issue.move(tracker.id)
    left = app.issues.get(before)
    holds("moved", (left.state, left.moved_to_id) == ("closed", issue.id), left)
    mr = app.mergerequests.list(state="opened", source_branch="deployment-status-widget")[0]
    mr = app.mergerequests.get(mr.iid)
    mr.approve(sha=mr.sha)
    approvals = mr.approvals.get()
    holds("approved", [one["user"]["username"] for one in approvals.approved_by] == ["ana"], approvals)
    mr.unapprove()
    mr.assignee_ids, mr.reviewer_ids = [ana.user.id], [ops.user.id]
    mr.save()
    holds("reviewers", [one["username"] for one in app.mergerequests.get(mr.iid).reviewers] == ["ops"])
    to_review = [one.iid for one in ana.mergerequests.list(scope="all", reviewer_username="ops")]
    holds("to review", mr.iid in to_review, to_review)
    refused("another commit", GitlabHttpError, 409,
            lambda: ana.http_put(f"/projects/{app.id}/merge_requests/{mr.iid}/merge", post_data={"sha": "0"}))
    mr.merge()
    holds("merged now", app.mergerequests.get(mr.iid).state == "merged")
    try:
        mr.merge()
    except GitlabMRClosedError as error:
        holds("merged before", error.response_code == 405, error)


def jobs() -> None:
    site = ana.projects.get("gitlab-com/www-gitlab-com")
    [newest] = site.deployments.list(environment="staging", status="success", per_page=1, page=1)
    pipeline = site.pipelines.get(newest.deployable["pipeline"]["id"])
    [waiting] = pipeline.jobs.list(scope=["manual"])
    site.jobs.get(waiting.id).play()
    deployed = site.deployments.list(environment="production", status="success")
    holds("deployed", [one.deployable["id"] for one in deployed] == [waiting.id], deployed)
    log = site.jobs.get(waiting.id).trace()
    holds("log", b"Job succeeded" in log, log)
    started = project().pipelines.create({"ref": "master"})
    started.cancel()
    holds("canceled", project().pipelines.get(started.id).status == "canceled")
    started.retry()
    holds("tried again", project().pipelines.get(started.id).status == "running")
    latest = project().pipelines.latest(ref="master")
    holds("latest", latest.id == started.id, latest)


def ticking() -> None:
    app = project()
    rollout = app.issues.get(381012)
    boxes = rollout.task_completion_status["count"]
    rollout.description = rollout.description.replace("- [ ]", "- [x]", 1)
    rollout.labels = [*rollout.labels, "rollout::running"]
    rollout.due_date = "2027-01-02"
    rollout.save()
    rollout = app.issues.get(381012)
    holds("ticked", rollout.task_completion_status == {"count": boxes, "completed_count": 1})
    holds("due", (rollout.due_date, rollout.labels) == ("2027-01-02", ["rollout::running"]), rollout)


def cleaning_up() -> None:
    app = project(ben)
    uses = {one["path"] for one in app.search("blobs", FLAG, ref="master", all=True)}
    last = {path: app.files.get(path, ref="master") for path in uses}
    kept = {path: "".join(line for line in file.decode().decode().splitlines(keepends=True) if FLAG not in line)
            for path, file in last.items()}
    actions = [{"action": "delete", "file_path": path} if path == DEFINITION else
               {"action": "update", "file_path": path, "content": kept[path],
                "last_commit_id": last[path].last_commit_id} for path in sorted(uses)]
    new = {"branch": "remove-flag", "start_branch": "master", "actions": actions,
           "commit_message": f"Remove {FLAG}\n\nChangelog: removed"}
    commit = app.commits.create(new)
    holds("commit made", app.branches.get("remove-flag").commit["id"] == commit.id, commit)
    holds("trailer", commit.trailers == {"Changelog": "removed"}, commit.trailers)
    refused("made once", GitlabCreateError, 400, lambda: app.commits.create(new))
    refused("protected", GitlabCreateError, 403,
            lambda: app.commits.create({**new, "branch": "master", "start_branch": "master"}))
    opened = {"source_branch": "remove-flag", "target_branch": "master", "title": f"Draft: Remove {FLAG}",
              "labels": ["feature flag"], "assignee_id": 102, "remove_source_branch": True}
    mr = app.mergerequests.create(opened)
    holds("opened", (mr.state, mr.draft, mr.sha) == ("opened", True, commit.id), mr)
    refused("opened once", GitlabCreateError, 409, lambda: app.mergerequests.create(opened))
    mr.title, mr.reviewer_ids = f"Remove {FLAG}", [105]
    mr.save()
    app.mergerequests.get(mr.iid).merge()
    holds("nothing left", app.search("blobs", FLAG) == [])
    refused("branch is gone", GitlabGetError, 404, lambda: app.branches.get("remove-flag"))
    branch = app.branches.create({"branch": "try-it", "ref": "master"})
    branch.delete()
    holds("no branch", app.branches.list(search="try-it") == [])


def pages() -> None:
    app = project()
    first = app.commits.list(per_page=2, page=1, iterator=True)
    holds("total", first.total is not None and first.per_page == 2 and first.next_page == 2)
    everything = [one.id for one in app.commits.list(per_page=2, all=True)]
    holds("every page", len(everything) == first.total == len(set(everything)), everything)


people()
planning()
code()
deploying()
rights()
commands()
jobs()
ticking()
cleaning_up()
pages()
print(f"python-gitlab {gitlab.__version__}: {len(held)} checks hold")
