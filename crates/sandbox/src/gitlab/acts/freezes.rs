//! Deploy freezes of a project.

use super::{Act, field};
use crate::gitlab::args::{Args, DoError, Takes};
use crate::gitlab::scene::Scene;
use crate::gitlab::world::FreezePeriod;

pub(super) const FREEZE: Act = Act {
    what: "freeze",
    label: "Deploy freeze",
    group: "Planning",
    common: false,
    summary: "Add a deploy freeze, all day and every day unless told otherwise; or lift all of them",
    fields: &[
        field("start", Takes::Line, "when it begins, as a cron expression"),
        field("end", Takes::Line, "when it ends, likewise"),
        field("timezone", Takes::Line, "of both; UTC unless given"),
        field("lift", Takes::YesNo, "true removes every freeze"),
    ],
    run: freeze,
};

/// Begins each day and never ends but for a moment on 29 February.
const ALWAYS: (&str, &str) = ("0 0 * * *", "0 0 29 2 *");

fn freeze(scene: &mut Scene<'_>, args: &Args) -> Result<(), DoError> {
    if args.yes_no("lift") == Some(true) {
        scene.project_mut().freeze_periods.clear();
        return Ok(());
    }
    let cron = |name: &str, default: &str| {
        let text = args.text(name).unwrap_or(default);
        let wrong = || DoError::impossible(name, "it must have five fields: 0 23 * * 5");
        FreezePeriod::is_cron(text)
            .then(|| text.to_owned())
            .ok_or_else(wrong)
    };
    let (start, end) = (cron("start", ALWAYS.0)?, cron("end", ALWAYS.1)?);
    let period = FreezePeriod {
        id: scene.world.next_id(),
        start,
        end,
        timezone: args.text("timezone").unwrap_or("UTC").to_owned(),
        at: scene.now,
    };
    scene.say("id", period.id);
    scene.project_mut().freeze_periods.push(period);
    Ok(())
}
