//! What the client makes of typed text before it is sent: escapes, mentions of people and
//! channels, addresses.

use crate::slack::workspace::{ChannelKind, Workspace};

/// `&`, `<` and `>` as Slack keeps them.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Typed text as Slack stores it.
pub fn stored(workspace: &Workspace, text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|piece| word(piece, |core| linked(workspace, core)))
        .collect()
}

/// What is typed behind a command as Slack sends it to the app: names stay as typed, unless the
/// app asked for ids.
pub fn command_text(workspace: &Workspace, text: &str, should_escape: bool) -> String {
    if !should_escape {
        return escaped(text);
    }
    text.split_inclusive(char::is_whitespace)
        .map(|piece| word(piece, |core| named(workspace, core)))
        .collect()
}

fn word(piece: &str, link: impl FnOnce(&str) -> Option<String>) -> String {
    let bare = piece.trim_end();
    let space = piece.get(bare.len()..).unwrap_or_default();
    let core = bare.trim_end_matches(['.', ',', ':', ';', '!', '?', ')']);
    let tail = bare.get(core.len()..).unwrap_or_default();
    match link(core) {
        Some(link) => format!("{link}{}{space}", escaped(tail)),
        None => escaped(piece),
    }
}

/// A person or channel with both id and name.
fn named(workspace: &Workspace, word: &str) -> Option<String> {
    if let Some(name) = word.strip_prefix('@') {
        let mut people = workspace.people.values();
        let person = people.find(|person| person.name == name)?;
        return Some(format!("<@{}|{name}>", person.id));
    }
    let channel = workspace.channel_called(word.strip_prefix('#')?)?;
    (channel.kind == ChannelKind::Public).then(|| format!("<#{}|{}>", channel.id, channel.name))
}

fn linked(workspace: &Workspace, word: &str) -> Option<String> {
    if word.starts_with("https://") || word.starts_with("http://") {
        return Some(format!("<{}>", escaped(word)));
    }
    if let Some(name) = word.strip_prefix('@') {
        return match name {
            "channel" | "here" | "everyone" => Some(format!("<!{name}>")),
            _ => {
                let person = workspace
                    .people
                    .values()
                    .find(|person| person.name == name)?;
                Some(format!("<@{}>", person.id))
            }
        };
    }
    let channel = workspace.channel_called(word.strip_prefix('#')?)?;
    (channel.kind == ChannelKind::Public).then(|| format!("<#{}|{}>", channel.id, channel.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::Seed;

    #[test]
    fn behind_a_command_names_stay_as_typed_unless_the_app_wants_ids() {
        let workspace = Seed::demo().into_workspace();
        let typed = "set f <rollout-percentage> & @ana, #general @nobody https://x.test";
        assert_eq!(
            command_text(&workspace, typed, false),
            "set f &lt;rollout-percentage&gt; &amp; @ana, #general @nobody https://x.test"
        );
        assert_eq!(
            command_text(&workspace, typed, true),
            "set f &lt;rollout-percentage&gt; &amp; <@U0ANA|ana>, <#C0GENERAL|general> @nobody \
             https://x.test"
        );
    }

    #[test]
    fn typed_text_is_stored_as_the_client_sends_it() {
        let workspace = Seed::demo().into_workspace();
        for (typed, expected) in [
            ("a < b & c", "a &lt; b &amp; c"),
            (
                "hi @ana, see #general!",
                "hi <@U0ANA>, see <#C0GENERAL|general>!",
            ),
            (
                "@here https://x.test/?a=1&b=2",
                "<!here> <https://x.test/?a=1&amp;b=2>",
            ),
            ("@nobody #nowhere", "@nobody #nowhere"),
            ("two\nlines", "two\nlines"),
        ] {
            assert_eq!(stored(&workspace, typed), expected);
        }
    }
}
