//! What is decided before customers are concerned.

use serde::{Deserialize, Serialize};

/// Whether a rollout needs a change management issue: four questions, and the answers as far as
/// they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeIssue {
    /// Does it enable a service that was not there before?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_service: Option<bool>,
    /// Could it plausibly cause an incident?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incident_plausible: Option<bool>,
    /// Was it rolled back before, or did it cause an incident?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble_before: Option<bool>,
    /// Does the team, or do those who run the infrastructure, ask for one?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_for: Option<bool>,
}

/// What the answers come to, each with the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Needed(String),
    NotNeeded(String),
    /// Nobody has answered these questions yet.
    Undecided(String),
}

/// A question: the plan's key, the question itself, and what yes means.
type Question = (&'static str, &'static str, &'static str);

impl ChangeIssue {
    /// The plan's keys, the questions, and what yes means.
    pub const QUESTIONS: [Question; 4] = [
        (
            "new_service",
            "Does it enable a service that was not there before?",
            "it enables a service that was not there before",
        ),
        (
            "incident_plausible",
            "Could it plausibly cause an incident?",
            "it could plausibly cause an incident",
        ),
        (
            "trouble_before",
            "Was it rolled back before, or did it cause an incident?",
            "it was rolled back or caused an incident before",
        ),
        (
            "asked_for",
            "Does the team or infrastructure ask for one?",
            "the team or infrastructure asks for one",
        ),
    ];

    /// Every question answered with no.
    #[must_use]
    pub fn not_needed() -> Self {
        Self {
            new_service: Some(false),
            incident_plausible: Some(false),
            trouble_before: Some(false),
            asked_for: Some(false),
        }
    }

    /// Each question with its answer.
    pub fn answers(&self) -> impl Iterator<Item = (Question, Option<bool>)> {
        let answers = [
            self.new_service,
            self.incident_plausible,
            self.trouble_before,
            self.asked_for,
        ];
        Self::QUESTIONS.into_iter().zip(answers)
    }

    /// One yes is enough; it takes four noes to do without.
    #[must_use]
    pub fn decide(&self) -> Decision {
        let words = |answer: Option<bool>| {
            let of_answer = move |(question, given): (Question, Option<bool>)| {
                (given == answer).then_some(question)
            };
            self.answers().filter_map(of_answer)
        };
        let yes: Vec<&str> = words(Some(true)).map(|(_, _, yes)| yes).collect();
        if !yes.is_empty() {
            return Decision::Needed(format!(
                "a change management issue is needed: {}",
                yes.join(", and ")
            ));
        }
        let open: Vec<&str> = words(None).map(|(_, question, _)| question).collect();
        if !open.is_empty() {
            return Decision::Undecided(format!(
                "whether a change management issue is needed is not decided: {}",
                open.join(" ")
            ));
        }
        Decision::NotNeeded(
            "no change management issue is needed: no new service, no plausible incident, no \
             trouble before, and nobody asks for one"
                .to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_yes_needs_an_issue_and_four_noes_do_not() {
        let no = ChangeIssue::not_needed();
        assert!(matches!(no.decide(), Decision::NotNeeded(_)));
        for key in 0..4 {
            let mut yes = no;
            let mut open = no;
            let answer = |issue: &mut ChangeIssue, answer| match key {
                0 => issue.new_service = answer,
                1 => issue.incident_plausible = answer,
                2 => issue.trouble_before = answer,
                _ => issue.asked_for = answer,
            };
            answer(&mut yes, Some(true));
            answer(&mut open, None);
            let (_, question, why) = ChangeIssue::QUESTIONS[key];
            let needed = format!("a change management issue is needed: {why}");
            assert_eq!(yes.decide(), Decision::Needed(needed));
            let Decision::Undecided(words) = open.decide() else {
                panic!("{open:?} is decided");
            };
            assert!(words.ends_with(question), "{words}");
        }
    }

    #[test]
    fn a_yes_decides_though_other_questions_are_open() {
        let issue = ChangeIssue {
            trouble_before: Some(true),
            asked_for: Some(true),
            ..ChangeIssue::default()
        };
        assert_eq!(
            issue.decide(),
            Decision::Needed(
                "a change management issue is needed: it was rolled back or caused an incident \
                 before, and the team or infrastructure asks for one"
                    .to_owned()
            )
        );
    }
}
