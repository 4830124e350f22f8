//! The file that keeps the world over restarts.

use std::io;
use std::path::{Path, PathBuf};

use super::seed;
use super::world::World;

/// Why the file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("cannot read or write {}", .file.display())]
    Io { file: PathBuf, source: io::Error },
    #[error("{} holds no sandbox state; move it away to begin anew", .file.display())]
    Malformed {
        file: PathBuf,
        source: serde_json::Error,
    },
}

/// The world in `file`; none when there is no such file yet.
pub(super) fn load(file: &Path) -> Result<Option<World>, SaveError> {
    let text = match std::fs::read(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => {
            return Err(SaveError::Io {
                file: file.to_owned(),
                source,
            });
        }
    };
    let malformed = |source| SaveError::Malformed {
        file: file.to_owned(),
        source,
    };
    let mut world: World = serde_json::from_slice(&text).map_err(malformed)?;
    seed::complete(&mut world);
    Ok(Some(world))
}

/// Writes beside the file and renames, so that a crash leaves the old one or the new one.
pub(super) fn save(file: &Path, world: &World) -> Result<(), SaveError> {
    let io = |source| SaveError::Io {
        file: file.to_owned(),
        source,
    };
    let beside = file.with_extension("new");
    let text = serde_json::to_vec(world).map_err(|error| io(io::Error::other(error)))?;
    std::fs::write(&beside, text)
        .and_then(|()| std::fs::rename(&beside, file))
        .map_err(io)
}
