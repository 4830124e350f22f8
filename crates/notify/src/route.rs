//! Where an event goes: event and settings in, deliveries or the reason for none out.
//!
//! Pure. Which settings hold is [`crate::settings`]' business, what the message says is
//! [`mod@crate::render`]'s; here one meets the other, and only an event that somebody wants is
//! worded.

mod filter;
mod own_channel;
mod reason;

use domain::event::Event;
use domain::{ChannelName, EventKind, Message, WorkspaceId};

use crate::render::{self, Rendering};
use crate::settings::{Settings, Subscription, Unsubscribed};

pub use reason::Reason;

/// What becomes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Routed {
    /// One message, to each of these places.
    Deliver {
        /// At least one, none twice.
        targets: Vec<Target>,
        message: Box<Message>,
        /// The kind has no words of its own yet, so the message says no more than that something
        /// happened; to be counted.
        fallback: bool,
    },
    Ignored(Reason),
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    pub workspace: WorkspaceId,
    pub channel: ChannelName,
}

/// Decides where an event goes, and words it when it goes anywhere.
#[must_use]
pub fn route(event: &Event, settings: &Settings) -> Routed {
    let targets = match targets(event, settings) {
        Ok(targets) => targets,
        Err(reason) => return Routed::Ignored(reason),
    };
    let (message, fallback) = match render::render(event) {
        Rendering::Message(message) => (message, false),
        Rendering::Fallback(message) => (message, true),
        Rendering::Nothing(nothing) => return Routed::Ignored(Reason::Nothing(nothing)),
    };
    Routed::Deliver {
        targets,
        message,
        fallback,
    }
}

/// Where an event happened: its project, else its group, else nowhere but in the instance.
fn path(event: &Event) -> Option<&str> {
    let project = event.project.as_ref().map(|project| project.path.as_str());
    let group = || event.group.as_ref().map(|group| group.path.as_str());
    project.or_else(group).filter(|path| !path.is_empty())
}

fn targets(event: &Event, settings: &Settings) -> Result<Vec<Target>, Reason> {
    let Some(level) = settings.nearest(path(event)) else {
        return unsubscribed(event, settings.for_unsubscribed());
    };
    let mut targets: Vec<Target> = Vec::new();
    let mut reason = None;
    for subscription in &level.subscriptions {
        match wanted(event, subscription) {
            Ok(channels) => add(&mut targets, subscription, channels),
            Err(refusal) => reason = reason.or(Some(refusal)),
        }
    }
    if targets.is_empty() {
        Err(reason.unwrap_or_else(|| Reason::not_subscribed(event)))
    } else {
        Ok(targets)
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

fn unsubscribed(event: &Event, unsubscribed: &Unsubscribed) -> Result<Vec<Target>, Reason> {
    match unsubscribed {
        Unsubscribed::Ignore => Err(Reason::not_subscribed(event)),
        Unsubscribed::ChannelPerProject { workspace } => {
            let path = event.project.as_ref().map(|project| project.path.as_str());
            let channel = own_channel::of(path).ok_or_else(|| Reason::not_subscribed(event))?;
            let workspace = workspace.clone();
            Ok(vec![Target { workspace, channel }])
        }
    }
}

/// The channels of a subscription that an event goes to.
fn wanted<'s>(event: &Event, subscription: &'s Subscription) -> Result<&'s [ChannelName], Reason> {
    let kind = filed_under(event);
    if !subscription.wants.active {
        return Err(Reason::switched_off(event));
    }
    if !subscription.wants.kinds.has(kind) {
        return Err(Reason::not_wanted(event, kind));
    }
    filter::check(event, &subscription.wants)?;
    subscription
        .channels(kind)
        .map_err(|missing| Reason::no_channel(event, kind, missing))
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
