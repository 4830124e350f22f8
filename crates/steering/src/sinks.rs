//! What other programs hear of rollouts: each entry of a history, for whoever wants its kind.
//!
//! An event is written down with its entry and sent until its sink has it; which address a sink
//! has, and how an event is signed, is `sinks`'.

use std::collections::BTreeSet;
use std::sync::Arc;

use clock::Chance;
use domain::{AuditId, EffectId};
use rollouts::{Entry, Event, Rollout};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::NewEffect;

/// The kind of the effects that tell a sink of something.
pub const TELL_SINK: &str = "event_sink";

/// What a sink's kinds begin with.
const FAMILY: &str = "rollout.";

/// Which events a sink wants to hear of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// What the configuration calls the sink.
    pub sink: String,
    /// As in `rollout.held`; everything when it is empty.
    pub kinds: BTreeSet<String>,
}

/// Who wants to hear of rollouts. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct EventSinks(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wants: Vec<Wants>,
    public_url: String,
}

/// What an effect of the kind [`TELL_SINK`] carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    pub sink: String,
    /// The event as JSON, as it is signed and sent.
    pub body: String,
}

impl EventSinks {
    /// `public_url` is where the pages are.
    #[must_use]
    pub fn new(wants: Vec<Wants>, public_url: &str) -> Self {
        let public_url = public_url.to_owned();
        Self(Arc::new(Inner { wants, public_url }))
    }

    /// What is to be told of an entry; `rollout` is as it stands after it.
    #[must_use]
    pub fn follow(&self, rollout: &Rollout, entry: &Entry, chance: &Chance) -> Vec<NewEffect> {
        let Inner { wants, public_url } = &*self.0;
        let kind = format!("{FAMILY}{}", kind(&entry.event));
        let wanted = |wants: &&Wants| wants.kinds.is_empty() || wants.kinds.contains(&kind);
        let mut sinks = wants.iter().filter(wanted).peekable();
        if sinks.peek().is_none() {
            return Vec::new();
        }
        let body = body(&kind, rollout, entry, public_url).to_string();
        let effect = |wants: &Wants| {
            let telling = Telling {
                sink: wants.sink.clone(),
                body: body.clone(),
            };
            Some(NewEffect {
                id: EffectId::mint(entry.at.as_millisecond(), chance.next_u128()),
                kind: TELL_SINK.to_owned(),
                entry: AuditId::of_rollout(&rollout.id, entry.number),
                payload: serde_json::to_string(&telling).ok()?,
            })
        };
        sinks.filter_map(effect).collect()
    }
}

/// Whether a sink can ask for this kind.
#[must_use]
pub fn is_kind(text: &str) -> bool {
    let known = text.strip_prefix(FAMILY);
    known.is_some_and(|known| KINDS.contains(&known))
}

/// Every kind that a sink can ask for.
pub fn kinds() -> impl Iterator<Item = String> {
    KINDS.iter().map(|kind| format!("{FAMILY}{kind}"))
}

const KINDS: &[&str] = &[
    "started",
    "checked",
    "approved",
    "acknowledged",
    "nobody_watches",
    "ticked",
    "unticked",
    "intended",
    "applied",
    "not_applied",
    "entered",
    "advanced",
    "held",
    "resumed",
    "went_back",
    "rollback_began",
    "rolled_back",
    "overridden",
    "judged",
    "silent",
    "answers",
    "edited_outside",
    "adopted",
    "restored",
    "linked",
    "rerouted",
    "completed",
    "cancelled",
];

/// The name of what happened, as it is stored and sent.
pub(crate) fn kind(event: &Event) -> &'static str {
    match event {
        Event::Started { .. } => "started",
        Event::Checked { .. } => "checked",
        Event::Approved { .. } => "approved",
        Event::Acknowledged { .. } => "acknowledged",
        Event::NobodyWatches => "nobody_watches",
        Event::Ticked { .. } => "ticked",
        Event::Unticked { .. } => "unticked",
        Event::Intended { .. } => "intended",
        Event::Applied { .. } => "applied",
        Event::NotApplied { .. } => "not_applied",
        Event::Entered => "entered",
        Event::Advanced { .. } => "advanced",
        Event::Held { .. } => "held",
        Event::Resumed { .. } => "resumed",
        Event::WentBack { .. } => "went_back",
        Event::RollbackBegan { .. } => "rollback_began",
        Event::RolledBack => "rolled_back",
        Event::Overridden { .. } => "overridden",
        Event::Judged { .. } => "judged",
        Event::Silent { .. } => "silent",
        Event::Answers { .. } => "answers",
        Event::EditedOutside { .. } => "edited_outside",
        Event::Adopted => "adopted",
        Event::Restored => "restored",
        Event::Linked { .. } => "linked",
        Event::Rerouted { .. } => "rerouted",
        Event::Completed => "completed",
        Event::Cancelled { .. } => "cancelled",
    }
}

