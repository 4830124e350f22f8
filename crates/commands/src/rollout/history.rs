//! `rollout history`: what happened to a rollout, as its thread tells it.

use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};
use rollouts::wording::{self, Telling, To};
use rollouts::{Entry, Rollout};

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, flag_key};
use crate::grammar::{Invocation, Opt};
use crate::when;

/// The most entries that are read: a rollout has some dozens.
const MOST_ENTRIES: u32 = 5_000;

pub(crate) const COMMAND: Command = Command {
    name: "rollout history",
    aliases: &["rollout log"],
    summary: "Show what happened to a flag's rollout, newest last.",
    arguments: &[Argument::FLAG],
    options: &[Opt::Limit],
    has_environments: false,
    examples: &[
        "rollout history tidy_sidebar",
        "rollout history tidy_sidebar --limit=50",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let limit = crate::feature::history::limit(invocation)? as usize;
    let rollouts = &context.steered()?.rollouts;
    let Some(status) = rollouts.status(&flag).await.map_err(Refused::because)? else {
        return Err(context.no_rollout(&flag).await?);
    };
    let entries = rollouts
        .history(&status.id, 0, MOST_ENTRIES)
        .await
        .map_err(Refused::because)?;
    let zone = &context.parts().rules.time_zone;
    let told = told(&status.id, &entries);
    let shown = told.len().saturating_sub(limit);
    let lines = told.iter().skip(shown).map(|(entry, line)| {
        say!(
            "• {}: {}",
            mrkdwn::escape(&when::shown(entry.at, zone)),
            line.clone()
        )
    });
    let headline = say!(
        "Rollout of {}, the last {} entries",
        mrkdwn::code(flag.as_str()),
        told.len() - shown
    );
    let message = Message::new(headline.clone(), headline).body(mrkdwn::join(lines, "\n"));
    Ok(Answer::in_channel(vec![message]))
}

/// Each entry that the thread tells of, in the thread's words.
fn told<'a>(id: &domain::RolloutId, entries: &'a [Entry]) -> Vec<(&'a Entry, Mrkdwn)> {
    let mut rollout: Option<Rollout> = None;
    let mut told = Vec::new();
    for entry in entries {
        match &mut rollout {
            Some(rollout) => rollout.record(entry),
            None => rollout = Rollout::begin(id.clone(), entry),
        }
        let Some(rollout) = &rollout else { continue };
        let telling = Telling {
            rollout,
            entry,
            page: None,
            on_call: None,
        };
        let line = wording::tell(&telling)
            .into_iter()
            .find_map(|told| match told.to {
                To::Root => Some(told.message.headline),
                To::Thread | To::Broadcast => Some(whole(told.message)),
                To::Production | To::Support | To::Person(_) => None,
            });
        told.extend(line.map(|line| (entry, line)));
    }
    told
}

/// What the thread has of an entry, details included.
fn whole(message: Message) -> Mrkdwn {
    match message.body {
        Some(body) => say!("{}\n{}", message.headline, body),
        None => message.headline,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rollouts::plan::PlanFile;
    use rollouts::{Author, CheckOutcome, CheckResult, Event};

    use super::*;

    const PLAN: &str = "flag: a\nowners: {channel: '#a', individual: ana}\n\
                        stages: [{name: all, set: true, require: [deployed]}]\n";

    #[test]
    fn an_entry_is_told_with_its_details() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let entry = |number, event| Entry {
            number,
            at,
            by: Author::itself(),
            event,
        };
        let plan = PlanFile::parse("a.rollout.yml", PLAN).unwrap().plan;
        let started = Event::Started {
            plan: Box::new(plan),
            origin: BTreeMap::new(),
            reason: None,
        };
        let results = vec![CheckResult {
            id: "deployed".to_owned(),
            outcome: CheckOutcome::Waits,
            found: "not on canary yet".to_owned(),
            at,
        }];
        let entries = [entry(1, started), entry(2, Event::Checked { results })];
        let told = told(&domain::RolloutId::mint(0, 0), &entries);
        let lines: Vec<&str> = told.iter().map(|(_, line)| line.as_str()).collect();
        let [begun, waits] = lines.as_slice() else {
            panic!("{lines:?}");
        };
        assert!(begun.contains("started the rollout"), "{begun}");
        assert!(waits.contains("not on canary yet"), "{waits}");
    }
}
