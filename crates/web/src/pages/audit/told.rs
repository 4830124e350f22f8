//! What an entry of the audit tells of, in words.

use notify::Integration;
use notify::settings::SubscriptionConfig;
use store::{
    ApiTokenFacts, ConnectionFacts, InstallationFacts, IntegrationFacts, LinkedAccountFacts,
    Subject, Via,
};

use crate::pages::{address, projects, words};

/// A subject as a row of the page.
pub(super) struct Told {
    pub(super) subject: String,
    pub(super) href: String,
    pub(super) of: String,
    pub(super) lines: Vec<String>,
}

impl Told {
    pub(super) fn of(subject: Subject, is_refused: bool) -> Self {
        match subject {
            Subject::Flag {
                environment,
                flag,
                before,
                after,
            } => {
                let (before, after) = (words::side(before.as_ref()), words::side(after.as_ref()));
                let line = match (is_refused, before == after) {
                    (true, _) => format!("stays {before}"),
                    (false, true) => format!("{before}, as before"),
                    (false, false) => format!("{before} → {after}"),
                };
                Self {
                    subject: flag.to_string(),
                    href: address::flag(flag.as_str()),
                    of: environment.to_string(),
                    lines: vec![line],
                }
            }
            Subject::Integration {
                place,
                via,
                before,
                after,
            } => Self {
                subject: projects::said(&place),
                href: projects::href(&place),
                of: integration(via).title().to_owned(),
                lines: integration_lines(integration(via), before.as_ref(), after.as_ref()),
            },
            Subject::Installation {
                workspace,
                before,
                after,
            } => {
                let name = after.as_ref().or(before.as_ref()).map(|facts| &facts.name);
                Self {
                    subject: name.map_or_else(|| workspace.to_string(), String::clone),
                    href: address::workspace(&workspace),
                    of: format!("the app in {workspace}"),
                    lines: installation_lines(before.as_ref(), after.as_ref()),
                }
            }
            Subject::LinkedAccount {
                workspace,
                slack_user,
                before,
                after,
            } => {
                let name = after.as_ref().or(before.as_ref());
                let name = name.map(|facts| format!("@{}", facts.slack_name));
                Self {
                    subject: name.unwrap_or(slack_user),
                    href: address::workspace(&workspace),
                    of: format!("linked account in {workspace}"),
                    lines: vec![account_line(before.as_ref(), after.as_ref())],
                }
            }
            Subject::Connection {
                workspace,
                project,
                before,
                after,
            } => Self {
                href: address::connection(&workspace, project.as_str()),
                subject: project.to_string(),
                of: format!("connected to {workspace}"),
                lines: vec![connection_line(before.as_ref(), after.as_ref())],
            },
            Subject::ApiToken {
                token,
                before,
                after,
            } => {
                let facts = after.as_ref().or(before.as_ref());
                let owner = facts.map(|facts| format!("API token of {}", facts.owner));
                Self {
                    subject: facts.map_or_else(|| token.to_string(), |facts| facts.name.clone()),
                    href: "/account".to_owned(),
                    of: owner.unwrap_or_default(),
                    lines: vec![token_line(after.as_ref())],
                }
            }
        }
    }
}

/// What an installation may do now, and what it may do no more.
fn installation_lines(
    before: Option<&InstallationFacts>,
    after: Option<&InstallationFacts>,
) -> Vec<String> {
    let Some(after) = after else {
        return vec!["removed".to_owned()];
    };
    let Some(before) = before else {
        return vec![format!("installed with {}", after.scopes.join(", "))];
    };
    let mut lines = vec!["installed again".to_owned()];
    let beyond = |some: &InstallationFacts, others: &InstallationFacts| {
        let only = some
            .scopes
            .iter()
            .filter(|scope| !others.scopes.contains(scope));
        only.cloned().collect::<Vec<_>>().join(", ")
    };
    let (new, gone) = (beyond(after, before), beyond(before, after));
    if !new.is_empty() {
        lines.push(format!("new scopes: {new}"));
    }
    if !gone.is_empty() {
        lines.push(format!("without the scopes: {gone}"));
    }
    lines
}

