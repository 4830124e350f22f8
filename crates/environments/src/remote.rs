//! An environment whose flags a GitLab keeps, or another Signalbox: it is asked over GitLab's
//! Features API.
//!
//! What is done there is told and audited here, like a change of our own; but the two cannot be
//! one commit. The entry is written after the remote has answered. Where its answer is lost,
//! whoever asked is told that nobody knows, and the audit says so as well.

mod answer;
mod asking;
mod record;
mod restore;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clock::{Chance, Clock};
use domain::EnvironmentName;
use flags::request::Targets;
use flags::{Catalogue, FlagKey, Gates, nearest};
use gitlab::rest::{Client, Feature, RestError, SetFeature, if_found};
use store::Store;

use crate::change::{
    AfterChange, Along, ChangeError, ChangeRequest, Changed, EnvironmentError, FlagRecord, Preview,
};
use crate::directory::{Directory, Named, NotResolved, changes};

/// What a remote environment is made of.
#[derive(Clone)]
pub struct RemoteParts {
    pub name: EnvironmentName,
    /// The Features API of the environment, with an administrator's token.
    pub client: Client,
    /// The definitions that this program has; the remote tells of the rest.
    pub catalogue: Arc<Catalogue>,
    /// Keeps the audit.
    pub store: Store,
    pub after_change: AfterChange,
    pub clock: Clock,
    pub chance: Chance,
}

/// An environment elsewhere.
#[derive(Clone)]
pub struct Remote(Arc<RemoteParts>);

impl Remote {
    #[must_use]
    pub fn new(parts: RemoteParts) -> Self {
        Self(Arc::new(parts))
    }

    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// A flag that this program does not understand hides no other one.
    pub(crate) async fn list(&self) -> Result<Vec<FlagRecord>, EnvironmentError> {
        let features = self.0.client.features().await?;
        let mut records: Vec<FlagRecord> = features
            .iter()
            .filter_map(|feature| {
                let record = self.record(feature);
                record
                    .inspect_err(|error| tracing::warn!(%error, "a flag is left out of the list"))
                    .ok()
            })
            .collect();
        records.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(records)
    }

    /// The API has no call for one flag, so all of them are asked for.
    pub(crate) async fn get(&self, flag: &FlagKey) -> Result<FlagRecord, EnvironmentError> {
        let features = self.0.client.features().await?;
        let found = features
            .into_iter()
            .find(|feature| feature.name == flag.as_str());
        match found {
            Some(feature) => self.record(&feature),
            None => Ok(FlagRecord {
                name: flag.clone(),
                gates: None,
                definition: self.catalogue().get(flag).cloned(),
                names: BTreeMap::new(),
            }),
        }
    }

    fn record(&self, feature: &Feature) -> Result<FlagRecord, EnvironmentError> {
        let strange = |why: String| EnvironmentError::Strange {
            host: self.host(),
            flag: feature.name.chars().take(80).collect(),
            why,
        };
        let name: FlagKey = feature
            .name
            .parse()
            .map_err(|error: domain::ids::InvalidId| strange(error.to_string()))?;
        let gates = answer::gates(feature).map_err(strange)?;
        let ours = self.catalogue().get(&name).cloned();
        let theirs = || feature.definition.as_ref().and_then(answer::definition);
        Ok(FlagRecord {
            definition: ours.or_else(theirs),
            name,
            gates: Some(gates),
            names: BTreeMap::new(),
        })
    }

    fn host(&self) -> String {
        self.0.client.base_url().host().to_owned()
    }

    pub(crate) async fn preview(&self, request: &ChangeRequest) -> Result<Preview, ChangeError> {
        let plan = flags::request::plan(&request.request)?;
        let before = self.get(&request.flag).await?;
        let before = self.known(request, before).await?;
        let targets = &request.request.targets;
        let names = self.resolve(targets).await?;
        let after = flags::apply(before.gates.as_ref(), &changes(&plan, targets, &names))?;
        Ok(Preview {
            before: before.gates,
            after,
            definition: before.definition,
            names,
        })
    }

    /// Another Signalbox has flags, but no projects and people to look up: it takes numbers.
    async fn resolve(&self, targets: &Targets) -> Result<Vec<Named>, ChangeError> {
        let client = &self.0.client;
        let resolved = Directory::of(client.clone()).resolve(targets).await;
        match resolved {
            Err(NotResolved::NotFound { .. }) if !self.is_gitlab().await? => {
                Ok(Directory::without_gitlab().resolve(targets).await?)
            }
            resolved => Ok(resolved?),
        }
    }

