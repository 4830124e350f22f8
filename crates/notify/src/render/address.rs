//! Addresses of GitLab's pages, made from a project's own address.
//!
//! A payload rarely names the page of a branch, a comparison or a person. What is made here
//! begins with an address that the payload does name; where that is missing the result is no
//! web address and the text stays without a link.

use domain::event::{Event, Project};
use domain::mrkdwn::{self, Mrkdwn};

/// The longest address that is linked, as markup. Longer ones exist only in hostile input, and a
/// few of them would fill what Slack allows for a text.
const LONGEST: usize = 700;

/// A link; without a web address of a sane length, the label alone.
pub(super) fn link(url: &str, label: &Mrkdwn) -> Mrkdwn {
    let linked = mrkdwn::linked(url, label);
    if linked.as_str().len() <= LONGEST + label.as_str().len() {
        linked
    } else {
        label.clone()
    }
}

/// The commits of a branch: `…/-/commits/main`.
pub(super) fn branch(project: &Project, name: &str) -> String {
    below(project, "commits", name)
}

/// `…/-/tags/v1`.
pub(super) fn tag(project: &Project, name: &str) -> String {
    below(project, "tags", name)
}

/// `…/-/commit/{sha}`.
pub(super) fn commit(project: &Project, sha: &str) -> String {
    below(project, "commit", sha)
}

/// `…/-/compare/{before}...{after}`.
pub(super) fn compare(project: &Project, before: &str, after: &str) -> String {
    below(project, "compare", &format!("{before}...{after}"))
}

/// `…/-/merge_requests/7`.
pub(super) fn merge_request(project: &Project, iid: &str) -> String {
    below(project, "merge_requests", iid)
}

/// `…/-/jobs/3`.
pub(super) fn job(project: &Project, id: u64) -> String {
    below(project, "jobs", &id.to_string())
}

/// `…/-/pipelines/5`.
pub(super) fn pipeline(project: &Project, id: u64) -> String {
    below(project, "pipelines", &id.to_string())
}

/// A page of a project: `…/-/{page}`; empty when the project's address is not known.
pub(super) fn page(project: &Project, page: &'static str) -> String {
    match project.url.trim_end_matches('/') {
        "" => String::new(),
        url => format!("{url}/-/{page}"),
    }
}

/// A page below another: `…/pipelines/5` and `failures`.
pub(super) fn under(url: &str, page: &'static str) -> String {
    match url.trim_end_matches('/') {
        "" => String::new(),
        url => format!("{url}/{page}"),
    }
}

/// The page of a person; empty when the event does not say where its GitLab is.
pub(super) fn profile(event: &Event, username: &str) -> String {
    match instance(event) {
        Some(base) => format!("{base}/{}", encoded(username)),
        None => String::new(),
    }
}

/// A settings page of a group: `…/groups/{path}/-/{page}`.
pub(super) fn group_page(event: &Event, path: &str, page: &'static str) -> String {
    match instance(event) {
        Some(base) => format!("{base}/groups/{}/-/{page}", encoded(path)),
        None => String::new(),
    }
}

/// The address of the GitLab instance itself: a project's or group's without its path.
pub(super) fn instance(event: &Event) -> Option<&str> {
    let of_project = event
        .project
        .as_ref()
        .map(|project| (&project.url, &project.path));
    let of_group = event.group.as_ref().map(|group| (&group.url, &group.path));
    [of_project, of_group]
        .into_iter()
        .flatten()
        .find_map(|(url, path)| {
            let base = url
                .trim_end_matches('/')
                .strip_suffix(path.as_str())?
                .strip_suffix('/')?;
            let base = base.strip_suffix("/groups").unwrap_or(base);
            mrkdwn::is_web_address(base).then_some(base)
        })
}

fn below(project: &Project, kind: &str, name: &str) -> String {
    match project.url.trim_end_matches('/') {
        "" => String::new(),
        url => format!("{url}/-/{kind}/{}", encoded(name)),
    }
}

/// Percent-encodes what may not stand in a path. Slashes stay: branches and groups have them.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => {
                const DIGITS: [char; 16] = [
                    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
                ];
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.extend(DIGITS.get(usize::from(digit)));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_the_path_they_stand_in() {
        for (name, expected) in [
            ("main", "main"),
            ("feature/one", "feature/one"),
            ("a#b?c=d&e", "a%23b%3Fc%3Dd%26e"),
            ("ä b", "%C3%A4%20b"),
            ("50%|>", "50%25%7C%3E"),
        ] {
            assert_eq!(encoded(name), expected, "{name:?}");
        }
    }
}
