//! `projects`: those of this workspace, with their aliases.

use domain::{Message, Mrkdwn, mrkdwn, say};
use store::Connection;

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

/// The most that are listed at once.
const MOST: usize = 30;
/// Characters of an alias that are shown; the longest have thousands.
const SHOWN: usize = 80;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "projects",
    aliases: &["project list", "list projects"],
    summary: "List the projects that are connected to this workspace, or those whose name contains a text.",
    arguments: &[Argument::optional("TEXT", Kind::Word)],
    place: Place::Anywhere,
    needs_account: true,
    examples: &["projects", "projects shop"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let store = &context.parts().store;
    let connections = store.connections_in(&context.who.workspace).await?;
    let slash = &context.parts().names.gitlab;
    let message = message(slash, &connections, given.text("TEXT"));
    Ok(Answer::ephemeral(message))
}

fn message(slash: &str, connections: &[Connection], text: &str) -> Message {
    let text = text.to_lowercase();
    let fits = |one: &&Connection| {
        one.project.as_str().to_lowercase().contains(&text) || one.alias.key().contains(&text)
    };
    let fitting: Vec<&Connection> = connections.iter().filter(fits).collect();
    if fitting.is_empty() {
        let none = if connections.is_empty() {
            "No project is connected to this workspace."
        } else {
            "No connected project is called so."
        };
        let none = Mrkdwn::fixed(none);
        let connect = mrkdwn::code(&format!("{slash} connect group/project"));
        let message = Message::new(none.clone(), none);
        return message.context(say!("A Maintainer connects one: {connect}"));
    }
    let title = Mrkdwn::fixed("Connected projects");
    let lines = fitting.iter().take(MOST).map(|one| line(one));
    let message = Message::new(title.clone(), title).body(mrkdwn::join(lines, "\n"));
    match fitting.len().saturating_sub(MOST) {
        0 => message,
        more => {
            let narrower = mrkdwn::code(&format!("{slash} projects TEXT"));
            message.context(say!("and {} more; {narrower} narrows it down", more))
        }
    }
}

fn line(connection: &Connection) -> Mrkdwn {
    let project = mrkdwn::escape_line(connection.project.as_str());
    if connection
        .alias
        .key()
        .eq_ignore_ascii_case(connection.project.as_str())
    {
        return project;
    }
    say!("{project} as {}", mrkdwn::code(&shortened(connection)))
}

fn shortened(connection: &Connection) -> String {
    let mut alias = connection.alias.as_str().chars();
    let shown: String = alias.by_ref().take(SHOWN).collect();
    if alias.next().is_some() {
        shown + "…"
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use store::ConnectedBy;

    use super::*;

    fn connection(project: &str, alias: &str) -> Connection {
        Connection {
            workspace: "T1".parse().unwrap(),
            project: project.parse().unwrap(),
            project_id: 1,
            alias: alias.parse().unwrap(),
            connected_by: ConnectedBy {
                name: "ana".to_owned(),
                slack_user: None,
            },
            connected_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn projects_are_listed_with_the_aliases_that_differ() {
        let all = [
            connection("acme/shop", "acme/shop"),
            connection("acme/web", &"w".repeat(100)),
        ];
        let body = message("/gitlab", &all, "").body.unwrap();
        let long = "w".repeat(80);
        assert_eq!(body.as_str(), format!("acme/shop\nacme/web as `{long}…`"));
        let body = message("/gitlab", &all, "SHOP").body.unwrap();
        assert_eq!(body.as_str(), "acme/shop");
        let none = message("/gitlab", &all, "other");
        assert_eq!(none.headline.as_str(), "No connected project is called so.");
    }

    #[test]
    fn of_many_projects_some_are_listed_and_the_others_counted() {
        let all: Vec<_> = (0..40)
            .map(|n| connection(&format!("acme/p{n}"), &format!("alias{n}")))
            .collect();
        let message = message("/gitlab", &all, "");
        assert_eq!(message.body.unwrap().as_str().lines().count(), MOST);
        assert!(message.context[0].as_str().starts_with("and 10 more; "));
    }
}
