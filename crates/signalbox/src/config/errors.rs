//! Where this service tells what goes wrong with its deliveries.

use anyhow::Context;
use monitors::elasticsearch::IndexName;
use monitors::sentry::{Dsn, Reporter};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Monitors;
use crate::errors::{ErrorsSetup, LogTo, TIMEOUTS};

/// Where failed deliveries are told; nowhere if nothing is set.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorReports {
    /// There is a key in it.
    pub sentry_dsn: Option<SecretString>,
    /// What this installation is called there.
    environment: Option<String>,
    /// A file, or `-` for standard output.
    log: Option<String>,
    /// An index of the Elasticsearch in `monitors`.
    elasticsearch_index: Option<String>,
}

impl ErrorReports {
    /// What is wrong with the settings: `(setting, problem)`.
    pub(super) fn problems(&self, monitors: &Monitors) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let mut problem = |setting: &str, text: String| {
            problems.push((format!("errors.{setting}"), text));
        };
        if let Some(Err(error)) = self.dsn() {
            problem("sentry_dsn", error.to_string());
        }
        if self.environment.as_ref().is_some_and(|name| !is_name(name)) {
            let text = "must be a name without blanks and slashes, as Sentry wants it";
            problem("environment", text.to_owned());
        }
        if self.log.as_ref().is_some_and(|log| log.trim().is_empty()) {
            let text = "must be a file, or - for standard output";
            problem("log", text.to_owned());
        }
        if let Some(index) = &self.elasticsearch_index {
            if let Err(error) = index.parse::<IndexName>() {
                problem("elasticsearch_index", error.to_string());
            }
            if !monitors.has_elasticsearch() {
                let text = "set monitors.elasticsearch, too: that is where the index is";
                problem("elasticsearch_index", text.to_owned());
            }
        }
        problems
    }

    fn dsn(&self) -> Option<Result<Dsn, monitors::sentry::InvalidDsn>> {
        let dsn = self.sentry_dsn.as_ref();
        dsn.map(|dsn| dsn.expose_secret().parse())
    }

    /// The project of Sentry's, if there is one.
    ///
    /// # Errors
    /// When its address cannot be used.
    pub fn reporter(&self) -> anyhow::Result<Option<Reporter>> {
        let Some(dsn) = self.dsn() else {
            return Ok(None);
        };
        let reporter = reporter(&dsn.context("errors.sentry_dsn")?);
        reporter.context("errors.sentry_dsn").map(Some)
    }

    /// # Errors
    /// When an address cannot be used.
    pub fn setup(&self, monitors: &Monitors) -> anyhow::Result<ErrorsSetup> {
        let index = self.elasticsearch_index.as_deref().map(str::parse);
        let index = index.transpose().context("errors.elasticsearch_index")?;
        let usual = ErrorsSetup::default();
        Ok(ErrorsSetup {
            sentry: self.reporter()?,
            log: self.log.as_deref().map(LogTo::named),
            elasticsearch: monitors.elasticsearch()?.zip(index),
            environment: self.environment.clone().unwrap_or(usual.environment),
        })
    }
}

/// Who reports to the project of `dsn`.
///
/// # Errors
/// When its address cannot be used.
pub(crate) fn reporter(dsn: &Dsn) -> anyhow::Result<Reporter> {
    let http = monitors::http_client(dsn.base_url(), TIMEOUTS)?;
    Ok(Reporter::new(http, dsn)?)
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| !(c.is_whitespace() || c.is_control() || c == '/');
    !name.is_empty() && name.len() <= 64 && name.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    #[track_caller]
    fn problem(text: &str) -> String {
        let error = Config::parse(text, |_| None).unwrap_err().to_string();
        assert!(!error.contains("K3Y"), "{error}");
        error
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named_and_no_key_is_shown() {
        for (text, setting) in [
            ("sentry_dsn = \"\"", "errors.sentry_dsn: the DSN is no web"),
            (
                "sentry_dsn = \"https://K3Y@sentry.example/x\"",
                "errors.sentry_dsn: the DSN does not end with the project's number",
            ),
            ("environment = \"my prod\"", "errors.environment: must be"),
            ("log = \" \"", "errors.log: must be a file"),
            (
                "elasticsearch_index = \"signalbox-errors\"",
                "errors.elasticsearch_index: set monitors.elasticsearch, too",
            ),
        ] {
            let error = problem(&format!("[errors]\n{text}"));
            assert!(error.starts_with(setting), "{text}: {error}");
        }
        let elasticsearch =
            "[monitors]\nelasticsearch = { url = \"https://elasticsearch.example\" }";
        let error = problem(&format!(
            "{elasticsearch}\n[errors]\nelasticsearch_index = \"Errors\""
        ));
        assert!(error.starts_with("errors.elasticsearch_index"), "{error}");
    }

    #[test]
    fn a_dsn_comes_from_the_environment_too() {
        let environment = |name: &str| {
            let dsn = "https://0123456789abcdef0123456789abcdef@sentry.example/7";
            (name == "SIGNALBOX_SENTRY_DSN").then(|| dsn.to_owned())
        };
        let config = Config::parse("", environment).unwrap();
        let shown = format!("{:?}", config.errors);
        assert!(config.errors.sentry_dsn.is_some(), "{shown}");
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
    }
}
