//! The reference of a plan's keys, as Markdown: made from the parser's own table.

use std::fmt::Write;

use super::keys::{CHECKS, CLEAN_UP, ITEM, Keys, MONITOR, PLAN, STAGE, Shape};

/// A section for each mapping.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    let mut section = |title: &str, keys: &Keys| {
        // Writing to a string cannot fail.
        let _ = write!(
            page,
            "### {title}\n\n| key | value | says |\n| --- | --- | --- |\n"
        );
        for key in keys.keys {
            let needed = if key.needed { " (needed)" } else { "" };
            let _ = writeln!(
                page,
                "| `{}`{needed} | {} | {} |",
                key.name,
                words(key.shape),
                key.about.replace('|', "\\|")
            );
        }
        page.push('\n');
    };
    section("The plan", &PLAN);
    for key in PLAN.keys {
        if let Shape::Mapping(keys) = key.shape {
            section(&format!("`{}`", key.name), keys);
        }
    }
    section("A stage", &STAGE);
    section("`clean_up` of a stage", &CLEAN_UP);
    section("A monitor", &MONITOR);
    section("An item of `require`, `checklist` or `verify`", &ITEM);
    page.push_str(
        "### Words of `require`, `checklist` and `verify`\n\n| word | asks |\n| --- | --- |\n",
    );
    for check in CHECKS {
        let _ = writeln!(page, "| `{}` | {} |", check.0, check.1);
    }
    page
}

fn words(shape: Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::Word(words) => format!("`{}`", words.join("`, `")),
        Shape::True => "`true`".to_owned(),
        Shape::Bool => "`true`, `false`".to_owned(),
        Shape::Count(most) => format!("0 to {most}"),
        Shape::Number => "number".to_owned(),
        Shape::Percentage => "0 to 100".to_owned(),
        Shape::Duration => "duration".to_owned(),
        Shape::Texts(_) => "list of texts".to_owned(),
        Shape::Mapping(_) => "keys, see below".to_owned(),
        Shape::List(_, most) => format!("list, at most {most}"),
        Shape::Items => "list of words and items".to_owned(),
    }
}
