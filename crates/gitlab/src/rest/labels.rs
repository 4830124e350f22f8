//! Labels.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::issues::Place;
use super::paging::Listed;
use super::query::Query;

/// A label of a project or a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Label {
    pub id: u64,
    pub name: String,
    /// `#d22852`.
    #[serde(default)]
    pub color: Option<String>,
    #[serde(default)]
    pub description: Option<String>,
}

impl Client {
    /// The labels of a project or group whose name contains a text, those of the groups above
    /// included; an empty text asks for all.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or group; see [`RestError`] for
    /// the rest.
    pub async fn labels_matching(
        &self,
        place: &Place,
        text: &str,
        limit: usize,
    ) -> Result<Listed<Label>, RestError> {
        let resource = place.resource(place.to_string()).at("labels");
        let query = Query::new()
            .search(text)
            .with("include_ancestor_groups", "true");
        self.list(&resource, &query.pairs(), limit).await
    }
}
