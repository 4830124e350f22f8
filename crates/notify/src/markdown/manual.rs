//! What becomes what: the manual of the converter.
//!
//! In the expected markup `·` stands for the word joiner that keeps Slack from reading an emoji
//! or a quote, and `¦` for the zero-width space that lets a mark count inside a word.

use super::{Place, to_mrkdwn};

const PLACE: Place<'static> = Place {
    project_url: "https://g.ex/acme/shop",
    project_path: "acme/shop",
    more_url: "https://g.ex/1",
};

#[track_caller]
fn check(source: &str, expected: &str) {
    check_cut(source, 1_000, expected);
}

#[track_caller]
fn check_cut(source: &str, limit: usize, expected: &str) {
    let markup = to_mrkdwn(source, &PLACE, limit);
    let shown = markup
        .as_str()
        .replace('\u{2060}', "·")
        .replace('\u{200b}', "¦");
    assert_eq!(shown, expected, "{source:?}");
}

#[test]
fn styles() {
    check(
        "**bold** __bold__ *it* _it_ ~~gone~~",
        "*bold* *bold* _it_ _it_ ~gone~",
    );
    check("***both*** **b _i_ b**", "*_both_* *b _i_ b*");
    check("in**side**word *a*b", "in¦*side*¦word _a_¦b");
    check("snake_case 2*3 a * b", "snake_case 2*3 a ∗ b");
    // A style of Slack's ends with the line.
    check("**a\\\nb**", "*a*\n*b*");
}

#[test]
fn code() {
    check("`a*b` `` c`d ``", "`a*b` `cˋd`");
    check("`<!here>`", "`&lt;!here&gt;`");
    check("x`y`z", "x¦`y`¦z");
    check(
        "```rust\nfn a() {}\n\nfn b() {}\n```",
        "```\nfn a() {}\n\nfn b() {}\n```",
    );
    check("    indented", "```\nindented\n```");
    // No content ends its block.
    check("````\n```\nx\n````", "```\nˋˋˋ\nx\n```");
}

#[test]
fn headings_and_paragraphs() {
    check("# One *two*\ntext", "*One _two_*\n\ntext");
    check("a\nb  \nc\n\n\n\nd", "a b\nc\n\nd");
    check("a\n\n***\n\nb", "a\n\n──────────\n\nb");
}

#[test]
fn lists() {
    check(
        "- a\n- b\n  - c\n    - d\n- e",
        "• a\n• b\n    ◦ c\n        ▪ d\n• e",
    );
    check("3. a\n4. b\n\n   more of b", "3. a\n4. b\n    more of b");
    check(
        "- [ ] open\n- [x] done\n\n1. [x] first",
        "☐ open\n☑ done\n\n1. ☑ first",
    );
    check("- a\n\n  ```\n  x\n  ```\n- b", "• a\n```\nx\n```\n• b");
}

#[test]
fn quotes() {
    check("> a\n> b\n>\n> c\n\nd", "> a b\n>\n> c\n\nd");
    check("> - a\n> > b", "> • a\n>\n> b");
    check("> [!WARNING]\n> Hot", "> *Warning*\n>\n> Hot");
    check("a \\> b\\\n\\> c", "a &gt; b\n·&gt; c");
}

#[test]
fn tables() {
    check(
        "| Name | Count |\n|---|--:|\n| 日本 | 1 |\n| **b** `c` | 22 |",
        "```\nName  Count\n----  -----\n日本      1\nb c      22\n```",
    );
}

#[test]
fn links_lead_where_gitlab_leads() {
    check("[x](https://a.ex \"title\")", "<https://a.ex|x>");
    check("[**b** `c`](https://a.ex)", "<https://a.ex|*b* `c`>");
    check(
        "[x](/uploads/1/a.png)",
        "<https://g.ex/acme/shop/uploads/1/a.png|x>",
    );
    check(
        "[x](doc/a.md)",
        "<https://g.ex/acme/shop/-/blob/HEAD/doc/a.md|x>",
    );
    check("[x](javascript:alert(1)) [y](#here)", "x y");
    check("[x|y>z](<https://a.ex/|>)", "<https://a.ex/%7C|x|y&gt;z>");
    check(
        "<https://a.ex?b&c> <a@b.ex>",
        "<https://a.ex?b&amp;c> <mailto:a@b.ex|a@b.ex>",
    );
    check("see https://a.ex/b_c).", "see <https://a.ex/b_c>).");
    check(
        "https://g.ex/acme/shop/-/issues/3",
        "<https://g.ex/acme/shop/-/issues/3|#3>",
    );
    check(
        "https://g.ex/a/b/-/merge_requests/4",
        "<https://g.ex/a/b/-/merge_requests/4|a/b!4>",
    );
}

#[test]
fn images_are_links() {
    check(
        "![Plan](/uploads/1/p.png){width=50%}",
        "<https://g.ex/acme/shop/uploads/1/p.png|🖼 Plan>",
    );
    check("![](https://a.ex/b.png)", "<https://a.ex/b.png|🖼 b.png>");
    check(
        "[![build](https://a.ex/b.svg)](https://ci.ex)",
        "<https://ci.ex|build>",
    );
}

