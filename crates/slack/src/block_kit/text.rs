//! Text objects, and what becomes of a text that is too long or says nothing.

use domain::Mrkdwn;
use serde::Serialize;

use super::limits;
use crate::mrkdwn::{cut, cut_plain};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Text {
    /// `verbatim` keeps Slack from finding links, channels and people in the text itself.
    Mrkdwn {
        text: String,
        verbatim: bool,
    },
    PlainText {
        text: String,
        emoji: bool,
    },
}

/// Stands where Slack wants a text and there is none.
const NOTHING: &str = "–";

impl Text {
    pub(super) fn mrkdwn(text: impl Into<String>) -> Self {
        Self::Mrkdwn {
            text: text.into(),
            verbatim: true,
        }
    }

    /// Markup in at most `limit` UTF-16 code units; a dash when it says nothing.
    pub(super) fn marked(text: &Mrkdwn, limit: usize) -> Self {
        Self::marked_if(text, limit).unwrap_or_else(|| Self::mrkdwn(NOTHING))
    }

    /// [`Self::marked`], but `None` when it says nothing.
    pub(super) fn marked_if(text: &Mrkdwn, limit: usize) -> Option<Self> {
        let cut = cut(text.as_str(), limit);
        (!limits::is_blank(&cut)).then(|| Self::mrkdwn(cut))
    }

    /// Text without markup, in at most `limit` UTF-16 code units; a dash when it says nothing.
    pub(crate) fn plain(text: &str, limit: usize) -> Self {
        Self::plain_if(text, limit).unwrap_or_else(|| Self::PlainText {
            text: NOTHING.to_owned(),
            emoji: false,
        })
    }

    /// [`Self::plain`], but `None` when it says nothing.
    pub(super) fn plain_if(text: &str, limit: usize) -> Option<Self> {
        if limits::is_blank(text) {
            return None;
        }
        let visible: String = text
            .trim()
            .chars()
            .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
            .collect();
        Some(Self::PlainText {
            text: cut_plain(&visible, limit).into_owned(),
            emoji: false,
        })
    }

    /// What Slack shows, markup included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mrkdwn { text, .. } | Self::PlainText { text, .. } => text,
        }
    }
}
