//! What rollouts need of the service: whom they ask, whom they tell, and who carries them out.

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::{Chance, Clock};
use commands::rules::Rules;
use commands::{ChatOps, People, Steered};
use domain::{Mrkdwn, WorkspaceId};
use driver::{Aftermath, Driver, Reachable, Sources, Telling};
use environments::Environments;
use integrations::Integrations;
use rollouts::Rollout;
use rollouts::card::card;
use rollouts::plan::{Facts, Plans, Provider};
use sinks::Sink;
use steering::sinks::{EventSinks, Wants};
use store::Store;
use tokio_util::task::TaskTracker;

use crate::workers::cards::{Draw, Drawn};
use crate::workers::effects::Sinks;

/// Whom rollouts ask and tell, as the configuration says.
#[derive(Default)]
pub struct RolloutsSetup {
    pub sources: Sources,
    /// Mentions of groups of people, by the name that plans call them.
    pub groups: BTreeMap<String, Mrkdwn>,
    /// The programs that are told, and of what.
    pub event_sinks: Vec<(Sink, Wants)>,
}

impl RolloutsSetup {
    /// The names that plans may use, and who can be asked.
    #[must_use]
    pub fn facts(&self, rules: &Rules, has_gitlab: bool) -> Facts<'static> {
        let Sources {
            sentry,
            elasticsearch,
            prometheus,
            on_call,
            endpoints,
            ..
        } = &self.sources;
        let checks = &rules.checks;
        let is_there = |provider: &Provider| match provider {
            Provider::Sentry => sentry.is_some(),
            Provider::Elasticsearch => elasticsearch.is_some(),
            Provider::Prometheus => prometheus.is_some(),
            Provider::GitLab => has_gitlab,
            Provider::Code => has_gitlab && !rules.code.projects.is_empty(),
            Provider::Incidents => has_gitlab && checks.incidents.is_some(),
            Provider::Changes => has_gitlab && checks.changes.is_some(),
            Provider::Health => prometheus.is_some() && checks.health.is_some(),
            Provider::OnCall => on_call.is_some(),
        };
        let groups = self.groups.keys();
        Facts {
            providers: Some(Provider::ALL.into_iter().filter(is_there).collect()),
            endpoints: Some(endpoints.keys().cloned().collect()),
            groups: Some(groups.filter_map(|name| name.parse().ok()).collect()),
            ..Facts::default()
        }
    }
}

/// What carrying rollouts out needs of everything else.
pub(super) struct Needs<'a> {
    pub(super) store: &'a Store,
    pub(super) environments: &'a Environments,
    pub(super) integrations: &'a Integrations,
    pub(super) chatops: &'a ChatOps,
    pub(super) rules: &'a Rules,
    pub(super) gitlab: Option<&'a gitlab::rest::Client>,
    pub(super) plans: Plans,
    pub(super) people: &'a People,
    pub(super) workspace: Option<WorkspaceId>,
    pub(super) public_url: &'a str,
    pub(super) clock: &'a Clock,
    pub(super) chance: &'a Chance,
}

/// Whoever carries rollouts out. From now on the commands about rollouts work, and everything
/// that finds rollouts by them.
pub(super) fn load(setup: RolloutsSetup, needs: &Needs<'_>) -> (Driver, Sinks) {
    let facts = setup.facts(needs.rules, needs.gitlab.is_some());
    let (sinks, wants): (Vec<Sink>, Vec<Wants>) = setup.event_sinks.into_iter().unzip();
    let aftermath = Aftermath::new(Telling {
        workspace: needs.workspace.clone(),
        people: Reachable::new(slack_ids(needs.people)),
        groups: setup.groups,
        public_url: needs.public_url.to_owned(),
        has_gitlab: needs.gitlab.is_some(),
        reroutes: integrations::FLAG.parse().ok(),
        chance: needs.chance.clone(),
    })
    .with_sinks(EventSinks::new(wants, needs.public_url));
    let follow = aftermath.clone();
    let rollouts = steering::Rollouts::new(steering::Parts {
        store: needs.store.clone(),
        environments: needs.environments.clone(),
        aftermath: Arc::new(move |rollout, entry| follow.follow(rollout, entry)),
        workspace: needs.workspace.clone(),
        reach: reach(needs),
        public_url: needs.public_url.to_owned(),
        clock: needs.clock.clone(),
        chance: needs.chance.clone(),
    });
    let speaking = needs.integrations.clone();
    let reroute: driver::Reroute = Arc::new(move |event| speaking.voice_of(event));
    let driver = Driver::new(driver::Parts {
        store: needs.store.clone(),
        environments: needs.environments.clone(),
        chatops: needs.chatops.clone(),
        gitlab: needs.gitlab.cloned(),
        sources: setup.sources,
        aftermath,
        reroute: integrations::FLAG.parse().ok().map(|flag| (flag, reroute)),
        public_url: needs.public_url.to_owned(),
        clock: needs.clock.clone(),
        chance: needs.chance.clone(),
    });
    needs.chatops.steer(Steered {
        rollouts,
        plans: needs.plans.clone(),
        facts,
        foresight: driver.foresight(),
    });
    (driver, Sinks::new(sinks))
}

/// What `rollout link` may name beside what a plan does.
fn reach(needs: &Needs<'_>) -> steering::Reach {
    let rules = needs.rules;
    let checks = [&rules.checks.incidents, &rules.checks.changes].into_iter();
    let checked = checks.flatten().filter_map(|issues| issues.project.clone());
    let code = rules.code.projects.iter().map(|code| code.path.clone());
    steering::Reach {
        gitlab: needs.gitlab.map(|gitlab| gitlab.base_url().to_string()),
        projects: code.chain(checked).collect(),
    }
}

/// Takes over what people tick in GitLab.
pub(super) fn on_edit(driver: Driver, asked: TaskTracker) -> web::OnEdit {
    Arc::new(move |edit| {
        let driver = driver.clone();
        asked.spawn(async move { driver.description_edited(&edit).await });
    })
}

/// Whom to write to, by their user names in GitLab.
fn slack_ids(people: &People) -> BTreeMap<String, String> {
    let known = people.0.iter();
    known
        .filter_map(|(id, person)| Some((person.gitlab.clone()?, id.clone())))
        .collect()
}

/// Draws cards whose links lead to the pages at `public_url`.
pub(super) fn draw(public_url: &str) -> Draw {
    let public_url = public_url.to_owned();
    Arc::new(move |record, now| {
        let rollout: Rollout = serde_json::from_str(&record.state)
            .inspect_err(
                |error| tracing::warn!(rollout.id = %record.id, %error, "a rollout cannot be read"),
            )
            .ok()?;
        let page = steering::page(&public_url, &record.id);
        let status = rollout.status(now);
        Some(Drawn {
            message: card(&status, now, Some(&page)),
            controls: app::rollouts::controls(&status),
        })
    })
}
