//! The commit that takes the flag out, on a branch of its own.

use gitlab::rest::{NewCommit, if_found};

use super::Removal;
use super::proposal::Proposal;
use crate::effects::Undone;

impl Removal<'_> {
    /// Commits to a new branch. GitLab makes both together, so a branch that is there has it.
    pub(super) async fn commit(&self, proposal: &Proposal, from: &str) -> Result<(), Undone> {
        let branch = self.branch();
        let known = self.gitlab.branch(self.project, &branch).await;
        if if_found(known)?.is_some() {
            return Ok(());
        }
        let new = NewCommit {
            branch,
            start_branch: Some(from.to_owned()),
            commit_message: proposal.commit_message.clone(),
            actions: proposal.actions.clone(),
        };
        self.gitlab.create_commit(self.project, &new).await?;
        Ok(())
    }
}
