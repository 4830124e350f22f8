//! What the channels read that did not see the command.

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use crate::feature::card;
use crate::feature::result;

use super::Change;

/// The change, who made it, and what was typed.
pub(super) fn message(change: &Change<'_>) -> Message {
    let changed = change.changed;
    let default = change
        .definition
        .is_some_and(|definition| definition.default_enabled);
    let described = |gates| card::described(gates, default, &changed.names);
    let line = say!(
        "{} is now {} on {}",
        mrkdwn::code(changed.flag.as_str()),
        described(changed.after.as_ref()),
        mrkdwn::bold(changed.environment.as_str())
    );
    let typed = change.note.command.as_deref();
    let typed = typed.map(|command| mrkdwn::code(&format!("/chatops run {command}")));
    let message = Message::new(line.clone(), line)
        .tone(card::tone(changed.after.as_ref(), default))
        .fact("Before", described(changed.before.as_ref()))
        .wide_fact("Command", typed.unwrap_or_else(Mrkdwn::empty));
    let message = result::small_print(message, change.note)
        .context(result::shadowed(changed.after.as_ref(), default))
        .context(mrkdwn::escape(&change.environment.host));
    card::with_links(message, change.definition)
}
