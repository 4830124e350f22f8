//! Trigger ids: proof that a person did something just now, good for one modal within three
//! seconds.

use std::collections::VecDeque;

use clock::Chance;
use jiff::{SignedDuration, Timestamp};

use super::commands::mint_trigger_id;
use super::refusal::Refusal;

/// How long a trigger id is good for.
const LIFE: SignedDuration = SignedDuration::from_secs(3);
/// How many are remembered; the oldest leave first.
const KEPT: usize = 1000;

/// Whom a trigger id is for, and whose doing it proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The app that was told (`A…`).
    pub app: String,
    /// Who did it (`U…`).
    pub user: String,
    /// The conversation it was done in, if in one.
    pub channel: Option<String>,
    /// The modal it was done in, if in one.
    pub view: Option<String>,
}

#[derive(Clone, Debug)]
struct Trigger {
    id: String,
    cause: Cause,
    expires: Timestamp,
    exchanged: bool,
}

/// The newest trigger ids.
#[derive(Clone, Debug, Default)]
pub struct Triggers {
    kept: VecDeque<Trigger>,
}

impl Triggers {
    /// A new one.
    pub fn mint(&mut self, cause: Cause, now: Timestamp, chance: &Chance) -> String {
        let id = mint_trigger_id(chance);
        self.kept.push_back(Trigger {
            id: id.clone(),
            cause,
            expires: now.saturating_add(LIFE).unwrap_or(now),
            exchanged: false,
        });
        while KEPT < self.kept.len() {
            self.kept.pop_front();
        }
        id
    }

    /// What a trigger id that an app came back with proves; it stays good until
    /// [`Triggers::exchange`].
    ///
    /// # Errors
    /// `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id`.
    pub fn look(&self, id: &str, app: &str, now: Timestamp) -> Result<Cause, Refusal> {
        let trigger = self
            .kept
            .iter()
            .find(|trigger| trigger.id == id && trigger.cause.app == app)
            .ok_or("invalid_trigger_id")?;
        if trigger.exchanged {
            return Err(Refusal::of("exchanged_trigger_id"));
        }
        if trigger.expires <= now {
            return Err(Refusal::of("expired_trigger_id"));
        }
        Ok(trigger.cause.clone())
    }

    /// Uses a trigger id up.
    pub fn exchange(&mut self, id: &str) {
        for trigger in self.kept.iter_mut().filter(|trigger| trigger.id == id) {
            trigger.exchanged = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_id_is_good_once_for_three_seconds_and_for_its_own_app() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let mut triggers = Triggers::default();
        let cause = Cause {
            app: "A1".to_owned(),
            user: "U1".to_owned(),
            channel: None,
            view: None,
        };
        let id = triggers.mint(cause.clone(), now, &Chance::from_seed(1));
        let late = now + SignedDuration::from_millis(2_999);
        assert_eq!(triggers.look(&id, "A1", late), Ok(cause));
        let refused = |triggers: &Triggers, id: &str, app: &str, at| {
            triggers.look(id, app, at).unwrap_err().error
        };
        assert_eq!(refused(&triggers, &id, "A2", now), "invalid_trigger_id");
        assert_eq!(refused(&triggers, "1.2.3", "A1", now), "invalid_trigger_id");
        let over = now + LIFE;
        assert_eq!(refused(&triggers, &id, "A1", over), "expired_trigger_id");
        triggers.exchange(&id);
        assert_eq!(refused(&triggers, &id, "A1", now), "exchanged_trigger_id");
    }
}
