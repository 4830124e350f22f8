// Reads and writes every family of the GitLab sandbox's REST API through @gitbeaker/rest.

import { createRequire } from "node:module";

const require = createRequire(process.env.CLIENTS + "/node/");
const { Gitlab } = require("@gitbeaker/rest");

const FLAG = "integration_slack_app_notifications";
const APP = "gitlab-org/gitlab";
const host = process.env.GITLAB_URL;
const ana = new Gitlab({ host, token: "glpat-demo-ana" });
let held = 0;

function holds(name, claim, seen) {
  if (!claim) {
    console.error(`gitbeaker: ${name}: not so: ${JSON.stringify(seen)}`);
    process.exit(1);
  }
  held += 1;
}

async function refused(name, status, call) {
  const error = await call().then(() => null, (error) => error);
  holds(name, error?.cause?.response?.status === status, String(error));
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// People and places.
const me = await ana.Users.showCurrentUser();
holds("user", me.username === "ana", me);
await refused("no account", 401, () => new Gitlab({ host, token: "x" }).Users.showCurrentUser());
const bens = await ana.Users.all({ username: "ben" });
holds("users", bens.length === 1 && (await ana.Users.show(bens[0].id)).username === "ben", bens);
const group = await ana.Groups.show("gitlab-org");
holds("group", group.full_path === "gitlab-org", group);
holds("subgroups", (await ana.Groups.allSubgroups("gitlab-org")).length === 1);
const below = await ana.Groups.allProjects("gitlab-org", { includeSubgroups: true });
holds("group projects", below.some((one) => one.path === "gitlab-runner"), below);
holds("namespace", (await ana.Namespaces.show("gitlab-com")).kind === "group");
const app = await ana.Projects.show(APP);
holds("project", (await ana.Projects.show(app.id)).path_with_namespace === APP, app);
await refused("no project", 404, () => ana.Projects.show("gitlab-org/nothing"));
const members = await ana.ProjectMembers.all(APP, { includeInherited: true });
holds("members", members.find((one) => one.username === "ana").access_level === 40, members);

// Planning.
const label = await ana.ProjectLabels.create(APP, "beaker", "#112233");
holds("labels", (await ana.ProjectLabels.all(APP, { search: "beaker" }))[0].id === label.id);
const [milestone] = await ana.ProjectMilestones.all(APP, { title: "15.8" });
holds("milestone", milestone.state === "active", milestone);
const issue = await ana.Issues.create(APP, "Flag deleted", { labels: "change,beaker", description: "x" });
holds("issue", same(issue.labels, ["beaker", "change"]), issue);
const edited = await ana.Issues.edit(APP, issue.iid, { addLabels: "done", stateEvent: "close" });
holds("closed", edited.state === "closed" && edited.labels.includes("done"), edited);
const closed = await ana.Issues.all({ projectId: APP, labels: "done", state: "closed" });
holds("issues", same(closed.map((one) => one.iid), [issue.iid]), closed);
await ana.IssueLinks.create(APP, 381012, APP, issue.iid);
const links = await ana.IssueLinks.all(APP, 381012);
holds("links", links.some((one) => one.iid === issue.iid), links);
const note = await ana.IssueNotes.create(APP, 381012, "Deleted on staging");
await ana.IssueNotes.edit(APP, 381012, note.id, { body: "Deleted on `staging`" });
const notes = await ana.IssueNotes.all(APP, 381012);
holds("notes", notes[0].body === "Deleted on `staging`", notes);

// Code.
const mr = await ana.MergeRequests.show(APP, 98663);
holds("merged", mr.state === "merged" && mr.merge_commit_sha.length === 40, mr);
const merged = await ana.MergeRequests.all({ projectId: APP, state: "merged" });
holds("merge requests", merged.some((one) => one.iid === 98663), merged);
await ana.MergeRequestNotes.create(APP, 98663, "Deployed");
const refs = await ana.Commits.allReferences(APP, mr.merge_commit_sha, { type: "branch" });
holds("refs", refs.some((one) => one.name === "15-8-auto-deploy-2023011203"), refs);
const branches = await ana.Branches.all(APP, { search: "^15-8" });
holds("branches", branches.length === 1 && branches[0].commit.id.length === 40, branches);
const tag = await ana.Tags.show(APP, "v15.7.3-ee");
const compared = await ana.Repositories.compare(APP, tag.target, branches[0].name);
holds("compare", compared.commits.some((one) => one.id === mr.merge_commit_sha), compared);
const base = await ana.Repositories.mergeBase(APP, [tag.name, "master"]);
holds("merge base", base.id === tag.target, base);
const commits = await ana.Commits.all(APP, { refName: branches[0].name, perPage: 2 });
holds("commits", commits.at(-1).id === tag.target, commits);
const path = `config/feature_flags/development/${FLAG}.yml`;
const raw = await ana.RepositoryFiles.showRaw(APP, path, "master");
const text = typeof raw === "string" ? raw : await raw.text();
holds("raw file", text.includes(`name: ${FLAG}`), text);
const found = await ana.Search.all("blobs", FLAG, { projectId: APP });
holds("search", found.some((one) => one.path === path), found);

// Deploying.
const [deployment] = await ana.Deployments.all(APP, {
  environment: "canary", status: "success", orderBy: "id", sort: "desc", perPage: 1, maxPages: 1,
});
holds("deployment", deployment.sha === branches[0].commit.id, deployment);
holds("environments", (await ana.Environments.all(APP)).length === 8);
const pipeline = await ana.Pipelines.create(APP, "master", {
  variables: [{ key: "FLAG", value: FLAG }],
});
holds("pipeline", (await ana.Pipelines.show(APP, pipeline.id)).source === "api", pipeline);
const variables = await ana.Pipelines.allVariables(APP, pipeline.id);
holds("variables", variables[0].value === FLAG, variables);
const started = await ana.PipelineTriggerTokens.trigger(APP, "master", "glptt-demo", {
  variables: { FLAG },
});
const kept = await ana.Pipelines.allVariables(APP, started.id);
holds("triggered", same(kept.map((one) => [one.key, one.value]), [["FLAG", FLAG]]), kept);

// Cleaning up after a rollout.
const ben = new Gitlab({ host, token: "glpat-demo-ben" });
const ticked = await ana.Issues.edit(APP, 381012, { description: "- [x] one\n- [ ] two" });
holds("ticked", ticked.task_completion_status.completed_count === 1, ticked);
const definition = await ben.RepositoryFiles.show(APP, path, "master");
const removed = await ben.Commits.create(APP, "remove-flag", "Remove the flag\n\nChangelog: removed", [
  { action: "delete", filePath: path, lastCommitId: definition.last_commit_id },
], { startBranch: "master" });
holds("removed", removed.trailers.Changelog === "removed", removed);
const cleanup = await ben.MergeRequests.create(APP, "remove-flag", "master", "Remove the flag", {
  labels: "feature flag", assigneeId: me.id, removeSourceBranch: true,
});
holds("opened", cleanup.sha === removed.id && cleanup.assignees[0].username === "ana", cleanup);
await refused("opened once", 409, () => ben.MergeRequests.create(APP, "remove-flag", "master", "Again"));
await ana.MergeRequests.merge(APP, cleanup.iid);
const left = await ana.Search.all("blobs", FLAG, { projectId: APP });
holds("cleaned up", left.length === 2 && left.every((one) => one.path !== path), left);
await refused("branch is gone", 404, () => ana.Branches.show(APP, "remove-flag"));
await ben.Branches.create(APP, "try-it", "master");
await ben.Branches.remove(APP, "try-it");
const freeze = await ana.FreezePeriods.create(APP, "0 23 * * 5", "0 8 * * 1", { cronTimezone: "UTC" });
holds("freeze", same((await ana.FreezePeriods.all(APP)).map((one) => one.id), [freeze.id]), freeze);
await ana.FreezePeriods.remove(APP, freeze.id);

// Rights.
await refused("a private project", 404, () => ben.Projects.show("acquisitions/harbor"));
const harbor = await ana.Projects.show("acquisitions/harbor");
holds("permissions", harbor.permissions.group_access.access_level === 50, harbor);
const mine = await ana.Projects.all({ membership: true, minAccessLevel: 50, simple: true });
holds("my projects", same(mine.map((one) => one.path), ["harbor"]), mine);

// What commands do.
const moving = await ana.Issues.create(APP, "To be moved");
const moved = await ana.Issues.move(APP, moving.iid, harbor.id);
holds("moved", moved.project_id === harbor.id && moved.title === "To be moved", moved);
const [open] = await ana.MergeRequests.all({ projectId: APP, sourceBranch: "deployment-status-widget" });
const approved = await ana.MergeRequestApprovals.approve(APP, open.iid, { sha: open.sha });
holds("approved", approved.approved_by[0].user.username === "ana", approved);
await refused("another commit", 409, () => ana.MergeRequests.merge(APP, open.iid, { sha: "0" }));
const mergedNow = await ana.MergeRequests.merge(APP, open.iid, { sha: open.sha });
holds("merged now", mergedNow.state === "merged", mergedNow);
const toDo = await ana.TodoLists.all({ state: "pending" });
holds("to do", toDo.some((one) => one.target_type === "Issue"), toDo);
const failing = await ana.Pipelines.create(APP, "master");
await ana.Pipelines.cancel(APP, failing.id);
const canceled = await ana.Jobs.all(APP, { pipelineId: failing.id, scope: "canceled" });
holds("canceled", canceled.length === 2, canceled);
const again = await ana.Jobs.retry(APP, canceled[0].id);
holds("tried again", again.status === "created" && again.name === canceled[0].name, again);
const log = await ana.Jobs.showLog(APP, canceled[1].id);
holds("log", typeof log === "string" && log.includes("Job canceled"), log);
const site = "gitlab-com/www-gitlab-com";
const [waiting] = await ana.Jobs.all(site, { scope: "manual" });
await ana.Jobs.play(site, waiting.id);
const shipped = await ana.Deployments.all(site, { environment: "production", status: "success" });
holds("deployed", same(shipped.map((one) => one.deployable.id), [waiting.id]), shipped);
const templates = await ana.ProjectTemplates.all("gitlab-com/gl-infra/production", "issues");
holds("templates", same(templates.map((one) => one.key), ["Default", "incident"]), templates);

console.log(`gitbeaker: ${held} checks hold`);
