use proptest::prelude::*;

use super::*;

fn rules(and: bool) -> Rules {
    Rules {
        and,
        leading_wildcards: false,
    }
}

/// A query as Lucene prints it.
fn shown(node: &Node) -> String {
    let named =
        |field: &Option<String>| field.as_deref().map_or(String::new(), |f| format!("{f}:"));
    match node {
        Node::Clauses(clauses) => {
            let clauses = clauses.iter().map(|(occur, node)| {
                let sign = match occur {
                    Occur::Must => "+",
                    Occur::Should => "",
                    Occur::MustNot => "-",
                };
                format!("{sign}{}", shown(node))
            });
            format!("({})", clauses.collect::<Vec<_>>().join(" "))
        }
        Node::Text {
            field,
            text,
            quoted: true,
        } => format!("{}\"{text}\"", named(field)),
        Node::Text {
            field,
            text,
            quoted: false,
        } => format!("{}<{text}>", named(field)),
        Node::Pattern { field, pattern } => format!("{}/{pattern}/", named(field)),
        Node::Range { field, low, high } => format!("{}{low:?}..{high:?}", named(field)),
        Node::Exists(field) => format!("exists({field})"),
        Node::All => "*:*".to_owned(),
    }
}

#[track_caller]
fn check(query: &str, and: bool, expected: &str) {
    let found = match parse(query, rules(and)) {
        Ok(Some(node)) => shown(&node),
        Ok(None) => "nothing".to_owned(),
        Err(problem) => problem.to_string(),
    };
    assert_eq!(found, expected, "{query}");
}

#[test]
fn conjunctions_make_the_clauses_beside_them_required_or_optional() {
    check("a AND b OR c", false, "(+<a> +<b> <c>)");
    check("a OR b AND c", false, "(<a> +<b> +<c>)");
    check("x:a x:b", false, "(x:<a> x:<b>)");
    check("x:a x:b", true, "(+x:<a> +x:<b>)");
    check("x:a OR x:b x:c", true, "(x:<a> x:<b> +x:<c>)");
    check("a && !b || +c", false, "(+<a> -<b> +<c>)");
    check("NOT a", false, "(-<a>)");
    check("a AND (b OR -c)", false, "(+<a> +(<b> -<c>))");
}

#[test]
fn words_are_one_text_unless_something_stands_between_them() {
    check("new york city", true, "<new york city>");
    check("x:new york", true, "(+x:<new> +<york>)");
    check("x:(new york)", true, "x:<new york>");
    check("a b AND c", false, "(<a> +<b> +<c>)");
    check("a b x:c", false, "(<a b> x:<c>)");
}

#[test]
fn fields_phrases_wildcards_and_ranges_are_read() {
    check(
        r#"json.feature_flag_states:"my_flag:1""#,
        true,
        r#"json.feature_flag_states:"my_flag:1""#,
    );
    check(
        r"class:Integrations\:\:ExecuteWorker",
        true,
        "class:<Integrations::ExecuteWorker>",
    );
    check("class:Integ*r", true, "class:/Integ*r/");
    check(
        "n:[1 TO 5}",
        true,
        r#"n:Some(Bound { text: "1", included: true })..Some(Bound { text: "5", included: false })"#,
    );
    check(
        "n:{* TO \"a b\"]",
        true,
        r#"n:None..Some(Bound { text: "a b", included: true })"#,
    );
    check(
        "n:>=500",
        true,
        r#"n:Some(Bound { text: "500", included: true })..None"#,
    );
    check("n:*", true, "exists(n)");
    check("_exists_:n", true, "exists(n)");
    check("*:*", true, "*:*");
    check("*", true, "*:*");
    check("a^2 b", false, "(<a> <b>)");
    check("2026-11-20", true, "<2026-11-20>");
    check("  ", true, "nothing");
}

#[test]
fn what_is_no_query_is_refused() {
    check("a AND", false, "Encountered \"<EOF>\" at line 1, column 5.");
    check(
        "OR a",
        false,
        "Encountered \" <OR> \"OR \"\" at line 1, column 0.",
    );
    check(
        "a:b:c",
        false,
        "Encountered \" \":\" \": \"\" at line 1, column 3.",
    );
    check("(a", false, "Encountered \"<EOF>\" at line 1, column 2.");
    check(
        "a)",
        false,
        "Encountered \" \")\" \") \"\" at line 1, column 1.",
    );
    check(
        "()",
        false,
        "Encountered \" \")\" \") \"\" at line 1, column 1.",
    );
    check(
        "\"a",
        false,
        "Lexical error at line 1, column 2. Encountered: <EOF>",
    );
    check(
        "[1 TO",
        false,
        "Lexical error at line 1, column 5. Encountered: <EOF>",
    );
    check(
        "*a",
        false,
        "'*' or '?' not allowed as first character in WildcardQuery",
    );
    check("/a.*/", false, "this sandbox knows no regular expressions");
    check("a~", false, "this sandbox knows no fuzzy words");
    check(
        "\"a b\"~2",
        false,
        "this sandbox knows no words near each other",
    );
    check(
        &"(".repeat(100),
        false,
        "the query nests deeper than 30 levels",
    );
    check(&"x:a ".repeat(2000), false, "too many boolean clauses");
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in r#"(?s)([a-z:()\[\]{}"\\*?~^/&|!+<>= é-]|AND|OR|NOT|TO){0,60}"#) {
        for and in [false, true] {
            drop(parse(&text, rules(and)));
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(text in ".{0,200}") {
        drop(parse(&text, Rules { and: true, leading_wildcards: true }));
    }

    #[test]
    fn a_word_that_is_escaped_is_found_as_it_is(word in "[a-zA-Z:()\\[\\]*?!^~/\" -]{1,20}") {
        let escaped: String = word.chars().flat_map(|c| ['\\', c]).collect();
        let node = parse(&format!("f:{escaped}"), rules(true)).unwrap();
        let expected = Node::Text { field: Some("f".to_owned()), text: word, quoted: false };
        prop_assert_eq!(node, Some(expected));
    }
}
