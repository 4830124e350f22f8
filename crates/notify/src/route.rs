//! Where an event goes: event, settings and flags in, deliveries or the reason for none out.
//!
//! Pure. Which settings hold is [`crate::settings`]' business, which integration speaks
//! [`crate::speaker`]'s, what the message says [`mod@crate::render`]'s; here they meet, and only
//! an event that somebody wants is worded.

mod filter;
pub(crate) mod own_channel;
mod reason;

use domain::event::Event;
use domain::{ChannelName, EventKind, Message, WorkspaceId};

use crate::integration::Integration;
use crate::render::{self, Rendering};
use crate::settings::{Level, Settings, Subscription, Unsubscribed};
use crate::speaker::{Place, Speakers};

pub use reason::{Reason, Refusal};

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Routed {
    /// One message, to each of these places.
    Deliver {
        /// At least one, none twice.
        targets: Vec<Target>,
        /// Who carries it, to all of them.
        speaker: Speaker,
        message: Box<Message>,
        /// The kind has no words of its own yet, so the message says no more than that something
        /// happened; to be counted.
        fallback: bool,
    },
    Ignored(Reason),
}

/// Who carries a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The app's bot.
    App,
    /// The incoming webhook that is set at this place: a lower-case path, empty for the instance.
    Webhook { place: String },
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
}

/// Decides where an event goes, and words it when it goes anywhere.
///
/// Which integration speaks is decided here, once; only its subscriptions are asked.
#[must_use]
pub fn route(event: &Event, settings: &Settings, speakers: &Speakers<'_>) -> Routed {
    let (speaker, targets) = match speaker_and_targets(event, settings, speakers) {
        Ok(decided) => decided,
        Err(reason) => return Routed::Ignored(reason),
    };
    let (message, fallback) = match render::render(event) {
        Rendering::Message(message) => (message, false),
        Rendering::Fallback(message) => (message, true),
        Rendering::Nothing(nothing) => return Routed::Ignored(Reason::Nothing(nothing)),
    };
    Routed::Deliver {
        targets,
        speaker,
        message,
        fallback,
    }
}

fn speaker_and_targets(
    event: &Event,
    settings: &Settings,
    speakers: &Speakers<'_>,
) -> Result<(Speaker, Vec<Target>), Reason> {
    let place = Place::of(event);
    let level = |integration| settings.nearest(integration, place.path());
    let Some(speaking) = speakers.choose(place, settings) else {
        let is_subscribed = Integration::ALL.into_iter().any(|one| level(one).is_some());
        let rule = settings.for_unsubscribed();
        // Where each project has a channel of its own, one that was switched off has it again.
        return if is_subscribed && *rule == Unsubscribed::Ignore {
            Err(Reason::switched_off(event))
        } else {
            unsubscribed(event, rule, speakers)
        };
    };
    let Some(level) = level(speaking.integration) else {
        return Err(Reason::not_subscribed(event));
    };
    let targets = targets(event, level).map_err(|refusal| Reason::Refused {
        speaks: speaking.integration,
        refusal,
    })?;
    Ok((Speaker::of(speaking.integration, &level.place), targets))
}

impl Speaker {
    fn of(integration: Integration, place: &str) -> Self {
        match integration {
            Integration::App => Self::App,
            Integration::Webhook => Self::Webhook {
                place: place.to_owned(),
            },
        }
    }
}

fn targets(event: &Event, level: &Level) -> Result<Vec<Target>, Refusal> {
    let mut targets: Vec<Target> = Vec::new();
    let mut first = None;
    for subscription in level.subscriptions.iter().filter(|one| one.wants.active) {
        match wanted(event, subscription) {
            Ok(channels) => add(&mut targets, subscription, channels),
            Err(refusal) => first = first.or(Some(refusal)),
        }
    }
    match first {
        Some(refusal) if targets.is_empty() => Err(refusal),
        Some(_) | None => Ok(targets),
    }
}

fn add(targets: &mut Vec<Target>, subscription: &Subscription, channels: &[ChannelName]) {
    for channel in channels {
        let is_known = targets.iter().any(|known| {
            known.workspace == subscription.workspace
                && crate::settings::same_channel(&known.channel, channel)
        });
        if !is_known {
            targets.push(Target {
                workspace: subscription.workspace.clone(),
                channel: channel.clone(),
            });
        }
    }
}

/// Nothing is subscribed to the place. Where each project has a channel of its own both
/// integrations can speak in it, the old one by the instance's webhook.
fn unsubscribed(
    event: &Event,
    unsubscribed: &Unsubscribed,
    speakers: &Speakers<'_>,
) -> Result<(Speaker, Vec<Target>), Reason> {
    match unsubscribed {
        Unsubscribed::Ignore => Err(Reason::not_subscribed(event)),
        Unsubscribed::ChannelPerProject { workspace } => {
            let path = event.project.as_ref().map(|project| project.path.as_str());
            let channel = own_channel::of(path).ok_or_else(|| Reason::not_subscribed(event))?;
            let workspace = workspace.clone();
            let speaking = speakers.ask(Place::of(event));
            let speaker = Speaker::of(speaking.integration, "");
            Ok((speaker, vec![Target { workspace, channel }]))
        }
    }
}

/// The channels of a subscription that an event goes to.
fn wanted<'s>(event: &Event, subscription: &'s Subscription) -> Result<&'s [ChannelName], Refusal> {
    let kind = filed_under(event);
    if !subscription.wants.kinds.has(kind) {
        return Err(Refusal::not_wanted(event, kind));
    }
    filter::check(event, &subscription.wants)?;
    subscription
        .channels(kind)
        .map_err(|missing| Refusal::no_channel(event, kind, missing))
}

/// The kind whose settings an event goes by: a work item's are an issue's, as in GitLab, and a
/// confidential incident's are a confidential issue's.
fn filed_under(event: &Event) -> EventKind {
    match event.kind() {
        EventKind::WorkItem => EventKind::Issue,
        EventKind::ConfidentialWorkItem => EventKind::ConfidentialIssue,
        EventKind::Incident if event.is_confidential() => EventKind::ConfidentialIssue,
        kind => kind,
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
