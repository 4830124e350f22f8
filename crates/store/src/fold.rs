//! Folding: a lane that is behind tells what waits in one digest.

use domain::DeliveryId;
use jiff::Timestamp;

use crate::Store;
use crate::delivery::{self, Delivery, Position, Speaker};
use crate::engine::{Fault, Tx, Value};
use crate::lanes::{self, LaneError, LaneToken};

/// A message that stands for others of its lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDigest {
    pub id: DeliveryId,
    /// Who says it. It stands for messages of the same speaker alone.
    pub speaker: Speaker,
    /// The message as JSON.
    pub message: String,
}

/// A lane after folding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The delivery to send now, marked as being sent: the digest, unless an attempt of unknown
    /// outcome is still before it.
    pub head: Delivery,
    /// How many deliveries the digest stands for now.
    pub folded: u64,
    /// How many deliveries wait, the head included.
    pub waiting: u64,
}

/// What can be folded: everything in the lane whose message is certainly not in Slack, that one
/// speaker would say, and that belongs to no thread.
const FOLDABLE: &str = "d.lane = $1 AND d.state IN ('waiting', 'sending') \
     AND d.uncertain_since IS NULL AND d.thread IS NULL AND d.via = $2 AND COALESCE(d.webhook_of, '') = $3";

/// The values that [`FOLDABLE`] begins with.
fn foldable<'s>(token: LaneToken, speaker: &'s Speaker) -> [Value<'s>; 3] {
    let place = match speaker {
        Speaker::App => "",
        Speaker::Webhook { place } => place,
    };
    [token.lane.into(), speaker.via().name().into(), place.into()]
}

impl Store {
    /// The first `limit` deliveries of a lane that could be folded together, in order: of the
    /// first one that could be folded, and of those that the same speaker would say. The head
    /// that was claimed is among them unless an earlier attempt's outcome is unknown.
    ///
    /// # Errors
    /// [`LaneError::Stale`], or those of the store.
    pub async fn waiting(&self, token: LaneToken, limit: u32) -> Result<Vec<Delivery>, LaneError> {
        self.read(move |tx| {
            let held = tx.one(
                "SELECT 1 FROM lanes WHERE id = $1 AND token = $2 AND owner IS NOT NULL",
                &[token.lane.into(), token.number.into()],
                |_| Ok(()),
            )?;
            if held.is_none() {
                return Ok(Err(LaneError::Stale));
            }
            let first = "SELECT via, webhook_of FROM deliveries
                         WHERE lane = $1 AND state IN ('waiting', 'sending')
                               AND uncertain_since IS NULL AND thread IS NULL
                         ORDER BY position LIMIT 1";
            let speaker = tx.one(first, &[token.lane.into()], |mut row| {
                Speaker::read(&mut row, 0, 1)
            })?;
            let Some(speaker) = speaker else {
                return Ok(Ok(Vec::new()));
            };
            let sql = format!(
                "SELECT {} FROM {} WHERE {FOLDABLE} ORDER BY d.position LIMIT $4",
                delivery::COLUMNS,
                delivery::TABLES
            );
            let [lane, via, place] = foldable(token, &speaker);
            let queued = tx.query(&sql, &[lane, via, place, limit.into()], delivery::read)?;
            Ok(Ok(queued
                .into_iter()
                .map(|queued| queued.delivery)
                .collect()))
        })
        .await?
    }

    /// Puts `digest` in the place of everything that its speaker would say and that could be
    /// folded, up to and including `through`. What is folded shares the digest's fate: it waits while the digest waits, is
    /// digested once Slack took it, and dead if it dies.
    ///
    /// # Errors
    /// [`LaneError::Stale`], [`LaneError::NothingToFold`], or those of the store.
    pub async fn fold(
        &self,
        token: LaneToken,
        digest: NewDigest,
        through: Position,
        now: Timestamp,
    ) -> Result<Folded, LaneError> {
        self.write(move |tx| fold(tx, token, &digest, through, now))
            .await?
    }
}

/// What is about to be folded, summed up.
struct Batch {
    count: i64,
    sending: i64,
    position: i64,
    since: Timestamp,
}

