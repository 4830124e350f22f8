//! For whom a flag opens: every gate's answer, environment by environment.

use std::collections::HashMap;

use domain::ProjectPath;
use environments::{Along, ChangeRequest, Environment, Place};
use flags::request::{Request, Targets};
use flags::{
    ActorId, Asked, Catalogue, Explanation, FeatureGroups, FlagKey, GateAnswer, Reason, Snapshot,
};
use serde::Deserialize;
use store::{Author, Note, Origin};

use super::everywhere::everywhere;
use crate::error::ApiError;
use crate::pages::{Site, words};

/// What the form asks.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::pages) struct Question {
    kind: Kind,
    who: String,
}

/// What sort of name it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Project,
    Group,
    User,
    Namespace,
    /// An actor's id, as gates have it.
    Actor,
}

impl Kind {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Project, "project", "project"),
        (Self::Group, "group", "group"),
        (Self::User, "user", "user"),
        (Self::Namespace, "namespace", "namespace"),
        (Self::Actor, "actor", "actor's id"),
    ];
}

/// The form as it was sent.
pub(super) struct Asking {
    pub(super) who: String,
    /// Value, words, whether it is chosen.
    pub(super) kinds: Vec<(&'static str, &'static str, bool)>,
}

impl Asking {
    pub(super) fn of(question: &Question) -> Self {
        let kinds = Kind::ALL.iter();
        Self {
            who: question.who.clone(),
            kinds: kinds
                .map(|(kind, value, words)| (*value, *words, *kind == question.kind))
                .collect(),
        }
    }
}

/// What one environment says.
pub(super) struct Explained {
    pub(super) environment: String,
    /// Who asked, as gates know it there.
    pub(super) actor: String,
    /// Which colour it has: `on`, `off`, or `conditional`.
    pub(super) class: &'static str,
    pub(super) verdict: &'static str,
    pub(super) why: &'static str,
    pub(super) gates: Vec<String>,
    pub(super) trouble: Option<String>,
}

/// Asks every environment; nothing when nobody was named.
pub(super) async fn explain(
    site: &Site,
    flag: &FlagKey,
    question: &Question,
) -> Result<Vec<Explained>, ApiError> {
    if question.who.trim().is_empty() {
        return Ok(Vec::new());
    }
    let groups = site.pages.store.group_ids().await?;
    let answers = everywhere(&site.flags.environments, |environment| {
        let explained = one(environment, flag, question, &groups);
        async { Ok(explained.await) }
    });
    let explained = answers.await.into_iter().map(|answered| {
        let environment = answered.environment.name.to_string();
        match answered.answer.and_then(|answer| answer) {
            Ok(explained) => explained,
            Err(trouble) => Explained {
                environment,
                actor: String::new(),
                class: "unknown",
                verdict: "not known",
                why: "",
                gates: Vec::new(),
                trouble: Some(trouble),
            },
        }
    });
    Ok(explained.collect())
}

async fn one(
    environment: &Environment,
    flag: &FlagKey,
    question: &Question,
    groups: &HashMap<ProjectPath, ActorId>,
) -> Result<Explained, String> {
    let (actor, name) = who(environment, flag, question).await?;
    let snapshot = snapshot(environment, flag).await?;
    let is_project = actor.as_str().starts_with("Project:");
    let above = if is_project {
        words::groups_above(&name, groups)
    } else {
        Vec::new()
    };
    let above: Vec<&str> = above.iter().map(ActorId::as_str).collect();
    let asked = Asked {
        actor: Some(actor.as_str()),
        ancestors: &above,
    };
    let explanation = snapshot.explain(flag.as_str(), &asked);
    let (class, verdict) = match explanation.verdict {
        Some(verdict) if verdict.enabled => ("on", "enabled"),
        Some(_) => ("off", "disabled"),
        None => ("conditional", "now and then"),
    };
    let has_groups = matches!(environment.place, Place::Hosted(_));
    Ok(Explained {
        environment: environment.name.to_string(),
        actor: actor.to_string(),
        class,
        verdict,
        why: why(&explanation),
        gates: explanation
            .gates
            .iter()
            .map(|gate| answer(gate, has_groups))
            .collect(),
        trouble: None,
    })
}

