//! What Slack makes of its markup.

use proptest::prelude::*;

use super::super::fixture;
use super::super::markup::{to_html, to_text};
use super::{Reading, read, read_plain};

fn html(text: &str) -> String {
    let workspace = fixture::workspace();
    to_html(&read(text, Reading::FULL, &fixture::ana(&workspace)))
}

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (text, expected) in rows {
        assert_eq!(html(text), *expected, "{text:?}");
    }
}

const SEEN: &str = " target=\"_blank\" rel=\"noopener noreferrer\"";

#[test]
fn styles_begin_and_end_at_words() {
    check(&[
        ("*bold* _it_ ~gone~", "<b>bold</b> <i>it</i> <s>gone</s>"),
        ("feature_flag_name stays", "feature_flag_name stays"),
        ("_feature_flag_ leans", "<i>feature_flag</i> leans"),
        ("2*3*4", "2*3*4"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("(*a*), \"_b_\".", "(<b>a</b>), &quot;<i>b</i>&quot;."),
        ("*a _b ~c~ b_ a*", "<b>a <i>b <s>c</s> b</i> a</b>"),
        ("*_both_*", "<b><i>both</i></b>"),
        ("*open", "*open"),
        ("*not\nover lines*", "*not<br>over lines*"),
        ("**twice**", "**twice**"),
        ("__init__", "__init__"),
        ("*bold*er", "*bold*er"),
        ("*a* *b*", "<b>a</b> <b>b</b>"),
        ("a*b*", "a*b*"),
        ("~10 and ~20", "~10 and ~20"),
        ("* item", "* item"),
    ]);
}

#[test]
fn code_is_left_alone_but_for_links() {
    check(&[
        ("`a *b* c`", "<code>a *b* c</code>"),
        ("`x < y`", "<code>x &lt; y</code>"),
        ("`a` and `b`", "<code>a</code> and <code>b</code>"),
        ("*`a`*", "<b><code>a</code></b>"),
        ("`*a` b*", "<code>*a</code> b*"),
        ("`:tada:`", "<code>:tada:</code>"),
        ("```\nlet x = *y*;\n```", "<pre>let x = *y*;</pre>"),
        ("see ```a``` there", "see <pre>a</pre> there"),
        ("```open", "```open"),
        ("``````", "``````"),
        ("```a\n&gt; b```", "<pre>a\n&gt; b</pre>"),
    ]);
    assert_eq!(
        html("`<https://g.ex/c|abc>`"),
        format!("<code><a href=\"https://g.ex/c\"{SEEN}>abc</a></code>")
    );
}

#[test]
fn quotes_take_a_line_or_the_rest() {
    check(&[
        ("&gt; so\nthen", "<blockquote>so</blockquote>then"),
        ("a\n&gt;b\n> c\nd", "a<blockquote>b<br>c</blockquote>d"),
        (
            "&gt;&gt;&gt; a\nb\n&gt; c",
            "<blockquote>a<br>b<br>&gt; c</blockquote>",
        ),
        ("a &gt; b", "a &gt; b"),
        ("a\n\nb", "a<br><br>b"),
    ]);
}

#[test]
fn links_are_followed_only_where_it_is_safe() {
    let link = |url: &str, label: &str| format!("<a href=\"{url}\"{SEEN}>{label}</a>");
    for (text, expected) in [
        (
            "<https://g.ex/a?b=1&amp;c=2|here>",
            link("https://g.ex/a?b=1&amp;c=2", "here"),
        ),
        ("<https://g.ex>", link("https://g.ex", "https://g.ex")),
        ("<mailto:a@b.ex|Ana>", link("mailto:a@b.ex", "Ana")),
        ("<https://g.ex|a|b>", link("https://g.ex", "a|b")),
        (
            "<https://g.ex|&lt;b&gt;>",
            link("https://g.ex", "&lt;b&gt;"),
        ),
        (
            "*<https://g.ex|x>*",
            format!("<b>{}</b>", link("https://g.ex", "x")),
        ),
        (
            "<https://g.ex|`c` _i_>",
            link("https://g.ex", "<code>c</code> <i>i</i>"),
        ),
        (
            "<https://g.ex|https://other.ex>",
            link("https://g.ex", "https://other.ex"),
        ),
        (
            "see https://g.ex/a_b_c.",
            format!("see {}.", link("https://g.ex/a_b_c", "https://g.ex/a_b_c")),
        ),
        (
            "(https://g.ex/x_(y))",
            format!("({})", link("https://g.ex/x_(y)", "https://g.ex/x_(y)")),
        ),
        (
            "<javascript:alert(1)|x>",
            "&lt;javascript:alert(1)|x&gt;".to_owned(),
        ),
        ("<data:text/html,x>", "&lt;data:text/html,x&gt;".to_owned()),
        (
            "<img src=x onerror=y>",
            "&lt;img src=x onerror=y&gt;".to_owned(),
        ),
        ("xhttps://g.ex", "xhttps://g.ex".to_owned()),
        ("https://", "https://".to_owned()),
        (
            "&lt;https://g.ex|x&gt;",
            format!("&lt;{}|x&gt;", link("https://g.ex", "https://g.ex")),
        ),
        (
            "<https://g.ex/\"onclick=x|y>",
            link("https://g.ex/&quot;onclick=x", "y"),
        ),
    ] {
        assert_eq!(html(text), expected, "{text:?}");
    }
}

#[test]
fn mentions_carry_names_and_pings_stand_out() {
    check(&[
        ("<@U0BEN>", "<span class=\"mention\">@ben</span>"),
        (
            "<@U0ANA>",
            "<span class=\"mention mention-you\">@ana</span>",
        ),
        ("<@U404|guest>", "<span class=\"mention\">@guest</span>"),
        (
            "<#C0GENERAL>",
            "<span class=\"mention mention-channel\">#general</span>",
        ),
        (
            "<#C0CLOSED|secret>",
            "<span class=\"mention mention-channel\">#private-channel</span>",
        ),
        (
            "<!here> <!channel|channel>",
            "<span class=\"mention mention-all\">@here</span> <span class=\"mention mention-all\">@channel</span>",
        ),
        (
            "<!subteam^S1|@sre>",
            "<span class=\"mention mention-group\">@sre</span>",
        ),
        ("<!unknown|words>", "words"),
        ("&lt;!channel&gt;", "&lt;!channel&gt;"),
        ("<!>", "&lt;!&gt;"),
        ("<@U0BEN", "&lt;@U0BEN"),
    ]);
}

#[test]
fn dates_read_in_the_words_of_the_reader() {
    let text = |markup: &str| {
        let workspace = fixture::workspace();
        to_text(&read(markup, Reading::FULL, &fixture::ana(&workspace)))
    };
    for (markup, expected) in [
        (
            "<!date^1392734382^{date_num} {time_secs}|x>",
            "2014-02-18 2:39:42 PM",
        ),
        ("<!date^1392734382^{date}|x>", "February 18th, 2014"),
        (
            "<!date^1392734382^{date_short} at {time}|x>",
            "Feb 18, 2014 at 2:39 PM",
        ),
        (
            "<!date^1392734382^{date_long}|x>",
            "Tuesday, February 18th, 2014",
        ),
        ("<!date^1700000000^{date_pretty}^https://g.ex|x>", "today"),
        ("<!date^1699913600^{date_short_pretty}|x>", "yesterday"),
        ("<!date^1699999700^{ago}|x>", "5 minutes ago"),
        ("<!date^soon^{date}|some &lt;day&gt;>", "some <day>"),
        ("<!date^1392734382^{nothing}|x>", "{nothing}"),
    ] {
        assert_eq!(text(markup), expected, "{markup:?}");
    }
}

#[test]
fn known_emoji_are_drawn_and_unknown_codes_stay() {
    check(&[
        (
            ":tada:!",
            "<span class=\"emoji\" title=\":tada:\">🎉</span>!",
        ),
        (
            ":wave::skin-tone-3:",
            "<span class=\"emoji\" title=\":wave:\">👋</span>",
        ),
        (":no_such_emoji:", ":no_such_emoji:"),
        ("at 10:30:45", "at 10:30:45"),
        ("a::b", "a::b"),
    ]);
    assert_eq!(
        to_html(&read_plain(":tada: *x*\n<b>", false)),
        ":tada: *x*<br>&lt;b&gt;"
    );
}

#[test]
fn text_that_was_escaped_on_its_way_in_stays_text() {
    let hostile = "*b* _i_ ~s~ `c` :tada: <!channel> <@U0BEN> <https://g.ex|x> &lt; > q";
    let escaped = domain::mrkdwn::escape(hostile);
    let workspace = fixture::workspace();
    let drawn = read(
        escaped.as_str(),
        Reading {
            autolink: false,
            ..Reading::FULL
        },
        &fixture::ana(&workspace),
    );
    assert!(
        to_text(&drawn).contains(":tada: <!channel> <@U0BEN> <https://g.ex|x>"),
        "{drawn:?}"
    );
    assert!(!to_html(&drawn).contains('<'), "{drawn:?}");
}

/// Reads the tags of our own HTML and says whether each closes the one that was opened last.
fn is_balanced(html: &str) -> bool {
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let Some((tag, _)) = tag.split_once('>') else {
            return false;
        };
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else {
            let name = tag.split(' ').next().unwrap_or_default();
            if ![
                "b",
                "i",
                "s",
                "a",
                "br",
                "code",
                "pre",
                "span",
                "time",
                "blockquote",
            ]
            .contains(&name)
            {
                return false;
            }
            if name != "br" {
                open.push(name);
            }
        }
    }
    open.is_empty()
}

