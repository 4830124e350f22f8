//! What a command has while it runs.

use accounts::Linked;
use domain::{Mrkdwn, ProjectPath, mrkdwn};
use gitlab::rest::{Client, IdOrPath, RestError};
use store::Note;

use crate::answer::{Refused, Stopped};
use crate::app::{App, Parts};
use crate::who::Who;
use commands::wording::Name;

/// What a command has while it runs.
pub(crate) struct Context<'a> {
    pub(crate) app: &'a App,
    pub(crate) who: &'a Who,
    /// The person in GitLab, with a client that has their rights.
    pub(crate) account: Option<Account>,
    /// The project that the command is about.
    pub(crate) project: Option<ProjectPath>,
    /// The line as it was understood; stands in the audit.
    pub(crate) line: String,
    pub(crate) request_id: String,
}

/// Somebody who has linked an account.
pub(crate) struct Account {
    pub(crate) linked: Linked,
    /// Does everything with that person's rights.
    pub(crate) gitlab: Client,
}

impl Context<'_> {
    pub(crate) fn parts(&self) -> &Parts {
        self.app.parts()
    }

    /// The person in GitLab.
    pub(crate) fn account(&self) -> Result<&Account, Stopped> {
        self.account.as_ref().ok_or(Stopped::Unlinked)
    }

    /// That person's name in GitLab, as a card tells who did something.
    pub(crate) fn me(&self) -> Result<Mrkdwn, Stopped> {
        let linked = &self.account()?.linked;
        Ok(mrkdwn::escape_line(&format!("@{}", linked.username)))
    }

    /// GitLab with that person's rights.
    pub(crate) fn gitlab(&self) -> Result<&Client, Stopped> {
        Ok(&self.account()?.gitlab)
    }

    /// The project that the command is about.
    pub(crate) fn project(&self) -> Result<&ProjectPath, Stopped> {
        let project = self.project.as_ref();
        project.ok_or_else(|| Stopped::because(crate::slash::project::NONE))
    }

    /// The same as GitLab's API takes it.
    pub(crate) fn place(&self) -> Result<IdOrPath, Stopped> {
        let path = self.project()?.as_str();
        path.parse()
            .map_err(|error| Stopped::Refused(Refused::because(error)))
    }

    /// What is written down with a change.
    pub(crate) fn note(&self) -> Note {
        Note {
            author: self.who.author(),
            reason: None,
            request_id: self.request_id.clone(),
            overrides: Vec::new(),
            command: Some(self.line.clone()),
        }
    }

    /// Why GitLab did not do something, for whoever asked: `what` names the thing, as in
    /// `issue #12`.
    pub(crate) fn gitlab_said(&self, what: &str, error: RestError) -> Stopped {
        let project = self.project.as_ref().map(ProjectPath::as_str);
        said_by_gitlab(what, project, error)
    }
}

/// Why GitLab did not do something.
pub(crate) fn said_by_gitlab(what: &str, project: Option<&str>, error: RestError) -> Stopped {
    let place = project.map_or_else(String::new, |project| format!(" in {}", Name(project)));
    match error {
        RestError::Unauthorized { .. } => Stopped::Relink,
        RestError::NotFound { .. } => Stopped::Refused(Refused(format!(
            "there is no {what}{place}, or your GitLab account may not see it"
        ))),
        RestError::Forbidden { said, .. } => {
            let said = said.map_or_else(String::new, |said| format!(" (GitLab says: {said})"));
            Stopped::Refused(Refused(format!(
                "your GitLab account may not do that with {what}{place}{said}; a Maintainer can give you the role"
            )))
        }
        RestError::Refused { message, .. } => {
            Stopped::Refused(Refused(format!("GitLab refused {what}{place}: {message}")))
        }
        RestError::RateLimited { retry_after, .. } => Stopped::Refused(Refused(format!(
            "GitLab takes no more requests for now; try again in {} s",
            retry_after.as_secs().max(1)
        ))),
        RestError::TimedOut { .. } | RestError::Interrupted { .. } => Stopped::because(
            "GitLab did not finish in time; look there whether it was done before you try again",
        ),
        away @ (RestError::Unreachable { .. }
        | RestError::ServerFailed { .. }
        | RestError::Redirected { .. }
        | RestError::NotGitLab { .. }
        | RestError::TooLarge { .. }
        | RestError::Malformed { .. }) => {
            tracing::warn!(error = %away, "GitLab could not be used for a command");
            Stopped::because(
                "GitLab cannot be reached now; nothing was done, try again in a minute",
            )
        }
    }
}
