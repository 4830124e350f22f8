//! Times in which a project is not to be deployed.

use serde::Deserialize;

use super::client::Client;
use super::error::RestError;
use super::id_or_path::IdOrPath;
use super::paging::Listed;
use super::resource::Resource;

/// A deploy freeze that comes again and again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FreezePeriod {
    pub id: u64,
    /// When it begins, as a cron expression: `0 23 * * 5`.
    pub freeze_start: String,
    /// When it ends, likewise.
    pub freeze_end: String,
    /// The time zone of both: `Europe/Berlin`, `UTC`.
    #[serde(default)]
    pub cron_timezone: Option<String>,
}

impl Client {
    /// The deploy freezes of a project, the one that was set first before the others.
    ///
    /// # Errors
    /// [`RestError::NotFound`] when there is no such project, [`RestError::Forbidden`] when one
    /// may not read its pipelines; see [`RestError`] for the rest.
    pub async fn freeze_periods(
        &self,
        project: &IdOrPath,
        limit: usize,
    ) -> Result<Listed<FreezePeriod>, RestError> {
        let resource = Resource::project(project).at("freeze_periods");
        self.list(&resource, &[], limit).await
    }
}
