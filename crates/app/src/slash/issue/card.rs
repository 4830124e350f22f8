//! An issue as a card.

use domain::message::Tone;
use domain::{Message, Mrkdwn, ProjectPath, mrkdwn, say};
use gitlab::rest::{Issue, IssueState, IssueType, User};

use super::buttons;
use crate::answer::Answer;

/// An issue's card with its buttons: for everybody, unless the issue is confidential.
pub(crate) fn answer(project: &ProjectPath, issue: &Issue) -> Answer {
    shown(project, issue, of(issue))
}

/// The same with more said in the card.
pub(crate) fn shown(project: &ProjectPath, issue: &Issue, card: Message) -> Answer {
    let buttons = buttons::row(project.as_str(), issue);
    Answer::unless(issue.confidential, card).controls(buttons)
}

/// What a channel sees of an issue: its title with its number, who opened it, how it stands.
pub(crate) fn of(issue: &Issue) -> Message {
    let label = format!("{} · #{}", issue.title, issue.iid);
    let title = match &issue.web_url {
        Some(url) => mrkdwn::link(url, &label),
        None => mrkdwn::bold(&label),
    };
    let summary = say!(
        "{} #{}: {}",
        noun(issue),
        issue.iid,
        mrkdwn::escape_line(&issue.title)
    );
    let author = issue.author.as_ref().map_or_else(Mrkdwn::empty, person);
    Message::new(summary, title)
        .tone(tone(issue.state))
        .fact("Author", author)
        .fact("Assignee", first(&issue.assignees))
        .fact("Milestone", milestone(issue))
        .fact("Labels", labels(issue))
        .context(counts(issue))
}

fn noun(issue: &Issue) -> &'static str {
    match issue.issue_type {
        Some(IssueType::Incident) => "Incident",
        Some(IssueType::Task) => "Task",
        Some(IssueType::TestCase) => "Test case",
        Some(IssueType::Issue | IssueType::Other) | None => "Issue",
    }
}

/// How an issue stands, in a word.
pub(crate) fn state(state: IssueState) -> &'static str {
    match state {
        IssueState::Opened => "Open",
        IssueState::Closed => "Closed",
    }
}

fn tone(state: IssueState) -> Tone {
    match state {
        IssueState::Opened => Tone::Good,
        IssueState::Closed => Tone::Danger,
    }
}

fn person(user: &User) -> Mrkdwn {
    match &user.web_url {
        Some(url) => mrkdwn::link(url, &user.name),
        None => mrkdwn::escape_line(&user.name),
    }
}

fn first(assignees: &[User]) -> Mrkdwn {
    match assignees {
        [] => Mrkdwn::fixed("_None_"),
        [only] => person(only),
        [first, others @ ..] => say!("{} and {} more", person(first), others.len()),
    }
}

fn milestone(issue: &Issue) -> Mrkdwn {
    let milestone = issue.milestone.as_ref();
    milestone.map_or_else(
        || Mrkdwn::fixed("_None_"),
        |milestone| mrkdwn::escape_line(&milestone.title),
    )
}

fn labels(issue: &Issue) -> Mrkdwn {
    if issue.labels.is_empty() {
        return Mrkdwn::fixed("_None_");
    }
    mrkdwn::join(issue.labels.iter().map(|label| mrkdwn::code(label)), " ")
}

fn counts(issue: &Issue) -> Mrkdwn {
    let hidden = if issue.confidential {
        " · confidential"
    } else {
        ""
    };
    say!(
        "{}{} · :+1: {} · :-1: {} · :speech_balloon: {}",
        state(issue.state),
        hidden,
        issue.upvotes,
        issue.downvotes,
        issue.user_notes_count
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use commands::Visibility;
    use serde_json::json;

    use super::*;

    /// An open issue whose texts try to be more than text.
    pub(crate) fn issue(iid: u64) -> Issue {
        serde_json::from_value(json!({
            "id": 100 + iid, "iid": iid, "project_id": 1,
            "title": "Search & find *slow*",
            "state": "opened",
            "labels": ["bug", "<!here>"],
            "web_url": format!("https://gitlab.example/acme/shop/-/issues/{iid}"),
            "issue_type": "issue",
            "author": {
                "id": 1, "username": "ana", "name": "Ana <!channel>",
                "web_url": "https://gitlab.example/ana",
            },
            "assignees": [{"id": 2, "username": "ben", "name": "Ben"}],
            "upvotes": 3, "downvotes": 1, "user_notes_count": 7,
        }))
        .unwrap()
    }

    #[test]
    fn a_card_says_who_what_and_how_it_stands() {
        let message = of(&issue(12));
        let facts: Vec<(&str, &str)> = message
            .facts
            .iter()
            .map(|fact| (fact.label.as_str(), fact.value.as_str()))
            .collect();
        assert_eq!(
            message.headline.as_str(),
            "<https://gitlab.example/acme/shop/-/issues/12|Search &amp; find ∗slow∗ · #12>"
        );
        assert_eq!(
            facts,
            [
                (
                    "Author",
                    "<https://gitlab.example/ana|Ana &lt;!channel&gt;>"
                ),
                ("Assignee", "Ben"),
                ("Milestone", "_None_"),
                ("Labels", "`bug` `&lt;!here&gt;`"),
            ]
        );
        let context: Vec<&str> = message.context.iter().map(Mrkdwn::as_str).collect();
        assert_eq!(context, ["Open · :+1: 3 · :-1: 1 · :speech_balloon: 7"]);
        assert_eq!(message.tone, Tone::Good);
    }

    #[test]
    fn a_confidential_issue_is_shown_to_whoever_asked_alone() {
        let project = "acme/shop".parse().unwrap();
        assert_eq!(
            answer(&project, &issue(12)).visibility,
            Visibility::InChannel
        );
        let confidential = Issue {
            confidential: true,
            ..issue(12)
        };
        assert_eq!(
            answer(&project, &confidential).visibility,
            Visibility::Ephemeral
        );
    }

    #[test]
    fn a_closed_issue_can_be_opened_again_and_an_open_one_closed() {
        let project = "acme/shop".parse().unwrap();
        let ids = |issue: &Issue| {
            let controls = serde_json::to_value(answer(&project, issue).controls).unwrap();
            let controls = controls.as_array().cloned().unwrap_or_default();
            controls
                .iter()
                .map(|control| format!("{} {}", control["action_id"], control["value"]))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            ids(&issue(12)),
            [
                r#""issue.comment" "acme/shop#12""#,
                r#""issue.close" "acme/shop#12""#,
                r#""issue.assign_me" "acme/shop#12""#,
            ]
        );
        let closed = Issue {
            state: IssueState::Closed,
            ..issue(12)
        };
        for id in [
            "issue.comment",
            "issue.close",
            "issue.assign_me",
            "issue.reopen",
        ] {
            assert!(crate::clicks::of(id).is_some(), "{id} does nothing");
        }
        assert_eq!(
            ids(&closed),
            [
                r#""issue.comment" "acme/shop#12""#,
                r#""issue.reopen" "acme/shop#12""#,
            ]
        );
    }
}
