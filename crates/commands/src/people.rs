//! Who is who, and who may change flags.

use std::collections::{BTreeMap, BTreeSet};

use domain::Role;
use serde::{Deserialize, Serialize};

/// People by Slack's id of them (`U012AB3CD`) or by their name in Slack.
///
/// A name counts only where no id is given, and in the workspace that the configuration names;
/// people can change theirs: give operators by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct People(pub BTreeMap<String, Person>);

/// What is known of somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What people call them.
    #[serde(default)]
    pub name: Option<String>,
    /// Their user name in GitLab, if it is not the one in Slack.
    #[serde(default)]
    pub gitlab: Option<String>,
    #[serde(default)]
    pub roles: BTreeSet<Role>,
}

impl People {
    /// Somebody by Slack's id, else by name where names count.
    #[must_use]
    pub fn find(&self, id: &str, name: Option<&str>) -> Option<&Person> {
        let by_id = self.0.get(id);
        by_id.or_else(|| {
            let name = name?.trim_start_matches('@');
            let is_theirs = |known: &str| {
                !is_id(known) && known.trim_start_matches('@').eq_ignore_ascii_case(name)
            };
            let mut known = self.0.iter().filter(|(known, _)| is_theirs(known));
            known.next().map(|(_, person)| person)
        })
    }
}

/// Whether a key is Slack's id of somebody, so that nobody can take it as a name.
fn is_id(key: &str) -> bool {
    let rest = key.strip_prefix(['U', 'W']).unwrap_or_default();
    3 < rest.len()
        && rest
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_known_by_id_or_name_and_nobody_is_called_like_an_id() {
        let operator = || Person {
            roles: BTreeSet::from([Role::Operator]),
            ..Person::default()
        };
        let people = People(BTreeMap::from([
            ("U0OPS".to_owned(), operator()),
            ("@Ana".to_owned(), Person::default()),
        ]));
        assert_eq!(people.find("U0OPS", Some("whoever")), Some(&operator()));
        assert_eq!(people.find("U0ANA", Some("ana")), Some(&Person::default()));
        assert_eq!(people.find("U0BEN", Some("U0OPS")), None);
        assert_eq!(
            people.find("U0ANA", None),
            None,
            "elsewhere a name is nobody's"
        );
    }
}