fn fold(
    tx: &mut Tx<'_>,
    token: LaneToken,
    digest: &NewDigest,
    through: Position,
    now: Timestamp,
) -> Result<Result<Folded, LaneError>, Fault> {
    let Some(held) = lanes::lock(tx, token)? else {
        return Ok(Err(LaneError::Stale));
    };
    let Some(batch) = batch(tx, token, &digest.speaker, through)? else {
        return Ok(Err(LaneError::NothingToFold));
    };
    let speaker = &digest.speaker;
    let digest = insert(tx, token, digest, &batch, now)?;
    take_over(tx, token, speaker, digest, through, now)?;
    tx.count("delivery.sending", -batch.sending);
    tx.count("delivery.waiting", 1 + batch.sending - batch.count);
    tx.count("delivery.folded", batch.count);
    let waiting = held.waiting - batch.count + 1;
    let sql = "UPDATE lanes SET waiting = $2 WHERE id = $1";
    tx.execute(sql, &[token.lane.into(), waiting.into()])?;
    let folded = "SELECT COUNT(*) FROM deliveries WHERE digest = $1
                  AND (event_seq IS NOT NULL OR announces IS NOT NULL)";
    let folded = tx
        .one(folded, &[digest.into()], |row| row.count(0))?
        .unwrap_or(0);
    let head = delivery::begin_head(tx, token.lane, now)?
        .ok_or_else(|| Fault::Failed("a digest is not in its lane".to_owned()))?;
    Ok(Ok(Folded {
        head,
        folded,
        waiting: u64::try_from(waiting).unwrap_or(0),
    }))
}

fn batch(
    tx: &mut Tx<'_>,
    token: LaneToken,
    speaker: &Speaker,
    through: Position,
) -> Result<Option<Batch>, Fault> {
    let sql = format!(
        "SELECT COUNT(*), COUNT(d.sending_since), MIN(d.position), MIN(d.since) FROM deliveries d
         WHERE {FOLDABLE} AND d.position <= $4"
    );
    let [lane, via, place] = foldable(token, speaker);
    let batch = tx.one(&sql, &[lane, via, place, through.0.into()], |row| {
        let (Some(position), Some(since)) = (row.maybe_int(2)?, row.maybe_time(3)?) else {
            return Ok(None);
        };
        Ok(Some(Batch {
            count: row.int(0)?,
            sending: row.int(1)?,
            position,
            since,
        }))
    })?;
    Ok(batch.flatten())
}

/// The digest takes the place of the first that it stands for.
fn insert(
    tx: &mut Tx<'_>,
    token: LaneToken,
    digest: &NewDigest,
    batch: &Batch,
    now: Timestamp,
) -> Result<i64, Fault> {
    let [via, webhook_of] = digest.speaker.columns();
    let seq = tx.one(
        "INSERT INTO deliveries (id, lane, position, state, via, message, since, at, webhook_of)
         VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7, $8) RETURNING seq",
        &[
            digest.id.as_str().into(),
            token.lane.into(),
            batch.position.into(),
            via,
            (&digest.message).into(),
            batch.since.into(),
            now.into(),
            webhook_of,
        ],
        |row| row.int(0),
    )?;
    seq.ok_or_else(|| Fault::Failed("a digest has no number".to_owned()))
}

/// Points everything that is folded at the digest; their own messages are not needed again.
fn take_over(
    tx: &mut Tx<'_>,
    token: LaneToken,
    speaker: &Speaker,
    digest: i64,
    through: Position,
    now: Timestamp,
) -> Result<(), Fault> {
    let sql = format!(
        "UPDATE deliveries AS d SET state = 'folded', digest = $5, message = '', at = $6,
                sending_since = NULL
         WHERE {FOLDABLE} AND d.position <= $4 AND d.seq <> $5"
    );
    let [lane, via, place] = foldable(token, speaker);
    let through = through.0.into();
    tx.execute(
        &sql,
        &[lane, via, place, through, digest.into(), now.into()],
    )?;
    // A digest that was folded hands on what it stood for.
    tx.execute(
        "UPDATE deliveries SET digest = $1 WHERE digest IN
             (SELECT seq FROM deliveries
              WHERE digest = $1 AND event_seq IS NULL AND announces IS NULL)",
        &[digest.into()],
    )?;
    Ok(())
}
