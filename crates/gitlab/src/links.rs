//! What an address of a GitLab shows: the web pages that people paste.
//!
//! Whether it is there, and who may see it, only GitLab knows; how it looks is for others. An
//! address of another host, or of a page that is not listed here, is no [`Link`].

mod blob;
mod path;

use reqwest::Url;

use crate::rest::BaseUrl;
pub use blob::{BlobLink, Lines};
use path::{NO_NAMESPACES, decoded, end_of_project, full_path, is_sha, note, number};

/// What an address shows. `project` and `group` are full paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// A project, or a group: their addresses look alike when they have two parts or more.
    Place {
        path: String,
    },
    /// A group or a person: a path of one part.
    Namespace {
        path: String,
    },
    /// An issue, an incident or a task.
    Issue {
        project: String,
        iid: u64,
        note: Option<u64>,
    },
    MergeRequest {
        project: String,
        iid: u64,
        note: Option<u64>,
    },
    Epic {
        group: String,
        iid: u64,
        note: Option<u64>,
    },
    Commit {
        project: String,
        sha: String,
        note: Option<u64>,
    },
    Blob(BlobLink),
    Pipeline {
        project: String,
        id: u64,
    },
    Job {
        project: String,
        id: u64,
    },
    Milestone {
        project: String,
        iid: u64,
    },
    GroupMilestone {
        group: String,
        iid: u64,
    },
    /// `None` for one that belongs to a person.
    Snippet {
        project: Option<String>,
        id: u64,
        note: Option<u64>,
    },
    Release {
        project: String,
        tag: String,
    },
    Environment {
        project: String,
        id: u64,
    },
}

impl Link {
    /// Reads an address of the GitLab at `base_url`.
    #[must_use]
    pub fn parse(raw: &str, base_url: &BaseUrl) -> Option<Self> {
        let url = Url::parse(raw.trim()).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !base_url.is_host_of(&url) {
            return None;
        }
        let path = url.path().strip_prefix(base_url.path())?;
        let path = path.strip_prefix('/')?.trim_end_matches('/');
        let parts: Vec<&str> = path.split('/').collect();
        let fragment = url.fragment().unwrap_or_default();
        match parts.as_slice() {
            [first, ..] if NO_NAMESPACES.contains(first) => None,
            ["groups", rest @ ..] => of_group(rest, fragment),
            ["-", "snippets", id, ..] => Some(Self::Snippet {
                project: None,
                id: number(id)?,
                note: note(fragment),
            }),
            parts => of_project(parts, fragment),
        }
    }

    /// The full path of the project, when it is something of a project.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        match self {
            Self::Issue { project, .. }
            | Self::MergeRequest { project, .. }
            | Self::Commit { project, .. }
            | Self::Blob(BlobLink { project, .. })
            | Self::Pipeline { project, .. }
            | Self::Job { project, .. }
            | Self::Milestone { project, .. }
            | Self::Release { project, .. }
            | Self::Environment { project, .. } => Some(project),
            Self::Snippet { project, .. } => project.as_deref(),
            Self::Place { .. }
            | Self::Namespace { .. }
            | Self::Epic { .. }
            | Self::GroupMilestone { .. } => None,
        }
    }
}

fn of_project(parts: &[&str], fragment: &str) -> Option<Link> {
    let end = end_of_project(parts);
    let (place, page) = parts.split_at(end.unwrap_or(parts.len()));
    let page = page.strip_prefix(&["-"]).unwrap_or(page);
    let path = full_path(place)?;
    if page.is_empty() {
        return match (end, place.len()) {
            (Some(_), _) => None,
            (None, 1) => Some(Link::Namespace { path }),
            (None, _) => Some(Link::Place { path }),
        };
    }
    // A project is always in a group or belongs to a person.
    (2 <= place.len())
        .then(|| page_of_project(path, page, fragment))
        .flatten()
}

fn page_of_project(project: String, page: &[&str], fragment: &str) -> Option<Link> {
    let note = note(fragment);
    Some(match page {
        ["issues", "incident", iid, ..] | ["issues" | "work_items", iid, ..] => Link::Issue {
            iid: number(iid)?,
            project,
            note,
        },
        ["merge_requests", iid, ..] => Link::MergeRequest {
            iid: number(iid)?,
            project,
            note,
        },
        ["commit", sha, ..] => Link::Commit {
            sha: is_sha(sha).then(|| (*sha).to_owned())?,
            project,
            note,
        },
        ["blob", rest @ ..] => Link::Blob(BlobLink::read(project, rest, fragment)?),
        ["pipelines", id, ..] => Link::Pipeline {
            id: number(id)?,
            project,
        },
        ["jobs", id, ..] => Link::Job {
            id: number(id)?,
            project,
        },
        ["milestones", iid, ..] => Link::Milestone {
            iid: number(iid)?,
            project,
        },
        ["snippets", id, ..] => Link::Snippet {
            id: number(id)?,
            project: Some(project),
            note,
        },
        ["releases", tag] => Link::Release {
            tag: decoded(tag)?,
            project,
        },
        ["environments", id, ..] => Link::Environment {
            id: number(id)?,
            project,
        },
        _ => return None,
    })
}

fn of_group(parts: &[&str], fragment: &str) -> Option<Link> {
    let end = parts.iter().position(|part| *part == "-");
    let (place, page) = parts.split_at(end.unwrap_or(parts.len()));
    let group = full_path(place)?;
    match page {
        [] if place.len() == 1 => Some(Link::Namespace { path: group }),
        [] => Some(Link::Place { path: group }),
        // Since work items took their place, epics have either address.
        [_, "epics" | "work_items", iid, ..] => Some(Link::Epic {
            iid: number(iid)?,
            group,
            note: note(fragment),
        }),
        [_, "milestones", iid, ..] => Some(Link::GroupMilestone {
            iid: number(iid)?,
            group,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
