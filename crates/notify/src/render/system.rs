//! How events of the instance itself look in its administrators' channel.

use domain::Message;
use domain::event::{Event, Person, SystemEvent};
use domain::message::Tone;

use super::sentence::{Sentence, tell};
use super::{Nothing, names, text};

pub(super) fn render(event: &Event, system: &SystemEvent) -> Result<Message, Nothing> {
    let person = |person: &Person| names::person(event, person);
    Ok(match system {
        SystemEvent::UserCreated(user) => {
            let user = person(user);
            tell!("User {user} was created", user).message()
        }
        SystemEvent::UserRemoved(user) => {
            let user = names::former(user);
            tell!("User {user} was removed", user)
                .message()
                .tone(Tone::Warning)
        }
        SystemEvent::UserRenamed { user, old_username } => {
            let (user, formerly) = (person(user), names::formerly(Some(old_username)));
            tell!("User {user} was renamed{formerly}", user formerly).message()
        }
        SystemEvent::LoginFailed { user, state } => {
            let user = person(user);
            let message = tell!("Sign-in of {user} was refused", user).message();
            message
                .tone(Tone::Warning)
                .fact("State", text::capitalized(state))
        }
        SystemEvent::KeyAdded { user } => {
            let user = person(user);
            tell!("{user} added an SSH key", user).message()
        }
        SystemEvent::KeyRemoved { user } => {
            let user = person(user);
            tell!("{user} removed an SSH key", user).message()
        }
        SystemEvent::GroupCreated => {
            let group = group(event);
            tell!("Group {group} was created", group).message()
        }
        SystemEvent::GroupRemoved => {
            let path = event
                .group
                .as_ref()
                .map(|group| text::name(&group.path))
                .unwrap_or_default();
            tell!("Group {path} was removed", path)
                .message()
                .tone(Tone::Warning)
        }
        SystemEvent::GroupRenamed { old_path } => {
            let (group, formerly) = (group(event), names::formerly(Some(old_path)));
            tell!("Group {group} was renamed{formerly}", group formerly).message()
        }
        SystemEvent::RepositoryUpdated { refs: _ } => return Err(Nothing::ToldByPush),
        SystemEvent::MemberApprovalQueued { user } => {
            let (user, place) = (person(user), names::in_place(event));
            tell!("Membership of {user}{place} waits for an administrator's approval", user place)
                .message()
                .tone(Tone::Work)
        }
        SystemEvent::MemberApproved { user } => {
            let (user, place) = (person(user), names::in_place(event));
            tell!("Membership of {user}{place} was approved", user place)
                .message()
                .tone(Tone::Good)
        }
        SystemEvent::MemberDenied { user } => {
            let (user, place) = (person(user), names::in_place(event));
            tell!("Membership of {user}{place} was denied", user place)
                .message()
                .tone(Tone::Warning)
        }
    })
}

fn group(event: &Event) -> Sentence {
    match &event.group {
        Some(group) => names::group(event, group),
        None => tell!("without a name"),
    }
}
