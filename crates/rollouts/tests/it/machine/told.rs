//! Entries of a history in a few words.

use rollouts::{Cause, Event};

pub(crate) fn told(event: &Event) -> String {
    match event {
        Event::Started { .. } | Event::Checked { .. } | Event::Judged { .. } => String::new(),
        Event::Intended { change } => format!("intends {}", change.what),
        Event::Applied { .. } => "made".to_owned(),
        Event::NotApplied { reason } => format!("not made: {reason}"),
        Event::Held { hold } => format!("holds: {}", hold.note),
        Event::RollbackBegan {
            cause: Cause::Breach { monitor, sentence },
        } => format!("rolls back because of {monitor}: {sentence}"),
        Event::Ticked { item, .. } => format!("ticks {item}"),
        Event::Silent { monitor, reason } => format!("{monitor} is silent: {reason}"),
        Event::Answers { monitor } => format!("{monitor} answers"),
        Event::Advanced { .. } => "next stage".to_owned(),
        Event::Approved { .. }
        | Event::Acknowledged { .. }
        | Event::NobodyWatches
        | Event::Unticked { .. }
        | Event::Entered
        | Event::Resumed { .. }
        | Event::WentBack { .. }
        | Event::RollbackBegan { .. }
        | Event::RolledBack
        | Event::Overridden { .. }
        | Event::EditedOutside { .. }
        | Event::Adopted
        | Event::Restored
        | Event::Linked { .. }
        | Event::Rerouted { .. }
        | Event::Completed
        | Event::Cancelled { .. } => {
            let told = format!("{event:?}");
            let end = told.find([' ', '{', '(']).unwrap_or(told.len());
            told.chars().take(end).collect()
        }
    }
}
