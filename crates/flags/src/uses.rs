//! Whether a piece of code uses a flag.

use crate::ids::FlagKey;

/// Whether the flag's name stands in the text as a word of its own, as Ruby, Go and YAML write it
/// (`:tidy_sidebar`, `"tidy_sidebar"`) or as JavaScript does (`tidySidebar`).
#[must_use]
pub fn uses(flag: &FlagKey, text: &str) -> bool {
    let name = flag.as_str();
    has_word(text, name) || name.contains('_') && has_word(text, &camel_case(name))
}

fn has_word(text: &str, word: &str) -> bool {
    let continues = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text
            .get(at + word.len()..)
            .and_then(|after| after.chars().next());
        !before.is_some_and(continues) && !after.is_some_and(continues)
    })
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_used_where_its_name_is_a_word() {
        let flag: FlagKey = "tidy_sidebar".parse().unwrap();
        for used in [
            "Feature.enabled?(:tidy_sidebar, project)",
            "push_frontend_feature_flag('tidy_sidebar')",
            "if (gon.features.tidySidebar) {",
            "tidy_sidebar",
            "ätidy_sidebars tidy_sidebar",
        ] {
            assert!(uses(&flag, used), "{used}");
        }
        for unused in [
            "",
            "tidy_sidebars",
            "_tidy_sidebar",
            "tidySidebarWide",
            "ätidy_sidebar",
        ] {
            assert!(!uses(&flag, unused), "{unused}");
        }
    }
}
