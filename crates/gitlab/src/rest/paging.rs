//! Lists that come in pages, by number or by key.

use reqwest::Url;
use reqwest::header::{HeaderMap, LINK};

/// The most items that GitLab puts on a page.
pub(super) const MOST_A_PAGE: usize = 100;

/// The beginning of a list, as far as the caller's bound allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// In GitLab's order.
    pub items: Vec<T>,
    /// `false` when GitLab has more than the bound let in.
    pub is_complete: bool,
}

/// The address of the page after the one at `current`, by what GitLab says in its headers.
///
/// Only the query is taken from the link: GitLab builds it from the address that it believes to
/// have, which behind a proxy is not the one that reaches it, and a token goes to no other host.
pub(super) fn next_page(current: &Url, headers: &HeaderMap) -> Option<Url> {
    let mut url = current.clone();
    if let Some(query) = headers.get_all(LINK).iter().find_map(|value| {
        let link = next_link(value.to_str().ok()?)?;
        link.split_once('?').map(|(_, query)| query)
    }) {
        url.set_query(Some(query));
    } else {
        let page = headers.get("x-next-page")?.to_str().ok()?;
        let page: u32 = page.trim().parse().ok()?;
        let others: Vec<(String, String)> = current
            .query_pairs()
            .filter(|(name, _)| name != "page")
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut()
            .clear()
            .extend_pairs(others)
            .append_pair("page", &page.to_string());
    }
    (url != *current).then_some(url)
}

/// The target marked `rel="next"` in a header of the form `<…>; rel="first", <…>; rel="next"`.
fn next_link(mut header: &str) -> Option<&str> {
    while let Some((_, rest)) = header.split_once('<') {
        let (target, rest) = rest.split_once('>')?;
        let parameters = rest.split_once('<').map_or(rest, |(before, _)| before);
        let is_next = |parameter: &str| {
            let parameter = parameter.trim().trim_end_matches(',').trim_end();
            matches!(parameter, "rel=\"next\"" | "rel=next")
        };
        if parameters.split(';').any(is_next) {
            return Some(target);
        }
        header = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<&str>) {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let current = Url::parse("http://inside:81/api/v4/issues?labels=a%2Cb&page=1").unwrap();
        let next = next_page(&current, &headers);
        assert_eq!(next.as_ref().map(Url::as_str), expected);
    }

    #[test]
    fn the_next_page_is_on_the_same_host_whatever_the_link_says() {
        let by_key =
            r#"<https://evil.example/api/v4/issues?cursor=xyz%3D%3D&per_page=2>; rel="next""#;
        let next = Some("http://inside:81/api/v4/issues?cursor=xyz%3D%3D&per_page=2");
        check(&[("link", by_key)], next);
        let among_others = r#"<http://a/i?page=1>; rel="first", <http://a/i?page=2&labels=a,b>; rel="next", <http://a/i?page=9>; rel="last""#;
        let next = Some("http://inside:81/api/v4/issues?page=2&labels=a,b");
        check(&[("link", among_others)], next);
    }

    #[test]
    fn the_next_page_is_found_by_its_number_too() {
        let next = Some("http://inside:81/api/v4/issues?labels=a%2Cb&page=2");
        check(&[("x-next-page", "2")], next);
    }

    #[test]
    fn a_list_ends_where_no_other_page_is_named() {
        check(&[], None);
        check(&[("x-next-page", "")], None);
        check(&[("x-next-page", "1")], None);
        check(&[("link", r#"<http://a/i?page=1>; rel="last""#)], None);
        check(&[("link", "<broken"), ("x-next-page", "x")], None);
    }
}
