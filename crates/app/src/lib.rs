//! The Slack app: what Slack sends, answered.
//!
//! Commands, events, clicks and submitted modals come in over signed HTTP or over a socket; both
//! end here, so that they behave alike. Whoever types or clicks is known by Slack's ids; what
//! they do in GitLab is done with the account that they linked, and with its rights.
//!
//! Left to others: whether a request is Slack's (`web`, `slack::socket_mode`), who is who
//! (`accounts`), which workspaces have the app (`installations`), and `/chatops` (`commands`).

mod answer;
mod app;
mod channels;
mod clicks;
mod comment_modal;
pub mod connecting;
mod context;
mod conversation;
mod home;
mod incident;
mod issue_modal;
mod linking;
mod links;
mod mention;
mod modals;
mod previews;
mod removal;
pub mod rollouts;
mod shortcuts;
pub mod slash;
mod suggestions;
mod telling;
mod turns;
mod who;

pub use answer::{Answer, Refused, Stopped};
pub use app::{App, CommandNames, Parts, Patience, Reply};
pub use who::Who;
