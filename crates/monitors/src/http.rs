//! The HTTP client that the monitors are called with.

use std::time::Duration;

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until there is a connection, TLS included.
    pub connect: Duration,
    /// From the first attempt to connect to the last byte of the answer.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
        }
    }
}

/// The HTTP client for any number of monitors: no redirects, as they would carry our question
/// elsewhere, and no proxy for an address on this machine.
///
/// # Panics
/// When no rustls provider is installed: `main` does that first.
///
/// # Errors
/// When the system's certificates or proxy settings cannot be used.
pub fn http_client(base_url: &str, timeouts: Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    outgoing::client(base_url, timeouts.connect, timeouts.total)
}
