//! Where a link of a description leads: addresses are relative to the project, as GitLab reads
//! them.

use super::Place;

/// What a relative address names: it decides which of the project's pages shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    Page,
    Image,
}

/// The whole address of `target`; nothing when it is no address that a link may open.
pub(super) fn resolve(target: &str, place: &Place<'_>, shows: Shows) -> Option<String> {
    let target = target.trim();
    if has_scheme(target) {
        return domain::mrkdwn::is_linkable(target).then(|| target.to_owned());
    }
    if target.is_empty() || target.starts_with('#') || place.project_url.is_empty() {
        return None;
    }
    let project = place.project_url.trim_end_matches('/');
    let whole = if target.starts_with("//") {
        format!("https:{target}")
    } else if target.starts_with("/uploads/") {
        format!("{project}{target}")
    } else if let Some(path) = target.strip_prefix('/') {
        format!("{}/{path}", origin(project))
    } else if target.starts_with("-/") || target.starts_with("uploads/") {
        format!("{project}/{target}")
    } else {
        let page = if shows == Shows::Image { "raw" } else { "blob" };
        let path = target.trim_start_matches("./").trim_start_matches("../");
        format!("{project}/-/{page}/HEAD/{path}")
    };
    domain::mrkdwn::is_web_address(&whole).then_some(whole)
}

fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Scheme and host of a web address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url
        .get(host..)
        .and_then(|rest| rest.find('/'))
        .map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

impl Place<'_> {
    /// Where the GitLab itself lies: the project's address without the project's path. An
    /// instance may live under a path of its own.
    pub(super) fn instance_url(&self) -> &str {
        let project = self.project_url.trim_end_matches('/');
        project
            .strip_suffix(self.project_path)
            .filter(|_| !self.project_path.is_empty())
            .map_or_else(
                || origin(project),
                |instance| instance.trim_end_matches('/'),
            )
    }

    /// The path of the group that the project lies in.
    pub(super) fn group_path(&self) -> Option<&str> {
        self.project_path.rsplit_once('/').map(|(group, _)| group)
    }
}

/// `text` for one part of an address's query.
pub(super) fn query_part(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'static> = Place {
        project_url: "https://g.ex/gitlab/acme/shop",
        project_path: "acme/shop",
        more_url: "",
    };

    #[test]
    fn addresses_are_relative_to_the_project() {
        for (target, expected) in [
            ("https://a.ex/b", Some("https://a.ex/b")),
            ("mailto:ada@g.ex", Some("mailto:ada@g.ex")),
            ("//a.ex/b", Some("https://a.ex/b")),
            (
                "/uploads/1f/a.png",
                Some("https://g.ex/gitlab/acme/shop/uploads/1f/a.png"),
            ),
            ("/help", Some("https://g.ex/help")),
            (
                "-/issues/3",
                Some("https://g.ex/gitlab/acme/shop/-/issues/3"),
            ),
            (
                "./doc/a.md",
                Some("https://g.ex/gitlab/acme/shop/-/blob/HEAD/doc/a.md"),
            ),
            ("#usage", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("", None),
        ] {
            assert_eq!(
                resolve(target, &PLACE, Shows::Page).as_deref(),
                expected,
                "{target:?}"
            );
        }
        assert_eq!(
            resolve("logo.png", &PLACE, Shows::Image).as_deref(),
            Some("https://g.ex/gitlab/acme/shop/-/raw/HEAD/logo.png")
        );
        assert_eq!(resolve("a.md", &Place::default(), Shows::Page), None);
    }

    #[test]
    fn an_instance_may_live_under_a_path() {
        assert_eq!(PLACE.instance_url(), "https://g.ex/gitlab");
        let unknown_path = Place {
            project_path: "",
            ..PLACE
        };
        assert_eq!(unknown_path.instance_url(), "https://g.ex");
    }
}
