//! Groups that were mentioned with an at sign.
//!
//! Only integrations of a group send these: the payload of the issue, merge request or comment
//! with its kind moved into `object_attributes` and the group in `mentioned`.

use domain::Event;
use domain::event::{GroupMention, Target, TargetKind, Visibility, What};

use crate::body::{Body, Failure, needed};
use crate::changes;
use crate::target::{WireAttributes, WireTalk, issue_kind};

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let talk: WireTalk<'_> = body.read()?;
    let mentioned = needed(talk.mentioned.get(), "mentioned")?;
    let group = needed(mentioned.group(), "mentioned.name")?;
    let attributes = needed(talk.object_attributes.get(), "object_attributes")?;
    let is_note = attributes.noteable_type.get().is_some();
    let text = if is_note {
        &attributes.note
    } else {
        &attributes.description
    };
    // GitLab calls a mention confidential wherever not everybody can read it.
    let hidden = talk
        .project()
        .is_some_and(|project| project.visibility != Visibility::Public);
    let mention = GroupMention {
        on: if is_note {
            talk.commented(attributes)
        } else {
            itself(&talk, attributes)
        },
        body: text.long().unwrap_or_default(),
        confidential: body.confidential
            || talk.is_confidential()
            || attributes.confidential.yes()
            || attributes.internal.yes()
            || hidden,
        group: group.clone(),
    };
    let page = mention.on.url.clone();
    let moment = attributes.updated_at.moment();
    let event = talk.event(What::GroupMention(mention), &page);
    // It is the mentioned group's event, wherever the mention stands.
    Ok(Event {
        happened_at: moment,
        group: Some(group),
        ..event
    })
}

/// The issue or merge request whose description mentions the group.
fn itself(talk: &WireTalk<'_>, attributes: &WireAttributes<'_>) -> Target {
    let kind = match attributes.object_kind.get().unwrap_or_default() {
        "merge_request" => TargetKind::MergeRequest,
        "" | "issue" | "work_item" => attributes
            .r#type
            .get()
            .map_or(TargetKind::Issue, issue_kind),
        "incident" => TargetKind::Incident,
        "epic" => TargetKind::Epic,
        _ => TargetKind::Other(attributes.object_kind.line().unwrap_or_default()),
    };
    Target {
        kind,
        id: attributes.iid.line().unwrap_or_default(),
        title: attributes.title.line().unwrap_or_default(),
        url: attributes.url.link().unwrap_or_default(),
        labels: changes::titles(talk.labels()),
    }
}
