//! Homes that are kept up to date while nobody does anything in them.
//!
//! What happened is read from the store: events that came in, messages that did not get through,
//! flags, connections and links. So it does not matter which node heard of it, and looking twice
//! changes nothing. Each Home is made anew once a minute at most.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::WorkspaceId;
use futures_util::stream::{self, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use slack::UserId;
use store::{Home, StoreError};

use super::news::{News, Seen};
use super::publish::Owner;
use super::shown::Shown;
use crate::app::App;

/// Whoever has not looked for so long sees it made anew when they come back.
const LOOKED_AT_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Whoever looked so recently may still have it before them.
const ON_SCREEN: SignedDuration = SignedDuration::from_hours(1);
/// How old what is on a screen may be, whatever was heard of.
const OLDEST: SignedDuration = SignedDuration::from_mins(5);
/// The least time between two of one person.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// The most that are made in one go, and at a time.
const MOST: usize = 50;
const AT_A_TIME: usize = 4;

/// Whose Home: the workspace and Slack's id of the person.
type Key = (WorkspaceId, String);

/// The Homes that are to be made anew. Clones are the same.
#[derive(Clone, Default)]
pub(crate) struct Homes(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    stale: BTreeSet<Key>,
    seen: Option<Seen>,
}

/// A Home that somebody looked at not long ago.
struct Kept {
    key: Key,
    shown: Shown,
    made_at: Timestamp,
    is_linked: bool,
    gitlab_user: Option<u64>,
}

impl Homes {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, key: Key) {
        self.state().stale.insert(key);
    }
}

impl App {
    /// Says that somebody's Home may not show what is so any more: it is made anew when it is
    /// looked after next, if it was ever opened.
    pub fn home_changed(&self, workspace: &WorkspaceId, slack_user: &str) {
        let key = (workspace.clone(), slack_user.to_owned());
        self.homes().mark(key);
    }

    /// Looks at what has happened since the last call, and makes those Homes anew that show it.
    /// To be called every few seconds.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn refresh_homes(&self) -> Result<(), StoreError> {
        let now = self.parts().clock.now();
        let kept = kept(self, now).await?;
        let seen = self.homes().state().seen.clone();
        // What has happened is nothing to nobody: then only how far that is matters.
        let before = seen.filter(|_| !kept.is_empty());
        let (seen, news) = News::since(self, before.as_ref()).await?;
        let due = {
            let mut state = self.homes().state();
            state.seen = Some(seen);
            due(&mut state.stale, &kept, &news, now)
        };
        let mut making = Vec::new();
        for key in due {
            making.push(renew(self, key));
        }
        let making = stream::iter(making).buffer_unordered(AT_A_TIME);
        making.collect::<()>().await;
        Ok(())
    }
}

/// The Homes of those who looked within the last days.
async fn kept(app: &App, now: Timestamp) -> Result<Vec<Kept>, StoreError> {
    let store = &app.parts().store;
    let mut all = Vec::new();
    for installed in app.parts().installations.all() {
        let homes = store.homes(&installed.workspace).await?;
        if homes.is_empty() {
            continue;
        }
        let linked = store.linked_accounts_in(&installed.workspace).await?;
        let linked = linked
            .into_iter()
            .map(|one| (one.slack_user, one.gitlab_user));
        let linked: HashMap<String, u64> = linked.collect();
        all.extend(homes.iter().filter_map(|home| of(home, &linked, now)));
    }
    Ok(all)
}

fn of(home: &Home, linked: &HashMap<String, u64>, now: Timestamp) -> Option<Kept> {
    let shown = Shown::of(home)?;
    if shown.opened_at + LOOKED_AT_WITHIN < now {
        return None;
    }
    let gitlab_user = linked.get(&home.slack_user).copied();
    Some(Kept {
        key: (home.workspace.clone(), home.slack_user.clone()),
        shown,
        made_at: home.published_at,
        is_linked: gitlab_user.is_some(),
        gitlab_user,
    })
}

/// Those that are to be made anew now. What is stale and has to wait stays so.
fn due(stale: &mut BTreeSet<Key>, kept: &[Kept], news: &News, now: Timestamp) -> Vec<Key> {
    let keys: HashSet<&Key> = kept.iter().map(|one| &one.key).collect();
    stale.retain(|key| keys.contains(key));
    stale.extend(
        kept.iter()
            .filter(|one| news.concerns(one.gitlab_user, &one.shown.pages))
            .map(|one| one.key.clone()),
    );
    let mut due: Vec<&Kept> = kept
        .iter()
        .filter(|one| {
            let is_stale = stale.contains(&one.key) && one.made_at + PAUSE <= now;
            // Whoever has just linked or unlinked their account waits for that.
            let is_another = one.is_linked && !one.shown.is_linked && news.has_links
                || !one.is_linked && one.shown.is_linked;
            let is_old = now < one.shown.opened_at + ON_SCREEN && one.made_at + OLDEST <= now;
            is_stale || is_another || is_old
        })
        .collect();
    due.sort_by_key(|one| one.made_at);
    let due: Vec<Key> = due.iter().take(MOST).map(|one| one.key.clone()).collect();
    stale.retain(|key| !due.contains(key));
    due
}

async fn renew(app: &App, (workspace, user): Key) {
    let Ok(user_id) = user.parse::<UserId>() else {
        return;
    };
    let owner = Owner {
        app,
        workspace: &workspace,
        user: &user_id,
    };
    if let Err(error) = owner.renew().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, slack.workspace = %workspace, slack.user = user, "a Home was not made anew");
    }
}

#[cfg(test)]
mod tests;
