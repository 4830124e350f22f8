//! Many documents in one request, each with an answer of its own.

use reqwest::Method;
use serde::{Deserialize, Serialize};

use super::{Cause, Client, DocumentId, IndexName, WriteError, Written};
use crate::error::{CallError, Reason};

#[derive(Serialize)]
struct Action<'a> {
    create: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "_id")]
    id: &'a str,
}

#[derive(Deserialize)]
struct Done {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    create: ItemDone,
}

#[derive(Deserialize)]
struct ItemDone {
    status: u16,
    error: Option<Cause>,
}

impl Client {
    /// `POST /{index}/_bulk`: writes each of the documents, JSON on one line, unless there is one
    /// with its id. Answers what became of each, in their order.
    ///
    /// # Errors
    /// When nothing is known of any of them; see [`WriteError`].
    pub async fn create_all(
        &self,
        index: &IndexName,
        documents: &[(DocumentId, String)],
    ) -> Result<Vec<Result<Written, WriteError>>, WriteError> {
        let request = self
            .0
            .request(Method::POST, &[index.as_str(), "_bulk"])
            .header("content-type", "application/x-ndjson")
            .body(self.lines(index, documents)?);
        let answer = self.0.send(request).await?;
        if !answer.status.is_success() {
            // A conflict is a document's, not a request's.
            return match self.refused(index, &answer)? {
                Written::Created | Written::AlreadyThere => {
                    Err(self.0.unexpected(&answer, None).into())
                }
            };
        }
        match answer.object::<Done>() {
            Some(done) if done.items.len() == documents.len() => {
                let items = done.items.into_iter();
                Ok(items.map(|item| self.one(index, &item.create)).collect())
            }
            Some(_) | None => Err(self.0.not_the_json().into()),
        }
    }

    fn lines(
        &self,
        index: &IndexName,
        documents: &[(DocumentId, String)],
    ) -> Result<String, WriteError> {
        let mut lines = String::new();
        for (id, document) in documents {
            let action = Action {
                create: Meta { id: id.as_str() },
            };
            let action = serde_json::to_string(&action).map_err(|error| {
                let reason = Reason::new(&error.to_string());
                self.invalid(index, reason)
            })?;
            for line in [&action, document] {
                lines.push_str(line);
                lines.push('\n');
            }
        }
        Ok(lines)
    }

    fn invalid(&self, index: &IndexName, reason: Reason) -> WriteError {
        WriteError::InvalidDocument {
            host: self.0.host(),
            index: index.clone(),
            reason,
        }
    }

    fn one(&self, index: &IndexName, done: &ItemDone) -> Result<Written, WriteError> {
        let host = self.0.host();
        let kind = done.error.as_ref().map_or("", Cause::kind);
        let reason = Reason::new(done.error.as_ref().map_or("", Cause::reason));
        match (done.status, kind) {
            (200..=299, _) => Ok(Written::Created),
            (409, "version_conflict_engine_exception") => Ok(Written::AlreadyThere),
            (404, "index_not_found_exception") => Err(WriteError::NoIndex {
                host,
                index: index.clone(),
            }),
            (403 | 429, "cluster_block_exception") => Err(WriteError::Blocked {
                host,
                index: index.clone(),
                reason,
            }),
            // `es_rejected_execution_exception`: its queue is full.
            (429, _) => Err(CallError::Busy {
                host,
                retry_after: None,
            }
            .into()),
            (status @ 500.., _) => Err(CallError::ServerFailed {
                host,
                status,
                reason,
            }
            .into()),
            _ => Err(self.invalid(index, reason)),
        }
    }
}
