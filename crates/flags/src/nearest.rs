//! What somebody may have meant by a name that is none.

/// At most this many are worth reading.
const SHOWN: usize = 3;
/// A longer text is no slip of the fingers.
const LONGEST: usize = 255;

/// The candidates that differ from `word` by few letters, nearest first, then those that contain
/// it or that it contains; at most three.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    if word.is_empty() || LONGEST < word.len() {
        return Vec::new();
    }
    let word = plain(word);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| Some((distance(&word, &plain(candidate))?, candidate)))
        .collect();
    near.sort_unstable();
    near.into_iter()
        .take(SHOWN)
        .map(|(_, candidate)| candidate)
        .collect()
}

/// `Tidy-Sidebar` and `tidy_sidebar` are the same to a reader.
fn plain(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// The letters to change, or where one name holds the other, more than that ever is. `None` when
/// the two have nothing to do with each other.
fn distance(word: &str, candidate: &str) -> Option<usize> {
    let most = (word.len() / 3).max(1);
    if word.len().abs_diff(candidate.len()) <= most {
        let distance = strsim::osa_distance(word, candidate);
        if distance <= most {
            return Some(distance);
        }
    }
    let shorter = word.len().min(candidate.len());
    let holds = candidate.contains(word) || word.contains(candidate);
    (holds && 4 <= shorter).then_some(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_near_when_few_letters_differ_or_one_holds_the_other() {
        let flags = [
            "tidy_sidebar",
            "tidy_topbar",
            "run_jobs",
            "tidy_sidebars",
            "ci",
        ];
        for (word, expected) in [
            ("tidy_sidebr", &["tidy_sidebar", "tidy_sidebars"][..]),
            (
                "tidy_sidebar",
                &["tidy_sidebar", "tidy_sidebars", "tidy_topbar"],
            ),
            (
                "Tidy-Sidebar",
                &["tidy_sidebar", "tidy_sidebars", "tidy_topbar"],
            ),
            ("ryn_jobs", &["run_jobs"]),
            ("sidebar", &["tidy_sidebar", "tidy_sidebars"]),
            ("jobs_of_mine", &[]),
            ("ic", &["ci"]),
            ("", &[]),
        ] {
            assert_eq!(nearest(word, flags), expected, "{word:?}");
        }
        assert!(nearest(&"x".repeat(256), flags).is_empty());
    }
}
