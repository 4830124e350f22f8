//! `issue new`: a title, and below it a description.

use commands::wording::Name;
use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{NewIssue, RestError};

use super::card;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue new",
    aliases: &["issue create"],
    summary: "Open an issue: the first line is its title, what stands below its description. Lines of the description that begin with a slash are GitLab's quick actions.",
    arguments: &[Argument::needed("TITLE", Kind::Text)],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "gitlab-org/gitlab issue new The search is slow",
        "shop issue new The search is slow\nSince this morning.\n/label ~bug",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let (title, description) = given.title_and_rest("TITLE");
    let new = NewIssue {
        title: title.to_owned(),
        description: description.to_owned(),
        ..NewIssue::default()
    };
    match gitlab.create_issue(&project, &new).await {
        Ok(issue) => {
            let behalf = mrkdwn::code(&format!("@{}", context.account()?.linked.username));
            let message = card::of(&issue).context(say!("Opened on {behalf}'s behalf"));
            Ok(card::shown(context.project()?, &issue, message))
        }
        Err(RestError::Refused { messages, .. }) if !messages.is_empty() => {
            Ok(objections(title, &messages))
        }
        Err(error) => Err(context.gitlab_said("issue tracker", error)),
    }
}

/// GitLab's objections, one by one.
fn objections(title: &str, messages: &[String]) -> Answer {
    let title = commands::wording::prose(&Name(title).to_string());
    let headline = say!("The issue {} was not opened:", title);
    let lines = messages
        .iter()
        .map(|message| say!("• {}", mrkdwn::escape_line(message)));
    let message = Message::new(Mrkdwn::fixed("The issue was not opened"), headline)
        .tone(Tone::Danger)
        .body(mrkdwn::join(lines, "\n"));
    Answer {
        ok: false,
        ..Answer::ephemeral(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objections_are_listed_to_whoever_typed_alone() {
        let answer = objections(
            "<!channel>",
            &["Title is too long".to_owned(), "*Label* is off".to_owned()],
        );
        assert_eq!(answer.visibility, commands::Visibility::Ephemeral);
        let [message] = answer.messages.as_slice() else {
            panic!("one message");
        };
        assert_eq!(
            message.headline.as_str(),
            "The issue `&lt;!channel&gt;` was not opened:"
        );
        let body = message.body.as_ref().map(Mrkdwn::as_str);
        assert_eq!(body, Some("• Title is too long\n• ∗Label∗ is off"));
    }
}
