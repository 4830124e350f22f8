//! The form for a new issue or incident: what stands in it, and how it looks.
//!
//! The same values always give the same view, so that a form that could not be sent comes back
//! as it was, with the reason above it.

use commands::wording::prose;
use serde::{Deserialize, Serialize};
use slack::view::{
    Block, Checkboxes, Choice, ExternalSelect, Input, MultiExternalSelect, PlainTextInput,
    StaticSelect, UrlTextInput, View,
};

use super::details::{Kind, Listed, Severity, Status, Type};
use crate::modals::{AnswerTo, held};

pub(super) const TITLE: &str = "title";
pub(super) const PROJECT: &str = "project";
pub(super) const TYPE: &str = "type";
pub(super) const SEVERITY: &str = "severity";
pub(super) const STATUS: &str = "status";
pub(super) const ASSIGNEE: &str = "assignee";
pub(super) const LABELS: &str = "labels";
pub(super) const CONFIDENTIAL: &str = "confidential";
pub(super) const DESCRIPTION: &str = "description";
pub(super) const ZOOM: &str = "zoom";

/// The value of the one box.
pub(super) const YES: &str = "yes";

/// GitLab's own limit.
pub(super) const LONGEST_TITLE: u16 = 255;

/// What stands in the form.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) held: Held,
    pub(super) title: String,
    pub(super) project: Option<Picked>,
    pub(super) assignee: Option<Picked>,
    pub(super) labels: Vec<Picked>,
    pub(super) is_confidential: bool,
    /// GitLab Markdown.
    pub(super) description: String,
    pub(super) details: Details,
    /// Why it could not be sent, in plain text with names between backticks.
    pub(super) notice: Option<String>,
}

/// What only one kind of form has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Details {
    Issue(Type),
    Incident {
        severity: Severity,
        status: Status,
        /// The address of a meeting; may be empty.
        zoom: String,
    },
}

/// What was chosen from a menu that asks for its choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picked {
    pub(super) value: String,
    pub(super) label: String,
}

/// What the modal remembers.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    /// GitLab's id of the project that was chosen last.
    pub(super) project: Option<u64>,
    /// The project whose people and labels stand in the menus. Part of these fields' ids: Slack
    /// empties a field only when it gets another id.
    pub(super) menus: u64,
    /// The same for the description, which stays when it was edited.
    pub(super) described: u64,
    /// The mark of the description that we wrote ourselves.
    pub(super) wrote: u64,
    pub(super) answer: Option<AnswerTo>,
}

impl Details {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Issue => Self::Issue(Type::default()),
            Kind::Incident => Self::Incident {
                severity: Severity::default(),
                status: Status::default(),
                zoom: String::new(),
            },
        }
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Issue(_) => Kind::Issue,
            Self::Incident { .. } => Kind::Incident,
        }
    }
}

impl Picked {
    fn choice(&self) -> Choice {
        Choice::new(&self.label, &self.value)
    }
}

impl Held {
    pub(super) fn menus_block(&self, name: &str) -> String {
        format!("{name}-{}", self.menus)
    }

    pub(super) fn description_block(&self) -> String {
        format!("{DESCRIPTION}-{}", self.described)
    }
}

impl Form {
    pub(super) fn new(kind: Kind, answer: Option<AnswerTo>) -> Self {
        Self {
            held: Held {
                answer,
                ..Held::default()
            },
            title: String::new(),
            project: None,
            assignee: None,
            labels: Vec::new(),
            is_confidential: false,
            description: String::new(),
            details: Details::new(kind),
            notice: None,
        }
    }

    pub(super) fn kind(&self) -> Kind {
        self.details.kind()
    }

    /// With this project. The menus are those of the project, and so is the description unless
    /// somebody has written in it.
    pub(super) fn in_project(mut self, id: u64, label: &str, template: &str) -> Self {
        let is_ours =
            self.description.trim().is_empty() || mark(&self.description) == self.held.wrote;
        if self.held.menus != id {
            self.assignee = None;
            self.labels.clear();
        }
        self.held.project = Some(id);
        self.held.menus = id;
        self.project = Some(Picked {
            value: id.to_string(),
            label: label.to_owned(),
        });
        if is_ours {
            self.held.described = id;
            self.describe(template);
        }
        self
    }

