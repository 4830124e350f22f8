//! What goes back to whoever typed.

use domain::message::Tone;
use domain::{Message, mrkdwn};
use serde::Serialize;

use crate::plain;
use crate::wording::prose;

/// Who sees an answer in a channel. A shell shows everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Only who asked.
    Ephemeral,
    InChannel,
}

/// An answer: a message for each environment, or one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub visibility: Visibility,
    pub messages: Vec<Message>,
    /// Whether everything that was asked for was done: a shell's exit code.
    pub ok: bool,
}

/// Why something was not done, in plain text with names between backticks: a line, and more of
/// them where there are several reasons.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

impl Refused {
    /// The text of an error as the reason.
    pub fn because(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl From<crate::grammar::BadInput> for Refused {
    fn from(error: crate::grammar::BadInput) -> Self {
        Self::because(error)
    }
}

impl From<store::StoreError> for Refused {
    fn from(error: store::StoreError) -> Self {
        Self::because(error)
    }
}

impl Answer {
    /// An answer that everybody may see.
    pub(crate) fn in_channel(messages: Vec<Message>) -> Self {
        Self {
            visibility: Visibility::InChannel,
            messages,
            ok: true,
        }
    }

    /// An answer for who asked.
    pub(crate) fn ephemeral(message: Message) -> Self {
        Self {
            visibility: Visibility::Ephemeral,
            messages: vec![message],
            ok: true,
        }
    }

    /// Nothing was done, and this is why.
    #[must_use]
    pub fn refused(refused: &Refused) -> Self {
        Self {
            visibility: Visibility::Ephemeral,
            messages: vec![refused.message()],
            ok: false,
        }
    }

    /// What came of each environment. While anything was done, the channel sees all of it; when
    /// all were refused for the same reason, it is said once.
    pub(crate) fn of_environments(results: Vec<(String, Result<Message, Refused>)>) -> Self {
        let is_any_done = results.iter().any(|(_, result)| result.is_ok());
        let ok = results.iter().all(|(_, result)| result.is_ok());
        let mut lines: Vec<&Refused> = results
            .iter()
            .filter_map(|(_, result)| result.as_ref().err())
            .collect();
        lines.dedup();
        if let ([line], false) = (lines.as_slice(), is_any_done) {
            return Self::refused(line);
        }
        let messages = results.into_iter().map(|(environment, result)| {
            result
                .unwrap_or_else(|Refused(why)| Refused(format!("`{environment}`: {why}")).message())
        });
        Self {
            visibility: if is_any_done {
                Visibility::InChannel
            } else {
                Visibility::Ephemeral
            },
            messages: messages.collect(),
            ok,
        }
    }

    /// The answer for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let messages: Vec<String> = self.messages.iter().map(plain::message).collect();
        messages.join("\n")
    }

    /// The answer for programs: `{"ok", "visibility", "text", "messages"}`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "ok": self.ok,
            "visibility": self.visibility,
            "text": self.to_text(),
            "messages": self.messages,
        })
    }
}

/// Whether a line begins with a plain word, which a capital suits, and not with a name.
fn begins_with_a_word(line: &str) -> bool {
    let word = line.split(' ').next().unwrap_or_default();
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())
}

impl Refused {
    /// One line in the colour of a failure.
    #[must_use]
    pub fn message(&self) -> Message {
        let mut lines = self.0.lines();
        let mut why = lines.next().unwrap_or_default().to_owned();
        if begins_with_a_word(&why) {
            why[..1].make_ascii_uppercase();
        }
        let line = prose(&why);
        let more: Vec<_> = lines.map(prose).collect();
        Message::new(line.clone(), line)
            .body(mrkdwn::join(more, "\n"))
            .tone(Tone::Danger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(text: &'static str) -> Result<Message, Refused> {
        let text = domain::Mrkdwn::fixed(text);
        Ok(Message::new(text.clone(), text))
    }

    fn refused(why: &str) -> Result<Message, Refused> {
        Err(Refused(why.to_owned()))
    }

    #[test]
    fn one_failing_environment_does_not_hide_the_others() {
        let answer = Answer::of_environments(vec![
            ("dev".to_owned(), done("done on dev")),
            (
                "staging".to_owned(),
                refused("staging.example did not answer"),
            ),
        ]);
        assert_eq!(answer.visibility, Visibility::InChannel);
        assert!(!answer.ok);
        assert_eq!(
            answer.to_text(),
            "done on dev\nstaging: staging.example did not answer"
        );
    }

    #[test]
    fn the_same_refusal_everywhere_is_said_once_and_to_who_asked() {
        let both =
            ["dev", "staging"].map(|name| (name.to_owned(), refused("there is no flag `x`")));
        let answer = Answer::of_environments(both.to_vec());
        assert_eq!(answer.visibility, Visibility::Ephemeral);
        assert_eq!(answer.to_text(), "There is no flag x");
    }
}
