//! `signalbox migrate`: brings the database to this version.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use secrecy::ExposeSecret;
use store::{OpenOptions, Store};

use crate::config::Config;

/// Bring the database to this version's form.
///
/// `signalbox serve` does the same when it starts; this is for those who want it done, and seen
/// to be done, before they switch versions. Migrations only add, so the version before can go on.
#[derive(Args)]
pub(super) struct Migrate {
    /// The configuration (TOML)
    #[arg(long, value_name = "FILE", env = "SIGNALBOX_CONFIG")]
    config: PathBuf,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config, |name| std::env::var(name).ok())?;
        let store = Store::open(config.database_url.expose_secret(), OpenOptions::default())
            .await
            .context("cannot open the database (database_url)")?;
        store.close().await;
        println!("The database is in this version's form.");
        Ok(ExitCode::SUCCESS)
    }
}
