//! Pushes: branches and tags that were created, moved or removed.

use domain::Event;
use domain::event::{Commit, Push, PushChange, RefKind, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::lax::{Flag, List, Number, Object, Text, first_line};
use crate::place::{self, WirePerson, WireProject};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    r#ref: Text<'a>,
    before: Text<'a>,
    after: Text<'a>,
    ref_protected: Flag,
    message: Text<'a>,
    user_id: Number,
    user_name: Text<'a>,
    user_username: Text<'a>,
    user_email: Text<'a>,
    user_avatar: Text<'a>,
    project_id: Number,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    commits: List<Object<WireCommit<'a>>>,
    total_commits_count: Number,
}

/// A commit, as most payloads name it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireCommit<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    title: Text<'a>,
    message: Text<'a>,
    url: Text<'a>,
    author: Object<WirePerson<'a>>,
}

impl WireCommit<'_> {
    pub(crate) fn commit(&self) -> Option<Commit> {
        Some(Commit {
            sha: self.id.line()?,
            title: self.title().unwrap_or_default(),
            url: self.url.link().unwrap_or_default(),
            author: self.author.get().and_then(WirePerson::name),
        })
    }

    pub(crate) fn title(&self) -> Option<String> {
        self.title
            .line()
            .or_else(|| first_line(self.message.get()?))
    }
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let full_ref = needed(wire.r#ref.line(), "ref")?;
    let (ref_kind, name) = split(&full_ref, body.name);
    let before = wire.before.line().unwrap_or_default();
    let after = wire.after.line().unwrap_or_default();
    let commits: Vec<Commit> = wire
        .commits
        .objects()
        .filter_map(WireCommit::commit)
        .collect();
    let sent = u64::try_from(commits.len()).unwrap_or(u64::MAX);
    let push = Push {
        ref_kind,
        name,
        change: match (is_nothing(&before), is_nothing(&after)) {
            (_, true) => PushChange::Removed,
            (true, false) => PushChange::Created,
            (false, false) => PushChange::Updated,
        },
        before,
        after,
        total_commits: wire.total_commits_count.get().unwrap_or(sent).max(sent),
        commits,
        message: match ref_kind {
            RefKind::Tag => wire.message.long(),
            RefKind::Branch => None,
        },
        protected: wire.ref_protected.get(),
    };
    Ok(Event {
        project: place::project(&wire.project, &wire.repository, wire.project_id),
        group: None,
        actor: place::person(
            wire.user_id,
            &wire.user_name,
            &wire.user_username,
            &wire.user_email,
            &wire.user_avatar,
        ),
        happened_at: None,
        what: What::Push(push),
    })
}

/// What sort of ref it is, and its name without `refs/heads/` or `refs/tags/`.
fn split(full_ref: &str, kind: &str) -> (RefKind, String) {
    if let Some(tag) = full_ref.strip_prefix("refs/tags/") {
        return (RefKind::Tag, tag.to_owned());
    }
    let kind = match kind {
        "tag_push" => RefKind::Tag,
        _ => RefKind::Branch,
    };
    (
        kind,
        full_ref
            .strip_prefix("refs/heads/")
            .unwrap_or(full_ref)
            .to_owned(),
    )
}

/// Git's hash of nothing, of SHA-1 or SHA-256.
fn is_nothing(sha: &str) -> bool {
    !sha.is_empty() && sha.bytes().all(|digit| digit == b'0')
}
