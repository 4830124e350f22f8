//! Whom a message would notify: `<!channel>`, `<@U…>`, `<!subteam^…>` wherever Slack reads them.
//!
//! Slack's answers do not say this; the sandbox's own endpoints do, so that a test can claim
//! that nothing pinged.

use serde_json::Value;

/// The pings in a text with Slack's markup: `channel`, `here`, `everyone`, or an id.
#[must_use]
pub fn of_text(text: &str) -> Vec<String> {
    let mut pings = Vec::new();
    for (_, after) in text.match_indices('<').map(|(at, _)| text.split_at(at + 1)) {
        let Some((inside, _)) = after.split_once('>') else {
            break;
        };
        if inside.contains('<') {
            continue;
        }
        let target = inside.split('|').next().unwrap_or_default();
        pings.extend(of_target(target));
    }
    pings
}

fn of_target(target: &str) -> Option<String> {
    if let Some(person) = target.strip_prefix('@') {
        return Some(person.to_owned());
    }
    let special = target.strip_prefix('!')?;
    match special {
        "channel" | "here" | "everyone" | "group" => Some(special.to_owned()),
        _ => special.strip_prefix("subteam^").map(str::to_owned),
    }
}

/// The pings that plain `@channel` and the like become with `link_names` or `parse=full`.
#[must_use]
pub fn of_names(text: &str) -> Vec<String> {
    let said = |name: &&&str| text.contains(&format!("@{name}"));
    ["channel", "here", "everyone"]
        .iter()
        .filter(said)
        .map(|&name| name.to_owned())
        .collect()
}

/// The pings in blocks: mrkdwn and markdown texts, and the elements of rich text.
#[must_use]
pub fn of_blocks(blocks: &Value) -> Vec<String> {
    let mut pings = Vec::new();
    collect(blocks, &mut pings);
    pings
}

/// The pings in attachments: their blocks and the texts of the old fields.
#[must_use]
pub fn of_attachments(attachments: &Value) -> Vec<String> {
    let mut pings = Vec::new();
    for attachment in attachments.as_array().into_iter().flatten() {
        pings.extend(attachment.get("blocks").into_iter().flat_map(of_blocks));
        for field in ["text", "pretext", "title", "footer", "author_name"] {
            pings.extend(
                attachment
                    .get(field)
                    .and_then(Value::as_str)
                    .into_iter()
                    .flat_map(of_text),
            );
        }
        let fields = attachment
            .get("fields")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        for text in fields
            .flat_map(|field| [field.get("title"), field.get("value")])
            .flatten()
        {
            pings.extend(text.as_str().into_iter().flat_map(of_text));
        }
    }
    pings
}

fn collect(value: &Value, pings: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, pings)),
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            match fields.get("type").and_then(Value::as_str) {
                Some("mrkdwn" | "markdown") => {
                    pings.extend(text("text").iter().flat_map(|text| of_text(text)));
                }
                Some("broadcast") => pings.extend(text("range")),
                Some("user") => pings.extend(text("user_id")),
                Some("usergroup") => pings.extend(text("usergroup_id")),
                Some(_) | None => (),
            }
            fields.values().for_each(|field| collect(field, pings));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn markup_pings_and_escaped_markup_does_not() {
        for (text, expected) in [
            ("<!channel> look", vec!["channel"]),
            (
                "<!here|here> <@U1|ana> <!subteam^S1|@team>",
                vec!["here", "U1", "S1"],
            ),
            ("<<!everyone>", vec!["everyone"]),
            (
                "&lt;!channel&gt; @channel <#C1|general> <https://x.test|@here>",
                vec![],
            ),
            ("<!date^1^{date}|then> <!channel", vec![]),
        ] {
            assert_eq!(of_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn names_ping_only_where_slack_is_asked_to_link_them() {
        assert_eq!(of_names("@here and @channel"), ["channel", "here"]);
    }

    #[test]
    fn blocks_and_attachments_are_searched_to_the_bottom() {
        let blocks = json!([
            { "type": "section", "fields": [{ "type": "mrkdwn", "text": "<!here>" },
                                            { "type": "plain_text", "text": "<!channel>" }] },
            { "type": "rich_text", "elements": [{ "type": "rich_text_section", "elements": [
                { "type": "broadcast", "range": "everyone" }, { "type": "user", "user_id": "U1" }] }] },
        ]);
        assert_eq!(of_blocks(&blocks), ["here", "everyone", "U1"]);
        let attachments = json!([{ "text": "<@U2>", "fields": [{ "title": "t", "value": "<!channel>" }],
            "blocks": blocks }]);
        assert_eq!(
            of_attachments(&attachments),
            ["here", "everyone", "U1", "U2", "channel"]
        );
    }
}
