//! PagerDuty's REST API: who is on call, what is broken, what is being maintained. Nothing here
//! wakes anybody.

mod wire;

use reqwest::Method;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::endpoint::{Credentials, Endpoint, InvalidEndpoint};
use crate::error::AskError;
use crate::on_call::{Shift, Trouble};
use crate::window::Window;

use wire::{Incidents, Maintenance, OnCalls, Page, Refusal};

/// A PagerDuty account. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// What of an account is looked at, by PagerDuty's ids; everything where there are none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub schedules: Vec<String>,
    pub escalation_policies: Vec<String>,
    pub services: Vec<String>,
}

/// How many things PagerDuty gives at once, and how often it is asked for more.
const PAGE: usize = 100;
const PAGES: usize = 10;

impl Client {
    /// The account of `token`, a read-only REST API key, at `base_url`
    /// (`https://api.pagerduty.com`, or `https://api.eu.pagerduty.com`).
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        token: SecretString,
    ) -> Result<Self, InvalidEndpoint> {
        let credentials = Credentials::Token(token);
        let needed = "the right to read on-calls, incidents and maintenance windows";
        Endpoint::new(http, base_url, credentials, "PagerDuty", needed).map(Self)
    }

    /// `GET /oncalls`: the shifts that touch `window`.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn on_calls(&self, scope: &Scope, window: Window) -> Result<Vec<Shift>, AskError> {
        let mut arguments = vec![
            ("since", window.from.to_string()),
            ("until", window.until.to_string()),
            // Without this a person is only a name.
            ("include[]", "users".to_owned()),
        ];
        several(&mut arguments, "schedule_ids[]", &scope.schedules);
        several(
            &mut arguments,
            "escalation_policy_ids[]",
            &scope.escalation_policies,
        );
        let found = self.all::<OnCalls>("oncalls", arguments).await?;
        Ok(found.into_iter().map(wire::shift).collect())
    }

    /// `GET /incidents`: those that are triggered or acknowledged.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn open_incidents(&self, scope: &Scope) -> Result<Vec<Trouble>, AskError> {
        let mut arguments = Vec::new();
        for status in ["triggered", "acknowledged"] {
            arguments.push(("statuses[]", status.to_owned()));
        }
        several(&mut arguments, "service_ids[]", &scope.services);
        let found = self.all::<Incidents>("incidents", arguments).await?;
        Ok(found.into_iter().map(wire::incident).collect())
    }

    /// `GET /maintenance_windows`: those that are ongoing.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn ongoing_maintenance(&self, scope: &Scope) -> Result<Vec<Trouble>, AskError> {
        let mut arguments = vec![("filter", "ongoing".to_owned())];
        several(&mut arguments, "service_ids[]", &scope.services);
        let found = self
            .all::<Maintenance>("maintenance_windows", arguments)
            .await?;
        Ok(found.into_iter().map(wire::maintenance).collect())
    }

    /// Page after page. Whoever has more than we read knows enough.
    async fn all<P: Page + DeserializeOwned>(
        &self,
        what: &str,
        arguments: Vec<(&'static str, String)>,
    ) -> Result<Vec<P::Item>, AskError> {
        let mut found = Vec::new();
        for page in 0..PAGES {
            let mut asked = arguments.clone();
            asked.push(("limit", PAGE.to_string()));
            asked.push(("offset", (page * PAGE).to_string()));
            let (items, more) = self.page::<P>(what, &asked).await?.items();
            found.extend(items);
            if !more {
                break;
            }
        }
        Ok(found)
    }

    async fn page<P: DeserializeOwned>(
        &self,
        what: &str,
        arguments: &[(&'static str, String)],
    ) -> Result<P, AskError> {
        let request = self
            .0
            .request(Method::GET, &[what])
            .query(arguments)
            .header("accept", "application/vnd.pagerduty+json;version=2");
        let answer = self.0.send(request).await?;
        if let Some(page) = answer.object().filter(|_| answer.status.is_success()) {
            return Ok(page);
        }
        let reason = answer.object::<Refusal>().map(Refusal::reason);
        Err(self.0.refused(&answer, reason.as_deref()))
    }
}

fn several(arguments: &mut Vec<(&'static str, String)>, name: &'static str, values: &[String]) {
    arguments.extend(values.iter().map(|value| (name, value.clone())));
}
