//! The settings of what is watched, of what hears of changes, and of whom plans may ask.

use std::collections::BTreeMap;

use ::monitors::{Credentials, http_json, on_call, opsgenie, pagerduty, sentry};
use anyhow::Context;
use domain::Mrkdwn;
use driver::Sources;
use secrecy::SecretString;
use serde::Deserialize;

use super::environments::is_web_address;

/// What is watched, and what hears of changes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Monitors {
    prometheus: Option<Monitor>,
    grafana: Option<Monitor>,
    elasticsearch: Option<Monitor>,
    sentry: Option<Sentry>,
    pagerduty: Option<PagerDuty>,
    opsgenie: Option<Opsgenie>,
}

/// Sentry is asked for an organisation's issues and events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentry {
    url: String,
    token: SecretString,
    organization: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PagerDuty {
    #[serde(default = "pagerduty_url")]
    url: String,
    token: SecretString,
    #[serde(default)]
    schedules: Vec<String>,
    #[serde(default)]
    services: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opsgenie {
    #[serde(default = "opsgenie_url")]
    url: String,
    token: SecretString,
    schedules: Vec<String>,
}

/// A server that plans of rollouts may ask, by its name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    pub name: String,
    pub url: String,
    #[serde(default)]
    pub token: Option<SecretString>,
}

/// A group of people in Slack: the only ping that is ever sent, when nobody watches a rollout.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub name: String,
    /// Slack's id of the user group: `S012AB3CD`.
    pub slack: String,
}

/// One of them: its address, and the token that it asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Monitor {
    url: String,
    #[serde(default)]
    token: Option<SecretString>,
}

fn http(url: &str) -> Result<reqwest::Client, reqwest::Error> {
    ::monitors::http_client(url, ::monitors::Timeouts::default())
}

fn pagerduty_url() -> String {
    "https://api.pagerduty.com".to_owned()
}

fn opsgenie_url() -> String {
    "https://api.opsgenie.com".to_owned()
}

impl Endpoint {
    fn client(&self) -> anyhow::Result<http_json::Client> {
        let credentials = self
            .token
            .clone()
            .map_or(Credentials::None, Credentials::Bearer);
        Ok(http_json::Client::new(
            http(&self.url)?,
            &self.url,
            credentials,
        )?)
    }
}

/// The mention of each group, by its name.
#[must_use]
pub fn mentions(groups: Vec<Group>) -> BTreeMap<String, Mrkdwn> {
    let mention = |group: Group| {
        let mention = Mrkdwn::from_trusted(format!("<!subteam^{}>", group.slack));
        (group.name, mention)
    };
    groups.into_iter().map(mention).collect()
}

/// What is wrong with these settings: `(setting, problem)`.
pub(super) fn problems(endpoints: &[Endpoint], groups: &[Group]) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for endpoint in endpoints.iter().filter(|of| !is_web_address(&of.url)) {
        let text = "must be a web address that begins with http:// or https://";
        problems.push((format!("endpoint {}: url", endpoint.name), text.to_owned()));
    }
    let is_id = |id: &str| {
        id.len() <= 32
            && id.strip_prefix('S').is_some_and(|rest| {
                let mut letters = rest.bytes();
                2 < rest.len() && letters.all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            })
    };
    for group in groups.iter().filter(|group| !is_id(&group.slack)) {
        let text = "must be Slack's id of a user group, such as S012AB3CD";
        problems.push((format!("group {}: slack", group.name), text.to_owned()));
    }
    let names = |what: &str, names: Vec<&str>| {
        let mut names = names;
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        twice.map(|pair| {
            let text = format!("two are called {:?}; give each its own name", pair[0]);
            (format!("{what}.name"), text)
        })
    };
    let called = endpoints.iter().map(|endpoint| endpoint.name.as_str());
    problems.extend(names("endpoint", called.collect()));
    let called = groups.iter().map(|group| group.name.as_str());
    problems.extend(names("group", called.collect()));
    problems
}

impl Monitor {
    fn http(&self) -> Result<reqwest::Client, reqwest::Error> {
        http(&self.url)
    }

