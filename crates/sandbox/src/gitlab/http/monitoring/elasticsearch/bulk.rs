//! `_bulk`: many documents in one request, each with an answer of its own.

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::access::Access;
use super::documents;
use super::refused::Refused;
use crate::gitlab::GitLabSandbox;

const PARAMS: [&str; 4] = [
    "refresh",
    "require_alias",
    "timeout",
    "wait_for_active_shards",
];

/// What is to be done with a document.
struct Action {
    what: What,
    index: String,
    id: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Index,
    Create,
    Delete,
}

impl What {
    fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Create => "create",
            Self::Delete => "delete",
        }
    }
}

/// `POST` or `PUT /[{index}/]_bulk`
pub(super) async fn bulk(
    State(sandbox): State<GitLabSandbox>,
    access: Access,
) -> Result<Json<Value>, Refused> {
    access.only(&PARAMS)?;
    let text = str::from_utf8(&access.body).map_err(|_| Refused::argument("Malformed content"))?;
    if text.trim().is_empty() {
        return Err(Refused::parsing("request body is required"));
    }
    if !text.ends_with('\n') {
        let reason = "The bulk request must be terminated by a newline [\\n]";
        return Err(Refused::argument(reason));
    }
    // Everything is read before anything is done.
    let mut todo = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line.trim().is_empty() {
            continue;
        }
        let action = Action::read(line, number + 1, access.index())?;
        let source = match action.what {
            What::Delete => "",
            What::Index | What::Create => {
                let missing = || Refused::argument("Validation Failed: 1: source is missing;");
                lines.next().map(|(_, line)| line).ok_or_else(missing)?
            }
        };
        todo.push((action, source));
    }
    let items: Vec<Value> = todo
        .iter()
        .map(|(action, source)| action.run(&sandbox, source))
        .collect();
    let failed = |item: &Value| {
        let mut answers = item.as_object().into_iter().flat_map(Map::values);
        answers.any(|answer| answer.get("error").is_some())
    };
    Ok(Json(
        json!({ "errors": items.iter().any(failed), "took": 1, "items": items }),
    ))
}

impl Action {
    fn read(line: &str, number: usize, index: &str) -> Result<Self, Refused> {
        let malformed = |found: &str| {
            Refused::argument(format!(
                "Malformed action/metadata line [{number}], {found}"
            ))
        };
        let action: Map<String, Value> =
            serde_json::from_str(line).map_err(|_| malformed("expected START_OBJECT"))?;
        let mut entries = action.iter();
        let (Some((what, Value::Object(options))), None) = (entries.next(), entries.next()) else {
            return Err(malformed("expected one action with an object"));
        };
        let what = match what.as_str() {
            "index" => What::Index,
            "create" => What::Create,
            "delete" => What::Delete,
            other => {
                let said = format!(
                    "expected field [create], [delete], [index] or [update] but found [{other}]"
                );
                return Err(malformed(&said));
            }
        };
        let known = ["_index", "_id", "require_alias"];
        if let Some(unknown) = options.keys().find(|name| !known.contains(&name.as_str())) {
            let reason = format!(
                "Action/metadata line [{number}] contains an unknown parameter [{unknown}]"
            );
            return Err(Refused::argument(reason));
        }
        let text = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
        let action = Self {
            what,
            index: text("_index").unwrap_or_else(|| index.to_owned()),
            id: text("_id"),
        };
        let lacks = match (
            action.index.is_empty(),
            action.id.is_none() && what == What::Delete,
        ) {
            (true, _) => Some("index"),
            (false, true) => Some("id"),
            (false, false) => None,
        };
        lacks.map_or(Ok(action), |lacks| {
            Err(Refused::argument(format!(
                "Validation Failed: 1: {lacks} is missing;"
            )))
        })
    }

    fn run(&self, sandbox: &GitLabSandbox, source: &str) -> Value {
        let id = self
            .id
            .clone()
            .unwrap_or_else(|| documents::new_id(sandbox));
        let (status, mut answer) = match self.what {
            What::Delete => documents::remove(sandbox, &self.index, &id),
            What::Index | What::Create => {
                let once = self.what == What::Create;
                match documents::write(sandbox, (&self.index, &id), once, source) {
                    Ok((status, Json(answer))) => (status, answer),
                    Err(refused) => {
                        let error = refused.error();
                        let answer = json!({ "_index": self.index, "_id": id, "error": error });
                        (refused.status, answer)
                    }
                }
            }
        };
        answer["status"] = status.as_u16().into();
        json!({ self.what.name(): answer })
    }
}
