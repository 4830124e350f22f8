//! `issue assign`: to oneself, to somebody, to nobody.

use gitlab::rest::{RestError, if_found};

use super::{card, one};
use crate::answer::{Answer, Refused, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place};
use commands::wording::Name;

pub(in crate::slash) const COMMAND: Command = Command {
    name: "issue assign",
    aliases: &[],
    summary: "Give an issue to somebody: to yourself when nobody is named, to nobody with `none`.",
    arguments: &[
        Argument::ISSUE,
        Argument::needed("to", Kind::Filler("to")),
        Argument::optional("PERSON", Kind::Person),
    ],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "issue assign shop#12",
        "issue assign shop#12 to @ana",
        "shop issue assign 12 none",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("#ISSUE");
    let people = match given.text("PERSON") {
        "" | "me" => vec![context.account()?.linked.id],
        "none" => Vec::new(),
        name => vec![person(context, name).await?],
    };
    let issue = one::assign(context, iid, people).await?;
    Ok(card::answer(context.project()?, &issue))
}

async fn person(context: &Context<'_>, name: &str) -> Result<u64, Stopped> {
    let found: Result<_, RestError> = if_found(context.gitlab()?.user_named(name).await);
    let found = found.map_err(|error| context.gitlab_said("person", error))?;
    found.map(|user| user.id).ok_or_else(|| {
        Stopped::Refused(Refused(format!(
            "nobody in GitLab is called {}; give the username, as in `@ana`",
            Name(name)
        )))
    })
}
