//! Somebody is on call until the change was watched for long enough.

use jiff::SignedDuration;
use monitors::Window;
use monitors::on_call::{Coverage, coverage};
use rollouts::wording::moment;

use super::{Asking, Found};

/// So long somebody has to be there after a change, however short its soak.
const AT_LEAST: SignedDuration = SignedDuration::from_hours(2);

pub(super) async fn ask(asking: Asking<'_>) -> Found {
    let Some(source) = &asking.parts.sources.on_call else {
        return Found::skipped("not asked; configure `[monitors] pagerduty` or `opsgenie`");
    };
    let soak = asking.stage().map_or(AT_LEAST, |stage| stage.soak);
    let Ok(until) = asking.now.checked_add(soak.max(AT_LEAST)) else {
        return Found::fails("the stage's soak has no end");
    };
    let window = Window {
        from: asking.now,
        until,
    };
    let shifts = match source.shifts(window).await {
        Ok(shifts) => shifts,
        Err(error) => return Found::silent(error.to_string()),
    };
    match coverage(&shifts, window) {
        Coverage::Gap { from } => {
            Found::fails(format!("nobody is on call from {} on", moment(from)))
        }
        Coverage::Whole { people, hand_over } => {
            let now = names(&people);
            Found::holds(match hand_over {
                None => format!("{now}, until {}", moment(until)),
                Some(next) => {
                    let (at, to) = (moment(next.at), names(&next.to));
                    format!("{now}; hand-over to {to} at {at}, tell them")
                }
            })
        }
    }
}

fn names(people: &[monitors::on_call::Person]) -> String {
    let names: Vec<String> = people
        .iter()
        .map(|person| format!("`{}`", person.name.replace('`', "'")))
        .collect();
    names.join(", ")
}
