//! Whom a token stands for, and whether it lets that person ask.

use axum::http::Method;

use super::refused::Refused;
use crate::gitlab::GitLabSandbox;
use crate::gitlab::http::secret;
use crate::gitlab::world::{Standing, User};

/// What the personal access token of each person begins with.
const PERSONAL: &str = "glpat-demo-";

/// The person that the token stands for: a personal access token, or one of an application.
pub(super) fn may_ask(
    sandbox: &GitLabSandbox,
    token: &str,
    call: (&Method, &str),
) -> Result<User, Refused> {
    let user = match token.strip_prefix(PERSONAL) {
        Some(username) => sandbox.lock().world.user_named(username).cloned(),
        None => of_application(sandbox, token, call)?,
    };
    let user = user.ok_or_else(Refused::unauthorized)?;
    match user.state.refusal(&sandbox.options().public_url) {
        Some(reason) => Err(Refused::forbidden_because(&reason)),
        None => Ok(user),
    }
}

/// Whoever asks without a token, for what is in a project; `None` where GitLab wants one.
pub(super) fn nobody((method, path): (&Method, &str)) -> Option<User> {
    let looks = *method == Method::GET && path.starts_with("/api/v4/projects/");
    looks.then(User::nobody)
}

fn of_application(
    sandbox: &GitLabSandbox,
    token: &str,
    (method, path): (&Method, &str),
) -> Result<Option<User>, Refused> {
    let now = sandbox.options().clock.now();
    let state = sandbox.lock();
    let grant = state.world.sign_ins.grant(&secret::hash(token));
    let grant = grant.ok_or_else(Refused::unauthorized)?;
    match grant.standing(now) {
        Standing::Good => (),
        Standing::Expired => {
            let description =
                "Token is expired. You can either do re-authorization or token refresh.";
            return Err(Refused::bad_token(description));
        }
        Standing::Revoked => {
            let description = "Token was revoked. You have to re-authorize from the user.";
            return Err(Refused::bad_token(description));
        }
    }
    if !covers(&grant.scope, method, path) {
        return Err(Refused::insufficient_scope());
    }
    Ok(state.world.user(grant.user_id).cloned())
}

fn covers(scopes: &str, method: &Method, path: &str) -> bool {
    let about_people = path == "/api/v4/user" || path.starts_with("/api/v4/users");
    scopes.split(' ').any(|scope| match scope {
        "api" => true,
        "read_api" => method == Method::GET,
        "read_user" => method == Method::GET && about_people,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_covers_what_its_name_says() {
        for (scopes, method, path, expected) in [
            ("api", Method::POST, "/api/v4/projects/1/issues", true),
            ("read_api", Method::GET, "/api/v4/projects/1/issues", true),
            ("read_api", Method::POST, "/api/v4/projects/1/issues", false),
            ("openid read_user", Method::GET, "/api/v4/user", true),
            ("read_user", Method::GET, "/api/v4/projects", false),
            ("openid", Method::GET, "/api/v4/user", false),
        ] {
            assert_eq!(covers(scopes, &method, path), expected, "{scopes} {path}");
        }
    }
}