    async fn is_gitlab(&self) -> Result<bool, RestError> {
        Ok(if_found(self.0.client.version().await)?.is_some())
    }

    pub(crate) async fn change(&self, request: ChangeRequest) -> Result<Changed, ChangeError> {
        let (flag, note) = (request.flag.clone(), request.along.note.clone());
        let changed = self.make(request).await;
        self.noting(&flag, note, changed).await
    }

    async fn make(&self, request: ChangeRequest) -> Result<Changed, ChangeError> {
        if let Some(made) = self.made_already(&request.flag, &request.along).await? {
            return Ok(made);
        }
        let plan = flags::request::plan(&request.request)?;
        let before = self.get(&request.flag).await?;
        request.along.check(&request.flag, before.gates.as_ref())?;
        let before = self.known(&request, before).await?;
        let directory = Directory::of(self.0.client.clone());
        let targets = directory.spelled(&request.request.targets).await?;
        let parameters = asking::planned(&plan, targets, request.force);
        self.look_at_fence(&request.along).await?;
        let after = self.set(&request.flag, &parameters).await?;
        self.write_down(before, after, request.along).await
    }

    /// What is known of the flag that is asked for. A name that neither a definition nor the
    /// remote knows is refused here: the remote would make a flag of it.
    async fn known(
        &self,
        request: &ChangeRequest,
        found: FlagRecord,
    ) -> Result<FlagRecord, ChangeError> {
        if found.gates.is_some() || found.definition.is_some() || request.force {
            return Ok(found);
        }
        let theirs = if_found(self.0.client.feature_definitions().await)?.unwrap_or_default();
        let flag = &request.flag;
        if let Some(defined) = theirs.iter().find(|one| one.name == flag.as_str()) {
            return Ok(FlagRecord {
                definition: answer::definition(defined),
                ..found
            });
        }
        // Without any definition a typing error cannot be told from a new flag.
        if self.catalogue().is_empty() && theirs.is_empty() {
            return Ok(found);
        }
        let ours = self.catalogue().iter().map(|one| one.name.as_str());
        let names: BTreeSet<&str> = theirs
            .iter()
            .map(|one| one.name.as_str())
            .chain(ours)
            .collect();
        let nearest = nearest(flag.as_str(), names).into_iter();
        Err(ChangeError::UnknownFlag {
            flag: flag.clone(),
            nearest: nearest.filter_map(|name| name.parse().ok()).collect(),
        })
    }

    async fn set(
        &self,
        flag: &FlagKey,
        parameters: &SetFeature,
    ) -> Result<Option<Gates>, ChangeError> {
        let feature = self.0.client.set_feature(flag.as_str(), parameters).await;
        let feature = feature.map_err(|error| not_done(flag, error))?;
        match self.record(&feature) {
            Ok(record) => Ok(record.gates),
            Err(error) => Err(ChangeError::Uncertain {
                flag: flag.clone(),
                why: error.to_string(),
            }),
        }
    }

    pub(crate) async fn delete(
        &self,
        flag: &FlagKey,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let note = along.note.clone();
        let deleted = self.remove(flag, along).await;
        self.noting(flag, note, deleted).await
    }

    async fn remove(&self, flag: &FlagKey, along: Along) -> Result<Changed, ChangeError> {
        if let Some(made) = self.made_already(flag, &along).await? {
            return Ok(made);
        }
        let before = self.get(flag).await?;
        along.check(flag, before.gates.as_ref())?;
        self.look_at_fence(&along).await?;
        let deleted = self.0.client.delete_feature(flag.as_str()).await;
        deleted.map_err(|error| not_done(flag, error))?;
        self.write_down(before, None, along).await
    }
}

/// Why a request to change a flag has come to nothing, or perhaps not.
fn not_done(flag: &FlagKey, error: RestError) -> ChangeError {
    if error.certainly_not_done() {
        return error.into();
    }
    let told = error.to_string();
    // To try again is no remedy before somebody has looked.
    let remedy = format!("; {}", error.remedy());
    ChangeError::Uncertain {
        flag: flag.clone(),
        why: told.strip_suffix(&remedy).unwrap_or(&told).to_owned(),
    }
}
