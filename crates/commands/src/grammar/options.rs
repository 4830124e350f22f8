//! The one table of options. Parser, help, completion and the reference are made from it.

/// An option of some command, apart from those that name an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opt {
    Project,
    Group,
    Namespace,
    User,
    Repository,
    FeatureGroup,
    Actors,
    Random,
    Match,
    Force,
    Reason,
    Evidence,
    At,
    For,
    DryRun,
    IgnoreProductionCheck,
    IgnoreConsistencyCheck,
    IgnoreRandomCheck,
    Limit,
    Help,
}

/// What follows an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// One value, by what it is called in the help.
    One(&'static str),
    /// Values with commas between them.
    List(&'static str),
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    pub opt: Opt,
    /// Without the dashes.
    pub name: &'static str,
    pub takes: Takes,
    pub help: &'static str,
}

const fn row(opt: Opt, name: &'static str, takes: Takes, help: &'static str) -> OptionSpec {
    OptionSpec {
        opt,
        name,
        takes,
        help,
    }
}

use Takes::{List, Nothing, One};

/// Every option, in the order in which the help shows them.
pub const OPTIONS: &[OptionSpec] = &[
    row(
        Opt::Project,
        "project",
        List("PATHS"),
        "only for these projects, by path or number",
    ),
    row(
        Opt::Group,
        "group",
        List("PATHS"),
        "only for these groups, by path or number",
    ),
    row(
        Opt::Namespace,
        "namespace",
        List("PATHS"),
        "only for these groups or people's namespaces",
    ),
    row(
        Opt::User,
        "user",
        List("NAMES"),
        "only for these people, by GitLab user name; me is yourself",
    ),
    row(
        Opt::Repository,
        "repository",
        List("PATHS"),
        "only for these repositories",
    ),
    row(
        Opt::FeatureGroup,
        "feature-group",
        One("NAME"),
        "only for the members of this feature group",
    ),
    row(
        Opt::Actors,
        "actors",
        Nothing,
        "the value is a percentage of actors: always the same ones",
    ),
    row(
        Opt::Random,
        "random",
        Nothing,
        "the value is a percentage of time: drawn anew at each evaluation",
    ),
    row(
        Opt::Match,
        "match",
        One("TEXT"),
        "only flags whose name has this text",
    ),
    row(
        Opt::Force,
        "force",
        Nothing,
        "take a name that no definition and no stored flag has",
    ),
    row(
        Opt::Reason,
        "reason",
        One("TEXT"),
        "why; kept in the history (quote a text with spaces)",
    ),
    row(
        Opt::Evidence,
        "evidence",
        One("TEXT"),
        "how you know that an item is done: words or a link (quote a text with spaces)",
    ),
    row(
        Opt::At,
        "at",
        One("TIME"),
        "later: 18:00, +2h, 2026-01-31T18:00 or with a zone; UTC unless said",
    ),
    row(
        Opt::For,
        "for",
        One("DURATION"),
        "take it back after 30m, 2h, 1d …, unless the flag was changed since",
    ),
    row(
        Opt::DryRun,
        "dry-run",
        Nothing,
        "show what would change and what the checks say; change nothing",
    ),
    row(
        Opt::IgnoreProductionCheck,
        "ignore-production-check",
        Nothing,
        "change production in spite of incidents, changes, locks or bad health; ask who is on call first",
    ),
    row(
        Opt::IgnoreConsistencyCheck,
        "ignore-feature-flag-consistency-check",
        Nothing,
        "change production before staging, or before the code is deployed; ask who is on call first",
    ),
    row(
        Opt::IgnoreRandomCheck,
        "ignore-random-deprecation-check",
        Nothing,
        "no warning about --random",
    ),
    row(
        Opt::Limit,
        "limit",
        One("COUNT"),
        "how many entries, at most 50; 10 unless said",
    ),
    row(Opt::Help, "help", Nothing, "show how the command is used"),
];

impl Opt {
    /// The option's row.
    #[must_use]
    pub fn spec(self) -> &'static OptionSpec {
        // Every variant has a row: a test looks.
        OPTIONS
            .iter()
            .find(|spec| spec.opt == self)
            .unwrap_or(&OPTIONS[0])
    }

    /// The option that people write so, without its dashes. `_` and `-` are the same, capitals
    /// count as small letters.
    pub(super) fn named(name: &str) -> Option<&'static OptionSpec> {
        let name = name.to_lowercase().replace('_', "-");
        if name == "h" {
            return Some(Self::Help.spec());
        }
        OPTIONS.iter().find(|spec| spec.name == name)
    }
}

/// Whether an environment cannot be called so, as an option has the name.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    Opt::named(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_has_one_row_of_its_own() {
        let last = Opt::Help as usize;
        assert_eq!(OPTIONS.len(), last + 1);
        for spec in OPTIONS {
            assert_eq!(spec.opt.spec().name, spec.name);
            assert_eq!(Opt::named(spec.name).map(|found| found.opt), Some(spec.opt));
        }
        assert!(is_reserved("project") && !is_reserved("production"));
    }
}
