//! A reading as it is kept, with what was made of it: a verdict can be replayed from these.

use rollouts::Reading;
use rollouts::evidence::Judgement;
use serde::{Deserialize, Serialize};

/// What a monitor said of one window, and what its evidence came to with that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptReading {
    pub reading: Reading,
    /// `None` when the plan has no such monitor any more.
    pub judgement: Option<Judgement>,
}

/// A kept reading and the stage that it was taken in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadingAt {
    /// The name of the stage in the plan.
    pub stage: String,
    #[serde(flatten)]
    pub kept: KeptReading,
}
