//! `whoami`: whose rights commands have.

use accounts::Roles;
use domain::{Message, Mrkdwn, mrkdwn, say};

use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::run::stopped;
use crate::slash::{Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "whoami",
    aliases: &["me"],
    summary: "Show which GitLab account your commands run as, and what you may do in Signalbox.",
    arguments: &[],
    place: Place::Anywhere,
    needs_account: true,
    examples: &["whoami"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, _: &Given) -> Result<Answer, Stopped> {
    let parts = context.parts();
    let me = context.me()?;
    let text = say!("You are {me} in GitLab.");
    let unlink = mrkdwn::code(&format!("{} unlink", parts.names.gitlab));
    let message = Message::new(text.clone(), text)
        .fact("Roles in Signalbox", roles(context).await?)
        .context(say!("{unlink} takes the link back"))
        .link("Your account", &format!("{}/account", parts.public_url));
    Ok(Answer::ephemeral(message))
}

/// What whoever typed may do in Signalbox itself.
async fn roles(context: &Context<'_>) -> Result<Mrkdwn, Stopped> {
    let linked = &context.account()?.linked;
    let roles = context.parts().accounts.roles_of(linked).await;
    Ok(words(&roles.map_err(stopped)?))
}

fn words(roles: &Roles) -> Mrkdwn {
    let words = roles.iter().map(|role| mrkdwn::escape_line(role.word()));
    match mrkdwn::and_list(words.collect()) {
        none if none.is_empty() => Mrkdwn::fixed("_None_"),
        words => words,
    }
}
