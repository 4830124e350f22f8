//! `blocks.validate`: Slack's own oracle for Block Kit.

use serde_json::{Value, json};

use super::call::{Answer, Call};
use crate::slack::blocks::{self, Problem, Surface};
use crate::slack::refusal::Refusal;

/// The longest JSON that is looked at.
const LENGTH_LIMIT: usize = 100_000;

/// `blocks.validate`: takes exactly one of `blocks`, `message` and `view`.
pub fn blocks_validate(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let mut given = ["blocks", "message", "view"]
        .into_iter()
        .filter(|name| call.args.has(name));
    let (Some(name), None) = (given.next(), given.next()) else {
        let message = "must provide exactly one of `blocks`, `view`, or `message`";
        return Err(Refusal::arguments(message.to_owned()));
    };
    if call
        .args
        .text(name)
        .is_some_and(|text| LENGTH_LIMIT < text.chars().count())
    {
        let message = format!("[ERROR] must be less than 100001 characters [json-pointer:/{name}]");
        return Err(Refusal::arguments(message));
    }
    let value = call.args.json(name).ok().flatten().ok_or_else(|| {
        Refusal::arguments(format!("[ERROR] must be valid JSON [json-pointer:/{name}]"))
    })?;
    let (error, problems) = match name {
        "blocks" => (
            "invalid_blocks",
            blocks::validate_blocks(&value, Surface::Message),
        ),
        "message" => ("invalid_message", blocks::validate_message(&value)),
        _ => ("invalid_view", blocks::validate_view(&value)),
    };
    if problems.is_empty() {
        return Ok(Answer::new());
    }
    let errors: Vec<Value> = problems.iter().map(Problem::to_json).collect();
    let mut refusal = Refusal::of(error);
    refusal.fields.insert("errors".to_owned(), json!(errors));
    Err(refusal)
}
