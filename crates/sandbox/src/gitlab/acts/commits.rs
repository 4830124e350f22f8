//! Commits that say what becomes of files.

use super::code;
use crate::gitlab::scene::Scene;
use crate::gitlab::words;
use crate::gitlab::world::{Commit, Files};

/// A commit that is to be made by the acting person.
#[derive(Clone, Debug)]
pub(in crate::gitlab) struct NewCommit {
    /// The branch that gets it, made when it is new.
    pub branch: String,
    /// The commit that it stands on.
    pub parent: String,
    pub message: String,
    /// All files as they are then.
    pub files: Files,
}

/// Makes it, moves the branch there and sends the push; an open merge request of the branch
/// learns of it.
pub(in crate::gitlab) fn commit(scene: &mut Scene<'_>, new: NewCommit) -> Commit {
    let sha = words::sha(scene.chance);
    let project = scene.project_mut();
    let touched = project.write_files(&new.parent, &sha, &new.files);
    let commit = Commit {
        sha,
        parents: vec![new.parent],
        message: new.message,
        author_id: scene.user.id,
        at: scene.now,
        added: touched.added,
        modified: touched.modified,
        removed: touched.removed,
    };
    scene.project_mut().commits.push(commit.clone());
    let commits = std::slice::from_ref(&commit);
    let before = code::move_branch(scene, &new.branch, commits);
    code::update_merge_request(scene, &new.branch, &commit, before.as_deref());
    commit
}

/// Makes the commit `sha`, which stands on `onto`, have what `from` has changed: what a squash
/// does.
pub(super) fn take_over(scene: &mut Scene<'_>, (from, onto, sha): (&str, &str, &str)) {
    let project = scene.project_mut();
    let base = project.merge_base(&[from, onto]);
    let base = base.map_or_else(Files::new, |base| project.texts_at(&base.sha.clone()));
    let changed = project.texts_at(from);
    let mut files = project.texts_at(onto);
    files.retain(|path, _| !base.contains_key(path) || changed.contains_key(path));
    for (path, text) in changed {
        if base.get(&path) != Some(&text) {
            files.insert(path, text);
        }
    }
    let touched = project.write_files(onto, sha, &files);
    if let Some(commit) = project.commits.iter_mut().find(|commit| commit.sha == sha) {
        commit.added.extend(touched.added);
        commit.modified.extend(touched.modified);
        commit.removed.extend(touched.removed);
    }
}
