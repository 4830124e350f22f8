//! The parts of an address: where a project's path ends, and what the parts say.

use percent_encoding::percent_decode_str;

use crate::rest::is_part_of_a_path;

/// Pages of the instance whose addresses look like those of groups.
pub(super) const NO_NAMESPACES: [&str; 13] = [
    "admin",
    "api",
    "assets",
    "dashboard",
    "explore",
    "help",
    "import",
    "oauth",
    "profile",
    "projects",
    "search",
    "uploads",
    "users",
];

/// Pages of a project that had no `/-/` in their addresses once.
const WITHOUT_DASH: [&str; 15] = [
    "issues",
    "work_items",
    "merge_requests",
    "commit",
    "commits",
    "compare",
    "blob",
    "tree",
    "wikis",
    "pipelines",
    "jobs",
    "milestones",
    "snippets",
    "releases",
    "environments",
];

/// Where a project's path ends. A dash alone is in none; before the dash came, a word ended
/// it, but never as its second part: projects may be named so.
pub(super) fn end_of_project(parts: &[&str]) -> Option<usize> {
    let is_page = |part: &&str| WITHOUT_DASH.contains(part);
    parts
        .iter()
        .position(|part| *part == "-")
        .or_else(|| Some(2 + parts.iter().skip(2).position(is_page)?))
}

pub(super) fn full_path(parts: &[&str]) -> Option<String> {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| decoded(part).filter(|part| is_part_of_a_path(part)))
        .collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join("/"))
}

pub(super) fn number(part: &str) -> Option<u64> {
    let digits = part.bytes().all(|byte| byte.is_ascii_digit());
    part.parse().ok().filter(|number| digits && *number != 0)
}

pub(super) fn is_sha(part: &str) -> bool {
    (7..=64).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The comment that the fragment points at: `note_1`.
pub(super) fn note(fragment: &str) -> Option<u64> {
    number(fragment.strip_prefix("note_")?)
}

/// One part of a path as it was before it became part of an address.
pub(super) fn decoded(part: &str) -> Option<String> {
    let text = percent_decode_str(part).decode_utf8().ok()?;
    let leads_elsewhere = |part: &str| matches!(part, "" | "." | "..");
    let fits = !text.split('/').any(leads_elsewhere) && !text.chars().any(char::is_control);
    fits.then(|| text.into_owned())
}
