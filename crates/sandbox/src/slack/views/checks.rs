//! What Slack's client checks before it sends a form: that inputs are filled in, and in the
//! right way.

use std::collections::BTreeMap;

use serde_json::Value;

use super::entries::{self, value_of};
use super::places::{self, Place};
use crate::slack::workspace::View;

/// What keeps a form from being sent, by `block_id`.
#[must_use]
pub fn problems(view: &View) -> BTreeMap<String, String> {
    let mut problems = BTreeMap::new();
    for place in places::all(view.blocks())
        .into_iter()
        .filter(|place| place.is_input())
    {
        if let Some(problem) = problem(place, &entries::current(place, &view.entered)) {
            problems.insert(place.block_id().to_owned(), problem);
        }
    }
    problems
}

fn problem(place: Place<'_>, entry: &Value) -> Option<String> {
    if entries::is_empty(entry) {
        let is_optional = place.block["optional"] == Value::Bool(true);
        return (!is_optional).then(|| "Please complete this required field.".to_owned());
    }
    let text = value_of(entry).as_str()?;
    match place.kind() {
        "plain_text_input" => length(place.element, text),
        "email_text_input" if !is_email(text) => {
            Some("Please enter a valid email address.".to_owned())
        }
        "url_text_input" if !is_url(text) => Some("Please enter a valid URL.".to_owned()),
        "number_input" => number(place.element, text),
        _ => None,
    }
}

fn length(element: &Value, text: &str) -> Option<String> {
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    let limit = |name: &str| element[name].as_u64();
    if let Some(least) = limit("min_length").filter(|least| length < *least) {
        return Some(format!("Please use at least {least} characters."));
    }
    let most = limit("max_length").unwrap_or(3000);
    (most < length).then(|| format!("Please use at most {most} characters."))
}

fn number(element: &Value, text: &str) -> Option<String> {
    let number: Option<f64> = text.parse().ok().filter(|number: &f64| number.is_finite());
    let Some(number) = number else {
        return Some("Please enter a number.".to_owned());
    };
    let takes_fractions = element["is_decimal_allowed"] == Value::Bool(true);
    if !takes_fractions && number.fract() != 0.0 {
        return Some("Please enter a whole number.".to_owned());
    }
    let limit = |name: &str| element[name].as_str().and_then(|limit| limit.parse().ok());
    let (least, most): (Option<f64>, Option<f64>) = (limit("min_value"), limit("max_value"));
    if let Some(least) = least.filter(|least| number < *least) {
        return Some(format!("Please enter a number of at least {least}."));
    }
    let most = most.filter(|most| *most < number)?;
    Some(format!("Please enter a number of at most {most}."))
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let whole = !text.contains(char::is_whitespace) && !host.contains('@');
        whole
            && !name.is_empty()
            && host.contains('.')
            && !host.starts_with('.')
            && !host.ends_with('.')
    })
}

fn is_url(text: &str) -> bool {
    let parsed = url::Url::parse(text);
    parsed.is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem_of(element: &Value, value: &Value) -> Option<String> {
        let block = json!({ "type": "input", "block_id": "b", "element": element });
        let entry = json!({ "type": element_type(&block), "value": value });
        let place = Place {
            block: &block,
            element: &block["element"],
        };
        problem(place, &entry)
    }

    fn element_type(block: &Value) -> Value {
        block["element"]["type"].clone()
    }

    #[test]
    fn a_form_is_held_back_until_it_is_filled_in_rightly() {
        let text = json!({ "type": "plain_text_input", "min_length": 2, "max_length": 3 });
        let number = json!({ "type": "number_input", "is_decimal_allowed": false,
            "min_value": "1", "max_value": "9" });
        let (email, url) = (
            json!({ "type": "email_text_input" }),
            json!({ "type": "url_text_input" }),
        );
        for (element, value, expected) in [
            (
                &text,
                json!(null),
                Some("Please complete this required field."),
            ),
            (&text, json!("a"), Some("Please use at least 2 characters.")),
            (
                &text,
                json!("abcd"),
                Some("Please use at most 3 characters."),
            ),
            (&text, json!("äöü"), None),
            (&number, json!("many"), Some("Please enter a number.")),
            (&number, json!("1.5"), Some("Please enter a whole number.")),
            (
                &number,
                json!("0"),
                Some("Please enter a number of at least 1."),
            ),
            (
                &number,
                json!("10"),
                Some("Please enter a number of at most 9."),
            ),
            (&number, json!("9"), None),
            (
                &email,
                json!("ana"),
                Some("Please enter a valid email address."),
            ),
            (&email, json!("ana@example.com"), None),
            (
                &url,
                json!("javascript:alert(1)"),
                Some("Please enter a valid URL."),
            ),
            (&url, json!("https://gitlab.example/x"), None),
        ] {
            let found = problem_of(element, &value);
            assert_eq!(found.as_deref(), expected, "{element} {value}");
        }
    }

    #[test]
    fn what_is_optional_may_stay_empty() {
        let block = json!({ "type": "input", "optional": true,
            "element": { "type": "plain_text_input" } });
        let place = Place {
            block: &block,
            element: &block["element"],
        };
        let empty = json!({ "type": "plain_text_input", "value": null });
        assert_eq!(problem(place, &empty), None);
    }
}
