//! An event's outcome, kept beside it so that the log can be searched by it.

use crate::engine::{Fault, Tx};

/// Sets the outcome of each event to the worst of its deliveries.
///
/// The row is locked before its deliveries are looked at: two lanes that finish two deliveries
/// of one event at the same time would otherwise each see the other's still waiting.
pub(crate) fn refresh(tx: &mut Tx<'_>, mut events: Vec<i64>) -> Result<(), Fault> {
    events.sort_unstable();
    events.dedup();
    for event in events {
        refresh_one(tx, event)?;
    }
    Ok(())
}

fn refresh_one(tx: &mut Tx<'_>, event: i64) -> Result<(), Fault> {
    let locked = tx.pick(
        "SELECT outcome FROM events WHERE seq = $1",
        "SELECT outcome FROM events WHERE seq = $1 FOR UPDATE",
    );
    let Some(before) = tx.one(locked, &[event.into()], |mut row| row.text(0))? else {
        return Ok(());
    };
    let worst = tx.one(
        "SELECT MAX(CASE state WHEN 'dead' THEN 4
                               WHEN 'waiting' THEN 3 WHEN 'sending' THEN 3 WHEN 'folded' THEN 3
                               WHEN 'digested' THEN 2 ELSE 1 END)
         FROM deliveries WHERE event_seq = $1",
        &[event.into()],
        |row| row.maybe_int(0),
    )?;
    let after = match worst.flatten() {
        None => return Ok(()),
        Some(4) => "dead",
        Some(3) => "waiting",
        Some(2) => "digested",
        Some(_) => "delivered",
    };
    if after != before {
        let sql = "UPDATE events SET outcome = $2 WHERE seq = $1";
        tx.execute(sql, &[event.into(), after.into()])?;
        tx.count(event_tally(&before)?, -1);
        tx.count(event_tally(after)?, 1);
    }
    Ok(())
}

/// The tally of a stored outcome.
pub(crate) fn event_tally(outcome: &str) -> Result<&'static str, Fault> {
    Ok(match outcome {
        "unrouted" => "event.unrouted",
        "waiting" => "event.waiting",
        "delivered" => "event.delivered",
        "digested" => "event.digested",
        "dead" => "event.dead",
        "ignored" => "event.ignored",
        other => {
            return Err(Fault::Failed(format!(
                "{other:?} is no outcome of an event"
            )));
        }
    })
}

/// The tally of a stored state.
pub(crate) fn delivery_tally(state: &str) -> Result<&'static str, Fault> {
    Ok(match state {
        "waiting" => "delivery.waiting",
        "sending" => "delivery.sending",
        "folded" => "delivery.folded",
        "sent" => "delivery.sent",
        "updated" => "delivery.updated",
        "digested" => "delivery.digested",
        "dead" => "delivery.dead",
        other => {
            return Err(Fault::Failed(format!(
                "{other:?} is no state of a delivery"
            )));
        }
    })
}
