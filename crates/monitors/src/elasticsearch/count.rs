//! How many documents match.

use serde::{Deserialize, Serialize};

use super::query::Query;
use super::{Client, IndexPattern};
use crate::error::AskError;
use crate::window::Window;

/// A count of documents.
#[derive(Clone, Copy, Debug)]
pub struct CountQuery<'a> {
    pub index: &'a IndexPattern,
    /// Lucene's syntax; may be empty, for everything.
    pub query: &'a str,
    /// Where a document's time is: `@timestamp`.
    pub time_field: &'a str,
    /// See [`Window::before`] for one that documents have certainly arrived in.
    pub window: Window,
}

#[derive(Serialize)]
struct Body<'a> {
    query: Query<'a>,
}

#[derive(Deserialize)]
struct Counted {
    count: u64,
}

impl Client {
    /// `POST /{index}/_count`.
    ///
    /// # Errors
    /// See [`AskError`].
    pub async fn count(&self, query: CountQuery<'_>) -> Result<u64, AskError> {
        if query.window.is_empty() {
            return Err(self.bad_query("its time ends before it begins"));
        }
        let body = Body {
            query: Query::new(query.query, query.time_field, query.window),
        };
        let counted: Counted = self.search(query.index, "_count", &body).await?;
        Ok(counted.count)
    }
}
