//! A channel that has another id from now on: Slack gives it one when it becomes private, or
//! moves between organizations.

use domain::{ChannelName, WorkspaceId};
use notify::settings::api::{NewWebhook, Saved};
use serde_json::Value;
use store::{Note, Via, WorkspaceWrite};

use crate::held::integration;
use crate::{Integrations, PutError};

/// A channel that has another id from now on.
#[derive(Clone, Copy, Debug)]
pub struct RenamedChannel<'a> {
    pub workspace: &'a WorkspaceId,
    pub old: &'a ChannelName,
    pub new: &'a ChannelName,
}

impl Integrations {
    /// Sends to a channel's new id what went to the old one: in every integration of the app that
    /// people set up for the workspace. The configuration's are its author's to change. Answers
    /// how many were changed.
    ///
    /// # Errors
    /// See [`PutError`]; some may have been changed then.
    pub async fn rename_channel(
        &self,
        channel: RenamedChannel<'_>,
        note: &Note,
    ) -> Result<usize, PutError> {
        let _changing = self.changing.lock().await;
        let fixed = self.parts.fixed.workspace.as_ref();
        let mut changed = 0;
        for one in self.parts.store.integrations().await? {
            let workspace = one.workspace.as_ref().or(fixed);
            if one.via != Via::App || workspace != Some(channel.workspace) {
                continue;
            }
            let Some(properties) = renamed(&one.properties, channel) else {
                continue;
            };
            let saved = Saved {
                active: one.active,
                properties,
                webhook: NewWebhook::Kept,
            };
            let of = integration(one.via);
            self.save(one.place, of, saved, WorkspaceWrite::Keep, note.clone())
                .await?;
            changed += 1;
        }
        Ok(changed)
    }
}

/// The settings with the new id; `None` when the old one is in none of them.
fn renamed(properties: &str, channel: RenamedChannel<'_>) -> Option<String> {
    let mut all: Value = serde_json::from_str(properties).ok()?;
    let mut is_changed = false;
    for (key, value) in all.as_object_mut()? {
        let names_channels = key == "channel" || key.ends_with("_channel");
        let Some(names) = value.as_str().filter(|_| names_channels) else {
            continue;
        };
        let (old, new) = (channel.old.as_str(), channel.new.as_str());
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        if names.contains(&old) {
            let swap = |name: &&'_ str| if *name == old { new } else { *name }.to_owned();
            *value = names.iter().map(swap).collect::<Vec<_>>().join(", ").into();
            is_changed = true;
        }
    }
    is_changed.then(|| all.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_id_is_replaced_and_only_where_channels_are_named() {
        let workspace = "T1".parse().unwrap();
        let (old, new) = ("C1".parse().unwrap(), "G2".parse().unwrap());
        let channel = RenamedChannel {
            workspace: &workspace,
            old: &old,
            new: &new,
        };
        let properties = r#"{"channel":"C1, C10","note_channel":"C3","username":"C1"}"#;
        let after: Value = serde_json::from_str(&renamed(properties, channel).unwrap()).unwrap();
        let expected = serde_json::json!({
            "channel": "G2, C10", "note_channel": "C3", "username": "C1"
        });
        assert_eq!(after, expected);
        for without in [r#"{"channel":"C10"}"#, r#"{"channel":""}"#, "{}", "none"] {
            assert_eq!(renamed(without, channel), None, "{without}");
        }
    }
}
