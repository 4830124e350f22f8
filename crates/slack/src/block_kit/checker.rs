//! Slack's limits once more, written down apart from the code that keeps them: from the
//! reference of Block Kit, over the JSON that is sent.

use serde_json::Value;

/// What Slack would refuse in the arguments of a message; empty when nothing.
pub(super) fn complaints(message: &Value) -> Vec<String> {
    let mut checker = Checker::default();
    let text = message["text"].as_str().unwrap_or("");
    checker.demand(!text.trim().is_empty(), "no text");
    checker.demand(text.len() < 4_000, "text too long to be updated");
    checker.demand(!has_open_bracket(text), "a bracket is open in the text");
    checker.blocks(&message["blocks"]);
    let attachments = message["attachments"].as_array().map_or(0, Vec::len);
    checker.demand(attachments <= 20, "more attachments than Slack shows");
    for attachment in message["attachments"].as_array().into_iter().flatten() {
        checker.demand(attachment["color"].as_str().is_some(), "no colour");
        checker.demand(
            !attachment["blocks"].as_array().unwrap().is_empty(),
            "empty attachment",
        );
        checker.blocks(&attachment["blocks"]);
    }
    checker.demand(checker.block_count <= 50, "too many blocks");
    checker.demand(checker.characters <= 13_200, "too many characters");
    let ids = checker.action_ids.len();
    checker.action_ids.sort();
    checker.action_ids.dedup();
    checker.demand(checker.action_ids.len() == ids, "an action id comes twice");
    checker.complaints
}

#[derive(Default)]
struct Checker {
    complaints: Vec<String>,
    block_count: usize,
    characters: usize,
    action_ids: Vec<String>,
}

impl Checker {
    fn demand(&mut self, holds: bool, complaint: &str) {
        if !holds {
            self.complaints.push(complaint.to_owned());
        }
    }

    fn blocks(&mut self, blocks: &Value) {
        for block in blocks.as_array().unwrap() {
            self.block_count += 1;
            match block["type"].as_str().unwrap() {
                "section" => self.section(block),
                "context" => self.elements(block, 10, |checker, text| checker.text(text, 3_000)),
                "actions" => self.elements(block, 25, Self::button),
                other => self.demand(false, &format!("unknown block {other}")),
            }
        }
    }

    fn section(&mut self, section: &Value) {
        let fields = section["fields"].as_array();
        self.demand(
            section.get("text").is_some() || fields.is_some(),
            "empty section",
        );
        if let Some(text) = section.get("text") {
            self.text(text, 3_000);
        }
        if let Some(fields) = fields {
            self.demand((1..=10).contains(&fields.len()), "number of fields");
            fields.iter().for_each(|field| self.text(field, 2_000));
        }
    }

    fn elements(&mut self, block: &Value, most: usize, check: fn(&mut Self, &Value)) {
        let elements = block["elements"].as_array().unwrap();
        self.demand((1..=most).contains(&elements.len()), "number of elements");
        elements.iter().for_each(|element| check(self, element));
    }

    fn button(&mut self, button: &Value) {
        self.demand(
            button["text"]["type"] == "plain_text",
            "a button's text is plain",
        );
        self.text(&button["text"], 75);
        let url = button["url"].as_str().unwrap();
        self.demand(
            url.starts_with("http") && url.chars().count() <= 3_000,
            "url of a button",
        );
        let action_id = button["action_id"].as_str().unwrap();
        self.demand(
            (1..=255).contains(&action_id.len()),
            "length of an action id",
        );
        self.action_ids.push(action_id.to_owned());
    }

    fn text(&mut self, object: &Value, most: usize) {
        let text = object["text"].as_str().unwrap();
        let length = text.chars().count();
        self.characters += length;
        self.demand(
            (1..=most).contains(&length),
            &format!("a text of {length} over {most}"),
        );
        self.demand(!text.trim().is_empty(), "a blank text");
        if object["type"] == "mrkdwn" {
            self.demand(
                !has_open_bracket(text),
                &format!("a bracket is open: {text}"),
            );
            self.demand(
                object["verbatim"] == true,
                "Slack may find mentions in the text",
            );
        }
    }
}

/// Whether a `<` has no `>` before the next `<`.
fn has_open_bracket(text: &str) -> bool {
    text.split('<').skip(1).any(|after| !after.contains('>'))
}
