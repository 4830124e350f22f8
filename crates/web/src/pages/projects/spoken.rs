//! Which integration speaks for a place, in a sentence.

use notify::Integration;
use store::Place;

use crate::pages::Site;

/// Who speaks for a place, and why.
pub(super) struct Spoken {
    pub(super) by: Option<Integration>,
    pub(super) said: String,
    /// Nothing is set up, and events go to a channel of the place's own: the demo's rule.
    pub(super) own_channel: bool,
}

impl Spoken {
    pub(super) fn of(site: &Site, place: &Place, id: Option<u64>) -> Self {
        let integrations = &site.flags.integrations;
        let place_asked = asked(place, id);
        let speaking = integrations.speaking(place_asked);
        let own_channel =
            speaking.is_none() && integrations.now().settings.has_channel_per_project();
        let speaking = speaking.or_else(|| own_channel.then(|| integrations.asked(place_asked)));
        let said = match &speaking {
            Some(speaking) => as_sentence(&speaking.to_string()),
            None => "Nothing is set up here, so nobody speaks".to_owned(),
        };
        Self {
            by: speaking.map(|speaking| speaking.integration),
            said,
            own_channel,
        }
    }

    /// Which colour it has.
    pub(super) fn class(&self) -> &'static str {
        match self.by {
            Some(Integration::App) => "app",
            Some(Integration::Webhook) => "webhook",
            None => "none",
        }
    }
}

/// With a capital letter.
fn as_sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The place as who speaks is asked for it.
fn asked(place: &Place, id: Option<u64>) -> notify::Place<'_> {
    match place {
        Place::Project { path, id: known } => notify::Place::Project {
            id: known.or(id),
            path: path.as_str(),
        },
        Place::Group { path, id: known } => notify::Place::Group {
            id: known.or(id),
            path: path.as_str(),
        },
        Place::Instance => notify::Place::Instance,
    }
}
