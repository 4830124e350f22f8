//! Placeholders of rollout issues that were pasted as they stand.

use super::error::BadInput;

/// What to put in place of a placeholder, by a word in it.
const HINTS: &[(&str, &str)] = &[
    (
        "percentage",
        "a number from 0 to 100; put one there, such as 25",
    ),
    (
        "merge-commit",
        "the commit of your merged change; put its SHA there, or the merge request's address",
    ),
    ("commit", "a commit; put its SHA there"),
    ("username", "your GitLab user name; put it there, or me"),
    ("user", "a GitLab user name; put it there, or me"),
    (
        "merge-request",
        "a merge request; put its address there, such as https://gitlab.example.com/group/project/-/merge_requests/1",
    ),
    ("milestone", "a version; put it there, such as 15.8"),
    ("version", "a version; put it there, such as 15.8"),
    ("feature-flag", "a flag; put its name there"),
    ("flag", "a flag; put its name there"),
    (
        "project",
        "a project; put its path there, such as gitlab-org/gitlab",
    ),
    ("group", "a group; put its path there, such as gitlab-org"),
    (
        "environment",
        "an environment; put its name there, such as staging",
    ),
];

/// Refuses a text that has a `<…>` with a name in it.
pub(super) fn refuse(text: &str) -> Result<(), BadInput> {
    let Some(placeholder) = find(text) else {
        return Ok(());
    };
    let said = placeholder.to_lowercase().replace(['_', ' '], "-");
    let hint = HINTS.iter().find(|(word, _)| said.contains(word));
    Err(BadInput::Placeholder {
        placeholder: placeholder.to_owned(),
        hint: hint.map_or(
            "a value of yours; put it there, without the brackets",
            |(_, hint)| hint,
        ),
    })
}

fn find(text: &str) -> Option<&str> {
    let is_name = |inner: &str| {
        inner.starts_with(|c: char| c.is_alphabetic())
            && inner
                .chars()
                .all(|c| c.is_alphanumeric() || "-_ .'".contains(c))
    };
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some((inner, _)) = after.split_once('>').filter(|(inner, _)| is_name(inner)) {
            let from = text.len() - after.len() - 1;
            return text.get(from..from + inner.len() + 2);
        }
        rest = after;
    }
    None
}