fn account_line(before: Option<&LinkedAccountFacts>, after: Option<&LinkedAccountFacts>) -> String {
    match (before, after) {
        (_, None) => "unlinked".to_owned(),
        (Some(before), Some(after)) if before.gitlab_user != after.gitlab_user => format!(
            "is {} in GitLab, was {}",
            after.gitlab_name, before.gitlab_name
        ),
        (Some(_), Some(after)) => format!("linked with {} again", after.gitlab_name),
        (None, Some(after)) => format!("is {} in GitLab", after.gitlab_name),
    }
}

fn connection_line(before: Option<&ConnectionFacts>, after: Option<&ConnectionFacts>) -> String {
    match (before, after) {
        (_, None) => "disconnected".to_owned(),
        (Some(before), Some(after)) if before.alias.as_str() != after.alias.as_str() => {
            format!("alias: {} → {}", before.alias, after.alias)
        }
        (Some(_), Some(after)) => format!("alias: {}, as before", after.alias),
        (None, Some(after)) => format!("connected as {}", after.alias),
    }
}

fn token_line(after: Option<&ApiTokenFacts>) -> String {
    let Some(after) = after else {
        return "revoked".to_owned();
    };
    let scopes = after.scopes.join(", ");
    match after.expires_at {
        Some(end) => format!("created for {scopes}, until {end:.0}"),
        None => format!("created for {scopes}, without an end"),
    }
}

fn integration(via: Via) -> Integration {
    match via {
        Via::App => Integration::App,
        Via::Webhook => Integration::Webhook,
    }
}

/// What differs between two states of an integration, setting by setting. A new one differs from
/// one that nobody has touched.
fn integration_lines(
    integration: Integration,
    before: Option<&IntegrationFacts>,
    after: Option<&IntegrationFacts>,
) -> Vec<String> {
    let Some(after) = after else {
        return vec!["removed".to_owned()];
    };
    let was = match before {
        Some(before) => settings(before),
        None => settings(&fresh(integration)),
    };
    let is = settings(after);
    let changed = is
        .iter()
        .filter(|(name, value)| was.get(*name) != Some(value));
    let mut lines: Vec<String> = changed
        .map(|(name, value)| match was.get(name) {
            Some(old) => format!("{name}: {} → {}", said(old), said(value)),
            None => format!("{name}: {}", said(value)),
        })
        .collect();
    let gone = was.keys().filter(|name| !is.contains_key(*name));
    lines.extend(gone.map(|name| format!("{name}: none any more")));
    if lines.is_empty() {
        let words = if before.is_some() {
            "as before"
        } else {
            "set up"
        };
        lines.push(words.to_owned());
    }
    lines
}

/// An integration that nobody has touched.
fn fresh(integration: Integration) -> IntegrationFacts {
    let config = SubscriptionConfig::stored(integration, None, false, "{}", None);
    IntegrationFacts {
        active: false,
        properties: config.map_or_else(|_| "{}".to_owned(), |config| config.properties()),
        has_webhook: false,
        workspace: None,
    }
}

fn settings(facts: &IntegrationFacts) -> serde_json::Map<String, serde_json::Value> {
    let mut all: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&facts.properties).unwrap_or_default();
    all.insert("active".to_owned(), facts.active.into());
    let webhook = if facts.has_webhook { "set" } else { "none" };
    all.insert("webhook".to_owned(), webhook.into());
    if let Some(workspace) = &facts.workspace {
        all.insert("workspace".to_owned(), workspace.as_str().into());
    }
    all
}

