//! Believable words for what nobody filled in.
//!
//! Every choice is drawn from [`Chance`], so the same seed tells the same story.

use clock::Chance;

/// Titles of changes: commits and merge requests.
pub(super) const CHANGES: &[&str] = &[
    "Show the pipeline name in the merge widget",
    "Speed up the project search on large groups",
    "Fix flaky spec in the notification settings",
    "Add a loading state to the members table",
    "Remove the deprecated runner token field",
    "Cache the compare view for protected branches",
    "Validate the webhook URL before saving",
    "Refactor the diff viewer into smaller parts",
    "Escape labels in the board filter",
    "Upgrade the Markdown library to 0.23",
    "Let guests see public release notes",
    "Handle renamed files in the blame view",
    "Bump the Ruby image to 3.2.4",
    "Document the new rate limits",
];

/// Titles of issues.
pub(super) const ISSUES: &[&str] = &[
    "Search forgets the selected group after a reload",
    "Mobile menu covers the approve button",
    "Pipeline graph is blank for very long stage names",
    "Allow several default reviewers per directory",
    "Exported CSV has the wrong time zone",
    "Avatar upload fails for animated images",
    "Runner keeps stale caches after a branch is deleted",
    "Sort milestones by due date by default",
];

/// Titles of incidents.
pub(super) const INCIDENTS: &[&str] = &[
    "Elevated error rate on the web fleet",
    "Sidekiq queue latency above 5 minutes",
    "Container registry answers 503 in us-east1",
    "Primary database replication lag",
];

/// Titles of changes of production.
pub(super) const PRODUCTION_CHANGES: &[&str] = &[
    "Upgrade the primary database to 14.6",
    "Move the registry to the new storage bucket",
    "Rotate the certificates of the load balancers",
];

/// Comments, with the Markdown that people really type.
pub(super) const COMMENTS: &[&str] = &[
    "Nice! Just one **nit**: could we move this into `NotificationService`?",
    "I tried this locally:\n\n```ruby\nproject.flags.each { |flag| puts flag.name }\n```\n\nand it prints *nothing* on an empty project. Is that on purpose?",
    "LGTM :tada:\n\n- [x] tests\n- [x] documentation\n- [ ] changelog entry",
    "| before | after |\n|---|---|\n| 420 ms | 95 ms |\n\nThat is a good result.",
    "> should we keep the old route?\n\nYes, for one more release. See the [deprecation guide](https://docs.gitlab.com/update/deprecations).",
    "Could you rebase? There is a conflict in `config/routes.rb`.",
];

/// Names of files that commits touch.
pub(super) const FILES: &[&str] = &[
    "app/models/project.rb",
    "app/services/notification_service.rb",
    "app/views/projects/show.html.haml",
    "spec/models/project_spec.rb",
    "config/routes.rb",
    "doc/user/project/index.md",
    "lib/api/projects.rb",
    "package.json",
];

/// One of them.
pub(super) fn pick<'a>(chance: &Chance, from: &[&'a str]) -> &'a str {
    let index = chance.below(from.len() as u64) as usize;
    from.get(index).copied().unwrap_or_default()
}

/// A commit id.
pub(super) fn sha(chance: &Chance) -> String {
    let mut sha = format!("{:032x}{:016x}", chance.next_u128(), chance.next_u64());
    sha.truncate(40);
    sha
}

/// A UUID of version 4.
pub(super) fn uuid(chance: &Chance) -> String {
    let bits = chance.next_u128() & !(0xf_u128 << 76) | (4_u128 << 76);
    let bits = bits & !(0b11_u128 << 62) | (0b10_u128 << 62);
    let hex = format!("{bits:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// A title as a branch or page name: "Fix the menu" is `fix-the-menu`.
pub(super) fn slug(title: &str) -> String {
    let mut slug = String::new();
    for part in title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
    {
        if slug.len() + part.len() > 40 {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&part.to_lowercase());
    }
    if slug.is_empty() {
        "untitled".to_owned()
    } else {
        slug
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_named_after_their_titles() {
        assert_eq!(slug("Fix the *menu*, please"), "fix-the-menu-please");
        assert_eq!(slug("<!>"), "untitled");
        assert!(slug(&"word ".repeat(40)).len() <= 40);
    }

    #[test]
    fn ids_look_like_what_they_are() {
        let chance = Chance::from_seed(3);
        assert_eq!(sha(&chance).len(), 40);
        let uuid = uuid(&chance);
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&uuid.as_bytes()[19]), "{uuid}");
    }
}
