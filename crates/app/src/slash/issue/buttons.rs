//! The buttons of an issue's card: whoever presses them does it with their own rights.

use gitlab::rest::{Issue, IssueState};
use slack::interaction::Place;
use slack::view::{Button, Control};

use super::{card, one};
use crate::answer::Stopped;
use crate::clicks::{self, Click, Clicked, Outcome};
use crate::context::Context;

const CLOSE: &str = "issue.close";
const REOPEN: &str = "issue.reopen";
const ASSIGN: &str = "issue.assign_me";
const COMMENT: &str = "issue.comment";

/// What the buttons do. `issue.comment` opens a modal and is listed with it.
pub(crate) static CLICKS: &[Click] = &[
    Click {
        action_id: CLOSE,
        run: |clicked| Box::pin(close(clicked)),
    },
    Click {
        action_id: REOPEN,
        run: |clicked| Box::pin(reopen(clicked)),
    },
    Click {
        action_id: ASSIGN,
        run: |clicked| Box::pin(assign(clicked)),
    },
];

/// The row below a card.
pub(super) fn row(project: &str, issue: &Issue) -> Vec<Control> {
    let button = |label: &str, id: &str| {
        let value = clicks::value(project, '#', issue.iid);
        Control::from(Button::new(label, id).value(value))
    };
    let comment = button("Comment", COMMENT);
    match issue.state {
        IssueState::Opened => vec![
            comment,
            button("Close", CLOSE),
            button("Assign to me", ASSIGN),
        ],
        IssueState::Closed => vec![comment, button("Reopen", REOPEN)],
    }
}

async fn close(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('#').await?;
    let issue = one::set_state(&context, iid, IssueState::Closed).await?;
    fresh(clicked, &context, &issue)
}

async fn reopen(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('#').await?;
    let issue = one::set_state(&context, iid, IssueState::Opened).await?;
    fresh(clicked, &context, &issue)
}

/// Adds whoever pressed it, before those who have it already.
async fn assign(clicked: &Clicked<'_>) -> Result<Outcome, Stopped> {
    let (context, iid) = clicked.named('#').await?;
    let me = context.account()?.linked.id;
    let issue = one::find(&context, iid).await?;
    let others = issue.assignees.iter().map(|user| user.id);
    let people = std::iter::once(me).chain(others.filter(|id| *id != me));
    let issue = one::assign(&context, iid, people.collect()).await?;
    fresh(clicked, &context, &issue)
}

/// The card as it is now, in place of the one that was clicked. What is confidential by now does
/// not go where everybody reads it.
fn fresh(clicked: &Clicked<'_>, context: &Context<'_>, issue: &Issue) -> Result<Outcome, Stopped> {
    let answer = Box::new(card::answer(context.project()?, issue));
    let is_private = match clicked.place {
        Place::Message(message) => message.is_ephemeral,
        Place::View(_) => true,
    };
    if issue.confidential && !is_private {
        return Ok(Outcome::Say(answer));
    }
    Ok(Outcome::Replace(answer))
}
