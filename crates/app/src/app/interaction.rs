//! Clicks, modals, shortcuts and menus.

use domain::message::Tone;
use domain::{Message, Mrkdwn};
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use slack::interaction::{
    BlockActions, Interaction, MessageShortcut, Place, Suggestion, ViewClosed, ViewSubmission,
};
use slack::view::{Suggestions, View, ViewAnswer, ViewId};
use store::RequestKind;
use tokio::sync::oneshot;

use super::{App, Reply};
use crate::answer::{Answer, Refused, Stopped};
use crate::clicks::{Clicked, Outcome};
use crate::modals::{Modal, Submitted};
use crate::shortcuts::Used;
use crate::suggestions::Asked;
use crate::who::{Channel, Who};
use crate::{clicks, home, modals, shortcuts, suggestions, telling};

/// Longer than a signature is good for.
const REPEATS_KEPT: SignedDuration = SignedDuration::from_mins(15);

impl App {
    /// Does what somebody's click, modal or shortcut asks for, unless it came before.
    pub async fn interaction(&self, interaction: Interaction) -> Reply {
        let who = interaction.who();
        if self.parts.installations.get(&who.workspace).is_none() {
            tracing::warn!(slack.workspace = %who.workspace, "a click in a workspace that is not ours");
            return Reply::Heard;
        }
        if self.is_repeat(&interaction).await {
            return Reply::Heard;
        }
        match interaction {
            Interaction::BlockActions(actions) => self.clicked(actions),
            Interaction::ViewSubmission(submission) => self.submitted(submission).await,
            Interaction::ViewClosed(closed) => self.closed(closed),
            Interaction::Shortcut(shortcut) => {
                let who = Who::clicked(&shortcut.who, None);
                self.used(&shortcut.callback_id, who, None)
            }
            Interaction::MessageShortcut(shortcut) => {
                let who = Who {
                    response_url: shortcut.response_url.clone(),
                    ..Who::clicked(&shortcut.who, Some(channel_of(&shortcut)))
                };
                self.used(&shortcut.callback_id.clone(), who, Some(shortcut))
            }
            Interaction::Suggestion(suggestion) => self.suggested(&suggestion).await,
        }
    }

    /// Slack gives every click its own trigger. Choices are asked for again and again, and a
    /// closed modal has none: both change nothing.
    async fn is_repeat(&self, interaction: &Interaction) -> bool {
        let who = interaction.who();
        let Some(trigger) = &who.trigger_id else {
            return false;
        };
        let key = format!("{}:{trigger}", who.workspace);
        self.seen_before(RequestKind::Interaction, &key, REPEATS_KEPT)
            .await
    }

    fn clicked(&self, actions: BlockActions) -> Reply {
        let app = self.clone();
        self.parts.tasks.spawn(async move {
            let channel = actions.place.message().map(|message| Channel {
                id: message.channel.clone(),
                name: message.channel_name.clone(),
            });
            let who = Who {
                response_url: actions.response_url.clone(),
                ..Who::clicked(&actions.who, channel)
            };
            for action in &actions.actions {
                let Some(click) = clicks::of(&action.action_id) else {
                    tracing::debug!(action.id = action.action_id, "a click that does nothing");
                    continue;
                };
                let clicked = Clicked {
                    app: &app,
                    who: &who,
                    action,
                    place: &actions.place,
                };
                let Some(_turn) = app.turns.take(&who) else {
                    return telling::tell(&app, &who, &Answer::refused(&busy())).await;
                };
                app.end_click(&who, &actions.place, (click.run)(&clicked).await)
                    .await;
                home::clicked(&app, &who, &actions.place).await;
            }
        });
        Reply::Heard
    }

    async fn end_click(&self, who: &Who, place: &Place, outcome: Result<Outcome, Stopped>) {
        match outcome {
            Ok(Outcome::Done) => (),
            Ok(Outcome::Replace(answer)) => telling::replace(self, who, place, &answer).await,
            Ok(Outcome::Say(answer)) => telling::tell(self, who, &answer).await,
            Err(stopped) => {
                let answer = self.answer_of(who, stopped).await;
                telling::tell(self, who, &answer).await;
            }
        }
    }

    /// What is said to somebody whose wish was not done.
    pub(crate) async fn answer_of(&self, who: &Who, stopped: Stopped) -> Answer {
        match stopped {
            Stopped::Refused(refused) => Answer::refused(&refused),
            stopped @ (Stopped::Unlinked | Stopped::Relink) => {
                crate::linking::ask(self, who, &stopped).await
            }
        }
    }

    /// Waits for what becomes of a modal as long as Slack lets it; then the modal shows that it
    /// goes on, and later what came of it.
    async fn submitted(&self, submission: ViewSubmission) -> Reply {
        let Some(modal) = modals::of(&submission.view.callback_id) else {
            tracing::warn!(
                view.callback_id = submission.view.callback_id,
                "a modal that is none of ours was sent"
            );
            return Reply::Heard;
        };
        let (first, answered) = oneshot::channel();
        let app = self.clone();
        self.parts.tasks.spawn(async move {
            let (workspace, user) = (
                submission.who.workspace.clone(),
                submission.who.user.clone(),
            );
            app.submit(modal, submission, first).await;
            app.home_changed(&workspace, user.as_str());
        });
        match answered.await {
            Ok(ViewAnswer::Close) | Err(_) => Reply::Heard,
            Ok(answer) => Reply::json(&answer),
        }
    }

