//! `mr unapprove`: an approval taken back.

use domain::say;
use gitlab::rest::{Approved, RestError};

use super::one;
use crate::answer::{Answer, Stopped};
use crate::context::Context;
use crate::slash::{Argument, Command, Given, Place};

pub(in crate::slash) const COMMAND: Command = Command {
    name: "mr unapprove",
    aliases: &[
        "merge_request unapprove",
        "merge-request unapprove",
        "mr revoke",
    ],
    summary: "Take your approval of a merge request back.",
    arguments: &[Argument::MERGE_REQUEST],
    place: Place::Project,
    needs_account: true,
    examples: &["mr unapprove shop!12"],
    run: |context, given| Box::pin(run(context, given)),
};

async fn run(context: &Context<'_>, given: &Given) -> Result<Answer, Stopped> {
    let iid = given.number("!MR");
    // A merge request that is not there, and an approval that is not there, are told alike.
    one::find(context, iid).await?;
    let (gitlab, project) = (context.gitlab()?, context.place()?);
    match gitlab.unapprove_merge_request(&project, iid).await {
        Ok(Approved::Done) => {
            let deed = say!("*Approval taken back* by {}", context.me()?);
            one::fresh(context, iid, deed).await
        }
        Ok(Approved::Already) | Err(RestError::NotFound { .. }) => Err(one::refused(format!(
            "you have not approved {}",
            one::called(iid)
        ))),
        Err(error) => Err(one::said(context, iid, error)),
    }
}
