//! Where a flag is named in a repository.

use std::collections::BTreeSet;

use flags::FlagKey;
use gitlab::rest::{BlobQuery, Client, IdOrPath, SourceFile, if_found};

use crate::effects::Undone;

/// Places that are looked at; a flag with more uses than that is left to people in the end.
const MOST_PLACES: usize = 300;

/// Files that are read.
const MOST_FILES: usize = 100;

/// The files that name the flag.
pub(super) struct Uses {
    pub files: Vec<SourceFile>,
    /// Files that name it and could not be read as text.
    pub unread: Vec<String>,
    /// There are more than were looked at.
    pub is_cut: bool,
}

/// Searches the default branch; by the flag's name, and by the one that it has in JavaScript.
pub(super) async fn find(
    gitlab: &Client,
    project: &IdOrPath,
    flag: &FlagKey,
    branch: &str,
) -> Result<Uses, Undone> {
    let mut paths = BTreeSet::new();
    for name in [flag.as_str().to_owned(), in_javascript(flag.as_str())] {
        let query = BlobQuery {
            project: project.clone(),
            text: name,
            revision: Some(branch.to_owned()),
            limit: MOST_PLACES,
        };
        let found = gitlab.blobs(&query).await?;
        paths.extend(found.items.into_iter().map(|blob| blob.path));
    }
    let is_cut = MOST_FILES < paths.len();
    let mut uses = Uses {
        files: Vec::new(),
        unread: Vec::new(),
        is_cut,
    };
    for path in paths.into_iter().take(MOST_FILES) {
        match if_found(gitlab.source_file(project, &path, branch).await)? {
            Some(Some(file)) => uses.files.push(file),
            Some(None) => uses.unread.push(path),
            None => (),
        }
    }
    Ok(uses)
}

/// `tidy_sidebar` is `tidySidebar` there.
pub(super) fn in_javascript(flag: &str) -> String {
    let mut words = flag.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}
