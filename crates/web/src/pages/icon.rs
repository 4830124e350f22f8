//! Which picture a kind of event has; the pictures are in `assets/icons.svg`.

use domain::EventKind;

/// The picture's id in the sprite.
pub(super) fn of(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Push => "push",
        EventKind::TagPush => "tag",
        EventKind::Issue | EventKind::ConfidentialIssue => "issue",
        EventKind::Incident | EventKind::Alert => "alarm",
        EventKind::WorkItem | EventKind::ConfidentialWorkItem => "task",
        EventKind::MergeRequest => "merge",
        EventKind::Note | EventKind::ConfidentialNote => "comment",
        EventKind::Pipeline => "pipeline",
        EventKind::Job => "job",
        EventKind::WikiPage => "book",
        EventKind::Deployment => "rocket",
        EventKind::Release => "box",
        EventKind::FeatureFlag => "flag",
        EventKind::Milestone => "milestone",
        EventKind::Emoji => "smile",
        EventKind::AccessToken | EventKind::DeployToken => "key",
        EventKind::Member => "person",
        EventKind::GroupMention | EventKind::GroupConfidentialMention => "mention",
        EventKind::Subgroup | EventKind::Project => "folder",
        EventKind::Vulnerability => "shield",
        EventKind::System => "server",
        EventKind::Other => "dot",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_picture() {
        let sprite = include_str!("../../assets/icons.svg");
        for &kind in EventKind::ALL {
            let id = format!("id=\"{}\"", of(kind));
            assert!(sprite.contains(&id), "{kind}: no {id}");
        }
    }
}
