//! `feature get`: a flag's gates.

use crate::answer::{Answer, Refused};
use crate::command::{Argument, Command};
use crate::context::{Context, catalogue, flag_key};
use crate::grammar::Invocation;
use crate::wording::{Name, did_you_mean};

use super::card;

pub(crate) const COMMAND: Command = Command {
    name: "feature get",
    aliases: &[],
    summary: "Show a flag's state and gates in each environment.",
    arguments: &[Argument::FLAG],
    options: &[],
    has_environments: true,
    examples: &[
        "feature get tidy_sidebar",
        "feature get tidy_sidebar --staging --production",
    ],
    run: |context, invocation| Box::pin(run(context, invocation)),
};

async fn run(context: &Context<'_>, invocation: &Invocation) -> Result<Answer, Refused> {
    let flag = flag_key(invocation.argument(0).unwrap_or_default())?;
    let mut results = Vec::new();
    for environment in context.environments(invocation)? {
        let result = match environment.get(&flag).await {
            Ok(record) if record.gates.is_none() && record.definition.is_none() => {
                let near: Vec<String> = catalogue(environment)
                    .nearest(flag.as_str())
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                let flag = Name(flag.as_str()).to_string();
                Err(Refused(format!(
                    "there is no flag {flag}{}",
                    did_you_mean(&near)
                )))
            }
            Ok(record) => Ok(card::of_record(environment, &record)),
            Err(error) => Err(Refused::because(error)),
        };
        results.push((environment.name.to_string(), result));
    }
    Ok(Answer::of_environments(results))
}
