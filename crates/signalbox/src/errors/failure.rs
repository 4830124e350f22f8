//! A try to deliver a message that failed.

use domain::{ChannelName, DeliveryId, WorkspaceId};
use store::Via;

/// A try that failed, as it is told: who and why, never what the message said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub delivery: DeliveryId,
    /// The path of the project whose event it was to tell of.
    pub project: Option<String>,
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
    pub via: Via,
    /// Whether the flag chose who speaks; it does for events, and for nothing else.
    pub is_chosen: bool,
    /// Slack's code of the reason, or one of ours.
    pub code: String,
    /// The reason in words.
    pub reason: String,
    /// The how-manieth try it was, counted from 1.
    pub attempt: u32,
    pub outcome: Outcome,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is tried again.
    Retry,
    /// It waits for a person.
    Dead,
}

impl Outcome {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Dead => "dead",
        }
    }
}

impl Failure {
    /// The flag, and whether it was on for this message's project.
    pub(super) fn flag(&self) -> Option<(&'static str, bool)> {
        let is_on = match self.via {
            Via::App => true,
            Via::Webhook => false,
        };
        self.is_chosen.then_some((integrations::FLAG, is_on))
    }

    /// The kind of error, as classes are called: `Slack::ChannelNotFound`.
    pub(super) fn kind(&self) -> String {
        let words = self.code.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        });
        format!("Slack::{}", words.collect::<String>())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn failure() -> Failure {
        Failure {
            delivery: DeliveryId::mint(1_795_165_200_000, 7),
            project: Some("acme/web".to_owned()),
            workspace: "T0DEMO".parse().unwrap(),
            channel: "#general".parse().unwrap(),
            via: Via::App,
            is_chosen: true,
            code: "channel_not_found".to_owned(),
            reason: "channel #general does not exist or is hidden from the bot".to_owned(),
            attempt: 1,
            outcome: Outcome::Dead,
        }
    }

    #[test]
    fn codes_become_names_of_classes() {
        for (code, kind) in [
            ("channel_not_found", "Slack::ChannelNotFound"),
            ("status_503", "Slack::Status503"),
            ("", "Slack::"),
            ("a__b", "Slack::AB"),
        ] {
            let failure = Failure {
                code: code.to_owned(),
                ..failure()
            };
            assert_eq!(failure.kind(), kind);
        }
    }

    #[test]
    fn the_flag_is_what_chose_the_speaker() {
        let app = failure();
        let old = Failure {
            via: Via::Webhook,
            ..failure()
        };
        let announcement = Failure {
            is_chosen: false,
            ..failure()
        };
        let flag = integrations::FLAG;
        assert_eq!(app.flag(), Some((flag, true)));
        assert_eq!(old.flag(), Some((flag, false)));
        assert_eq!(announcement.flag(), None);
    }
}
