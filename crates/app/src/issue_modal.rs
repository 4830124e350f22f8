//! The form for a new issue or incident.
//!
//! It opens at once and is filled when GitLab has answered. People, labels and the template are
//! those of the project that is chosen in it. It is sent as whoever filled it in, with their
//! rights: what the modal remembers only says where they left off.

mod choosing;
mod details;
mod filing;
mod form;
mod menus;
mod opening;
mod projects;
mod reading;
mod template;

use domain::{Message, Mrkdwn};

use crate::answer::{Answer, Stopped};
use crate::clicks::Click;
use crate::modals::{AnswerTo, Modal, Submitted, held};
use crate::shortcuts::{Shortcut, Used};
use crate::suggestions::Source;

pub(crate) use details::Kind;
pub(crate) use opening::{Beginning, open};

pub(crate) static MODALS: &[Modal] = &[
    Modal {
        callback_id: "incident.new",
        submit: |submitted| Box::pin(filing::submit(submitted)),
        closed: Some(|submitted| Box::pin(closed(submitted))),
    },
    Modal {
        callback_id: "issue.new",
        submit: |submitted| Box::pin(filing::submit(submitted)),
        closed: Some(|submitted| Box::pin(closed(submitted))),
    },
];

pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: "incident.project",
        run: |clicked| Box::pin(choosing::project(clicked)),
    },
    Click {
        action_id: "issue.project",
        run: |clicked| Box::pin(choosing::project(clicked)),
    },
];

pub(crate) static SOURCES: &[Source] = &[
    Source {
        action_id: "incident.project",
        choices: |asked| Box::pin(projects::offered(asked)),
    },
    Source {
        action_id: "incident.assignee",
        choices: |asked| Box::pin(menus::people(asked)),
    },
    Source {
        action_id: "incident.labels",
        choices: |asked| Box::pin(menus::labels(asked)),
    },
    Source {
        action_id: "issue.project",
        choices: |asked| Box::pin(projects::offered(asked)),
    },
    Source {
        action_id: "issue.assignee",
        choices: |asked| Box::pin(menus::people(asked)),
    },
    Source {
        action_id: "issue.labels",
        choices: |asked| Box::pin(menus::labels(asked)),
    },
];

pub(crate) static SHORTCUTS: &[Shortcut] = &[
    Shortcut {
        callback_id: "incident_declare",
        run: |used| Box::pin(from_anywhere(used, Kind::Incident)),
    },
    Shortcut {
        callback_id: "issue_new",
        run: |used| Box::pin(from_anywhere(used, Kind::Issue)),
    },
    Shortcut {
        callback_id: "issue_from_message",
        run: |used| Box::pin(from_message(used)),
    },
];

async fn from_anywhere(used: &Used<'_>, kind: Kind) -> Result<(), Stopped> {
    open(used.app, used.who, Beginning::of(kind)).await
}

/// The issue quotes the message, and its card goes into the message's thread.
async fn from_message(used: &Used<'_>) -> Result<(), Stopped> {
    let project = match &used.who.channel {
        Some(channel) => {
            let store = &used.app.parts().store;
            store
                .channel_default(&used.who.workspace, &channel.id)
                .await?
        }
        None => None,
    };
    let beginning = Beginning {
        project,
        quoted: used.on.cloned(),
        answer: used.on.and_then(AnswerTo::message),
        ..Beginning::of(Kind::Issue)
    };
    open(used.app, used.who, beginning).await
}

/// Says so where a command's first word waits for the outcome.
async fn closed(submitted: &Submitted<'_>) {
    let Ok(held) = held::take::<form::Held>(submitted.view) else {
        return;
    };
    let Some(answer_to) = held.answer else {
        return;
    };
    let text = match Kind::of_id(&submitted.view.callback_id) {
        Kind::Issue => Mrkdwn::fixed("The form was closed; no issue was created."),
        Kind::Incident => Mrkdwn::fixed("The form was closed; no incident was declared."),
    };
    let answer = Answer::ephemeral(Message::new(text.clone(), text));
    answer_to
        .give_up(submitted.app, submitted.who, &answer)
        .await;
}
