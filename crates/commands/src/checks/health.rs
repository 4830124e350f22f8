//! Health: every service must be well, and there must be one. Silence is never health.

use environments::Environment;
use monitors::prometheus::{Answer, InstantQuery, QueryResult, Value};

use crate::chatops::Parts;
use crate::rules::Health;
use crate::wording::Name;

use super::Verdict;

pub(crate) async fn check(parts: &Parts, environment: &Environment) -> Verdict {
    let Some(health) = &parts.rules.checks.health else {
        return Verdict::Passed;
    };
    let Some(prometheus) = &parts.prometheus else {
        return Verdict::Blocked("no Prometheus is configured to ask".to_owned());
    };
    let query = health
        .query
        .replace("$environment", environment.name.as_str())
        .replace("$short", &environment.short);
    let query = InstantQuery {
        query: &query,
        at: None,
        timeout: None,
    };
    match prometheus.query(query).await {
        Ok(answer) => judge(&answer, health),
        Err(error) => Verdict::Silent(format!("cannot be asked: {error}")),
    }
}

fn judge(answer: &Answer, health: &Health) -> Verdict {
    let samples: Vec<(String, Value)> = match &answer.result {
        QueryResult::Vector(series) => series
            .iter()
            .map(|series| {
                let name = series.labels.get(&health.label);
                (
                    name.cloned().unwrap_or_else(|| "unnamed".to_owned()),
                    series.sample.value,
                )
            })
            .collect(),
        QueryResult::Scalar(sample) => vec![("it".to_owned(), sample.value)],
        QueryResult::Matrix(_) | QueryResult::Text { .. } => {
            return Verdict::Blocked("the query gives no samples of one moment".to_owned());
        }
    };
    let ill: Vec<String> = samples
        .iter()
        .filter(|(_, value)| *value != Value::Number(1.0))
        .map(|(name, _)| Name(name).to_string())
        .collect();
    match (samples.len(), ill.len()) {
        (0, _) => Verdict::Blocked("nothing reports its health".to_owned()),
        (_, 0) => match answer.warnings.first() {
            Some(warning) => Verdict::Blocked(format!("Prometheus is not sure: {warning}")),
            None => Verdict::Passed,
        },
        (_, 1) => Verdict::Blocked(format!("{} is not well", ill.join(", "))),
        (_, _) => Verdict::Blocked(format!("{} are not well", ill.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use monitors::prometheus::{InstantSample, Sample};

    use super::*;

    #[test]
    fn every_service_must_be_well_and_there_must_be_one() {
        let health = Health {
            query: String::new(),
            label: "service".to_owned(),
        };
        let answer = |values: &[(&str, Value)]| Answer {
            result: QueryResult::Vector(
                values
                    .iter()
                    .map(|(name, value)| InstantSample {
                        labels: BTreeMap::from([("service".to_owned(), (*name).to_owned())]),
                        sample: Sample {
                            at: Timestamp::UNIX_EPOCH,
                            value: *value,
                        },
                    })
                    .collect(),
            ),
            warnings: Vec::new(),
            infos: Vec::new(),
        };
        let (well, ill) = (Value::Number(1.0), Value::Number(0.0));
        for (values, expected) in [
            (&[("web", well), ("api", well)][..], Verdict::Passed),
            (
                &[],
                Verdict::Blocked("nothing reports its health".to_owned()),
            ),
            (
                &[("web", well), ("api", ill)],
                Verdict::Blocked("`api` is not well".to_owned()),
            ),
            (
                &[("web", Value::NotANumber), ("api", ill)],
                Verdict::Blocked("`web`, `api` are not well".to_owned()),
            ),
        ] {
            assert_eq!(judge(&answer(values), &health), expected);
        }
    }
}
