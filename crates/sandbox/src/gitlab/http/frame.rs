//! What every page has around it: the bar with who is signed in.

use super::html::{Safe, query};
use crate::gitlab::world::User;

/// Who is signed in, at the right of the bar; `here` is the page to come back to.
pub(super) fn corner(who: Option<&User>, here: &str) -> String {
    let Some(user) = who else {
        return format!(
            "<a class=\"who\" href=\"/users/sign_in?return_to={}\">Sign in</a>",
            query(here)
        );
    };
    format!(
        "<form class=\"who\" method=\"post\" action=\"/users/sign_out\">\
         <input type=\"hidden\" name=\"return_to\" value=\"{here}\">\
         <img src=\"/uploads/-/system/user/avatar/{id}/avatar.png\" alt=\"\" width=\"24\" height=\"24\">\
         <span>Signed in as <b>{name}</b></span><button>Sign out</button></form>",
        here = Safe(here),
        id = user.id,
        name = Safe(&user.username),
    )
}

/// A page of its own; `main` is HTML.
pub(super) fn page(title: &str, corner: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · GitLab sandbox</title><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"/static/page.css\"></head><body>\
         <header class=\"top\"><a class=\"brand\" href=\"/\"><span class=\"mark\" aria-hidden=\"true\">\
         </span>GitLab sandbox</a>{corner}</header>\
         <main class=\"thing\"><h1>{title}</h1>{main}</main></body></html>",
        title = Safe(title),
    )
}
