//! The tag of everything that a bulk answer depends on: the flags and the context.

use axum::http::{HeaderMap, header};
use environments::Hosted;
use sha2::{Digest, Sha256};

use super::context::Context;

/// Tags of one environment's answers. Every node makes the same ones.
pub(super) struct Tag {
    /// What the configuration says of flags, which has no revision: definitions and groups.
    configured: String,
}

impl Tag {
    pub(super) fn new(hosted: &Hosted) -> Self {
        let mut hash = Sha256::new();
        for definition in hosted.catalogue().iter() {
            add(&mut hash, definition.name.as_str());
            hash.update([u8::from(definition.default_enabled)]);
        }
        let mut groups: Vec<_> = hosted.groups().iter().collect();
        groups.sort_by_key(|(name, _)| *name);
        for (name, members) in groups {
            add(&mut hash, name.as_str());
            let mut members: Vec<&str> = members.iter().map(flags::ActorId::as_str).collect();
            members.sort_unstable();
            for member in members {
                add(&mut hash, member);
            }
            hash.update([0xff]);
        }
        Self {
            configured: short(hash),
        }
    }

    /// The tag of the flags alone.
    pub(super) fn of_flags(&self, revision: u64) -> String {
        format!("\"{}-{revision}\"", self.configured)
    }

    /// The tag of a bulk answer.
    pub(super) fn of(&self, revision: u64, context: &Context<'_>) -> String {
        let mut hash = Sha256::new();
        add(&mut hash, context.actor().unwrap_or_default());
        for ancestor in context.ancestors() {
            add(&mut hash, ancestor);
        }
        format!("\"{}-{revision}-{}\"", self.configured, short(hash))
    }
}

/// With its length before it, so that no two lists of texts are the same bytes.
fn add(hash: &mut Sha256, text: &str) {
    hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(text);
}

fn short(hash: Sha256) -> String {
    let digest = hash.finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether the client has the answer of this tag; a proxy may have marked it as weak.
pub(super) fn matches(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).into_iter();
    given
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim().trim_start_matches("W/"))
        .any(|known| known == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_those_that_a_client_knows() {
        for (given, expected) in [
            ("\"a-1\"", true),
            ("W/\"a-1\"", true),
            ("\"b\", \"a-1\"", true),
            ("\"a-2\"", false),
            ("a-1", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, given.parse().expect("a header"));
            assert_eq!(matches(&headers, "\"a-1\""), expected, "{given}");
        }
    }
}
