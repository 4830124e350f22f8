//! The workspace that the tests of the screen look at.

use jiff::Timestamp;

use super::form::Form;
use super::offers;
use super::reader::Reader;
use crate::slack::seed::Seed;
use crate::slack::workspace::{Channel, ChannelKind, Workspace};

/// The demo's workspace, and a private channel that nobody sees.
pub fn workspace() -> Workspace {
    let mut workspace = Seed::demo().into_workspace();
    let closed = Channel::new(
        "C0CLOSED",
        "secret",
        ChannelKind::Private,
        &[],
        Timestamp::UNIX_EPOCH,
    );
    workspace.channels.insert(closed.id.clone(), closed);
    workspace
}

/// 2023-11-14, 22:13:20 UTC.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

/// Ana, who sees what every member sees.
pub fn ana(workspace: &Workspace) -> Reader<'_> {
    Reader {
        workspace,
        person: "U0ANA",
        now: now(),
        offers: &offers::NOTHING,
        form: Form::default(),
    }
}
