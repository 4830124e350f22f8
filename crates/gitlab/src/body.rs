//! The body of a webhook whose kind is known, on its way to an event.

use domain::Event;
use serde::Deserialize;

/// Makes an event of a body of one kind.
pub(crate) type Reader = for<'a> fn(Body<'a>) -> Result<Event, Failure>;

/// What a kind's reader gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'a> {
    text: &'a str,
    /// GitLab's name for the kind, or what stands for it.
    pub(crate) name: &'a str,
    /// The event header says that it is confidential.
    pub(crate) confidential: bool,
}

/// Why there is no event.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The body cannot be read as JSON, or has a field twice.
    Json(serde_json::Error),
    /// The field of this path is not there or is nothing that fits.
    Lacks(&'static str),
}

impl<'a> Body<'a> {
    pub(crate) fn new(text: &'a str, name: &'a str, confidential: bool) -> Self {
        Self {
            text,
            name,
            confidential,
        }
    }

    /// Reads the fields that `T` names.
    pub(crate) fn read<T: Deserialize<'a>>(self) -> Result<T, Failure> {
        serde_json::from_str(self.text).map_err(Failure::Json)
    }
}

/// `value`, or the failure that names the field which should have had it.
pub(crate) fn needed<T>(value: Option<T>, path: &'static str) -> Result<T, Failure> {
    value.ok_or(Failure::Lacks(path))
}
