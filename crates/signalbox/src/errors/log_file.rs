//! Lines in a file, or on standard output.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

/// Where lines are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTo {
    StandardOutput,
    /// A file, which is opened for each write: whoever rotates it may just move it away.
    File(PathBuf),
}

impl LogTo {
    /// What a setting says: `-` is standard output, anything else a file.
    #[must_use]
    pub fn named(text: &str) -> Self {
        match text {
            "-" => Self::StandardOutput,
            path => Self::File(path.into()),
        }
    }

    /// Adds the lines at the end, in one write.
    pub(super) fn append(&self, lines: &[String]) -> io::Result<()> {
        let mut text = lines.join("\n");
        text.push('\n');
        match self {
            Self::StandardOutput => {
                let mut output = io::stdout().lock();
                output.write_all(text.as_bytes())?;
                output.flush()
            }
            Self::File(path) => {
                let mut options = OpenOptions::new();
                // Names of private projects are in it.
                let mut file = options.append(true).create(true).mode(0o640).open(path)?;
                file.write_all(text.as_bytes())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_to_a_new_file_when_the_old_one_was_moved_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("errors.json");
        let log = LogTo::named(path.to_str().unwrap());
        log.append(&["a".to_owned(), "b".to_owned()]).unwrap();
        let moved = folder.path().join("errors.json.1");
        std::fs::rename(&path, &moved).unwrap();
        log.append(&["c".to_owned()]).unwrap();
        assert_eq!(std::fs::read_to_string(moved).unwrap(), "a\nb\n");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "c\n");
    }

    #[test]
    fn a_hyphen_is_standard_output() {
        assert_eq!(LogTo::named("-"), LogTo::StandardOutput);
        assert_eq!(LogTo::named("-x"), LogTo::File("-x".into()));
    }
}
