//! What the app tells of a project that was connected or disconnected, in words.

use domain::{Mrkdwn, mrkdwn, say};
use store::ConnectError;

use crate::answer::{Refused, Stopped};
use crate::connecting::{Begun, ConnectingError, Ended};
use crate::context::Context;
use crate::slash::subscription::channel::Here;

/// What is told from now on.
pub(super) fn begun(context: &Context<'_>, begun: Begun, here: Option<&Here>) -> Mrkdwn {
    match begun {
        Begun::Everyday => {
            say!("Pushes, issues, merge requests, comments, pipelines and wiki pages are told here")
        }
        Begun::Again => Mrkdwn::fixed("Its events are told as they were before"),
        Begun::AsBefore if here.is_some() => {
            Mrkdwn::fixed("Its events are told where they were told before")
        }
        Begun::AsBefore | Begun::Nothing => say!(
            "Type {} in the channel that is to hear of it",
            mrkdwn::code(&format!("{} subscribe", context.parts().names.gitlab))
        ),
        Begun::Elsewhere => Mrkdwn::fixed(
            "Its events go to another workspace, so here it can be named in commands only",
        ),
        Begun::Configured => Mrkdwn::fixed("Where its events are told stands in the configuration"),
    }
}

/// What is told no more.
pub(super) fn ended(ended: Ended) -> Mrkdwn {
    match ended {
        Ended::Silent => {
            Mrkdwn::fixed("Its events are told no more; connected again, they are told as before")
        }
        Ended::Nothing => Mrkdwn::empty(),
        Ended::Elsewhere => Mrkdwn::fixed("Its events go to another workspace as before"),
        Ended::Configured => Mrkdwn::fixed(
            "Where its events are told stands in the configuration, and stays as it is",
        ),
    }
}

/// Why it was not done, for whoever typed it.
pub(super) fn stopped(error: ConnectingError) -> Stopped {
    match error {
        ConnectingError::Connect(taken @ ConnectError::AliasTaken { .. }) => {
            Stopped::Refused(Refused::because(taken))
        }
        ConnectingError::Connect(ConnectError::Store(error)) | ConnectingError::Store(error) => {
            error.into()
        }
        ConnectingError::Put(error) => Stopped::Refused(Refused::because(error)),
    }
}
