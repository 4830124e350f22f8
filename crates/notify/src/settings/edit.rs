//! One channel more, or one less, of a subscription: what people type in a channel.
//!
//! Kinds fall back to each other's channels and to the default ones. Whoever adds or takes away a
//! channel means one kind in one channel, so what others fall back to is written out first.

use domain::{ChannelName, EventKind, WorkspaceId};

use super::config::SubscriptionConfig;
use super::keys::EVENTS;
use super::subscription::EVERYDAY;
use super::value::{MOST_CHANNELS, same_channel};
use crate::integration::Integration;

/// An event goes to as many channels as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("events of one kind go to {MOST_CHANNELS} channels at most")]
pub struct TooManyChannels;

impl SubscriptionConfig {
    /// The app's subscription of a place that has none yet: it wants nothing, and is on.
    #[must_use]
    pub fn fresh_app() -> Self {
        Self::of_integration(Integration::App)
    }

    /// The kinds that have settings of their own, in the order in which they are shown.
    pub fn kinds() -> impl Iterator<Item = EventKind> {
        EVENTS.iter().map(|keys| keys.kind)
    }

    /// The kinds that GitLab tells of until somebody chooses.
    #[must_use]
    pub fn everyday_kinds() -> &'static [EventKind] {
        &EVERYDAY
    }

    /// Where events of a kind go; nowhere while it is off. The channel of the place's webhook is
    /// not known here.
    #[must_use]
    pub fn goes_to(&self, kind: EventKind) -> &[ChannelName] {
        if !self.is_active() || self.inherits() || !self.wants(kind) {
            return &[];
        }
        self.subscription.channels(kind)
    }

    /// Whether it wants anything at all, wherever that goes.
    #[must_use]
    pub fn wants_something(&self) -> bool {
        self.is_active() && !self.inherits() && Self::kinds().any(|kind| self.wants(kind))
    }

    /// Switches it off; what it was set to stays.
    pub fn switch_off(&mut self) {
        self.subscription.active = false;
    }

    /// Switches it on as it was.
    pub fn switch_on(&mut self) {
        self.subscription.active = true;
    }

    /// Where nothing holds that it says, because it is off or inherits: switches it on, with
    /// settings of its own that want nothing yet.
    pub fn begin_anew(&mut self) {
        if self.is_active() && !self.inherits() {
            return;
        }
        for kind in Self::kinds() {
            self.subscription.kinds.set(kind, false);
        }
        self.inherits = false;
        self.subscription.active = true;
    }

    /// Sends events of a kind to one channel more, and turns the kind on. Whether that is new.
    ///
    /// # Errors
    /// When they go to as many channels as they may.
    pub fn add_channel(
        &mut self,
        kind: EventKind,
        channel: &ChannelName,
    ) -> Result<bool, TooManyChannels> {
        let mut channels = self.goes_to(kind).to_vec();
        if channels.iter().any(|known| same_channel(known, channel)) {
            return Ok(false);
        }
        if MOST_CHANNELS <= channels.len() {
            return Err(TooManyChannels);
        }
        channels.push(channel.clone());
        self.send(kind, channels);
        Ok(true)
    }

    /// Sends events of a kind no longer to a channel; where they go nowhere then, the kind is off.
    /// Whether they went there.
    pub fn remove_channel(&mut self, kind: EventKind, channel: &ChannelName) -> bool {
        let before = self.goes_to(kind);
        let is_other = |known: &&ChannelName| !same_channel(known, channel);
        let channels: Vec<ChannelName> = before.iter().filter(is_other).cloned().collect();
        if channels.len() == before.len() {
            return false;
        }
        self.send(kind, channels);
        true
    }

    fn send(&mut self, kind: EventKind, channels: Vec<ChannelName>) {
        self.write_out_others(kind);
        let wants = &mut self.subscription;
        wants.kinds.set(kind, !channels.is_empty());
        if channels.is_empty() {
            wants.channels.remove(&kind);
        } else {
            wants.channels.insert(kind, channels);
        }
    }

    /// Gives every other kind that is on the channels by name that it goes to anyway.
    fn write_out_others(&mut self, but: EventKind) {
        for kind in Self::kinds().filter(|kind| *kind != but) {
            let channels = self.goes_to(kind).to_vec();
            if !channels.is_empty() {
                self.subscription.channels.insert(kind, channels);
            }
        }
    }

    /// The same in another workspace.
    #[must_use]
    pub fn in_workspace(mut self, workspace: Option<WorkspaceId>) -> Self {
        self.workspace = workspace;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(name: &str) -> ChannelName {
        name.parse().unwrap()
    }

    fn config(properties: &str) -> SubscriptionConfig {
        let path = "acme/shop".parse().ok();
        SubscriptionConfig::stored(Integration::App, path, true, properties, None).unwrap()
    }

    #[track_caller]
    fn check(config: &SubscriptionConfig, kind: EventKind, expected: &[&str]) {
        let channels = config.goes_to(kind).iter().map(ChannelName::as_str);
        assert_eq!(channels.collect::<Vec<_>>(), expected, "{kind:?}");
        let stored = SubscriptionConfig::stored(
            Integration::App,
            config.path.clone(),
            true,
            &config.properties(),
            None,
        );
        assert_eq!(stored.unwrap().goes_to(kind), config.goes_to(kind));
    }

    #[test]
    fn a_channel_more_of_a_kind_changes_no_other_kind() {
        let mut config = config(
            r##"{"channel": "#all", "issues_events": true, "confidential_issues_events": true,
                "confidential_events_use_normal_channels": true, "push_events": true}"##,
        );
        assert_eq!(
            config.add_channel(EventKind::Issue, &channel("C1")),
            Ok(true)
        );
        assert_eq!(
            config.add_channel(EventKind::Issue, &channel("C1")),
            Ok(false)
        );
        check(&config, EventKind::Issue, &["#all", "C1"]);
        check(&config, EventKind::ConfidentialIssue, &["#all"]);
        check(&config, EventKind::Push, &["#all"]);
        check(&config, EventKind::Pipeline, &[]);
    }

    #[test]
    fn a_kind_that_was_off_begins_with_the_new_channel_alone() {
        let mut config = config(r##"{"channel": "#all", "pipeline_channel": "#old"}"##);
        assert_eq!(
            config.add_channel(EventKind::Pipeline, &channel("C1")),
            Ok(true)
        );
        check(&config, EventKind::Pipeline, &["C1"]);
    }

    #[test]
    fn a_kind_without_channels_is_off() {
        let mut config = config(r##"{"channel": "#all", "push_events": true}"##);
        assert!(!config.remove_channel(EventKind::Push, &channel("C1")));
        assert!(config.remove_channel(EventKind::Push, &channel("all")));
        check(&config, EventKind::Push, &[]);
        assert!(!config.wants_something());
    }

    #[test]
    fn an_event_goes_to_ten_channels_at_most() {
        let mut config = config("{}");
        for n in 0..10 {
            let added = config.add_channel(EventKind::Note, &channel(&format!("C{n}")));
            assert_eq!(added, Ok(true), "{n}");
        }
        let eleventh = config.add_channel(EventKind::Note, &channel("C11"));
        assert_eq!(eleventh, Err(TooManyChannels));
    }

    #[test]
    fn a_place_that_inherited_begins_with_nothing() {
        let mut config =
            config(r##"{"use_inherited_settings": true, "channel": "#a", "push_events": true}"##);
        config.begin_anew();
        assert!(!config.wants_something());
        assert!(config.is_active() && !config.inherits());
    }
}
