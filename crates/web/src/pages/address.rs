//! Addresses of our own pages, with whatever text in them.

/// `path` with the fields that say something.
pub(super) fn with(path: &str, fields: &[(&str, &str)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", percent(value)))
        .collect();
    if fields.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", fields.join("&"))
}

/// A text as a part of an address; slashes stay.
pub(super) fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The page of a flag.
pub(super) fn flag(name: &str) -> String {
    format!("/flags/{}", percent(name))
}

/// The page of a workspace.
pub(super) fn workspace(id: &domain::WorkspaceId) -> String {
    format!("/workspaces/{}", percent(id.as_str()))
}

/// The page of a project in a workspace.
pub(super) fn connection(id: &domain::WorkspaceId, project: &str) -> String {
    format!("{}/projects/{}", workspace(id), percent(project))
}

/// An address from outside, if a browser may follow it.
pub(super) fn foreign(url: &str) -> Option<&str> {
    Some(url).filter(|url| domain::mrkdwn::is_web_address(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_any_text_and_leaves_out_what_says_nothing() {
        let address = with(
            "/audit",
            &[("flag", "a::b"), ("author", ""), ("by", "ä&b c")],
        );
        assert_eq!(address, "/audit?flag=a%3A%3Ab&by=%C3%A4%26b%20c");
        assert_eq!(with("/flags", &[("text", "")]), "/flags");
        assert_eq!(flag("x?y"), "/flags/x%3Fy");
    }

    #[test]
    fn only_web_addresses_are_followed() {
        for (url, expected) in [
            ("https://gitlab.example/x", true),
            ("javascript:alert(1)", false),
            ("//evil.example", false),
            ("", false),
        ] {
            assert_eq!(foreign(url).is_some(), expected, "{url}");
        }
    }
}
