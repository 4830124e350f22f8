//! What a page says, without how it looks.

/// Tags that stand inside a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "time",
];

/// The words of a page's main part, a line for each thing.
pub fn words(html: &str) -> String {
    let main = super::browser::between(html, "<main", "</main>").unwrap_or(html);
    let (_, main) = main.split_once('>').unwrap_or(("", main));
    let mut text = String::new();
    let mut rest = main;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/');
        let name = name.split([' ', '/', '\n']).next().unwrap_or_default();
        rest = match name {
            "svg" | "script" | "style" if !tag.starts_with('/') => {
                let end = format!("</{name}>");
                after.split_once(&end).map_or("", |(_, after)| after)
            }
            _ => after,
        };
        if !INLINE.contains(&name) {
            text.push('\n');
        }
    }
    text.push_str(rest);
    let lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    unescaped(&lines.join("\n"))
}

fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn a_page_is_read_line_by_line() {
    let html = "<body><nav>No</nav><main id=\"m\"><h1>A &amp; B</h1>\n<p>One <b>bold</b>\n word</p><svg><title>x</title></svg><button>Go</button></main>";
    assert_eq!(words(html), "A & B\nOne bold\nword\nGo");
}
