//! The Features API: the feature flags of the instance itself, for administrators.
//!
//! A flag is plain data here, as GitLab writes it. GitLab has no call for one flag: callers
//! list and look.

mod change;

use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::error::RestError;
use super::resource::Resource;
pub use change::{FeatureValue, PercentageKey, SetFeature};

/// A stored flag.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Feature {
    pub name: String,
    pub state: FeatureState,
    /// In no particular order; a gate without a value may be absent.
    #[serde(default)]
    pub gates: Vec<Gate>,
    /// What the instance's code says of the flag; `None` for one that it does not know, or of
    /// a GitLab that does not tell.
    #[serde(default)]
    pub definition: Option<FeatureDefinition>,
}

/// What a flag is as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureState {
    /// Enabled for everybody.
    On,
    /// Enabled for some.
    Conditional,
    /// Enabled for nobody.
    Off,
    /// A state that later versions have.
    #[serde(other)]
    Other,
}

/// One way that a flag opens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Gate {
    pub key: GateKey,
    pub value: GateValue,
}

/// Which gate it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateKey {
    Boolean,
    Actors,
    PercentageOfActors,
    PercentageOfTime,
    Groups,
    /// A gate that later versions have.
    #[serde(other)]
    Other,
}

/// What a gate is set to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum GateValue {
    /// Of the gate `boolean`.
    Boolean(bool),
    /// Of the percentages, 0 to 100.
    Number(f64),
    /// Actors (`Project:12`), or names of groups.
    Names(Vec<String>),
    /// Of a gate that later versions have.
    Other(Value),
}

/// What a definition file says of a flag. GitLab's versions differ in what they tell.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FeatureDefinition {
    pub name: String,
    /// `beta`, `ops`, `gitlab_com_derisk`, …
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The owning group: `group::editor`.
    #[serde(default)]
    pub group: Option<String>,
    /// The version that brought it: `17.2`.
    #[serde(default)]
    pub milestone: Option<String>,
    /// What it is where nothing is stored.
    #[serde(default)]
    pub default_enabled: Option<bool>,
    #[serde(default)]
    pub feature_issue_url: Option<String>,
    #[serde(default)]
    pub introduced_by_url: Option<String>,
    #[serde(default)]
    pub rollout_issue_url: Option<String>,
    #[serde(default)]
    pub log_state_changes: Option<bool>,
}

impl Client {
    /// Every flag that is stored; one that was never set is absent.
    ///
    /// # Errors
    /// [`RestError::Forbidden`] without an administrator's token; see [`RestError`] for the rest.
    pub async fn features(&self) -> Result<Vec<Feature>, RestError> {
        let resource = Resource::named("feature flags").for_administrators();
        self.get(&resource.at("features"), &[]).await
    }

    /// Every flag that the instance's code defines, stored or not.
    ///
    /// # Errors
    /// [`RestError::Forbidden`] without an administrator's token; see [`RestError`] for the rest.
    pub async fn feature_definitions(&self) -> Result<Vec<FeatureDefinition>, RestError> {
        let resource = Resource::named("definitions of feature flags").for_administrators();
        let resource = resource.at("features").at("definitions");
        self.get(&resource, &[]).await
    }

    /// Changes a flag, creating it when it is new, and gives what it is then.
    ///
    /// # Errors
    /// [`RestError::Refused`] with GitLab's reason, such as a target that is not there;
    /// see [`RestError`] for the rest.
    pub async fn set_feature(&self, name: &str, change: &SetFeature) -> Result<Feature, RestError> {
        self.send(Method::POST, &feature(name), change).await
    }

    /// Forgets what is stored of a flag, so that its default counts. No error when there is
    /// nothing.
    ///
    /// # Errors
    /// [`RestError::Forbidden`] without an administrator's token; see [`RestError`] for the rest.
    pub async fn delete_feature(&self, name: &str) -> Result<(), RestError> {
        self.delete(&feature(name)).await
    }
}

fn feature(name: &str) -> Resource {
    let resource = Resource::named(format!("feature flag {name}")).for_administrators();
    resource.at("features").at(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn gates_are_read_in_every_shape() {
        let gates: Vec<Gate> = serde_json::from_value(json!([
            { "key": "boolean", "value": false },
            { "key": "percentage_of_actors", "value": 25 },
            { "key": "percentage_of_time", "value": 0.5 },
            { "key": "actors", "value": ["Project:12", "User:7"] },
            { "key": "expression", "value": { "Equal": [] } },
        ]))
        .unwrap();
        let values: Vec<(GateKey, GateValue)> = gates
            .into_iter()
            .map(|gate| (gate.key, gate.value))
            .collect();
        let names = GateValue::Names(vec!["Project:12".into(), "User:7".into()]);
        assert_eq!(
            values,
            [
                (GateKey::Boolean, GateValue::Boolean(false)),
                (GateKey::PercentageOfActors, GateValue::Number(25.0)),
                (GateKey::PercentageOfTime, GateValue::Number(0.5)),
                (GateKey::Actors, names),
                (GateKey::Other, GateValue::Other(json!({ "Equal": [] }))),
            ]
        );
    }
}
