//! Which merge requests are asked for.

use super::super::issues::Place;
use super::super::query::Query;
use super::MergeRequestState;

/// Which merge requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequestQuery {
    pub place: Place,
    /// Of every state when absent.
    pub state: Option<MergeRequestState>,
    /// Words of the title or the description; empty for all.
    pub text: String,
    /// Username of whoever wrote it; of anybody when absent.
    pub author: Option<String>,
    /// Username of whoever has to do it; of anybody when absent.
    pub assignee: Option<String>,
    /// Username of whoever reviews it; of anybody when absent.
    pub reviewer: Option<String>,
    /// Each of them.
    pub labels: Vec<String>,
    /// The branch that it comes from; any when absent.
    pub source_branch: Option<String>,
    /// Items at most.
    pub limit: usize,
}

impl MergeRequestQuery {
    /// Up to 100 open merge requests of a place.
    #[must_use]
    pub fn open_in(place: Place) -> Self {
        Self {
            place,
            state: Some(MergeRequestState::Opened),
            text: String::new(),
            author: None,
            assignee: None,
            reviewer: None,
            labels: Vec::new(),
            source_branch: None,
            limit: 100,
        }
    }

    pub(super) fn parameters(&self) -> Query {
        Query::new()
            .with("order_by", "updated_at")
            .with("sort", "desc")
            .maybe("state", self.state.map(MergeRequestState::name))
            .maybe("author_username", self.author.as_ref())
            .maybe("assignee_username", self.assignee.as_ref())
            .maybe("reviewer_username", self.reviewer.as_ref())
            .maybe("source_branch", self.source_branch.as_ref())
            .all("labels", &self.labels)
            .search(&self.text)
    }
}
