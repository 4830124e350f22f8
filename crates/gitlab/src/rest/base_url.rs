//! The address of a GitLab instance, as people paste it.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// Where a GitLab is: `https://gitlab.example`, or `https://example.com/gitlab` when it lives
/// below a path. A trailing `/` or `/api/v4` is taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    host: String,
}

/// Why a text is not the address of a GitLab. Shows nothing of it, since it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBaseUrl {
    /// Not an address that begins with `http://` or `https://`.
    #[error("not a web address; write one such as https://gitlab.example.com")]
    NotAWebAddress,
    /// `https://name:password@…`.
    #[error("the address has a user name or password in it; set the token apart from it")]
    Credentials,
    /// `…?a=b` or `…#c`.
    #[error("the address has a query or a fragment; end it before ? or #")]
    QueryOrFragment,
}

impl BaseUrl {
    /// Host and port, without the port when it is the usual one: what errors call this GitLab.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path that this GitLab lives below, without a final slash: empty, or `/gitlab`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The address without a final slash, to put a web path such as `/acme/shop` after.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The address of what stands at `path`, percent-encoded, below `/api/v4/`.
    pub(super) fn api(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/api/v4/{path}", self.path()));
        url
    }

    /// The address of the page at `path`, percent-encoded, for people or for sign-in.
    pub(crate) fn page(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.path()));
        url
    }

    /// Whether `other` names this host and port. An `http` address of a host on its usual port
    /// means the `https` one too: people type it so.
    pub(crate) fn is_host_of(&self, other: &Url) -> bool {
        self.url.host() == other.host() && self.url.port() == other.port()
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let mut url = Url::parse(raw.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or(InvalidBaseUrl::NotAWebAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidBaseUrl::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidBaseUrl::QueryOrFragment);
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix("/api/v4").unwrap_or(path).to_owned();
        url.set_path(&path);
        let name = url.host_str().ok_or(InvalidBaseUrl::NotAWebAddress)?;
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Ok(Self { url, host })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_found_from_any_address_that_people_paste() {
        for (raw, host, api) in [
            (
                "https://gitlab.example",
                "gitlab.example",
                "https://gitlab.example/api/v4/version",
            ),
            (
                "https://gitlab.example/",
                "gitlab.example",
                "https://gitlab.example/api/v4/version",
            ),
            (
                " https://GitLab.example:443/api/v4/ ",
                "gitlab.example",
                "https://gitlab.example/api/v4/version",
            ),
            (
                "https://example.com/git/lab/",
                "example.com",
                "https://example.com/git/lab/api/v4/version",
            ),
            (
                "https://example.com/lab/api/v4",
                "example.com",
                "https://example.com/lab/api/v4/version",
            ),
            (
                "http://127.0.0.1:7402",
                "127.0.0.1:7402",
                "http://127.0.0.1:7402/api/v4/version",
            ),
            ("http://[::1]:80", "[::1]", "http://[::1]/api/v4/version"),
        ] {
            let base: BaseUrl = raw.parse().unwrap();
            assert_eq!(
                (base.host(), base.api("version").as_str()),
                (host, api),
                "{raw}"
            );
        }
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_showing_it() {
        for (raw, expected) in [
            ("gitlab.example", InvalidBaseUrl::NotAWebAddress),
            ("", InvalidBaseUrl::NotAWebAddress),
            ("ftp://gitlab.example", InvalidBaseUrl::NotAWebAddress),
            (
                "https://ana:secret@gitlab.example",
                InvalidBaseUrl::Credentials,
            ),
            (
                "https://gitlab.example?private_token=secret",
                InvalidBaseUrl::QueryOrFragment,
            ),
            (
                "https://gitlab.example/#top",
                InvalidBaseUrl::QueryOrFragment,
            ),
        ] {
            let error = raw.parse::<BaseUrl>().unwrap_err();
            assert_eq!(error, expected, "{raw}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_address_is_shown_without_a_final_slash() {
        let shown = |raw: &str| raw.parse::<BaseUrl>().unwrap().to_string();
        assert_eq!(shown("https://gitlab.example/"), "https://gitlab.example");
        assert_eq!(shown("https://example.com/lab/"), "https://example.com/lab");
    }
}
