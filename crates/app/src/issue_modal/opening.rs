//! Opening the form: at once, and filled when GitLab has answered.

use domain::ProjectPath;
use slack::interaction::MessageShortcut;
use store::Connection;

use super::details::Kind;
use super::form::{Form, Held};
use super::{projects, template};
use crate::answer::{Refused, Stopped};
use crate::app::App;
use crate::context::Account;
use crate::modals::{AnswerTo, held, opened, quote};
use crate::slash::account;
use crate::who::Who;

/// What a form begins with.
pub(crate) struct Beginning {
    pub(crate) kind: Kind,
    pub(crate) title: String,
    pub(crate) project: Option<ProjectPath>,
    /// The message that the description quotes.
    pub(crate) quoted: Option<MessageShortcut>,
    pub(crate) answer: Option<AnswerTo>,
}

impl Beginning {
    pub(crate) fn of(kind: Kind) -> Self {
        Self {
            kind,
            title: String::new(),
            project: None,
            quoted: None,
            answer: None,
        }
    }
}

/// Opens the form; what it is filled with goes on in the background.
pub(crate) async fn open(app: &App, who: &Who, beginning: Beginning) -> Result<(), Stopped> {
    let held = Held {
        answer: beginning.answer.clone(),
        ..Held::default()
    };
    let waiting = opened::waiting(beginning.kind.title())
        .callback_id(beginning.kind.callback_id())
        .notify_on_close();
    let id = opened::open(app, who, &held::put(waiting, &held)).await?;
    let (app, who) = (app.clone(), who.clone());
    let tasks = app.parts().tasks.clone();
    tasks.spawn(async move {
        let view = match fill(&app, &who, &beginning).await {
            Ok(form) => form.view(),
            Err(stopped) => {
                if let Some(answer) = &beginning.answer {
                    answer.take_back(&app).await;
                }
                app.refusal(&who, stopped).await
            }
        };
        app.show(&who, &id, &view).await;
    });
    Ok(())
}

async fn fill(app: &App, who: &Who, beginning: &Beginning) -> Result<Form, Stopped> {
    let account = account(app, who).await?;
    let connections = projects::connected(app, who).await?;
    if connections.is_empty() {
        let command = &app.parts().names.gitlab;
        return Err(Stopped::Refused(Refused(format!(
            "no project is connected to this workspace; a Maintainer connects one with `{command} connect group/project`"
        ))));
    }
    let mut form = Form::new(beginning.kind, beginning.answer.clone());
    form.title.clone_from(&beginning.title);
    if let Some(message) = &beginning.quoted {
        form.description = quote::of(app, who, message).await;
    }
    match first(app, &account, &connections, beginning).await? {
        Some(connection) => {
            let (id, label) = (connection.project_id, projects::label(connection));
            // What quotes a message stays as it is.
            let template = match beginning.quoted {
                Some(_) => String::new(),
                None => template::of(&account.gitlab, id, beginning.kind).await,
            };
            Ok(form.in_project(id, &label, &template))
        }
        None => Ok(form),
    }
}

/// The project that is chosen beforehand.
async fn first<'c>(
    app: &App,
    account: &Account,
    connections: &'c [Connection],
    beginning: &Beginning,
) -> Result<Option<&'c Connection>, Stopped> {
    let Some(path) = &beginning.project else {
        return Ok(None);
    };
    let mut found = connections.iter();
    let found = found.find(|one| one.project.as_str().eq_ignore_ascii_case(path.as_str()));
    let Some(connection) = found else {
        return Ok(None);
    };
    let may = projects::may_open(app, account, connection, beginning.kind).await?;
    Ok(may.then_some(connection))
}
