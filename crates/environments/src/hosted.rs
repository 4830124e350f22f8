//! An environment whose flags are kept here.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::{Chance, Clock};
use domain::{AuditId, EnvironmentName};
use flags::{ActorId, Catalogue, Change, FeatureGroups, FlagKey, Gates, GroupName, Live, Snapshot};
use store::{ChangeFlagError, FlagChanged, FlagWrite, Store, StoreError, Write};
use tokio::sync::watch;

use crate::change::{
    AfterChange, Along, ChangeError, ChangeRequest, Changed, EnvironmentError, FlagRecord, Preview,
};
use crate::directory::{Directory, changes};

/// What a hosted environment is made of.
#[derive(Clone)]
pub struct HostedParts {
    pub name: EnvironmentName,
    pub store: Store,
    pub catalogue: Arc<Catalogue>,
    pub groups: Arc<FeatureGroups>,
    pub directory: Directory,
    pub after_change: AfterChange,
    pub clock: Clock,
    pub chance: Chance,
}

/// An environment whose flags are in the database, evaluated from memory. Clones are the same
/// environment.
#[derive(Clone)]
pub struct Hosted {
    parts: Arc<HostedParts>,
    live: Live,
    revisions: Arc<watch::Sender<u64>>,
}

impl Hosted {
    /// The environment as the database has it now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(parts: HostedParts) -> Result<Self, StoreError> {
        let empty = Snapshot::build(&parts.catalogue, &parts.groups, [], 0);
        let hosted = Self {
            parts: Arc::new(parts),
            live: Live::new(empty),
            revisions: Arc::new(watch::Sender::new(0)),
        };
        hosted.reload().await?;
        Ok(hosted)
    }

    /// The flags as they are now, for evaluating.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    #[must_use]
    pub fn name(&self) -> &EnvironmentName {
        &self.parts.name
    }

    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.parts.catalogue
    }

    /// Takes over what other nodes have changed. Harmless when nobody has.
    ///
    /// # Errors
    /// When the database does not answer; what was known stays.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let HostedParts {
            store,
            catalogue,
            groups,
            name,
            ..
        } = &*self.parts;
        let stored = store.flags(name).await?;
        let snapshot = Snapshot::build(catalogue, groups, stored.flags, stored.revision);
        self.live.publish(snapshot);
        self.tell();
        Ok(())
    }

    /// The revision that is evaluated, for whoever waits for the next one.
    #[must_use]
    pub fn revisions(&self) -> watch::Receiver<u64> {
        self.revisions.subscribe()
    }

    /// Who belongs to which feature group.
    #[must_use]
    pub fn groups(&self) -> &FeatureGroups {
        &self.parts.groups
    }

    /// Says what is evaluated from now on.
    fn tell(&self) {
        let revision = self.live.load().revision();
        self.revisions.send_if_modified(|told| {
            let is_newer = *told < revision;
            *told = revision.max(*told);
            is_newer
        });
    }

    pub(crate) async fn list(&self) -> Result<Vec<FlagRecord>, EnvironmentError> {
        let snapshot = self.live.load();
        let mut records: Vec<FlagRecord> = snapshot
            .keys()
            .filter_map(|key| {
                let gates = snapshot.gates(key)?.clone();
                Some(self.record(key.parse().ok()?, Some(gates)))
            })
            .collect();
        drop(snapshot);
        records.sort_by(|one, other| one.name.cmp(&other.name));
        let actors = records.iter().filter_map(|record| record.gates.as_ref());
        let actors: Vec<ActorId> = actors.flat_map(actors_of).collect();
        let names = self.names(&actors).await?;
        for record in &mut records {
            let named = record.gates.iter().flat_map(actors_of);
            record.names = named
                .filter_map(|actor| names.get(&actor).map(|name| (actor, name.clone())))
                .collect();
        }
        Ok(records)
    }

    pub(crate) async fn get(&self, flag: &FlagKey) -> Result<FlagRecord, EnvironmentError> {
        let gates = self.live.load().gates(flag.as_str()).cloned();
        let mut record = self.record(flag.clone(), gates);
        let actors: Vec<ActorId> = record.gates.iter().flat_map(actors_of).collect();
        record.names = self.names(&actors).await?;
        Ok(record)
    }

    fn record(&self, name: FlagKey, gates: Option<Gates>) -> FlagRecord {
        FlagRecord {
            definition: self.catalogue().get(&name).cloned(),
            name,
            gates,
            names: BTreeMap::new(),
        }
    }

    async fn names(&self, actors: &[ActorId]) -> Result<BTreeMap<ActorId, String>, StoreError> {
        if actors.is_empty() {
            return Ok(BTreeMap::new());
        }
        Ok(self
            .parts
            .store
            .actor_names(actors)
            .await?
            .into_iter()
            .collect())
    }

    pub(crate) async fn preview(&self, request: &ChangeRequest) -> Result<Preview, ChangeError> {
        let (changes, names) = self.plan(request).await?;
        let before = self.live.load().gates(request.flag.as_str()).cloned();
        Ok(Preview {
            after: flags::apply(before.as_ref(), &changes)?,
            before,
            definition: self.catalogue().get(&request.flag).cloned(),
            names,
        })
    }

    pub(crate) async fn change(&self, request: ChangeRequest) -> Result<Changed, ChangeError> {
        let (changes, names) = self.plan(&request).await?;
        let write = match &request.along.expects {
            None => Write::Changes(changes),
            // What was looked at is what is changed: as an undo's, in one transaction.
            Some(_) => {
                let expected = self.live.load().gates(request.flag.as_str()).cloned();
                request.along.check(&request.flag, expected.as_ref())?;
                let to = flags::apply(expected.as_ref(), &changes)?;
                Write::Restore { expected, to }
            }
        };
        self.write(request.flag, write, request.along, names).await
    }

    pub(crate) async fn delete(
        &self,
        flag: &FlagKey,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let write = Write::Changes(vec![Change::Delete]);
        self.write(flag.clone(), write, along, Vec::new()).await
    }

    pub(crate) async fn restore(
        &self,
        flag: &FlagKey,
        expected: Option<&Gates>,
        to: Option<&Gates>,
        along: Along,
    ) -> Result<Changed, ChangeError> {
        let write = Write::Restore {
            expected: expected.cloned(),
            to: to.cloned(),
        };
        self.write(flag.clone(), write, along, Vec::new()).await
    }

    /// What a request comes down to, by GitLab's rules.
    async fn plan(
        &self,
        request: &ChangeRequest,
    ) -> Result<(Vec<Change>, Vec<(ActorId, String)>), ChangeError> {
        let plan = flags::request::plan(&request.request)?;
        let is_known = self.live.load().knows(request.flag.as_str());
        if !is_known && !request.force {
            return Err(ChangeError::UnknownFlag {
                nearest: self.nearest(&request.flag),
                flag: request.flag.clone(),
            });
        }
        let targets = &request.request.targets;
        if let Some(group) = targets.feature_group.as_ref().filter(|_| !request.force) {
            self.check_group(&request.flag, group)?;
        }
        let actors = self.parts.directory.resolve(targets).await?;
        Ok((changes(&plan, targets, &actors), actors))
    }

    /// Names that are defined or stored.
    fn nearest(&self, flag: &FlagKey) -> Vec<FlagKey> {
        let snapshot = self.live.load();
        let nearest = flags::nearest(flag.as_str(), snapshot.keys());
        nearest
            .into_iter()
            .filter_map(|name| name.parse().ok())
            .collect()
    }

    /// A group that the configuration no longer names can still be taken from a flag.
    fn check_group(&self, flag: &FlagKey, group: &GroupName) -> Result<(), ChangeError> {
        let groups = &self.parts.groups;
        let snapshot = self.live.load();
        let gates = snapshot.gates(flag.as_str());
        if groups.contains_key(group) || gates.is_some_and(|gates| gates.groups.contains(group)) {
            return Ok(());
        }
        let mut known: Vec<String> = groups.keys().map(ToString::to_string).collect();
        known.sort_unstable();
        let group = group.clone();
        Err(ChangeError::UnknownGroup { group, known })
    }

    async fn write(
        &self,
        flag: FlagKey,
        write: Write,
        along: Along,
        names: Vec<(ActorId, String)>,
    ) -> Result<Changed, ChangeError> {
        let HostedParts {
            clock,
            chance,
            after_change,
            ..
        } = &*self.parts;
        let at = clock.now();
        let mint = || AuditId::mint(at.as_millisecond(), chance.next_u128());
        let entry = along.entry.clone().unwrap_or_else(mint);
        let definition = self.catalogue().get(&flag).cloned();
        let follow = along.follow(after_change, definition.as_ref());
        let write = FlagWrite {
            environment: self.parts.name.clone(),
            flag: flag.clone(),
            write,
            note: along.note,
            names,
            finishing: along.finishing,
            fence: along.fence,
        };
        let changed = self
            .parts
            .store
            .change_flag(write, at, entry, follow)
            .await
            .map_err(|error| match error {
                ChangeFlagError::Refused(refusal) => ChangeError::Refused(refusal),
                ChangeFlagError::Conflict { .. } => ChangeError::Conflict { flag: flag.clone() },
                ChangeFlagError::ScheduleOver(id) => ChangeError::ScheduleOver(id),
                ChangeFlagError::Fenced(id) => ChangeError::Fenced(id),
                ChangeFlagError::Store(error) => error.into(),
            })?;
        self.show(&changed).await;
        Ok(Changed {
            environment: changed.environment,
            flag: changed.flag,
            before: changed.before,
            after: changed.after,
            definition,
            entry: changed.entry,
            at: changed.at,
        })
    }

    /// Evaluates what was changed from now on.
    ///
    /// A change that left everything as it was has the revision of the change before it, which
    /// may be of another flag and by another node.
    async fn show(&self, changed: &FlagChanged) {
        let after = changed.after.as_ref();
        let is_shown = if changed.before == changed.after {
            changed.revision <= self.live.load().revision()
        } else {
            self.live
                .publish_flag(&changed.flag, after, changed.revision)
        };
        if is_shown {
            return self.tell();
        }
        // The change is made; whoever is poked reads it again.
        if let Err(error) = self.reload().await {
            tracing::warn!(%error, environment = %changed.environment, "a change is evaluated later, as the database does not answer");
        }
    }
}

/// The actors of a flag, those that have opted out under their own names.
fn actors_of(gates: &Gates) -> impl Iterator<Item = ActorId> {
    gates
        .actors
        .iter()
        .map(|actor| actor.opted_out().unwrap_or_else(|| actor.clone()))
}
