//! What one place wants to hear of, and where.

use std::collections::HashMap;

use domain::{ChannelName, EventKind, WorkspaceId};

use super::keys;
use crate::integration::Integration;

/// What one place wants to hear of in one workspace. The names and defaults are GitLab's.
///
/// Three things differ from GitLab, for both integrations, each because GitLab's way surprises people:
///
/// - A confidential event goes only to a channel that is set for confidential events: GitLab
///   falls back to the normal channel, so that turning one on without its own channel tells
///   everybody. `confidential_events_use_normal_channels` brings GitLab's way back.
/// - A confidential incident goes by the settings of confidential issues.
/// - Unknown branch modes and mistyped names are refused rather than sending nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub workspace: WorkspaceId,
    pub(crate) wants: Wants,
    /// Where the place's webhook posts when no channel is named; the app has nothing like it.
    pub(super) webhooks_own: Option<ChannelName>,
}

/// A subscription without its workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wants {
    pub(crate) active: bool,
    pub(crate) kinds: Kinds,
    /// The channels that are set for a kind; never empty.
    pub(crate) channels: HashMap<EventKind, Vec<ChannelName>>,
    pub(crate) default_channels: Vec<ChannelName>,
    pub(crate) confidential_in_normal_channels: bool,
    pub(crate) branches: Branches,
    pub(crate) only_broken_pipelines: bool,
    pub(crate) only_pipeline_changes: bool,
    /// Empty: whatever its labels are.
    pub(crate) labels: Vec<String>,
    pub(crate) label_match: LabelMatch,
}

/// The kinds that are on in a fresh "Slack notifications" of GitLab.
pub(super) const EVERYDAY: [EventKind; 7] = [
    EventKind::Push,
    EventKind::TagPush,
    EventKind::Issue,
    EventKind::MergeRequest,
    EventKind::Note,
    EventKind::Pipeline,
    EventKind::WikiPage,
];

/// A set of kinds of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds(u64);

impl Kinds {
    /// What an integration wants to hear of until somebody chooses. GitLab's old integration
    /// begins with the everyday kinds, its app with none.
    pub(crate) fn of_fresh(integration: Integration) -> Self {
        let mut kinds = Self::default();
        if integration == Integration::Webhook {
            for kind in EVERYDAY {
                kinds.set(kind, true);
            }
        }
        kinds
    }

    pub(crate) fn set(&mut self, kind: EventKind, on: bool) {
        let bit = 1_u64 << (kind as u32);
        self.0 = if on { self.0 | bit } else { self.0 & !bit };
    }

    pub(crate) fn has(self, kind: EventKind) -> bool {
        self.0 & (1_u64 << (kind as u32)) != 0
    }
}

/// The branches whose pushes, pipelines, jobs and deployments are told. Tags always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Branches {
    All,
    #[default]
    Default,
    Protected,
    DefaultAndProtected,
}

impl Branches {
    /// Every choice, as the setting names it.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("all", Self::All),
        ("default", Self::Default),
        ("protected", Self::Protected),
        ("default_and_protected", Self::DefaultAndProtected),
    ];

    /// The choice as the setting names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Default => "default",
            Self::Protected => "protected",
            Self::DefaultAndProtected => "default_and_protected",
        }
    }

    /// Whether a branch is told. Where the payload does not say whether it is protected, the
    /// default branch is taken for protected, as GitLab makes it, and no other is.
    #[must_use]
    pub fn tell_of(self, is_default: bool, protected: Option<bool>) -> bool {
        let is_protected = protected.unwrap_or(is_default);
        match self {
            Self::All => true,
            Self::Default => is_default,
            Self::Protected => is_protected,
            Self::DefaultAndProtected => is_default || is_protected,
        }
    }
}

/// How many of the labels to be notified of an issue must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelMatch {
    #[default]
    Any,
    All,
}

impl LabelMatch {
    pub(super) const NAMES: [(&'static str, Self); 2] =
        [("match_any", Self::Any), ("match_all", Self::All)];

    /// The choice as the setting names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "match_any",
            Self::All => "match_all",
        }
    }
}

/// Why an event that is turned on has no channel to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChannel {
    /// None is set at all.
    Missing { key: &'static str },
    /// None is set for confidential events, and they may not go to the normal ones.
    OnlyNormalOnes { key: &'static str },
}

impl Default for Wants {
    fn default() -> Self {
        Self {
            active: true,
            kinds: Kinds::default(),
            channels: HashMap::new(),
            default_channels: Vec::new(),
            confidential_in_normal_channels: false,
            branches: Branches::default(),
            only_broken_pipelines: true,
            only_pipeline_changes: false,
            labels: Vec::new(),
            label_match: LabelMatch::default(),
        }
    }
}

impl Wants {
    pub(crate) fn of(self, workspace: WorkspaceId) -> Subscription {
        Subscription {
            workspace,
            wants: self,
            webhooks_own: None,
        }
    }

    /// Where events of this kind go, as [`Subscription::channels`] without a webhook's channel.
    pub(super) fn channels(&self, kind: EventKind) -> &[ChannelName] {
        self.channels_or(kind, None).unwrap_or_default()
    }

    /// The same with the channels that are taken where none is set.
    fn channels_or<'a>(
        &'a self,
        kind: EventKind,
        unset: Option<&'a [ChannelName]>,
    ) -> Result<&'a [ChannelName], NoChannel> {
        let own = |kind| self.channels.get(&kind).map(Vec::as_slice);
        let key = keys::channel_key(kind);
        if let Some(channels) = own(kind) {
            return Ok(channels);
        }
        let fallback = Some(self.default_channels.as_slice()).filter(|all| !all.is_empty());
        let normal = normal_kind(kind).and_then(own).or(fallback).or(unset);
        match normal {
            None => Err(NoChannel::Missing { key }),
            Some(_) if is_confidential(kind) && !self.confidential_in_normal_channels => {
                Err(NoChannel::OnlyNormalOnes { key })
            }
            Some(channels) => Ok(channels),
        }
    }
}

