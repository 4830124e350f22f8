//! What stands in the form for a comment, and how it looks.

use commands::wording::prose;
use domain::{Mrkdwn, say};
use serde::{Deserialize, Serialize};
use slack::interaction::{Entered, OpenedView};
use slack::view::{Block, Checkboxes, Choice, ExternalSelect, Input, PlainTextInput, View};

use super::target::{Found, Target};
use crate::answer::Stopped;
use crate::modals::{AnswerTo, held};

pub(super) const TITLE: &str = "Comment on GitLab";
pub(super) const CALLBACK_ID: &str = "comment.new";
pub(super) const TARGET_MENU: &str = "comment.target";
pub(super) const TARGET: &str = "target";
pub(super) const BODY: &str = "body";
const BODY_FIELD: &str = "comment.body";
const INTERNAL: &str = "internal";
const INTERNAL_FIELD: &str = "comment.internal";
const YES: &str = "yes";

/// What stands in the form.
pub(super) struct Form {
    pub(super) held: Held,
    /// What was chosen in the menu; a form that came from a button has none.
    pub(super) chosen: Option<(String, String)>,
    /// GitLab Markdown.
    pub(super) body: String,
    pub(super) is_internal: bool,
    pub(super) notice: Option<String>,
}

/// What the modal remembers.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Held {
    /// What a button was about, with the words for it.
    pub(super) on: Option<On>,
    /// The channel's project, in which numbers without a project are looked for.
    pub(super) project: Option<u64>,
    pub(super) answer: Option<AnswerTo>,
    /// Whether everybody sees that there is a comment: it quotes a message that they saw.
    pub(super) is_told_to_all: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct On {
    pub(super) target: String,
    pub(super) label: String,
}

impl Form {
    pub(super) fn new(held: Held) -> Self {
        Self {
            held,
            chosen: None,
            body: String::new(),
            is_internal: false,
            notice: None,
        }
    }

    /// About this and nothing else.
    pub(super) fn on(mut self, found: &Found) -> Self {
        const LONGEST: usize = 150;
        let title: String = found.title.chars().take(LONGEST).collect();
        self.held.on = Some(On {
            target: found.target.to_string(),
            label: format!("{title} · {}", found.reference()),
        });
        self
    }

    /// What stands in a modal of ours.
    pub(super) fn read(view: &OpenedView) -> Result<Self, Stopped> {
        let state = &view.state;
        let target = state.choice(TARGET, TARGET_MENU);
        let label = state.label(TARGET, TARGET_MENU).unwrap_or_default();
        let body = state.entered(BODY, BODY_FIELD).and_then(Entered::value);
        Ok(Self {
            held: held::take(view)?,
            chosen: target.map(|target| (target.to_owned(), label.to_owned())),
            body: body.unwrap_or_default().to_owned(),
            is_internal: state.is_checked(INTERNAL, INTERNAL_FIELD, YES),
            notice: None,
        })
    }

    /// What it is about.
    pub(super) fn target(&self) -> Option<Target> {
        let on = self.held.on.as_ref().map(|on| on.target.as_str());
        let chosen = self.chosen.as_ref().map(|(target, _)| target.as_str());
        on.or(chosen)?.parse().ok()
    }

    pub(super) fn view(&self) -> View {
        let notice = self.notice.as_deref();
        let view = View::modal(TITLE)
            .callback_id(CALLBACK_ID)
            .submit("Comment")
            .close("Cancel")
            .blocks(notice.map(|notice| Block::text(&prose(&format!(":warning: {notice}")))))
            .block(self.target_field())
            .block(self.body_field())
            .block(self.internal_field());
        held::put(view, &self.held)
    }

    fn target_field(&self) -> Block {
        if let Some(on) = &self.held.on {
            return Block::text(&about(&on.label));
        }
        let menu = ExternalSelect::new(TARGET_MENU)
            .placeholder("group/project#12, !7, an address or words")
            .min_query_length(1);
        let menu = match &self.chosen {
            Some((target, label)) => menu.initial(Choice::new(label, target.as_str())),
            None => menu,
        };
        Input::new(TARGET, "Issue or merge request", menu).into()
    }

    fn body_field(&self) -> Input {
        let field = PlainTextInput::new(BODY_FIELD)
            .multiline()
            .initial(&self.body);
        Input::new(BODY, "Comment", field)
            .hint("GitLab Markdown; lines that begin with / are quick actions")
    }

    fn internal_field(&self) -> Input {
        let choice = Choice::new(
            "Only members of the project with at least the Reporter role see it",
            YES,
        );
        let field =
            Checkboxes::new(INTERNAL_FIELD, [choice]).initial(self.is_internal.then_some(YES));
        Input::new(INTERNAL, "Internal", field).optional()
    }
}

fn about(label: &str) -> Mrkdwn {
    say!("On {}", domain::mrkdwn::bold(label))
}

#[cfg(test)]
mod tests;
