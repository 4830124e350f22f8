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
        .map(|piece| word(workspace, piece))
        .collect()
}

fn word(workspace: &Workspace, piece: &str) -> String {
    let bare = piece.trim_end();
    let space = piece.get(bare.len()..).unwrap_or_default();
    let core = bare.trim_end_matches(['.', ',', ':', ';', '!', '?', ')']);
    let tail = bare.get(core.len()..).unwrap_or_default();
    match linked(workspace, core) {
        Some(link) => format!("{link}{}{space}", escaped(tail)),
        None => escaped(piece),
    }
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
