//! The keys of stages, and of what must hold.

use super::{Keys, MOST_NAMES, ON_BREACH, Shape, key, needed};

/// The keys that say what a stage is; each has exactly one of them.
pub(in crate::plan) const STAGE_KINDS: &[&str] =
    &["set", "percentage", "checklist", "verification", "clean_up"];

/// Stages at most so many approvals apart.
const MOST_APPROVALS: u32 = 10;

pub(in crate::plan) static STAGE: Keys = Keys {
    what: "a stage",
    keys: &[
        needed("name", Shape::Text, "Unique in its plan: 25-percent."),
        key(
            "set",
            Shape::True,
            "Opens the flag: for the actors that are named, else for everyone; in environments without customers or, in production, globally.",
        ),
        key(
            "percentage",
            Shape::Percentage,
            "Opens the flag in production for a share.",
        ),
        key(
            "checklist",
            Shape::Items,
            "Changes nothing: what must be done before the next stage.",
        ),
        key(
            "verification",
            Shape::Duration,
            "Changes nothing: how long the flag is watched while it is open for everyone.",
        ),
        key(
            "clean_up",
            Shape::Mapping(&CLEAN_UP),
            "The flag leaves the code, then every environment.",
        ),
        key(
            "environments",
            Shape::Texts(MOST_NAMES),
            "Where the flag is changed, together; in production unless said.",
        ),
        key(
            "projects",
            Shape::Texts(MOST_NAMES),
            "Paths of projects that the flag is opened for.",
        ),
        key(
            "groups",
            Shape::Texts(MOST_NAMES),
            "Paths of groups that the flag is opened for.",
        ),
        key(
            "namespaces",
            Shape::Texts(MOST_NAMES),
            "Paths of namespaces that the flag is opened for.",
        ),
        key(
            "users",
            Shape::Texts(MOST_NAMES),
            "Names of users that the flag is opened for.",
        ),
        key(
            "repositories",
            Shape::Texts(MOST_NAMES),
            "Repositories that the flag is opened for.",
        ),
        key(
            "feature_group",
            Shape::Text,
            "A feature group that the flag is opened for.",
        ),
        key(
            "require",
            Shape::Items,
            "What must hold before the change; asked again just before it.",
        ),
        key(
            "approvals",
            Shape::Count(MOST_APPROVALS),
            "How many people approve before it begins.",
        ),
        key(
            "soak",
            Shape::Duration,
            "How long the change is watched before the next stage: 15m, 1h30m, 2d.",
        ),
        key(
            "verify",
            Shape::Items,
            "What people do before the stage ends, with their evidence.",
        ),
        key(
            "monitors",
            Shape::Texts(MOST_NAMES),
            "The monitors that guard it; all of the plan's unless said.",
        ),
        key(
            "on_breach",
            Shape::Word(ON_BREACH),
            "What a breach does here, if not what the plan says.",
        ),
        key(
            "by_hand",
            Shape::Bool,
            "Whether somebody has to say `advance` even when all is well.",
        ),
    ],
};

pub(in crate::plan) static CLEAN_UP: Keys = Keys {
    what: "a clean-up",
    keys: &[
        key(
            "project",
            Shape::Text,
            "The path of the project with the code.",
        ),
        key(
            "environments",
            Shape::Texts(MOST_NAMES),
            "Where the flag is deleted at the end; everywhere that the plan touched unless said.",
        ),
        key(
            "merge_request",
            Shape::Text,
            "The merge request that removes the flag, if there is one already.",
        ),
        key(
            "issue_only",
            Shape::Bool,
            "Whether an issue is opened in place of a merge request.",
        ),
    ],
};

/// What Signalbox finds out by itself, or knows whom to ask.
pub(in crate::plan) const CHECKS: &[Check] = &[
    Check(
        "deployed",
        "The plan's merge request is deployed in all of the stage's environments, canary included.",
    ),
    Check(
        "no-incident",
        "No active incident that blocks feature flags.",
    ),
    Check(
        "no-change-in-progress",
        "No conflicting change is in progress.",
    ),
    Check("no-change-lock", "No change lock and no freeze period."),
    Check("healthy", "The services' health metric is good."),
    Check("on-call", "Somebody is on call until the soak is over."),
    Check(
        "watched",
        "The watcher, or whoever stands in, has acknowledged that they watch for two hours.",
    ),
    Check(
        "documentation",
        "The documentation's merge request is merged, or assigned to somebody who will.",
    ),
    Check("milestone", "The rollout issue has the plan's milestone."),
    Check(
        "change-issue",
        "It was decided whether a change management issue is needed, and if one is, both issues are linked.",
    ),
    Check(
        "announced",
        "The feature issue was told when the feature is expected.",
    ),
    Check(
        "notified",
        "The support channel and the team's channel were told.",
    ),
    Check(
        "removal-merged",
        "The merge request that removes the flag is merged.",
    ),
    Check(
        "removal-deployed",
        "The removal is deployed wherever the flag exists.",
    ),
    Check(
        "removal-released",
        "The removal is part of the milestone's release.",
    ),
];

/// A word for something that must hold, and what it asks.
#[derive(Debug)]
pub(in crate::plan) struct Check(
    pub(in crate::plan) &'static str,
    pub(in crate::plan) &'static str,
);

pub(in crate::plan) static ITEM: Keys = Keys {
    what: "an item",
    keys: &[
        needed(
            "item",
            Shape::Text,
            "Unique in its plan; what is ticked: qa-staging.",
        ),
        key(
            "do",
            Shape::Text,
            "What a person does and ticks with evidence.",
        ),
        key("environment", Shape::Text, "Where it is verified."),
        key(
            "http",
            Shape::Text,
            "An endpoint of the configuration that has to answer 2xx.",
        ),
        key("path", Shape::Text, "Below the endpoint's address: /ready."),
        key(
            "pointer",
            Shape::Text,
            "A JSON pointer into its answer: /status.",
        ),
        key("equals", Shape::Text, "What is found there."),
    ],
};
