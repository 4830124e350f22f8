//! The state file: the workspaces and apps as JSON, written beside itself and moved into place.
//!
//! It holds no address of anything, so the sandbox can be started again on another port.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::apps::RegisteredApp;
use super::workspace::Workspace;

/// Version 1 knew one workspace and one app.
const VERSION: u32 = 2;

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    workspaces: Vec<&'a Workspace>,
    apps: Vec<&'a RegisteredApp>,
}

#[derive(Deserialize)]
struct Read {
    version: u32,
    /// Of version 1.
    workspace: Option<Workspace>,
    #[serde(default)]
    workspaces: Vec<Workspace>,
    #[serde(default)]
    apps: Vec<RegisteredApp>,
}

/// What a file holds.
pub struct Saved {
    pub workspaces: Vec<Workspace>,
    /// Those that are not as they were registered at the start.
    pub apps: Vec<RegisteredApp>,
}

/// Why the state file failed.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("cannot read the sandbox's state file {0}")]
    Read(PathBuf, #[source] io::Error),
    #[error("{0} is not a state file of the Slack sandbox; move it away to begin anew")]
    Malformed(PathBuf, #[source] serde_json::Error),
    #[error("{0} was written by another version ({1}); move it away to begin anew")]
    Version(PathBuf, u32),
    #[error("cannot write the sandbox's state file {0}")]
    Write(PathBuf, #[source] io::Error),
}

/// What is in a file; `None` when there is no file.
pub fn load(file: &Path) -> Result<Option<Saved>, SaveError> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(SaveError::Read(file.to_owned(), error)),
    };
    let read: Read = serde_json::from_slice(&bytes)
        .map_err(|error| SaveError::Malformed(file.to_owned(), error))?;
    if !(1..=VERSION).contains(&read.version) {
        return Err(SaveError::Version(file.to_owned(), read.version));
    }
    Ok(Some(Saved {
        workspaces: read.workspace.into_iter().chain(read.workspaces).collect(),
        apps: read.apps,
    }))
}

/// The file's text.
///
/// # Errors
/// Never in practice: a workspace has text keys only.
pub fn render<'a>(
    file: &Path,
    workspaces: impl Iterator<Item = &'a Workspace>,
    apps: impl Iterator<Item = &'a RegisteredApp>,
) -> Result<Vec<u8>, SaveError> {
    serde_json::to_vec(&Written {
        version: VERSION,
        workspaces: workspaces.collect(),
        apps: apps.collect(),
    })
    .map_err(|error| SaveError::Write(file.to_owned(), error.into()))
}

/// Puts the text into the file, whole or not at all.
pub fn write(file: &Path, saved: &[u8]) -> Result<(), SaveError> {
    let failed = |error| SaveError::Write(file.to_owned(), error);
    let beside = file.with_extension("new");
    fs::write(&beside, saved).map_err(failed)?;
    fs::rename(&beside, file).map_err(failed)
}
