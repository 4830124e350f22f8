//! Which issues are asked for.

use super::super::query::Query;
use super::{IssueState, IssueType, Place};

/// Which issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueQuery {
    pub place: Place,
    /// Each of them.
    pub labels: Vec<String>,
    /// None of them.
    pub without_labels: Vec<String>,
    /// Of both states when absent.
    pub state: Option<IssueState>,
    /// Of every kind when absent.
    pub issue_type: Option<IssueType>,
    /// Words of the title.
    pub title: Option<String>,
    /// Words of the title or the description; goes before `title`.
    pub text: Option<String>,
    /// Username of whoever has to do it; of anybody when absent.
    pub assignee: Option<String>,
    /// Items at most.
    pub limit: usize,
}

impl IssueQuery {
    /// Up to 100 open issues of a place.
    #[must_use]
    pub fn open_in(place: Place) -> Self {
        Self {
            place,
            labels: Vec::new(),
            without_labels: Vec::new(),
            state: Some(IssueState::Opened),
            issue_type: None,
            title: None,
            text: None,
            assignee: None,
            limit: 100,
        }
    }

    pub(super) fn parameters(&self) -> Query {
        let (words, within) = match (&self.text, &self.title) {
            (Some(text), _) => (Some(text), Some("title,description")),
            (None, Some(title)) => (Some(title), Some("title")),
            (None, None) => (None, None),
        };
        Query::new()
            .with("order_by", "created_at")
            .with("sort", "desc")
            .maybe("state", self.state.map(IssueState::name))
            .maybe("issue_type", self.issue_type.and_then(IssueType::name))
            .all("labels", &self.labels)
            .all("not[labels]", &self.without_labels)
            .maybe("assignee_username", self.assignee.as_ref())
            .maybe("search", words)
            .maybe("in", within)
    }
}
