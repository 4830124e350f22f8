//! An event in, what people will read of it out: one file for each kind of event.
//!
//! Whether a channel wants the message is the subscription's business, how it travels is the
//! delivery's, and Slack's JSON is `slack`'s. The same event always gives the same message.

mod address;
mod alert;
mod deed;
mod deployment;
mod duration;
mod emoji;
mod feature_flag;
mod group_mention;
mod issue;
mod job;
mod limits;
mod member;
mod merge_request;
mod milestone;
mod moment;
mod names;
mod note;
mod nothing;
mod pipeline;
mod project;
mod push;
mod release;
mod sentence;
mod subgroup;
mod system;
mod target;
mod text;
mod token_expiry;
mod unknown;
mod vulnerability;
mod wiki_page;

use domain::Message;
use domain::event::{Event, What};

pub use nothing::Nothing;

/// What an event is to the people in a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rendering {
    Message(Box<Message>),
    /// "Something happened", for a kind of event that has no words yet; to be counted.
    Fallback(Box<Message>),
    /// No message, and why.
    Nothing(Nothing),
}

/// Words an event. Every message is within Slack's limits, names what happened, and has
/// something under its headline, so that its colour shows.
#[must_use]
pub fn render(event: &Event) -> Rendering {
    let message = match &event.what {
        What::Push(push) => Ok(push::render(event, push)),
        What::Issue(issue) => issue::render(event, issue),
        What::MergeRequest(merge_request) => merge_request::render(event, merge_request),
        What::Note(note) => note::render(event, note),
        What::Pipeline(pipeline) => pipeline::render(event, pipeline),
        What::Job(job) => job::render(event, job),
        What::WikiPage(page) => Ok(wiki_page::render(event, page)),
        What::Deployment(deployment) => deployment::render(event, deployment),
        What::Release(release) => Ok(release::render(event, release)),
        What::FeatureFlag(flag) => Ok(feature_flag::render(event, flag)),
        What::Milestone(milestone) => Ok(milestone::render(event, milestone)),
        What::Emoji(emoji) => Ok(emoji::render(event, emoji)),
        What::TokenExpiry(expiry) => Ok(token_expiry::render(event, expiry)),
        What::Member(member) => Ok(member::render(event, member)),
        What::Subgroup(subgroup) => Ok(subgroup::render(event, subgroup)),
        What::Project(lifecycle) => Ok(project::render(event, lifecycle)),
        What::Alert(alert) => Ok(alert::render(event, alert)),
        What::Vulnerability(vulnerability) => Ok(vulnerability::render(event, vulnerability)),
        What::GroupMention(mention) => Ok(group_mention::render(event, mention)),
        What::System(system) => system::render(event, system),
        What::Unknown(unknown) => {
            let message = unknown::render(event, unknown);
            return Rendering::Fallback(Box::new(limits::fitted(event, message)));
        }
    };
    match message {
        Ok(message) => Rendering::Message(Box::new(limits::fitted(event, message))),
        Err(nothing) => Rendering::Nothing(nothing),
    }
}
