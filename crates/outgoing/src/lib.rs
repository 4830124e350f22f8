//! How this program calls others over HTTP, said once for every edge.
//!
//! Which tokens go along, what an answer means and when to try again are the edges' own.

pub mod pkce;

use std::time::Duration;

use reqwest::Url;

/// A client for calls below `base_url`: no redirects (following one could carry a token or a
/// question to another host, and would repeat a POST as a GET), and no proxy for an address on
/// this machine. `connect` is the time until there is a connection, TLS included; `total` that
/// until the last byte of the answer.
///
/// # Panics
/// When no rustls provider is installed: `main` does that first.
///
/// # Errors
/// When the system's certificates or proxy settings cannot be used.
pub fn client(
    base_url: &str,
    connect: Duration,
    total: Duration,
) -> Result<reqwest::Client, reqwest::Error> {
    let builder = reqwest::Client::builder()
        .user_agent("signalbox")
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect)
        .timeout(total)
        .pool_max_idle_per_host(64)
        .pool_idle_timeout(Duration::from_secs(60));
    if is_this_machine(base_url) {
        builder.no_proxy().build()
    } else {
        builder.build()
    }
}

fn is_this_machine(base_url: &str) -> bool {
    let Ok(url) = Url::parse(base_url) else {
        return false;
    };
    url.host_str().is_some_and(|host| {
        let ip: Option<std::net::IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_go_past_a_proxy() {
        for (url, expected) in [
            ("http://127.0.0.1:7401/api/", true),
            ("http://localhost:7401/api/", true),
            ("http://[::1]:7401/api/", true),
            ("https://slack.com/api/", false),
            ("https://127.0.0.1.example/", false),
            ("not a url", false),
        ] {
            assert_eq!(is_this_machine(url), expected, "{url}");
        }
    }
}
