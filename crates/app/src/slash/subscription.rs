//! What a channel hears of: the app's integration of a project, changed where it is heard.

pub(super) mod kinds;
pub(super) mod list;
pub(super) mod subscribe;
pub(super) mod unsubscribe;

mod change;
pub(super) mod channel;
mod words;
