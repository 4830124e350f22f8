//! From a line to its answer.

use accounts::AccountsError;
use gitlab::oauth::OauthError;

use super::{Place, grammar, project};
use crate::answer::{Answer, Refused, Stopped};
use crate::app::App;
use crate::context::{Account, Context, said_by_gitlab};
use crate::links::Addresses;
use crate::who::Who;

/// Runs what stood after `/gitlab`. Whatever is wrong is in the answer.
pub(crate) async fn run(app: &App, who: &Who, text: &str) -> Answer {
    match try_run(app, who, text).await {
        Ok(answer) => answer,
        Err(Stopped::Refused(refused)) => Answer::refused(&refused),
        Err(stopped @ (Stopped::Unlinked | Stopped::Relink)) => {
            crate::linking::ask(app, who, &stopped).await
        }
    }
}

async fn try_run(app: &App, who: &Who, text: &str) -> Result<Answer, Stopped> {
    let invocation = grammar::parse(text, &Addresses::of(app))
        .map_err(|why| Stopped::Refused(Refused(why.to_string())))?;
    let command = invocation.command;
    let mut context = Context {
        app,
        who,
        account: None,
        project: None,
        line: format!("{} {}", app.parts().names.gitlab, first_line(text)),
        request_id: app.request_id(),
    };
    tracing::info!(
        command = command.name,
        slack.workspace = %who.workspace,
        slack.user = who.user.as_str(),
        request.id = context.request_id,
        "command"
    );
    if command.needs_account {
        context.account = Some(account(app, who).await?);
    }
    let (before, named) = (invocation.project.as_deref(), invocation.given.project());
    context.project = match (command.place, before, named) {
        (Place::Anywhere, ..) => None,
        (Place::Project | Place::MaybeProject, Some(before), Some(named)) => {
            Some(project::of_both(&context, before, named).await?)
        }
        (Place::Project, before, named) => Some(project::of(&context, named.or(before)).await?),
        (Place::MaybeProject, before, named) => project::if_any(&context, named.or(before)).await?,
    };
    (command.run)(&context, &invocation.given).await
}

/// The account of whoever typed, with a client that has its rights.
pub(crate) async fn account(app: &App, who: &Who) -> Result<Account, Stopped> {
    let accounts = &app.parts().accounts;
    let linked = accounts.linked(&who.workspace, who.user.as_str()).await;
    let linked = linked.map_err(stopped)?.ok_or(Stopped::Unlinked)?;
    let gitlab = accounts.client(&linked).await.map_err(stopped)?;
    Ok(Account { linked, gitlab })
}

/// Why an account cannot be used.
pub(crate) fn stopped(error: AccountsError) -> Stopped {
    match error {
        AccountsError::GrantOver => Stopped::Relink,
        AccountsError::GitLab(error) | AccountsError::OAuth(OauthError::Call(error)) => {
            said_by_gitlab("such project", None, error)
        }
        other @ (AccountsError::NotSetUp
        | AccountsError::Blocked { .. }
        | AccountsError::NoServiceClient
        | AccountsError::Interrupted
        | AccountsError::Sealed(_)
        | AccountsError::Client(_)
        | AccountsError::OAuth(
            OauthError::InvalidGrant { .. } | OauthError::Application { .. },
        )
        | AccountsError::Store(_)) => Stopped::Refused(Refused::because(other)),
    }
}

fn first_line(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}
