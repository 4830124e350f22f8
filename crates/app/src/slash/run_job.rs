//! `run`: a ChatOps job of the project, and its output when it ends.
//!
//! GitLab's own app makes a pipeline of the source `chat` that has the one job alone. The API has
//! no such source: the pipeline is made as through the API on the default branch, with the same
//! variables, so that it has every job whose rules let it in. A job for both is kept by
//! `rules: [{if: $CHAT_INPUT}]` or `[{if: $CHAT_JOB == "its name"}]` in place of `only: [chat]`.
//! A job with `when: manual` waits for somebody to start it in GitLab, as it does there. A pipeline
//! without the job is canceled.

mod follow;
mod output;

use std::collections::BTreeMap;

use commands::wording::{Name, OneOf, did_you_mean, nearest};
use domain::message::Tone;
use domain::{Message, mrkdwn, say};
use gitlab::rest::{Job, Pipeline, RestError};

use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(super) const COMMAND: Command = Command {
    name: "run",
    aliases: &[],
    summary: "Run a ChatOps job of the project's default branch, and show its output here. What follows its name is its `CHAT_INPUT`.",
    arguments: &[
        Argument::needed("JOB", Kind::Word),
        Argument::optional("INPUT", Kind::Text),
    ],
    place: Place::Project,
    needs_account: true,
    examples: &["gitlab-com/chatops run explain select count(*) from users"],
    run: |context, given| Box::pin(run(context, given)),
};

/// The most jobs of a pipeline that are looked at.
const MOST_JOBS: usize = 500;
/// The most jobs that a refusal lists.
const MOST_LISTED: usize = 5;

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let name = given.text("JOB");
    let branch = default_branch(context).await?;
    let pipeline = start(context, &branch, name, given.text("INPUT")).await?;
    let job = the_job(context, &pipeline, name).await?;
    let card = begun(name, &pipeline, &job);
    follow::begin(context, &job)?;
    Ok(Answer::in_channel(card))
}

async fn default_branch(context: &Context<'_>) -> Result<String, Stopped> {
    let (gitlab, place) = (context.gitlab()?, context.place()?);
    let project = gitlab.project(&place).await;
    let project = project.map_err(|error| context.gitlab_said("repository", error))?;
    project.default_branch.ok_or_else(|| {
        Stopped::Refused(Refused(format!(
            "{} has no default branch that your GitLab account may see, so there is no job to run",
            Name(&project.path_with_namespace)
        )))
    })
}

async fn start(
    context: &Context<'_>,
    branch: &str,
    name: &str,
    input: &str,
) -> Result<Pipeline, Stopped> {
    let (gitlab, place) = (context.gitlab()?, context.place()?);
    let variables = variables(context, name, input);
    let pipeline = gitlab.create_pipeline(&place, branch, &variables).await;
    pipeline.map_err(|error| match error {
        RestError::Refused { message, .. } => Stopped::Refused(Refused(format!(
            "GitLab started no pipeline for {}: {message}; its rules have to let in a pipeline that is started through the API, with variables",
            Name(name)
        ))),
        error => context.gitlab_said("CI/CD", error),
    })
}

/// What the job knows of the chat: GitLab's own names, and the job that was asked for.
fn variables(context: &Context<'_>, name: &str, input: &str) -> BTreeMap<String, String> {
    let who = context.who;
    let channel = who.channel.as_ref();
    let channel = channel.map_or("", |channel| channel.name.as_str());
    [
        ("CHAT_INPUT", input),
        ("CHAT_CHANNEL", channel),
        ("CHAT_USER_ID", who.user.as_str()),
        ("CHAT_USER", who.user_name.as_str()),
        ("CHAT_JOB", name),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The job among those of its pipeline.
async fn the_job(context: &Context<'_>, pipeline: &Pipeline, name: &str) -> Result<Job, Stopped> {
    let (gitlab, place) = (context.gitlab()?, context.place()?);
    let jobs = gitlab.jobs(&place, pipeline.id, &[], MOST_JOBS).await;
    let jobs =
        jobs.map_err(|error| context.gitlab_said(&format!("pipeline #{}", pipeline.id), error))?;
    if let Some(job) = jobs.items.iter().find(|job| job.name == name) {
        return Ok(job.clone());
    }
    let canceled = gitlab.cancel_pipeline(&place, pipeline.id).await;
    let refused = no_such_job(name, &jobs.items, canceled.err());
    Err(Stopped::Refused(refused))
}

fn no_such_job(name: &str, jobs: &[Job], not_canceled: Option<RestError>) -> Refused {
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let near = nearest(name, names.iter().copied());
    let instead = if near.is_empty() {
        let shown = OneOf(names.get(..MOST_LISTED).unwrap_or(&names));
        format!("; its jobs can be {shown}.")
    } else {
        did_you_mean(&near)
    };
    let pipeline = match not_canceled {
        None => "was canceled".to_owned(),
        Some(error) => format!("could not be canceled ({error})"),
    };
    Refused(format!(
        "the pipeline for {} has no job of that name and {pipeline}{instead} A job is in it when its rules let in a pipeline that is started through the API, as `if: $CHAT_INPUT` does",
        Name(name)
    ))
}

fn begun(name: &str, pipeline: &Pipeline, job: &Job) -> Message {
    let number = format!("#{}", pipeline.id);
    let number = match &pipeline.web_url {
        Some(url) => mrkdwn::link(url, &number),
        None => mrkdwn::escape_line(&number),
    };
    let title = match &job.web_url {
        Some(url) => mrkdwn::link(url, name),
        None => mrkdwn::code(name),
    };
    let summary = say!("{} is being run", mrkdwn::escape_line(name));
    let headline = say!("{} is being run in pipeline {}.", title, number);
    Message::new(summary, headline)
        .tone(Tone::Work)
        .context(say!("Its output is shown here when it ends."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_that_is_not_there_is_told_with_those_that_are() {
        let job: Job = serde_json::from_value(json!({
            "id": 1, "name": "explain", "status": "created",
        }))
        .unwrap();
        let said = no_such_job("explian", &[job], None).to_string();
        assert_eq!(
            said,
            "the pipeline for `explian` has no job of that name and was canceled; did you mean `explain`? A job is in it when its rules let in a pipeline that is started through the API, as `if: $CHAT_INPUT` does"
        );
    }

    #[test]
    fn the_answer_names_the_job_and_its_pipeline() {
        let pipeline: Pipeline = serde_json::from_value(json!({
            "id": 46, "status": "created",
            "web_url": "https://gitlab.example/acme/ops/-/pipelines/46",
        }))
        .unwrap();
        let job: Job = serde_json::from_value(json!({
            "id": 9, "name": "echo", "status": "pending",
            "web_url": "https://gitlab.example/acme/ops/-/jobs/9",
        }))
        .unwrap();
        assert_eq!(
            begun("echo", &pipeline, &job).headline.as_str(),
            "<https://gitlab.example/acme/ops/-/jobs/9|echo> is being run in pipeline <https://gitlab.example/acme/ops/-/pipelines/46|#46>."
        );
    }
}