    /// Writes a description that a template may take the place of.
    pub(super) fn describe(&mut self, text: &str) {
        text.trim().clone_into(&mut self.description);
        self.held.wrote = mark(&self.description);
    }

    /// The form as Slack shows it.
    pub(super) fn view(&self) -> View {
        let kind = self.kind();
        let notice = self.notice.as_deref();
        let view = View::modal(kind.title())
            .callback_id(kind.callback_id())
            .submit("Create")
            .close("Cancel")
            .notify_on_close()
            .blocks(notice.map(|notice| Block::text(&prose(&format!(":warning: {notice}")))))
            .block(self.title_field())
            .block(self.project_field())
            .blocks(self.detail_fields())
            .block(self.assignee_field())
            .block(self.labels_field())
            .block(self.confidential_field())
            .block(self.description_field())
            .blocks(self.zoom_field());
        held::put(view, &self.held)
    }

    fn title_field(&self) -> Input {
        let field = PlainTextInput::new(self.kind().field(TITLE))
            .max_length(LONGEST_TITLE)
            .initial(&self.title);
        Input::new(TITLE, "Title", field)
    }

    fn project_field(&self) -> Input {
        let field = ExternalSelect::new(self.kind().field(PROJECT))
            .placeholder("Find a project")
            .min_query_length(0);
        let field = match &self.project {
            Some(project) => field.initial(project.choice()),
            None => field,
        };
        Input::new(PROJECT, "Project", field)
            .dispatch_action()
            .hint("Projects that are connected to this workspace")
    }

    fn detail_fields(&self) -> Vec<Block> {
        let kind = self.kind();
        let menu = |name: &str, label: &str, choices, chosen: &str| -> Block {
            let field = StaticSelect::new(kind.field(name), choices).initial(chosen);
            Input::new(name, label, field).into()
        };
        match &self.details {
            Details::Issue(chosen) => vec![menu(TYPE, "Type", Type::choices(), chosen.word())],
            Details::Incident {
                severity, status, ..
            } => vec![
                menu(SEVERITY, "Severity", Severity::choices(), severity.word()),
                menu(STATUS, "Status", Status::choices(), status.word()),
            ],
        }
    }

    fn assignee_field(&self) -> Input {
        let field = ExternalSelect::new(self.kind().field(ASSIGNEE))
            .placeholder("Find a member of the project")
            .min_query_length(0);
        let field = match &self.assignee {
            Some(assignee) => field.initial(assignee.choice()),
            None => field,
        };
        Input::new(self.held.menus_block(ASSIGNEE), "Assignee", field).optional()
    }

    fn labels_field(&self) -> Input {
        let field = MultiExternalSelect::new(self.kind().field(LABELS))
            .placeholder("Find labels of the project")
            .min_query_length(0)
            .initial(self.labels.iter().map(Picked::choice));
        Input::new(self.held.menus_block(LABELS), "Labels", field).optional()
    }

    fn confidential_field(&self) -> Input {
        let box_of = Choice::new(
            "Only members of the project with at least the Reporter role see it",
            YES,
        );
        let checked = self.is_confidential.then_some(YES);
        let field = Checkboxes::new(self.kind().field(CONFIDENTIAL), [box_of]).initial(checked);
        Input::new(CONFIDENTIAL, "Confidential", field).optional()
    }

    fn description_field(&self) -> Input {
        let field = PlainTextInput::new(self.kind().field(DESCRIPTION))
            .multiline()
            .initial(&self.description);
        Input::new(self.held.description_block(), "Description", field)
            .optional()
            .hint("GitLab Markdown; lines that begin with / are quick actions")
    }

    fn zoom_field(&self) -> Option<Block> {
        let Details::Incident { zoom, .. } = &self.details else {
            return None;
        };
        let field = UrlTextInput::new(self.kind().field(ZOOM))
            .placeholder("https://example.zoom.us/j/123456789")
            .initial(zoom);
        Some(Input::new(ZOOM, "Zoom meeting", field).optional().into())
    }
}

/// Tells one text from another; frozen, as open forms remember it. FNV-1a, of what people see
/// of a text that Slack has cut.
fn mark(text: &str) -> u64 {
    const SHOWN: usize = 3_000;
    let shown = slack::mrkdwn::cut_plain(text.trim(), SHOWN);
    shown
        .trim()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |mark, byte| {
            (mark ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

#[cfg(test)]
mod tests;
