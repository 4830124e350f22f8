//! Which page a request was sent from, as far as a browser says so.

use axum::http::{HeaderMap, header};

/// A browser says so of every request that a page of another site makes.
pub(super) fn is_from_another_site(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site != "same-origin" && site != "none",
        None => headers.contains_key(header::ORIGIN) && !origin_is_host(headers),
    }
}

pub(super) fn is_from_our_page(headers: &HeaderMap) -> bool {
    headers
        .get("sec-fetch-site")
        .is_some_and(|site| site == "same-origin")
        || origin_is_host(headers)
}

fn origin_is_host(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(header::ORIGIN).and_then(|origin| origin.split_once("://"));
    matches!((origin, text(header::HOST)), (Some((_, origin)), Some(host)) if origin == host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn another_sites_page_is_told_from_our_own() {
        for (pairs, other) in [
            (&[("sec-fetch-site", "cross-site")][..], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "same-origin")], false),
            (
                &[("origin", "https://evil.example"), ("host", "box.example")],
                true,
            ),
            (
                &[("origin", "https://box.example"), ("host", "box.example")],
                false,
            ),
            (&[], false),
        ] {
            let headers: HeaderMap = pairs
                .iter()
                .map(|&(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_from_another_site(&headers), other, "{pairs:?}");
        }
    }
}
