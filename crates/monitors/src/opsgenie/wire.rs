//! Opsgenie's JSON.

use jiff::Timestamp;
use serde::Deserialize;

use crate::on_call::{Person, Shift, Trouble};

#[derive(Deserialize)]
pub(super) struct Timeline {
    data: TimelineData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TimelineData {
    final_timeline: Rotations,
}

#[derive(Deserialize)]
struct Rotations {
    #[serde(default)]
    rotations: Vec<Rotation>,
}

#[derive(Deserialize)]
struct Rotation {
    #[serde(default)]
    periods: Vec<Period>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Period {
    start_date: Timestamp,
    end_date: Option<Timestamp>,
    recipient: Option<Recipient>,
}

/// A person, a team, an escalation; of the type `none` when nobody is meant to be there.
#[derive(Deserialize)]
struct Recipient {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    /// A person's address.
    #[serde(default)]
    username: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Incidents {
    data: Vec<Incident>,
    #[serde(default)]
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    #[serde(default)]
    next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Incident {
    id: String,
    #[serde(default)]
    tiny_id: Option<String>,
    message: String,
    #[serde(default)]
    service_id: Option<String>,
    #[serde(default)]
    impacted_services: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct Maintenance {
    data: Vec<MaintenanceWindow>,
}

#[derive(Deserialize)]
struct MaintenanceWindow {
    id: String,
    status: String,
    #[serde(default)]
    description: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Refusal {
    pub(super) message: String,
}

impl Timeline {
    pub(super) fn shifts(self) -> impl Iterator<Item = Shift> {
        let rotations = self.data.final_timeline.rotations.into_iter();
        rotations
            .flat_map(|rotation| rotation.periods)
            .filter_map(shift)
    }
}

fn shift(period: Period) -> Option<Shift> {
    let recipient = period
        .recipient
        .filter(|recipient| recipient.kind != "none")?;
    let name = recipient.name.or_else(|| recipient.username.clone());
    let id = recipient.id.or_else(|| name.clone())?;
    let name = name.unwrap_or_else(|| id.clone());
    let address = recipient.username.unwrap_or_else(|| name.clone());
    Some(Shift {
        person: Person {
            id,
            name,
            email: Some(address).filter(|address| address.contains('@')),
        },
        // A rotation asks whoever is in it at once: there is no second level in a schedule.
        level: 1,
        from: Some(period.start_date),
        until: period.end_date,
    })
}

impl Incidents {
    pub(super) fn has_more(&self) -> bool {
        self.paging
            .as_ref()
            .is_some_and(|paging| paging.next.is_some())
    }

    /// Those of `services`, or all when there are none.
    pub(super) fn of(self, services: &[String]) -> impl Iterator<Item = Trouble> {
        let concerns = move |incident: &Incident| {
            let mut own = incident
                .service_id
                .iter()
                .chain(&incident.impacted_services);
            services.is_empty() || own.any(|service| services.contains(service))
        };
        let incidents = self.data.into_iter().filter(concerns);
        incidents.map(|incident| Trouble {
            number: incident.tiny_id.unwrap_or(incident.id),
            title: incident.message,
            url: None,
        })
    }
}

impl Maintenance {
    pub(super) fn active(self) -> Vec<Trouble> {
        let active = self
            .data
            .into_iter()
            .filter(|window| window.status == "active");
        active
            .map(|window| Trouble {
                number: window.id,
                title: window.description.unwrap_or_default(),
                url: None,
            })
            .collect()
    }
}
