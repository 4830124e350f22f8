//! What waits for the person who asks.

use super::client::Client;
use super::error::RestError;
use super::resource::Resource;

impl Client {
    /// How many to-do items are pending; `None` when there are more than GitLab counts.
    ///
    /// # Errors
    /// See [`RestError`].
    pub async fn pending_todos(&self) -> Result<Option<u64>, RestError> {
        let resource = Resource::named("to-do items").at("todos");
        self.count(&resource, &[("state", "pending")]).await
    }
}
