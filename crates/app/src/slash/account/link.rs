//! `link`: say who you are in GitLab.

use domain::{Message, Mrkdwn, mrkdwn, say};

use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "link",
    aliases: &["connect account", "account link", "login"],
    summary: "Link your GitLab account, so that commands run with your rights.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: false,
    examples: &["link"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, _: &Given) -> Result<Answer, Stopped> {
    let (accounts, who) = (&context.parts().accounts, context.who);
    let linked = accounts.linked(&who.workspace, who.user.as_str()).await;
    let linked = linked.map_err(|error| Stopped::Refused(Refused::because(error)))?;
    let Some(linked) = linked else {
        return Err(Stopped::Unlinked);
    };
    let name = mrkdwn::code(&format!("@{}", linked.username));
    let unlink = mrkdwn::code(&format!("{} unlink", context.parts().names.gitlab));
    let text = say!("You are linked to {name}.");
    let message =
        Message::new(text.clone(), text).context(Mrkdwn::fixed("To change that: ").and(&unlink));
    Ok(Answer::ephemeral(message))
}
