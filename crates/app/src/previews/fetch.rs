//! What an address leads to, as GitLab tells whoever asks.

use domain::Message;
use gitlab::links::{BlobLink, Link};
use gitlab::rest::{Client, IdOrPath, Noteable, Place, RestError};

use super::card::{self, Page};
use super::lines;
use crate::slash::{issue, merge_request, pipeline};

/// The message that shows it. Nothing for what is not shown to everybody in a channel, whoever may
/// see it, and for pages that have no preview.
pub(super) async fn message(
    gitlab: &Client,
    link: &Link,
    url: &str,
) -> Result<Option<Message>, RestError> {
    let path = match link {
        Link::Place { path } => Some(path.as_str()),
        other => other.project(),
    };
    let Some(path) = path else {
        return Ok(None);
    };
    let Ok(id) = path.parse::<IdOrPath>() else {
        return Ok(None);
    };
    let asked = Asked {
        gitlab,
        id,
        page: Page { path, url },
    };
    asked.message(link).await
}

struct Asked<'a> {
    gitlab: &'a Client,
    id: IdOrPath,
    page: Page<'a>,
}

impl Asked<'_> {
    async fn message(&self, link: &Link) -> Result<Option<Message>, RestError> {
        let (gitlab, id, page) = (self.gitlab, &self.id, &self.page);
        Ok(Some(match link {
            Link::Place { .. } => card::project(&gitlab.project(id).await?),
            Link::Issue { iid, note, .. } => return self.issue(*iid, *note).await,
            Link::MergeRequest { iid, note, .. } => {
                return self.merge_request(*iid, *note).await;
            }
            Link::Commit { sha, .. } => card::commit(&gitlab.commit(id, sha).await?, page),
            Link::Blob(blob) => return self.file(blob).await,
            Link::Pipeline { id: number, .. } => {
                pipeline::card::of(&gitlab.pipeline(id, *number).await?)
            }
            Link::Job { id: number, .. } => card::job(&gitlab.job(id, *number).await?, page),
            Link::Milestone { iid, .. } => {
                let place = Place::Project(id.clone());
                card::milestone(&gitlab.milestone_numbered(&place, *iid).await?, page)
            }
            Link::Release { tag, .. } => card::release(&gitlab.release(id, tag).await?, page),
            Link::Namespace { .. }
            | Link::Epic { .. }
            | Link::GroupMilestone { .. }
            | Link::Snippet { .. }
            | Link::Environment { .. } => return Ok(None),
        }))
    }

    /// Confidential ones are for those who may see them, and a channel is not asked.
    async fn issue(&self, iid: u64, note: Option<u64>) -> Result<Option<Message>, RestError> {
        let issue = self.gitlab.issue(&self.id, iid).await?;
        if issue.confidential {
            return Ok(None);
        }
        if let Some(note) = note {
            return self.note(Noteable::Issue(iid), note, &issue.title).await;
        }
        let body = self.page.text(issue.description.as_deref());
        Ok(Some(issue::card::of(&issue).body(body)))
    }

    async fn merge_request(
        &self,
        iid: u64,
        note: Option<u64>,
    ) -> Result<Option<Message>, RestError> {
        let merge_request = self.gitlab.merge_request(&self.id, iid).await?;
        if let Some(note) = note {
            let title = &merge_request.title;
            return self.note(Noteable::MergeRequest(iid), note, title).await;
        }
        // Not every edition tells.
        let approvals = self.gitlab.approvals(&self.id, iid).await.ok();
        let card = merge_request::card::of(&merge_request, approvals.as_ref());
        let body = self.page.text(merge_request.description.as_deref());
        Ok(Some(card.body(body)))
    }

    async fn note(
        &self,
        on: Noteable,
        note: u64,
        title: &str,
    ) -> Result<Option<Message>, RestError> {
        let note = self.gitlab.note(&self.id, on, note).await?;
        if note.is_internal() || note.system {
            return Ok(None);
        }
        Ok(Some(card::note(&note, on, title, &self.page)))
    }

    /// The lines that the address names; a whole file is no preview.
    async fn file(&self, blob: &BlobLink) -> Result<Option<Message>, RestError> {
        let Some(wanted) = blob.lines else {
            return Ok(None);
        };
        let mut last = Ok(None);
        for (revision, path) in blob.readings() {
            match self.gitlab.file_text(&self.id, &path, &revision).await {
                Ok(Some(text)) => {
                    let shown = lines::of(&text, wanted);
                    return Ok(shown.map(|shown| card::file(blob, &shown, &self.page)));
                }
                Ok(None) => return Ok(None),
                Err(error @ RestError::NotFound { .. }) => last = Err(error),
                Err(error) => return Err(error),
            }
        }
        last
    }
}
