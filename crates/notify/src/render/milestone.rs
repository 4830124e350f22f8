//! How a milestone looks in a channel.

use domain::event::{Event, Milestone, MilestoneAction};
use domain::message::Tone;
use domain::mrkdwn::Mrkdwn;
use domain::{Message, say};

use super::sentence::{Sentence, tell};
use super::{moment, names, text};

pub(super) fn render(event: &Event, milestone: &Milestone) -> Message {
    let thing = match milestone.action {
        MilestoneAction::Create
        | MilestoneAction::Update
        | MilestoneAction::Close
        | MilestoneAction::Reopen
        | MilestoneAction::Other(_) => {
            Sentence::linked(&milestone.url, text::title(&milestone.title))
        }
        MilestoneAction::Delete => {
            let title = text::title(&milestone.title);
            tell!("{title}", title)
        }
    };
    let (verb, tone) = verb(&milestone.action);
    let place = names::in_place(event);
    let by = names::by_actor(event);
    let sentence = tell!("Milestone {thing} {verb}{place}{by}", thing verb place by);
    details(event, milestone, sentence.message().tone(tone))
}

fn verb(action: &MilestoneAction) -> (Mrkdwn, Tone) {
    match action {
        MilestoneAction::Create => (say!("created"), Tone::Neutral),
        MilestoneAction::Update => (say!("changed"), Tone::Neutral),
        MilestoneAction::Close => (say!("closed"), Tone::Good),
        MilestoneAction::Reopen => (say!("reopened"), Tone::Neutral),
        MilestoneAction::Delete => (say!("deleted"), Tone::Warning),
        MilestoneAction::Other(word) => match text::words(word) {
            nothing if nothing.is_empty() => (say!("changed"), Tone::Neutral),
            word => (say!("changed ({})", word), Tone::Neutral),
        },
    }
}

fn details(event: &Event, milestone: &Milestone, message: Message) -> Message {
    let date = |date: &Option<String>| date.as_deref().map(moment::day).unwrap_or_default();
    let message = message
        .fact("Starts", date(&milestone.start_date))
        .fact("Due", date(&milestone.due_date));
    match milestone.action {
        MilestoneAction::Create => message.body(text::body(
            event,
            milestone.description.as_deref(),
            &milestone.url,
        )),
        MilestoneAction::Update
        | MilestoneAction::Close
        | MilestoneAction::Reopen
        | MilestoneAction::Delete
        | MilestoneAction::Other(_) => message,
    }
}
