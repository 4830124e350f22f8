//! What people will see in a channel, before it is Slack's JSON.
//!
//! On the screen a message is a headline, and below it, beside a coloured bar, a body, facts,
//! a context line and link buttons. `summary` is what a push notification or a screen reader
//! says instead; it is never on the screen together with the headline.

use serde::{Deserialize, Serialize};

use crate::mrkdwn::Mrkdwn;

/// A message for a channel. Build it with [`Message::new`] and the methods below.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Reads well alone, without links: the push notification, and the line in a digest.
    /// Plain words from outside are escaped in it.
    pub summary: Mrkdwn,
    /// The first line on the screen, with its links.
    pub headline: Mrkdwn,
    /// The colour of the bar beside the details.
    pub tone: Tone,
    /// A description, a comment, a list of commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Mrkdwn>,
    /// Labelled values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Small print under the details.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub context: Vec<Mrkdwn>,
    /// Buttons that open a page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkButton>,
}

/// A labelled value of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub label: String,
    pub value: Mrkdwn,
    /// Needs the whole width: is not set beside another fact.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wide: bool,
}

/// A button that opens a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkButton {
    pub label: String,
    pub url: String,
}

/// What the colour of a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Something moved on.
    Neutral,
    /// Somebody's work: an issue, an incident, an alert.
    Work,
    /// It went well.
    Good,
    /// Look at it some time.
    Warning,
    /// It failed.
    Danger,
}

impl Tone {
    /// The colour of the bar, as `#rrggbb`.
    #[must_use]
    pub fn color(self) -> &'static str {
        match self {
            Self::Neutral => "#334455",
            Self::Work => "#C95823",
            Self::Good => "#2EB67D",
            Self::Warning => "#DAA038",
            Self::Danger => "#D22852",
        }
    }
}

impl Message {
    /// A message in a neutral tone with nothing under its headline.
    #[must_use]
    pub fn new(summary: Mrkdwn, headline: Mrkdwn) -> Self {
        Self {
            summary,
            headline,
            tone: Tone::Neutral,
            body: None,
            facts: Vec::new(),
            context: Vec::new(),
            links: Vec::new(),
        }
    }

    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Sets the body; an empty one is left out.
    #[must_use]
    pub fn body(mut self, body: Mrkdwn) -> Self {
        self.body = (!body.is_empty()).then_some(body);
        self
    }

    /// Adds a fact that may stand beside another; one without a value is left out.
    #[must_use]
    pub fn fact(mut self, label: &str, value: Mrkdwn) -> Self {
        if !value.is_empty() {
            self.facts.push(Fact {
                label: label.to_owned(),
                value,
                wide: false,
            });
        }
        self
    }

    /// Adds a fact that takes the whole width; one without a value is left out.
    #[must_use]
    pub fn wide_fact(mut self, label: &str, value: Mrkdwn) -> Self {
        if !value.is_empty() {
            self.facts.push(Fact {
                label: label.to_owned(),
                value,
                wide: true,
            });
        }
        self
    }

    /// Adds a piece of small print; an empty one is left out.
    #[must_use]
    pub fn context(mut self, piece: Mrkdwn) -> Self {
        if !piece.is_empty() {
            self.context.push(piece);
        }
        self
    }

    /// Adds a button that opens `url`; without a web address it is left out.
    #[must_use]
    pub fn link(mut self, label: &str, url: &str) -> Self {
        if crate::mrkdwn::is_web_address(url) {
            self.links.push(LinkButton {
                label: label.to_owned(),
                url: url.to_owned(),
            });
        }
        self
    }
}
