//! The fields of a `multipart/form-data` body, as `curl --form` sends them (RFC 7578).
//!
//! Files are not taken: none of these parameters is one.

/// Why a body is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Malformed {
    #[error("its content type names no boundary")]
    NoBoundary,
    #[error("it does not end with its boundary")]
    Cut,
    #[error("a part has no name")]
    NoName,
    #[error("a part is not UTF-8")]
    NotText,
}

/// Each part's name and text.
pub(super) fn fields(content_type: &str, body: &[u8]) -> Result<Vec<(String, String)>, Malformed> {
    let boundary = attribute(content_type, "boundary").ok_or(Malformed::NoBoundary)?;
    let body = std::str::from_utf8(body).map_err(|_| Malformed::NotText)?;
    // The first boundary stands without the line end that belongs to every other.
    let body = format!("\r\n{body}");
    let delimiter = format!("\r\n--{boundary}");
    let mut fields = Vec::new();
    for part in body.split(delimiter.as_str()).skip(1) {
        if part.starts_with("--") {
            return Ok(fields);
        }
        let part = part.trim_start_matches([' ', '\t']);
        let part = part.strip_prefix("\r\n").ok_or(Malformed::Cut)?;
        let (head, text) = part.split_once("\r\n\r\n").ok_or(Malformed::Cut)?;
        let name = head.lines().find_map(|line| {
            let (header, value) = line.split_once(':')?;
            let is_disposition = header.trim().eq_ignore_ascii_case("content-disposition");
            is_disposition.then(|| attribute(value, "name")).flatten()
        });
        fields.push((name.ok_or(Malformed::NoName)?, text.to_owned()));
    }
    Err(Malformed::Cut)
}

/// `x` of `form-data; name="x"`.
fn attribute(header: &str, wanted: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|attribute| {
        let (name, value) = attribute.split_once('=')?;
        let is_wanted = name.trim().eq_ignore_ascii_case(wanted);
        let value = value.trim().trim_matches('"');
        (is_wanted && !value.is_empty()).then(|| value.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"--x1\"";

    #[test]
    fn a_form_as_curl_sends_it_is_read() {
        let body = "----x1\r\nContent-Disposition: form-data; name=\"value\"\r\n\r\ntrue\r\n\
                    ----x1\r\nContent-Disposition: form-data; name=\"user\"\r\n\
                    Content-Type: text/plain\r\n\r\nana,\r\nben\r\n----x1--\r\n";
        let expected = [("value", "true"), ("user", "ana,\r\nben")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(fields(TYPE, body.as_bytes()), Ok(expected.to_vec()));
    }

    #[test]
    fn what_is_no_form_says_why() {
        for (content_type, body, expected) in [
            ("multipart/form-data", &b"x"[..], Malformed::NoBoundary),
            (TYPE, b"", Malformed::Cut),
            (TYPE, b"----x1\r\n", Malformed::Cut),
            (
                TYPE,
                b"----x1\r\nA: b\r\n\r\nc\r\n----x1--",
                Malformed::NoName,
            ),
            (TYPE, b"\xff", Malformed::NotText),
        ] {
            assert_eq!(fields(content_type, body), Err(expected), "{body:?}");
        }
    }
}
