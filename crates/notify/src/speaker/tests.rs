//! Who speaks, and in which words the reason is told.

use std::collections::HashMap;
use std::sync::LazyLock;

use flags::{Change, Gates, Live, Percentage, Snapshot, apply};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::settings::SubscriptionConfig;

const FLAG: &str = "integration_slack_app_notifications";

/// The flags of an environment where ours has these gates.
pub(crate) fn flag_with(gates: &Gates) -> Snapshot {
    Snapshot::default().with(&FLAG.parse().unwrap(), Some(gates), 1)
}

/// Groups by lower-case path.
#[derive(Default)]
pub(crate) struct Groups(HashMap<String, String>);

impl Groups {
    fn of(groups: &[(&str, u64)]) -> Self {
        let group = |(path, id): &(&str, u64)| ((*path).to_owned(), format!("Group:{id}"));
        Self(groups.iter().map(group).collect())
    }

    pub(crate) fn id(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    pub(crate) fn speakers<'a>(
        &self,
        flags: &'a Snapshot,
        group_of: &'a dyn Fn(&str) -> Option<&'a str>,
    ) -> Speakers<'a> {
        Speakers {
            flags,
            flag: FLAG,
            group_of,
            instance: "FlipperGitlabInstance:g.ex",
            draw: &|| 0.5,
        }
    }

    fn ask(&self, gates: &Gates, place: Place<'_>) -> Speaking {
        let flags = flag_with(gates);
        self.speakers(&flags, &|path| self.id(path)).ask(place)
    }
}

fn named(actors: &[&str]) -> Gates {
    let mut gates = Gates::off();
    for actor in actors {
        gates.actors.insert(actor.parse().unwrap());
    }
    gates
}

fn percent(share: f64) -> Gates {
    Gates {
        percentage_of_actors: Percentage::new(share).unwrap(),
        ..Gates::default()
    }
}

const SHOP: Place<'_> = Place::Project {
    id: Some(12),
    path: "Acme/tools/shop",
};

#[test]
fn the_reason_is_told_in_plain_words() {
    let groups = Groups::of(&[("acme", 9), ("acme/tools", 10)]);
    let time = |share| Gates {
        percentage_of_time: Percentage::new(share).unwrap(),
        ..Gates::default()
    };
    for (gates, expected) in [
        (
            Gates::on(),
            "the app speaks: the flag is enabled for everyone",
        ),
        (
            Gates::off(),
            "the webhook speaks: the flag is not enabled for Project:12",
        ),
        (
            named(&["Project:12"]),
            "the app speaks: the flag is enabled for Project:12 by name",
        ),
        (
            named(&["Project:13"]),
            "the webhook speaks: the flag is not enabled for Project:12",
        ),
        (
            named(&["Group:9"]),
            "the app speaks: the flag is enabled by name for Group:9, which is above Project:12",
        ),
        (
            percent(100.0),
            "the app speaks: Project:12 is in the flag's percentage of actors",
        ),
        (
            time(51.0),
            "the app speaks: the flag is enabled a percentage of the time, and now it was",
        ),
        (
            time(50.0),
            "the webhook speaks: the flag is not enabled for Project:12",
        ),
        (
            Gates {
                boolean: true,
                ..named(&["Project:12:opt_out"])
            },
            "the webhook speaks: Project:12 has opted out of the flag",
        ),
        (
            Gates {
                boolean: true,
                ..named(&["Group:10:opt_out"])
            },
            "the webhook speaks: Group:10, which is above Project:12, has opted out of the flag",
        ),
    ] {
        assert_eq!(groups.ask(&gates, SHOP).to_string(), expected);
    }
    let untouched = Snapshot::default();
    let speaking = groups
        .speakers(&untouched, &|path| groups.id(path))
        .ask(SHOP);
    assert_eq!(
        speaking.to_string(),
        "the webhook speaks: nobody has defined or set the flag"
    );
}

#[test]
fn a_place_asks_for_itself_and_for_the_groups_above_it() {
    let groups = Groups::of(&[("acme", 9), ("acme/tools", 10)]);
    let (tools, instance) = ("acme/tools", "FlipperGitlabInstance:g.ex");
    let project = |id, path| Place::Project { id, path };
    let group = |id, path| Place::Group { id, path };
    for (gates, place, expected) in [
        (named(&["Group:10"]), group(Some(10), tools), true),
        (named(&["Group:9"]), group(Some(10), tools), true),
        // Its id is known although this payload does not say it.
        (named(&["Group:10"]), group(None, "Acme/Tools"), true),
        (named(&["Group:10"]), group(Some(9), "acme"), false),
        (named(&["Group:9"]), Place::Instance, false),
        (named(&[instance]), Place::Instance, true),
        (named(&[instance]), SHOP, false),
        (percent(100.0), group(Some(10), tools), true),
        // Nobody asks, so no percentage counts, but the groups above do.
        (percent(100.0), project(None, "acme/tools/shop"), false),
        (named(&["Group:9"]), project(None, "acme/tools/shop"), true),
        (Gates::on(), project(None, ""), true),
        (Gates::off(), project(None, ""), false),
        (named(&["Group:9"]), project(Some(12), "acmes/shop"), false),
    ] {
        let app_speaks = groups.ask(&gates, place).integration == Integration::App;
        assert_eq!(app_speaks, expected, "{gates:?} {place:?}");
    }
}

