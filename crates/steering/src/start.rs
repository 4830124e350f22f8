//! A rollout begins.

use std::collections::{BTreeMap, BTreeSet};

use domain::{DeliveryId, EnvironmentName, Message, Role, RolloutId};
use environments::EnvironmentError;
use flags::Gates;
use futures_util::future::try_join_all;
use rollouts::plan::StageKind;
use rollouts::wording::{self, To};
use rollouts::{ActRefused, Asker, Entry, Event, Plan, Rollout, Status};
use store::{
    CardPlace, Followed, NewDelivery, NewRollout, Speaker, StartRolloutError, StoreError, Thread,
    ThreadPlace,
};

use crate::write::{json, unreadable, written};
use crate::{Rollouts, SteeringError};

/// A rollout that began.
#[derive(Clone, Debug, PartialEq)]
pub struct Started {
    pub id: RolloutId,
    pub status: Status,
}

/// Why a rollout did not begin. Says what to do instead.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Refused(#[from] ActRefused),
    #[error("`{flag}` has a rollout already, {running}; end that one first, or roll it back")]
    AlreadyRuns { flag: String, running: RolloutId },
    #[error("the plan names the environment `{given}`; there is {known}")]
    UnknownEnvironment { given: String, known: String },
    #[error("the plan has no stages; add one")]
    NoStages,
    #[error("nobody knows how the flag stands in {environment}: {error}")]
    Environment {
        environment: String,
        error: EnvironmentError,
    },
    #[error(transparent)]
    Steering(#[from] SteeringError),
}

impl Rollouts {
    /// Begins a rollout by this plan, which was linted.
    ///
    /// # Errors
    /// See [`StartError`]; nothing was begun.
    pub async fn start(
        &self,
        plan: Plan,
        asker: &Asker,
        reason: Option<String>,
    ) -> Result<Started, StartError> {
        if !asker.roles.contains(&Role::Operator) {
            let needed = Role::Operator.word();
            return Err(ActRefused::Role { needed }.into());
        }
        let origin = self.origin(&plan).await?;
        let parts = &self.0;
        let at = parts.clock.now();
        let id = RolloutId::mint(at.as_millisecond(), parts.chance.next_u128());
        let flag = plan.flag.clone();
        let entry = Entry {
            number: 1,
            at,
            by: asker.author.clone(),
            event: Event::Started {
                plan: Box::new(plan),
                origin,
                reason,
            },
        };
        let rollout = Rollout::begin(id.clone(), &entry)
            .filter(|rollout| !rollout.stages.is_empty())
            .ok_or(StartError::NoStages)?;
        let new = NewRollout {
            id: id.clone(),
            flag: flag.clone(),
            state: json(&id, &rollout)?,
            entry: written(&entry).map_err(|error| unreadable(&id, error))?,
            next_at: at,
            followed: self.first_followed(&rollout, &entry),
            cards: self.cards(&rollout),
        };
        match parts.store.start_rollout(new).await {
            Ok(()) => Ok(Started {
                id,
                status: rollout.status(at),
            }),
            Err(StartRolloutError::AlreadyRuns(running)) => Err(StartError::AlreadyRuns {
                flag: flag.to_string(),
                running,
            }),
            Err(StartRolloutError::Store(error)) => Err(error.into()),
        }
    }

    /// How the flag stands in every environment that the plan touches.
    async fn origin(
        &self,
        plan: &Plan,
    ) -> Result<BTreeMap<EnvironmentName, Option<Gates>>, StartError> {
        let asked = touched(plan).into_iter().map(|name| async move {
            let environments = &self.0.environments;
            let Some(environment) = environments.named(name.as_str()) else {
                let known = environments.iter().map(|known| known.name.as_str());
                return Err(StartError::UnknownEnvironment {
                    given: name.to_string(),
                    known: known.collect::<Vec<_>>().join(", "),
                });
            };
            match environment.get(&plan.flag).await {
                Ok(found) => Ok((name, found.gates)),
                Err(error) => Err(StartError::Environment {
                    environment: name.to_string(),
                    error,
                }),
            }
        });
        Ok(try_join_all(asked).await?.into_iter().collect())
    }

    /// The thread's first message, which becomes the card, and all that follows the beginning.
    fn first_followed(&self, rollout: &Rollout, entry: &Entry) -> Followed {
        let mut followed = (self.0.aftermath)(rollout, entry);
        let places = self.cards(rollout);
        let roots = places
            .iter()
            .filter_map(|place| self.root(rollout, entry, place));
        followed.deliveries = roots.chain(followed.deliveries).collect();
        followed
    }

    fn cards(&self, rollout: &Rollout) -> Vec<CardPlace> {
        let workspace = self.0.workspace.clone();
        workspace
            .map(|workspace| CardPlace {
                workspace,
                channel: rollout.plan.channels.team.clone(),
            })
            .into_iter()
            .collect()
    }

    fn root(&self, rollout: &Rollout, entry: &Entry, place: &CardPlace) -> Option<NewDelivery> {
        let page = self.page(&rollout.id);
        let telling = wording::Telling {
            rollout,
            entry,
            page: Some(&page),
            on_call: None,
        };
        let told = wording::tell(&telling);
        let root = told.into_iter().find(|told| told.to == To::Root);
        let random = self.0.chance.next_u128();
        let id = DeliveryId::mint(entry.at.as_millisecond(), random);
        root_delivery(id, &rollout.id, place, &root?.message)
    }
}

/// The first message of a rollout's thread in a channel; `None` for one that cannot be written.
#[must_use]
pub fn root_delivery(
    id: DeliveryId,
    rollout: &RolloutId,
    place: &CardPlace,
    message: &Message,
) -> Option<NewDelivery> {
    Some(NewDelivery {
        id,
        workspace: place.workspace.clone(),
        channel: place.channel.clone(),
        speaker: Speaker::App,
        message: serde_json::to_string(message).ok()?,
        thread: Some(Thread {
            key: rollout.to_string(),
            place: ThreadPlace::Root,
        }),
    })
}

/// Every environment that the plan changes the flag in, or deletes it from.
fn touched(plan: &Plan) -> BTreeSet<EnvironmentName> {
    let stages = plan.stages.iter();
    stages
        .flat_map(|stage| {
            let cleaned: &[EnvironmentName] = match &stage.kind {
                StageKind::CleanUp(clean_up) => &clean_up.environments,
                StageKind::NonProduction
                | StageKind::Named(_)
                | StageKind::Preparation
                | StageKind::Percentage(_)
                | StageKind::Global
                | StageKind::Verification => &[],
            };
            stage.environments.iter().chain(cleaned)
        })
        .cloned()
        .collect()
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Steering(error.into())
    }
}
