//! Which series are meant: a metric's name and matchers of labels.

use crate::gitlab::world::Labels;

/// `name{label="value"}`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selector {
    pub metric: String,
    pub matchers: Vec<Matcher>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matcher {
    pub label: String,
    pub wanted: Match,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Is(String),
    IsNot(String),
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
}

impl Selector {
    pub fn fits(&self, labels: &Labels) -> bool {
        // A label that is not there is an empty one.
        let given = |name: &str| labels.get(name).map_or("", String::as_str);
        let named = self.metric.is_empty() || self.metric == given("__name__");
        named
            && self.matchers.iter().all(|matcher| {
                let given = given(&matcher.label);
                match &matcher.wanted {
                    Match::Is(value) => given == value,
                    Match::IsNot(value) => given != value,
                    Match::OneOf(values) => values.iter().any(|v| is_like(given, v)),
                    Match::NoneOf(values) => !values.iter().any(|v| is_like(given, v)),
                }
            })
    }
}

/// Of regular expressions, alternatives with `.*` and `.+` in them are known here; none for
/// others.
pub(super) fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let known = pattern.replace(".*", "").replace(".+", "");
    let plain = !known.contains(|c: char| "\\^$[](){}?+*.".contains(c));
    plain.then(|| pattern.split('|').map(str::to_owned).collect())
}

fn is_like(given: &str, pattern: &str) -> bool {
    let at = pattern
        .find(".*")
        .into_iter()
        .chain(pattern.find(".+"))
        .min();
    let Some(at) = at else {
        return given == pattern;
    };
    let (before, rest) = pattern.split_at(at);
    let least = usize::from(rest.starts_with(".+"));
    let after = &rest[2..];
    let Some(left) = given.strip_prefix(before) else {
        return false;
    };
    let ends = left.char_indices().map(|(at, _)| at).chain([left.len()]);
    ends.skip(least).any(|end| is_like(&left[end..], after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_alternatives_and_anything() {
        for (given, pattern, expected) in [
            ("api", "a.*|web", true),
            ("web", "a.*|web", true),
            ("awe", "web", false),
            ("a", "a.+", false),
            ("git-ssh", ".*-.+", true),
            ("", ".*", true),
        ] {
            let alternatives = alternatives(pattern).unwrap();
            let found = alternatives.iter().any(|one| is_like(given, one));
            assert_eq!(found, expected, "{given} {pattern}");
        }
        assert_eq!(alternatives("a[bc]"), None);
        assert_eq!(alternatives("a?"), None);
    }
}
