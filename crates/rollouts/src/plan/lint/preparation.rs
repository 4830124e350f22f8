//! What a precondition needs from the rest of the plan to be met.

use super::Findings;
use crate::plan::{Plan, Precondition};
use crate::preparation::Decision;

pub(super) fn check(plan: &Plan, findings: &mut Findings) {
    let asked = |precondition: Precondition| {
        let mut stages = plan.stages.iter();
        stages.find(|stage| stage.preconditions.contains(&precondition))
    };
    let links = &plan.links;
    let lacking = [
        (
            Precondition::Milestone,
            plan.milestone.is_none(),
            "milestone",
            "the milestone that the issue is to have",
        ),
        (
            Precondition::Notified,
            plan.channels.support.is_none(),
            "channels.support",
            "the channel of those who support customers",
        ),
        (
            Precondition::Watched,
            plan.people.on_call.is_none(),
            "owners.on_call",
            "who is called when nobody watches",
        ),
    ];
    for (precondition, is_lacking, part, what) in lacking {
        if is_lacking && let Some(stage) = asked(precondition.clone()) {
            let message = format!(
                "is missing: {what}; `{}` of {} needs it",
                precondition.id(),
                stage.name
            );
            findings.warn(part, message);
        }
    }
    if let (Some(stage), Decision::Undecided(why)) =
        (asked(Precondition::ChangeIssue), plan.change.decide())
    {
        findings.warn(
            "change_management",
            format!("lacks answers; {} will wait for them: {why}", stage.name),
        );
    }
    if let (Decision::Needed(why), None) = (plan.change.decide(), &links.change_issue) {
        findings.warn("links.change_issue", format!("is missing: {why}"));
    }
}
