//! The programs that want to hear what happens to rollouts.

use std::collections::BTreeSet;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sinks::{Key, Sink, Timeouts, http_client};
use steering::sinks::{Wants, is_kind, kinds};

/// A program that is told by signed webhooks. Its address may hold a secret, too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSink {
    pub name: String,
    pub url: SecretString,
    pub secret: SecretString,
    /// Everything when it is empty.
    #[serde(default)]
    pub kinds: BTreeSet<String>,
}

/// What is wrong with them: `(setting, problem)`.
pub(super) fn problems(sinks: &[EventSink]) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    for (place, sink) in sinks.iter().enumerate() {
        let name = sink.name.as_str();
        let mut problem = |text: String| problems.push((format!("event_sink {name}"), text));
        let is_sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || 64 < name.len() || !name.chars().all(is_sane) {
            problem("its name has 1 to 64 letters, digits and -_.".to_owned());
        }
        if sinks.iter().take(place).any(|other| other.name == name) {
            problem("another sink is called the same; give each its own name".to_owned());
        }
        if let Some(strange) = sink.kinds.iter().find(|kind| !is_kind(kind)) {
            let known: Vec<String> = kinds().collect();
            problem(format!(
                "there is no kind {strange:?}; there is {}",
                known.join(", ")
            ));
        }
        if let Err(error) = Key::read(&sink.secret) {
            problem(format!("its secret cannot be used: {error}"));
        }
        if !is_web_address(&sink.url) {
            problem(
                "its url must be a web address that begins with http:// or https://".to_owned(),
            );
        }
    }
    problems
}

fn is_web_address(url: &SecretString) -> bool {
    let url = url::Url::parse(url.expose_secret().trim());
    url.is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Who is told, and of what.
pub(crate) fn read(sinks: &[EventSink]) -> anyhow::Result<Vec<(Sink, Wants)>> {
    let read = |one: &EventSink| {
        let address = one.url.expose_secret().trim();
        let http = http_client(address, Timeouts::default())?;
        let sink = Sink::new(http, &one.name, &one.url, Key::read(&one.secret)?)?;
        let wants = Wants {
            sink: one.name.clone(),
            kinds: one.kinds.clone(),
        };
        anyhow::Ok((sink, wants))
    };
    let context = |one: &EventSink| format!("the setting event_sink {}", one.name);
    sinks
        .iter()
        .map(|one| read(one).with_context(|| context(one)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sink(name: &str, url: &str, secret: &str, kind: &str) -> EventSink {
        EventSink {
            name: name.to_owned(),
            url: url.into(),
            secret: secret.into(),
            kinds: BTreeSet::from([kind.to_owned()]),
        }
    }

    #[test]
    fn what_is_wrong_with_a_sink_is_said_with_its_name() {
        let (url, key) = (
            "https://audit.example/hooks",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        );
        let kind = "rollout.held";
        let good = || sink("audit", url, key, kind);
        assert_eq!(problems(&[good()]), []);
        for (sinks, expected) in [
            (vec![good(), good()], "another sink is called the same"),
            (vec![sink("a b", url, key, kind)], "its name has 1 to 64"),
            (
                vec![sink("audit", "audit.example", key, kind)],
                "its url must be",
            ),
            (
                vec![sink("audit", url, "hunter2", kind)],
                "its secret cannot be used",
            ),
            (
                vec![sink("audit", url, key, "held")],
                "there is no kind \"held\"",
            ),
        ] {
            let found = problems(&sinks);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].0.starts_with("event_sink "), "{found:?}");
            assert!(found[0].1.starts_with(expected), "{found:?}");
            assert!(!format!("{found:?}{sinks:?}").contains("hunter2"));
        }
    }
}
