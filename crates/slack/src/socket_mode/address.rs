//! Where a line may be opened to.
//!
//! The address comes in an answer of Slack's with a ticket in it, which is a secret. It is
//! taken only when it is at the configured Slack.

use reqwest::Url;

use crate::error::ConnectError;
use crate::hook_url::slack_domain;

const LONGEST: usize = 4_000;

/// Checks the address of a line that the Web API at `base` named.
pub(super) fn check(address: &str, base: &Url) -> Result<Url, ConnectError> {
    let url = Url::parse(address)
        .ok()
        .filter(|_| address.len() <= LONGEST)
        .ok_or(ConnectError::NotAnAddress)?;
    let host = url.host_str().unwrap_or_default();
    let is_there = match base.host_str().and_then(slack_domain) {
        Some(domain) => slack_domain(host) == Some(domain) && url.port().is_none(),
        None => {
            host == base.host_str().unwrap_or_default()
                && url.port_or_known_default() == base.port_or_known_default()
        }
    };
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    let is_sealed = match url.scheme() {
        "wss" => true,
        "ws" => base.scheme() == "http" && is_this_machine(base),
        _ => false,
    };
    if is_there && is_sealed && !has_credentials {
        Ok(url)
    } else {
        Err(ConnectError::OtherHost {
            given: url.origin().ascii_serialization(),
            expected: base.origin().ascii_serialization(),
        })
    }
}

fn is_this_machine(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let ip: Option<std::net::IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_opened_to_the_configured_slack_alone() {
        let slack = "https://slack.com/api/";
        let government = "https://slack-gov.com/api/";
        let sandbox = "http://127.0.0.1:7401/api/";
        let remote = "http://sandbox.example:7401/api/";
        for (base, address, good) in [
            (slack, "wss://wss-primary.slack.com/link/?ticket=1", true),
            (slack, "wss://slack.com/link/?ticket=1", true),
            (slack, "ws://wss-primary.slack.com/link/", false),
            (slack, "https://wss-primary.slack.com/link/", false),
            (slack, "wss://wss-primary.slack.com:8443/link/", false),
            (slack, "wss://evil-slack.com/link/", false),
            (slack, "wss://slack.com.evil.example/link/", false),
            (slack, "wss://slack.com@evil.example/link/", false),
            (slack, "wss://me@wss-primary.slack.com/link/", false),
            (slack, "wss://wss-primary.slack-gov.com/link/", false),
            (slack, "wss://127.0.0.1/link/", false),
            (slack, "wss-primary.slack.com", false),
            (government, "wss://wss-primary.slack-gov.com/link/", true),
            (government, "wss://wss-primary.slack.com/link/", false),
            (sandbox, "ws://127.0.0.1:7401/link/?ticket=1", true),
            (sandbox, "ws://127.0.0.1:7402/link/", false),
            (sandbox, "ws://localhost:7401/link/", false),
            (sandbox, "wss://wss-primary.slack.com/link/", false),
            (remote, "ws://sandbox.example:7401/link/", false),
            (remote, "wss://sandbox.example:7401/link/", true),
        ] {
            let base = Url::parse(base).unwrap();
            assert_eq!(check(address, &base).is_ok(), good, "{base} {address}");
        }
    }

    #[test]
    fn no_refusal_shows_a_ticket() {
        let base = Url::parse("https://slack.com/api/").unwrap();
        let error = check("wss://evil.example/link/?ticket=geheim", &base).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("evil.example"), "{shown}");
        assert!(!shown.contains("geheim"), "{shown}");
    }
}
