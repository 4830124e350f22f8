//! What stands under the card.

use rollouts::{Offer, Status};
use slack::view::{Button, Choice, Confirm, Control, StaticSelect};

use super::asking::{self, Wish};
use super::form;
use crate::answer::Stopped;
use crate::clicks::{Click, Clicked, Outcome};

/// The other things that may be asked, in a menu.
const MORE: &str = "rollout.more";

/// What has a button of its own, by the act's name, in this order.
const BUTTONS: &[(&str, &str)] = &[
    ("advance", "rollout.advance"),
    ("approve", "rollout.approve"),
    ("acknowledge", "rollout.acknowledge"),
    ("resume", "rollout.resume"),
    ("adopt", "rollout.adopt"),
    ("restore", "rollout.restore"),
    ("hold", "rollout.hold"),
    ("rollback", "rollout.rollback"),
];

/// What the buttons do: each the same, by what it carries.
pub(super) const CLICKS: &[Click] = &[
    click("rollout.advance"),
    click("rollout.approve"),
    click("rollout.acknowledge"),
    click("rollout.resume"),
    click("rollout.adopt"),
    click("rollout.restore"),
    click("rollout.hold"),
    click("rollout.rollback"),
    click(MORE),
];

const fn click(action_id: &'static str) -> Click {
    Click {
        action_id,
        run: |clicked| Box::pin(press(clicked)),
    }
}

/// The row under a rollout's card: what may be asked of it now.
#[must_use]
pub fn controls(status: &Status) -> Vec<Control> {
    let of = |act: &str| status.may.iter().find(|offer| offer.act == act);
    let buttons = BUTTONS
        .iter()
        .filter_map(|(act, id)| Some(button(status, of(act)?, id)));
    let mut row: Vec<Control> = buttons.map(Control::from).collect();
    let has_button = |offer: &&Offer| BUTTONS.iter().any(|(act, _)| *act == offer.act);
    let others = status.may.iter().filter(|offer| !has_button(offer));
    let choices: Vec<Choice> = others
        .map(|offer| Choice::new(&offer.label, wish(status, offer).value()))
        .collect();
    if !choices.is_empty() {
        let menu = StaticSelect::new(MORE, choices).placeholder("More…");
        row.push(menu.into());
    }
    row
}

fn wish(status: &Status, offer: &Offer) -> Wish {
    Wish {
        flag: status.flag.clone(),
        act: offer.act.clone(),
        about: offer.about.clone(),
    }
}

fn button(status: &Status, offer: &Offer, id: &'static str) -> Button {
    let label = format!("{} the rollout of {}", offer.label, status.flag);
    let button = Button::new(&offer.label, id)
        .value(wish(status, offer).value())
        .accessibility_label(&label);
    match offer.act.as_str() {
        "advance" | "approve" | "acknowledge" => button.primary(),
        "rollback" => {
            let title = "Roll back?";
            let text = format!(
                "{} goes back to how it stood before the rollout, at once.",
                status.flag
            );
            let confirm = Confirm::new(title, &text, "Roll back").danger();
            button.danger().confirm(confirm)
        }
        _others => button,
    }
}

async fn press(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let Some(wish) = Wish::read(clicked.value()) else {
        let why = "this button is from another time; ask for the rollout's status again";
        return Err(Stopped::because(why));
    };
    if form::needs_words(&wish.act) {
        form::open(clicked, wish).await?;
        return Ok(Outcome::Done);
    }
    // The thread and the card tell of it.
    asking::ask(clicked.app, clicked.who, &wish, None).await?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_button_does_something() {
        let pressed = CLICKS.iter().map(|click| click.action_id);
        let shown = BUTTONS.iter().map(|(_, id)| *id).chain([MORE]);
        assert!(pressed.eq(shown));
    }
}
