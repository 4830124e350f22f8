//! Who looks at the screen, when, and what the ids in a message are called for them.

use jiff::Timestamp;

use super::form::Form;
use super::offers::Offers;
use crate::slack::workspace::{Channel, Workspace};

/// The eyes that the screen is drawn for.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub workspace: &'a Workspace,
    /// `U…`
    pub person: &'a str,
    pub now: Timestamp,
    /// What the menus hold.
    pub offers: &'a Offers,
    /// What is entered on the surface that is drawn.
    pub form: Form<'a>,
}

impl<'a> Reader<'a> {
    /// What a channel is called, if this person may know.
    #[must_use]
    pub fn channel_name(&self, id: &str) -> Option<&'a str> {
        self.workspace
            .channel(id)
            .filter(|channel| self.workspace.sees(self.person, channel))
            .map(|channel| channel.name.as_str())
    }

    /// The heading of a conversation: its name, or whom it is with.
    #[must_use]
    pub fn title(&self, channel: &'a Channel) -> String {
        if !channel.name.is_empty() {
            return channel.name.clone();
        }
        let others: Vec<_> = channel
            .members
            .iter()
            .filter(|id| *id != self.person)
            .map(|id| self.full_name(id))
            .collect();
        if others.is_empty() {
            self.full_name(self.person).to_owned()
        } else {
            others.join(", ")
        }
    }

    /// A person's name in full, as it stands above their messages.
    #[must_use]
    pub fn full_name<'n>(&self, id: &'n str) -> &'n str
    where
        'a: 'n,
    {
        match self.workspace.people.get(id) {
            None if id == SLACKBOT => "Slackbot",
            None => id,
            Some(person) if person.real_name.is_empty() => &person.name,
            Some(person) => &person.real_name,
        }
    }
}

/// Slack itself, which tells people what went wrong.
const SLACKBOT: &str = "USLACKBOT";
