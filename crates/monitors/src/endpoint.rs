//! One server: its address, our credentials, and the limits of a call.

mod answer;
mod credentials;
mod refusal;

use std::fmt;

use reqwest::{Method, RequestBuilder, Response, Url};

pub(crate) use answer::Answer;
pub use credentials::Credentials;

use crate::error::{CallError, Host, Unreadable};

/// Why a client cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEndpoint {
    #[error("{0:?} is not a web address such as https://prometheus.example")]
    NotAnAddress(String),
    #[error("the address of {0} has a user name or a password in it; set the credentials instead")]
    CredentialsInAddress(String),
    #[error("the address of {0} has a query or a fragment, which it cannot have")]
    MoreThanAPath(String),
    #[error("the token has characters that no token has")]
    Token,
}

/// The longest answer that is read, in bytes: 11,000 points of 20 series are about 8 MB.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A server of one product.
#[derive(Clone)]
pub(crate) struct Endpoint {
    http: reqwest::Client,
    base: Url,
    host: Host,
    credentials: Credentials,
    product: &'static str,
    /// What to ask for when something is forbidden.
    needed: &'static str,
}

impl Endpoint {
    pub(crate) fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
        product: &'static str,
        needed: &'static str,
    ) -> Result<Self, InvalidEndpoint> {
        let base = Url::parse(base_url.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or_else(|| InvalidEndpoint::NotAnAddress(redacted(base_url)))?;
        let host = host_of(&base);
        if !base.username().is_empty() || base.password().is_some() {
            return Err(InvalidEndpoint::CredentialsInAddress(host));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(InvalidEndpoint::MoreThanAPath(host));
        }
        if !credentials.can_be_sent() {
            return Err(InvalidEndpoint::Token);
        }
        Ok(Self {
            http,
            base,
            host: Host(host),
            credentials,
            product,
            needed,
        })
    }

    pub(crate) fn host(&self) -> Host {
        self.host.clone()
    }

    /// A request to the path of `segments` below the base; each is escaped.
    pub(crate) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        // An `Err` is for addresses such as `mailto:`, which `new` does not take.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        self.credentials.sign(self.http.request(method, url))
    }

    /// Sends `request` and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, CallError> {
        let response = request.send().await.map_err(|error| self.failed(error))?;
        let status = response.status();
        tracing::debug!(
            monitor.host = %self.host,
            status = status.as_u16(),
            "{} answered",
            self.product
        );
        let headers = response.headers().clone();
        let body = self.read_body(response).await?;
        Ok(Answer::new(status, &headers, body))
    }

    async fn read_body(&self, mut response: Response) -> Result<Vec<u8>, CallError> {
        let too_long = || {
            self.unreadable(Unreadable::TooLong {
                limit: LONGEST_ANSWER,
            })
        };
        let announced = response.content_length().map(usize::try_from);
        if announced.is_some_and(|length| length.is_ok_and(|length| LONGEST_ANSWER < length)) {
            return Err(too_long());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(error))? {
            if LONGEST_ANSWER < body.len() + chunk.len() {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, error: reqwest::Error) -> CallError {
        let host = self.host();
        let never_sent = error.is_connect() || error.is_builder();
        let source = error.without_url();
        if never_sent {
            CallError::Unreachable { host, source }
        } else {
            CallError::NoAnswer { host, source }
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.product)
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// What was meant as an address, without what may be a password.
fn redacted(base_url: &str) -> String {
    let from_host = base_url.rsplit('@').next().unwrap_or_default();
    from_host.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Timeouts, http_client};

    fn endpoint(base_url: &str, credentials: Credentials) -> Result<Endpoint, InvalidEndpoint> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = http_client(base_url, Timeouts::default()).unwrap();
        Endpoint::new(http, base_url, credentials, "Grafana", "the right")
    }

    #[test]
    fn a_path_below_which_the_product_is_served_is_kept() {
        for (base_url, expected) in [
            ("https://g.example", "https://g.example/api/x%2Fy"),
            (
                "https://g.example/grafana",
                "https://g.example/grafana/api/x%2Fy",
            ),
            (
                "https://g.example/grafana/",
                "https://g.example/grafana/api/x%2Fy",
            ),
        ] {
            let endpoint = endpoint(base_url, Credentials::None).unwrap();
            let request = endpoint.request(Method::GET, &["api", "x/y"]).build();
            assert_eq!(request.unwrap().url().as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for (base_url, expected) in [
            (
                "g.example",
                "\"g.example\" is not a web address such as https://prometheus.example",
            ),
            (
                "ftp://ana:SECRET@g.example",
                "\"g.example\" is not a web address such as https://prometheus.example",
            ),
            (
                "https://ana:SECRET@g.example:3000",
                "the address of g.example:3000 has a user name or a password in it; set the credentials instead",
            ),
            (
                "https://g.example/?token=SECRET",
                "the address of g.example has a query or a fragment, which it cannot have",
            ),
        ] {
            let error = endpoint(base_url, Credentials::None).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        for token in ["", "SECRET\n", "SECRET é"] {
            let error = endpoint("https://g.example", Credentials::Bearer(token.into()));
            assert_eq!(error.unwrap_err(), InvalidEndpoint::Token);
        }
    }
}
