//! The addresses of merge requests and issues, as people copy them from a browser.

use reqwest::Url;

use super::base_url::BaseUrl;
use crate::links::Link;

/// A merge request named by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeRequestUrl {
    /// Full path of the project.
    pub project: String,
    /// The number that people see: `!7`.
    pub iid: u64,
}

/// An issue, incident or work item named by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueUrl {
    /// Full path of the project.
    pub project: String,
    /// The number that people see: `#12`.
    pub iid: u64,
}

/// Why a text is not the address of a merge request or an issue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebUrl {
    #[error("that is not a web address; copy it from the browser's address bar")]
    NotAWebAddress,
    #[error("{found} is another site than {expected}; give an address there")]
    OtherHost { found: String, expected: String },
    #[error(
        "that is not the address of a merge request; it ends like acme/shop/-/merge_requests/7"
    )]
    NotAMergeRequest,
    #[error("that is not the address of an issue; it ends like acme/shop/-/issues/12")]
    NotAnIssue,
}

impl MergeRequestUrl {
    /// Reads the address of a merge request of the GitLab at `base_url`, of any of its tabs and
    /// of the time before addresses had `/-/`.
    ///
    /// # Errors
    /// When it is another site's address, or none of a merge request.
    pub fn parse(raw: &str, base_url: &BaseUrl) -> Result<Self, InvalidWebUrl> {
        on_this_host(raw, base_url)?;
        match Link::parse(raw, base_url) {
            Some(Link::MergeRequest { project, iid, .. }) => Ok(Self { project, iid }),
            Some(_) | None => Err(InvalidWebUrl::NotAMergeRequest),
        }
    }
}

impl IssueUrl {
    /// Reads the address of an issue, an incident or a work item of the GitLab at `base_url`.
    ///
    /// # Errors
    /// When it is another site's address, or none of an issue.
    pub fn parse(raw: &str, base_url: &BaseUrl) -> Result<Self, InvalidWebUrl> {
        on_this_host(raw, base_url)?;
        match Link::parse(raw, base_url) {
            Some(Link::Issue { project, iid, .. }) => Ok(Self { project, iid }),
            Some(_) | None => Err(InvalidWebUrl::NotAnIssue),
        }
    }
}

fn on_this_host(raw: &str, base_url: &BaseUrl) -> Result<(), InvalidWebUrl> {
    let url = Url::parse(raw.trim())
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or(InvalidWebUrl::NotAWebAddress)?;
    if base_url.is_host_of(&url) {
        return Ok(());
    }
    let mut found = url.host_str().unwrap_or_default().to_owned();
    if let Some(port) = url.port() {
        found = format!("{found}:{port}");
    }
    Err(InvalidWebUrl::OtherHost {
        found,
        expected: base_url.host().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(raw: &str) -> BaseUrl {
        raw.parse().unwrap()
    }

    #[track_caller]
    fn merge_request(base_url: &str, raw: &str, expected: Option<(&str, u64)>) {
        let parsed = MergeRequestUrl::parse(raw, &base(base_url)).ok();
        let parsed = parsed.map(|url| (url.project, url.iid));
        let expected = expected.map(|(project, iid)| (project.to_owned(), iid));
        assert_eq!(parsed, expected, "{raw}");
    }

    #[test]
    fn a_merge_request_is_found_by_its_address() {
        let on = "https://gitlab.example";
        let seven = Some(("acme/web/shop", 7));
        for raw in [
            "https://gitlab.example/acme/web/shop/-/merge_requests/7",
            "https://gitlab.example/acme/web/shop/merge_requests/7",
            "https://gitlab.example/acme/web/shop/-/merge_requests/7/diffs?x=1#note_5",
            " https://GitLab.example:443/acme/web/shop/-/merge_requests/7/ ",
            "http://gitlab.example/acme/web/shop/-/merge_requests/7",
        ] {
            merge_request(on, raw, seven);
        }
        let below = "https://example.com/git/lab/";
        let raw = "https://example.com/git/lab/acme/web/shop/-/merge_requests/7";
        merge_request(below, raw, seven);
        merge_request(
            "http://127.0.0.1:7402",
            "http://127.0.0.1:7402/a/b/-/merge_requests/1",
            Some(("a/b", 1)),
        );
    }

    #[test]
    fn other_addresses_are_no_merge_requests() {
        let on = "https://example.com/lab";
        for raw in [
            "https://example.com/acme/shop/-/merge_requests/7",
            "https://example.com/labacme/shop/-/merge_requests/7",
            "https://example.com/lab/acme/shop/-/issues/7",
            "https://example.com/lab/acme/shop/-/merge_requests/new",
            "https://example.com/lab/acme/shop/-/merge_requests",
            "https://example.com/lab/acme/shop/-/merge_requests/0",
            "https://example.com/lab/shop/-/merge_requests/7",
            "https://example.com/lab/groups/acme/-/merge_requests/7",
            "https://example.com/lab/a%2F..%2Fb/c/-/merge_requests/7",
            "https://example.com/lab//shop/-/merge_requests/7",
            "https://example.com:8443/lab/acme/shop/-/merge_requests/7",
            "https://example.com.evil.example/lab/acme/shop/-/merge_requests/7",
        ] {
            merge_request(on, raw, None);
        }
    }

    #[test]
    fn an_issue_is_found_by_its_address() {
        let on = base("https://gitlab.example");
        for raw in [
            "https://gitlab.example/acme/shop/-/issues/12",
            "https://gitlab.example/acme/shop/issues/12#note_3",
            "https://gitlab.example/acme/shop/-/issues/incident/12",
            "https://gitlab.example/acme/shop/-/work_items/12",
        ] {
            let issue = IssueUrl::parse(raw, &on).unwrap();
            assert_eq!(
                (issue.project.as_str(), issue.iid),
                ("acme/shop", 12),
                "{raw}"
            );
        }
    }

    #[test]
    fn what_is_wrong_with_an_address_is_said() {
        let on = base("https://gitlab.example");
        let said = |raw| MergeRequestUrl::parse(raw, &on).unwrap_err().to_string();
        assert_eq!(
            said("7"),
            "that is not a web address; copy it from the browser's address bar"
        );
        assert_eq!(
            said("https://other.example:81/a/b/-/merge_requests/7"),
            "other.example:81 is another site than gitlab.example; give an address there"
        );
        assert_eq!(
            said("https://gitlab.example/a/b"),
            "that is not the address of a merge request; it ends like acme/shop/-/merge_requests/7"
        );
        assert_eq!(
            IssueUrl::parse("https://gitlab.example/a/b", &on)
                .unwrap_err()
                .to_string(),
            "that is not the address of an issue; it ends like acme/shop/-/issues/12"
        );
    }
}
