//! A DSN: where a project's errors are sent, and the key that allows it.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use secrecy::SecretString;

/// `https://KEY@sentry.example/PATH/PROJECT`, as Sentry shows it in a project's settings. `Debug`
/// shows no key.
#[derive(Clone)]
pub struct Dsn {
    /// Without the key and the project.
    pub(super) base: Url,
    pub(super) key: SecretString,
    pub(super) project: String,
}

/// Why a text is no DSN. The text is not repeated: there is a key in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDsn {
    #[error("the DSN is no web address; copy it from the project's client keys in Sentry")]
    NotAnAddress,
    #[error("the DSN has no key before the host; copy it from the project's client keys in Sentry")]
    NoKey,
    #[error("the DSN does not end with the project's number; copy it from Sentry as a whole")]
    NoProject,
    #[error("the DSN has a query or a fragment, which it cannot have")]
    MoreThanAPath,
}

impl FromStr for Dsn {
    type Err = InvalidDsn;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut base = Url::parse(text.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .ok_or(InvalidDsn::NotAnAddress)?;
        if base.query().is_some() || base.fragment().is_some() {
            return Err(InvalidDsn::MoreThanAPath);
        }
        let key = base.username().to_owned();
        let is_key = |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_key(&key) {
            return Err(InvalidDsn::NoKey);
        }
        let path = base.path().trim_end_matches('/').to_owned();
        let (above, project) = path.rsplit_once('/').ok_or(InvalidDsn::NoProject)?;
        if project.is_empty() || !project.bytes().all(|b| b.is_ascii_digit()) {
            return Err(InvalidDsn::NoProject);
        }
        base.set_path(above);
        // Neither fails for an address with a host; the second part of the key is a thing of
        // the past that Sentry ignores.
        let _ = base.set_username("");
        let _ = base.set_password(None);
        Ok(Self {
            base,
            key: key.into(),
            project: project.to_owned(),
        })
    }
}

impl Dsn {
    /// Where its Sentry is, without the key and the project.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.base.as_str()
    }
}

impl fmt::Debug for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dsn")
            .field("base", &self.base.as_str())
            .field("project", &self.project)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_dsn_has_a_host_a_key_and_a_project() {
        for (text, base, project) in [
            (
                "https://abc1@o1.ingest.sentry.io/42",
                "https://o1.ingest.sentry.io/",
                "42",
            ),
            (
                "http://abc1:old@localhost:9000/a/b/7/",
                "http://localhost:9000/a/b",
                "7",
            ),
        ] {
            let dsn: Dsn = text.parse().unwrap();
            assert_eq!((dsn.base.as_str(), dsn.project.as_str()), (base, project));
            assert_eq!(dsn.key.expose_secret(), "abc1");
            assert!(!format!("{dsn:?}").contains("abc1"));
        }
    }

    #[test]
    fn what_is_no_dsn_is_refused_without_being_repeated() {
        for (text, expected) in [
            ("sentry.io/42", InvalidDsn::NotAnAddress),
            ("ftp://abc1@sentry.io/42", InvalidDsn::NotAnAddress),
            ("https://sentry.io/42", InvalidDsn::NoKey),
            ("https://a%0ab@sentry.io/42", InvalidDsn::NoKey),
            ("https://abc1@sentry.io/", InvalidDsn::NoProject),
            ("https://abc1@sentry.io/a-project", InvalidDsn::NoProject),
            ("https://abc1@sentry.io/42?x=1", InvalidDsn::MoreThanAPath),
        ] {
            let error = text.parse::<Dsn>().unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("abc1"));
        }
    }
}
