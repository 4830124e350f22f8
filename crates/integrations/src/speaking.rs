//! Who speaks, and what goes where.

use domain::Event;
use notify::{Place, Routed, Speakers, Speaking};

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
