//! The undo of a change that was made elsewhere.
//!
//! Everything that it needs is looked up before anything is changed. Which requests lead back is
//! `undo`'s business.

use std::collections::BTreeSet;

use flags::{ActorId, FlagKey, Gates};
use gitlab::rest::SetFeature;

use super::undo::{self, Step};
use super::{Remote, asking};
use crate::change::{Along, ChangeError, Changed};
use crate::directory::{Directory, Kind, NotResolved, TARGET_LIMIT};

impl Remote {
    pub(crate) async fn restore(
        &self,
        flag: &FlagKey,
        expected: Option<&Gates>,
        to: Option<&Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let note = along.note.clone();
        let restored = self.put_back(flag, expected, to, along).await;
        self.noting(flag, note, restored).await
    }

    async fn put_back(
        &self,
        flag: &FlagKey,
        expected: Option<&Gates>,
        to: Option<&Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        if let Some(made) = self.made_already(flag, &along).await? {
            return Ok(made);
        }
        let before = self.get(flag).await?;
        if before.gates.as_ref() == to {
            // Perhaps by this very undo, before this program was killed.
            let after = before.gates.clone();
            return self.write_down(before, after, along).await;
        }
        if before.gates.as_ref() != expected {
            return Err(ChangeError::Conflict { flag: flag.clone() });
        }
        let Some(to) = to else {
            return self.remove(flag, along).await;
        };
        let requests = self.way(flag, before.gates.as_ref(), to).await?;
        self.look_at_fence(&along).await?;
        let mut after = before.gates.clone();
        for (done, parameters) in requests.iter().enumerate() {
            match self.set(flag, parameters).await {
                Ok(gates) => after = gates,
                Err(error) if done == 0 => return Err(error),
                Err(error) => {
                    let unfinished = Along::noting(along.note);
                    self.write_down(before, after, unfinished).await?;
                    return Err(partly(flag, error));
                }
            }
        }
        self.write_down(before, after, along).await
    }

    /// The requests that lead to these gates; nothing is changed yet. Everything that they name
    /// is looked up first.
    async fn way(
        &self,
        flag: &FlagKey,
        from: Option<&Gates>,
        to: &Gates,
    ) -> Result<Vec<SetFeature>, ChangeError> {
        let no_way = |why: String| ChangeError::NoWayBack {
            flag: flag.clone(),
            why,
        };
        let host = self.host();
        let steps = undo::steps(from, to)
            .ok_or_else(|| no_way(format!("no requests to {host} lead to what it was")))?;
        let actors: BTreeSet<&ActorId> = steps.iter().flat_map(Step::actors).collect();
        if TARGET_LIMIT < actors.len() {
            let count = actors.len();
            return Err(no_way(format!(
                "its way back names {count} actors, and {TARGET_LIMIT} are the most"
            )));
        }
        let mut asked = Vec::with_capacity(actors.len());
        for actor in &actors {
            let (kind, id) = asking::kind(actor)
                .ok_or_else(|| no_way(format!("the API of {host} cannot name {actor}")))?;
            asked.push((kind, id.to_owned()));
        }
        let names = self.names(asked).await.map_err(|error| match error {
            NotResolved::NotFound { name } => no_way(format!("{host} does not find {name}")),
            NotResolved::NoGitLab { .. } | NotResolved::TooMany { .. } => no_way(error.to_string()),
            NotResolved::Unanswered(error) => error.into(),
        })?;
        let names = actors.into_iter().cloned().zip(names).collect();
        Ok(steps
            .iter()
            .map(|step| asking::step(step, &names))
            .collect())
    }

    /// What a change calls actors, which are given as kind and number or path.
    async fn names(&self, actors: Vec<(Kind, String)>) -> Result<Vec<String>, NotResolved> {
        let directory = Directory::of(self.0.client.clone());
        match directory.names(actors.iter().cloned()).await {
            Ok(named) => Ok(named.into_iter().map(|(_, name)| name).collect()),
            Err(NotResolved::NotFound { .. }) if !self.is_gitlab().await? => {
                Ok(actors.into_iter().map(|(_, number)| number).collect())
            }
            Err(error) => Err(error),
        }
    }
}

/// Some of the requests were answered, this one not.
fn partly(flag: &FlagKey, error: ChangeError) -> ChangeError {
    let why = match error {
        ChangeError::Uncertain { why, .. } => why,
        error => error.to_string(),
    };
    ChangeError::Partly {
        flag: flag.clone(),
        why,
    }
}
