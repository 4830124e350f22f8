//! `feature set`: changes a flag, environment by environment.

use domain::Message;
use environments::{Along, ChangeRequest, Environment};

use crate::answer::{Answer, Refused};
use crate::checks::{self, Subject};
use crate::command::{Argument, Command, Count};
use crate::context::Context;
use crate::grammar::{Invocation, Opt};
use crate::schedule;

use super::result::{self, Told};
use super::wanted::Wanted;

pub(crate) const COMMAND: Command = Command {
    name: "feature set",
    aliases: &[],
    summary: "Change a flag: for everyone, for those who are named, or for a percentage.",
    arguments: &[Argument::FLAG, Argument::text("VALUE", Count::One)],
    options: &[
        Opt::Project,
        Opt::Group,
        Opt::Namespace,
        Opt::User,
        Opt::Repository,
        Opt::FeatureGroup,
        Opt::Actors,
        Opt::Random,
        Opt::Reason,
        Opt::At,
        Opt::For,
        Opt::DryRun,
        Opt::Force,
        Opt::IgnoreProductionCheck,
        Opt::IgnoreConsistencyCheck,
        Opt::IgnoreRandomCheck,
    ],
    has_environments: true,
    examples: &[
        "feature set tidy_sidebar true --dev --staging",
        "feature set --project=gitlab-org/gitlab,gitlab-org/gitlab-foss tidy_sidebar true",
        "feature set tidy_sidebar 25 --actors --reason \"second step\"",
        "feature set tidy_sidebar false",
        "feature set --user=me tidy_sidebar true --for 2h",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let wanted = Wanted::read(context, invocation)?;
    let environments = context.environments(invocation)?;
    if invocation.has(Opt::DryRun) {
        return Ok(super::dry_run::run(context, &environments, &wanted).await);
    }
    context.may_change_here(&environments)?;
    let mut results = Vec::with_capacity(environments.len());
    for environment in environments {
        let result = match wanted.at {
            Some(at) => schedule::put(context, environment, &wanted, at).await,
            None => change(context, environment, &wanted).await,
        };
        results.push((environment.name.to_string(), result));
    }
    Ok(Answer::of_environments(results))
}

/// Changes one environment: sees what would change, asks the checks, changes it.
async fn change(
    context: &Context<'_>,
    environment: &Environment,
    wanted: &Wanted,
) -> Result<Message, Refused> {
    let mut request = request(context, wanted);
    let preview = environment
        .preview(&request)
        .await
        .map_err(result::refused)?;
    let subject = Subject {
        environment,
        flag: &wanted.flag,
        preview: &preview,
        ignores: wanted.ignores,
    };
    let passed = checks::pass(context.parts(), context.progress, &subject).await;
    let passed = match passed {
        Ok(passed) => passed,
        Err(blocked) => {
            let refused = blocked.refused(&subject);
            result::note_refusal(context, environment, &wanted.flag, &refused).await;
            return Err(refused);
        }
    };
    request.along.note.overrides = passed.overrides;
    let undo = wanted
        .hold_for
        .map(|hold_for| schedule::undo_after(context, hold_for));
    let undo_id = undo.map(|(id, schedules)| {
        request.along.schedules = Some(schedules);
        id
    });
    let note = request.along.note.clone();
    let changed = environment.change(request).await.map_err(result::refused)?;
    let undo = undo_id
        .zip(wanted.hold_for)
        .filter(|_| changed.before != changed.after);
    let mut remarks = passed.remarks;
    if wanted.hold_for.is_some() && undo.is_none() {
        remarks.push("Nothing changed, so `--for` takes nothing back".to_owned());
    }
    let told = Told {
        note: &note,
        names: &preview.names,
        remarks: &remarks,
        warnings: &wanted.warnings,
        undo: undo.map(|(id, hold_for)| {
            (
                id,
                changed.at.saturating_add(hold_for).unwrap_or(changed.at),
            )
        }),
    };
    result::message(context, environment, &changed, &told).await
}

/// The request to an environment, without what the checks say.
pub(crate) fn request(context: &Context<'_>, wanted: &Wanted) -> ChangeRequest {
    ChangeRequest {
        flag: wanted.flag.clone(),
        request: wanted.request.clone(),
        force: wanted.force,
        along: Along::noting(context.note(wanted.reason.as_deref())),
    }
}
