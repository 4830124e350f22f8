//! Merge requests: reading them. What people do with them is in `changing` and `merging`.

pub(super) mod approving;
pub(super) mod changing;
pub(super) mod creating;
pub(super) mod merging;

use axum::extract::Path;
use serde_json::json;

use super::call::{Answer, Call, ok, projects_below};
use super::refused::Refused;
use crate::gitlab::world::{Access, Commit, MergeRequest, Project, World};

/// `GET /projects/:id/merge_requests`
pub(super) async fn list(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let found = narrowed(&call, world, &[project], "all")?;
        call.page(&found, |(project, mr)| shape.merge_request(project, mr))
    })
}

/// `GET /merge_requests`: those of the asker unless `scope` is `all`.
pub(super) async fn everywhere(call: Call) -> Answer {
    call.read(|world, shape| {
        let projects = world.projects.iter();
        let projects: Vec<&Project> = projects.filter(|p| world.sees(call.user.id, p)).collect();
        let found = narrowed(&call, world, &projects, "created_by_me")?;
        call.page(&found, |(project, mr)| shape.merge_request(project, mr))
    })
}

/// `GET /projects/:id/merge_requests/:merge_request_iid`
pub(super) async fn one(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mut body = shape.merge_request_alone(project, find(project, iid)?);
        let may = world.access_to(call.user.id, project) >= Some(Access::Developer);
        body["user"] = json!({ "can_merge": may });
        ok(body)
    })
}

/// `GET /groups/:id/merge_requests`
pub(super) async fn of_group(Path(id): Path<String>, call: Call) -> Answer {
    call.read(|world, shape| {
        let group = call.group(world, &id)?;
        let mut projects = projects_below(world, group);
        projects.retain(|project| world.sees(call.user.id, project));
        let found = narrowed(&call, world, &projects, "all")?;
        call.page(&found, |(project, mr)| shape.merge_request(project, mr))
    })
}

/// `GET /projects/:id/merge_requests/:merge_request_iid/pipelines`, the newest first.
pub(super) async fn pipelines(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let mr = find(project, iid)?;
        let pipelines = project.pipelines.iter().rev();
        let own = pipelines.filter(|pipeline| pipeline.merge_request_iid == Some(mr.iid));
        let own: Vec<_> = own.collect();
        call.page(&own, |pipeline| shape.pipeline(project, pipeline))
    })
}

pub(super) fn find(project: &Project, iid: u64) -> Result<&MergeRequest, Refused> {
    let mut all = project.merge_requests.iter();
    let found = all.find(|mr| mr.iid == iid);
    found.ok_or_else(|| Refused::not_found("Merge Request"))
}

/// `GET /projects/:id/merge_requests/:merge_request_iid/commits`, newest first.
pub(super) async fn commits(Path((id, iid)): Path<(String, u64)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let commits = commits_of(project, find(project, iid)?);
        call.page(&commits, |commit| shape.commit(project, commit))
    })
}

/// What the merge request brings to its target.
fn commits_of<'w>(project: &'w Project, mr: &MergeRequest) -> Vec<&'w Commit> {
    let merge = mr.merge_commit_sha.as_deref();
    let merge = merge.and_then(|sha| project.commit_named(sha));
    let target = match merge {
        Some(merge) => merge.parents.first(),
        None => project.branch(&mr.target_branch).map(|branch| &branch.sha),
    };
    let before = target.map_or("", String::as_str);
    project.between(before, &mr.last_commit.sha)
}

/// `GET /projects/:id/repository/commits/:sha/merge_requests`: those that brought the commit.
pub(super) async fn of_commit(Path((id, sha)): Path<(String, String)>, call: Call) -> Answer {
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        let commit = project.resolve(&sha);
        let commit = commit.ok_or_else(|| Refused::not_found("Commit"))?;
        let mut found: Vec<&MergeRequest> = project.merge_requests.iter().rev().collect();
        found.retain(|mr| {
            let own = [&mr.merge_commit_sha, &mr.squash_commit_sha];
            own.contains(&&Some(commit.sha.clone()))
                || commits_of(project, mr).iter().any(|c| c.sha == commit.sha)
        });
        call.page(&found, |mr| shape.merge_request(project, mr))
    })
}

type Found<'w> = Vec<(&'w Project, &'w MergeRequest)>;

