//! What runs in the background, started together.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::core::Core;
use super::slack::{Reach, SlackSetup};
use crate::errors::{Errors, ErrorsSetup};
use crate::workers::cards::Cards;
use crate::workers::effects::Effects;
use crate::workers::homes::Homes;
use crate::workers::lane::LaneWorker;
use crate::workers::lanes::Lanes;
use crate::workers::line::Line;
use crate::workers::reloading::Reloading;
use crate::workers::renewing::Renewing;
use crate::workers::rollouts::Rollouts;
use crate::workers::routing::Router;
use crate::workers::schedules::Schedules;
use crate::workers::voices::Voices;

/// What runs in the background.
pub(super) struct Workers {
    reloading: Reloading,
    pub(super) router: Router,
    pub(super) lanes: Lanes,
    pub(super) errors: Errors,
    pub(super) effects: Effects,
    pub(super) schedules: Schedules,
    pub(super) renewing: Renewing,
    pub(super) homes: Homes,
    pub(super) cards: Cards,
    pub(super) rollouts: Rollouts,
    line: Option<Line>,
}

impl Workers {
    pub(super) fn new(
        core: &Core,
        reach: &Reach,
        slack: &SlackSetup,
        errors: ErrorsSetup,
        public_url: &str,
    ) -> anyhow::Result<Self> {
        let voices = Voices {
            installations: core.installations.clone(),
            integrations: core.integrations.clone(),
            hooks: reach.hooks.clone(),
            http: reach.http.clone(),
        };
        let owner = format!("node-{:016x}", core.chance.next_u64());
        let errors = Errors::new(errors, &owner, core.clock.clone(), core.chance.clone());
        let worker = LaneWorker {
            store: core.store.clone(),
            clock: core.clock.clone(),
            chance: core.chance.clone(),
            voices: Arc::new(voices),
            errors: errors.clone(),
            pace: slack.pace,
            digest_from: slack.digest_from,
            create_channels: slack.create_channels,
            public_url: public_url.to_owned(),
            owner,
        };
        Ok(Self {
            reloading: Reloading {
                store: core.store.clone(),
                environments: core.hosting.environments.clone(),
                integrations: core.integrations.clone(),
                installations: core.installations.clone(),
            },
            router: Router {
                store: core.store.clone(),
                integrations: core.integrations.clone(),
                projects: core.projects.clone(),
                clock: core.clock.clone(),
                chance: core.chance.clone(),
            },
            lanes: Lanes::new(worker, slack.concurrent_channels),
            errors,
            effects: core.effects.clone(),
            schedules: Schedules {
                store: core.store.clone(),
                chatops: core.app.parts().chatops.clone(),
                clock: core.clock.clone(),
            },
            renewing: Renewing {
                installations: core.installations.clone(),
                clock: core.clock.clone(),
            },
            homes: Homes {
                app: core.app.clone(),
            },
            rollouts: Rollouts::new(core.store.clone(), core.driver.clone()),
            cards: Cards {
                store: core.store.clone(),
                installations: core.installations.clone(),
                draw: super::rollouts::draw(public_url),
                clock: core.clock.clone(),
                chance: core.chance.clone(),
            },
            line: reach.socket(slack)?.map(|client| Line {
                client,
                app: core.app.clone(),
                host: reach.hooks.clone(),
            }),
        })
    }

    pub(super) fn spawn(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        tasks.spawn(self.reloading.clone().run(stop.clone()));
        tasks.spawn(self.router.clone().run(stop.clone()));
        tasks.spawn(self.lanes.clone().run(stop.clone()));
        self.errors.spawn(tasks, stop);
        tasks.spawn(self.effects.clone().run(stop.clone()));
        tasks.spawn(self.schedules.clone().run(stop.clone()));
        tasks.spawn(self.renewing.clone().run(stop.clone()));
        tasks.spawn(self.homes.clone().run(stop.clone()));
        tasks.spawn(self.rollouts.clone().run(stop.clone()));
        tasks.spawn(self.cards.clone().run(stop.clone()));
        if let Some(line) = self.line.clone() {
            tasks.spawn(line.run(tasks.clone(), stop.clone()));
        }
    }
}