#[test]
fn an_event_happened_in_its_project_its_group_or_the_instance() {
    let event = |mut event: Json| -> Event {
        event["what"] = json!({"unknown": {"name": "new_thing"}});
        serde_json::from_value(event).unwrap()
    };
    let project = event(json!({
        "project": {"id": 12, "name": "shop", "path": "acme/shop", "url": ""},
        "group": {"id": 9, "name": "acme", "path": "acme"},
    }));
    let expected = Place::Project {
        id: Some(12),
        path: "acme/shop",
    };
    assert_eq!(Place::of(&project), expected);
    let group = event(json!({"group": {"id": 9, "name": "acme", "path": "acme"}}));
    let expected = Place::Group {
        id: Some(9),
        path: "acme",
    };
    assert_eq!(Place::of(&group), expected);
    let nameless = event(json!({"group": {"name": "", "path": ""}}));
    assert_eq!(Place::of(&nameless), Place::Instance);
    assert_eq!(Place::of(&event(json!({}))), Place::Instance);
}

#[test]
fn a_flag_flipped_between_two_events_changes_only_the_second() {
    let both = [
        json!({"channel": "#app", "push_events": true}),
        json!({"integration": "slack", "webhook": "https://hooks.slack.com/services/T1/B1/x"}),
    ];
    let both = both.map(|one| serde_json::from_value::<SubscriptionConfig>(one).unwrap());
    let settings = Settings::build(Some(&"T1".parse().unwrap()), both).unwrap();
    let groups = Groups::default();
    let live = Live::new(Snapshot::default());
    let choose = || {
        let flags = live.load();
        let group_of = |path: &str| groups.id(path);
        let speakers = groups.speakers(&flags, &group_of);
        speakers.choose(SHOP, &settings).unwrap()
    };
    live.publish(flag_with(&Gates::off()));
    let first = choose();
    let enabled = apply(None, &[Change::EnableActor("Project:12".parse().unwrap())]);
    live.publish(flag_with(&enabled.unwrap().unwrap()));
    let second = choose();
    assert_eq!(first.integration, Integration::Webhook);
    assert_eq!(second.integration, Integration::App);
}

/// 20,000 projects and their groups, every one of which has an id of its own. A project's groups
/// are as many as its id says.
static PROJECTS: LazyLock<(Vec<(u64, String)>, Groups)> = LazyLock::new(|| {
    let mut groups = HashMap::new();
    let projects = (1..=20_000_u64).map(|id| {
        let path = (0..id % 7).fold(format!("g{}", id % 50), |above, depth| {
            format!("{above}/s{}", id % (depth + 2))
        });
        for path in and_ancestors(&path) {
            let next = format!("Group:{}", groups.len() + 1);
            groups.entry(path.to_owned()).or_insert(next);
        }
        (id, format!("{path}/p{id}"))
    });
    let projects = projects.collect();
    (projects, Groups(groups))
});

/// The share of them for which the app speaks, in percent.
fn share_of_projects(gates: &Gates) -> f64 {
    let (projects, groups) = &*PROJECTS;
    let flags = flag_with(gates);
    let group_of = |path: &str| groups.id(path);
    let speakers = groups.speakers(&flags, &group_of);
    let by_app = projects.iter().filter(|(id, path)| {
        let project = ActorId::project(*id).to_string();
        let alone = flags.is_enabled(FLAG, &Asked::of(&project), || 0.5);
        let id = Some(*id);
        let by_app = speakers.ask(Place::Project { id, path }).integration == Integration::App;
        assert_eq!(
            by_app, alone,
            "{path}: the groups above it count for a percentage"
        );
        by_app
    });
    by_app.count() as f64 / 200.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn p_percent_are_p_percent_of_projects_however_deep_their_groups(share in 0.0..=100.0_f64) {
        let measured = share_of_projects(&percent(share));
        prop_assert!((measured - share).abs() < 1.5, "{share} % became {measured} %");
    }
}

#[test]
fn the_first_and_the_last_percent_are_none_and_all() {
    for share in [0.0, 100.0] {
        let measured = share_of_projects(&percent(share));
        assert!((measured - share).abs() < f64::EPSILON, "{measured}");
    }
}
