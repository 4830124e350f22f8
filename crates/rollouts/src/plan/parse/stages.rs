//! The stages as they are written.

use domain::EnvironmentName;
use flags::request::Targets;
use flags::yaml::{Item, Value};
use jiff::SignedDuration;

use super::items;
use super::names::Name;
use super::reader::{Fields, Reader};
use crate::plan::keys::{CLEAN_UP, MOST_NAMES, MOST_STAGES, STAGE, STAGE_KINDS};
use crate::plan::{Actors, CleanUp, MonitorName, OnBreach, Precondition, Stage, StageKind};

/// What the stages in production have unless they say otherwise.
pub(super) struct Production {
    pub(super) environments: Vec<EnvironmentName>,
    pub(super) require: Vec<Precondition>,
}

const ACTORS: &[&str] = &[
    "projects",
    "groups",
    "namespaces",
    "users",
    "repositories",
    "feature_group",
];

pub(super) fn read(
    reader: &mut Reader<'_>,
    plan: &Fields<'_>,
    production: &Production,
) -> Vec<Stage> {
    let items = reader
        .items(plan, "stages", MOST_STAGES)
        .unwrap_or_default();
    if items.is_empty() && plan.has("stages") {
        reader.refuse_key(
            plan,
            "stages",
            "has no stage; `signalbox rollout new` writes the usual ones",
        );
    }
    let mut stages = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let at = named(plan, "stages", place, item);
        reader.place(at.clone(), item.line);
        if let Some(fields) = reader.fields(&STAGE, &at, item.line, &item.value) {
            stages.extend(stage(reader, &fields, production));
        }
    }
    stages
}

/// A list's item by its name, where it has one: `stages.25-percent`, `stages.3`.
pub(super) fn named(plan: &Fields<'_>, key: &str, place: usize, item: &Item) -> String {
    let number = (place + 1).to_string();
    let name = match &item.value {
        Value::Mapping(entries) => entries.iter().find_map(|entry| match &entry.value {
            Value::Text(name) if entry.key == "name" && !name.contains('.') => Some(name.as_str()),
            _ => None,
        }),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::List(_)
        | Value::Other(_) => None,
    };
    plan.path(&format!("{key}.{}", name.unwrap_or(&number)))
}

fn stage(reader: &mut Reader<'_>, fields: &Fields<'_>, production: &Production) -> Option<Stage> {
    let name = reader.parsed(fields, "name");
    let environments: Vec<EnvironmentName> = reader.list(fields, "environments", MOST_NAMES);
    let targets = targets(reader, fields);
    let kind = kind(reader, fields, production, &environments, targets);
    let approvals = STAGE
        .get("approvals")
        .and_then(|key| reader.count(fields, key));
    let verify = items::read(reader, fields, "verify");
    let monitors: Vec<MonitorName> = reader.list(fields, "monitors", MOST_NAMES);
    let on_breach = on_breach(reader, fields);
    let by_hand = reader.bool(fields, "by_hand").unwrap_or(false);
    let required = items::read(reader, fields, "require");
    let soak = reader.duration(fields, "soak");
    let kind = kind?;
    let in_production = is_in_production(&kind);
    let (preconditions, soak) = match &kind {
        StageKind::Preparation => (items::read(reader, fields, "checklist"), soak),
        StageKind::Verification => (required, reader.duration(fields, "verification")),
        _ if in_production && !fields.has("require") => (production.require.clone(), soak),
        StageKind::NonProduction
        | StageKind::Named(_)
        | StageKind::Percentage(_)
        | StageKind::Global
        | StageKind::CleanUp(_) => (required, soak),
    };
    Some(Stage {
        name: name?,
        environments: if in_production && !fields.has("environments") {
            production.environments.clone()
        } else {
            environments
        },
        soak: soak.unwrap_or(SignedDuration::ZERO),
        approvals: approvals.unwrap_or(0),
        preconditions,
        verify,
        monitors: fields.has("monitors").then_some(monitors),
        on_breach,
        by_hand,
        kind,
    })
}

/// Whether the stage changes the flag where customers are.
fn is_in_production(kind: &StageKind) -> bool {
    match kind {
        StageKind::Named(_) | StageKind::Percentage(_) | StageKind::Global => true,
        StageKind::NonProduction
        | StageKind::Preparation
        | StageKind::Verification
        | StageKind::CleanUp(_) => false,
    }
}

