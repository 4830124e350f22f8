//! The messages that show how rollouts stand, kept current by whoever draws them.
//!
//! A card is the first message of the thread whose key is its rollout's id. It is looked at when
//! its rollout was written about, and from time to time while the rollout is open: time passes
//! on it too.

use domain::{ChannelName, RolloutId, WorkspaceId};
use jiff::{SignedDuration, Timestamp};

use super::CardPlace;
use crate::delivery::NewDelivery;
use crate::engine::{Fault, Row, Tx, tx::Poke};
use crate::{Store, StoreError, route, threads};

/// The right to draw a card; over when somebody else claimed it after the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardToken {
    seq: i64,
    number: i64,
}

/// A card to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedCard {
    pub token: CardToken,
    pub rollout: RolloutId,
    pub place: CardPlace,
    /// Slack's id of the channel in which it stands.
    pub channel_id: String,
    pub ts: String,
    /// What [`CardOutcome::Shows`] said last.
    pub shown: Option<String>,
}

/// What looking at a card came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardOutcome {
    /// It shows how the rollout stands.
    Shows {
        /// A hash of what it shows.
        shown: String,
        /// What of the rollout it was drawn from.
        revision: u64,
        version: u64,
        /// When it is looked at, though nothing may have happened.
        next_at: Timestamp,
    },
    /// Slack could not say; nobody looks at it before `at`.
    Again { at: Timestamp },
    /// Somebody deleted it. This is posted in its place, as the root of its thread.
    Lost { root: NewDelivery },
    /// It shows all that it ever will.
    Over,
}

impl Store {
    /// Claims up to `limit` cards that may have something new to show: the history of their
    /// rollout went on; or something else was written about it, and `pause` has passed since
    /// they were looked at; or their moment has come. A card whose root is on its way waits for
    /// it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn claim_cards(
        &self,
        now: Timestamp,
        lease: SignedDuration,
        pause: SignedDuration,
        limit: u32,
    ) -> Result<Vec<ClaimedCard>, StoreError> {
        let node = self.node();
        let quiet = now.saturating_sub(pause).unwrap_or(Timestamp::MIN);
        let is_any_due = self.read(move |tx| is_any_due(tx, now, quiet)).await?;
        if !is_any_due {
            return Ok(Vec::new());
        }
        self.write(move |tx| {
            let values = [
                now.into(),
                quiet.into(),
                limit.into(),
                (now + lease).into(),
                (&node).into(),
            ];
            let sql = claim_sql(tx.pick("", " FOR UPDATE OF c SKIP LOCKED"));
            let claimed = tx.query(&sql, &values, |row| Ok((row.int(0)?, row.int(1)?)))?;
            let mut cards = Vec::with_capacity(claimed.len());
            for (seq, number) in claimed {
                cards.extend(find(tx, CardToken { seq, number })?);
            }
            Ok(cards)
        })
        .await
    }

    /// Writes down what looking at a card came to. One that is not the token's any more is left
    /// alone.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settle_card(
        &self,
        card: &ClaimedCard,
        outcome: CardOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let card = card.clone();
        self.write(move |tx| settle(tx, &card, &outcome, now)).await
    }
}

/// The card `c`, its rollout `r`, and where its thread begins, `t`.
const DUE: &str = "rollout_cards c JOIN rollouts r ON r.id = c.rollout
     JOIN threads t ON t.workspace = c.workspace AND t.channel = c.channel AND t.key = c.rollout
     WHERE c.lease_until <= $1 AND c.not_before <= $1
       AND (c.version <> r.version OR c.next_at <= $1
            OR (c.revision <> r.revision AND c.drawn_at <= $2))";

fn is_any_due(tx: &mut Tx<'_>, now: Timestamp, quiet: Timestamp) -> Result<bool, Fault> {
    let sql = format!("SELECT 1 FROM {DUE} LIMIT 1");
    let found = tx.one(&sql, &[now.into(), quiet.into()], |_| Ok(()))?;
    Ok(found.is_some())
}

fn claim_sql(locking: &str) -> String {
    format!(
        "WITH due AS MATERIALIZED (
             SELECT c.seq FROM {DUE} ORDER BY c.drawn_at, c.seq LIMIT $3{locking}
         )
         UPDATE rollout_cards SET token = token + 1, lease_until = $4, node = $5
         WHERE seq IN (SELECT seq FROM due) RETURNING seq, token"
    )
}

fn find(tx: &mut Tx<'_>, token: CardToken) -> Result<Option<ClaimedCard>, Fault> {
    let read = |mut row: Row| {
        Ok(ClaimedCard {
            token,
            rollout: row.parsed(0)?,
            place: CardPlace {
                workspace: row.parsed::<WorkspaceId>(1)?,
                channel: row.parsed::<ChannelName>(2)?,
            },
            channel_id: row.text(3)?,
            ts: row.text(4)?,
            shown: row.maybe_text(5)?,
        })
    };
    tx.one(
        "SELECT c.rollout, c.workspace, c.channel, t.channel_id, t.ts, c.shown
         FROM rollout_cards c JOIN threads t
           ON t.workspace = c.workspace AND t.channel = c.channel AND t.key = c.rollout
         WHERE c.seq = $1",
        &[token.seq.into()],
        read,
    )
}

fn settle(
    tx: &mut Tx<'_>,
    card: &ClaimedCard,
    outcome: &CardOutcome,
    now: Timestamp,
) -> Result<(), Fault> {
    let (seq, number) = (card.token.seq.into(), card.token.number.into());
    let settled = tx.execute(
        "UPDATE rollout_cards SET drawn_at = $3, lease_until = 0, node = NULL
         WHERE seq = $1 AND token = $2 AND lease_until > 0",
        &[seq, number, now.into()],
    )?;
    if settled == 0 {
        return Ok(());
    }
    match outcome {
        CardOutcome::Shows {
            shown,
            revision,
            version,
            next_at,
        } => tx.execute(
            "UPDATE rollout_cards SET shown = $2, revision = $3, version = $4, next_at = $5
             WHERE seq = $1",
            &[
                seq,
                shown.into(),
                (*revision).into(),
                (*version).into(),
                (*next_at).into(),
            ],
        )?,
        CardOutcome::Again { at } => {
            let sql = "UPDATE rollout_cards SET not_before = $2 WHERE seq = $1";
            tx.execute(sql, &[seq, (*at).into()])?
        }
        CardOutcome::Lost { root } => {
            let CardPlace { workspace, channel } = &card.place;
            threads::forget(
                tx,
                [workspace.as_str(), channel.as_str(), card.rollout.as_str()],
            )?;
            route::tell_of_rollout(tx, &card.rollout, std::slice::from_ref(root), now)?;
            let sql = "UPDATE rollout_cards SET shown = NULL, revision = 0, version = 0
                       WHERE seq = $1";
            tx.execute(sql, &[seq])?
        }
        CardOutcome::Over => tx.execute("DELETE FROM rollout_cards WHERE seq = $1", &[seq])?,
    };
    tx.poke(Poke::ThisProcess);
    Ok(())
}

/// Cards that are there already stay as they are.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    rollout: &RolloutId,
    places: &[CardPlace],
) -> Result<(), Fault> {
    for place in places {
        tx.execute(
            "INSERT INTO rollout_cards (rollout, workspace, channel) VALUES ($1, $2, $3)
             ON CONFLICT (rollout, workspace, channel) DO NOTHING",
            &[
                rollout.as_str().into(),
                place.workspace.as_str().into(),
                place.channel.as_str().into(),
            ],
        )?;
    }
    Ok(())
}
