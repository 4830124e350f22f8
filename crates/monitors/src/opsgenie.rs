//! Opsgenie's REST API: who is on call, what is broken, what is being maintained. Nothing here
//! wakes anybody.
//!
//! Who is on call over a time is read from the schedule's timeline, in which overrides are
//! already worked in.

mod wire;

use reqwest::Method;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::endpoint::{Credentials, Endpoint, InvalidEndpoint};
use crate::error::{AskError, Reason};
use crate::on_call::{Shift, Trouble};
use crate::window::Window;

use wire::{Incidents, Maintenance, Refusal, Timeline};

/// An Opsgenie account. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// What of an account is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// By name; at least one, to ask who is on call.
    pub schedules: Vec<String>,
    /// By id, of services that incidents impact; all where there are none.
    pub services: Vec<String>,
}

/// How many incidents Opsgenie gives at once, and how often it is asked for more.
const PAGE: usize = 100;
const PAGES: usize = 10;

impl Client {
    /// The account of `key`, a read-only API key, at `base_url` (`https://api.opsgenie.com`, or
    /// `https://api.eu.opsgenie.com`).
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        key: SecretString,
    ) -> Result<Self, InvalidEndpoint> {
        let credentials = Credentials::GenieKey(key);
        let needed = "the right to read, and access to the schedules";
        Endpoint::new(http, base_url, credentials, "Opsgenie", needed).map(Self)
    }

    /// `GET /v2/schedules/{name}/timeline` of each schedule: the shifts that touch `window`.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn on_calls(&self, scope: &Scope, window: Window) -> Result<Vec<Shift>, AskError> {
        const DAY: u64 = 24 * 60 * 60;
        if scope.schedules.is_empty() {
            return Err(AskError::BadQuery {
                host: self.0.host(),
                reason: Reason::new("no schedule is named"),
            });
        }
        let days = window.length().as_secs() / DAY + 1;
        let arguments = [
            ("identifierType", "name".to_owned()),
            ("date", window.from.to_string()),
            ("interval", days.to_string()),
            ("intervalUnit", "days".to_owned()),
        ];
        let mut shifts = Vec::new();
        for schedule in &scope.schedules {
            let path = ["v2", "schedules", schedule, "timeline"];
            let timeline: Timeline = self.ask(&path, &arguments).await?;
            shifts.extend(timeline.shifts());
        }
        let touches = |shift: &Shift| {
            shift.from.is_none_or(|from| from < window.until)
                && shift.until.is_none_or(|until| window.from < until)
        };
        shifts.retain(touches);
        Ok(shifts)
    }

    /// `GET /v1/incidents`: those that are open.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn open_incidents(&self, scope: &Scope) -> Result<Vec<Trouble>, AskError> {
        let mut found = Vec::new();
        for page in 0..PAGES {
            let arguments = [
                ("query", "status: open".to_owned()),
                ("limit", PAGE.to_string()),
                ("offset", (page * PAGE).to_string()),
                ("sort", "createdAt".to_owned()),
                ("order", "desc".to_owned()),
            ];
            let incidents: Incidents = self.ask(&["v1", "incidents"], &arguments).await?;
            let more = incidents.has_more();
            found.extend(incidents.of(&scope.services));
            if !more {
                break;
            }
        }
        Ok(found)
    }

    /// `GET /v1/maintenance`: what is active.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn ongoing_maintenance(&self) -> Result<Vec<Trouble>, AskError> {
        let arguments = [("type", "non-expired".to_owned())];
        let found: Maintenance = self.ask(&["v1", "maintenance"], &arguments).await?;
        Ok(found.active())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        path: &[&str],
        arguments: &[(&str, String)],
    ) -> Result<T, AskError> {
        let request = self.0.request(Method::GET, path).query(arguments);
        let answer = self.0.send(request).await?;
        if let Some(value) = answer.object().filter(|_| answer.status.is_success()) {
            return Ok(value);
        }
        let reason = answer.object::<Refusal>().map(|refusal| refusal.message);
        Err(self.0.refused(&answer, reason.as_deref()))
    }
}