/// What the stage is, by the one key that says so and by whom and where it is for.
fn kind(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    production: &Production,
    environments: &[EnvironmentName],
    targets: Targets,
) -> Option<StageKind> {
    let given: Vec<&str> = fields
        .keys()
        .filter(|key| STAGE_KINDS.contains(key))
        .collect();
    let [kind] = given.as_slice() else {
        let found = match given.as_slice() {
            [] => "none of them".to_owned(),
            several => several.join(" and "),
        };
        let message = format!("has one of {}, not {found}", STAGE_KINDS.join(", "));
        reader.refuse(&fields.at, fields.line, message);
        return None;
    };
    meaningless(reader, fields, kind);
    match *kind {
        "percentage" => {
            in_production_only(reader, fields, production, environments);
            reader
                .percentage(fields, "percentage")
                .map(StageKind::Percentage)
        }
        "checklist" => Some(StageKind::Preparation),
        "verification" => Some(StageKind::Verification),
        "clean_up" => clean_up(reader, fields).map(StageKind::CleanUp),
        _ => set(reader, fields, production, environments, targets),
    }
}

fn set(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    production: &Production,
    environments: &[EnvironmentName],
    targets: Targets,
) -> Option<StageKind> {
    if reader.bool(fields, "set") == Some(false) {
        let message =
            "is true: a rollout opens the flag; `/chatops run rollout rollback` closes it";
        reader.refuse_key(fields, "set", message);
    }
    if !targets.is_empty() {
        in_production_only(reader, fields, production, environments);
        return Some(StageKind::Named(Actors(targets)));
    }
    let inside = |name: &&EnvironmentName| production.environments.contains(name);
    match environments.iter().filter(inside).count() {
        0 if !environments.is_empty() => Some(StageKind::NonProduction),
        0 => Some(StageKind::Global),
        count if count == environments.len() => Some(StageKind::Global),
        _ => {
            let message = "has environments with customers and ones without; make two stages of it";
            reader.refuse_key(fields, "environments", message);
            None
        }
    }
}

fn in_production_only(
    reader: &mut Reader<'_>,
    fields: &Fields<'_>,
    production: &Production,
    environments: &[EnvironmentName],
) {
    let outside = |name: &&EnvironmentName| !production.environments.contains(name);
    if let Some(name) = environments.iter().find(outside) {
        let message = format!(
            "has {name}, where no customer is (see `production`); open the flag there for everyone"
        );
        reader.refuse_key(fields, "environments", message);
    }
}

/// Refuses keys that say nothing in a stage of this kind.
fn meaningless(reader: &mut Reader<'_>, fields: &Fields<'_>, kind: &str) {
    let nothing_changes: &[&str] = match kind {
        "checklist" => &["environments", "require", "soak", "on_breach", "monitors"],
        "verification" => &["environments", "soak"],
        "clean_up" => &["environments", "soak", "monitors", "on_breach"],
        _ => &[],
    };
    let no_actors = if kind == "set" { &[] } else { ACTORS };
    for key in nothing_changes.iter().chain(no_actors) {
        if fields.has(key) {
            reader.refuse_key(fields, key, format!("has no meaning beside `{kind}`"));
        }
    }
}

fn targets(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Targets {
    let mut names = |key: &str| -> Vec<String> {
        let names: Vec<Name> = reader.list(fields, key, MOST_NAMES);
        names.into_iter().map(String::from).collect()
    };
    Targets {
        users: names("users"),
        groups: names("groups"),
        namespaces: names("namespaces"),
        projects: names("projects"),
        repositories: names("repositories"),
        feature_group: reader.parsed(fields, "feature_group"),
    }
}

fn clean_up(reader: &mut Reader<'_>, stage: &Fields<'_>) -> Option<CleanUp> {
    let entry = stage.entry("clean_up")?;
    let fields = reader.fields(&CLEAN_UP, &stage.path("clean_up"), entry.line, &entry.value)?;
    Some(CleanUp {
        project: super::path(reader, &fields, "project"),
        environments: reader.list(&fields, "environments", MOST_NAMES),
        merge_request: super::web_address(reader, &fields, "merge_request"),
        issue_only: reader.bool(&fields, "issue_only").unwrap_or(false),
    })
}

pub(super) fn on_breach(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<OnBreach> {
    let words = [
        ("hold", OnBreach::Hold),
        ("back", OnBreach::Back),
        ("off", OnBreach::Off),
    ];
    reader.word(fields, "on_breach", &words)
}
