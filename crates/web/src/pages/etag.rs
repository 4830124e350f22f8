//! Tells a browser that what it has is still right, so that the same page is not made again.

use std::fmt::{Display, Write as _};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

/// A tag for a page that depends on these.
pub(super) fn of(parts: &[&dyn Display]) -> HeaderValue {
    let mut all = String::new();
    for part in parts {
        // Writing to a string does not fail.
        let _ = writeln!(all, "{part}");
    }
    let digest = Sha256::digest(all.as_bytes());
    let hex: String = digest
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    HeaderValue::from_str(&format!("\"{hex}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Whether the browser has that page.
pub(super) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let given = headers.get(header::IF_NONE_MATCH);
    let given = given.and_then(|given| given.to_str().ok()).unwrap_or("");
    let tags = given
        .split(',')
        .map(|one| one.trim().trim_start_matches("W/"));
    tags.into_iter().any(|one| one.as_bytes() == tag.as_bytes())
}

/// Kept by the browser alone, and asked about each time.
pub(super) fn headers(tag: &HeaderValue) -> [(HeaderName, HeaderValue); 2] {
    [
        (header::ETAG, tag.clone()),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_tag_alone() {
        let (one, other) = (of(&[&"a", &1]), of(&[&"a1"]));
        assert_ne!(one, other);
        let mut headers = HeaderMap::new();
        assert!(!is_known(&headers, &one));
        let both = format!("{}, W/{}", other.to_str().unwrap(), one.to_str().unwrap());
        headers.insert(header::IF_NONE_MATCH, both.parse().unwrap());
        assert!(is_known(&headers, &one) && is_known(&headers, &other));
        assert!(!is_known(&headers, &of(&[&"b"])));
    }
}
