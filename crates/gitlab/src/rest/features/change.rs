//! A change of a flag, as the Features API takes it.

use serde::{Serialize, Serializer};

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
    /// its pattern `^\d+(\.\d+)?$` would refuse. The texts `0` and `100` mean off and on for
    /// everybody, whatever the key says; with two decimals they are percentages.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(true) => serializer.serialize_str("true"),
            Self::Boolean(false) => serializer.serialize_str("false"),
            Self::Number(number) if *number == 0.0 || *number == 100.0 => {
                serializer.collect_str(&format_args!("{number:.2}"))
            }
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
            (FeatureValue::Number(0.0), "0.00"),
            (FeatureValue::Number(100.0), "100.00"),
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
}
