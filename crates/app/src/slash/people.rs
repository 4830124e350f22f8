//! People of GitLab: how a card names them, and who is meant by what was typed.

use commands::wording::Name;
use domain::{Mrkdwn, mrkdwn, say};
use gitlab::rest::{User, if_found};

use crate::answer::{Refused, Stopped};
use crate::context::Context;

/// Somebody's name, with a link to their page.
pub(super) fn linked(user: &User) -> Mrkdwn {
    match &user.web_url {
        Some(url) => mrkdwn::link(url, &user.name),
        None => mrkdwn::escape_line(&user.name),
    }
}

/// The first three of several people, and how many more there are.
pub(super) fn some(users: &[User]) -> Mrkdwn {
    const SHOWN: usize = 3;
    let mut names: Vec<Mrkdwn> = users.iter().take(SHOWN).map(linked).collect();
    if SHOWN < users.len() {
        names.push(say!("{} more", users.len() - SHOWN));
    }
    mrkdwn::and_list(names)
}

/// The number of whoever was typed: oneself for nothing and for `me`, somebody by their username,
/// or whoever was mentioned in Slack and has linked an account.
pub(super) async fn id_of(context: &Context<'_>, typed: &str) -> Result<u64, Stopped> {
    if typed.is_empty() || typed.eq_ignore_ascii_case("me") {
        return Ok(context.account()?.linked.id);
    }
    if let Some(id) = of_slack(context, typed).await? {
        return Ok(id);
    }
    let found = if_found(context.gitlab()?.user_named(typed).await);
    let found = found.map_err(|error| context.gitlab_said("that person", error))?;
    let user = found.ok_or_else(|| {
        Stopped::Refused(Refused(format!(
            "nobody in GitLab is called {}; give the username, as in `@ana`",
            Name(typed)
        )))
    })?;
    Ok(user.id)
}

/// Slack may send somebody who was mentioned as their id.
async fn of_slack(context: &Context<'_>, typed: &str) -> Result<Option<u64>, Stopped> {
    if !is_slack_id(typed) {
        return Ok(None);
    }
    let accounts = &context.parts().accounts;
    let linked = accounts.linked(&context.who.workspace, typed).await;
    let linked = linked.map_err(|error| Stopped::Refused(Refused::because(error)))?;
    Ok(linked.map(|linked| linked.id))
}

fn is_slack_id(typed: &str) -> bool {
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    typed.starts_with(['U', 'W']) && 3 < typed.len() && typed.bytes().all(is_upper)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_of_slacks_is_told_from_a_username() {
        for (typed, expected) in [
            ("U0ANA", true),
            ("ana", false),
            ("Uana", false),
            ("U", false),
        ] {
            assert_eq!(is_slack_id(typed), expected, "{typed}");
        }
    }

    #[test]
    fn many_people_are_named_in_part() {
        let user = |name: &str| {
            serde_json::from_value::<User>(json!({"id": 1, "username": name, "name": name}))
        };
        let users: Vec<User> = ["A", "B", "C", "D", "<!here>"]
            .into_iter()
            .map(|name| user(name).unwrap())
            .collect();
        assert_eq!(some(&users).as_str(), "A, B, C and 2 more");
        assert_eq!(some(&users[4..]).as_str(), "&lt;!here&gt;");
        assert_eq!(some(&[]).as_str(), "");
    }
}
