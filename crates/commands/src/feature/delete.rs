//! `feature delete`: forgets that a flag was ever set. It warns, it never refuses for what code
//! or checks say: what was set can always be taken back.

use domain::mrkdwn;
use domain::{Message, say};
use environments::{Along, Environment};
use flags::FlagKey;

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, catalogue, flag_key};
use crate::grammar::{Invocation, Opt};
use crate::wording::{Name, did_you_mean, prose};

use super::{result, wanted};

pub(crate) const COMMAND: Command = Command {
    name: "feature delete",
    aliases: &[],
    summary: "Forget what was set of a flag, so that its definition's default holds again.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Reason, Opt::DryRun],
    has_environments: true,
    examples: &["feature delete tidy_sidebar --dev --staging --production"],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let reason = wanted::reason(invocation)?;
    let environments = context.environments(invocation)?;
    let is_dry_run = invocation.has(Opt::DryRun);
    if !is_dry_run {
        context.may_change_here(&environments)?;
    }
    let mut standing = Vec::with_capacity(environments.len());
    for environment in &environments {
        standing.push(environment.get(&flag).await.map_err(Refused::because));
    }
    let is_known = |record: &Result<environments::FlagRecord, Refused>| {
        record.as_ref().map_or(true, |record| {
            record.gates.is_some() || record.definition.is_some()
        })
    };
    if !standing.iter().any(is_known) {
        return Err(unknown(&environments, &flag));
    }
    let usage = code_that_uses(context, &flag).await;
    let mut results = Vec::with_capacity(environments.len());
    for (environment, record) in environments.into_iter().zip(standing) {
        let result = match record {
            Err(refused) => Err(refused),
            Ok(record) if is_dry_run => Ok(would_forget(environment, &record)),
            Ok(_) => forget(context, environment, &flag, reason.as_deref()).await,
        };
        let result = result.map(|message| {
            message.context(usage.as_deref().map_or_else(mrkdwn::Mrkdwn::empty, prose))
        });
        results.push((environment.name.to_string(), result));
    }
    Ok(Answer::of_environments(results))
}

fn unknown(environments: &[&Environment], flag: &FlagKey) -> Refused {
    let near = environments
        .first()
        .map(|environment| catalogue(environment).nearest(flag.as_str()));
    let near: Vec<String> = near
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect();
    Refused(format!(
        "there is no flag {}{}",
        Name(flag.as_str()),
        did_you_mean(&near)
    ))
}

async fn forget(
    context: &Context<'_>,
    environment: &Environment,
    flag: &FlagKey,
    reason: Option<&str>,
) -> Result<Message, Refused> {
    let note = context.note(reason);
    let along = Along::noting(note.clone());
    let changed = environment
        .delete(flag, along)
        .await
        .map_err(result::refused)?;
    let names = result::names(&context.parts().store, [changed.before.as_ref()]).await;
    let default = changed
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    let (name, on) = (
        mrkdwn::code(flag.as_str()),
        mrkdwn::bold(environment.name.as_str()),
    );
    let line = match &changed.before {
        None => say!("{} was not set on {}", name, on),
        Some(_) => say!(
            "{} is deleted on {}; {}",
            name,
            on,
            default_holds(changed.definition.as_ref())
        ),
    };
    let before = changed.before.as_ref();
    let before = before.map_or_else(mrkdwn::Mrkdwn::empty, |gates| {
        super::card::described(Some(gates), default, &names)
    });
    let message = Message::new(line.clone(), line).wide_fact("Before", before);
    Ok(result::small_print(message, &note).context(mrkdwn::escape(&environment.host)))
}

fn would_forget(environment: &Environment, record: &environments::FlagRecord) -> Message {
    let (name, on) = (
        mrkdwn::code(record.name.as_str()),
        mrkdwn::bold(environment.name.as_str()),
    );
    let default = record
        .definition
        .as_ref()
        .is_some_and(|of| of.default_enabled);
    let line = match &record.gates {
        None => say!("{} is not set on {}: nothing would change", name, on),
        Some(gates) => say!(
            "{} would be deleted on {}, where it is {}; {}",
            name,
            on,
            super::card::described(Some(gates), default, &record.names),
            default_holds(record.definition.as_ref())
        ),
    };
    Message::new(line.clone(), line)
}

fn default_holds(definition: Option<&flags::Definition>) -> &'static str {
    match definition.map(|definition| definition.default_enabled) {
        Some(true) => "its definition's default holds: enabled",
        Some(false) => "its definition's default holds: disabled",
        None => "nothing defines it, so it is disabled",
    }
}

/// A warning when the code still asks for the flag. No warning when nobody could look.
async fn code_that_uses(context: &Context<'_>, flag: &FlagKey) -> Option<String> {
    const ENOUGH: usize = 20;
    let code = context.chatops.code().ok()?;
    let project = code.main().ok()?;
    let found = match code
        .gitlab
        .search_blobs(&project.lookup, flag.as_str(), ENOUGH)
        .await
    {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(%error, flag.key = flag.as_str(), "nobody knows whether code uses the flag");
            return None;
        }
    };
    // The definition itself is no use of the flag.
    let definition = format!("{flag}.yml");
    let mut paths: Vec<&str> = found.items.iter().map(|blob| blob.path.as_str()).collect();
    paths.retain(|path| path.rsplit('/').next() != Some(definition.as_str()));
    paths.dedup();
    let first = paths.first()?;
    let more = paths.len() - 1;
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    Some(format!("Code still uses it: {}{more}", Name(first)))
}
