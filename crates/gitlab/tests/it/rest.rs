//! What becomes of GitLab's REST API: the client against a server that answers what it is told
//! to, what no GitLab would say included.

mod changes;
mod ci;
mod corpus;
mod errors;
mod escalation;
mod hostile;
mod lists;
mod oauth;
mod people;
mod reads;
mod reviews;
mod sandboxed;
mod stub;
mod writing;

use std::time::Duration;

use gitlab::rest::{Client, IdOrPath, Timeouts, http_client};
use secrecy::SecretString;

/// No error may show it.
const TOKEN: &str = "glpat-secret-of-the-tests";

fn client(base_url: &str) -> Client {
    client_with(base_url, Timeouts::default())
}

/// For servers that never answer.
fn hasty_client(base_url: &str) -> Client {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_millis(20),
    };
    client_with(base_url, timeouts)
}

fn client_with(base_url: &str, timeouts: Timeouts) -> Client {
    // A second installation in the same process fails, and the first one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = http_client(base_url, timeouts).unwrap();
    Client::new(http, base_url, &SecretString::from(TOKEN)).unwrap()
}

fn shop() -> IdOrPath {
    "acme/shop".parse().unwrap()
}
