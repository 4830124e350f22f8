//! `feature explain`: which gate opened for whom, or why none did.

use std::collections::HashMap;

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, ProjectPath, say};
use environments::{Along, ChangeRequest, Environment, Place};
use flags::request::{Request, Targets};
use flags::{
    ActorId, Asked, Catalogue, Explanation, FeatureGroups, FlagKey, GateAnswer, Reason, Snapshot,
};

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, flag_key};
use crate::grammar::{Invocation, Opt};

use super::{result, wanted};

pub(crate) const COMMAND: Command = Command {
    name: "feature explain",
    aliases: &[],
    summary: "Say whether a flag is enabled for somebody, and which gate decides.",
    arguments: &[Argument::FLAG],
    options: &[
        Opt::Project,
        Opt::Group,
        Opt::Namespace,
        Opt::User,
        Opt::Repository,
    ],
    has_environments: true,
    examples: &[
        "feature explain tidy_sidebar --project=gitlab-org/gitlab",
        "feature explain tidy_sidebar --user=me --staging",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let targets = wanted::targets(invocation, context.gitlab_name())?;
    let groups = context.parts().store.group_ids().await?;
    let mut results = Vec::new();
    for environment in context.environments(invocation)? {
        let result = explain(context, environment, &flag, &targets, &groups).await;
        results.push((environment.name.to_string(), result));
    }
    Ok(Answer::of_environments(results))
}

async fn explain(
    context: &Context<'_>,
    environment: &Environment,
    flag: &FlagKey,
    targets: &Targets,
    groups: &HashMap<ProjectPath, ActorId>,
) -> Result<Message, Refused> {
    let asked = who(context, environment, flag, targets).await?;
    let snapshot = snapshot(environment, flag).await?;
    let on = mrkdwn::bold(environment.name.as_str());
    let headline = say!("{} on {}", mrkdwn::code(flag.as_str()), on);
    let mut message = Message::new(headline.clone(), headline).tone(Tone::Neutral);
    if asked.is_empty() {
        let explanation = snapshot.explain(flag.as_str(), &Asked::anyone());
        message = message.wide_fact("Asked for nobody in particular", sentence(&explanation));
    }
    for (actor, name) in &asked {
        let ancestors = ancestors(actor, name, groups);
        let ancestors: Vec<&str> = ancestors.iter().map(ActorId::as_str).collect();
        let asked = Asked {
            actor: Some(actor.as_str()),
            ancestors: &ancestors,
        };
        let explanation = snapshot.explain(flag.as_str(), &asked);
        message = message.wide_fact(
            "Asked for",
            say!(
                "{} ({}): {}",
                mrkdwn::code(name),
                mrkdwn::escape(actor.as_str()),
                sentence(&explanation)
            ),
        );
    }
    Ok(message.context(mrkdwn::escape(&environment.host)))
}

/// The actors that are named. A change that would take them out is looked at and not made: that
/// is how an environment tells whom it knows by a name.
async fn who(
    context: &Context<'_>,
    environment: &Environment,
    flag: &FlagKey,
    targets: &Targets,
) -> Result<Vec<(ActorId, String)>, Refused> {
    let request = ChangeRequest {
        flag: flag.clone(),
        request: Request {
            targets: targets.clone(),
            ..Request::everyone("false")
        },
        force: false,
        along: Along::noting(context.note(None)),
    };
    let preview = environment
        .preview(&request)
        .await
        .map_err(result::refused)?;
    Ok(preview.names)
}

async fn snapshot(environment: &Environment, flag: &FlagKey) -> Result<Snapshot, Refused> {
    if let Place::Hosted(hosted) = &environment.place {
        return Ok(Snapshot::clone(&hosted.live().load()));
    }
    let record = environment.get(flag).await.map_err(Refused::because)?;
    let catalogue: Catalogue = record.definition.into_iter().collect();
    let stored = record.gates.map(|gates| (flag.clone(), gates));
    Ok(Snapshot::build(
        &catalogue,
        &FeatureGroups::new(),
        stored,
        0,
    ))
}

/// The groups above a project, nearest first, as far as their numbers are known.
fn ancestors(actor: &ActorId, name: &str, groups: &HashMap<ProjectPath, ActorId>) -> Vec<ActorId> {
    let Ok(path) = name.to_lowercase().parse::<ProjectPath>() else {
        return Vec::new();
    };
    if !actor.as_str().starts_with("Project:") {
        return Vec::new();
    }
    let above = path
        .and_ancestors()
        .skip(1)
        .filter_map(|path| path.parse().ok());
    above
        .filter_map(|path: ProjectPath| groups.get(&path).cloned())
        .collect()
}

fn sentence(explanation: &Explanation) -> Mrkdwn {
    let verdict = match explanation.verdict {
        None => Mrkdwn::fixed("*enabled or not*, drawn anew at each evaluation"),
        Some(verdict) => {
            let enabled = if verdict.enabled {
                "*enabled*"
            } else {
                "*disabled*"
            };
            say!("{}: {}", enabled, reason(verdict.reason, explanation))
        }
    };
    let gates = explanation.gates.iter().map(gate);
    mrkdwn::join([verdict, mrkdwn::join(gates, "\n")], "\n")
}

fn reason(reason: Reason, explanation: &Explanation) -> &'static str {
    match reason {
        Reason::Unknown => "neither a definition nor a stored flag has this name",
        Reason::Default => "nobody has set it, so its definition's default holds",
        Reason::Boolean => "it is open for everyone",
        Reason::Actor => "it is named, or a group above it",
        Reason::PercentageOfActors => "it is within the percentage of actors",
        Reason::PercentageOfTime => "it is within the percentage of time",
        Reason::Group => "it is a member of a feature group",
        Reason::OptedOut => "it has opted out, which overrides every open gate",
        Reason::Closed if explanation.shadows_default() => {
            "no gate is open; the definition's default (on) holds only where nothing is set"
        }
        Reason::Closed => "no gate is open",
    }
}

fn gate(answer: &GateAnswer) -> Mrkdwn {
    let open = |open: bool| if open { "open" } else { "closed" };
    match answer {
        GateAnswer::Boolean { open: is } => say!("• everyone: {}", open(*is)),
        GateAnswer::Actors { open: is, named } => {
            say!("• actors: {} ({} named)", open(*is), *named)
        }
        GateAnswer::PercentageOfActors {
            open: is,
            share,
            bucket,
        } => {
            let share = mrkdwn::escape(&share.to_string());
            let place = bucket.map_or_else(String::new, |(bucket, covered)| {
                format!(" (bucket {bucket} of 100000, those below {covered} are in)")
            });
            say!(
                "• {} % of actors: {}{}",
                share,
                open(*is),
                mrkdwn::escape(&place)
            )
        }
        GateAnswer::PercentageOfTime { share } => {
            say!("• {} % of the time", mrkdwn::escape(&share.to_string()))
        }
        GateAnswer::Group {
            name,
            open: is,
            known,
        } => {
            let unknown = if *known {
                ""
            } else {
                " (the configuration has no such group)"
            };
            say!("• group {}: {}{}", mrkdwn::code(name), open(*is), unknown)
        }
        GateAnswer::OptedOut => Mrkdwn::fixed("• opted out"),
    }
}
