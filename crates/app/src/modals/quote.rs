//! A Slack message as a quote in GitLab Markdown.
//!
//! Whatever somebody wrote in Slack stays text: nothing in it becomes a heading, a mention, a
//! reference or a quick action in GitLab.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use domain::mrkdwn::is_web_address;
use futures_util::future::{join_all, join3};
use slack::interaction::{ChosenMessage, MessageShortcut};
use slack::{Client, User};

use crate::app::App;
use crate::who::Who;

/// Mentioned people whose names are asked for.
const MOST_NAMED: usize = 10;

/// The quote, with who wrote it and where it stands. What Slack does not tell is left out.
pub(crate) async fn of(app: &App, who: &Who, shortcut: &MessageShortcut) -> String {
    let message = &shortcut.message;
    let Some(client) = app.parts().installations.client(&who.workspace) else {
        return quote(None, None, &message.typed());
    };
    let author = async {
        match &message.user {
            Some(user) => name(&client, user).await,
            None => None,
        }
    };
    let permalink = async {
        let permalink = client.permalink(&shortcut.channel, &message.ts).await;
        permalink
            .inspect_err(|error| tracing::debug!(%error, "a message has no address"))
            .ok()
    };
    let (author, permalink, text) = join3(author, permalink, with_names(&client, message)).await;
    quote(author.as_deref(), permalink.as_deref(), &text)
}

/// What was typed, with people by name.
async fn with_names(client: &Client, message: &ChosenMessage) -> String {
    let mut ids = mentioned(&message.text);
    ids.truncate(MOST_NAMED);
    let names = ids.iter().map(|id| async move {
        let name = name(client, id).await?;
        Some(((*id).to_owned(), name))
    });
    let names: BTreeMap<String, String> = join_all(names).await.into_iter().flatten().collect();
    named(message, &names).typed()
}

/// The people whom a text mentions without their names: `<@U012AB3CD>`.
fn mentioned(text: &str) -> Vec<&str> {
    let mut ids: Vec<&str> = text
        .split("<@")
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(id, _)| id)
        .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn named(message: &ChosenMessage, names: &BTreeMap<String, String>) -> ChosenMessage {
    let text = names.iter().fold(message.text.clone(), |text, (id, name)| {
        // Slack has no such characters in the label of a mention.
        let name = name.replace(['<', '>', '|', '&'], "");
        text.replace(&format!("<@{id}>"), &format!("<@{id}|{name}>"))
    });
    ChosenMessage {
        text,
        ..message.clone()
    }
}

async fn name(client: &Client, user: &str) -> Option<String> {
    let user = client.user_info(user).await;
    let user = user.inspect_err(|error| tracing::debug!(%error, "somebody has no name"));
    user.ok().map(shown_name)
}

fn shown_name(user: User) -> String {
    let User { name, profile, .. } = user;
    let names = [profile.display_name, profile.real_name, name];
    let mut names = names.into_iter();
    names
        .find(|name| !name.trim().is_empty())
        .unwrap_or_default()
}

fn quote(author: Option<&str>, permalink: Option<&str>, text: &str) -> String {
    let author = author.map(escape).filter(|author| !author.is_empty());
    let author = author.unwrap_or_else(|| "Somebody".to_owned());
    let permalink = permalink.filter(|url| is_web_address(url) && !url.contains(['<', '>', ' ']));
    let mut quote = match permalink {
        Some(url) => format!("{author} wrote [in Slack](<{url}>):\n"),
        None => format!("{author} wrote in Slack:\n"),
    };
    for line in text.trim().lines() {
        // Writing to a `String` cannot fail.
        let _ = write!(quote, "\n> {}", escape(line.trim()));
    }
    quote
}

/// A line as text in GitLab Markdown. Addresses stay whole.
fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 16);
    for word in line.split_inclusive(char::is_whitespace) {
        let address = word.trim_end();
        if is_web_address(address) && !address.contains(['<', '>', '\\']) {
            let space = word.get(address.len()..).unwrap_or_default();
            out.extend(["<", address, ">", space]);
        } else {
            word.chars().for_each(|c| push(&mut out, c));
        }
    }
    out
}

fn push(out: &mut String, c: char) {
    // A list or an underline of a heading begins with the second kind.
    let is_first = out.is_empty();
    let means_something = match c {
        '\\' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '<' | '>' | '#' | '!' | '|' | '~'
        | '@' | '&' | '$' | '%' | '^' => true,
        '-' | '+' | '=' | ':' | '/' => is_first,
        // `1.` and `1)` begin a list.
        '.' | ')' => out.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    };
    if means_something && !c.is_control() {
        out.push('\\');
    }
    if !c.is_control() || c == '\t' {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> ChosenMessage {
        ChosenMessage {
            ts: "1700000000.000100".parse().unwrap(),
            thread: None,
            user: Some("U0BEN".to_owned()),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_message_is_quoted_with_its_author_and_address() {
        let text = "Search is *down* again!\n\n/close\n  1. see #12 @all ~bug\n--- \nhttps://x.example/a_b?c=d is slow :tada:";
        assert_eq!(
            quote(
                Some("Ben <b>"),
                Some("https://acme.slack.com/archives/C1/p1"),
                text
            ),
            "Ben \\<b\\> wrote [in Slack](<https://acme.slack.com/archives/C1/p1>):\n\
             \n> Search is \\*down\\* again\\!\n> \n> \\/close\n> 1\\. see \\#12 \\@all \\~bug\n\
             > \\---\n> <https://x.example/a_b?c=d> is slow :tada:"
        );
        assert_eq!(
            quote(None, Some("https://x.example/>("), "x"),
            "Somebody wrote in Slack:\n\n> x"
        );
    }

    #[test]
    fn people_are_called_by_name_where_slack_tells_it() {
        let message = message("<@U0ANA> and <@U0BEN> and <@U0ANA>: &lt;@U0EVE&gt; <@>");
        assert_eq!(mentioned(&message.text), ["U0ANA", "U0BEN"]);
        let names = BTreeMap::from([("U0ANA".to_owned(), "Ana|<!here>".to_owned())]);
        assert_eq!(
            named(&message, &names).typed(),
            "@Ana!here and @U0BEN and @Ana!here: <@U0EVE> <@>"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_line_of_a_quote_can_leave_it_or_begin_a_quick_action(text in "(?s).{0,200}") {
            let quoted = quote(Some("Ben"), None, &text);
            for line in quoted.lines().skip(1) {
                proptest::prop_assert!(line.is_empty() || line.starts_with("> "), "{line:?}");
                let inside = line.trim_start_matches("> ");
                proptest::prop_assert!(!inside.starts_with('/'), "{line:?}");
            }
        }
    }
}