/// Text that is more likely than chance to hold markup.
fn markup() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("*"),
        Just("_"),
        Just("~"),
        Just("`"),
        Just("```"),
        Just(" "),
        Just("\n"),
        Just("a"),
        Just("é"),
        Just("<"),
        Just(">"),
        Just("|"),
        Just("&lt;"),
        Just("&gt;"),
        Just("&amp;"),
        Just("\""),
        Just("'"),
        Just("https://g.ex/"),
        Just("<https://g.ex|"),
        Just("<@U0BEN>"),
        Just("<!date^1^{date}^javascript:x|"),
        Just("<script>"),
        Just(":tada:"),
        Just(":"),
        Just("\u{2060}"),
        Just("javascript:"),
        Just("<!here>"),
        Just("\0"),
    ];
    prop_oneof![
        proptest::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat()),
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn no_input_becomes_a_tag_of_its_own(text in markup()) {
        let html = html(&text);
        prop_assert!(is_balanced(&html), "{html}");
        prop_assert!(!html.contains("href=\"javascript"), "{html}");
        prop_assert!(!html.contains("<script"), "{html}");
    }

    #[test]
    fn nothing_that_was_said_is_lost(words in "[a-z0-9 ]{0,40}") {
        let workspace = fixture::workspace();
        let drawn = read(&words, Reading::FULL, &fixture::ana(&workspace));
        prop_assert_eq!(to_text(&drawn), words.trim_end());
    }
}

#[test]
fn a_long_hostile_line_is_read_in_passing() {
    let text = "*a _b ~c `d <https://g.ex|*x ".repeat(1_400);
    assert!(text.len() > 40_000);
    assert!(is_balanced(&html(&text)));
}
