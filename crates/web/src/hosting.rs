//! The environments that answer here: one under its own name, and one where none is named.

use clock::{Chance, Clock};
use environments::{Environment, Environments, Hosted};

/// The environments, and what the routes about flags need besides.
#[derive(Clone)]
pub struct Hosting {
    pub environments: Environments,
    pub clock: Clock,
    pub chance: Chance,
}

/// An environment at a place of the routes' tree.
pub(crate) struct At<'a> {
    /// What stands before the paths: nothing, or `/environments/staging`.
    pub(crate) prefix: String,
    pub(crate) environment: &'a Environment,
    pub(crate) hosted: &'a Hosted,
}

impl Hosting {
    /// The environment that this service is: its production if that is kept here, else the first
    /// that is.
    #[must_use]
    pub fn own(&self) -> Option<(&Environment, &Hosted)> {
        let production = self.environments.production();
        let is_production = |environment: &Environment| {
            production.is_some_and(|known| known.name == environment.name)
        };
        let own = self
            .environments
            .hosted()
            .find(|(known, _)| is_production(known));
        own.or_else(|| self.environments.hosted().next())
    }

    /// Every environment that is kept here, by its name and short name, and the service's own
    /// without one.
    pub(crate) fn places(&self) -> Vec<At<'_>> {
        let mut places = Vec::new();
        if let Some((environment, hosted)) = self.own() {
            places.push(At {
                prefix: String::new(),
                environment,
                hosted,
            });
        }
        for (environment, hosted) in self.environments.hosted() {
            let mut names = vec![environment.name.as_str()];
            names.extend(Some(environment.short.as_str()).filter(|short| *short != names[0]));
            places.extend(names.into_iter().map(|name| At {
                prefix: format!("/environments/{name}"),
                environment,
                hosted,
            }));
        }
        places
    }
}
