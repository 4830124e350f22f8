//! How a project that was created, renamed, moved, changed or removed looks in a channel.

use domain::Message;
use domain::event::{Event, LifecycleAction, ProjectLifecycle, Visibility};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::say;

use super::sentence::{Sentence, tell};
use super::{names, text};

pub(super) fn render(event: &Event, lifecycle: &ProjectLifecycle) -> Message {
    let project = project(event, lifecycle.action);
    let (verb, tone) = match lifecycle.action {
        LifecycleAction::Created => ("was created", Tone::Neutral),
        LifecycleAction::Removed => ("was removed", Tone::Warning),
        LifecycleAction::Renamed => ("was renamed", Tone::Neutral),
        LifecycleAction::Transferred => ("was moved", Tone::Neutral),
        LifecycleAction::Updated => ("was changed", Tone::Neutral),
    };
    let by = names::by_actor(event);
    let formerly = names::formerly(lifecycle.old_path.as_deref());
    let owners = lifecycle.owners.iter().map(|owner| text::name(owner));
    tell!("Project {project} {verb}{formerly}{by}", project verb formerly by)
        .message()
        .tone(tone)
        .fact(owner_heading(lifecycle), text::listed(owners, ""))
        .fact("Visibility", visibility(event))
}

fn owner_heading(lifecycle: &ProjectLifecycle) -> &'static str {
    if lifecycle.owners.len() == 1 {
        "Owner"
    } else {
        "Owners"
    }
}

/// The project with a link; one that is gone has no page.
fn project(event: &Event, action: LifecycleAction) -> Sentence {
    let Some(project) = &event.project else {
        return tell!("without a name");
    };
    match action {
        LifecycleAction::Removed => {
            let path = text::name(&project.path);
            tell!("{path}", path)
        }
        LifecycleAction::Created
        | LifecycleAction::Renamed
        | LifecycleAction::Transferred
        | LifecycleAction::Updated => names::project(project),
    }
}

fn visibility(event: &Event) -> Mrkdwn {
    match event.project.as_ref().map(|project| project.visibility) {
        Some(Visibility::Private) => say!("🔒 Private"),
        Some(Visibility::Internal) => say!("Internal"),
        Some(Visibility::Public) => say!("Public"),
        Some(Visibility::Unknown) | None => Mrkdwn::empty(),
    }
}
