//! What a commit does to files: reading it, and doing it to the texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::call::Call;
use super::super::refused::Refused;
use crate::gitlab::seed::INSTANCE;
use crate::gitlab::world::{Files, Project};

/// What happens to one file.
pub(super) struct Action {
    what: What,
    path: String,
    /// The last commit of the file that the caller has seen.
    seen: Option<String>,
}

enum What {
    Create(String),
    Update(String),
    Delete,
    /// From that path, with another text if there is one.
    Move(String, Option<String>),
    Chmod,
}

pub(super) fn read(call: &Call) -> Result<Vec<Action>, Refused> {
    let Some(given) = call.params.raw("actions") else {
        return Err(Refused::error("actions is missing"));
    };
    let Some(given) = given.as_array() else {
        return Err(Refused::error("actions is invalid"));
    };
    given
        .iter()
        .enumerate()
        .map(|(index, action)| one(call, index, action))
        .collect()
}

fn one(call: &Call, index: usize, given: &Value) -> Result<Action, Refused> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let missing = |name: &str| Refused::error(format!("actions[{index}][{name}] is missing"));
    let what = text("action").ok_or_else(|| missing("action"))?;
    let path = text("file_path").filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| missing("file_path"))?.to_owned();
    let content = text("content").map(|text| decoded(call, given, text));
    let content = content.transpose()?;
    let seen = text("last_commit_id").map(str::to_owned);
    let what = match what {
        "create" => What::Create(content.unwrap_or_default()),
        "update" => What::Update(content.ok_or_else(|| missing("content"))?),
        "delete" => What::Delete,
        "move" => {
            let from = text("previous_path").ok_or_else(|| missing("previous_path"))?;
            What::Move(from.to_owned(), content)
        }
        "chmod" => {
            given
                .get("execute_filemode")
                .ok_or_else(|| missing("execute_filemode"))?;
            What::Chmod
        }
        _ => {
            let problem = format!("actions[{index}][action] does not have a valid value");
            return Err(Refused::error(problem));
        }
    };
    Ok(Action { what, path, seen })
}

/// The text as it is kept: links to this instance lead nowhere in particular.
fn decoded(call: &Call, given: &Value, content: &str) -> Result<String, Refused> {
    let text = match given.get("encoding").and_then(Value::as_str) {
        Some("base64") => {
            let bytes = STANDARD.decode(content).ok();
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            text.ok_or_else(|| Refused::bad("the sandbox keeps files of text only"))?
        }
        Some(_) | None => content.to_owned(),
    };
    Ok(text.replace(&call.sandbox.options().public_url, INSTANCE))
}

impl Action {
    /// Refuses a change of what somebody else has changed since.
    pub(super) fn is_current(&self, project: &Project, parent: &str) -> Result<(), Refused> {
        let path = match &self.what {
            What::Create(_) => return Ok(()),
            What::Move(from, _) => from,
            What::Update(_) | What::Delete | What::Chmod => &self.path,
        };
        let files = project.files_at(parent);
        let last = files.iter().find(|file| file.path == *path);
        let stale = |seen: &String| last.is_some_and(|file| file.since != *seen);
        if self.seen.as_ref().is_some_and(stale) {
            return Err(Refused::bad(format!(
                "The file has changed since you started editing it: {path}"
            )));
        }
        Ok(())
    }

    pub(super) fn apply(&self, files: &mut Files) -> Result<(), Refused> {
        let missing = || Refused::bad("A file with this name doesn't exist");
        let path = &self.path;
        if path.split('/').any(|part| part == "..") {
            return Err(Refused::bad("Path cannot include directory traversal"));
        }
        let is_new = matches!(self.what, What::Create(_) | What::Move(..));
        if is_new && files.contains_key(path) {
            return Err(Refused::bad("A file with this name already exists"));
        }
        match &self.what {
            What::Create(content) => drop(files.insert(path.clone(), content.clone())),
            What::Update(content) => {
                *files.get_mut(path).ok_or_else(missing)? = content.clone();
            }
            What::Delete => drop(files.remove(path).ok_or_else(missing)?),
            What::Move(from, content) => {
                let before = files.remove(from).ok_or_else(missing)?;
                files.insert(path.clone(), content.clone().unwrap_or(before));
            }
            What::Chmod => drop(files.get(path).ok_or_else(missing)?),
        }
        Ok(())
    }
}
