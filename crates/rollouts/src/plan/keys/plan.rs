//! The keys of a plan, and of what stands in it once.

use super::{
    Keys, MONITOR, MOST_ITEMS, MOST_MONITORS, MOST_NAMES, MOST_STAGES, ON_BREACH, ROLES, STAGE,
    Shape, key, needed,
};

pub(in crate::plan) static PLAN: Keys = Keys {
    what: "a plan",
    keys: &[
        needed("flag", Shape::Text, "The flag's name."),
        key("title", Shape::Text, "The rollout issue's title."),
        key(
            "by",
            Shape::Word(&["actors", "time"]),
            "What a percentage is a share of: actors (the same ones at every evaluation), or time, for a flag that is asked without an actor.",
        ),
        key(
            "milestone",
            Shape::Text,
            "The milestone in which the flag is enabled and removed, in quotes: '15.8'.",
        ),
        needed(
            "owners",
            Shape::Mapping(&OWNERS),
            "Who is behind the rollout.",
        ),
        key(
            "stakeholders",
            Shape::Texts(MOST_NAMES),
            "User names of those who want to know.",
        ),
        key(
            "channels",
            Shape::Mapping(&CHANNELS),
            "Where else it is talked about.",
        ),
        key(
            "links",
            Shape::Mapping(&LINKS),
            "Web addresses of the issues and merge requests.",
        ),
        key("summary", Shape::Text, "What is rolled out, in words."),
        key(
            "expectations",
            Shape::Mapping(&EXPECTATIONS),
            "What the rollout issue says of them.",
        ),
        key("support", Shape::Text, "What can be done for one customer."),
        key("testing", Shape::Text, "Availability and testing."),
        key(
            "change_management",
            Shape::Mapping(&CHANGE),
            "Whether it needs a change management issue: one yes is enough.",
        ),
        key(
            "production",
            Shape::Texts(MOST_NAMES),
            "The environments where customers are; `production` unless said.",
        ),
        key(
            "require",
            Shape::Items,
            "What must hold before each change in production; a stage may say otherwise.",
        ),
        key(
            "optional",
            Shape::Texts(MOST_ITEMS),
            "Words of `require` and `checklist` that are skipped when nobody who answers them is configured; any other then stands in the way.",
        ),
        key(
            "approval",
            Shape::Mapping(&APPROVAL),
            "Who approves the stages that need it.",
        ),
        key(
            "on_breach",
            Shape::Word(ON_BREACH),
            "What a breach does: hold, back (one stage) or off, which is what it does unless said.",
        ),
        key(
            "monitors",
            Shape::List(&MONITOR, MOST_MONITORS),
            "What is watched.",
        ),
        needed(
            "stages",
            Shape::List(&STAGE, MOST_STAGES),
            "The way to everybody, in order.",
        ),
    ],
};

pub(in crate::plan) static OWNERS: Keys = Keys {
    what: "the owners",
    keys: &[
        key("team", Shape::Text, "The team, in words."),
        needed(
            "channel",
            Shape::Text,
            "The team's channel, in quotes: '#g_integrations'. It has the thread.",
        ),
        needed(
            "individual",
            Shape::Text,
            "User name of the best individual to reach out to; owns the rollout.",
        ),
        key(
            "managers",
            Shape::Texts(MOST_NAMES),
            "User names of the product managers.",
        ),
        key(
            "watcher",
            Shape::Text,
            "User name of who watches for two hours after each change in production; the individual unless said.",
        ),
        key(
            "on_call",
            Shape::Text,
            "The group that is called when nobody watches.",
        ),
    ],
};

pub(in crate::plan) static CHANNELS: Keys = Keys {
    what: "the channels",
    keys: &[
        key(
            "production",
            Shape::Text,
            "Hears of each change in production.",
        ),
        key(
            "support",
            Shape::Text,
            "Hears what customers will see, before and after.",
        ),
    ],
};

pub(in crate::plan) static LINKS: Keys = Keys {
    what: "the links",
    keys: &[
        key(
            "merge_request",
            Shape::Text,
            "Brought the feature; must be deployed before it is enabled.",
        ),
        key(
            "feature_issue",
            Shape::Text,
            "Hears when it is expected and when it is done.",
        ),
        key(
            "rollout_issue",
            Shape::Text,
            "Kept in step with the rollout.",
        ),
        key(
            "issue_project",
            Shape::Text,
            "Where the rollout issue is created when there is none: a project's path.",
        ),
        key(
            "docs_merge_request",
            Shape::Text,
            "The documentation's merge request.",
        ),
        key(
            "change_issue",
            Shape::Text,
            "The change management issue, if one is needed.",
        ),
    ],
};

pub(in crate::plan) static EXPECTATIONS: Keys = Keys {
    what: "the expectations",
    keys: &[
        key("what", Shape::Text, "What are we expecting to happen?"),
        key("viable", Shape::Text, "When is the feature viable?"),
        key(
            "risks",
            Shape::Text,
            "What might happen if this goes wrong?",
        ),
        key(
            "monitoring",
            Shape::Text,
            "What can we monitor to detect problems with this?",
        ),
        key(
            "checking",
            Shape::Text,
            "What can we check in production after each stage?",
        ),
    ],
};

pub(in crate::plan) static CHANGE: Keys = Keys {
    what: "the change management",
    keys: &[
        key(
            "new_service",
            Shape::Bool,
            "Does it enable a service that was not there before?",
        ),
        key(
            "incident_plausible",
            Shape::Bool,
            "Could it plausibly cause an incident?",
        ),
        key(
            "trouble_before",
            Shape::Bool,
            "Was it rolled back before, or did it cause an incident?",
        ),
        key(
            "asked_for",
            Shape::Bool,
            "Does the team or infrastructure ask for one?",
        ),
    ],
};

pub(in crate::plan) static APPROVAL: Keys = Keys {
    what: "the approval",
    keys: &[
        key(
            "by",
            Shape::Texts(MOST_NAMES),
            "User names of those who may approve; everybody with the role unless said.",
        ),
        key(
            "role",
            Shape::Word(ROLES),
            "The role that may approve; approver unless said.",
        ),
        key(
            "own",
            Shape::Bool,
            "Whether who started the rollout may approve it.",
        ),
    ],
};
