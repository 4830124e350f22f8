//! What a release check came to, in words.

use domain::message::Tone;
use domain::mrkdwn::{self, Mrkdwn};
use domain::{Message, say};

use crate::code::{Code, Contained, Project};

use super::version::{Milestone, Version};

/// The outcomes for a merge request that is there; what comes before is refused in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    NotMerged,
    Released {
        version: Version,
    },
    /// In no release, and no milestone was named.
    NotReleased,
    WillBe {
        milestone: Milestone,
        branch: String,
        contained: Contained,
    },
    WillNot {
        milestone: Milestone,
        branch: String,
    },
    MostLikely {
        milestone: Milestone,
        stage: String,
    },
    NotDeployed {
        milestone: Milestone,
        stage: String,
    },
}

impl Outcome {
    pub(super) fn message(&self, code: Code<'_>, project: &Project<'_>, title: &Mrkdwn) -> Message {
        let line = say!("{} {}", title, self.sentence(code, project));
        Message::new(line.clone(), line).tone(self.tone())
    }

    fn tone(&self) -> Tone {
        match self {
            Self::Released { .. } | Self::WillBe { .. } | Self::MostLikely { .. } => Tone::Good,
            Self::NotMerged | Self::NotReleased => Tone::Neutral,
            Self::WillNot { .. } | Self::NotDeployed { .. } => Tone::Warning,
        }
    }

    pub(super) fn sentence(&self, code: Code<'_>, project: &Project<'_>) -> Mrkdwn {
        let branch_link = |branch: &String| {
            code.link(project, &format!("commits/{branch}"), &mrkdwn::code(branch))
        };
        match self {
            Self::NotMerged => Mrkdwn::fixed("is not merged yet"),
            Self::Released { version } => {
                let tag = project.rules.tag.replace("{version}", &version.to_string());
                let tag = code.link(project, &format!("tags/{tag}"), &mrkdwn::code(&tag));
                say!("is already released: {} is the first with it", tag)
            }
            Self::NotReleased => say!(
                "is in no release yet; add a milestone, such as {}, to ask about the next one",
                mrkdwn::code("15.8")
            ),
            Self::WillBe {
                milestone,
                branch,
                contained,
            } => {
                let how = match contained {
                    Contained::AsItself => Mrkdwn::empty(),
                    Contained::Picked(pick) => {
                        say!(", cherry-picked as {}", code.commit(project, pick))
                    }
                };
                let milestone = mrkdwn::bold(&milestone.to_string());
                say!(
                    "will be released in {}: it is on {}{}",
                    milestone,
                    branch_link(branch),
                    how
                )
            }
            Self::WillNot { milestone, branch } => {
                let milestone = mrkdwn::bold(&milestone.to_string());
                say!(
                    "will not be released in {}: it is not on {}",
                    milestone,
                    branch_link(branch)
                )
            }
            Self::MostLikely { milestone, stage } => {
                let (milestone, stage) =
                    (mrkdwn::bold(&milestone.to_string()), mrkdwn::bold(stage));
                say!(
                    "will most likely be released in {}: it is deployed to {}",
                    milestone,
                    stage
                )
            }
            Self::NotDeployed { milestone, stage } => {
                let (milestone, stage) =
                    (mrkdwn::bold(&milestone.to_string()), mrkdwn::bold(stage));
                say!(
                    "is not yet deployed to {}; it cannot be released in {} until it is",
                    stage,
                    milestone
                )
            }
        }
    }
}
