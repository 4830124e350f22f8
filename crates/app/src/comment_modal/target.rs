//! What is commented on: an issue or a merge request of a connected project.

use std::fmt;
use std::str::FromStr;

use domain::{Mrkdwn, mrkdwn};
use gitlab::rest::{IdOrPath, Issue, MergeRequest, Noteable};
use store::Connection;

use crate::answer::Stopped;
use crate::app::App;
use crate::context::{Account, said_by_gitlab};
use crate::who::Who;

/// An issue or merge request by its project's number, which outlives a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) project: u64,
    pub(super) on: Noteable,
}

/// The same, looked up.
pub(super) struct Found {
    pub(super) target: Target,
    pub(super) connection: Connection,
    pub(super) title: String,
    pub(super) url: Option<String>,
    /// Only members of the project see it.
    pub(super) is_confidential: bool,
}

impl Target {
    /// What a card's button is about: `#` an issue, `!` a merge request.
    pub(super) fn of_mark(project: u64, mark: char, iid: u64) -> Self {
        let on = match mark {
            '!' => Noteable::MergeRequest(iid),
            _ => Noteable::Issue(iid),
        };
        Self { project, on }
    }

    /// `group/project#12`, given the path.
    pub(super) fn reference(self, project: &str) -> String {
        match self.on {
            Noteable::Issue(iid) => format!("{project}#{iid}"),
            Noteable::MergeRequest(iid) => format!("{project}!{iid}"),
        }
    }

    /// What a sentence calls it.
    pub(super) fn called(self) -> String {
        match self.on {
            Noteable::Issue(iid) => format!("issue #{iid}"),
            Noteable::MergeRequest(iid) => format!("merge request !{iid}"),
        }
    }

    /// Looks it up, with the rights of whoever asks, if its project is connected.
    pub(super) async fn find(
        self,
        app: &App,
        who: &Who,
        account: &Account,
    ) -> Result<Found, Stopped> {
        let connections = app.parts().store.connections_in(&who.workspace).await?;
        let mut connections = connections.into_iter();
        let connection = connections.find(|one| one.project_id == self.project);
        let connection = connection.ok_or_else(|| {
            Stopped::because("that project is not connected to this workspace any more")
        })?;
        self.find_in(connection, account).await
    }

    async fn find_in(self, connection: Connection, account: &Account) -> Result<Found, Stopped> {
        let (gitlab, project) = (&account.gitlab, IdOrPath::from(self.project));
        let path = connection.project.as_str().to_owned();
        let said = |error| said_by_gitlab(&self.called(), Some(&path), error);
        Ok(match self.on {
            Noteable::Issue(iid) => {
                let issue = gitlab.issue(&project, iid).await.map_err(said)?;
                Found::of_issue(connection, issue)
            }
            Noteable::MergeRequest(iid) => {
                let found = gitlab.merge_request(&project, iid).await.map_err(said)?;
                Found::of_merge_request(connection, found)
            }
        })
    }
}

impl Found {
    pub(super) fn of_issue(connection: Connection, issue: Issue) -> Self {
        Self {
            target: Target {
                project: connection.project_id,
                on: Noteable::Issue(issue.iid),
            },
            connection,
            title: issue.title,
            url: issue.web_url,
            is_confidential: issue.confidential,
        }
    }

    pub(super) fn of_merge_request(connection: Connection, found: MergeRequest) -> Self {
        Self {
            target: Target {
                project: connection.project_id,
                on: Noteable::MergeRequest(found.iid),
            },
            connection,
            title: found.title,
            url: found.web_url,
            is_confidential: false,
        }
    }

    pub(super) fn reference(&self) -> String {
        self.target.reference(self.connection.project.as_str())
    }

    /// Its title and reference, with a link to `fragment` of its page.
    pub(super) fn link(&self, fragment: &str) -> Mrkdwn {
        let label = format!("{} · {}", self.title, self.reference());
        match &self.url {
            Some(url) => mrkdwn::link(&format!("{url}{fragment}"), &label),
            None => mrkdwn::bold(&label),
        }
    }
}

/// `7#12`, `7!12`: the value of a choice.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reference(&self.project.to_string()))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference to an issue or merge request")]
pub(super) struct NoTarget;

impl FromStr for Target {
    type Err = NoTarget;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        let at = value.find(['#', '!']).ok_or(NoTarget)?;
        let (project, rest) = value.split_at(at);
        let number = |text: &str| -> Option<u64> {
            let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_number)
        };
        let project = number(project).ok_or(NoTarget)?;
        let iid = rest.get(1..).and_then(number).ok_or(NoTarget)?;
        let mark = rest.chars().next().ok_or(NoTarget)?;
        Ok(Self::of_mark(project, mark, iid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_read_as_it_is_written_and_nothing_else_is() {
        for on in [Noteable::Issue(12), Noteable::MergeRequest(3)] {
            let target = Target { project: 7, on };
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        for wrong in [
            "",
            "7",
            "#12",
            "7#",
            "7#x",
            "x#1",
            "7#+1",
            "7!1#2",
            "acme/shop#1",
        ] {
            assert_eq!(wrong.parse::<Target>(), Err(NoTarget), "{wrong:?}");
        }
    }
}
