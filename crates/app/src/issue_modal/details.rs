//! What is chosen from short lists: what kind of issue it is, and how bad an incident is.

use gitlab::rest::IssueType;
use slack::view::Choice;

/// What the form makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Issue,
    Incident,
}

/// Something that a short list offers, by the word that stands for it.
pub(super) trait Listed: Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;
    fn label(self) -> &'static str;

    fn choices() -> Vec<Choice> {
        let all = Self::ALL.iter();
        all.map(|one| Choice::new(one.label(), one.word()))
            .collect()
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word() == word)
    }
}

/// How bad an incident is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Severity {
    Critical,
    High,
    Medium,
    Low,
    #[default]
    Unknown,
}

/// Whether somebody is at an incident already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    #[default]
    Triggered,
    Acknowledged,
    Resolved,
}

/// What kind of issue is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Type {
    #[default]
    Issue,
    Incident,
    Task,
}

impl Listed for Severity {
    const ALL: &'static [Self] = &[
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Unknown,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Unknown => "unknown",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Critical => "Critical - S1",
            Self::High => "High - S2",
            Self::Medium => "Medium - S3",
            Self::Low => "Low - S4",
            Self::Unknown => "Unknown",
        }
    }
}

impl Listed for Status {
    const ALL: &'static [Self] = &[Self::Triggered, Self::Acknowledged, Self::Resolved];

    fn word(self) -> &'static str {
        match self {
            Self::Triggered => "triggered",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Triggered => "Triggered",
            Self::Acknowledged => "Acknowledged",
            Self::Resolved => "Resolved",
        }
    }
}

impl Listed for Type {
    const ALL: &'static [Self] = &[Self::Issue, Self::Incident, Self::Task];

    fn word(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Incident => "incident",
            Self::Task => "task",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Issue => "Issue",
            Self::Incident => "Incident",
            Self::Task => "Task",
        }
    }
}

impl From<Type> for IssueType {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Issue => Self::Issue,
            Type::Incident => Self::Incident,
            Type::Task => Self::Task,
        }
    }
}

impl Kind {
    /// The modal's title.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Issue => "New issue",
            Self::Incident => "New incident",
        }
    }

    /// What a sentence calls it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Incident => "incident",
        }
    }

    pub(super) fn callback_id(self) -> &'static str {
        match self {
            Self::Issue => "issue.new",
            Self::Incident => "incident.new",
        }
    }

    /// The kind whose modal or field has an id that begins so.
    pub(super) fn of_id(id: &str) -> Self {
        match id.split_once('.') {
            Some(("incident", _)) => Self::Incident,
            Some(_) | None => Self::Issue,
        }
    }

    /// The id of one of its fields.
    pub(super) fn field(self, name: &str) -> String {
        format!("{}.{name}", self.noun())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Listed + PartialEq + std::fmt::Debug>() {
        for one in T::ALL.iter().copied() {
            assert_eq!(T::read(one.word()), Some(one));
        }
        assert_eq!(T::read("else"), None);
    }

    #[test]
    fn every_word_of_a_list_is_read_as_it_is_written() {
        check::<Severity>();
        check::<Status>();
        check::<Type>();
    }

    #[test]
    fn a_field_belongs_to_the_form_that_it_stands_in() {
        for kind in [Kind::Issue, Kind::Incident] {
            assert_eq!(Kind::of_id(kind.callback_id()), kind);
            assert_eq!(Kind::of_id(&kind.field("project")), kind);
        }
    }
}