fn narrowed<'w>(
    call: &Call,
    world: &'w World,
    projects: &[&'w Project],
    scope: &'static str,
) -> Result<Found<'w>, Refused> {
    let params = &call.params;
    let states = ["opened", "closed", "locked", "merged", "all"];
    let state = params
        .one_of("state", &states)?
        .filter(|state| *state != "all");
    let (source, target) = (params.text("source_branch"), params.text("target_branch"));
    let labels = params.many("labels");
    let iids = params.numbers("iids");
    let search = params.text("search").map(|text| text.to_lowercase());
    let milestone = params.text("milestone");
    // Nobody has the number 0, so an unknown name finds nothing.
    let person = |name: &str, id: &str| -> Result<Option<u64>, Refused> {
        let named = params.text(name);
        let named = named.map(|name| world.user_named(&name).map_or(0, |user| user.id));
        Ok(named.or(params.number(id)?))
    };
    let author = person("author_username", "author_id")?;
    let assignee = person("assignee_username", "assignee_id")?;
    let reviewer = person("reviewer_username", "reviewer_id")?;
    let reviews = |mr: &MergeRequest, id: u64| mr.reviewers.iter().any(|r| r.user_id == id);
    let scopes = ["all", "created_by_me", "assigned_to_me", "reviews_for_me"];
    let scope = params.one_of("scope", &scopes)?.unwrap_or(scope);
    let me = call.user.id;
    let draft = params
        .yes_no("draft")?
        .or(params.text("wip").map(|wip| wip == "yes"));
    let created = (
        params.time("created_after")?,
        params.time("created_before")?,
    );
    let updated = (
        params.time("updated_after")?,
        params.time("updated_before")?,
    );
    let merged = params.time("merged_after")?;
    let fits = |project: &Project, mr: &MergeRequest| {
        let titles = project.labels_of(&mr.label_ids);
        let in_milestone = |title: &String| {
            let mut known = project.milestones.iter();
            known.any(|m| m.title == *title && mr.milestone_id == Some(m.id))
        };
        state.is_none_or(|state| mr.state.name().0 == state)
            && source.as_ref().is_none_or(|name| mr.source_branch == *name)
            && target.as_ref().is_none_or(|name| mr.target_branch == *name)
            && iids.as_ref().is_none_or(|iids| iids.contains(&mr.iid))
            && author.is_none_or(|id| mr.author_id == id)
            && assignee.is_none_or(|id| mr.assignee_ids.contains(&id))
            && reviewer.is_none_or(|id| reviews(mr, id))
            && draft.is_none_or(|draft| mr.draft == draft)
            && match scope {
                "created_by_me" => mr.author_id == me,
                "assigned_to_me" => mr.assignee_ids.contains(&me),
                "reviews_for_me" => reviews(mr, me),
                _ => true,
            }
            && milestone.as_ref().is_none_or(in_milestone)
            && created.0.is_none_or(|after| mr.created_at >= after)
            && created.1.is_none_or(|before| mr.created_at <= before)
            && updated.0.is_none_or(|after| mr.updated_at >= after)
            && updated.1.is_none_or(|before| mr.updated_at <= before)
            && merged.is_none_or(|after| mr.merged_at >= Some(after))
            && labels.as_ref().is_none_or(|wanted| {
                let has = |title: &String| titles.iter().any(|label| label.title == *title);
                wanted.iter().all(has)
            })
            && search.as_ref().is_none_or(|text| {
                mr.title.to_lowercase().contains(text)
                    || mr.description.to_lowercase().contains(text)
            })
    };
    let mut found: Found<'_> = projects
        .iter()
        .flat_map(|project| project.merge_requests.iter().map(|mr| (*project, mr)))
        .filter(|(project, mr)| fits(project, mr))
        .collect();
    match params.one_of(
        "order_by",
        &["created_at", "updated_at", "merged_at", "title"],
    )? {
        Some("updated_at") => found.sort_by_key(|(_, mr)| (mr.updated_at, mr.id)),
        Some("merged_at") => found.sort_by_key(|(_, mr)| (mr.merged_at, mr.id)),
        Some("title") => found.sort_by(|one, other| one.1.title.cmp(&other.1.title)),
        _ => found.sort_by_key(|(_, mr)| (mr.created_at, mr.id)),
    }
    if params.one_of("sort", &["asc", "desc"])? != Some("asc") {
        found.reverse();
    }
    Ok(found)
}
