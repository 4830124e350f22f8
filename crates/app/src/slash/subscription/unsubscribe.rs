//! `unsubscribe`: this channel hears of a project's events no more.

use domain::{Message, mrkdwn, say};
use notify::settings::SubscriptionConfig;

use super::change::{self, in_words};
use super::channel;
use super::subscribe::{WHAT, copied};
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "unsubscribe",
    aliases: &[],
    summary: "Tell this channel no more of a project's events: of none when no kind is named. Needs the role Maintainer.",
    arguments: &[Argument::optional(WHAT, Kind::Line)],
    place: Place::MaybeProject,
    needs_account: true,
    examples: &["unsubscribe shop pipelines", "unsubscribe shop"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let mut asked = change::read(context, given.text(WHAT)).await?;
    if asked.kinds.is_empty() {
        asked.kinds = SubscriptionConfig::kinds().collect();
    }
    let here = channel::here(context).await?;
    let take_away =
        |config: &mut SubscriptionConfig, kind| Ok(change::take_away(config, kind, &here));
    let changed = change::change(context, &asked, take_away).await?;
    let project = mrkdwn::escape_line(asked.project.as_str());
    let Some(changed) = changed else {
        let text = say!("This channel did not hear of that of {project}.");
        return Ok(Answer::ephemeral(Message::new(text.clone(), text)));
    };
    let kinds = in_words(&changed.kinds);
    let message = Message::new(
        say!("{} hears less of {project}", here.shown()),
        say!("*{project}* is no longer told of here: {kinds}"),
    );
    let message = message
        .context(say!("Unsubscribed by {}", context.me()?))
        .context(copied(&changed));
    Ok(Answer::in_channel(message))
}
