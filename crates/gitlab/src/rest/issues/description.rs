//! A description that several people and programs write at the same time.
//!
//! GitLab's API cannot be told "only if it is still this text": whoever writes last wins. So the
//! text is read just before it is written, nothing is written that changes nothing, and what is
//! there afterwards is looked at. An edit by somebody else between the read and the write is
//! lost all the same; the webhook of our own edit tells of it (its `previous` is then another
//! text than the one that was read), see [`crate::DescriptionEdit`].

use super::super::client::Client;
use super::super::error::RestError;
use super::super::id_or_path::IdOrPath;
use super::{Issue, IssueChange};

/// How often an edit that somebody wrote over is made again.
const ATTEMPTS: usize = 3;

/// What became of an edit of a description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It says so already; nothing was written.
    Already(Issue),
    /// It was written, and it was there afterwards.
    Written {
        /// The text that the edit was made on.
        before: String,
        after: Issue,
    },
    /// Somebody wrote over it each time: what is there now. Try again later.
    Contended(Issue),
}

impl Edited {
    /// The issue as it was last seen.
    #[must_use]
    pub fn issue(&self) -> &Issue {
        match self {
            Self::Already(issue) | Self::Contended(issue) | Self::Written { after: issue, .. } => {
                issue
            }
        }
    }
}

impl Client {
    /// Edits an issue's description: `edit` gets the text that is there and gives the one that
    /// shall be, and is asked again when somebody writes at the same time. It must leave
    /// alone what it does not mean to change.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such issue, [`RestError::Refused`] when the
    /// text is too long (a million characters); see [`RestError`] for the rest.
    pub async fn edit_issue_description(
        &self,
        project: &IdOrPath,
        iid: u64,
        edit: impl Fn(&str) -> String + Send + Sync,
    ) -> Result<Edited, RestError> {
        let mut found = self.issue(project, iid).await?;
        for _ in 0..ATTEMPTS {
            let before = found.description.clone().unwrap_or_default();
            let wanted = edit(&before);
            if wanted == before {
                return Ok(Edited::Already(found));
            }
            let change = IssueChange {
                description: Some(wanted.clone()),
                ..IssueChange::default()
            };
            self.update_issue(project, iid, &change).await?;
            found = self.issue(project, iid).await?;
            // What was asked for may be there in other words: GitLab does quick actions and
            // leaves them out. It is there when the edit has nothing more to do.
            let now = found.description.clone().unwrap_or_default();
            if edit(&now) == now {
                return Ok(Edited::Written {
                    before,
                    after: found,
                });
            }
        }
        Ok(Edited::Contended(found))
    }
}
