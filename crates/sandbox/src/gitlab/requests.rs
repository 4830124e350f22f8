//! What is asked of the sandbox and what it answers, in Rust and as JSON.

use serde_json::{Map, Value, json};

use super::args::DoError;
use super::hooks::Sent;

/// Something to make happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Do {
    /// Who does it, by user name.
    pub user: String,
    /// Where, by full path or id.
    pub project: String,
    /// What, by the name that `GET /sandbox/do` lists.
    pub what: String,
    /// The options of `what`.
    pub options: Map<String, Value>,
}

impl Do {
    /// `what` without options.
    #[must_use]
    pub fn new(user: &str, project: &str, what: &str) -> Self {
        Self {
            user: user.to_owned(),
            project: project.to_owned(),
            what: what.to_owned(),
            options: Map::new(),
        }
    }

    /// The same with an option.
    #[must_use]
    pub fn with(mut self, option: &str, value: impl Into<Value>) -> Self {
        self.options.insert(option.to_owned(), value.into());
        self
    }

    /// From the body of `POST /sandbox/do`.
    ///
    /// # Errors
    /// When `user`, `project` or `what` is no text. One that is missing is empty here and
    /// refused when it is looked up, with the values that there are.
    pub fn from_json(mut body: Map<String, Value>) -> Result<Self, DoError> {
        let mut take = |field: &str| match body.remove(field) {
            None | Some(Value::Null) => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(Value::Number(number)) if field == "project" => Ok(number.to_string()),
            Some(_) => Err(DoError::WrongValue {
                field: field.to_owned(),
                expected: "a string".to_owned(),
            }),
        };
        let (user, project, what) = (take("user")?, take("project")?, take("what")?);
        Ok(Self {
            user,
            project,
            what,
            options: body,
        })
    }
}

/// What was made to happen.
#[derive(Clone, Debug)]
pub struct Done {
    /// The webhooks, in the order in which they were sent.
    pub sent: Vec<Sent>,
    /// Ids of what was made or changed: `iid`, `pipeline_id`, `branch` …
    pub ids: Map<String, Value>,
}

impl Done {
    /// As `POST /sandbox/do` answers it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let sent: Vec<Value> = self
            .sent
            .iter()
            .map(|sent| {
                json!({
                    "kind": sent.kind,
                    "event": sent.event,
                    "about": sent.about,
                    "status": sent.status,
                    "event_id": sent.event_id,
                    "error": sent.error,
                })
            })
            .collect();
        let mut answer = json!({ "ok": true, "sent": sent });
        if let Value::Object(answer) = &mut answer {
            answer.extend(self.ids.clone());
        }
        answer
    }
}

/// As `POST /sandbox/do` answers a refusal.
#[must_use]
pub fn refusal(error: &DoError) -> Value {
    json!({
        "ok": false,
        "error": error.to_string(),
        "field": error.field(),
        "allowed": error.allowed(),
    })
}
