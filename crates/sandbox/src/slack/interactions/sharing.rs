//! Sharing links: `link_shared`, for the apps whose domains they belong to.

use serde_json::Value;

use super::{Doer, action_ts};
use crate::slack::SlackSandbox;
use crate::slack::links::{self, Source, Unfurl};

/// Where links are shared.
#[derive(Debug)]
pub struct Shared<'a> {
    pub doer: Doer,
    /// The channel's id.
    pub channel: &'a str,
    /// The message; none while it is composed.
    pub ts: Option<&'a str>,
    /// As it is stored.
    pub text: &'a str,
}

impl SlackSandbox {
    /// Tells the apps whose domains it holds of shared links.
    pub fn share_links(&self, shared: &Shared<'_>) {
        for (app, event) in self.links_shared(shared) {
            self.tell_app(&shared.doer.workspace, &app, &event);
        }
    }

    /// The events that tell apps of shared links, each with its app.
    fn links_shared(&self, shared: &Shared<'_>) -> Vec<(String, Value)> {
        let options = self.options();
        let now = options.clock.now();
        let links = links::in_text(shared.text);
        let mut state = self.lock();
        let (workspace, apps) = state.workspace_and_apps(&shared.doer.workspace);
        let mut told = links::to_tell(apps, &links);
        told.retain(|(app, ..)| workspace.installed(app).is_some());
        let events = told.into_iter().map(|(app, links, json)| {
            let unfurl = Unfurl {
                id: links::mint_id(&options.chance),
                app,
                user: shared.doer.person.clone(),
                channel: shared.channel.to_owned(),
                source: shared.ts.map_or(Source::Composer, |_| Source::History),
                ts: shared.ts.map(str::to_owned),
                links,
            };
            let event = links::event(workspace, &unfurl, &json, &action_ts(now));
            let app = unfurl.app.clone();
            workspace.screens.remember(unfurl);
            (app, event)
        });
        events.collect()
    }
}