/// The actor, and what it is called. Each environment knows people and projects by numbers of its
/// own, so it is asked: what a change would name is looked at, and no change is made.
async fn who(
    environment: &Environment,
    flag: &FlagKey,
    question: &Question,
) -> Result<(ActorId, String), String> {
    let name = question.who.trim().to_owned();
    let mut targets = Targets::default();
    match question.kind {
        Kind::Project => targets.projects.push(name),
        Kind::Group => targets.groups.push(name),
        Kind::User => targets.users.push(name),
        Kind::Namespace => targets.namespaces.push(name),
        Kind::Actor => {
            let actor = name.parse::<ActorId>().map_err(|error| error.to_string())?;
            return Ok((actor, String::new()));
        }
    }
    named(environment, flag, targets).await
}

/// The one actor that these targets name.
pub(in crate::pages) async fn named(
    environment: &Environment,
    flag: &FlagKey,
    targets: Targets,
) -> Result<(ActorId, String), String> {
    let request = ChangeRequest {
        flag: flag.clone(),
        request: Request {
            targets,
            ..Request::everyone("false")
        },
        force: true,
        along: Along::noting(no_note()),
    };
    let preview = environment.preview(&request).await;
    let names = preview.map_err(|error| error.to_string())?.names;
    names
        .into_iter()
        .next()
        .ok_or_else(|| "nobody has this name".to_owned())
}

/// A preview writes nothing down.
fn no_note() -> Note {
    Note {
        author: Author {
            name: String::new(),
            origin: Origin::Page {
                user: String::new(),
            },
        },
        reason: None,
        request_id: String::new(),
        overrides: Vec::new(),
        command: None,
    }
}

async fn snapshot(environment: &Environment, flag: &FlagKey) -> Result<Snapshot, String> {
    if let Place::Hosted(hosted) = &environment.place {
        return Ok(Snapshot::clone(&hosted.live().load()));
    }
    let record = environment
        .get(flag)
        .await
        .map_err(|error| error.to_string())?;
    let catalogue: Catalogue = record.definition.into_iter().collect();
    let stored = record.gates.map(|gates| (flag.clone(), gates));
    Ok(Snapshot::build(
        &catalogue,
        &FeatureGroups::new(),
        stored,
        0,
    ))
}

fn why(explanation: &Explanation) -> &'static str {
    let Some(verdict) = explanation.verdict else {
        return "a percentage of the time decides, drawn anew at each evaluation";
    };
    match verdict.reason {
        Reason::Unknown => "neither a definition nor a stored flag has this name",
        Reason::Default => "nobody has set it, so its definition's default holds",
        Reason::Boolean => "it is open for everyone",
        Reason::Actor => "it is named, or a group above it is",
        Reason::PercentageOfActors => "it is within the percentage of actors",
        Reason::PercentageOfTime => "it is within the percentage of the time",
        Reason::Group => "it is a member of a feature group",
        Reason::OptedOut => "it has opted out, which overrides every open gate",
        Reason::Closed if explanation.shadows_default() => {
            "no gate is open; the definition's default (on) holds only where nothing is set"
        }
        Reason::Closed => "no gate is open",
    }
}

fn answer(gate: &GateAnswer, has_groups: bool) -> String {
    let is = |open: bool| if open { "open" } else { "closed" };
    match gate {
        GateAnswer::Boolean { open } => format!("Everyone: {}", is(*open)),
        GateAnswer::Actors { open, named } => format!("Actors: {}, {named} named", is(*open)),
        GateAnswer::PercentageOfActors {
            open,
            share,
            bucket,
        } => {
            let place = bucket.map_or_else(String::new, |(bucket, covered)| {
                format!(": bucket {bucket} of 100,000, those below {covered} are in")
            });
            format!("{share} % of actors: {}{place}", is(*open))
        }
        GateAnswer::PercentageOfTime { share } => format!("{share} % of the time"),
        GateAnswer::Group { name, .. } if !has_groups => {
            format!("Feature group {name}: only that environment knows its members")
        }
        GateAnswer::Group {
            name, known: false, ..
        } => {
            format!("Feature group {name}: closed, as the configuration has no such group")
        }
        GateAnswer::Group { name, open, .. } => format!("Feature group {name}: {}", is(*open)),
        GateAnswer::OptedOut => "Opted out".to_owned(),
    }
}
