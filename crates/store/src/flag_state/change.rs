//! The transaction of a change.

use std::collections::{BTreeMap, BTreeSet};

use domain::{AuditId, EnvironmentName};
use flags::{ActorId, FlagKey, Gates};
use jiff::Timestamp;

use super::{ChangeFlagError, FlagChanged, FlagWrite, Followed, Write};
use crate::audit::{self, NewEntry, Subject, to_json};
use crate::engine::{Fault, Tx, tx::Poke};
use crate::{actors, effects, revisions, rollouts, route, schedules};

pub(super) fn change(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    at: Timestamp,
    entry: &AuditId,
    follow: &mut impl FnMut(&FlagChanged) -> Followed,
) -> Result<Result<FlagChanged, ChangeFlagError>, Fault> {
    let counted = revisions::of_flags(&write.environment);
    let revision = revisions::lock(tx, &counted)?;
    if let Some(made) = made_already(tx, write, entry)? {
        return Ok(Ok(made));
    }
    if let Some(schedule) = &write.finishing
        && !schedules::lock_waiting(tx, schedule)?
    {
        return Ok(Err(ChangeFlagError::ScheduleOver(schedule.clone())));
    }
    if let Some(fence) = &write.fence
        && !rollouts::fence_holds(tx, &fence.rollout, fence.revision)?
    {
        return Ok(Err(ChangeFlagError::Fenced(fence.rollout.clone())));
    }
    let before = match &write.write {
        Write::Changes(_) | Write::Restore { .. } => gates(tx, &write.environment, &write.flag)?,
        Write::Elsewhere { before, .. } => before.clone(),
    };
    let after = match after(write, before.as_ref()) {
        Ok(after) => after,
        Err(error) => {
            let refused = Some(error.to_string());
            // A rollout's change is tried again under its name, which must be in the audit then.
            let entry = match &write.fence {
                Some(_) => entry.refused_at(at.as_millisecond()),
                None => entry.clone(),
            };
            record(
                tx,
                write,
                at,
                &entry,
                [before.clone(), before],
                None,
                refused,
            )?;
            return Ok(Err(error));
        }
    };
    let is_elsewhere = matches!(write.write, Write::Elsewhere { .. });
    let revision = if is_elsewhere || before == after {
        revision
    } else {
        put(tx, write, after.as_ref(), at)?;
        revisions::bump(tx, &counted)?
    };
    record(
        tx,
        write,
        at,
        entry,
        [before.clone(), after.clone()],
        Some(revision),
        None,
    )?;
    actors::remember(tx, &write.names, at)?;
    if let Some(schedule) = &write.finishing {
        schedules::end_with_change(tx, schedule, entry, at)?;
    }
    let names = names_of(tx, before.as_ref(), after.as_ref())?;
    let changed = FlagChanged {
        entry: entry.clone(),
        environment: write.environment.clone(),
        flag: write.flag.clone(),
        before,
        after,
        revision: u64::try_from(revision).unwrap_or(0),
        at,
        names,
    };
    let followed = follow(&changed);
    write_followed(tx, &changed, &followed)?;
    tx.poke(Poke::EveryNode);
    Ok(Ok(changed))
}

/// What the gates are to be.
fn after(write: &FlagWrite, before: Option<&Gates>) -> Result<Option<Gates>, ChangeFlagError> {
    match &write.write {
        Write::Changes(changes) => Ok(flags::apply(before, changes)?),
        Write::Restore { expected, to } if expected.as_ref() == before => Ok(to.clone()),
        Write::Restore { .. } => Err(ChangeFlagError::Conflict {
            environment: write.environment.clone(),
            flag: write.flag.clone(),
            now: before.cloned(),
        }),
        Write::Elsewhere { after, .. } => Ok(after.clone()),
    }
}

