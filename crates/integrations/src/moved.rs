//! Where webhooks of a Slack on this machine are now.

use url::{Host, Url};

/// The address at which a webhook that was stored as `url` is today, when it is another one.
///
/// A sandbox can be started again on another port with the data of the one before. So where the
/// configured Slack is on this machine, a webhook on this machine (`/services/…`) is taken to be
/// the configured Slack's. Whatever is elsewhere stays where it is.
pub(crate) fn at_configured_slack(url: &str, slack_url: Option<&str>) -> Option<String> {
    let slack = Url::parse(slack_url?).ok().filter(is_on_this_machine)?;
    let webhook = Url::parse(url).ok().filter(is_on_this_machine)?;
    let is_slacks = webhook.path().starts_with("/services/");
    if !is_slacks || webhook.origin() == slack.origin() {
        return None;
    }
    let mut today = slack;
    today.set_path(webhook.path());
    today.set_query(webhook.query());
    today.set_fragment(None);
    Some(today.into())
}

/// Scheme, host and port of the configured Slack: its webhooks are beside its API, not below it.
pub(crate) fn origin(slack_url: &str) -> Option<String> {
    let url = Url::parse(slack_url).ok().filter(Url::has_host)?;
    Some(url.origin().ascii_serialization())
}

fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandboxs_webhook_follows_it_to_another_port_and_no_other_webhook_does() {
        let sandbox = Some("http://127.0.0.1:9401/api/");
        let here = "http://127.0.0.1:9401/services/T1/B1/x";
        for (stored, slack, expected) in [
            (
                "http://127.0.0.1:7401/services/T1/B1/x",
                sandbox,
                Some(here),
            ),
            (
                "http://localhost:7401/services/T1/B1/x",
                sandbox,
                Some(here),
            ),
            ("http://[::1]/services/T1/B1/x", sandbox, Some(here)),
            // It is there already.
            (here, sandbox, None),
            // Another program on this machine.
            ("http://127.0.0.1:7401/hooks/x", sandbox, None),
            ("https://hooks.slack.com/services/T1/B1/x", sandbox, None),
            ("http://10.0.0.1:7401/services/T1/B1/x", sandbox, None),
            ("http://localhost.example:7401/services/x", sandbox, None),
            // Slack itself is configured.
            (
                "http://127.0.0.1:7401/services/T1/B1/x",
                Some("https://slack.com/api/"),
                None,
            ),
            ("http://127.0.0.1:7401/services/T1/B1/x", None, None),
            ("no address", sandbox, None),
        ] {
            let today = at_configured_slack(stored, slack);
            assert_eq!(today.as_deref(), expected, "{stored} {slack:?}");
        }
    }

    #[test]
    fn webhooks_are_beside_the_api() {
        for (slack_url, expected) in [
            ("http://127.0.0.1:7401/api/", Some("http://127.0.0.1:7401")),
            ("https://slack.com/api/", Some("https://slack.com")),
            ("nowhere", None),
        ] {
            assert_eq!(origin(slack_url).as_deref(), expected, "{slack_url}");
        }
    }
}
