//! What a comment, a reaction or a mention is about.

use domain::event::{Event, Target, TargetKind};
use domain::mrkdwn::{self, Mrkdwn};
use domain::say;

use super::sentence::Sentence;
use super::{address, names, text};

/// "issue #7", "merge request !7", "commit abcdef01".
pub(super) fn reference(target: &Target) -> Mrkdwn {
    let id = || text::name(&target.id);
    match &target.kind {
        TargetKind::Issue => say!("issue #{}", id()),
        TargetKind::Incident => say!("incident #{}", id()),
        TargetKind::WorkItem(name) => say!("{} #{}", text::name(&name.to_lowercase()), id()),
        TargetKind::MergeRequest => say!("merge request !{}", id()),
        TargetKind::Commit => say!("commit {}", names::short_sha(&target.id)),
        TargetKind::Snippet => say!("snippet ${}", id()),
        TargetKind::Epic => say!("epic &amp;{}", id()),
        TargetKind::WikiPage => say!("a wiki page"),
        TargetKind::Alert => say!("alert #{}", id()),
        TargetKind::Vulnerability => say!("vulnerability {}", id()),
        TargetKind::Design => say!("design {}", id()),
        TargetKind::Note => say!("a comment"),
        TargetKind::Other(name) => mrkdwn::join(
            [text::words(&name.to_lowercase()), text::name(&target.id)],
            " ",
        ),
    }
}

/// `: Fix it` with a link to the thing itself, or nothing when it has no title.
pub(super) fn titled(event: &Event, target: &Target) -> Sentence {
    let title = text::title(&target.title);
    if title.is_empty() {
        return Sentence::default();
    }
    let linked = address::link(&page(event, target), &title);
    Sentence::of(say!(": {}", title), say!(": {}", linked))
}

/// The thing's page; empty when it is not known.
pub(super) fn page(event: &Event, target: &Target) -> String {
    if !target.url.is_empty() {
        return target.url.clone();
    }
    match (&target.kind, &event.project) {
        (TargetKind::Commit, Some(project)) => address::commit(project, &target.id),
        (TargetKind::MergeRequest, Some(project)) => address::merge_request(project, &target.id),
        (
            TargetKind::Issue
            | TargetKind::Incident
            | TargetKind::WorkItem(_)
            | TargetKind::MergeRequest
            | TargetKind::Commit
            | TargetKind::Snippet
            | TargetKind::Epic
            | TargetKind::WikiPage
            | TargetKind::Alert
            | TargetKind::Vulnerability
            | TargetKind::Design
            | TargetKind::Note
            | TargetKind::Other(_),
            _,
        ) => String::new(),
    }
}
