//! `unlink`: be nobody in GitLab again.

use domain::{Message, mrkdwn, say};

use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "unlink",
    aliases: &["disconnect account", "account unlink", "logout"],
    summary: "Take the link to your GitLab account back.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["unlink"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, _: &Given) -> Result<Answer, Stopped> {
    let (accounts, who) = (&context.parts().accounts, context.who);
    let unlinked = accounts
        .unlink(&who.workspace, who.user.as_str(), context.note())
        .await
        .map_err(|error| Stopped::Refused(Refused::because(error)))?;
    let Some(unlinked) = unlinked else {
        return Err(Stopped::because("your GitLab account was not linked"));
    };
    let name = mrkdwn::code(&format!("@{}", unlinked.username));
    let text = say!("You are no longer linked to {name}; its tokens are deleted.");
    Ok(Answer::ephemeral(Message::new(text.clone(), text)))
}