#[test]
fn references_are_links() {
    for (source, page, label) in [
        ("#12", "acme/shop/-/issues/12", "#12"),
        ("#12+s", "acme/shop/-/issues/12", "#12+s"),
        ("!7", "acme/shop/-/merge_requests/7", "!7"),
        ("$5", "acme/shop/-/snippets/5", "$5"),
        ("%3", "acme/shop/-/milestones/3", "%3"),
        (
            "%\"May 1\"",
            "acme/shop/-/milestones?search_title=May%201",
            "%\"May 1\"",
        ),
        ("%v1.0", "acme/shop/-/milestones?search_title=v1.0", "%v1.0"),
        ("~bug", "acme/shop/-/issues?label_name[]=bug", "∼bug"),
        (
            "~a::b",
            "acme/shop/-/issues?label_name[]=a%3A%3Ab",
            "∼a::·b",
        ),
        ("&3", "groups/acme/-/epics/3", "&amp;3"),
        ("ops&3", "groups/ops/-/epics/3", "ops&amp;3"),
        ("a/b#3", "a/b/-/issues/3", "a/b#3"),
        ("a/b/c!4", "a/b/c/-/merge_requests/4", "a/b/c!4"),
        ("@ada", "ada", "@ada"),
        ("@acme/devs", "acme/devs", "@acme/devs"),
        ("deadbeef12", "acme/shop/-/commit/deadbeef12", "deadbeef12"),
        (
            "a/b@deadbeef12",
            "a/b/-/commit/deadbeef12",
            "a/b@deadbeef12",
        ),
        ("[[Home]]", "acme/shop/-/wikis/Home", "Home"),
        (
            "[[Start|Home page]]",
            "acme/shop/-/wikis/Home-page",
            "Start",
        ),
    ] {
        check(source, &format!("<https://g.ex/{page}|{label}>"));
        check(
            &format!("see ({source})"),
            &format!("see (<https://g.ex/{page}|{label}>)"),
        );
    }
}

#[test]
fn what_only_looks_like_a_reference_stays_text() {
    for text in [
        "C#12", "x!7", "50%", "a@b.ex", "@all", "@here", "12345678", "deadbeef", "#12a", "~100 ms",
        "a/b", "w#", "1!2",
    ] {
        check(text, &text.replace('~', "∼"));
    }
    check("`#12` [x #12](https://a.ex)", "`#12` <https://a.ex|x #12>");
    let nowhere = to_mrkdwn("#12 [x](a.md) @ada", &Place::default(), 100);
    assert_eq!(nowhere.as_str(), "#12 x @ada");
}

#[test]
fn html_becomes_what_it_means() {
    check(
        "a<br>b <b>c</b> <kbd>Ctrl</kbd> <sup>2</sup>",
        "a\nb *c* `Ctrl` 2",
    );
    check(
        "<a href='https://a.ex'>x</a> <a href='javascript:y'>y</a>",
        "<https://a.ex|x> y",
    );
    check(
        "<img src=\"/uploads/1/a.png\" alt=\"A\">",
        "<https://g.ex/acme/shop/uploads/1/a.png|🖼 A>",
    );
    check(
        "<details>\n<summary>More</summary>\n\n*text*\n\n</details>",
        "*More*\n\n_text_",
    );
    check("a <!-- b --> c\n\n<!--\nd\n\ne\n-->\n\nf", "a c\n\nf");
    check("<script>alert(1)</script>", "");
    check("<pre>a\n*b*</pre>", "```\na\n*b*\n```");
}

#[test]
fn what_slack_would_act_on_stays_text() {
    check("<!channel> &lt;!here&gt;", "&lt;!channel&gt; &lt;!here&gt;");
    check("<@U1>", "&lt;<https://g.ex/U1|@U1>·&gt;");
    check(":tada: \\*a\\* \\_b\\_ \\`c\\`", ":·tada: ∗a∗ ˍbˍ ˋcˋ");
    check("a | b & c", "a | b &amp; c");
    check(":<x>tada:", ":·tada:");
    check("evil\u{202e}txt", "eviltxt");
}

#[test]
fn gitlabs_own_blocks() {
    check("a\n>>>\nb\n\n- c\n>>>\nd", "a\n\n> b\n>\n> • c\n\nd");
    check("---\ntitle: x\n---\n\nText", "```\ntitle: x\n```\n\nText");
    check("a\n/label ~bug\nb", "a\n`/label ~bug`\nb");
    check("[[_TOC_]]\n\na[^1]\n\n[^1]: b", "a[1]\n\n[1]: b");
    check("$`a^2`$", "$`a^2`$");
    check("```math\na^2\n```", "```\na^2\n```");
}

#[test]
fn a_long_text_ends_between_words_with_a_link_to_the_rest() {
    check_cut("one two three four five six", 20, "one two three four…");
    check_cut(
        "one two three four five six seven",
        32,
        "one two… <https://g.ex/1|more>",
    );
    check_cut(
        "one **two three four five six seven**",
        32,
        "one *two*… <https://g.ex/1|more>",
    );
    check_cut(
        "one [two three](https://a.ex/long) four five",
        36,
        "one… <https://g.ex/1|more>",
    );
    check_cut(
        "one `two three four five` six seven",
        30,
        "one… <https://g.ex/1|more>",
    );
    check_cut(
        "a\n\n- b c d\n- e f g h i j k l m n",
        31,
        "a\n\n• b c… <https://g.ex/1|more>",
    );
    check_cut(
        "```\none two\nthree four\nfive six\nseven eight\n```",
        42,
        "```\none two\n```\n… <https://g.ex/1|more>",
    );
    check_cut("one two", 7, "one two");
    check_cut("one two", 3, "…");
    check_cut("one", 0, "");
    let word = "x".repeat(200);
    let cut = format!("{}… <https://g.ex/1|more>", &word[..80]);
    check_cut(&word, 120, &cut);
    let amps = "&".repeat(60);
    check_cut(
        &amps,
        100,
        &format!("{}… <https://g.ex/1|more>", "&amp;".repeat(8)),
    );
}
