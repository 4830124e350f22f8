//! PagerDuty's JSON.

use jiff::Timestamp;
use serde::Deserialize;

use crate::on_call::{Person, Shift, Trouble};

/// A part of a list.
pub(super) trait Page {
    type Item;
    /// And whether there are more.
    fn items(self) -> (Vec<Self::Item>, bool);
}

#[derive(Deserialize)]
pub(super) struct OnCalls {
    oncalls: Vec<OnCall>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
pub(super) struct OnCall {
    user: User,
    escalation_level: u32,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
}

/// Whole, or only a reference, which has a summary for a name.
#[derive(Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    email: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Incidents {
    incidents: Vec<Incident>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
pub(super) struct Incident {
    incident_number: u64,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Maintenance {
    maintenance_windows: Vec<MaintenanceWindow>,
    #[serde(default)]
    more: bool,
}

#[derive(Deserialize)]
pub(super) struct MaintenanceWindow {
    id: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Refusal {
    error: Complaint,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
    #[serde(default)]
    errors: Vec<String>,
}

impl Refusal {
    pub(super) fn reason(self) -> String {
        let details = self.error.errors.into_iter().take(5);
        let parts: Vec<String> = std::iter::once(self.error.message).chain(details).collect();
        parts.join(": ")
    }
}

impl Page for OnCalls {
    type Item = OnCall;
    fn items(self) -> (Vec<OnCall>, bool) {
        (self.oncalls, self.more)
    }
}

impl Page for Incidents {
    type Item = Incident;
    fn items(self) -> (Vec<Incident>, bool) {
        (self.incidents, self.more)
    }
}

impl Page for Maintenance {
    type Item = MaintenanceWindow;
    fn items(self) -> (Vec<MaintenanceWindow>, bool) {
        (self.maintenance_windows, self.more)
    }
}

pub(super) fn shift(raw: OnCall) -> Shift {
    let name = raw.user.name.or(raw.user.summary);
    Shift {
        person: Person {
            name: name.unwrap_or_else(|| raw.user.id.clone()),
            id: raw.user.id,
            email: raw.user.email,
        },
        level: raw.escalation_level,
        from: raw.start,
        until: raw.end,
    }
}

pub(super) fn incident(raw: Incident) -> Trouble {
    Trouble {
        number: raw.incident_number.to_string(),
        title: raw.title.unwrap_or_default(),
        url: raw.html_url,
    }
}

pub(super) fn maintenance(raw: MaintenanceWindow) -> Trouble {
    Trouble {
        number: raw.id,
        title: raw.description.or(raw.summary).unwrap_or_default(),
        url: raw.html_url,
    }
}
