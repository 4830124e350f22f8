//! Text on its way into HTML.

use std::fmt;

/// Shows text so that it stays text, in elements and in quoted attributes.
pub(super) struct Safe<'a>(pub &'a str);

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

/// A value of a query: everything but unreserved characters is escaped.
pub(super) fn query(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            Safe("<b a='\"'>&").to_string(),
            "&lt;b a=&#39;&quot;&#39;&gt;&amp;"
        );
        assert_eq!(query("a b/c&d"), "a+b%2Fc%26d");
    }
}
