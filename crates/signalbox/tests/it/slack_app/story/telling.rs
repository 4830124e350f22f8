//! Writes a chapter down: what somebody does, and what they see of it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::Value;

use crate::demo::running::RunningDemo;
use crate::slack_app::browser::Page;
use crate::slack_app::person::Person;
use crate::slack_app::{page, words};

/// Somebody who tells the story of a demo.
pub struct Teller<'a> {
    pub demo: &'a RunningDemo,
    /// How many lines of a channel were told already.
    told: RefCell<BTreeMap<String, usize>>,
}

/// What has been told of a chapter.
pub struct Chapter<'a> {
    teller: &'a Teller<'a>,
    text: RefCell<String>,
}

impl<'a> Teller<'a> {
    pub fn new(demo: &'a RunningDemo) -> Self {
        Self {
            demo,
            told: RefCell::default(),
        }
    }

    pub fn chapter(&self) -> Chapter<'_> {
        Chapter {
            teller: self,
            text: RefCell::default(),
        }
    }

    /// Somebody of the demo's own workspace.
    pub fn of_demo(&self, name: &'static str) -> Person<'a> {
        Person::new(self.demo, name)
    }

    /// dana, who is all of the workspace that the app comes to.
    pub fn dana(&self) -> Person<'a> {
        Person {
            workspace: "T0ACME",
            ..Person::new(self.demo, "dana")
        }
    }
}

impl Chapter<'_> {
    /// What somebody does, and the words that they see of it.
    pub fn tell(&self, deed: &str, seen: &str) {
        let seen = words::steady(self.teller.demo, seen);
        let mut text = self.text.borrow_mut();
        text.push_str("## ");
        text.push_str(deed);
        text.push('\n');
        text.push_str(&seen);
        text.push_str("\n\n");
    }

    pub fn tell_page(&self, deed: &str, seen: &Page) {
        let words = page::words(&seen.body);
        self.tell(deed, &format!("[{}]\n{words}", seen.status));
    }

    /// What somebody sees of a form or of Home.
    pub async fn look(&self, deed: &str, person: Person<'_>, place: &str) {
        self.tell(deed, &person.sees(place).await);
    }

    /// What somebody sees of a channel that was not told before.
    pub async fn look_at(&self, deed: &str, person: Person<'_>, channel: &str) {
        let seen = person.sees(&format!("channel={channel}")).await;
        let key = format!("{}:{}:{channel}", person.workspace, person.name);
        let now = seen.lines().count();
        let told = self.teller.told.borrow_mut().insert(key, now);
        let new: Vec<&str> = seen.lines().skip(told.unwrap_or(0)).collect();
        self.tell(deed, &new.join("\n"));
    }

    /// What a menu offers.
    pub fn tell_options(&self, deed: &str, offered: &Value) {
        let texts = |options: &Value| -> Vec<String> {
            let options = options.as_array().into_iter().flatten();
            let texts = options.map(|option| option["text"]["text"].as_str().unwrap_or("?"));
            texts.map(str::to_owned).collect()
        };
        self.tell(deed, &texts(&offered["options"]).join("\n"));
    }

    pub fn end(self) -> String {
        self.text.into_inner()
    }
}
