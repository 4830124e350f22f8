//! `list`: what this channel hears of, from every project.

use domain::{EventKind, Message, Mrkdwn, mrkdwn, say};
use notify::Integration;
use notify::settings::SubscriptionConfig;

use super::change::in_words;
use super::channel::{self, Here};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};
use commands::wording::Name;

/// The most places on a page.
const PAGE: usize = 10;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "list",
    aliases: &["subscriptions", "subscribe list"],
    summary: "List what this channel hears of.",
    arguments: &[Argument::optional("PAGE", Kind::Word)],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["list", "list 2"],
    run: |context, given| Box::pin(run(context, given)),
};

/// What a place tells a channel.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    place: String,
    kinds: Vec<EventKind>,
}

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let page = page(given.text("PAGE"))?;
    let here = channel::here(context).await?;
    let integrations = &context.parts().integrations;
    let held = integrations.now();
    let of_workspace = held.subscriptions.iter().filter(|one| {
        let workspace = integrations.workspace_of(one);
        one.integration == Integration::App && workspace == Some(&context.who.workspace)
    });
    let told: Vec<Told> = of_workspace.filter_map(|one| told(one, &here)).collect();
    drop(held);
    let slash = &context.parts().names.gitlab;
    message(slash, &told, page).map(Answer::ephemeral)
}

fn page(typed: &str) -> Result<usize, Stopped> {
    match typed {
        "" => Ok(1),
        typed => typed.parse().ok().filter(|page| 0 < *page).ok_or_else(|| {
            Stopped::Refused(Refused(format!(
                "{} is no page; type a number",
                Name(typed)
            )))
        }),
    }
}

fn told(config: &SubscriptionConfig, here: &Here) -> Option<Told> {
    let is_told = |kind: &EventKind| config.goes_to(*kind).iter().any(|known| here.is(known));
    let kinds: Vec<EventKind> = SubscriptionConfig::kinds().filter(is_told).collect();
    let place = config.place();
    (!kinds.is_empty()).then_some(Told { place, kinds })
}

fn message(slash: &str, told: &[Told], page: usize) -> Result<Message, Stopped> {
    if told.is_empty() {
        let subscribe = mrkdwn::code(&format!("{slash} subscribe PROJECT issues pipelines"));
        let text = Mrkdwn::fixed("This channel hears of nothing.");
        let message = Message::new(text.clone(), text);
        return Ok(message.context(say!("A Maintainer changes that: {subscribe}")));
    }
    let pages = told.len().div_ceil(PAGE);
    let shown: Vec<&Told> = told.iter().skip((page - 1) * PAGE).take(PAGE).collect();
    if shown.is_empty() {
        return Err(Stopped::Refused(Refused(format!(
            "there is no page {page}; the last one is {pages}"
        ))));
    }
    let lines = shown.iter().map(|told| {
        let place = mrkdwn::bold(&told.place);
        say!("{place}: {}", in_words(&told.kinds))
    });
    let text = say!("What this channel hears of");
    let message = Message::new(text.clone(), text).body(mrkdwn::join(lines, "\n"));
    if page == pages {
        return Ok(message);
    }
    let next = mrkdwn::code(&format!("{slash} list {}", page + 1));
    Ok(message.context(say!("Page {} of {}; the next one: {next}", page, pages)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(count: usize) -> Vec<Told> {
        let one = |n: usize| Told {
            place: format!("acme/shop-{n}"),
            kinds: SubscriptionConfig::kinds().collect(),
        };
        (1..=count).map(one).collect()
    }

    #[test]
    fn pages_hold_ten_places_and_say_how_to_go_on() {
        let first = message("/gitlab", &told(23), 1).unwrap();
        assert_eq!(first.body.unwrap().as_str().lines().count(), 10);
        assert_eq!(
            first.context[0].as_str(),
            "Page 1 of 3; the next one: `/gitlab list 2`"
        );
        let last = message("/gitlab", &told(23), 3).unwrap();
        assert_eq!(last.body.unwrap().as_str().lines().count(), 3);
        assert!(last.context.is_empty());
        let beyond = message("/gitlab", &told(23), 4).unwrap_err();
        assert_eq!(beyond.to_string(), "there is no page 4; the last one is 3");
    }

    #[test]
    fn an_empty_list_says_how_to_fill_it() {
        let empty = message("/gitlab", &[], 1).unwrap();
        assert_eq!(empty.headline.as_str(), "This channel hears of nothing.");
        assert_eq!(empty.context.len(), 1);
        assert!(page("0").is_err() && page("x").is_err());
        assert_eq!(page(""), Ok(1));
    }
}