impl Subscription {
    /// The name of the setting that turns a kind of event on.
    #[must_use]
    pub fn toggle(kind: EventKind) -> &'static str {
        keys::toggle_key(kind)
    }

    /// The name of the setting that names the channels of a kind of event.
    #[must_use]
    pub fn channel_key(kind: EventKind) -> &'static str {
        keys::channel_key(kind)
    }

    /// Where events of this kind go. The old integration's go to the webhook's own channel when
    /// no other is set; that channel is a normal one.
    ///
    /// # Errors
    /// When no channel is set that they may go to.
    pub fn channels(&self, kind: EventKind) -> Result<&[ChannelName], NoChannel> {
        let own = self.webhooks_own.as_ref().map(std::slice::from_ref);
        self.wants.channels_or(kind, own)
    }
}

fn is_confidential(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::ConfidentialIssue
            | EventKind::ConfidentialWorkItem
            | EventKind::ConfidentialNote
            | EventKind::GroupConfidentialMention
    )
}

/// The kind whose channel GitLab falls back to.
fn normal_kind(kind: EventKind) -> Option<EventKind> {
    match kind {
        EventKind::ConfidentialIssue => Some(EventKind::Issue),
        EventKind::ConfidentialNote => Some(EventKind::Note),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subscription(channels: &[(EventKind, &str)], default: &str) -> Subscription {
        let named = |name: &str| vec![name.parse().unwrap()];
        Wants {
            channels: channels
                .iter()
                .map(|(kind, name)| (*kind, named(name)))
                .collect(),
            default_channels: if default.is_empty() {
                Vec::new()
            } else {
                named(default)
            },
            ..Wants::default()
        }
        .of("T1".parse().unwrap())
    }

    #[test]
    fn an_event_goes_to_its_own_channel_or_to_the_default_one() {
        let subscription = subscription(&[(EventKind::Push, "#push")], "#all");
        let name = |kind| {
            subscription
                .channels(kind)
                .map(|channels| channels[0].to_string())
        };
        assert_eq!(name(EventKind::Push).as_deref(), Ok("#push"));
        assert_eq!(name(EventKind::Issue).as_deref(), Ok("#all"));
    }

    #[test]
    fn a_confidential_event_stays_out_of_normal_channels_unless_they_are_opened_for_it() {
        let mut subscription = subscription(&[(EventKind::Issue, "#issues")], "#all");
        let confidential = EventKind::ConfidentialIssue;
        let refused = NoChannel::OnlyNormalOnes {
            key: "confidential_issue_channel",
        };
        assert_eq!(subscription.channels(confidential), Err(refused));
        subscription.wants.confidential_in_normal_channels = true;
        assert_eq!(
            subscription.channels(confidential).unwrap()[0].as_str(),
            "#issues"
        );
        let note = EventKind::ConfidentialNote;
        assert_eq!(subscription.channels(note).unwrap()[0].as_str(), "#all");
    }

    #[test]
    fn a_webhooks_own_channel_takes_what_has_no_other_but_nothing_confidential() {
        let mut old = subscription(&[(EventKind::Push, "#push")], "");
        old.webhooks_own = Some("webhook:acme".parse().unwrap());
        let name = |kind| old.channels(kind).map(|channels| channels[0].to_string());
        assert_eq!(name(EventKind::Push).as_deref(), Ok("#push"));
        assert_eq!(name(EventKind::Issue).as_deref(), Ok("webhook:acme"));
        let key = "confidential_issue_channel";
        let refused = Err(NoChannel::OnlyNormalOnes { key });
        assert_eq!(name(EventKind::ConfidentialIssue), refused);
    }

    #[test]
    fn branches_are_told_by_what_they_are() {
        // (is the default branch, is protected) -> all, default, protected, both
        for (branch, expected) in [
            ((true, Some(true)), [true, true, true, true]),
            ((true, Some(false)), [true, true, false, true]),
            ((true, None), [true, true, true, true]),
            ((false, Some(true)), [true, false, true, true]),
            ((false, Some(false)), [true, false, false, false]),
            ((false, None), [true, false, false, false]),
        ] {
            let told = Branches::NAMES.map(|(_, mode)| mode.tell_of(branch.0, branch.1));
            assert_eq!(told, expected, "{branch:?}");
        }
    }
}
