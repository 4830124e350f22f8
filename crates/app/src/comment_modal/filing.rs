//! From a sent form to the comment in GitLab.

use gitlab::rest::{Commented, IdOrPath};
use slack::view::ViewAnswer;

use super::card;
use super::form::{BODY, Form, TARGET};
use super::target::{Found, Target};
use crate::answer::{Answer, Stopped};
use crate::context::{Account, said_by_gitlab};
use crate::modals::Submitted;
use crate::slash::account;
use crate::telling;

pub(super) async fn submit(submitted: &Submitted<'_>) -> Result<ViewAnswer, Stopped> {
    let form = Form::read(submitted.view)?;
    let Some(target) = form.target() else {
        return Ok(ViewAnswer::error(
            TARGET,
            "Choose an issue or merge request.",
        ));
    };
    if form.body.trim().is_empty() {
        return Ok(ViewAnswer::error(BODY, "Write a comment."));
    }
    match file(submitted, &form, target).await {
        Ok(answer) => Ok(told(submitted, &form, answer)),
        Err(Stopped::Refused(why)) => Ok(ViewAnswer::update(
            Form {
                notice: Some(why.to_string()),
                ..form
            }
            .view(),
        )),
        Err(stopped @ (Stopped::Unlinked | Stopped::Relink)) => Err(stopped),
    }
}

async fn file(submitted: &Submitted<'_>, form: &Form, target: Target) -> Result<Answer, Stopped> {
    let (app, who) = (submitted.app, submitted.who);
    let account = account(app, who).await?;
    let found = target.find(app, who, &account).await?;
    tracing::info!(
        slack.workspace = %who.workspace,
        slack.user = who.user.as_str(),
        on = found.reference(),
        "a comment is written in a form"
    );
    let commented = comment(&account, &found, form).await?;
    let by = &account.linked.username;
    Ok(card::answer(
        &found,
        by,
        &commented,
        form.held.is_told_to_all,
    ))
}

async fn comment(account: &Account, found: &Found, form: &Form) -> Result<Commented, Stopped> {
    let (gitlab, on) = (&account.gitlab, found.target.on);
    let project = IdOrPath::from(found.target.project);
    let commented = if form.is_internal {
        gitlab.comment_internally(&project, on, &form.body).await
    } else {
        gitlab.comment(&project, on, &form.body).await
    };
    let path = found.connection.project.as_str();
    commented.map_err(|error| said_by_gitlab(&found.target.called(), Some(path), error))
}

/// Tells of it where the form was asked for, else in the modal.
fn told(submitted: &Submitted<'_>, form: &Form, answer: Answer) -> ViewAnswer {
    let Some(answer_to) = form.held.answer.clone() else {
        return ViewAnswer::update(telling::view(&answer));
    };
    let (app, who) = (submitted.app.clone(), submitted.who.clone());
    let tasks = app.parts().tasks.clone();
    tasks.spawn(async move { answer_to.tell(&app, &who, &answer).await });
    ViewAnswer::Close
}
