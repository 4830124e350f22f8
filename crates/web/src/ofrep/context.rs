//! The evaluation context: for whom a flag is asked.
//!
//! `targetingKey` is an actor's id such as `Project:12`. `signalbox.ancestors` may list the groups
//! above a project, nearest first, as the actors gate asks them. Everything else that an
//! application puts into its context is passed over: gates know nothing of it.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::error::Category;

use super::answer::{Code, Failure};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, default)]
    context: Option<Context<'a>>,
}

/// What of a context matters here.
#[derive(Default, Deserialize)]
pub(super) struct Context<'a> {
    #[serde(borrow, rename = "targetingKey", default)]
    targeting_key: Option<Text<'a>>,
    #[serde(borrow, rename = "signalbox.ancestors", default)]
    ancestors: Option<Vec<Text<'a>>>,
}

/// Text that is borrowed where JSON has it without escapes, inside an `Option` as well.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Context<'a> {
    pub(super) fn read(body: &'a [u8]) -> Result<Self, Failure<'static>> {
        match serde_json::from_slice::<Body<'a>>(body) {
            Ok(body) => Ok(body.context.unwrap_or_default()),
            Err(error) => Err(Failure::new(
                match error.classify() {
                    Category::Data => Code::InvalidContext,
                    Category::Syntax | Category::Eof | Category::Io => Code::ParseError,
                },
                format!("the body is {{\"context\": {{…}}}} as JSON: {error}"),
            )),
        }
    }

    /// The actor, unless there is none.
    pub(super) fn actor(&self) -> Option<&str> {
        let Text(key) = self.targeting_key.as_ref()?;
        Some(&**key).filter(|key| !key.is_empty())
    }

    /// The actors above it, nearest first.
    pub(super) fn ancestors(&self) -> Vec<&str> {
        let given = self.ancestors.iter().flatten();
        given.map(|Text(ancestor)| &**ancestor).collect()
    }
}
