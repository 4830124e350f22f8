//! Elasticsearch (and OpenSearch) as the place where events are kept and searched.
//!
//! Every document has an id of the caller's, and is only ever created: writing it again changes
//! nothing, so a write whose answer was lost may be repeated. Searches only count; they are
//! worded as Kibana saves them, with everything off that is dear or lenient.

mod arms;
mod bulk;
mod count;
mod flag_term;
mod name;
mod query;

use reqwest::Method;
use serde::{Deserialize, Serialize};

pub use arms::{Arm, Arms, ArmsQuery};
pub use count::CountQuery;
pub use flag_term::{InvalidFlagTerm, flag_term};
pub use name::{DocumentId, IndexName, IndexPattern, InvalidName};

use crate::endpoint::{Answer, Credentials, Endpoint, InvalidEndpoint};
use crate::error::{CallError, Host, Reason, Retry};

/// An Elasticsearch. Clones share connections.
#[derive(Clone, Debug)]
pub struct Client(Endpoint);

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
        #[serde(default)]
        root_cause: Vec<RootCause>,
    },
    Text(String),
}

/// What the shards say, which is closer to the mistake than "all shards failed".
#[derive(Deserialize)]
struct RootCause {
    #[serde(default)]
    reason: String,
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

    fn detail(&self) -> &str {
        match self {
            Self::Typed {
                reason, root_cause, ..
            } => root_cause.first().map_or(reason, |root| &root.reason),
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
        let needed = "the privileges create_doc and read on the index";
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
            .request(Method::POST, &[index.as_str(), "_doc", id.as_str()])
            .query(&[("op_type", "create")])
            .json(document);
        let answer = self.0.send(request).await?;
        if answer.status.is_success() {
            return match answer.object::<Created>() {
                Some(created) if created.result == "created" => Ok(Written::Created),
                Some(_) | None => Err(self.0.unexpected(&answer, None).into()),
            };
        }
        self.refused(index, &answer)
    }

    fn refused(&self, index: &IndexName, answer: &Answer) -> Result<Written, WriteError> {
        let refusal = answer.object::<Refusal>();
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