pub(super) fn gates(
    tx: &mut Tx<'_>,
    environment: &EnvironmentName,
    flag: &FlagKey,
) -> Result<Option<Gates>, Fault> {
    tx.one(
        "SELECT gates FROM flags WHERE environment = $1 AND flag = $2",
        &[environment.as_str().into(), flag.as_str().into()],
        |mut row| row.json(0),
    )
}

fn put(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    gates: Option<&Gates>,
    at: Timestamp,
) -> Result<(), Fault> {
    let key = [
        write.environment.as_str().into(),
        write.flag.as_str().into(),
    ];
    let Some(gates) = gates else {
        let sql = "DELETE FROM flags WHERE environment = $1 AND flag = $2";
        return tx.execute(sql, &key).map(drop);
    };
    let [environment, flag] = key;
    tx.execute(
        "INSERT INTO flags (environment, flag, gates, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (environment, flag) DO UPDATE
         SET gates = excluded.gates, changed_at = excluded.changed_at",
        &[environment, flag, (&to_json(gates)?).into(), at.into()],
    )?;
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    at: Timestamp,
    entry: &AuditId,
    [before, after]: [Option<Gates>; 2],
    revision: Option<i64>,
    refused: Option<String>,
) -> Result<(), Fault> {
    let subject = Subject::Flag {
        environment: write.environment.clone(),
        flag: write.flag.clone(),
        before,
        after,
    };
    let entry = NewEntry {
        id: entry,
        at,
        note: &write.note,
        subject,
        revision,
        refused,
    };
    audit::write(tx, &entry)
}

/// What the audit says of a change whose answer was lost.
fn made_already(
    tx: &mut Tx<'_>,
    write: &FlagWrite,
    entry: &AuditId,
) -> Result<Option<FlagChanged>, Fault> {
    let found = tx.one(
        "SELECT environment, name, was, became, revision, at FROM audit
         WHERE id = $1 AND subject = 'flag' AND refused IS NULL",
        &[entry.as_str().into()],
        |mut row| {
            Ok(FlagChanged {
                entry: entry.clone(),
                environment: row.parsed(0)?,
                flag: row.parsed(1)?,
                before: row.maybe_json(2)?,
                after: row.maybe_json(3)?,
                revision: row.count(4)?,
                at: row.time(5)?,
                names: BTreeMap::new(),
            })
        },
    )?;
    match found {
        Some(made) if made.environment != write.environment || made.flag != write.flag => Err(
            Fault::Failed(format!("audit entry {entry} tells of another change")),
        ),
        Some(made) => {
            let names = names_of(tx, made.before.as_ref(), made.after.as_ref())?;
            Ok(Some(FlagChanged { names, ..made }))
        }
        None => Ok(None),
    }
}

/// The most actors whose names are looked up for what follows: people read no more of them.
const MOST_NAMES: usize = 50;

/// What people call the actors of a change, those first that it adds or takes away.
fn names_of(
    tx: &mut Tx<'_>,
    before: Option<&Gates>,
    after: Option<&Gates>,
) -> Result<BTreeMap<ActorId, String>, Fault> {
    let none = BTreeSet::new();
    let [before, after] = [before, after].map(|gates| gates.map_or(&none, |gates| &gates.actors));
    let actors: Vec<ActorId> = before
        .symmetric_difference(after)
        .chain(before.intersection(after))
        .take(MOST_NAMES)
        .map(|actor| actor.opted_out().unwrap_or_else(|| actor.clone()))
        .collect();
    Ok(actors::names(tx, &actors)?.into_iter().collect())
}

fn write_followed(
    tx: &mut Tx<'_>,
    changed: &FlagChanged,
    followed: &Followed,
) -> Result<(), Fault> {
    route::announce(tx, &changed.entry, &followed.deliveries, changed.at)?;
    for effect in &followed.effects {
        effects::insert(tx, effect, changed.at)?;
    }
    for schedule in &followed.schedules {
        schedules::insert(tx, schedule, changed.at)?;
    }
    Ok(())
}
