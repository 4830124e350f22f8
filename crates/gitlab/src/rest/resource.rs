//! What a call is about: its path below `/api/v4/` and its name in an error.

use std::fmt::{Display, Write as _};

use super::error::Needs;
use super::id_or_path::IdOrPath;
use super::message::one_line;

/// One resource of the API.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    path: String,
    /// `project acme/shop`: an error says that GitLab has none.
    pub(super) name: String,
    /// Who may ask for it.
    pub(super) needs: Needs,
    impossible: bool,
}

impl Resource {
    pub(crate) fn named(name: impl AsRef<str>) -> Self {
        Self {
            path: String::new(),
            name: one_line(name.as_ref()),
            needs: Needs::Role,
            impossible: false,
        }
    }

    pub(super) fn project(project: &IdOrPath) -> Self {
        Self::in_project(project, format!("project {project}"))
    }

    /// Something of a project: what follows is below `projects/…`.
    pub(super) fn in_project(project: &IdOrPath, name: impl AsRef<str>) -> Self {
        Self::named(name).at("projects").at(project)
    }

    pub(super) fn for_administrators(mut self) -> Self {
        self.needs = Needs::Administrator;
        self
    }

    /// Appends one segment, encoded whole: a slash in it is part of a name.
    pub(super) fn at(mut self, segment: impl Display) -> Self {
        let segment = segment.to_string();
        // Every reader of an address drops such segments, encoded ones too, so that the call
        // would go to another resource.
        self.impossible |= matches!(segment.as_str(), "" | "." | "..");
        if !self.path.is_empty() {
            self.path.push('/');
        }
        for byte in segment.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    self.path.push(char::from(byte));
                }
                byte => drop(write!(self.path, "%{byte:02X}")),
            }
        }
        self
    }

    /// The path; `None` when nothing can be there.
    pub(super) fn path(&self) -> Option<&str> {
        (!self.impossible).then_some(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_encoded_whole_and_never_leads_elsewhere() {
        let path = |segment: &str| {
            let resource = Resource::named("x").at("branches").at(segment);
            resource.path().map(str::to_owned)
        };
        for (segment, expected) in [
            ("acme/shop", Some("branches/acme%2Fshop")),
            ("1%2F2?a#b", Some("branches/1%252F2%3Fa%23b")),
            ("a\tb\n", Some("branches/a%09b%0A")),
            ("é", Some("branches/%C3%A9")),
            ("v1.2-x_y~", Some("branches/v1.2-x_y~")),
            ("..", None),
            (".", None),
            ("", None),
        ] {
            assert_eq!(path(segment).as_deref(), expected, "{segment:?}");
        }
    }
}
