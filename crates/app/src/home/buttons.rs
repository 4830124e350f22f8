//! The buttons of a Home.

use accounts::Linked;
use domain::message::Tone;
use domain::{DeliveryId, Message, Mrkdwn, ProjectPath};
use store::{Note, ReplayError};

use crate::answer::{Answer, Refused, Stopped};
use crate::app::App;
use crate::clicks::{Click, Clicked, Outcome};
use crate::slash;

pub(super) const LINK: &str = "home.link";
pub(super) const REFRESH: &str = "home.refresh";
pub(super) const REPLAY: &str = "home.replay";
pub(super) const UNLINK: &str = "home.unlink";
/// Opens the page; nothing else is done.
pub(super) const OPEN: &str = "home.open";

/// How many undelivered messages of a project are looked through for the one to be replayed.
const LOOKED_THROUGH: u32 = 500;

/// What the buttons do. After each of them the Home is made anew.
pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: LINK,
        run: |clicked| Box::pin(link(clicked)),
    },
    Click {
        action_id: REFRESH,
        run: |_| Box::pin(async { Ok(Outcome::Done) }),
    },
    Click {
        action_id: REPLAY,
        run: |clicked| Box::pin(replay(clicked)),
    },
    Click {
        action_id: UNLINK,
        run: |clicked| Box::pin(unlink(clicked)),
    },
];

/// The link works once and for ten minutes, so it is made when somebody asks for it.
async fn link(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    match linked(clicked).await? {
        // They have linked it meanwhile.
        Some(linked) => usable(clicked.app, &linked).await,
        None => Err(Stopped::Unlinked),
    }
}

async fn usable(app: &App, linked: &Linked) -> Result<Outcome, Stopped> {
    match app.parts().accounts.client(linked).await {
        Err(accounts::AccountsError::GrantOver) => Err(Stopped::Relink),
        Ok(_) | Err(_) => Ok(Outcome::Done),
    }
}

async fn unlink(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (app, who) = (clicked.app, clicked.who);
    let note = Note {
        author: who.author(),
        reason: None,
        request_id: app.request_id(),
        overrides: Vec::new(),
        command: None,
    };
    let accounts = &app.parts().accounts;
    let unlinked = accounts.unlink(&who.workspace, who.user.as_str(), note);
    unlinked
        .await
        .map_err(|error| Stopped::Refused(Refused::because(error)))?;
    Ok(Outcome::Done)
}

/// Sends a message again, for whoever maintains the project that it tells of.
async fn replay(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (app, who) = (clicked.app, clicked.who);
    let (delivery, project) = read(clicked.value())
        .ok_or_else(|| Stopped::because("this button is from another time; refresh the page"))?;
    let parts = app.parts();
    let account = slash::account(app, who).await?;
    let maintains = parts
        .accounts
        .may_administer_project(&account.linked, &project)
        .await
        .map_err(|error| Stopped::Refused(Refused::because(error)))?;
    if !maintains {
        return Err(Stopped::because(
            "a message is sent again by those who maintain its project",
        ));
    }
    let is_connected = parts.store.connection(&who.workspace, &project).await?;
    if is_connected.is_none() {
        return Err(Stopped::because(
            "its project is no longer connected to this workspace",
        ));
    }
    let letters = parts
        .store
        .dead_letters_of_projects(&[project], LOOKED_THROUGH)
        .await?;
    if !letters.iter().any(|one| one.delivery.id == delivery) {
        return Err(Stopped::because("it was sent again meanwhile"));
    }
    let integrations = parts.integrations.clone();
    let speak = move |event: &store::StoredEvent| integrations.voice_of(event);
    let now = parts.clock.now();
    match parts.store.replay(&delivery, now, speak).await {
        Ok(_) => Ok(said("It is on its way again.")),
        Err(ReplayError::NotDead { .. } | ReplayError::Unknown(_)) => {
            Err(Stopped::because("it was sent again meanwhile"))
        }
        Err(ReplayError::Store(error)) => Err(error.into()),
    }
}

fn said(text: &'static str) -> Outcome {
    let text = Mrkdwn::fixed(text);
    let message = Message::new(text.clone(), text).tone(Tone::Good);
    Outcome::Say(Box::new(Answer::ephemeral(message)))
}

async fn linked(clicked: &Clicked<'_>) -> Result<Option<Linked>, Stopped> {
    let (accounts, who) = (&clicked.app.parts().accounts, clicked.who);
    let linked = accounts.linked(&who.workspace, who.user.as_str()).await;
    linked.map_err(|error| Stopped::Refused(Refused::because(error)))
}

/// `dlv_… group/project`.
fn read(value: &str) -> Option<(DeliveryId, ProjectPath)> {
    let (delivery, project) = value.split_once(' ')?;
    Some((delivery.parse().ok()?, project.parse().ok()?))
}
