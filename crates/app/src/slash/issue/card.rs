//! An issue as a card.

use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{Issue, IssueState, IssueType, User};

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
