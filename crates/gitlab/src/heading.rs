//! What a payload says it is, read as far as needed.
//!
//! `object_kind` is nearly always the first field, so the reading stops there; only a payload
//! that names itself late or not at all is read through.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};

use crate::kinds::{self, KnownKind};
use crate::lax::Text;

/// What the payload says of its kind.
#[derive(Debug, Default)]
pub(crate) struct Heading {
    /// The kind, when it is one that we know, and GitLab's name for it.
    pub(crate) known: Option<(&'static KnownKind, &'static str)>,
    /// GitLab's own name for it, known or not.
    pub(crate) name: Option<String>,
    /// A kind that its fields speak for, when it names none.
    pub(crate) shape: Option<&'static str>,
}

/// Reads `text` up to the first field that names a known kind.
///
/// # Errors
/// It is not a JSON object. What follows the naming field is not looked at.
pub(crate) fn read(text: &str) -> Result<Heading, serde_json::Error> {
    let heading = RefCell::new(Heading::default());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = deserializer.deserialize_any(HeadingVisitor(&heading));
    let found = heading.into_inner();
    match read {
        Err(error) if found.known.is_none() => Err(error),
        Ok(()) | Err(_) => Ok(found),
    }
}

struct HeadingVisitor<'h>(&'h RefCell<Heading>);

impl<'de> Visitor<'de> for HeadingVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut heading = self.0.borrow_mut();
        while let Some(key) = object.next_key::<Text<'de>>()? {
            let key = key.raw().unwrap_or_default();
            if key == "object_kind" || key == "event_name" {
                let value: Text<'de> = object.next_value()?;
                heading.known = value.get().and_then(kinds::by_name);
                if heading.name.is_none() || key == "object_kind" {
                    heading.name = value.line().or(heading.name.take());
                }
                if heading.known.is_some() {
                    return Err(A::Error::custom("known: no need to read on"));
                }
            } else {
                heading.shape = heading.shape.or_else(|| shape_of(key));
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// The kind that a field's name alone speaks for, in payloads that name no kind.
fn shape_of(key: &str) -> Option<&'static str> {
    match key {
        "build_id" | "build_name" => Some("build"),
        "builds" => Some("pipeline"),
        "before" | "after" | "total_commits_count" => Some("push"),
        "deployable_id" | "deployable_url" => Some("deployment"),
        "wiki" => Some("wiki_page"),
        "mentioned" => Some("group_mention"),
        _ => None,
    }
}
