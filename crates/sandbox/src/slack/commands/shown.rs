//! What a command puts on the screen: the app's answer at once, or Slack's words.

use serde_json::json;

use super::{Ran, Typed};
use crate::slack::args::Args;
use crate::slack::outgoing::Heard;
use crate::slack::refusal::Refusal;
use crate::slack::typed;
use crate::slack::web_api::content::{self, Content};
use crate::slack::workspace::{App, Author, Message};
use crate::slack::{Change, SlackSandbox, What};

impl SlackSandbox {
    /// Shows what the app answered at once.
    pub(super) fn show(&self, typed: &Typed, app: &str, heard: Heard, response_url: &str) -> Ran {
        let name = typed.line.split_whitespace().next().unwrap_or_default();
        let args = heard.args();
        let answer = heard.into_answer();
        let content = match self.content(&args) {
            Ok(content) => content,
            Err(refusal) => {
                let refused = self.refuse(typed, &failed(name, refusal.error), Some(refusal.error));
                return Ran { answer, ..refused };
            }
        };
        let app = {
            let state = self.lock();
            let workspace = state.workspaces.get(&typed.workspace);
            workspace
                .and_then(|workspace| workspace.installed(app))
                .cloned()
        };
        let Some(app) = app else {
            return self.refuse(typed, &no_such_command(name), None);
        };
        let ts = if is_in_channel(&args) {
            let line = self.add(typed, |ts| typed_line(ts, typed));
            let said = content.map(|content| self.add(typed, |ts| said_by_app(&app, ts, content)));
            said.unwrap_or(line)
        } else {
            content.and_then(|content| {
                self.add(typed, |ts| {
                    let mut message = said_by_app(&app, ts, content);
                    message.only_for = Some(typed.person.id.clone());
                    message
                })
            })
        };
        self.note_answer(typed, response_url, ts.as_ref());
        Ran {
            ok: true,
            ts,
            answer,
            error: None,
        }
    }

    /// The content of an answer; none when it shows nothing.
    fn content(&self, args: &Args) -> Result<Option<Content>, Refusal> {
        let options = self.options();
        let mut given = content::read(args, options.total_characters)?;
        given.cut();
        match given.complete(&options.chance) {
            Ok(content) => Ok(Some(content)),
            Err(refusal) if refusal.error == "no_text" => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Remembers what a later `replace_original` means.
    fn note_answer(&self, typed: &Typed, response_url: &str, ts: Option<&String>) {
        let mut state = self.lock();
        let mut urls = state
            .workspaces
            .get_or_first(&typed.workspace)
            .response_urls
            .iter_mut();
        if let Some(url) = urls.find(|url| url.id == response_url) {
            // Before anything that the app posted to it meanwhile.
            url.answers.splice(0..0, ts.cloned());
        }
    }

    /// Slack's own words, to whoever typed.
    pub(super) fn refuse(&self, typed: &Typed, said: &str, error: Option<&'static str>) -> Ran {
        let ts = self.add(typed, |ts| {
            let said = typed::escaped(said);
            let mut message = Message::new(ts, Author::person("USLACKBOT"), said);
            message.only_for = Some(typed.person.id.clone());
            message
        });
        Ran {
            ok: true,
            ts,
            answer: json!({ "text": said }),
            error,
        }
    }

    /// Adds a message where the command was typed; none when that is gone.
    fn add(&self, typed: &Typed, message: impl FnOnce(String) -> Message) -> Option<String> {
        let ts = {
            let mut state = self.lock();
            let channel = state
                .workspaces
                .get_or_first(&typed.workspace)
                .channels
                .get_mut(&typed.channel)?;
            let ts = channel.next_ts(self.options().clock.now());
            let mut message = message(ts.clone());
            message.thread_ts.clone_from(&typed.thread);
            channel.add(message);
            state.unsaved = true;
            ts
        };
        self.announce([Change {
            channel: typed.channel.clone(),
            ts: Some(ts.clone()),
            what: What::Posted,
        }]);
        Some(ts)
    }
}

/// A message of the app that answers a command.
pub fn said_by_app(app: &App, ts: String, content: Content) -> Message {
    let mut message = Message::new(ts, Author::app(app), String::new());
    content.put_into(&mut message);
    message
}

/// Whether everyone sees an answer.
pub fn is_in_channel(args: &Args) -> bool {
    args.text("response_type").as_deref() == Some("in_channel")
}

/// The command as others see it: what was typed, to the letter.
fn typed_line(ts: String, typed: &Typed) -> Message {
    let author = Author::person(&typed.person.id);
    let mut message = Message::new(ts, author, typed::escaped(&typed.line));
    message.mrkdwn = false;
    message
}

pub fn failed(name: &str, error: &str) -> String {
    format!("{name} failed with the error \"{error}\"")
}

pub fn no_such_command(name: &str) -> String {
    format!(
        "{name} is not a valid command. In Slack, all messages that start with the \"/\" \
         character are interpreted as commands.\n\nIf you are trying to send a message and not \
         run a command, try preceding the \"/\" with an empty space."
    )
}
