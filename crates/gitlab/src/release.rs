//! Releases.

use domain::Event;
use domain::event::{Release, ReleaseAction, What};
use serde::Deserialize;

use crate::body::{Body, Failure, needed};
use crate::changes::{self, WireLabel};
use crate::lax::{List, Number, Object, Text};
use crate::place::{self, WirePerson, WireProject};
use crate::push::WireCommit;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wire<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    tag: Text<'a>,
    url: Text<'a>,
    action: Text<'a>,
    description: Text<'a>,
    created_at: Text<'a>,
    released_at: Text<'a>,
    project: Object<WireProject<'a>>,
    repository: Object<WireProject<'a>>,
    user: Object<WirePerson<'a>>,
    commit: Object<WireCommit<'a>>,
    /// Titles, as labels have them.
    milestones: List<Object<WireLabel<'a>>>,
    assets: Object<WireAssets<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireAssets<'a> {
    #[serde(borrow)]
    links: List<Object<WireLink<'a>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireLink<'a> {
    #[serde(borrow)]
    name: Text<'a>,
    url: Text<'a>,
}

pub(crate) fn read(body: Body<'_>) -> Result<Event, Failure> {
    let wire: Wire<'_> = body.read()?;
    let tag = wire.tag.line();
    let name = wire.name.line().or_else(|| tag.clone());
    let release = Release {
        action: action(&wire.action),
        name: needed(name, "tag")?,
        tag: tag.unwrap_or_default(),
        url: wire.url.link().unwrap_or_default(),
        description: wire.description.long(),
        milestones: changes::titles(&wire.milestones),
        commit: wire.commit.get().and_then(WireCommit::commit),
        assets: wire.assets.get().map(WireAssets::links).unwrap_or_default(),
    };
    Ok(Event {
        project: place::project(&wire.project, &wire.repository, Number::default()),
        group: None,
        actor: wire.user.get().and_then(WirePerson::person),
        happened_at: wire
            .released_at
            .moment()
            .or_else(|| wire.created_at.moment()),
        what: What::Release(release),
    })
}

fn action(action: &Text<'_>) -> ReleaseAction {
    match action.get().unwrap_or_default() {
        "create" => ReleaseAction::Create,
        "update" => ReleaseAction::Update,
        "delete" => ReleaseAction::Delete,
        _ => ReleaseAction::Other(action.line().unwrap_or_default()),
    }
}

impl WireAssets<'_> {
    /// What was attached; the archives of the source are everywhere alike.
    fn links(&self) -> Vec<(String, String)> {
        let named = |link: &WireLink<'_>| {
            let url = link.url.link()?;
            Some((link.name.line().unwrap_or_else(|| url.clone()), url))
        };
        self.links.objects().filter_map(named).collect()
    }
}
