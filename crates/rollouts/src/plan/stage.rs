//! One step of a plan.

use domain::EnvironmentName;
use flags::Percentage;
use flags::request::Targets;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{CleanUp, MonitorName, Precondition};

domain::text_id!(
    /// What a plan calls a stage: `non-production`, `25-percent`.
    StageName, "stage", 64,
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.')
);

/// One step: what is changed where, what must hold before, and how long it is watched after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Unique in its plan.
    pub name: StageName,
    pub kind: StageKind,
    /// Where the flag is changed, together. Empty when the stage changes nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environments: Vec<EnvironmentName>,
    /// How long the change is watched before the next stage. Zero: not at all.
    #[serde(default)]
    pub soak: SignedDuration,
    /// How many people have to approve before it begins.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub approvals: u32,
    /// What must hold before the change; asked again just before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preconditions: Vec<Precondition>,
    /// What must be done by people before the stage ends: verification, with its evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verify: Vec<Precondition>,
    /// The monitors that guard it; all of the plan's when it is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitors: Option<Vec<MonitorName>>,
    /// What a breach does here, if not what the plan says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_breach: Option<OnBreach>,
    /// Goes on only when somebody says `advance`, even when all is well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_hand: bool,
}

/// What a stage is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Open for everyone, where no customer is.
    NonProduction,
    /// Open for the actors that are named.
    Named(Actors),
    /// Nothing is changed: the checklist before the percentages.
    Preparation,
    /// Open for a share.
    Percentage(Percentage),
    /// Open for everyone.
    Global,
    /// Nothing is changed: open for everyone and watched, a day at least.
    Verification,
    /// The flag leaves the code, then every environment.
    CleanUp(CleanUp),
}

/// Whom a stage opens the flag for, by the names that people gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actors(pub Targets);

/// What is done when the evidence is bad enough for a rollback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnBreach {
    /// The rollout is held where it is, until a person decides.
    Hold,
    /// Back to the stage before, and held there.
    Back,
    /// Back to how the flag stood before the rollout, where customers are.
    #[default]
    Off,
}

impl StageName {
    /// What stands where a plan has no stages.
    pub(crate) fn none() -> Self {
        Self("none".to_owned())
    }
}

impl Stage {
    /// Whether the stage changes the flag.
    #[must_use]
    pub fn changes_flag(&self) -> bool {
        match self.kind {
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Percentage(_)
            | StageKind::Global => true,
            StageKind::Preparation | StageKind::Verification | StageKind::CleanUp(_) => false,
        }
    }

    /// What must hold before its change. A flag leaves only when its code has left.
    #[must_use]
    pub fn must_hold(&self) -> Vec<&Precondition> {
        let removal: &[Precondition] = match self.kind {
            StageKind::CleanUp(_) => &[
                Precondition::RemovalMerged,
                Precondition::RemovalDeployed,
                Precondition::RemovalReleased,
            ],
            StageKind::NonProduction
            | StageKind::Named(_)
            | StageKind::Preparation
            | StageKind::Percentage(_)
            | StageKind::Global
            | StageKind::Verification => &[],
        };
        let planned = &self.preconditions;
        let missing = removal.iter().filter(|needed| !planned.contains(needed));
        missing.chain(planned).collect()
    }

    /// Whether its actors are drawn by chance, so that both arms can be compared.
    #[must_use]
    pub fn is_random(&self) -> bool {
        matches!(self.kind, StageKind::Percentage(share) if share < Percentage::HUNDRED)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
