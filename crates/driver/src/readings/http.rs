//! An endpoint of the configuration that answers JSON: counts of a window, or one value.
//!
//! `$from` and `$to` in the path are the window's ends in Unix seconds, `$flag` is the flag.

use monitors::http_json::{Client, Document, JsonPointer, RelativePath};
use rollouts::Wanted;
use rollouts::evidence::{Arm, Reading, Rule};

use super::arms::Counts;
use super::{Answer, Asked, Unread, number, together};

/// What a plan asks of an endpoint: where in the answer are failures and exposures with the flag,
/// and those without.
pub(super) struct Question<'a> {
    pub path: &'a str,
    pub pointers: [Option<&'a str>; 4],
}

pub(super) async fn read(client: &Client, question: &Question<'_>, asked: Asked<'_>) -> Answer {
    if let Wanted::Baseline { .. } = asked.wanted.what {
        return Err(Unread::no_baseline());
    }
    let path = question
        .path
        .replace("$from", &asked.wanted.from.as_second().to_string())
        .replace("$to", &asked.wanted.to.as_second().to_string())
        .replace("$flag", asked.rollout.plan.flag.as_str());
    let path = path.parse::<RelativePath>();
    let path = path.map_err(|error| Unread::nonsense(error.to_string()))?;
    let document = client.get(&path).await?;
    // One that the plan does not name is no number, and stays none.
    let numbers = question.pointers.map(|pointer| {
        let pointer = pointer.or(question.pointers[0]).unwrap_or_default();
        look_up(&document, pointer)
    });
    let values = together(asked.monitor.empty, numbers)?;
    let mut values = values.map(Some);
    for (value, pointer) in values.iter_mut().zip(question.pointers) {
        *value = value.filter(|_| pointer.is_some());
    }
    judge(values, asked)
}

fn look_up(document: &Document, pointer: &str) -> Result<f64, Unread> {
    let pointer = pointer.parse::<JsonPointer>();
    let pointer = pointer.map_err(|error| Unread::nonsense(error.to_string()))?;
    number(document.value(&pointer).measured())
}

fn judge(values: [Option<f64>; 4], asked: Asked<'_>) -> Answer {
    match values {
        [Some(failed), exposed, Some(control_failed), control_exposed] => {
            let counts = Counts {
                failed: [failed, control_failed],
                exposed: exposed.zip(control_exposed).map(<[f64; 2]>::from),
            };
            counts.reading(asked)
        }
        [Some(value), requests, None, _] => match &asked.monitor.rule {
            Rule::HardLimit(_) => Ok(Reading::Value { value, requests }),
            Rule::BeforeAfter(_) => {
                let exposed = requests.unwrap_or_else(|| asked.seconds());
                Ok(Reading::Everybody(Arm::new(value, exposed)))
            }
            Rule::TwoArm(_) | Rule::SampleRatio(_) => Err(asked.cannot("what the other arm did")),
            Rule::Mean(_) => Err(asked.cannot("how much it varies")),
            Rule::NewIssue(_) => Err(asked.cannot("which issues are new")),
        },
        [None, ..] => Err(Unread::empty()),
    }
}
