//! `mr assign`: to oneself, to somebody, to nobody.

use domain::{Mrkdwn, say};
use gitlab::rest::MergeRequestChange;

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Kind, Place, people};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr assign",
    aliases: &["merge_request assign", "merge-request assign"],
    summary: "Give a merge request to somebody: to yourself when nobody is named, to nobody with `none`.",
    arguments: &[
        Argument::MERGE_REQUEST,
        Argument::needed("to", Kind::Filler("to")),
        Argument::optional("PERSON", Kind::Person),
    ],
    place: Place::Project,
    needs_account: true,
    examples: &[
        "mr assign shop!12",
        "mr assign shop!12 to @ana",
        "shop mr assign 12 none",
    ],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    let people = match given.text("PERSON") {
        "none" => Vec::new(),
        typed => vec![people::id_of(context, typed).await?],
    };
    let first = people.first().copied();
    let wanted = MergeRequestChange {
        assignee_ids: Some(people),
        ..MergeRequestChange::default()
    };
    let changed = one::change(context, iid, &wanted).await?;
    // GitLab passes over people who may not see it, and fields that one may not set.
    let is_done = match first {
        Some(first) => changed.assignees.iter().any(|user| user.id == first),
        None => changed.assignees.is_empty(),
    };
    if !is_done {
        return Err(one::refused(format!(
            "GitLab left {} as it was: your account may not assign it, or whoever was named may not see it",
            one::called(iid)
        )));
    }
    let me = context.me()?;
    let deed: Mrkdwn = match people::some(&changed.assignees) {
        nobody if nobody.is_empty() => say!("*Unassigned* by {me}"),
        names => say!("*Assigned* to {names} by {me}"),
    };
    one::fresh(context, iid, deed).await
}
