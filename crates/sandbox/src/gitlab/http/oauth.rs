//! GitLab as an OAuth provider: one application is registered, with the demo's constants.
//!
//! `authorize` asks the person, `token` deals with what the application calls. Refusals have
//! Doorkeeper's words, which are GitLab's.

mod authorize;
mod token;

use axum::Router;
use axum::routing::{get, post};
use url::Url;

use crate::gitlab::GitLabSandbox;

pub(super) use authorize::approve;

/// The one application that is registered.
const NAME: &str = "Signalbox";
const CLIENT: &str = "demo-signalbox";
const SECRET: &str = "demo-gitlab-client-secret";
const SCOPES: [&str; 6] = ["api", "read_api", "read_user", "openid", "profile", "email"];
/// Where the application is called back, below its address.
const CALLBACK: &str = "/auth/gitlab/callback";

pub(super) fn router() -> Router<GitLabSandbox> {
    Router::new()
        .route(
            "/oauth/authorize",
            get(authorize::show).post(authorize::decide),
        )
        .route("/oauth/token", post(token::exchange))
        .route("/oauth/revoke", post(token::revoke))
        .route("/oauth/token/info", get(token::info))
}

/// Whether the application may be called back there: on any port of this machine, or below the
/// service's own address.
fn is_registered(uri: &str, service_url: Option<&str>) -> bool {
    if service_url.is_some_and(|service| uri.strip_prefix(service) == Some(CALLBACK)) {
        return true;
    }
    let Ok(url) = Url::parse(uri) else {
        return false;
    };
    let plain = url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    let here = url.scheme() == "http" && url.host_str() == Some("127.0.0.1");
    plain && nobody && here && url.path() == CALLBACK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_is_called_back_on_this_machine_or_at_the_service() {
        let service = Some("https://signalbox.test/below");
        for (uri, expected) in [
            ("http://127.0.0.1:7400/auth/gitlab/callback", true),
            ("https://signalbox.test/below/auth/gitlab/callback", true),
            ("https://signalbox.test/auth/gitlab/callback", false),
            ("http://127.0.0.1:7400/auth/gitlab/callback?a=b", false),
            ("http://127.0.0.1:7400/auth/gitlab/callback/x", false),
            ("http://eve@127.0.0.1:7400/auth/gitlab/callback", false),
            ("http://127.0.0.1.evil.test/auth/gitlab/callback", false),
            ("https://evil.test/auth/gitlab/callback", false),
            ("", false),
        ] {
            assert_eq!(is_registered(uri, service), expected, "{uri}");
        }
    }
}
