//! Opening the form for a comment.

use slack::view::{View, ViewId};

use super::form::{Form, Held, TITLE};
use super::target::Target;
use crate::answer::{Refused, Stopped};
use crate::app::App;
use crate::clicks::{Clicked, Outcome};
use crate::modals::{AnswerTo, opened, quote};
use crate::shortcuts::Used;
use crate::slash::account;
use crate::who::Who;

/// The comment quotes the message, and the message's thread is told of it.
pub(super) async fn from_message(used: &Used<'_>) -> Result<(), Stopped> {
    let Some(message) = used.on else {
        return Err(Stopped::because("use this on a message"));
    };
    let (app, who) = (used.app, used.who);
    let id = opened::open(app, who, &opened::waiting(TITLE)).await?;
    let filled = async {
        account(app, who).await?;
        let mut form = Form::new(Held {
            project: project_of_channel(app, who).await?,
            answer: AnswerTo::message(message),
            is_told_to_all: true,
            ..Held::default()
        });
        form.body = quote::of(app, who, message).await;
        Ok(form.view())
    };
    show(app, who, &id, filled.await).await;
    Ok(())
}

/// A card's button: `mark` says what it is about.
pub(super) async fn from_button(clicked: &Clicked<'_>, mark: char) -> Result<Outcome, Stopped> {
    let (app, who) = (clicked.app, clicked.who);
    let id = opened::open(app, who, &opened::waiting(TITLE)).await?;
    let filled = async {
        let (context, number) = clicked.named(mark).await?;
        let connection = app
            .parts()
            .store
            .connection(&who.workspace, context.project()?)
            .await?;
        let connection = connection
            .ok_or_else(|| Stopped::Refused(Refused(crate::slash::project::NONE.to_owned())))?;
        let target = Target::of_mark(connection.project_id, mark, number);
        let found = target.find(app, who, context.account()?).await?;
        let held = Held {
            answer: AnswerTo::click(clicked),
            ..Held::default()
        };
        Ok(Form::new(held).on(&found).view())
    };
    show(app, who, &id, filled.await).await;
    Ok(Outcome::Done)
}

async fn show(app: &App, who: &Who, id: &ViewId, filled: Result<View, Stopped>) {
    let view = match filled {
        Ok(view) => view,
        Err(stopped) => app.refusal(who, stopped).await,
    };
    app.show(who, id, &view).await;
}

/// GitLab's id of the channel's project.
async fn project_of_channel(app: &App, who: &Who) -> Result<Option<u64>, Stopped> {
    let (store, workspace) = (&app.parts().store, &who.workspace);
    let Some(channel) = &who.channel else {
        return Ok(None);
    };
    let Some(path) = store.channel_default(workspace, &channel.id).await? else {
        return Ok(None);
    };
    let connection = store.connection(workspace, &path).await?;
    Ok(connection.map(|connection| connection.project_id))
}
