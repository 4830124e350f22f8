//! Milestones.

use jiff::civil::Date;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::issues::Place;

/// A milestone of a project or a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Milestone {
    pub id: u64,
    pub title: String,
    /// `active` or `closed`.
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub start_date: Option<Date>,
    #[serde(default)]
    pub due_date: Option<Date>,
    #[serde(default)]
    pub web_url: Option<String>,
}

impl Client {
    /// The milestone of exactly this title in a project or group, those of the groups above
    /// included.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn milestone(&self, place: &Place, title: &str) -> Result<Milestone, RestError> {
        let resource = place
            .resource(format!("milestone {title} in {place}"))
            .at("milestones");
        // The old name of `include_ancestors`: versions before 16.7 know no other, later ones
        // refuse both together.
        let query = [("title", title), ("include_parent_milestones", "true")];
        let milestones: Vec<Milestone> = self.get(&resource, &query).await?;
        milestones
            .into_iter()
            .find(|milestone| milestone.title == title)
            .ok_or_else(|| self.not_found(resource))
    }
}
