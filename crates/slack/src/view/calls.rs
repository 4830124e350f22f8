//! The calls that show a view.

use serde::{Deserialize, Serialize};

use super::View;
use crate::client::Client;
use crate::error::{CallError, ViewError};
use crate::user_id::UserId;

domain::text_id!(
    /// Slack's id of a view that is shown: `V012AB3CD`.
    ViewId, "view", 64,
    |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
);

/// A view that Slack shows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ViewRef {
    pub id: ViewId,
    /// Of what is shown now: an update that names it is refused when something newer is shown.
    #[serde(default)]
    pub hash: String,
}

#[derive(Serialize)]
struct OpenArguments<'a> {
    trigger_id: &'a str,
    view: &'a View,
}

#[derive(Serialize)]
struct UpdateArguments<'a> {
    view_id: &'a ViewId,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    view: &'a View,
}

#[derive(Serialize)]
struct PublishArguments<'a> {
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<&'a str>,
    view: &'a View,
}

#[derive(Deserialize)]
struct Shown {
    view: ViewRef,
}

impl Client {
    /// `views.open`, within three seconds of what the trigger came with. Needs no scope.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub async fn open_view(&self, trigger_id: &str, view: &View) -> Result<ViewRef, ViewError> {
        let arguments = OpenArguments { trigger_id, view };
        shown(self.call_json("views.open", &arguments).await)
    }

    /// `views.push`: on top of the modal in which the trigger came.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub async fn push_view(&self, trigger_id: &str, view: &View) -> Result<ViewRef, ViewError> {
        let arguments = OpenArguments { trigger_id, view };
        shown(self.call_json("views.push", &arguments).await)
    }

    /// `views.update`; with `hash` only if that is what is shown.
    ///
    /// # Errors
    /// See [`ViewError`]; [`ViewError::NotFound`] when it was closed.
    pub async fn update_view(
        &self,
        view_id: &ViewId,
        hash: Option<&str>,
        view: &View,
    ) -> Result<ViewRef, ViewError> {
        let arguments = UpdateArguments {
            view_id,
            hash,
            view,
        };
        shown(self.call_json("views.update", &arguments).await)
    }

    /// `views.publish`: somebody's Home tab; with `hash` only if that is what is shown.
    ///
    /// # Errors
    /// See [`ViewError`].
    pub async fn publish_home(
        &self,
        user: &UserId,
        hash: Option<&str>,
        view: &View,
    ) -> Result<ViewRef, ViewError> {
        let arguments = PublishArguments {
            user_id: user.as_str(),
            hash,
            view,
        };
        shown(self.call_json("views.publish", &arguments).await)
    }
}

fn shown(answer: Result<Shown, CallError>) -> Result<ViewRef, ViewError> {
    answer.map(|shown| shown.view).map_err(ViewError::new)
}
