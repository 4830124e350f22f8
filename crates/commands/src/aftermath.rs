//! What follows a change, whoever made it and by whatever way: announcements and effects.
//!
//! Asked inside the change's transaction, so that a change and what follows it are stored
//! together; nothing here waits or fails. [`effects`](crate::effects) carries the effects out.

mod announcement;
mod end_to_end;

use std::sync::Arc;

use clock::Chance;
use domain::{AuditId, ChannelName, DeliveryId, EffectId, EnvironmentName};
use environments::{AfterChange, Tier};
use flags::Definition;
use store::{FlagChanged, Followed, NewDelivery, NewEffect, Note, Origin, Speaker};

use crate::effects::{EffectKind, Facts};
use crate::rules::Rules;

/// What is known of an environment before it is made: what follows a change is a part of it.
#[derive(Clone, Debug)]
pub struct EnvironmentFacts {
    pub name: EnvironmentName,
    pub short: String,
    pub tier: Tier,
    pub host: String,
    /// Where its quality people hear of changes.
    pub qa_channel: Option<ChannelName>,
}

/// What follows the changes of one environment.
#[must_use]
pub fn after_change(
    rules: Arc<Rules>,
    environment: EnvironmentFacts,
    chance: Chance,
) -> AfterChange {
    Arc::new(move |changed, note, definition| {
        let change = Change {
            rules: &rules,
            environment: &environment,
            changed,
            note,
            definition,
        };
        change.followed(&chance)
    })
}

/// A change and everything that decides what follows.
struct Change<'a> {
    rules: &'a Rules,
    environment: &'a EnvironmentFacts,
    changed: &'a FlagChanged,
    note: &'a Note,
    definition: Option<&'a Definition>,
}

impl Change<'_> {
    fn followed(&self, chance: &Chance) -> Followed {
        if self.changed.before == self.changed.after {
            return Followed::default();
        }
        Followed {
            deliveries: self.deliveries(chance),
            effects: self.effects(chance),
            schedules: Vec::new(),
        }
    }

    fn deliveries(&self, chance: &Chance) -> Vec<NewDelivery> {
        let announcements = &self.rules.announcements;
        let Some(workspace) = &announcements.workspace else {
            return Vec::new();
        };
        let message = announcement::message(self);
        let Ok(message) = serde_json::to_string(&message) else {
            return Vec::new();
        };
        let deliver = |channel: ChannelName| NewDelivery {
            id: DeliveryId::mint(self.changed.at.as_millisecond(), chance.next_u128()),
            workspace: workspace.clone(),
            channel,
            speaker: Speaker::App,
            message: message.clone(),
            thread: None,
        };
        self.channels().into_iter().map(deliver).collect()
    }

    /// Who hears of it: each channel once, and not the one where it was typed, which has the
    /// answer.
    fn channels(&self) -> Vec<ChannelName> {
        let announcements = &self.rules.announcements;
        let is_production = self.environment.tier == Tier::Production;
        let production = announcements.production.clone().filter(|_| is_production);
        let group = self
            .definition
            .and_then(|definition| definition.group.as_deref());
        let team = group.and_then(|group| announcements.team_channel(group));
        let tells_team = announcements.tell_team_of_production && !self.is_of_a_rollout();
        let team = team.filter(|_| is_production && tells_team);
        let typed_in = match &self.note.author.origin {
            Origin::Slack { channel, .. } => Some(channel),
            Origin::Api { .. } | Origin::Shell { .. } | Origin::Page { .. } => None,
            Origin::Schedule { .. } | Origin::Rollout { .. } => None,
        };
        let plain = |channel: &ChannelName| channel.as_str().trim_start_matches('#').to_owned();
        let mut heard: Vec<String> = typed_in.map(plain).into_iter().collect();
        let all = [production, team, self.environment.qa_channel.clone()];
        let is_new = |channel: &ChannelName| {
            let name = plain(channel);
            let is_new = !heard.contains(&name);
            heard.push(name);
            is_new
        };
        all.into_iter().flatten().filter(is_new).collect()
    }

    /// A rollout tells its team in its thread and comments on its issue by itself.
    fn is_of_a_rollout(&self) -> bool {
        match &self.note.author.origin {
            Origin::Rollout { .. } => true,
            Origin::Slack { .. }
            | Origin::Api { .. }
            | Origin::Shell { .. }
            | Origin::Page { .. }
            | Origin::Schedule { .. } => false,
        }
    }

    fn effects(&self, chance: &Chance) -> Vec<NewEffect> {
        let rules = &self.rules.effects;
        let rollout_issue = self
            .definition
            .and_then(|definition| definition.rollout_issue_url.clone());
        let kinds = [
            (rules.log_project.is_some(), EffectKind::LogIssue),
            (
                rules.rollout_issue && rollout_issue.is_some() && !self.is_of_a_rollout(),
                EffectKind::RolloutComment,
            ),
            (rules.grafana, EffectKind::Annotation),
            (rules.elasticsearch_index.is_some(), EffectKind::Event),
            (end_to_end::is_wanted(self), EffectKind::EndToEnd),
        ];
        let facts = Facts {
            flag: self.changed.flag.clone(),
            environment: self.environment.name.clone(),
            short: self.environment.short.clone(),
            host: self.environment.host.clone(),
            is_production: self.environment.tier == Tier::Production,
            before: self.changed.before.clone(),
            after: self.changed.after.clone(),
            names: self.changed.names.clone(),
            default: self
                .definition
                .is_some_and(|definition| definition.default_enabled),
            at: self.changed.at,
            note: self.note.clone(),
            rollout_issue,
        };
        let Ok(payload) = serde_json::to_string(&facts) else {
            return Vec::new();
        };
        let wanted = kinds.into_iter().filter(|(is_wanted, _)| *is_wanted);
        wanted
            .map(|(_, kind)| self.effect(kind, payload.clone(), chance))
            .collect()
    }

    fn effect(&self, kind: EffectKind, payload: String, chance: &Chance) -> NewEffect {
        let entry: &AuditId = &self.changed.entry;
        NewEffect {
            id: EffectId::mint(self.changed.at.as_millisecond(), chance.next_u128()),
            kind: kind.name().to_owned(),
            entry: entry.clone(),
            payload,
        }
    }
}
