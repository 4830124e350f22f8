//! An environment whose flags a GitLab keeps, or another Signalbox: it is asked over GitLab's
//! Features API.
//!
//! What is done there is told and audited here, like a change of our own; but the two cannot be
//! one commit. The entry is written after the remote has answered: a change whose answer was lost
//! is not in the audit, and whoever asked is told that nobody knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clock::{Chance, Clock};
use domain::{AuditId, EnvironmentName};
use flags::request::{Plan, Verb};
use flags::{ActorId, Catalogue, Change, Definition, FlagKey, Gates, Percentage};
use gitlab::rest::{
    Client, Feature, FeatureDefinition, FeatureValue, GateKey, GateValue, PercentageKey, SetFeature,
};
use store::{ChangeFlagError, FlagWrite, Store, Write};

use crate::change::{
    AfterChange, Along, ChangeError, ChangeRequest, Changed, EnvironmentError, FlagRecord, Preview,
};
use crate::directory::{Directory, changes};

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

    pub(crate) async fn list(&self) -> Result<Vec<FlagRecord>, EnvironmentError> {
        let features = self.0.client.features().await?;
        let mut records: Vec<FlagRecord> = features
            .iter()
            .map(|feature| self.record(feature))
            .collect::<Result<_, _>>()?;
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

    pub(crate) async fn preview(&self, request: &ChangeRequest) -> Result<Preview, ChangeError> {
        let plan = flags::request::plan(&request.request)?;
        let before = self.get(&request.flag).await?;
        self.check_known(request, &before)?;
        let targets = &request.request.targets;
        let names = Directory::of(self.0.client.clone())
            .resolve(targets)
            .await?;
        let after = flags::apply(before.gates.as_ref(), &changes(&plan, targets, &names))?;
        Ok(Preview {
            before: before.gates,
            after,
            definition: before.definition,
            names,
        })
    }

    pub(crate) async fn change(&self, request: ChangeRequest) -> Result<Changed, ChangeError> {
        let plan = flags::request::plan(&request.request)?;
        let before = self.get(&request.flag).await?;
        self.check_known(&request, &before)?;
        let after = self.set(&request, &plan).await?;
        self.record_change(before, after, request.along).await
    }

    /// A name that neither a definition nor the remote knows is refused here: the remote would
    /// make a flag of it.
    fn check_known(&self, request: &ChangeRequest, found: &FlagRecord) -> Result<(), ChangeError> {
        let is_known = found.gates.is_some() || found.definition.is_some();
        // Without definitions of its own this program cannot tell a typing error from a new flag.
        if is_known || request.force || self.catalogue().is_empty() {
            return Ok(());
        }
        Err(ChangeError::UnknownFlag {
            flag: request.flag.clone(),
            nearest: self.catalogue().nearest(request.flag.as_str()),
        })
    }

    async fn set(
        &self,
        request: &ChangeRequest,
        plan: &Plan,
    ) -> Result<Option<Gates>, ChangeError> {
        let targets = &request.request.targets;
        let (value, key) = wording(plan);
        let parameters = SetFeature {
            key,
            users: targets.users.clone(),
            groups: targets.groups.clone(),
            namespaces: targets.namespaces.clone(),
            projects: targets.projects.clone(),
            repositories: targets.repositories.clone(),
            feature_group: targets.feature_group.as_ref().map(ToString::to_string),
            force: request.force,
            ..SetFeature::to(value)
        };
        let feature = self
            .0
            .client
            .set_feature(request.flag.as_str(), &parameters)
            .await?;
        Ok(self.record(&feature)?.gates)
    }

    pub(crate) async fn delete(
        &self,
        flag: &FlagKey,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let before = self.get(flag).await?;
        self.0.client.delete_feature(flag.as_str()).await?;
        self.record_change(before, None, along).await
    }

    /// The API knows no "set to exactly this", so an undo is the requests that lead there. The
    /// first clears every gate: whatever is interrupted leaves less open, not more.
    pub(crate) async fn restore(
        &self,
        flag: &FlagKey,
        expected: Option<&Gates>,
        to: Option<&Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let before = self.get(flag).await?;
        if before.gates.as_ref() != expected {
            return Err(ChangeError::Conflict { flag: flag.clone() });
        }
        let client = &self.0.client;
        match to {
            None => client.delete_feature(flag.as_str()).await?,
            Some(gates) => {
                for parameters in requests_for(gates) {
                    client.set_feature(flag.as_str(), &parameters).await?;
                }
            }
        }
        let after = self.get(flag).await?.gates;
        self.record_change(before, after, along).await
    }

    async fn record_change(
        &self,
        before: FlagRecord,
        after: Option<Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let parts = &*self.0;
        let at = parts.clock.now();
        let entry = AuditId::mint(at.as_millisecond(), parts.chance.next_u128());
        let follow = along.follow(&parts.after_change, before.definition.as_ref());
        let write = FlagWrite {
            environment: parts.name.clone(),
            flag: before.name.clone(),
            write: Write::Elsewhere {
                before: before.gates.clone(),
                after: after.clone(),
            },
            note: along.note,
            names: Vec::new(),
            finishing: along.finishing,
        };
        let written = parts
            .store
            .change_flag(write, at, entry.clone(), follow)
            .await;
        if let Err(ChangeFlagError::Store(error)) = written {
            // It is done there, and cannot be undone because our log is full.
            tracing::error!(flag.key = %before.name, environment = %parts.name, %error, "a remote change is not in the audit");
        }
        Ok(Changed {
            environment: parts.name.clone(),
            flag: before.name,
            before: before.gates,
            after,
            definition: before.definition,
            entry,
            at,
        })
    }

    fn record(&self, feature: &Feature) -> Result<FlagRecord, EnvironmentError> {
        let strange = |why: String| EnvironmentError::Strange {
            host: self.0.client.base_url().host().to_owned(),
            flag: feature.name.chars().take(80).collect(),
            why,
        };
        let name: FlagKey = feature
            .name
            .parse()
            .map_err(|error: domain::ids::InvalidId| strange(error.to_string()))?;
        let gates = gates(feature).map_err(strange)?;
        let ours = self.catalogue().get(&name).cloned();
        let theirs = || feature.definition.as_ref().and_then(definition);
        Ok(FlagRecord {
            definition: ours.or_else(theirs),
            name,
            gates: Some(gates),
            names: BTreeMap::new(),
        })
    }
}

