//! The same question to every environment at once.

use std::collections::BTreeMap;
use std::time::Duration;

use environments::{Environment, EnvironmentError, Environments, Place};
use flags::{Catalogue, Definition, FlagKey};
use futures_util::future::join_all;

/// A page waits no longer for an environment.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an environment answered, or why it did not.
pub(super) struct Answered<'e, T> {
    pub(super) environment: &'e Environment,
    pub(super) answer: Result<T, String>,
}

/// Asks every environment; one that is silent holds nobody up for longer than a few seconds.
pub(super) async fn everywhere<'e, T, Answer>(
    environments: &'e Environments,
    ask: impl Fn(&'e Environment) -> Answer,
) -> Vec<Answered<'e, T>>
where
    Answer: Future<Output = Result<T, EnvironmentError>>,
{
    let asked = environments.iter().map(|environment| {
        let answer = tokio::time::timeout(PATIENCE, ask(environment));
        async move {
            let answer = match answer.await {
                Ok(answer) => answer.map_err(|error| error.to_string()),
                Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
            };
            Answered {
                environment,
                answer,
            }
        }
    });
    // Collected first: a lazy list would have to outlive its closures.
    let asked: Vec<_> = asked.collect();
    join_all(asked).await
}

/// An environment as the head of a column.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) short: String,
    /// Why nothing is known of its flags.
    pub(super) trouble: Option<String>,
}

impl Column {
    pub(super) fn of<T>(answered: &Answered<'_, T>) -> Self {
        let environment = answered.environment;
        let name = environment.name.to_string();
        Self {
            short: if environment.short == name {
                String::new()
            } else {
                environment.short.clone()
            },
            name,
            trouble: answered.answer.as_ref().err().cloned(),
        }
    }
}

/// Every definition that any environment has.
pub(super) fn definitions(environments: &Environments) -> BTreeMap<FlagKey, Definition> {
    let mut all = BTreeMap::new();
    for definition in environments
        .iter()
        .flat_map(|known| catalogue(known).iter())
    {
        all.entry(definition.name.clone())
            .or_insert_with(|| definition.clone());
    }
    all
}

pub(super) fn catalogue(environment: &Environment) -> &Catalogue {
    match &environment.place {
        Place::Hosted(hosted) => hosted.catalogue(),
        Place::Remote(remote) => remote.catalogue(),
    }
}
