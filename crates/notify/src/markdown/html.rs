//! The pieces of HTML that people write into Markdown.
//!
//! Only enough is read to find tags, a few attributes and the text between; what a tag becomes
//! is the walk's business. Nothing here has to be right about broken HTML, only harmless.

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    Text(&'h str),
    Open(Tag<'h>),
    Close(Tag<'h>),
}

/// A tag: its name, and its attributes as they stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'h> {
    pub(super) name: &'h str,
    attributes: &'h str,
}

impl Tag<'_> {
    pub(super) fn is(&self, names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| self.name.eq_ignore_ascii_case(name))
    }

    /// An attribute's value, its entities decoded.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        while let Some((before, after)) = rest.split_once('=') {
            let found = before.split_whitespace().next_back().unwrap_or("");
            let after = after.trim_start();
            let (value, next) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = after.get(1..).unwrap_or("");
                    inner.split_once(quote).unwrap_or((inner, ""))
                }
                _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            if found.eq_ignore_ascii_case(name) {
                return Some(decoded(value));
            }
            rest = next;
        }
        None
    }
}

/// Reads HTML that comes in several parts; a comment, or a script, may go on in the next part.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What ends the stretch that is not shown.
    hidden_until: Option<&'static str>,
}

impl Reader {
    /// Calls `each` with the pieces of `html` in order, without those that are not shown.
    pub(super) fn read<'h>(&mut self, html: &'h str, mut each: impl FnMut(Piece<'h>)) {
        let mut rest = html;
        while !rest.is_empty() {
            if let Some(end) = self.hidden_until {
                let Some(at) = find_ignoring_case(rest, end) else {
                    return;
                };
                rest = rest.get(at + end.len()..).unwrap_or("");
                self.hidden_until = None;
                continue;
            }
            let Some(at) = rest.find('<') else {
                return each(Piece::Text(rest));
            };
            let (text, tag) = rest.split_at_checked(at).unwrap_or((rest, ""));
            if !text.is_empty() {
                each(Piece::Text(text));
            }
            rest = self.tag(tag, &mut each);
        }
    }

    /// Reads what begins with `<`; answers what follows it.
    fn tag<'h>(&mut self, html: &'h str, each: &mut impl FnMut(Piece<'h>)) -> &'h str {
        if let Some(rest) = html.strip_prefix("<!--") {
            self.hidden_until = Some("-->");
            return rest;
        }
        let inner = html.get(1..).unwrap_or("");
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/');
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // Nothing that HTML knows: `1 < 2`, `<!channel>`.
            each(Piece::Text("<"));
            return html.get(1..).unwrap_or("");
        }
        let (inside, rest) = inner.split_once('>').unwrap_or((inner, ""));
        let name_length = inside
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(name_length).unwrap_or((inside, ""));
        let tag = Tag { name, attributes };
        if closes {
            each(Piece::Close(tag));
        } else {
            self.hidden_until = HIDDEN
                .iter()
                .find(|(hidden, _)| tag.is(&[hidden]))
                .map(|(_, end)| *end);
            each(Piece::Open(tag));
        }
        rest
    }
}

/// Elements whose content nobody is to see, and what ends them.
const HIDDEN: [(&str, &str); 2] = [("script", "</script>"), ("style", "</style>")];

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes()
        .windows(wanted.len())
        .position(|window| window.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// `text` with the entities decoded that people use in HTML.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let known = ENTITIES
            .iter()
            .find_map(|(name, character)| Some((entity.strip_prefix(name)?, *character)));
        let (after, character) = known.unwrap_or((entity.get(1..).unwrap_or(""), '&'));
        out.push(character);
        rest = after;
    }
    out.push_str(rest);
    out
}

const ENTITIES: [(&str, char); 7] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
    ("&apos;", '\''),
    ("&nbsp;", ' '),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(html: &str) -> Vec<String> {
        let mut out = Vec::new();
        Reader::default().read(html, |piece| {
            out.push(match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Open(tag) => format!("<{}>", tag.name),
                Piece::Close(tag) => format!("</{}>", tag.name),
            });
        });
        out
    }

    #[test]
    fn html_is_tags_and_the_text_between() {
        assert_eq!(pieces("a<b class='x'>c</b>"), ["a", "<b>", "c", "</b>"]);
        assert_eq!(pieces("a<!-- <b> -->c"), ["a", "c"]);
        assert_eq!(pieces("<SCRIPT>x<y</script>z"), ["<SCRIPT>", "z"]);
        assert_eq!(pieces("1 < 2 <"), ["1 ", "<", " 2 ", "<"]);
        assert_eq!(pieces("<!channel>"), ["<", "!channel>"]);
        assert_eq!(pieces("<br/><a"), ["<br>", "<a>"]);
    }

    #[test]
    fn a_comment_may_go_on_in_the_next_part() {
        let mut reader = Reader::default();
        let mut seen = Vec::new();
        for part in ["a<!-- b\n", "c\n", "d --> e"] {
            reader.read(part, |piece| seen.push(format!("{piece:?}")));
        }
        assert_eq!(seen, ["Text(\"a\")", "Text(\" e\")"]);
    }

    #[test]
    fn attributes_are_read_quoted_or_bare() {
        let tag = Tag {
            name: "a",
            attributes: " title='x=y' HREF=\"https://g.ex/?a=1&amp;b\" width=3",
        };
        assert_eq!(
            tag.attribute("href").as_deref(),
            Some("https://g.ex/?a=1&b")
        );
        assert_eq!(tag.attribute("width").as_deref(), Some("3"));
        assert_eq!(tag.attribute("alt"), None);
    }
}
