//! How a changed membership of a project or group looks in a channel.

use domain::Message;
use domain::event::{Event, Member, MemberAction};
use domain::mrkdwn::Mrkdwn;
use domain::say;

use super::sentence::{Sentence, tell};
use super::{address, moment, names, text};

pub(super) fn render(event: &Event, member: &Member) -> Message {
    let person = names::person(event, &member.member);
    let place = names::place(event).unwrap_or_else(|| tell!("GitLab"));
    let access = access(member);
    let by = if actor_is(event, member) {
        Sentence::default()
    } else {
        names::by_actor(event)
    };
    let sentence = match member.action {
        MemberAction::Added => {
            let role = role(&access);
            tell!("{person} was added to {place}{role}{by}", person place role by)
        }
        MemberAction::Updated if access.is_empty() => {
            tell!("Access of {person} to {place} was changed{by}", person place by)
        }
        MemberAction::Updated => {
            tell!("{person} is now {access} of {place}{by}", person access place by)
        }
        MemberAction::Removed => tell!("{person} was removed from {place}{by}", person place by),
        MemberAction::AccessRequested => {
            tell!("{person} asks for access to {place}", person place)
        }
        MemberAction::AccessDenied => {
            tell!("{person} was denied access to {place}{by}", person place by)
        }
        MemberAction::AccessRequestRevoked => {
            tell!("{person} no longer asks for access to {place}", person place)
        }
    };
    sentence
        .message()
        .fact("Until", until(member))
        .link("Members", &page(event))
}

/// When it ends by itself; of no interest once it is over.
fn until(member: &Member) -> Mrkdwn {
    match member.action {
        MemberAction::Added | MemberAction::Updated => member
            .expires_at
            .as_deref()
            .map(moment::day)
            .unwrap_or_default(),
        MemberAction::Removed
        | MemberAction::AccessRequested
        | MemberAction::AccessDenied
        | MemberAction::AccessRequestRevoked => Mrkdwn::empty(),
    }
}

/// Member events name the member where others name who did it.
fn actor_is(event: &Event, member: &Member) -> bool {
    event
        .actor
        .as_ref()
        .is_some_and(|actor| actor.username == member.member.username)
}

fn access(member: &Member) -> Mrkdwn {
    member
        .access
        .as_ref()
        .map(|access| text::name(&access.0))
        .unwrap_or_default()
}

fn role(access: &Mrkdwn) -> Mrkdwn {
    if access.is_empty() {
        Mrkdwn::empty()
    } else {
        say!(" as {}", access)
    }
}

fn page(event: &Event) -> String {
    match (&event.project, &event.group) {
        (Some(project), _) => address::page(project, "project_members"),
        (None, Some(group)) => address::group_page(event, &group.path, "group_members"),
        (None, None) => String::new(),
    }
}
