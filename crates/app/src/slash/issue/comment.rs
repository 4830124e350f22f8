//! `issue comment`: what stands below the number.

use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{Commented, Issue, Note, Noteable};
use notify::markdown;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue comment",
    aliases: &["issue note"],
    summary: "Comment on an issue. Lines that begin with a slash are GitLab's quick actions.",
    arguments: &[Argument::ISSUE, Argument::needed("TEXT", Kind::Text)],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "gitlab-org/gitlab issue comment 12 I can see that, too.",
        "issue comment shop#12\nFirst line\nsecond line",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

/// The characters of a comment that its card repeats.
const SHOWN: usize = 500;

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("#ISSUE");
    let issue = one::find(context, iid).await?;
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let commented = gitlab
        .comment(&project, Noteable::Issue(iid), given.text("TEXT"))
        .await
        .map_err(|error| context.gitlab_said(&one::called(iid), error))?;
    Ok(Answer::ephemeral(match commented {
        Commented::Note(note) => card(&issue, &note, context.project()?.as_str()),
        Commented::QuickActions(summary) => acted(&issue, &summary),
    }))
}

fn card(issue: &Issue, note: &Note, project: &str) -> Message {
    let issue_url = issue.web_url.as_deref().unwrap_or_default();
    let url = format!("{issue_url}#note_{}", note.id);
    let place = markdown::Place {
        project_url: issue_url
            .split_once("/-/")
            .map_or("", |(project, _)| project),
        project_path: project,
        more_url: if issue_url.is_empty() { "" } else { &url },
    };
    let headline = say!(
        "You commented on {}",
        mrkdwn::link(&url, &format!("{} · #{}", issue.title, issue.iid))
    );
    let summary = say!("You commented on issue #{}", issue.iid);
    Message::new(summary, headline)
        .tone(Tone::Neutral)
        .body(markdown::to_mrkdwn(&note.body, &place, SHOWN))
}

/// What GitLab says of a comment that was quick actions and nothing else.
fn acted(issue: &Issue, summary: &[String]) -> Message {
    let title = format!("{} · #{}", issue.title, issue.iid);
    let title = match &issue.web_url {
        Some(url) => mrkdwn::link(url, &title),
        None => mrkdwn::bold(&title),
    };
    let lines = summary.iter().map(|line| mrkdwn::escape(line));
    Message::new(
        Mrkdwn::fixed("GitLab did what you asked for"),
        say!("GitLab did what you asked for with {}", title),
    )
    .body(mrkdwn::join(lines, "\n"))
}

#[cfg(test)]
mod tests {
    use super::super::card::tests::issue;
    use super::*;

    #[test]
    fn a_comment_is_shown_with_its_address() {
        let note = Note {
            id: 77,
            body: "**Yes** @all".to_owned(),
            author: None,
            created_at: None,
            system: false,
            internal: false,
            confidential: None,
        };
        let message = card(&issue(12), &note, "acme/shop");
        assert_eq!(
            message.headline.as_str(),
            "You commented on <https://gitlab.example/acme/shop/-/issues/12#note_77|Search &amp; find ∗slow∗ · #12>"
        );
        let body = message.body.unwrap_or_default();
        assert!(body.as_str().starts_with("*Yes*"), "{body}");
    }

    #[test]
    fn quick_actions_alone_are_told_in_gitlabs_words() {
        let message = acted(&issue(12), &["Closed this issue.".to_owned()]);
        let body = message.body.as_ref().map(Mrkdwn::as_str);
        assert_eq!(body, Some("Closed this issue."));
    }
}