    async fn submit(
        &self,
        modal: &'static Modal,
        submission: ViewSubmission,
        first: oneshot::Sender<ViewAnswer>,
    ) {
        let who = Who::clicked(&submission.who, None);
        let view_id = submission.view.shown.id.clone();
        let submitted = Submitted {
            app: self,
            who: &who,
            view: &submission.view,
        };
        let mut running = (modal.submit)(&submitted);
        let quick = tokio::select! {
            biased;
            done = &mut running => Some(done),
            () = (self.parts.patience)() => None,
        };
        if let Some(done) = quick {
            let answer = match done {
                Ok(answer) => answer,
                Err(stopped) => ViewAnswer::update(self.refusal(&who, stopped).await),
            };
            // Slack has stopped listening, or we are stopping: nothing is left to say.
            let _ = first.send(answer);
            return;
        }
        let _ = first.send(ViewAnswer::update(working()));
        let shown = match running.await {
            Ok(ViewAnswer::Update(view) | ViewAnswer::Push(view)) => *view,
            Ok(ViewAnswer::Close | ViewAnswer::Clear) => done(),
            Ok(ViewAnswer::Errors(errors)) => {
                let lines: Vec<String> = errors.into_values().collect();
                let refused = Stopped::Refused(Refused(lines.join("; ")));
                self.refusal(&who, refused).await
            }
            Err(stopped) => self.refusal(&who, stopped).await,
        };
        self.show(&who, &view_id, &shown).await;
    }

    /// A modal that says why something was not done.
    pub(crate) async fn refusal(&self, who: &Who, stopped: Stopped) -> View {
        let answer = self.answer_of(who, stopped).await;
        let view = View::modal("GitLab").close("Close");
        answer
            .messages
            .iter()
            .fold(view, |view, message| view.message(message))
    }

    /// Shows something else in a modal that may have been closed.
    pub(crate) async fn show(&self, who: &Who, view_id: &ViewId, view: &View) {
        let Some(client) = self.parts.installations.client(&who.workspace) else {
            return;
        };
        if let Err(error) = client.update_view(view_id, None, view).await {
            tracing::warn!(%error, "a modal could not show what came of it");
        }
    }

    fn closed(&self, closed: ViewClosed) -> Reply {
        let modal = modals::of(&closed.view.callback_id);
        let Some(run) = modal.and_then(|modal| modal.closed) else {
            return Reply::Heard;
        };
        let app = self.clone();
        self.parts.tasks.spawn(async move {
            let who = Who::clicked(&closed.who, None);
            let submitted = Submitted {
                app: &app,
                who: &who,
                view: &closed.view,
            };
            run(&submitted).await;
        });
        Reply::Heard
    }

    fn used(&self, callback_id: &str, who: Who, on: Option<MessageShortcut>) -> Reply {
        let Some(shortcut) = shortcuts::of(callback_id) else {
            tracing::warn!(callback_id, "a shortcut that is none of ours");
            return Reply::Heard;
        };
        let app = self.clone();
        self.parts.tasks.spawn(async move {
            let used = Used {
                app: &app,
                who: &who,
                on: on.as_ref(),
            };
            if let Err(stopped) = (shortcut.run)(&used).await {
                let view = app.refusal(&who, stopped).await;
                telling::open(&app, &who, &view).await;
            }
        });
        Reply::Heard
    }

    /// Nothing is found where asking takes too long or is refused: the menu says so by itself.
    async fn suggested(&self, suggestion: &Suggestion) -> Reply {
        let none = || Reply::json(&Suggestions::listed([]));
        let Some(source) = suggestions::of(&suggestion.action_id) else {
            return none();
        };
        let who = Who::clicked(&suggestion.who, None);
        // One end for both: a source that has found something by then is still heard.
        let over = (self.parts.patience)().shared();
        let asked = Asked {
            app: self,
            who: &who,
            suggestion,
            over: over.clone(),
        };
        let found = tokio::select! {
            biased;
            found = (source.choices)(&asked) => found,
            () = over => return none(),
        };
        match found {
            Ok(choices) => Reply::json(&choices),
            Err(stopped) => {
                tracing::debug!(%stopped, "no choices for a menu");
                none()
            }
        }
    }
}

fn channel_of(shortcut: &MessageShortcut) -> Channel {
    Channel {
        id: shortcut.channel.clone(),
        name: shortcut.channel_name.clone(),
    }
}

fn busy() -> Refused {
    Refused(format!(
        "{} of your clicks and commands are still being run; wait for them and try again",
        crate::turns::MOST
    ))
}

fn modal_of(text: &'static str, tone: Tone) -> View {
    let text = Mrkdwn::fixed(text);
    let message = Message::new(text.clone(), text).tone(tone);
    View::modal("GitLab").close("Close").message(&message)
}

fn working() -> View {
    modal_of(
        "GitLab takes a while. It goes on if you close this; what comes of it is shown here.",
        Tone::Neutral,
    )
}

fn done() -> View {
    modal_of("Done.", Tone::Good)
}
