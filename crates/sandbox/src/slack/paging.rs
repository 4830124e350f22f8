//! Slack's cursors: base64 of `word:value`, opaque to callers, refused when garbled.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;

/// The place after which a page begins, from the `cursor` argument.
///
/// # Errors
/// `invalid_cursor` when it is not one of ours, or one for another list (`word`).
pub fn read(cursor: Option<&str>, word: &str) -> Result<Option<String>, Refusal> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let place = STANDARD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    place
        .as_deref()
        .and_then(|place| place.strip_prefix(word)?.strip_prefix(':'))
        .map(|place| Some(place.to_owned()))
        .ok_or_else(|| Refusal::of("invalid_cursor"))
}

/// The cursor of the next page; empty at the end, as both SDKs expect.
#[must_use]
pub fn write(next: Option<&str>, word: &str) -> String {
    next.map(|place| STANDARD.encode(format!("{word}:{place}")))
        .unwrap_or_default()
}

/// Adds `response_metadata.next_cursor` to an answer.
pub fn attach(answer: &mut Map<String, Value>, next_cursor: &str) {
    answer.insert(
        "response_metadata".to_owned(),
        json!({ "next_cursor": next_cursor }),
    );
}

/// A page of `items`, each known by a key that sorts: those from `from` on, `limit` at most,
/// and the key at which the next page begins.
pub fn page<'a, T>(
    items: impl Iterator<Item = &'a T>,
    key: fn(&T) -> &str,
    from: Option<&str>,
    limit: usize,
) -> (Vec<&'a T>, Option<&'a str>) {
    let mut rest = items.skip_while(|item| from.is_some_and(|from| key(item) < from));
    let taken: Vec<&T> = rest.by_ref().take(limit).collect();
    (taken, rest.next().map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_no_other_text_does() {
        let cursor = write(Some("U1"), "user");
        assert_eq!(read(Some(&cursor), "user"), Ok(Some("U1".to_owned())));
        for bad in ["x", "", "dXNlcg==", &write(Some("U1"), "channel")] {
            assert_eq!(
                read(Some(bad), "user").unwrap_err().error,
                "invalid_cursor",
                "{bad:?}"
            );
        }
        assert_eq!(write(None, "user"), "");
    }

    #[test]
    fn a_page_ends_where_the_next_begins() {
        let items = ["a", "b", "c"].map(str::to_owned);
        let (first, next) = page(items.iter(), |item| item, None, 2);
        assert_eq!((first.len(), next), (2, Some("c")));
        let (second, next) = page(items.iter(), |item| item, next, 2);
        assert_eq!((second, next), (vec![&items[2]], None));
    }
}
