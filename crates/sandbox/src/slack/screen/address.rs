//! Where on the page something is: who looks, at which channel, with which thread open.

use url::form_urlencoded::Serializer;

use crate::slack::workspace::{Channel, Workspace};

/// A place on the page, as its address names it.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    pub workspace: &'a Workspace,
    /// Whether links name the workspace: the first is meant when none is named.
    pub names_workspace: bool,
    /// `U…`
    pub person: &'a str,
    /// `C…`
    pub channel: &'a Channel,
    /// The root of the thread that is open beside the channel.
    pub thread: Option<&'a str>,
    /// Only messages older than this `ts` are shown.
    pub before: Option<&'a str>,
    /// The app whose Home tab is shown in place of the channel.
    pub home: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// The same place, looked at by somebody else.
    #[must_use]
    pub fn as_person(self, person: &'a str) -> Self {
        Self {
            person,
            thread: None,
            before: None,
            ..self
        }
    }

    /// Another channel.
    #[must_use]
    pub fn at_channel(self, channel: &'a Channel) -> Self {
        Self {
            channel,
            thread: None,
            before: None,
            home: None,
            ..self
        }
    }

    /// An app's Home tab.
    #[must_use]
    pub fn at_home(self, app: &'a str) -> Self {
        Self {
            thread: None,
            before: None,
            home: Some(app),
            ..self
        }
    }

    /// The same channel with this thread open, or none.
    #[must_use]
    pub fn at_thread(self, thread: Option<&'a str>) -> Self {
        Self { thread, ..self }
    }

    /// The same channel, looked at from this message backwards, or from the newest.
    #[must_use]
    pub fn looking_before(self, before: Option<&'a str>) -> Self {
        Self { before, ..self }
    }

    /// `/?user=ana&channel=general&thread=…`
    #[must_use]
    pub fn to_link(self) -> String {
        let person = self.workspace.people.get(self.person);
        let person = person.map_or(self.person, |person| person.name.as_str());
        let channel = match self.channel.name.as_str() {
            "" => &self.channel.id,
            name => name,
        };
        let mut query = Serializer::for_suffix(String::from("/?"), 2);
        if self.names_workspace {
            query.append_pair("workspace", &self.workspace.id);
        }
        query.append_pair("user", person);
        if let Some(app) = self.home {
            query.append_pair("home", app);
            return query.finish();
        }
        query.append_pair("channel", channel);
        if let Some(thread) = self.thread {
            query.append_pair("thread", thread);
        }
        if let Some(before) = self.before {
            query.append_pair("before", before);
        }
        query.finish()
    }
}
