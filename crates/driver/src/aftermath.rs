//! What follows from an entry of a rollout's history: messages in Slack, and what is done in
//! GitLab.
//!
//! Asked inside the step's transaction, so that a step and what follows it are stored together;
//! nothing here waits or fails.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Chance;
use domain::{ChannelName, DeliveryId, EffectId, Mrkdwn, WorkspaceId};
use jiff::Timestamp;
use rollouts::wording::{self, To, Told};
use rollouts::{Entry, Event, Rollout, issue};
use steering::sinks::EventSinks;
use store::{Followed, NewDelivery, NewEffect, Speaker, Store, StoreError, Thread, ThreadPlace};

use crate::effects::{Kind, Payload};
use crate::people::Reachable;
use crate::reroute;

/// Says what follows from an entry. Clones are the same.
#[derive(Clone)]
pub struct Aftermath(Arc<Telling>, EventSinks);

/// Where things are told.
pub struct Telling {
    /// The workspace of the channels; none: nobody is told in Slack.
    pub workspace: Option<WorkspaceId>,
    /// Whom to send a direct message, by their user name in GitLab: Slack's id of them.
    pub people: Reachable,
    /// Mentions of groups of people by the name that plans call them; the only pings there are.
    pub groups: BTreeMap<String, Mrkdwn>,
    pub public_url: String,
    /// Whether there is a GitLab whose issues are kept in step.
    pub has_gitlab: bool,
    /// The flag whose rollback is followed by asking again who tells of what did not arrive.
    pub reroutes: Option<flags::FlagKey>,
    pub chance: Chance,
}

impl Aftermath {
    #[must_use]
    pub fn new(telling: Telling) -> Self {
        Self(Arc::new(telling), EventSinks::default())
    }

    /// These programs are told as well.
    #[must_use]
    pub fn with_sinks(self, sinks: EventSinks) -> Self {
        Self(self.0, sinks)
    }

    /// What follows from this entry; `rollout` is as it stands after it.
    #[must_use]
    pub fn follow(&self, rollout: &Rollout, entry: &Entry) -> Followed {
        Followed {
            deliveries: self.deliveries(rollout, entry),
            effects: self.effects(rollout, entry),
            schedules: Vec::new(),
        }
    }

    /// Learns who has linked their account since.
    pub(crate) async fn refresh(&self, store: &Store, now: Timestamp) -> Result<(), StoreError> {
        match &self.0.workspace {
            Some(workspace) => self.0.people.refresh(store, workspace, now).await,
            None => Ok(()),
        }
    }

    fn deliveries(&self, rollout: &Rollout, entry: &Entry) -> Vec<NewDelivery> {
        let Some(workspace) = &self.0.workspace else {
            return Vec::new();
        };
        let page = steering::page(&self.0.public_url, &rollout.id);
        let group = rollout.plan.people.on_call.as_ref();
        let telling = wording::Telling {
            rollout,
            entry,
            page: Some(&page),
            on_call: group.and_then(|group| self.0.groups.get(group.as_str())),
        };
        let told = wording::tell(&telling).into_iter();
        told.filter_map(|told| self.delivery(workspace, rollout, entry, &told))
            .collect()
    }

    /// `None` for whom nobody knows how to reach.
    fn delivery(
        &self,
        workspace: &WorkspaceId,
        rollout: &Rollout,
        entry: &Entry,
        told: &Told,
    ) -> Option<NewDelivery> {
        let channels = &rollout.plan.channels;
        let (channel, place): (ChannelName, _) = match &told.to {
            // The card is the thread's first message; it is kept by itself.
            To::Root => return None,
            To::Thread => (channels.team.clone(), Some(ThreadPlace::Reply)),
            To::Broadcast => (channels.team.clone(), Some(ThreadPlace::Broadcast)),
            To::Production => (channels.production.clone()?, None),
            To::Support => (channels.support.clone()?, None),
            To::Person(person) => {
                let id = self.0.people.slack_id(person.as_str())?;
                (id.parse().ok()?, None)
            }
        };
        Some(NewDelivery {
            id: DeliveryId::mint(entry.at.as_millisecond(), self.0.chance.next_u128()),
            workspace: workspace.clone(),
            channel,
            speaker: Speaker::App,
            message: serde_json::to_string(&told.message).ok()?,
            thread: place.map(|place| Thread {
                key: rollout.id.to_string(),
                place,
            }),
        })
    }

    fn effects(&self, rollout: &Rollout, entry: &Entry) -> Vec<NewEffect> {
        let mut wanted = Vec::new();
        if self.0.has_gitlab {
            wanted.extend(in_gitlab(rollout, entry));
        }
        if reroute::follows(rollout, entry, self.0.reroutes.as_ref()) {
            wanted.push((Kind::Reroute, None));
        }
        let told = self.1.follow(rollout, entry, &self.0.chance);
        wanted
            .into_iter()
            .filter_map(|(kind, body)| self.effect(rollout, entry, kind, body))
            .chain(told)
            .collect()
    }

    fn effect(
        &self,
        rollout: &Rollout,
        entry: &Entry,
        kind: Kind,
        body: Option<String>,
    ) -> Option<NewEffect> {
        let payload = Payload {
            rollout: rollout.id.clone(),
            number: entry.number,
            body,
        };
        Some(NewEffect {
            id: EffectId::mint(entry.at.as_millisecond(), self.0.chance.next_u128()),
            kind: kind.name().to_owned(),
            entry: domain::AuditId::of_rollout(&rollout.id, entry.number),
            payload: serde_json::to_string(&payload).ok()?,
        })
    }
}

