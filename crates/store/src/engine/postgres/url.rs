//! From a `postgres://` URL to connections.
//!
//! The URL is libpq's, several hosts included. Encryption is decided more simply than libpq
//! does: a server on this machine is spoken to in the clear, any other only through TLS with a
//! certificate that is checked against the host name; `sslmode=disable` and
//! `sslmode=require|verify-ca|verify-full` say it outright. The halfway modes `allow` and
//! `prefer` protect nothing, so they are refused.

use std::sync::Arc;
use std::time::Duration;

use ::postgres::config::{Host, SslMode};
use ::postgres::{Client, Config, NoTls};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Fault;
use crate::OpenError;

/// A server that can be connected to.
pub(crate) struct Server {
    /// The URL without its password, for messages.
    pub name: String,
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let unusable = |reason: String| OpenError::PostgresUrl { reason };
        let (rest, ssl) = split_ssl(url);
        let mut config: Config = rest
            .parse()
            .map_err(|error: ::postgres::Error| unusable(super::super::fault::in_words(&error)))?;
        let encrypted = match ssl.mode.as_deref() {
            None => !is_local(&config),
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(other) => {
                return Err(unusable(format!(
                    "sslmode={other} is not supported; write disable or verify-full"
                )));
            }
        };
        config
            .ssl_mode(if encrypted {
                SslMode::Require
            } else {
                SslMode::Disable
            })
            .connect_timeout(Duration::from_secs(5))
            .tcp_user_timeout(Duration::from_secs(15))
            .keepalives_idle(Duration::from_secs(30));
        if config.get_application_name().is_none() {
            config.application_name("signalbox");
        }
        let tls = if encrypted {
            Some(tls(ssl.root_cert.as_deref()).map_err(unusable)?)
        } else {
            None
        };
        Ok(Self {
            name: name(&config),
            config,
            tls,
        })
    }

    /// Connects; blocks.
    pub fn connect(&self) -> Result<Client, Fault> {
        let connected = match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        };
        connected.map_err(|error| {
            let reason = super::super::fault::in_words(&error);
            Fault::Lost(format!("cannot connect to {}: {reason}", self.name))
        })
    }
}

/// What the URL says about encryption; the client crate does not know all of it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ssl {
    mode: Option<String>,
    root_cert: Option<String>,
}

/// Takes `sslmode` and `sslrootcert` out of the URL.
fn split_ssl(url: &str) -> (String, Ssl) {
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), Ssl::default());
    };
    let mut ssl = Ssl::default();
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => ssl.mode = Some(mode.to_owned()),
            Some(("sslrootcert", path)) => ssl.root_cert = Some(path.replace("%2F", "/")),
            _ => kept.push(pair),
        }
    }
    let mark = if kept.is_empty() { "" } else { "?" };
    (format!("{base}{mark}{}", kept.join("&")), ssl)
}

fn is_local(config: &Config) -> bool {
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn name(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    format!(
        "postgres://{hosts}/{}",
        config.get_dbname().unwrap_or_default()
    )
}

fn tls(root_cert: Option<&str>) -> Result<MakeRustlsConnect, String> {
    let mut roots = RootCertStore::empty();
    match root_cert {
        Some(path) => {
            let failed = |error: &dyn std::fmt::Display| format!("sslrootcert {path}: {error}");
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| failed(&e))? {
                let certificate = certificate.map_err(|error| failed(&error))?;
                roots.add(certificate).map_err(|error| failed(&error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(
            "no certificate authority is known on this machine; name a file with \
                    sslrootcert=PATH or install the package ca-certificates"
                .to_owned(),
        );
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<bool, &str>) {
        let encrypted = Server::parse(url).map(|server| server.tls.is_some());
        match (encrypted, expected) {
            (Ok(encrypted), Ok(expected)) => assert_eq!(encrypted, expected, "{url}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{url}: {error}"),
            (answer, _) => panic!("{url}: {answer:?}"),
        }
    }

    #[test]
    fn a_server_elsewhere_is_only_spoken_to_through_tls() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "").unwrap();
        check("postgres://u:p@localhost/box", Ok(false));
        check("postgres://u@%2Frun%2Fpostgresql/box", Ok(false));
        check(
            "postgres://u:p@db.example.com/box?sslmode=disable",
            Ok(false),
        );
        check(
            "postgres://u:p@db.example.com/box?sslmode=prefer",
            Err("verify-full"),
        );
        let url = format!(
            "postgres://u@db.example.com/box?sslrootcert={}",
            empty.display()
        );
        check(&url, Err("sslrootcert"));
        check(
            "postgres://u@h/box?sslrootcert=/no/such/file",
            Err("/no/such/file"),
        );
    }

    #[test]
    fn a_name_for_messages_has_no_password() {
        let server = Server::parse("postgres://u:geheim@localhost,127.0.0.1/box").unwrap();
        assert_eq!(server.name, "postgres://localhost,127.0.0.1/box");
    }
}
