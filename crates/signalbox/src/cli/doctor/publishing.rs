//! What is to be done before other workspaces can have the app.

use url::Url;

use super::Findings;
use crate::config::{Config, Transport};

/// Checks what can be seen from here, and lists what only a person can see in Slack.
pub(super) fn check(config: &Config, findings: &mut Findings) {
    if config.slack.client_id.is_none() {
        return;
    }
    let base = config.public_url.trim_end_matches('/');
    if Url::parse(base).is_ok_and(|url| url.scheme() == "https") {
        findings.good("public_url begins with https://");
    } else {
        findings.wrong(
            "public_url does not begin with https://: Slack sends nobody back to it after an \
             installation",
        );
    }
    findings.list(&format!(
        "OAuth & Permissions: {base}/slack/oauth/callback is a redirect URL"
    ));
    if config.slack.transport == Transport::Http {
        for (page, path) in [
            ("Event Subscriptions", "events"),
            ("Interactivity & Shortcuts", "interactions"),
            ("Slash Commands", "commands"),
        ] {
            findings.list(&format!("{page}: Slack reaches {base}/slack/{path}"));
        }
    }
    findings.list(
        "Manage Distribution: public distribution is activated, if more than one workspace is to \
         have the app",
    );
    findings.list(
        "Manage Distribution: hard-coded information is removed: every workspace gets a token of \
         its own here",
    );
    findings.list("Basic Information: name, description, icon and colour are yours");
    for text in marketplace(config.slack.transport) {
        findings.list(text);
    }
}

/// What Slack's reviewers ask for.
fn marketplace(transport: Transport) -> &'static [&'static str] {
    match transport {
        Transport::Socket => &["the Marketplace takes no app with Socket Mode: keep it unlisted"],
        Transport::Http => &[
            "for the Marketplace: a landing page with an install button, a privacy policy, a \
             support page and a support address",
            "for the Marketplace: every scope with its reason, as /workspaces lists them",
            "for the Marketplace: a test account in GitLab and steps for the reviewers",
        ],
    }
}
