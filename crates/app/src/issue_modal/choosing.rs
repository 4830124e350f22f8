//! Another project is chosen in the form: its template, its people and its labels.

use super::form::Form;
use super::{projects, template};
use crate::answer::Stopped;
use crate::clicks::{Clicked, Outcome};
use crate::slash::account;

pub(super) async fn project(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let Some(view) = clicked.place.view() else {
        return Ok(Outcome::Done);
    };
    let (app, who) = (clicked.app, clicked.who);
    let shown = match chosen(clicked, Form::read(view)?).await {
        Ok(form) => form.view(),
        Err((mut form, Stopped::Refused(why))) => {
            form.notice = Some(why.to_string());
            form.view()
        }
        Err((_, stopped @ (Stopped::Unlinked | Stopped::Relink))) => {
            app.refusal(who, stopped).await
        }
    };
    app.show(who, &view.shown.id, &shown).await;
    Ok(Outcome::Done)
}

/// The form with the project that was chosen, or as it was with the reason.
async fn chosen(clicked: &Clicked<'_>, form: Form) -> Result<Form, (Form, Stopped)> {
    let (app, who, kind) = (clicked.app, clicked.who, form.kind());
    let Some(id) = clicked.value().parse().ok().or_else(|| form.project_id()) else {
        return Ok(form);
    };
    let found = async {
        let account = account(app, who).await?;
        let connection = projects::allowed(app, who, &account, (id, kind)).await?;
        let template = template::of(&account.gitlab, id, kind).await;
        Ok((projects::label(&connection), template))
    };
    match found.await {
        Ok((label, template)) => Ok(form.in_project(id, &label, &template)),
        Err(stopped) => Err((form, stopped)),
    }
}
