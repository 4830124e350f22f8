//! `issue move`: to another project.

use commands::wording::Name;
use domain::{Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::{IdOrPath, Issue, Project};

use super::{card, one};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::{Context, said_by_gitlab};
use crate::slash::{Argument, Command, Given, Kind, Place, project};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue move",
    aliases: &[],
    summary: "Move an issue to another project, where it gets another number.",
    arguments: &[
        Argument::ISSUE,
        Argument::needed("to", Kind::Filler("to")),
        Argument::needed("TARGET", Kind::Project),
    ],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "gitlab-org/gitlab issue move 12 to gitlab-org/gitlab-runner",
        "issue move shop#12 web",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("#ISSUE");
    let before = one::find(context, iid).await?;
    let (target, is_connected) = project::target(context, given.text("TARGET")).await?;
    let there = find_project(context, &target).await?;
    if there.id == before.project_id {
        return Err(Stopped::Refused(Refused(format!(
            "{} is in {} already",
            one::called(iid),
            Name(target.as_str())
        ))));
    }
    let (gitlab, from) = (context.gitlab()?, context.place()?);
    let moved = gitlab.move_issue(&from, iid, there.id).await;
    let moved = moved.map_err(|error| context.gitlab_said(&one::called(iid), error))?;
    let message = card::of(&moved).context(way(&before, &moved, context.project()?, &there));
    if !is_connected {
        // What is in that project is not this workspace's to see, whoever moved it.
        return Ok(Answer::ephemeral(message));
    }
    Ok(card::shown(&target, &moved, message))
}

async fn find_project(context: &Context<'_>, target: &ProjectPath) -> Result<Project, Stopped> {
    let place: IdOrPath = target
        .as_str()
        .parse()
        .map_err(|error| Stopped::Refused(Refused::because(error)))?;
    let project = context.gitlab()?.project(&place).await;
    let what = format!("project {}", Name(target.as_str()));
    project.map_err(|error| said_by_gitlab(&what, None, error))
}

/// Where it was and where it is, as links.
fn way(before: &Issue, after: &Issue, from: &ProjectPath, to: &Project) -> Mrkdwn {
    let link = |issue: &Issue, project: &str| {
        let name = format!("{project}#{}", issue.iid);
        match &issue.web_url {
            Some(url) => mrkdwn::link(url, &name),
            None => mrkdwn::escape_line(&name),
        }
    };
    say!(
        "Moved from {} to {}",
        link(before, from.as_str()),
        link(after, &to.path_with_namespace)
    )
}
