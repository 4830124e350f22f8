//! The Features API: the feature flags of the instance itself, for administrators.
//!
//! A flag is plain data here, as GitLab writes it. GitLab has no call for one flag: callers
//! list and look.

use reqwest::Method;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::client::Client;
use super::error::RestError;
use super::resource::Resource;

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

/// A change of a flag. Targets of several kinds may be named at once; with none the change is
/// for everybody.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetFeature {
    pub value: FeatureValue,
    /// Which percentage a number means; GitLab takes it as one of time when this is absent.
    /// Excludes targets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PercentageKey>,
    /// Usernames.
    #[serde(
        rename = "user",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "comma_list"
    )]
    pub users: Vec<String>,
    /// Full paths of groups.
    #[serde(
        rename = "group",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "comma_list"
    )]
    pub groups: Vec<String>,
    /// Full paths of groups or people's namespaces.
    #[serde(
        rename = "namespace",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "comma_list"
    )]
    pub namespaces: Vec<String>,
    /// Full paths of projects.
    #[serde(
        rename = "project",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "comma_list"
    )]
    pub projects: Vec<String>,
    /// Paths of repositories: `acme/shop.git`, `snippets/1.git`.
    #[serde(
        rename = "repository",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "comma_list"
    )]
    pub repositories: Vec<String>,
    /// A group of actors that the instance's code names: `gitlab_team_members`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature_group: Option<String>,
    /// Sets the flag though its name is not one that GitLab would take.
    #[serde(skip_serializing_if = "is_false")]
    pub force: bool,
}

/// What a flag is set to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FeatureValue {
    Boolean(bool),
    /// A percentage, 0 to 100.
    Number(f64),
    /// Keeps the targets out, whatever other gates say.
    OptOut,
    /// Ends an opt-out.
    RemoveOptOut,
}

/// Which percentage a number sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PercentageKey {
    PercentageOfActors,
    PercentageOfTime,
}

impl SetFeature {
    /// Sets the flag to `value` for everybody.
    #[must_use]
    pub fn to(value: FeatureValue) -> Self {
        Self {
            value,
            key: None,
            users: Vec::new(),
            groups: Vec::new(),
            namespaces: Vec::new(),
            projects: Vec::new(),
            repositories: Vec::new(),
            feature_group: None,
            force: false,
        }
    }
}

impl Serialize for FeatureValue {
    /// GitLab declares the parameter as text. A number is written without an exponent, which
    /// its pattern `^\d+(\.\d+)?$` would refuse.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(true) => serializer.serialize_str("true"),
            Self::Boolean(false) => serializer.serialize_str("false"),
            Self::Number(number) => serializer.collect_str(number),
            Self::OptOut => serializer.serialize_str("opt_out"),
            Self::RemoveOptOut => serializer.serialize_str("remove_opt_out"),
        }
    }
}

fn comma_list<S: Serializer>(names: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&names.join(","))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_false(value: &bool) -> bool {
    !*value
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
    fn a_change_is_written_as_gitlab_reads_it() {
        let for_all = |value| serde_json::to_value(SetFeature::to(value)).unwrap();
        for (value, expected) in [
            (FeatureValue::Boolean(true), "true"),
            (FeatureValue::Boolean(false), "false"),
            (FeatureValue::Number(25.0), "25"),
            (FeatureValue::Number(0.0001), "0.0001"),
            (FeatureValue::Number(99.999), "99.999"),
            (FeatureValue::OptOut, "opt_out"),
            (FeatureValue::RemoveOptOut, "remove_opt_out"),
        ] {
            assert_eq!(for_all(value), json!({ "value": expected }));
        }
    }

    #[test]
    fn targets_are_comma_lists() {
        let change = SetFeature {
            key: Some(PercentageKey::PercentageOfActors),
            users: vec!["ana".into(), "ben".into()],
            projects: vec!["acme/shop".into()],
            feature_group: Some("gitlab_team_members".into()),
            force: true,
            ..SetFeature::to(FeatureValue::Boolean(true))
        };
        let expected = json!({
            "value": "true",
            "key": "percentage_of_actors",
            "user": "ana,ben",
            "project": "acme/shop",
            "feature_group": "gitlab_team_members",
            "force": true,
        });
        assert_eq!(serde_json::to_value(change).unwrap(), expected);
    }

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
