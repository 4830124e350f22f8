//! Who speaks, and what goes where.

use domain::Event;
use notify::{Place, Routed, Speakers, Speaking};
use store::StoredEvent;

use crate::{Held, Integrations};

/// The flag that is enabled where the app speaks, and not where the webhook does.
pub const FLAG: &str = "integration_slack_app_notifications";

impl Integrations {
    /// Decides once, for good, which integration tells of an event, to whom and in which words.
    #[must_use]
    pub fn route(&self, event: &Event) -> Routed {
        let held = self.now();
        self.asking(&held, |speakers| {
            notify::route(event, &held.settings, speakers)
        })
    }

    /// Who would tell of a stored event now: a replay asks again. `None` when nobody would, or
    /// the event cannot be read.
    #[must_use]
    pub fn voice_of(&self, stored: &StoredEvent) -> Option<store::Speaker> {
        let event = serde_json::from_str(&stored.body).ok()?;
        match self.route(&event) {
            Routed::Deliver { speaker, .. } => Some(voice(speaker)),
            Routed::Ignored(_) => None,
        }
    }

    /// Which integration would speak for a place now, and why; `None` where nothing is set up.
    #[must_use]
    pub fn speaking(&self, place: Place<'_>) -> Option<Speaking> {
        let held = self.now();
        self.asking(&held, |speakers| speakers.choose(place, &held.settings))
    }

    /// What the flag says of a place, whatever is set up there.
    #[must_use]
    pub fn asked(&self, place: Place<'_>) -> Speaking {
        let held = self.now();
        self.asking(&held, |speakers| speakers.ask(place))
    }

    fn asking<T>(&self, held: &Held, ask: impl FnOnce(&Speakers<'_>) -> T) -> T {
        let flags = self.parts.flags.load();
        let chance = &self.parts.chance;
        ask(&Speakers {
            flags: &flags,
            flag: FLAG,
            group_of: &|path| held.group(path),
            instance: &self.parts.instance,
            draw: &|| chance.fraction(),
        })
    }
}

/// A decision as it is stored with its deliveries.
#[must_use]
pub fn voice(speaker: notify::Speaker) -> store::Speaker {
    match speaker {
        notify::Speaker::App => store::Speaker::App,
        notify::Speaker::Webhook { place } => store::Speaker::Webhook { place },
    }
}