fn body(kind: &str, rollout: &Rollout, entry: &Entry, public_url: &str) -> Value {
    let status = rollout.status(entry.at);
    json!({
        "type": kind,
        "timestamp": entry.at,
        "data": {
            "rollout": rollout.id,
            "flag": rollout.plan.flag,
            "entry": entry.number,
            "by": entry.by,
            "state": status.state,
            "stage": status.stage,
            "percentage": status.percentage,
            "waiting_for": status.waiting_for,
            "event": told(&entry.event),
            "page": crate::page(public_url, &rollout.id),
        },
    })
}

/// What happened, without the plan, which nobody has to hear with every beginning.
fn told(event: &Event) -> Value {
    let mut told = serde_json::to_value(event).unwrap_or_default();
    if let Some(fields) = told.as_object_mut() {
        fields.remove("event");
        fields.remove("plan");
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollouts::{Author, Hold, HoldReason, Through};

    #[test]
    fn a_kind_is_what_is_stored_and_can_be_asked_for() {
        let hold = Hold {
            reason: HoldReason::Manual,
            note: "lunch".to_owned(),
        };
        let events = [
            Event::NobodyWatches,
            Event::Entered,
            Event::Held { hold },
            Event::RolledBack,
            Event::Rerouted { deliveries: 3 },
            Event::Cancelled {
                reason: String::new(),
            },
        ];
        for event in events {
            let stored = serde_json::to_value(&event).unwrap();
            assert_eq!(stored["event"], kind(&event));
            assert!(is_kind(&format!("rollout.{}", kind(&event))));
        }
        assert!(kinds().all(|kind| is_kind(&kind)));
        for strange in ["held", "rollout.", "rollout.exploded", ""] {
            assert!(!is_kind(strange), "{strange:?}");
        }
    }

    #[test]
    fn nobody_hears_what_they_did_not_ask_for() {
        let wants = |sink: &str, kinds: &[&str]| Wants {
            sink: sink.to_owned(),
            kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
        };
        let sinks = EventSinks::new(
            vec![wants("all", &[]), wants("ends", &["rollout.completed"])],
            "https://signalbox.example/",
        );
        let author = || Author {
            name: "ops".to_owned(),
            through: Through::Slack,
        };
        let file = rollouts::plan::PlanFile::parse("tidy_sidebar.rollout.yml", PLAN).unwrap();
        let started = Entry {
            number: 1,
            at: "2026-01-06T10:00:00Z".parse().unwrap(),
            by: author(),
            event: Event::Started {
                plan: Box::new(file.plan),
                origin: std::collections::BTreeMap::default(),
                reason: Some("it is ready".to_owned()),
            },
        };
        let id = domain::RolloutId::mint(0, 7);
        let rollout = Rollout::begin(id.clone(), &started).unwrap();
        let effects = sinks.follow(&rollout, &started, &Chance::from_seed(1));
        assert_eq!(effects.len(), 1);
        assert_eq!(effects[0].entry.rollout(), Some(id));
        let telling: Telling = serde_json::from_str(&effects[0].payload).unwrap();
        assert_eq!(telling.sink, "all");
        let body: Value = serde_json::from_str(&telling.body).unwrap();
        assert_eq!(body["type"], "rollout.started");
        assert_eq!(body["timestamp"], "2026-01-06T10:00:00Z");
        let data = &body["data"];
        assert_eq!(data["flag"], "tidy_sidebar");
        assert_eq!(
            data["event"],
            json!({"origin": {}, "reason": "it is ready"}),
            "the plan is left out"
        );
        assert_eq!(data["by"], json!({"name": "ops", "through": "slack"}));
        let page = format!("https://signalbox.example/rollouts/{}", rollout.id);
        assert_eq!(data["page"], page);

        let nobody = EventSinks::default();
        let none = nobody.follow(&rollout, &started, &Chance::from_seed(1));
        assert_eq!(none, []);
    }

    const PLAN: &str = "
flag: tidy_sidebar
owners:
  channel: '#rollouts'
  individual: ana
stages:
  - name: half
    percentage: 50
    soak: 1h
";
}
