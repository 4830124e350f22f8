//! The words for kinds of events, as people type them.

use commands::wording::{Name, did_you_mean, nearest};
use domain::EventKind;
use notify::settings::SubscriptionConfig;

/// One kind, and what it is called.
pub(super) struct Word {
    pub(super) kind: EventKind,
    /// The first one is shown.
    pub(super) names: &'static [&'static str],
    /// Whether `all` means it, too.
    pub(super) is_in_all: bool,
}

/// Everything in a project but what is confidential.
pub(super) const ALL: &str = "all";
/// What GitLab tells of until somebody chooses.
pub(super) const EVERYDAY: &str = "everyday";

const fn word(kind: EventKind, names: &'static [&'static str]) -> Word {
    Word {
        kind,
        names,
        is_in_all: true,
    }
}

const fn apart(kind: EventKind, names: &'static [&'static str]) -> Word {
    Word {
        kind,
        names,
        is_in_all: false,
    }
}

/// Every kind that a project has.
pub(super) static WORDS: &[Word] = &[
    word(EventKind::Push, &["pushes", "push", "commits"]),
    word(EventKind::TagPush, &["tags", "tag", "tag_pushes"]),
    word(EventKind::Issue, &["issues", "issue"]),
    word(
        EventKind::MergeRequest,
        &["merge_requests", "merge_request", "mrs", "mr"],
    ),
    word(EventKind::Note, &["comments", "comment", "notes"]),
    word(EventKind::Pipeline, &["pipelines", "pipeline"]),
    word(EventKind::Job, &["jobs", "job"]),
    word(
        EventKind::Deployment,
        &["deployments", "deployment", "deploys"],
    ),
    word(EventKind::Release, &["releases", "release"]),
    word(EventKind::WikiPage, &["wiki", "wiki_pages"]),
    word(EventKind::Incident, &["incidents", "incident"]),
    word(EventKind::Alert, &["alerts", "alert"]),
    word(
        EventKind::Vulnerability,
        &["vulnerabilities", "vulnerability"],
    ),
    word(EventKind::Milestone, &["milestones", "milestone"]),
    word(EventKind::FeatureFlag, &["feature_flags", "flags"]),
    word(EventKind::Emoji, &["emoji", "reactions"]),
    word(EventKind::Member, &["members", "member"]),
    word(EventKind::AccessToken, &["access_tokens"]),
    word(EventKind::DeployToken, &["deploy_tokens"]),
    apart(EventKind::ConfidentialIssue, &["confidential_issues"]),
    apart(
        EventKind::ConfidentialNote,
        &["confidential_comments", "confidential_notes"],
    ),
];

/// What a kind is called; one that no project has goes by its name.
pub(super) fn of(kind: EventKind) -> &'static str {
    let word = WORDS.iter().find(|word| word.kind == kind);
    let name = word.and_then(|word| word.names.first());
    name.copied().unwrap_or_else(|| kind.name())
}

/// The kinds that a word means; none for a word that is none of ours.
pub(super) fn kinds(typed: &str) -> Option<Vec<EventKind>> {
    let typed = typed.to_lowercase().replace('-', "_");
    match typed.as_str() {
        ALL => {
            let all = WORDS.iter().filter(|word| word.is_in_all);
            Some(all.map(|word| word.kind).collect())
        }
        EVERYDAY => Some(SubscriptionConfig::everyday_kinds().to_vec()),
        typed => {
            let fits = |word: &&Word| word.names.contains(&typed);
            WORDS.iter().find(fits).map(|word| vec![word.kind])
        }
    }
}

/// The kinds that several words mean, each once.
pub(super) fn all_kinds<'t>(
    typed: impl IntoIterator<Item = &'t str>,
) -> Result<Vec<EventKind>, String> {
    let mut found: Vec<EventKind> = Vec::new();
    for typed in typed {
        let kinds = kinds(typed).ok_or_else(|| unknown(typed))?;
        for kind in kinds {
            if !found.contains(&kind) {
                found.push(kind);
            }
        }
    }
    Ok(found)
}

pub(super) fn unknown(typed: &str) -> String {
    let names = WORDS.iter().flat_map(|word| word.names).copied();
    let near = did_you_mean(&nearest(typed, names.chain([ALL, EVERYDAY])));
    format!(
        "{} is no kind of event and no connected project{near}; `kinds` lists what there is",
        Name(typed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_the_words_that_people_use() {
        use EventKind::{Issue, MergeRequest, Pipeline};
        for (typed, expected) in [
            ("issues", vec![Issue]),
            ("mrs issues MR", vec![MergeRequest, Issue]),
            ("Merge-Requests pipelines", vec![MergeRequest, Pipeline]),
        ] {
            let words = typed.split(' ');
            assert_eq!(all_kinds(words), Ok(expected), "{typed}");
        }
        let wrong = all_kinds(["isues"]).unwrap_err();
        assert!(wrong.contains("did you mean `issues`"), "{wrong}");
    }

    #[test]
    fn no_word_means_two_kinds_and_all_means_nothing_confidential() {
        let mut names: Vec<&str> = WORDS.iter().flat_map(|word| word.names).copied().collect();
        names.extend([ALL, EVERYDAY]);
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let all = kinds(ALL).unwrap();
        assert!(!all.contains(&EventKind::ConfidentialIssue));
        assert!(!all.contains(&EventKind::ConfidentialNote));
    }
}
