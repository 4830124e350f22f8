//! The inbox: an event that was accepted here survives a crash.

use std::sync::Arc;

use clock::{Chance, Clock};
use domain::{EventId, HookName};
use gitlab::Webhook;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::{Accepted, NewEvent, RepeatKey, Store, StoreError};

/// Where verified webhooks go.
#[derive(Clone)]
pub struct Inbox {
    store: Store,
    clock: Clock,
    chance: Chance,
    edits: Option<OnEdit>,
}

/// Hears of each description of an issue that somebody edited, after its event is stored. It
/// must not wait: what takes time is its own business.
pub type OnEdit = Arc<dyn Fn(gitlab::DescriptionEdit) + Send + Sync>;

/// What a webhook's headers say about its repeats.
#[derive(Clone, Copy, Debug, Default)]
pub struct RepeatHeaders<'a> {
    /// `Idempotency-Key`: the same for every try of one webhook.
    pub idempotency_key: Option<&'a str>,
    /// `X-Gitlab-Event-UUID`: the same for every webhook of one event.
    pub event_uuid: Option<&'a str>,
}

impl Inbox {
    #[must_use]
    pub fn new(store: Store, clock: Clock, chance: Chance) -> Self {
        Self {
            store,
            clock,
            chance,
            edits: None,
        }
    }

    /// Tells of edited descriptions, too: the event that is stored has no text that long.
    #[must_use]
    pub fn telling(self, edits: OnEdit) -> Self {
        Self {
            edits: Some(edits),
            ..self
        }
    }

    /// Tells of what a webhook about an issue says was edited.
    pub(crate) fn tell_of_edit(&self, event_header: &str, body: &[u8]) {
        let is_of_an_issue = ["Issue Hook", "Work Item Hook"]
            .iter()
            .any(|name| event_header.ends_with(name));
        let edit = self.edits.as_ref().filter(|_| is_of_an_issue);
        if let Some((tell, edit)) = edit.zip(gitlab::DescriptionEdit::read(body)) {
            tell(edit);
        }
    }

    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Stores a webhook durably, once: a repeat gets the first one's id and changes nothing.
    ///
    /// # Errors
    /// When the database cannot take it now; nothing is stored then.
    pub async fn accept(
        &self,
        hook: &HookName,
        webhook: Webhook,
        repeat: RepeatKey,
    ) -> Result<Accepted, StoreError> {
        let now = self.clock.now();
        let Webhook {
            kind,
            project_path,
            title,
            outcome,
            ..
        } = webhook;
        let (body, ignored) = match outcome {
            Ok(event) => (serde_json::to_string(&event).unwrap_or_default(), None),
            Err(ignored) => (String::new(), Some(ignored.to_string())),
        };
        self.store
            .accept(NewEvent {
                id: EventId::mint(now.as_millisecond(), self.chance.next_u128()),
                hook: hook.clone(),
                kind,
                project: project_path,
                title,
                received_at: now,
                repeat,
                body,
                ignored,
            })
            .await
    }

    /// What tells a repeat of this webhook from another one.
    #[must_use]
    pub fn repeat_key(
        &self,
        hook: &HookName,
        headers: RepeatHeaders<'_>,
        name: &str,
        body: &[u8],
    ) -> RepeatKey {
        repeat_key(hook, headers, name, body, self.clock.now())
    }
}

/// How long a key that names one webhook is remembered.
const KEY_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a webhook without any key of its own is taken for a repeat of the same body.
const BODY_KEPT: SignedDuration = SignedDuration::from_mins(10);

fn repeat_key(
    hook: &HookName,
    headers: RepeatHeaders<'_>,
    name: &str,
    body: &[u8],
    now: Timestamp,
) -> RepeatKey {
    let (parts, kept): (Vec<&[u8]>, _) = match (headers.idempotency_key, headers.event_uuid) {
        (Some(key), _) => (vec![b"key", key.as_bytes()], KEY_KEPT),
        (None, Some(uuid)) => (
            vec![b"uuid", name.as_bytes(), uuid.as_bytes(), body],
            KEY_KEPT,
        ),
        (None, None) => (vec![b"body", name.as_bytes(), body], BODY_KEPT),
    };
    let mut hash = Sha256::new_with_prefix(hook.as_str());
    for part in parts {
        hash.update([0]);
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    RepeatKey {
        key,
        until: now.saturating_add(kept).unwrap_or(Timestamp::MAX),
    }
}
