//! How the mention of a group looks in a channel.

use domain::Message;
use domain::event::{Event, GroupMention};

use super::sentence::{Sentence, tell};
use super::{names, target, text};

pub(super) fn render(event: &Event, mention: &GroupMention) -> Message {
    let lock = if mention.confidential {
        "🔒 Private: group"
    } else {
        "Group"
    };
    let group = names::group(event, &mention.group);
    let page = target::page(event, &mention.on);
    let thing = Sentence::linked(&page, target::reference(&mention.on));
    let place = names::at_place(event, "of");
    let by = names::by_actor(event);
    let title = title(mention);
    let sentence = tell!(
        "{lock} {group} was mentioned{by} in {thing}{place}{title}",
        lock group by thing place title
    );
    sentence
        .message()
        .body(text::body(event, Some(&mention.body), &page))
}

fn title(mention: &GroupMention) -> Sentence {
    let title = text::title(&mention.on.title);
    if title.is_empty() {
        return Sentence::default();
    }
    tell!(": {title}", title)
}
