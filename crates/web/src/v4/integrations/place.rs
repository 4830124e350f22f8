//! Which project or group an `:id` is.

use axum::http::StatusCode;
use gitlab::rest::{Client, IdOrPath, if_found};
use store::Place;

use super::super::refusal::Refusal;

/// What has integrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Project,
    Group,
}

impl Kind {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Project => "projects",
            Self::Group => "groups",
        }
    }

    fn not_found(self) -> Refusal {
        let words = match self {
            Self::Project => "Project Not Found",
            Self::Group => "Group Not Found",
        };
        Refusal::message(StatusCode::NOT_FOUND, words)
    }

    fn place(self, path: &str, id: Option<u64>) -> Result<Place, Refusal> {
        let path = path.parse().map_err(|_| self.not_found())?;
        Ok(match self {
            Self::Project => Place::Project { path, id },
            Self::Group => Place::Group { path, id },
        })
    }
}

/// The place of a number or a full path.
pub(super) async fn place(kind: Kind, id: &str, gitlab: Option<&Client>) -> Result<Place, Refusal> {
    let named: IdOrPath = id.parse().map_err(|_| kind.not_found())?;
    let Some(gitlab) = gitlab else {
        return match named {
            IdOrPath::Path(path) => kind.place(&path, None),
            IdOrPath::Id(_) => Err(Refusal::message(
                StatusCode::NOT_FOUND,
                "Not Found - no GitLab is configured to look a number up in; give the full path",
            )),
        };
    };
    let found = match kind {
        Kind::Project => if_found(gitlab.project(&named).await)?
            .map(|project| (project.path_with_namespace, project.id)),
        Kind::Group => {
            if_found(gitlab.group(&named).await)?.map(|group| (group.full_path, group.id))
        }
    };
    let (path, id) = found.ok_or_else(|| kind.not_found())?;
    kind.place(&path, Some(id))
}
