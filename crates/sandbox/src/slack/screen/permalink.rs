//! `GET /archives/{channel}/p{ts}`: where a permalink leads.

use super::address::Address;
use super::page::MESSAGES_SHOWN;
use crate::slack::workspace::{Channel, Message, Workspace};

/// How many messages below the one that is wanted are shown with it.
const BELOW: usize = 50;

/// The page with the message in view: in its channel, or in its thread beside it. A message that
/// is gone leads to its channel; none when this person sees no such channel.
#[must_use]
pub fn target(
    (workspace, is_first): (&Workspace, bool),
    channel: &str,
    place: &str,
    person: Option<&str>,
) -> Option<String> {
    let channel = workspace.channel(channel)?;
    let person = reader(workspace, channel, person)?;
    let top = Address {
        workspace,
        names_workspace: !is_first,
        person,
        channel,
        thread: None,
        before: None,
        home: None,
    };
    let message = ts(place).and_then(|ts| channel.message(&ts));
    let visible =
        message.filter(|message| message.only_for.as_deref().is_none_or(|id| id == person));
    let Some(message) = visible else {
        return Some(top.to_link());
    };
    let root = message.thread_ts.as_deref().filter(|_| message.is_reply());
    let shown = root.unwrap_or(&message.ts);
    let link = top
        .at_thread(root)
        .looking_before(before(channel, shown))
        .to_link();
    let pane = if root.is_some() { "t" } else { "m" };
    Some(format!("{link}#{pane}-{}", message.ts))
}

/// The person who is asked for, or a member to look for.
fn reader<'w>(
    workspace: &'w Workspace,
    channel: &'w Channel,
    asked: Option<&str>,
) -> Option<&'w str> {
    if let Some(asked) = asked {
        let person = workspace.person_called(asked)?;
        return workspace
            .sees(&person.id, channel)
            .then_some(person.id.as_str());
    }
    let is_person = |id: &&String| {
        let person = workspace.people.get(*id);
        person.is_some_and(|person| !person.is_bot && !person.deleted)
    };
    channel.members.iter().find(is_person).map(String::as_str)
}

/// The `1503435956.000247` of `p1503435956000247`.
fn ts(place: &str) -> Option<String> {
    let digits = place.strip_prefix('p')?;
    let at = digits.len().checked_sub(6)?;
    let (seconds, micros) = digits.split_at_checked(at)?;
    Some(format!("{seconds}.{micros}"))
}

/// What the page has to begin before, so that it shows this message; none when the newest
/// messages hold it.
fn before<'w>(channel: &'w Channel, ts: &str) -> Option<&'w str> {
    let is_below = |message: &&Message| message.is_in_channel() && ts < message.ts.as_str();
    let below: Vec<&Message> = channel.messages.iter().filter(is_below).collect();
    let is_far = MESSAGES_SHOWN <= below.len();
    let first_left_out = below.get(BELOW).filter(|_| is_far)?;
    Some(&first_left_out.ts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slack::screen::fixture;
    use crate::slack::workspace::Author;

    fn workspace(messages: usize) -> (Workspace, Vec<String>) {
        let mut workspace = fixture::workspace();
        let channel = workspace.channels.get_mut("C0GENERAL").unwrap();
        let post = |_| {
            let ts = channel.next_ts(fixture::now());
            let message = Message::new(ts.clone(), Author::person("U0ANA"), "a".to_owned());
            channel.add(message);
            ts
        };
        let posted = (0..messages).map(post).collect();
        (workspace, posted)
    }

    fn place(ts: &str) -> String {
        format!("p{}", ts.replace('.', ""))
    }

    #[test]
    fn a_permalink_leads_to_its_message_however_old_it_is() {
        let (workspace, posted) = workspace(200);
        let target =
            |ts: &str, user| target((&workspace, true), "C0GENERAL", &place(ts), user).unwrap();
        let newest = posted.last().unwrap();
        assert_eq!(
            target(newest, Some("ben")),
            format!("/?user=ben&channel=general#m-{newest}")
        );
        let (old, edge) = (&posted[3], &posted[4 + BELOW]);
        assert_eq!(
            target(old, None),
            format!("/?user=admin&channel=general&before={edge}#m-{old}")
        );
        assert_eq!(
            target("1.000000", Some("ana")),
            "/?user=ana&channel=general"
        );
    }

    #[test]
    fn a_reply_is_shown_in_its_thread() {
        let (mut workspace, posted) = workspace(1);
        let channel = workspace.channels.get_mut("C0GENERAL").unwrap();
        let ts = channel.next_ts(fixture::now());
        let mut reply = Message::new(ts.clone(), Author::person("U0BEN"), "b".to_owned());
        reply.thread_ts = Some(posted[0].clone());
        channel.add(reply);
        assert_eq!(
            target((&workspace, true), "C0GENERAL", &place(&ts), Some("ana")).unwrap(),
            format!("/?user=ana&channel=general&thread={}#t-{ts}", posted[0])
        );
    }

    #[test]
    fn closed_channels_are_for_their_members() {
        let (workspace, _) = workspace(0);
        let target = |channel, user| target((&workspace, true), channel, "p1", user);
        assert_eq!(target("C0LEADS", Some("ben")), None);
        assert_eq!(
            target("C0LEADS", Some("ana")).unwrap(),
            "/?user=ana&channel=leads"
        );
        assert_eq!(target("C0CLOSED", None), None, "nobody is in it");
        assert_eq!(target("C0NOWHERE", None), None);
    }
}
