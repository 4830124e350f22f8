//! The lane of a webhook that posts to its own channel, whose name only Slack knows.

use std::fmt::Write;

use domain::ChannelName;

use crate::route::own_channel::{HASH_DIGITS, LONGEST, hash};

/// What stands for the own channel of the webhook of `place` (a lower-case path, empty for the
/// instance): `webhook:gitlab-org/gitlab`, `webhook:(instance)`.
///
/// It is no channel of Slack: whoever sends by the webhook names none then. Where a character had
/// to be changed, or the path was cut, a hash of it follows, so that no two webhooks share a lane.
#[must_use]
pub fn webhooks_own_channel(place: &str) -> Option<ChannelName> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    let mut name = String::from("webhook:");
    if place.is_empty() {
        name.push_str("(instance)");
    }
    name.extend(place.chars().map(|c| if plain(c) { c } else { '-' }));
    if LONGEST < name.len() || !place.chars().all(plain) {
        name.truncate(LONGEST - 1 - HASH_DIGITS);
        write!(name, "-{:08x}", hash(place)).ok()?;
    }
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn name(place: &str) -> String {
        webhooks_own_channel(place).unwrap().to_string()
    }

    #[test]
    fn a_webhooks_own_channel_is_named_after_its_place() {
        assert_eq!(name(""), "webhook:(instance)");
        assert_eq!(name("gitlab-org/gitlab"), "webhook:gitlab-org/gitlab");
        assert_eq!(name("(instance)"), "webhook:-instance--e37cea77");
        let long = "a/".repeat(60);
        assert_ne!(name(&format!("{long}b")), name(&format!("{long}c")));
    }

    proptest! {
        #[test]
        fn every_place_has_one_and_no_two_share_it(
            places in prop::collection::hash_set("[a-z/&,| @é()]{0,90}", 1..20),
        ) {
            let names: HashSet<_> = places.iter().map(|place| name(place)).collect();
            prop_assert_eq!(names.len(), places.len());
        }
    }
}
