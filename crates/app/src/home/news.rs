//! What has happened since the Homes were looked after last.

use std::collections::{HashMap, HashSet};

use domain::event::What;
use domain::{Event, EventId};
use store::{EventFilter, StoreError};

use super::shown::{DELIVERIES, FLAGS};
use crate::app::App;

/// The most events that are looked at. Whom an older one concerns is seen a little later, when what
/// is on a screen is looked after anyway.
const MOST_EVENTS: u32 = 100;

/// How far the store was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    event: Option<EventId>,
    dead: u64,
    revisions: HashMap<String, u64>,
}

/// What has happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// It may concern anybody: a project was connected or disconnected.
    pub(super) everybody: bool,
    /// Accounts were linked or unlinked.
    pub(super) has_links: bool,
    /// GitLab's numbers of people.
    pub(super) people: HashSet<u64>,
    /// What is shown of it in Homes, as [`Shown`](super::shown::Shown) has it.
    pub(super) pages: HashSet<String>,
}

impl News {
    /// What has happened since `before`, and how far that is. The first look sees nothing.
    pub(super) async fn since(
        app: &App,
        before: Option<&Seen>,
    ) -> Result<(Seen, Self), StoreError> {
        let store = &app.parts().store;
        let page = EventFilter {
            limit: if before.is_some() { MOST_EVENTS } else { 1 },
            ..EventFilter::default()
        };
        let page = store.events(page).await?;
        let seen = Seen {
            event: page.events.first().map(|event| event.id.clone()),
            dead: store.counts().await?.deliveries.dead,
            revisions: store.revisions().await?,
        };
        let Some(before) = before else {
            return Ok((seen, Self::default()));
        };
        let is_new = |id: &EventId| Some(id) != before.event.as_ref();
        let new = page.events.iter().map(|event| &event.id);
        let new: Vec<&EventId> = new.take_while(|id| is_new(id)).collect();
        let mut news = Self {
            everybody: changed(before, &seen, |name| name == "connections"),
            has_links: changed(before, &seen, |name| name == "linked_accounts"),
            ..Self::default()
        };
        if seen.dead != before.dead {
            news.pages.insert(DELIVERIES.to_owned());
        }
        if changed(before, &seen, |name| name.starts_with("flags:")) {
            news.pages.insert(FLAGS.to_owned());
        }
        for id in new {
            let stored = store.stored_event(id).await?;
            let event = stored.and_then(|stored| serde_json::from_str(&stored.body).ok());
            if let Some(event) = &event {
                news.add(event);
            }
        }
        Ok((seen, news))
    }

    /// Whether it concerns whoever has this number in GitLab and sees these pages.
    pub(super) fn concerns(&self, gitlab_user: Option<u64>, pages: &[String]) -> bool {
        self.everybody
            || gitlab_user.is_some_and(|user| self.people.contains(&user))
            || pages.iter().any(|page| self.pages.contains(page))
    }

    fn add(&mut self, event: &Event) {
        let mut people: Vec<_> = event.actor.iter().collect();
        let mut pages: Vec<&String> = Vec::new();
        match &event.what {
            What::Issue(issue) => {
                people.extend(&issue.assignees);
                pages.push(&issue.url);
            }
            What::MergeRequest(merge_request) => {
                people.extend(&merge_request.assignees);
                people.extend(&merge_request.reviewers);
                pages.push(&merge_request.url);
            }
            What::Pipeline(pipeline) => {
                pages.push(&pipeline.url);
                pages.extend(pipeline.merge_request.iter().map(|of| &of.url));
            }
            What::Note(note) => pages.push(&note.on.url),
            What::Member(member) => people.push(&member.member),
            What::Push(_)
            | What::Job(_)
            | What::WikiPage(_)
            | What::Deployment(_)
            | What::Release(_)
            | What::FeatureFlag(_)
            | What::Milestone(_)
            | What::Emoji(_)
            | What::TokenExpiry(_)
            | What::Subgroup(_)
            | What::Project(_)
            | What::Alert(_)
            | What::Vulnerability(_)
            | What::GroupMention(_)
            | What::System(_)
            | What::Unknown(_) => return,
        }
        self.people.extend(people.iter().filter_map(|one| one.id));
        let pages = pages.into_iter().filter(|page| !page.is_empty());
        self.pages.extend(pages.cloned());
    }
}

fn changed(before: &Seen, now: &Seen, is_one: impl Fn(&str) -> bool) -> bool {
    let differs =
        |(name, n): (&String, &u64)| is_one(name) && before.revisions.get(name) != Some(n);
    now.revisions.iter().any(differs)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_comment_concerns_who_wrote_it_and_who_sees_what_it_is_on() {
        let page = "https://g.ex/acme/shop/-/merge_requests/12";
        let event = serde_json::from_value(json!({
            "actor": {"id": 2},
            "what": {"note": {
                "body": "Look", "action": "create",
                "on": {"kind": "merge_request", "id": "12", "title": "Fix it", "url": page},
            }},
        }));
        let mut news = News::default();
        news.add(&event.unwrap());
        assert!(news.concerns(Some(2), &[]));
        assert!(news.concerns(None, &[page.to_owned()]));
        assert!(!news.concerns(Some(3), &["https://g.ex/x".to_owned()]));
    }
}
