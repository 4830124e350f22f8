//! Milestones.

use jiff::civil::Date;
use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::issues::Place;
use super::paging::Listed;
use super::query::Query;

/// A milestone of a project or a group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Milestone {
    pub id: u64,
    /// The number in its address.
    #[serde(default)]
    pub iid: Option<u64>,
    pub title: String,
    /// GitLab Markdown.
    #[serde(default)]
    pub description: Option<String>,
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

/// The old name of `include_ancestors`: versions before 16.7 know no other, later ones refuse
/// both together.
const WITH_THOSE_ABOVE: &str = "include_parent_milestones";

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
        let query = [("title", title), (WITH_THOSE_ABOVE, "true")];
        let milestones: Vec<Milestone> = self.get(&resource, &query).await?;
        milestones
            .into_iter()
            .find(|milestone| milestone.title == title)
            .ok_or_else(|| self.not_found(resource))
    }

    /// The milestone of a project or group by the number in its address.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is none; see [`RestError`] for the rest.
    pub async fn milestone_numbered(
        &self,
        place: &Place,
        iid: u64,
    ) -> Result<Milestone, RestError> {
        let resource = place
            .resource(format!("milestone %{iid} in {place}"))
            .at("milestones");
        let query = Query::new().number("iids[]", iid);
        let milestones: Vec<Milestone> = self.get(&resource, &query.pairs()).await?;
        milestones
            .into_iter()
            .find(|milestone| milestone.iid == Some(iid))
            .ok_or_else(|| self.not_found(resource))
    }

    /// The open milestones of a project or group whose title or description contains a text,
    /// those of the groups above included; an empty text asks for all.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project or group; see [`RestError`] for
    /// the rest.
    pub async fn milestones_matching(
        &self,
        place: &Place,
        text: &str,
        limit: usize,
    ) -> Result<Listed<Milestone>, RestError> {
        let resource = place.resource(place.to_string()).at("milestones");
        let query = Query::new()
            .with("state", "active")
            .search(text)
            .with(WITH_THOSE_ABOVE, "true");
        self.list(&resource, &query.pairs(), limit).await
    }
}
