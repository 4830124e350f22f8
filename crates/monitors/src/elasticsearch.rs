//! Elasticsearch (and OpenSearch) as the place where events are kept and searched.
//!
//! Every document has an id of the caller's, and is only ever created: writing it again changes
//! nothing, so a write whose answer was lost may be repeated.

use std::fmt;
use std::str::FromStr;

use reqwest::Method;
use serde::{Deserialize, Serialize};

use crate::endpoint::{Answer, Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

/// An Elasticsearch. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

/// Name of an index, an alias or a data stream: `events-production`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexName(String);

/// Id of a document, of our own making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DocumentId(String);

/// Why a text is not a name or an id of Elasticsearch's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("{what} is empty")]
    Empty { what: &'static str },
    #[error("{what} is {length} bytes long, at most {limit} are allowed")]
    TooLong {
        what: &'static str,
        length: usize,
        limit: usize,
    },
    #[error("{what} has the character {character:?}, which it cannot have")]
    Character { what: &'static str, character: char },
    #[error("{what} cannot begin with {first:?}")]
    Beginning { what: &'static str, first: char },
}

const INDEX: &str = "the index";
const ID: &str = "the document's id";

impl FromStr for IndexName {
    type Err = InvalidName;

    /// By Elasticsearch's rules: lower case, none of `\ / * ? " < > | , # :` or blanks, not
    /// beginning with `-`, `_`, `+` or `.`, at most 255 bytes.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |c: char| {
            !(c.is_whitespace()
                || c.is_control()
                || c.is_uppercase()
                || r#"\/*?"<>|,#:"#.contains(c))
        };
        check(INDEX, text, 255, allowed)?;
        match text.chars().next() {
            Some(first @ ('-' | '_' | '+' | '.')) => {
                Err(InvalidName::Beginning { what: INDEX, first })
            }
            Some(_) | None => Ok(Self(text.to_owned())),
        }
    }
}

impl FromStr for DocumentId {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check(ID, text, 512, |c| c.is_ascii_graphic())?;
        match text.chars().next() {
            // In an address `.` and `..` are no name.
            Some(first @ ('_' | '.')) => Err(InvalidName::Beginning { what: ID, first }),
            Some(_) | None => Ok(Self(text.to_owned())),
        }
    }
}

fn check(
    what: &'static str,
    text: &str,
    limit: usize,
    allowed: impl Fn(char) -> bool,
) -> Result<(), InvalidName> {
    let length = text.len();
    match text.chars().find(|&c| !allowed(c)) {
        Some(character) => Err(InvalidName::Character { what, character }),
        None if text.is_empty() => Err(InvalidName::Empty { what }),
        None if limit < length => Err(InvalidName::TooLong {
            what,
            length,
            limit,
        }),
        None => Ok(()),
    }
}

impl fmt::Display for IndexName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a write found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Created,
    /// An earlier attempt had come through.
    AlreadyThere,
}

/// Why a document was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("{host} has no index {index} and may not make it; create it, or check its name")]
    NoIndex { host: Host, index: IndexName },
    #[error("{host} does not take the document in {index}: {reason}; check the index's mapping")]
    InvalidDocument {
        host: Host,
        index: IndexName,
        reason: Reason,
    },
    #[error("{host} has closed {index} for writing: {reason}; look for a full disk")]
    Blocked {
        host: Host,
        index: IndexName,
        reason: Reason,
    },
    #[error(transparent)]
    Call(#[from] CallError),
}

impl WriteError {
    /// What to do with the document.
    #[must_use]
    pub fn retry(&self) -> Retry {
        match self {
            Self::NoIndex { .. } | Self::InvalidDocument { .. } => Retry::Never,
            Self::Blocked { .. } => Retry::Backoff,
            Self::Call(error) => error.retry(),
        }
    }
}

#[derive(Deserialize)]
struct Created {
    result: String,
}

#[derive(Deserialize)]
struct Refusal {
    error: Cause,
}

/// `security` plugins and old versions give a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Cause {
    Typed {
        r#type: String,
        #[serde(default)]
        reason: String,
    },
    Text(String),
}

impl Cause {
    fn kind(&self) -> &str {
        match self {
            Self::Typed { r#type, .. } => r#type,
            Self::Text(_) => "",
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Typed { reason, .. } => reason,
            Self::Text(text) => text,
        }
    }
}

impl Client {
    /// The Elasticsearch at `base_url`, with [`Credentials::ApiKey`] or [`Credentials::Basic`].
    ///
    /// # Errors
    /// See [`InvalidEndpoint`].
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        credentials: Credentials,
    ) -> Result<Self, InvalidEndpoint> {
        let needed = "the privilege create_doc on the index";
        Endpoint::new(http, base_url, credentials, "Elasticsearch", needed).map(Self)
    }

    /// `POST /{index}/_doc/{id}?op_type=create`: writes `document` unless there is one with this
    /// id. Right for data streams too, whose documents can only be created.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub async fn create(
        &self,
        index: &IndexName,
        id: &DocumentId,
        document: &impl Serialize,
    ) -> Result<Written, WriteError> {
        let request = self
            .0
            .request(Method::POST, &[&index.0, "_doc", &id.0])
            .query(&[("op_type", "create")])
            .json(document);
        let answer = self.0.send(request).await?;
        if answer.status.is_success() {
            return match answer.json::<Created>() {
                Some(created) if created.result == "created" => Ok(Written::Created),
                Some(_) | None => Err(self.0.unexpected(&answer, None).into()),
            };
        }
        self.refused(index, &answer)
    }

    fn refused(&self, index: &IndexName, answer: &Answer) -> Result<Written, WriteError> {
        let refusal = answer.json::<Refusal>();
        let (host, index) = (self.0.host(), index.clone());
        let cause = refusal.as_ref().map(|refusal| &refusal.error);
        let reason = Reason::new(cause.map_or("", Cause::reason));
        match (answer.status.as_u16(), cause.map_or("", Cause::kind)) {
            (409, "version_conflict_engine_exception") => Ok(Written::AlreadyThere),
            (404, "index_not_found_exception") => Err(WriteError::NoIndex { host, index }),
            (403 | 429, "cluster_block_exception") => Err(WriteError::Blocked {
                host,
                index,
                reason,
            }),
            (400, _) if cause.is_some() => Err(WriteError::InvalidDocument {
                host,
                index,
                reason,
            }),
            _ => {
                let reason = cause.map(Cause::reason);
                Err(self.0.unexpected(answer, reason).into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_named_by_elasticsearchs_rules() {
        for (text, expected) in [
            ("events-production", Ok(())),
            ("events-été", Ok(())),
            ("", Err("the index is empty")),
            (
                "Events",
                Err("the index has the character 'E', which it cannot have"),
            ),
            (
                "a/_doc",
                Err("the index has the character '/', which it cannot have"),
            ),
            (
                "events-*",
                Err("the index has the character '*', which it cannot have"),
            ),
            (
                "a b",
                Err("the index has the character ' ', which it cannot have"),
            ),
            ("..", Err("the index cannot begin with '.'")),
            ("_all", Err("the index cannot begin with '_'")),
        ] {
            let found = text.parse::<IndexName>().map(drop);
            let found = found.map_err(|error| error.to_string());
            assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
        }
        assert!("é".repeat(128).parse::<IndexName>().is_err());
        assert!("aud_01hf7yat".parse::<DocumentId>().is_ok());
        for bad in ["", "a b", "..", "_x"] {
            assert!(bad.parse::<DocumentId>().is_err(), "{bad:?}");
        }
    }
}