    fn credentials(&self, token: fn(SecretString) -> Credentials) -> Credentials {
        self.token.clone().map_or(Credentials::None, token)
    }
}

impl Monitors {
    /// Whether there is an Elasticsearch.
    #[must_use]
    pub fn has_elasticsearch(&self) -> bool {
        self.elasticsearch.is_some()
    }

    /// What rollouts may ask.
    ///
    /// # Errors
    /// When an address cannot be used.
    pub fn sources(&self, endpoints: &[Endpoint]) -> anyhow::Result<Sources> {
        let endpoints = endpoints.iter().map(|endpoint| {
            let client = endpoint.client();
            let client = client.with_context(|| format!("endpoint {}", endpoint.name))?;
            Ok((endpoint.name.clone(), client))
        });
        Ok(Sources {
            sentry: self.sentry()?,
            elasticsearch: self.elasticsearch()?,
            prometheus: self.prometheus()?,
            on_call: self.on_call()?,
            endpoints: endpoints.collect::<anyhow::Result<BTreeMap<_, _>>>()?,
            ..Sources::default()
        })
    }

    fn sentry(&self) -> anyhow::Result<Option<sentry::Client>> {
        let client = |of: &Sentry| -> anyhow::Result<_> {
            let token = Credentials::Bearer(of.token.clone());
            let client = sentry::Client::new(http(&of.url)?, &of.url, token, &of.organization);
            client.context("monitors.sentry")
        };
        self.sentry.as_ref().map(client).transpose()
    }

    /// PagerDuty, where both are configured.
    fn on_call(&self) -> anyhow::Result<Option<on_call::Source>> {
        if let Some(of) = &self.pagerduty {
            let client = pagerduty::Client::new(http(&of.url)?, &of.url, of.token.clone());
            return Ok(Some(on_call::Source::PagerDuty {
                client: client.context("monitors.pagerduty")?,
                scope: pagerduty::Scope {
                    schedules: of.schedules.clone(),
                    services: of.services.clone(),
                    ..pagerduty::Scope::default()
                },
            }));
        }
        let Some(of) = &self.opsgenie else {
            return Ok(None);
        };
        let client = opsgenie::Client::new(http(&of.url)?, &of.url, of.token.clone());
        Ok(Some(on_call::Source::Opsgenie {
            client: client.context("monitors.opsgenie")?,
            scope: opsgenie::Scope {
                schedules: of.schedules.clone(),
                ..opsgenie::Scope::default()
            },
        }))
    }

    /// # Errors
    /// When its address cannot be used.
    pub fn prometheus(&self) -> anyhow::Result<Option<::monitors::prometheus::Client>> {
        let client = |monitor: &Monitor| -> anyhow::Result<_> {
            let credentials = monitor.credentials(Credentials::Bearer);
            let client =
                ::monitors::prometheus::Client::new(monitor.http()?, &monitor.url, credentials);
            client.context("monitors.prometheus")
        };
        self.prometheus.as_ref().map(client).transpose()
    }

    /// # Errors
    /// When its address cannot be used.
    pub fn grafana(&self) -> anyhow::Result<Option<::monitors::grafana::Client>> {
        let client = |monitor: &Monitor| -> anyhow::Result<_> {
            let credentials = monitor.credentials(Credentials::Bearer);
            let client =
                ::monitors::grafana::Client::new(monitor.http()?, &monitor.url, credentials);
            client.context("monitors.grafana")
        };
        self.grafana.as_ref().map(client).transpose()
    }

    /// # Errors
    /// When its address cannot be used.
    pub fn elasticsearch(&self) -> anyhow::Result<Option<::monitors::elasticsearch::Client>> {
        let client = |monitor: &Monitor| -> anyhow::Result<_> {
            let credentials = monitor.credentials(Credentials::ApiKey);
            let client =
                ::monitors::elasticsearch::Client::new(monitor.http()?, &monitor.url, credentials);
            client.context("monitors.elasticsearch")
        };
        self.elasticsearch.as_ref().map(client).transpose()
    }
}
