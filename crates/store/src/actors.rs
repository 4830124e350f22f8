//! What people call the actors of flags, so that `Project:12` can be shown as its path.

use std::collections::HashMap;

use domain::ProjectPath;
use flags::ActorId;
use jiff::Timestamp;

use crate::engine::{Fault, Tx, Value, tx::Dialect};
use crate::revisions;
use crate::{Store, StoreError};

impl Store {
    /// What people call these actors; those without a known name are missing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn actor_names(
        &self,
        actors: &[ActorId],
    ) -> Result<HashMap<ActorId, String>, StoreError> {
        let actors = actors.to_vec();
        self.read(move |tx| names(tx, &actors)).await
    }

    /// The actors of the groups whose path is known, by path in lower case.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn group_ids(&self) -> Result<HashMap<ProjectPath, ActorId>, StoreError> {
        self.read(|tx| {
            // A path that was given to another group since is that group's.
            let sql = "SELECT name, actor FROM actor_names WHERE actor LIKE 'Group:%'
                       ORDER BY at, actor";
            let rows = tx.query(sql, &[], |mut row| Ok((row.text(0)?, row.parsed(1)?)))?;
            let by_path = rows.into_iter().filter_map(|(name, actor)| {
                let path = name.to_lowercase().parse().ok()?;
                Some((path, actor))
            });
            Ok(by_path.collect())
        })
        .await
    }
}

pub(crate) fn names(
    tx: &mut Tx<'_>,
    actors: &[ActorId],
) -> Result<HashMap<ActorId, String>, Fault> {
    let mut names = HashMap::new();
    if tx.dialect() == Dialect::Postgres {
        let ids: Vec<_> = actors.iter().map(|actor| Some(actor.as_str())).collect();
        let sql = "SELECT actor, name FROM actor_names WHERE actor = ANY(CAST($1 AS TEXT[]))";
        let rows = tx.query(sql, &[Value::Texts(&ids)], |mut row| {
            Ok((row.parsed(0)?, row.text(1)?))
        })?;
        names.extend(rows);
        return Ok(names);
    }
    for actor in actors {
        let sql = "SELECT name FROM actor_names WHERE actor = $1";
        let name = tx.one(sql, &[actor.as_str().into()], |mut row| row.text(0))?;
        names.extend(name.map(|name| (actor.clone(), name)));
    }
    Ok(names)
}

/// Remembers names; a new one takes the old one's place.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    names: &[(ActorId, String)],
    at: Timestamp,
) -> Result<(), Fault> {
    // In one order, so that two nodes never wait for each other.
    let names: std::collections::BTreeMap<_, _> =
        names.iter().map(|(actor, name)| (actor, name)).collect();
    let mut learned = 0;
    for (actor, name) in names {
        learned += tx.execute(
            "INSERT INTO actor_names (actor, name, at) VALUES ($1, $2, $3)
             ON CONFLICT (actor) DO UPDATE SET name = excluded.name, at = excluded.at
             WHERE actor_names.name <> excluded.name",
            &[actor.as_str().into(), name.into(), at.into()],
        )?;
    }
    if learned != 0 {
        revisions::bump(tx, revisions::ACTORS)?;
    }
    Ok(())
}
