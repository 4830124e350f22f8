//! Opening a merge request.

use axum::extract::Path;

use super::changing::people;
use crate::gitlab::acts::merge_requests::{self as acts, New};
use crate::gitlab::acts::quick_actions;
use crate::gitlab::http::rest::call::{Answer, Call, created};
use crate::gitlab::http::rest::refused::Refused;
use crate::gitlab::world::{Access, Commit, MergeRequestState, Project};

const LONGEST_TITLE: usize = 255;

/// `POST /projects/:id/merge_requests`
pub(in super::super) async fn create(Path(id): Path<String>, call: Call) -> Answer {
    let (new, actions) = wanted(&call)?;
    let opened = call.change(&id, |scene| {
        call.needs(scene.world, scene.project(), Access::Developer)?;
        let last_commit = is_possible(scene.project(), &new)?;
        let opened = acts::create(scene, new, last_commit);
        if !actions.is_empty() {
            quick_actions::on_merge_request(scene, opened.clone(), &actions);
        }
        Ok(opened.iid)
    });
    let iid = opened.await?;
    call.read(|world, shape| {
        let project = call.project(world, &id)?;
        created(shape.merge_request_alone(project, super::find(project, iid)?))
    })
}

fn wanted(call: &Call) -> Result<(New, Vec<quick_actions::Action>), Refused> {
    let params = &call.params;
    let (source, target) = (
        params.required("source_branch")?,
        params.required("target_branch")?,
    );
    let title = params.required("title")?.trim().to_owned();
    if title.is_empty() {
        return Err(Refused::invalid("title", "can't be blank"));
    }
    if LONGEST_TITLE < title.chars().count() {
        let problem = "is too long (maximum is 255 characters)";
        return Err(Refused::invalid("title", problem));
    }
    let read = quick_actions::read(&params.text("description").unwrap_or_default());
    let new = New {
        draft: title.starts_with("Draft: "),
        description: read.text,
        assignee_ids: people(call, "assignee_ids", "assignee_id")?.unwrap_or_default(),
        reviewer_ids: people(call, "reviewer_ids", "reviewer_id")?.unwrap_or_default(),
        labels: params.many("labels").unwrap_or_default(),
        milestone_id: params.number("milestone_id")?.filter(|id| *id != 0),
        keep_branch: params.yes_no("remove_source_branch")? == Some(false),
        ..New::from_branch(
            title.trim_start_matches("Draft: ").to_owned(),
            source,
            target,
        )
    };
    Ok((new, read.actions))
}

/// The checks in GitLab's order; answers the head of the source branch.
fn is_possible(project: &Project, new: &New) -> Result<Commit, Refused> {
    if new.source_branch == new.target_branch {
        let problem = "You can't use same project/branch for source and target";
        return Err(Refused::unprocessable(vec![problem]));
    }
    let mut all = project.merge_requests.iter();
    let open = all.find(|mr| {
        let branches = (&mr.source_branch, &mr.target_branch);
        mr.state == MergeRequestState::Opened
            && branches == (&new.source_branch, &new.target_branch)
    });
    if let Some(open) = open {
        let problem = format!(
            "Another open merge request already exists for this source branch: !{}",
            open.iid
        );
        return Err(Refused::conflict(vec![problem]));
    }
    let missing = |field: &'static str| move || Refused::invalid(field, "does not exist");
    project
        .head(&new.target_branch)
        .ok_or_else(missing("target_branch"))?;
    let head = project.head(&new.source_branch);
    head.cloned().ok_or_else(missing("source_branch"))
}
