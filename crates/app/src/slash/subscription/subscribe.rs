//! `subscribe`: this channel hears of a project's events.

use domain::message::Tone;
use domain::{Message, Mrkdwn, mrkdwn, say};
use notify::settings::SubscriptionConfig;

use super::change::{self, Asked, Changed, in_words};
use super::channel::{self, Here};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

/// What the help calls the rest of the line.
pub(super) const WHAT: &str = "PROJECT] [KIND…";

pub(in crate::slash) const COMMAND: Command = Command {
    name: "subscribe",
    aliases: &[],
    summary: "Tell this channel of a project's events: of the everyday kinds when none is named. Needs the role Maintainer.",
    arguments: &[Argument::optional(WHAT, Kind::Line)],
    place: Place::MaybeProject,
    needs_account: true,
    examples: &[
        "subscribe shop issues merge_requests pipelines",
        "shop subscribe deployments, releases",
        "subscribe shop all",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let mut asked = change::read(context, given.text(WHAT)).await?;
    if asked.kinds.is_empty() {
        asked.kinds = SubscriptionConfig::everyday_kinds().to_vec();
    }
    let here = channel::here(context).await?;
    let add = |config: &mut SubscriptionConfig, kind| change::add(config, kind, &here);
    let Some(changed) = change::change(context, &asked, add).await? else {
        return Ok(Answer::ephemeral(nothing_new(&asked)));
    };
    let left_to_do = channel::join(context, &here).await;
    Ok(Answer::in_channel(message(
        &asked,
        &here,
        &changed,
        &context.me()?,
        left_to_do,
    )))
}

fn nothing_new(asked: &Asked) -> Message {
    let project = mrkdwn::code(asked.project.as_str());
    let kinds = in_words(&asked.kinds);
    let text = say!("This channel hears of {kinds} of {project} already.");
    Message::new(text.clone(), text)
}

fn message(
    asked: &Asked,
    here: &Here,
    changed: &Changed,
    me: &Mrkdwn,
    left_to_do: Mrkdwn,
) -> Message {
    let project = mrkdwn::escape_line(asked.project.as_str());
    let kinds = in_words(&changed.kinds);
    let tone = if left_to_do.is_empty() {
        Tone::Good
    } else {
        Tone::Warning
    };
    Message::new(
        say!("{} hears of {project}", here.shown()),
        say!("*{project}* is told of here: {kinds}"),
    )
    .tone(tone)
    .body(left_to_do)
    .context(say!("Subscribed by {me}"))
    .context(copied(changed))
}

/// That a project has settings of its own from now on.
pub(super) fn copied(changed: &Changed) -> Mrkdwn {
    match &changed.copied_from {
        Some(place) => say!(
            "It had the settings of {} until now; they were copied, and it has its own",
            mrkdwn::code(place)
        ),
        None => Mrkdwn::empty(),
    }
}
