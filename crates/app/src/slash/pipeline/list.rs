//! `pipeline list`: the latest ones.

use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{Listed, Pipeline, PipelineQuery};

use super::{card, one};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

/// The most that are listed.
const MOST: usize = 10;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "pipeline list",
    aliases: &["pipelines"],
    summary: "List a project's latest pipelines, or those of a branch.",
    arguments: &[Argument::optional("BRANCH", Kind::Word)],
    place: Place::Project,
    needs_account: true,
    examples: &["shop pipeline list", "shop pipeline list main"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let branch = given.text("BRANCH");
    let query = PipelineQuery {
        revision: (!branch.is_empty()).then(|| branch.to_owned()),
        limit: MOST,
        ..PipelineQuery::of(context.place()?)
    };
    let listed = context.gitlab()?.pipelines(&query).await;
    let listed = listed.map_err(|error| one::said(context, "pipeline", error))?;
    let project = context.project()?.as_str();
    Ok(Answer::ephemeral(message(project, branch, &listed)))
}

fn message(project: &str, branch: &str, listed: &Listed<Pipeline>) -> Message {
    let of = match mrkdwn::code(branch) {
        none if none.is_empty() => mrkdwn::escape_line(project),
        branch => say!("{branch} in {}", mrkdwn::escape_line(project)),
    };
    if listed.items.is_empty() {
        let none = say!("There is no pipeline of {of}.");
        return Message::new(none.clone(), none);
    }
    let lines = listed.items.iter().map(line);
    let message = Message::new(
        say!("Pipelines of {of}"),
        say!("*Latest pipelines* of {of}"),
    );
    message.body(mrkdwn::join(lines, "\n"))
}

fn line(pipeline: &Pipeline) -> Mrkdwn {
    let label = format!("#{}", pipeline.id);
    let link = match &pipeline.web_url {
        Some(url) => mrkdwn::link(url, &label),
        None => mrkdwn::escape_line(&label),
    };
    let revision = mrkdwn::code(pipeline.revision.as_deref().unwrap_or_default());
    let line = say!("{link} {}", card::status(pipeline.status));
    if revision.is_empty() {
        line
    } else {
        say!("{line} · {revision}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::card::tests::pipeline;
    use super::*;

    #[test]
    fn pipelines_are_listed_with_how_they_stand() {
        let listed = Listed {
            items: vec![
                pipeline(&json!({"status": "running"})),
                pipeline(&json!({})),
            ],
            is_complete: false,
        };
        let message = message("acme/shop", "main", &listed);
        let link = "<https://g.ex/acme/shop/-/pipelines/45|#45>";
        assert_eq!(
            message.body.unwrap().as_str(),
            format!("{link} is running · `main`\n{link} failed · `main`")
        );
        assert_eq!(
            message.headline.as_str(),
            "*Latest pipelines* of `main` in acme/shop"
        );
    }
}
