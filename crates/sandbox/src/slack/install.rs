//! Installing an app in a workspace, by OAuth, and taking it out again.
//!
//! Somebody of the workspace approves what an authorization address asks for (`page`, or a
//! script), the app exchanges the code that comes back for tokens (`web_api::oauth`). What is
//! asked is read in `request`, codes are kept in `codes`, tokens made in `tokens`.

mod codes;
mod page;
mod removal;
mod request;
mod scopes;
pub mod tokens;

use jiff::Timestamp;
use url::Url;

use super::{Options, State};

pub use codes::{Code, Codes};
pub use page::router;
pub use removal::Order;
pub use request::{Asked, Wish};

/// What somebody said to an authorization page.
#[derive(Debug)]
pub struct Approval<'a> {
    pub wish: &'a Wish,
    /// The workspace's id.
    pub workspace: &'a str,
    /// Who approves (`U…`).
    pub person: &'a str,
    /// Optional scopes that are not granted.
    pub without: &'a [String],
}

impl State {
    /// Where the browser goes once an authorization is approved: back to the app, with a code.
    pub(super) fn approve(&mut self, options: &Options, approval: &Approval<'_>) -> String {
        let Approval { wish, without, .. } = *approval;
        let granted = |scopes: &[String]| -> Vec<String> {
            let granted = scopes.iter().filter(|scope| !without.contains(scope));
            granted.cloned().collect()
        };
        let code = Code {
            secret: tokens::mint_code(&options.chance),
            app: wish.app.clone(),
            workspace: approval.workspace.to_owned(),
            person: approval.person.to_owned(),
            bot_scopes: granted(&wish.bot_scopes),
            user_scopes: granted(&wish.user_scopes),
            redirect_uri: wish.given_redirect.clone(),
            challenge: wish.challenge.clone(),
            expires: expiry(options.clock.now()),
        };
        let location = back(wish, &[("code", &code.secret)]);
        self.codes.add(code);
        location
    }
}

/// Where the browser goes when the authorization is refused.
#[must_use]
pub fn denied(wish: &Wish) -> String {
    back(wish, &[("error", "access_denied")])
}

fn back(wish: &Wish, said: &[(&str, &str)]) -> String {
    let state = wish.state.as_deref().unwrap_or_default();
    match Url::parse(&wish.redirect_uri) {
        Ok(mut url) => {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(said).append_pair("state", state);
            drop(query);
            url.into()
        }
        // It was held against the registered ones, which are addresses.
        Err(_) => wish.redirect_uri.clone(),
    }
}

fn expiry(now: Timestamp) -> Timestamp {
    now.saturating_add(codes::LIFE).unwrap_or(now)
}
