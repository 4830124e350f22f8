//! What is on people's screens and gone with the program.

use std::collections::VecDeque;

use serde_json::Value;

use crate::slack::links::{UNFURLS_KEPT, Unfurl};
use crate::slack::triggers::Triggers;
use crate::slack::workspace::{Values, View};

/// How many messages' choices, and offers for selects, are remembered; the oldest leave first.
const CHOICES_KEPT: usize = 1000;

/// Open modals, trigger ids, links that apps were told of, what was chosen in messages.
#[derive(Clone, Debug, Default)]
pub struct Screens {
    /// Every open modal; of one person's the topmost is last.
    pub modals: Vec<View>,
    pub triggers: Triggers,
    /// Links that an app was told of, oldest first.
    pub unfurls: VecDeque<Unfurl>,
    offered: VecDeque<(String, Vec<Value>)>,
    choices: VecDeque<Choices>,
}

/// What one person chose in one message.
#[derive(Clone, Debug)]
struct Choices {
    user: String,
    channel: String,
    ts: String,
    values: Values,
}

impl Screens {
    /// The stack of one person, topmost last.
    pub fn stack<'a>(&'a self, user: &'a str) -> impl DoubleEndedIterator<Item = &'a View> {
        self.modals.iter().filter(move |view| view.user == user)
    }

    /// Remembers what an app offered for an external select.
    pub fn offer(&mut self, key: String, options: Vec<Value>) {
        self.offered.retain(|(known, _)| *known != key);
        self.offered.push_back((key, options));
        while CHOICES_KEPT < self.offered.len() {
            self.offered.pop_front();
        }
    }

    /// What an app offered for an external select, see [`Place::key`](super::places::Place::key).
    #[must_use]
    pub fn offered(&self, key: &str) -> &[Value] {
        let mut offered = self.offered.iter();
        let found = offered.find(|(known, _)| known == key);
        found.map_or(&[], |(_, options)| options)
    }

    /// Remembers that an app was told of links.
    pub fn remember(&mut self, unfurl: Unfurl) {
        self.unfurls.push_back(unfurl);
        while UNFURLS_KEPT < self.unfurls.len() {
            self.unfurls.pop_front();
        }
    }

    /// What a person chose in a message so far.
    #[must_use]
    pub fn chosen(&self, user: &str, channel: &str, ts: &str) -> Option<&Values> {
        let is_it = |choices: &&Choices| {
            choices.user == user && choices.channel == channel && choices.ts == ts
        };
        self.choices
            .iter()
            .find(is_it)
            .map(|choices| &choices.values)
    }

    /// Remembers what a person chose in a message.
    pub fn choose(&mut self, user: &str, channel: &str, ts: &str, values: Values) {
        self.choices.retain(|choices| {
            choices.user != user || choices.channel != channel || choices.ts != ts
        });
        self.choices.push_back(Choices {
            user: user.to_owned(),
            channel: channel.to_owned(),
            ts: ts.to_owned(),
            values,
        });
        while CHOICES_KEPT < self.choices.len() {
            self.choices.pop_front();
        }
    }
}