/// The issue is kept in step with whatever it shows; comments are made once each.
fn in_gitlab(rollout: &Rollout, entry: &Entry) -> Vec<(Kind, Option<String>)> {
    let mut wanted = Vec::new();
    let links = &rollout.plan.links;
    let has_issue = links.rollout_issue.is_some() || links.issue_project.is_some();
    if has_issue && is_shown(&entry.event) {
        wanted.push((Kind::Issue, None));
    }
    if has_issue && let Some(body) = issue::comment(rollout, entry) {
        wanted.push((Kind::Comment, Some(body)));
    }
    if links.feature_issue.is_some()
        && let Some(body) = issue::announcement(rollout, entry)
    {
        wanted.push((Kind::Announcement, Some(body)));
    }
    if let Event::Advanced { to } = &entry.event
        && crate::cleanup::begins(rollout, *to)
    {
        wanted.push((Kind::Removal, None));
    }
    wanted
}

/// Whether the issue's boxes, labels or state may be others after it.
fn is_shown(event: &Event) -> bool {
    match event {
        Event::Started { .. }
        | Event::Checked { .. }
        | Event::Approved { .. }
        | Event::Ticked { .. }
        | Event::Unticked { .. }
        | Event::Applied { .. }
        | Event::Entered
        | Event::Advanced { .. }
        | Event::Held { .. }
        | Event::Resumed { .. }
        | Event::WentBack { .. }
        | Event::RollbackBegan { .. }
        | Event::RolledBack
        | Event::Linked { .. }
        | Event::Completed
        | Event::Cancelled { .. } => true,
        Event::Acknowledged { .. }
        | Event::NobodyWatches
        | Event::Intended { .. }
        | Event::NotApplied { .. }
        | Event::Overridden { .. }
        | Event::Judged { .. }
        | Event::Silent { .. }
        | Event::Answers { .. }
        | Event::EditedOutside { .. }
        | Event::Adopted
        | Event::Rerouted { .. }
        | Event::Restored => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rollouts::plan::PlanFile;
    use rollouts::{Author, Hold, HoldReason};

    use super::*;

    fn aftermath() -> Aftermath {
        Aftermath::new(Telling {
            workspace: "T0TEST".parse().ok(),
            people: Reachable::new(BTreeMap::from([("ana".to_owned(), "U0ANA".to_owned())])),
            groups: BTreeMap::new(),
            public_url: "https://signalbox.test/".to_owned(),
            has_gitlab: true,
            reroutes: "integration_slack_app_notifications".parse().ok(),
            chance: Chance::from_seed(1),
        })
    }

    /// The rollout and its entries: the beginning, and these events.
    fn followed(events: Vec<Event>) -> Vec<Followed> {
        let text = include_str!("../tests/it/watched.yml");
        let text = text.replace("REQUIRE", "deployed");
        let text = text.replace("GITLAB", "https://gitlab.test");
        let path = "integration_slack_app_notifications.rollout.yml";
        let plan = PlanFile::parse(path, &text).unwrap().plan;
        let started = Event::Started {
            plan: Box::new(plan),
            origin: BTreeMap::new(),
            reason: None,
        };
        let entry = |number, event| Entry {
            number,
            at: Timestamp::UNIX_EPOCH,
            by: Author::itself(),
            event,
        };
        let id = domain::RolloutId::mint(0, 1);
        let mut rollout = Rollout::begin(id, &entry(1, started)).unwrap();
        let entries = (2..)
            .zip(events)
            .map(|(number, event)| entry(number, event));
        entries
            .map(|entry| {
                rollout.record(&entry);
                aftermath().follow(&rollout, &entry)
            })
            .collect()
    }

    fn kinds(followed: &Followed) -> Vec<&str> {
        let effects = followed.effects.iter();
        effects.map(|effect| effect.kind.as_str()).collect()
    }

    #[test]
    fn a_hold_is_told_in_the_thread_and_to_the_owner_and_shown_on_the_issue() {
        let hold = Hold {
            reason: HoldReason::Silent,
            note: "load says nothing".to_owned(),
        };
        let all = followed(vec![Event::Held { hold }]);
        let deliveries = all[0].deliveries.iter();
        let told: Vec<(&str, bool)> = deliveries
            .map(|one| (one.channel.as_str(), one.thread.is_some()))
            .collect();
        assert_eq!(told, [("#g_manage_integrations", true), ("U0ANA", false)]);
        assert_eq!(kinds(&all[0]), ["rollout_issue", "rollout_comment"]);
    }

    #[test]
    fn a_change_of_who_speaks_is_followed_by_asking_again_who_delivers() {
        let applied = Event::Applied {
            entries: Vec::new(),
            gates: BTreeMap::new(),
        };
        let judged = Event::Answers {
            monitor: "load".parse().unwrap(),
        };
        let all = followed(vec![applied, judged]);
        assert!(kinds(&all[0]).contains(&"rollout_reroute"));
        assert_eq!(kinds(&all[1]), Vec::<&str>::new());
    }
}
