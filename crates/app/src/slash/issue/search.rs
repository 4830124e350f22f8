//! `issue search`: what has these words in its title or description.

use commands::wording::Name;
use domain::{Message, Mrkdwn, mrkdwn, say};
use gitlab::rest::{Issue, IssueQuery, Listed, Place as Where};

use super::card;
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue search",
    aliases: &["issue find"],
    summary: "Find issues by words of their title or description; only you see what is found.",
    arguments: &[Argument::needed("WORDS", Kind::Line)],
    place: Place::Project,
    needs_account: true,
    examples: &["gitlab-org/gitlab issue search slow query"],
    run: |context, given| Box::pin(run(context, given)),
};

/// The most that are listed.
const MOST: usize = 5;

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    let words = given.text("WORDS");
    let query = IssueQuery {
        text: Some(words.to_owned()),
        state: None,
        limit: MOST,
        ..IssueQuery::open_in(Where::Project(project))
    };
    let found = gitlab.issues(&query).await;
    let found = found.map_err(|error| context.gitlab_said("issue tracker", error))?;
    if found.items.is_empty() {
        let (words, project) = (Name(words), Name(context.project()?.as_str()));
        return Err(Stopped::Refused(Refused(format!(
            "no issue in {project} that you may see has {words} in its title or description"
        ))));
    }
    Ok(Answer::ephemeral(list(&found)))
}

fn list(found: &Listed<Issue>) -> Message {
    let heading = match (found.items.len(), found.is_complete) {
        (count, false) => say!("Here are the first {count} issues I found:"),
        (1, true) => Mrkdwn::fixed("Here is the only issue I found:"),
        (count, true) => say!("Here are the {count} issues I found:"),
    };
    let lines = found.items.iter().map(line);
    Message::new(heading.clone(), heading).body(mrkdwn::join(lines, "\n"))
}

fn line(issue: &Issue) -> Mrkdwn {
    let number = format!("#{}", issue.iid);
    let number = match &issue.web_url {
        Some(url) => mrkdwn::link(url, &number),
        None => mrkdwn::escape_line(&number),
    };
    let title = mrkdwn::escape_line(&issue.title);
    say!("{} · {} ({})", number, title, card::state(issue.state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issue(iid: u64) -> Issue {
        card::tests::issue(iid)
    }

    #[test]
    fn the_heading_says_whether_that_is_all() {
        for (items, is_complete, expected) in [
            (vec![issue(1)], true, "Here is the only issue I found:"),
            (
                vec![issue(1), issue(2)],
                true,
                "Here are the 2 issues I found:",
            ),
            (
                vec![issue(1), issue(2)],
                false,
                "Here are the first 2 issues I found:",
            ),
        ] {
            let message = list(&Listed { items, is_complete });
            assert_eq!(message.headline.as_str(), expected);
        }
    }

    #[test]
    fn a_line_is_a_link_a_title_and_a_state() {
        assert_eq!(
            line(&issue(12)).as_str(),
            "<https://gitlab.example/acme/shop/-/issues/12|#12> · Search &amp; find ∗slow∗ (Open)"
        );
    }
}
