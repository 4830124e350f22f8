//! `users.*`: who is in the workspace.

use serde_json::{Value, json};

use super::call::{Answer, Call, answer};
use crate::slack::refusal::Refusal;
use crate::slack::workspace::Person;
use crate::slack::{paging, wire};

/// The most people on a page.
const PAGE_LIMIT: i64 = 1000;

/// `users.info`
pub fn info(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let id = call.args.text("user").unwrap_or_default();
    let person = call.workspace().people.get(&id).ok_or("user_not_found")?;
    Ok(answer(json!({ "user": shown(call, person)? })))
}

/// `users.list`: everyone, by id; without a `limit` all at once.
pub fn list(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let limit = match call.args.number("limit")? {
        None | Some(0) => PAGE_LIMIT,
        Some(limit) => limit.clamp(1, PAGE_LIMIT),
    };
    let from = paging::read(call.args.text("cursor").as_deref(), "user")?;
    let people = call.workspace().people.values();
    let limit = usize::try_from(limit).unwrap_or(1);
    let (page, next) = paging::page(people, |person: &Person| &person.id, from.as_deref(), limit);
    let members = page.into_iter().map(|person| shown(call, person));
    let members = members.collect::<Result<Vec<Value>, Refusal>>()?;
    let mut said = answer(json!({ "members": members, "cache_ts": call.now.as_second() }));
    paging::attach(&mut said, &paging::write(next, "user"));
    Ok(said)
}

/// `users.lookupByEmail`
pub fn lookup_by_email(call: &mut Call<'_>) -> Result<Answer, Refusal> {
    let wanted = call.args.text("email").unwrap_or_default();
    let has_it = |person: &&Person| {
        let email = person.email.as_deref();
        !person.deleted && email.is_some_and(|email| email.eq_ignore_ascii_case(&wanted))
    };
    let person = call
        .workspace()
        .people
        .values()
        .find(has_it)
        .ok_or("users_not_found")?;
    Ok(answer(json!({ "user": shown(call, person)? })))
}

fn shown(call: &Call<'_>, person: &Person) -> Result<Value, Refusal> {
    let with_email = call.caller()?.has("users:read.email");
    Ok(wire::person(call.workspace(), person, with_email))
}