fn said(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(true) => "on".to_owned(),
        serde_json::Value::Bool(false) => "off".to_owned(),
        serde_json::Value::Array(items) if items.is_empty() => "none".to_owned(),
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(said).collect();
            items.join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(active: bool, properties: &str) -> IntegrationFacts {
        IntegrationFacts {
            active,
            properties: properties.to_owned(),
            has_webhook: active,
            workspace: None,
        }
    }

    #[test]
    fn a_changed_integration_is_told_setting_by_setting() {
        let before = facts(
            false,
            r##"{"push_events":true,"channel":["#a"],"username":"box"}"##,
        );
        let after = facts(true, r##"{"push_events":false,"channel":["#a","#b"]}"##);
        let lines = |before, after| integration_lines(Integration::App, before, after);
        assert_eq!(
            lines(Some(&before), Some(&after)),
            [
                "active: off → on",
                "channel: #a → #a, #b",
                "push_events: on → off",
                "webhook: none → set",
                "username: none any more",
            ]
        );
        assert_eq!(lines(Some(&after), Some(&after)), ["as before"]);
        assert_eq!(lines(Some(&after), None), ["removed"]);
        let mut new = fresh(Integration::App);
        let lines = |new: &IntegrationFacts| integration_lines(Integration::App, None, Some(new));
        assert_eq!(lines(&new), ["set up"]);
        new.active = true;
        assert_eq!(lines(&new), ["active: off → on"]);
    }

    fn told(subject: Subject) -> String {
        let told = Told::of(subject, false);
        let lines = told.lines.join("; ");
        format!("{} ({}) {}: {lines}", told.subject, told.of, told.href)
    }

    #[test]
    fn an_installation_says_which_scopes_came_and_went() {
        let facts = |scopes: &[&str]| {
            Some(InstallationFacts {
                name: "Acme".to_owned(),
                scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            })
        };
        let installation = |before, after| {
            told(Subject::Installation {
                workspace: "T0ACME".parse().unwrap(),
                before,
                after,
            })
        };
        assert_eq!(
            installation(None, facts(&["chat:write", "commands"])),
            "Acme (the app in T0ACME) /workspaces/T0ACME: installed with chat:write, commands"
        );
        assert_eq!(
            installation(
                facts(&["chat:write", "commands"]),
                facts(&["chat:write", "im:write"])
            ),
            "Acme (the app in T0ACME) /workspaces/T0ACME: installed again; \
             new scopes: im:write; without the scopes: commands"
        );
        assert_eq!(
            installation(facts(&["chat:write"]), None),
            "Acme (the app in T0ACME) /workspaces/T0ACME: removed"
        );
    }

    #[test]
    fn accounts_connections_and_tokens_are_told_in_a_line() {
        let account = |user| {
            Some(LinkedAccountFacts {
                slack_name: "dana".to_owned(),
                gitlab_user: user,
                gitlab_name: format!("user{user}"),
            })
        };
        let linked = |before, after| {
            told(Subject::LinkedAccount {
                workspace: "T0ACME".parse().unwrap(),
                slack_user: "U0DANA".to_owned(),
                before,
                after,
            })
        };
        let of = "@dana (linked account in T0ACME) /workspaces/T0ACME";
        assert_eq!(
            linked(None, account(7)),
            format!("{of}: is user7 in GitLab")
        );
        assert_eq!(
            linked(account(7), account(8)),
            format!("{of}: is user8 in GitLab, was user7")
        );
        assert_eq!(linked(account(8), None), format!("{of}: unlinked"));

        let called = |alias: &str| {
            Some(ConnectionFacts {
                alias: alias.parse().unwrap(),
            })
        };
        let connection = |before, after| {
            told(Subject::Connection {
                workspace: "T0ACME".parse().unwrap(),
                project: "acme/my".parse().unwrap(),
                before,
                after,
            })
        };
        let of = "acme/my (connected to T0ACME) /workspaces/T0ACME/projects/acme/my";
        assert_eq!(
            connection(None, called("my")),
            format!("{of}: connected as my")
        );
        assert_eq!(
            connection(called("my"), called("MY")),
            format!("{of}: alias: my → MY")
        );
        assert_eq!(
            connection(called("my"), None),
            format!("{of}: disconnected")
        );

        let facts = Some(ApiTokenFacts {
            name: "deploys".to_owned(),
            scopes: vec!["read".to_owned()],
            owner: "ana".to_owned(),
            expires_at: Some("2026-02-01T10:00:00Z".parse().unwrap()),
        });
        let token = |before, after| {
            told(Subject::ApiToken {
                token: "tok_1".parse().unwrap(),
                before,
                after,
            })
        };
        let of = "deploys (API token of ana) /account";
        assert_eq!(
            token(None, facts.clone()),
            format!("{of}: created for read, until 2026-02-01T10:00:00Z")
        );
        assert_eq!(token(facts, None), format!("{of}: revoked"));
    }
}
