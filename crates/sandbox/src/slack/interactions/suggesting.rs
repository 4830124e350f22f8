//! Typing into an external select: `block_suggestion`, and the options that the app offers.

use serde_json::{Value, json};

use super::payload::{self, put};
use super::surface::{Place, Surface};
use super::{Doer, Done};
use crate::slack::outgoing::{Heard, Outgoing};
use crate::slack::scripting::Bad;
use crate::slack::views::entries;
use crate::slack::{SlackSandbox, blocks};

/// How many characters Slack waits for when an element does not say.
const MIN_QUERY: u64 = 3;

/// What is typed into which select.
#[derive(Debug)]
pub struct Query {
    pub doer: Doer,
    pub place: Place,
    pub action_id: String,
    pub block_id: Option<String>,
    pub query: String,
}

/// A question that is ready to go.
struct Ready {
    app: String,
    payload: Value,
    /// What the options are remembered under.
    key: String,
}

impl SlackSandbox {
    /// Asks the app for options; too short a text is not sent, as in Slack.
    pub async fn suggest(&self, query: Query) -> Result<Done, Bad> {
        let nothing = Done {
            options: Some(json!([])),
            ..Done::quietly()
        };
        let Some(Ready { app, payload, key }) = self.prepare_query(&query)? else {
            return Ok(nothing);
        };
        let heard = match self.deliver(&app, Outgoing::Options(payload)).await {
            Ok(heard) => heard,
            Err(failure) => {
                return Ok(Done {
                    error: Some(failure.code()),
                    ..nothing
                });
            }
        };
        let options = read(&heard);
        let done = Done {
            answer: heard.into_answer(),
            ..nothing
        };
        match options {
            Ok(options) => {
                let mut state = self.lock();
                let (workspace, _) = state.workspace_and_apps(&query.doer.workspace);
                workspace.screens.offer(key, options.clone());
                Ok(Done {
                    options: Some(Value::Array(options)),
                    ..done
                })
            }
            Err(problem) => {
                tracing::warn!(problem, "the options of an external select make no sense");
                Ok(Done {
                    error: Some("invalid_options"),
                    ..done
                })
            }
        }
    }

    fn prepare_query(&self, query: &Query) -> Result<Option<Ready>, Bad> {
        let person = &query.doer.person;
        let mut state = self.lock();
        let (workspace, _) = state.workspace_and_apps(&query.doer.workspace);
        let surface = Surface::look(workspace, person, query.place.clone())?;
        let mut external = surface.elements().into_iter().filter(|place| {
            let block_id = query.block_id.as_deref();
            let in_block = block_id.is_none_or(|id| place.block_id() == id);
            let is_external = entries::is_external(place.element);
            is_external && in_block && place.action_id() == query.action_id
        });
        let place = external
            .next()
            .ok_or_else(|| Bad::field("action_id", "no external select here has that id"))?;
        let least = place.element["min_query_length"]
            .as_u64()
            .unwrap_or(MIN_QUERY);
        let typed = u64::try_from(query.query.chars().count()).unwrap_or(u64::MAX);
        if typed < least {
            return Ok(None);
        }
        let app = surface.app.clone();
        let app = app.ok_or_else(|| Bad::not_now("no app answers here".to_owned()))?;
        let mut payload = payload::begin("block_suggestion", workspace, &app, person);
        surface.describe(workspace, &mut payload);
        put(&mut payload, "action_id", place.action_id());
        put(&mut payload, "block_id", place.block_id());
        put(&mut payload, "value", query.query.as_str());
        Ok(Some(Ready {
            key: place.key(&surface.key()),
            app,
            payload: Value::Object(payload),
        }))
    }
}

/// The options of an answer, those of groups one after another.
fn read(heard: &Heard) -> Result<Vec<Value>, String> {
    let Heard::Json(answer) = heard else {
        return Err("the answer must be JSON with options or option_groups".to_owned());
    };
    if let Some(problem) = blocks::validate_suggestions(answer).first() {
        return Err(format!("{}: {}", problem.pointer, problem.message));
    }
    let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let grouped = answer.get("option_groups").map(items).unwrap_or_default();
    let mut options = answer.get("options").map(items).unwrap_or_default();
    options.extend(grouped.iter().flat_map(|group| items(&group["options"])));
    Ok(options)
}