/// A plan in the API's words.
fn wording(plan: &Plan) -> (FeatureValue, Option<PercentageKey>) {
    match plan {
        Plan::Everyone(Change::PercentageOfActors(share)) => {
            let key = Some(PercentageKey::PercentageOfActors);
            (FeatureValue::Number(share.number()), key)
        }
        Plan::Everyone(Change::PercentageOfTime(share)) => {
            (FeatureValue::Number(share.number()), None)
        }
        Plan::Everyone(change) => {
            let on = *change == Change::SetBoolean(true);
            (FeatureValue::Boolean(on), None)
        }
        Plan::Each(Verb::Enable) => (FeatureValue::Boolean(true), None),
        Plan::Each(Verb::Disable) => (FeatureValue::Boolean(false), None),
        Plan::Each(Verb::OptOut) => (FeatureValue::OptOut, None),
        Plan::Each(Verb::RemoveOptOut) => (FeatureValue::RemoveOptOut, None),
    }
}

/// A definition as the API tells of it, when it is one that this program knows.
fn definition(theirs: &FeatureDefinition) -> Option<Definition> {
    Some(Definition {
        name: theirs.name.parse().ok()?,
        description: None,
        feature_issue_url: theirs.feature_issue_url.clone(),
        introduced_by_url: theirs.introduced_by_url.clone(),
        rollout_issue_url: theirs.rollout_issue_url.clone(),
        milestone: theirs.milestone.clone(),
        log_state_changes: theirs.log_state_changes,
        flag_type: theirs.kind.as_deref()?.parse().ok()?,
        group: theirs.group.clone(),
        default_enabled: theirs.default_enabled?,
        intended_to_rollout_by: None,
    })
}

/// Gates as the API tells of them.
fn gates(feature: &Feature) -> Result<Gates, String> {
    let mut gates = Gates::off();
    for gate in &feature.gates {
        match (gate.key, &gate.value) {
            (GateKey::Boolean, GateValue::Boolean(open)) => gates.boolean = *open,
            (GateKey::Actors, GateValue::Names(names)) => gates.actors = parsed(names)?,
            (GateKey::Groups, GateValue::Names(names)) => gates.groups = parsed(names)?,
            (GateKey::PercentageOfActors, GateValue::Number(number)) => {
                gates.percentage_of_actors = share(*number)?;
            }
            (GateKey::PercentageOfTime, GateValue::Number(number)) => {
                gates.percentage_of_time = share(*number)?;
            }
            (key, value) => return Err(format!("its gate {key:?} is {value:?}")),
        }
    }
    Ok(gates)
}

fn share(number: f64) -> Result<Percentage, String> {
    Percentage::new(number).map_err(|error| error.to_string())
}

fn parsed<T>(names: &[String]) -> Result<BTreeSet<T>, String>
where
    T: std::str::FromStr + Ord,
    T::Err: std::fmt::Display,
{
    names
        .iter()
        .map(|name| name.parse().map_err(|error: T::Err| error.to_string()))
        .collect()
}

/// The requests that make these gates, whatever was set before.
fn requests_for(gates: &Gates) -> Vec<SetFeature> {
    let mut requests = vec![SetFeature::to(FeatureValue::Boolean(gates.boolean))];
    for group in &gates.groups {
        requests.push(SetFeature {
            feature_group: Some(group.to_string()),
            ..SetFeature::to(FeatureValue::Boolean(true))
        });
    }
    let enabled: Vec<&ActorId> = gates.enabled_actors().collect();
    let opted_out: Vec<ActorId> = gates.opted_out_actors().collect();
    requests.extend(naming(enabled.into_iter(), FeatureValue::Boolean(true)));
    requests.extend(naming(opted_out.iter(), FeatureValue::OptOut));
    if !gates.percentage_of_actors.is_zero() {
        requests.push(SetFeature {
            key: Some(PercentageKey::PercentageOfActors),
            ..SetFeature::to(FeatureValue::Number(gates.percentage_of_actors.number()))
        });
    }
    if !gates.percentage_of_time.is_zero() {
        let share = gates.percentage_of_time.number();
        requests.push(SetFeature::to(FeatureValue::Number(share)));
    }
    requests
}

/// The request that sets these actors. The API takes projects, groups, users and repositories by
/// number; other actors cannot be named through it.
fn naming<'a>(
    actors: impl Iterator<Item = &'a ActorId>,
    value: FeatureValue,
) -> Option<SetFeature> {
    let mut request = SetFeature::to(value);
    let mut names_any = false;
    for actor in actors {
        let Some((class, id)) = actor.as_str().split_once(':') else {
            continue;
        };
        let list = match class {
            "Project" => &mut request.projects,
            "Group" => &mut request.groups,
            "User" => &mut request.users,
            "Repository" => &mut request.repositories,
            _ => continue,
        };
        list.push(id.to_owned());
        names_any = true;
    }
    names_any.then_some(request)
}
