//! What a button or a form asks, as the command that says the same.

use commands::{Caller, Progress};
use flags::FlagKey;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Refused, Stopped};
use crate::app::App;
use crate::who::{Channel, Who};

/// What is asked of a flag's rollout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) flag: FlagKey,
    /// As in commands: `advance`, `hold`.
    pub(super) act: String,
    /// The stage, item, monitor or precondition that it is about.
    pub(super) about: Option<String>,
}

impl Wish {
    /// As a button carries it. No part has a space in it.
    pub(super) fn value(&self) -> String {
        let about = self.about.as_deref().unwrap_or_default();
        format!("{} {} {about}", self.flag, self.act)
            .trim_end()
            .to_owned()
    }

    pub(super) fn read(value: &str) -> Option<Self> {
        let mut words = value.split(' ');
        let (flag, act) = (words.next()?.parse().ok()?, words.next()?);
        let about = words.next().map(str::to_owned);
        let is_name = |word: &str| {
            let mut letters = word.bytes();
            !word.is_empty() && letters.all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let is_whole = words.next().is_none() && is_name(act);
        let wish = Self {
            flag,
            act: act.to_owned(),
            about,
        };
        (is_whole && wish.about.as_deref().is_none_or(is_name)).then_some(wish)
    }

    /// The command, with what somebody wrote.
    fn line(&self, words: Option<&str>) -> String {
        let mut line = format!("rollout {} `{}`", self.act, self.flag);
        if let Some(about) = &self.about {
            line.push_str(&format!(" {about}"));
        }
        if let Some(words) = words.map(str::trim).filter(|words| !words.is_empty()) {
            let option = if self.act == "tick" {
                "evidence"
            } else {
                "reason"
            };
            line.push_str(&format!(" --{option} {}", quoted(words)));
        }
        line
    }
}

/// In quotes that nothing within ends.
fn quoted(words: &str) -> String {
    let mut quoted = String::with_capacity(words.len() + 2);
    quoted.push('"');
    for letter in words.chars() {
        // Slack's typewriters make curly ones of straight ones, and the commands read both.
        if matches!(letter, '\\' | '"' | '“' | '”' | '„' | '‟' | '«' | '»') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// Asks it as whoever pressed or sent.
pub(super) async fn ask(
    app: &App,
    who: &Who,
    wish: &Wish,
    words: Option<&str>,
) -> Result<Answer, Stopped> {
    let is_configured = app.parts().installations.is_configured(&who.workspace);
    let in_a_place = Who {
        channel: who.channel.clone().or_else(|| own_place(who)),
        ..who.clone()
    };
    let caller = in_a_place.caller(is_configured);
    let mut caller = caller.ok_or_else(|| Stopped::because("nobody knows where you are"))?;
    caller.person = app.person(who).await;
    let line = wish.line(words);
    let chatops = &app.parts().chatops;
    let answer = chatops
        .run(&Caller::Slack(caller), &line, &Progress::silent())
        .await;
    if answer.ok {
        return Ok(answer.into());
    }
    match answer.messages.first() {
        Some(message) => Err(Stopped::Refused(Refused(
            message.summary.as_str().to_owned(),
        ))),
        None => Err(Stopped::because("it was refused")),
    }
}

/// A form has no channel: its sender's own direct message stands for it.
fn own_place(who: &Who) -> Option<Channel> {
    Some(Channel {
        id: who.user.as_str().parse().ok()?,
        name: "directmessage".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(act: &str, about: Option<&str>) -> Wish {
        Wish {
            flag: "tidy_sidebar".parse().unwrap(),
            act: act.to_owned(),
            about: about.map(str::to_owned),
        }
    }

    #[test]
    fn a_button_says_what_is_asked_and_nothing_else_is_read() {
        for wish in [wish("advance", None), wish("back", Some("10-percent"))] {
            assert_eq!(Wish::read(&wish.value()), Some(wish));
        }
        for strange in [
            "",
            "tidy_sidebar",
            "tidy_sidebar advance a b",
            "tidy_sidebar advance --force=1",
            "tidy sidebar; advance",
            "tidy_sidebar adv`ance",
        ] {
            assert_eq!(Wish::read(strange), None, "{strange:?}");
        }
    }

    #[test]
    fn words_stay_within_their_quotes() {
        for (words, expected) in [
            (None, "rollout hold `tidy_sidebar`"),
            (Some("  "), "rollout hold `tidy_sidebar`"),
            (
                Some("errors\" --reason \"none"),
                "rollout hold `tidy_sidebar` --reason \"errors\\\" --reason \\\"none\"",
            ),
            (
                Some("a ” --x \\"),
                "rollout hold `tidy_sidebar` --reason \"a \\” --x \\\\\"",
            ),
        ] {
            assert_eq!(wish("hold", None).line(words), expected);
        }
        assert_eq!(
            wish("tick", Some("qa")).line(Some("seen")),
            "rollout tick `tidy_sidebar` qa --evidence \"seen\""
        );
    }
}
