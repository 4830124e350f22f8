//! Submitting a modal: `view_submission`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::payload::{self, put};
use super::surface::{Place, Surface};
use super::{Doer, Done, answers, grant};
use crate::slack::outgoing::{Failure, Heard};
use crate::slack::scripting::Bad;
use crate::slack::triggers::Cause;
use crate::slack::views::{self, checks, entries, places};
use crate::slack::workspace::{View, Workspace};
use crate::slack::{Options, SlackSandbox};

/// A form that is submitted.
#[derive(Debug)]
pub struct Submit {
    pub doer: Doer,
    pub view_id: String,
    /// See [`Surface::fill`].
    pub values: Map<String, Value>,
}

/// What to do before anything is sent.
enum Prepared {
    /// Something is not filled in.
    HeldBack(BTreeMap<String, String>),
    /// The app's id, and the payload.
    Ready(String, Value),
}

impl SlackSandbox {
    /// Submits the topmost modal of a person.
    pub async fn submit(&self, submit: Submit) -> Result<Done, Bad> {
        let prepared = self.prepare_submit(&submit)?;
        self.announce_view(&submit.doer.person);
        let (app, payload) = match prepared {
            Prepared::Ready(app, payload) => (app, payload),
            Prepared::HeldBack(errors) => {
                return Ok(Done {
                    error: Some("invalid_input"),
                    errors: Some(errors),
                    ..Done::default()
                });
            }
        };
        let heard = self.tell(&app, payload).await;
        let done = self.show_answer(&submit, heard);
        self.announce_view(&submit.doer.person);
        Ok(done)
    }

    fn prepare_submit(&self, submit: &Submit) -> Result<Prepared, Bad> {
        let person = &submit.doer.person;
        let mut state = self.lock();
        let (workspace, _) = state.workspace_and_apps(&submit.doer.workspace);
        let mut surface = Surface::look(workspace, person, Place::View(submit.view_id.clone()))?;
        check_top(workspace, submit)?;
        surface.fill(workspace, person, &submit.values)?;
        surface.keep(workspace, person);
        let view = views::find_mut(workspace, &submit.view_id);
        let view = view.ok_or_else(|| Bad::field("view_id", "is closed"))?;
        view.trouble = None;
        view.errors = checks::problems(view);
        if !view.errors.is_empty() {
            return Ok(Prepared::HeldBack(view.errors.clone()));
        }
        let view = view.clone();
        let payload = submission(workspace, self.options(), &view);
        Ok(Prepared::Ready(view.app, Value::Object(payload)))
    }

    /// Does what the app answered.
    fn show_answer(&self, submit: &Submit, heard: Result<Heard, Failure>) -> Done {
        let id = submit.view_id.as_str();
        let mut state = self.lock();
        let (workspace, _) = state.workspace_and_apps(&submit.doer.workspace);
        let heard = match heard {
            Ok(heard) => heard,
            Err(failure) => {
                answers::trouble(workspace, id);
                return Done {
                    error: Some(failure.code()),
                    ..Done::quietly()
                };
            }
        };
        let shown = answers::follow(workspace, self.options(), id, &heard);
        let done = Done {
            answer: heard.into_answer(),
            ..Done::quietly()
        };
        match shown {
            Ok(errors) => Done { errors, ..done },
            Err(problem) => {
                tracing::warn!(problem, "the app's answer to a submission makes no sense");
                answers::trouble(workspace, id);
                Done {
                    error: Some("invalid_response_action"),
                    ..done
                }
            }
        }
    }
}

fn check_top(workspace: &Workspace, submit: &Submit) -> Result<(), Bad> {
    let top = workspace.screens.stack(&submit.doer.person).next_back();
    match top.filter(|top| top.id == submit.view_id) {
        None => Err(Bad::field("view_id", "is not the topmost modal")),
        Some(top) if !top.content.contains_key("submit") => {
            let problem = "this modal has no submit button".to_owned();
            Err(Bad::not_now(problem))
        }
        Some(_) => Ok(()),
    }
}

fn submission(workspace: &mut Workspace, options: &Options, view: &View) -> Map<String, Value> {
    let mut payload = payload::begin("view_submission", workspace, &view.app, &view.user);
    let cause = Cause {
        app: view.app.clone(),
        user: view.user.clone(),
        channel: None,
        view: Some(view.id.clone()),
    };
    let now = options.clock.now();
    let trigger_id = workspace.screens.triggers.mint(cause, now, &options.chance);
    put(&mut payload, "trigger_id", trigger_id);
    put(&mut payload, "view", views::to_json(workspace, view));
    let urls = response_urls(workspace, options, view);
    put(&mut payload, "response_urls", urls);
    payload
}

/// An address for each channel that was chosen in an input which asks for one.
fn response_urls(workspace: &mut Workspace, options: &Options, view: &View) -> Vec<Value> {
    let mut urls = Vec::new();
    for place in places::all(view.blocks()) {
        let asks = place.element["response_url_enabled"] == Value::Bool(true);
        let entry = entries::current(place, &view.entered);
        let Some(channel) = entries::value_of(&entry).as_str().filter(|_| asks) else {
            continue;
        };
        let whom = (view.app.as_str(), channel, view.user.as_str());
        let address = grant(workspace, options, "app", whom, Vec::new());
        urls.push(
            json!({ "block_id": place.block_id(), "action_id": place.action_id(),
            "channel_id": channel, "response_url": address }),
        );
    }
    urls
}
