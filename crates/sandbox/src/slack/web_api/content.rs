//! What a message holds: text, blocks, attachments, metadata, checked as Slack checks them and
//! then filled in as Slack fills them in.

mod filled;

use clock::Chance;
use serde_json::{Map, Value, json};

use crate::slack::args::{Args, NotJson};
use crate::slack::blocks::{self, Problem, Surface};
use crate::slack::pings;
use crate::slack::refusal::Refusal;
use crate::slack::workspace::Message;

pub use filled::{attachments as filled_attachments, blocks as filled_blocks};

/// What `text` is cut to when a message is posted.
pub const TEXT_KEPT: usize = 40_000;
/// The most characters of `markdown_text`.
const MARKDOWN_LIMIT: usize = 12_000;
/// The most attachments on a message.
const ATTACHMENTS_LIMIT: usize = 100;
/// The most bytes of metadata. Slack publishes no figure.
const METADATA_LIMIT: usize = 16_384;
/// The longest `event_type` of metadata.
const EVENT_TYPE_LIMIT: usize = 255;

/// The parts of a message that a call gave, each checked.
pub struct Given {
    pub text: Option<String>,
    blocks: Option<Value>,
    attachments: Option<Value>,
    mrkdwn: bool,
    /// `link_names` or `parse=full`: a plain `@channel` pings too.
    links_names: bool,
}

/// A message's content, complete.
pub struct Content {
    text: String,
    blocks: Option<Value>,
    attachments: Option<Value>,
    mrkdwn: bool,
    pings: Vec<String>,
}

/// Reads and checks the content arguments of a call; `total_characters` is the most that blocks
/// may show.
///
/// # Errors
/// As listed for the `chat.*` methods.
pub fn read(args: &Args, total_characters: Option<usize>) -> Result<Given, Refusal> {
    let mut given = Given {
        text: args.text("text"),
        blocks: array(args.json("blocks"), "invalid_blocks_format")?,
        attachments: array(args.json("attachments"), "invalid_attachments")?,
        mrkdwn: args.flag("mrkdwn", true),
        links_names: args.flag("link_names", false)
            || args.text("parse").is_some_and(|parse| parse == "full"),
    };
    if let Some(markdown) = args.text("markdown_text") {
        if given.text.is_some() || given.blocks.is_some() {
            return Err(Refusal::of("markdown_text_conflict"));
        }
        if MARKDOWN_LIMIT < markdown.chars().count() {
            return Err(Refusal::of("msg_too_long"));
        }
        given.blocks = Some(json!([{ "type": "markdown", "text": markdown }]));
        given.text = Some(markdown);
    }
    check(&given, total_characters)?;
    Ok(given)
}

fn array(
    value: Result<Option<Value>, NotJson>,
    error: &'static str,
) -> Result<Option<Value>, Refusal> {
    match value {
        Ok(None) => Ok(None),
        Ok(Some(Value::Array(items))) => Ok(Some(Value::Array(items))),
        Ok(Some(_)) | Err(NotJson) => Err(Refusal::of(error)),
    }
}

fn check(given: &Given, total_characters: Option<usize>) -> Result<(), Refusal> {
    let none = json!([]);
    let blocks = given.blocks.as_ref().unwrap_or(&none);
    let attachments = given.attachments.as_ref().unwrap_or(&none);
    let problems = blocks::validate_blocks(blocks, Surface::Message);
    refuse("invalid_blocks", "/blocks", &problems)?;
    if attachments
        .as_array()
        .is_some_and(|all| ATTACHMENTS_LIMIT < all.len())
    {
        return Err(Refusal::of("too_many_attachments"));
    }
    let problems = blocks::validate_attachments(attachments);
    refuse("invalid_attachments", "/attachments", &problems)?;
    let shown = blocks::characters(blocks) + blocks::characters_of_attachments(attachments);
    if total_characters.is_some_and(|limit| limit < shown) {
        return Err(Refusal::of("msg_blocks_too_long"));
    }
    Ok(())
}

fn refuse(error: &'static str, root: &str, problems: &[Problem]) -> Result<(), Refusal> {
    if problems.is_empty() {
        return Ok(());
    }
    let messages = problems.iter().map(|problem| {
        format!(
            "[ERROR] {} [json-pointer:{root}{}]",
            problem.message, problem.pointer
        )
    });
    Err(Refusal {
        messages: messages.collect(),
        ..Refusal::of(error)
    })
}

/// The message's `metadata`: `None` when it is not given, `{}` when it is to be cleared.
///
/// # Errors
/// `invalid_metadata_format`, `invalid_metadata_schema`, `metadata_too_large`.
pub fn metadata(args: &Args) -> Result<Option<Value>, Refusal> {
    let metadata = args
        .json("metadata")
        .map_err(|NotJson| "invalid_metadata_format")?;
    let Some(metadata) = metadata else {
        return Ok(None);
    };
    let fields = metadata.as_object().ok_or("invalid_metadata_format")?;
    if METADATA_LIMIT < metadata.to_string().len() {
        return Err(Refusal::of("metadata_too_large"));
    }
    if !fields.is_empty() && !fields.contains_key("entities") {
        check_event(fields)?;
    }
    Ok(Some(metadata))
}

fn check_event(metadata: &Map<String, Value>) -> Result<(), Refusal> {
    let event_type = metadata.get("event_type").and_then(Value::as_str);
    let length = event_type.map_or(0, |event_type| event_type.chars().count());
    let has_payload = metadata.get("event_payload").is_some_and(Value::is_object);
    let no_more = metadata
        .keys()
        .all(|key| matches!(key.as_str(), "event_type" | "event_payload"));
    if (1..=EVENT_TYPE_LIMIT).contains(&length) && has_payload && no_more {
        return Ok(());
    }
    Err(Refusal::of("invalid_metadata_schema"))
}

impl Given {
    /// Cuts the text at the length that Slack keeps of a posted message.
    pub fn cut(&mut self) {
        if let Some(text) = &mut self.text
            && let Some((end, _)) = text.char_indices().nth(TEXT_KEPT)
        {
            text.truncate(end);
        }
    }

    /// Whether the call gave nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.is_none() && self.blocks.is_none() && self.attachments.is_none()
    }

    /// What a message becomes by this: what is not given stays. An empty array takes away.
    pub fn over(self, message: &Message) -> Self {
        Self {
            text: self.text.or_else(|| Some(message.text.clone())),
            blocks: self.blocks.or_else(|| message.blocks.clone()),
            attachments: self.attachments.or_else(|| message.attachments.clone()),
            ..self
        }
    }

    /// Fills in what Slack fills in.
    ///
    /// # Errors
    /// `no_text` when there is nothing to show.
    pub fn complete(self, chance: &Chance) -> Result<Content, Refusal> {
        let shows = |array: &Value| array.as_array().is_some_and(|items| !items.is_empty());
        let blocks = self
            .blocks
            .filter(shows)
            .map(|blocks| filled::blocks(blocks, chance));
        let attachments = self
            .attachments
            .filter(shows)
            .map(|all| filled::attachments(all, chance));
        let text = self.text.unwrap_or_default();
        if text.trim().is_empty() && blocks.is_none() && attachments.is_none() {
            return Err(Refusal::of("no_text"));
        }
        let mut pings = pings::of_text(&text);
        if self.links_names {
            pings.extend(pings::of_names(&text));
        }
        pings.extend(blocks.iter().flat_map(pings::of_blocks));
        pings.extend(attachments.iter().flat_map(pings::of_attachments));
        pings.sort();
        pings.dedup();
        Ok(Content {
            text,
            blocks,
            attachments,
            mrkdwn: self.mrkdwn,
            pings,
        })
    }
}

impl Content {
    /// What a message holds now.
    pub fn of(message: &Message) -> Self {
        Self {
            text: message.text.clone(),
            blocks: message.blocks.clone(),
            attachments: message.attachments.clone(),
            mrkdwn: message.mrkdwn,
            pings: message.pings.clone(),
        }
    }

    /// Puts it into a message.
    pub fn put_into(self, message: &mut Message) {
        message.text = self.text;
        message.blocks = self.blocks;
        message.attachments = self.attachments;
        message.mrkdwn = self.mrkdwn;
        message.pings = self.pings;
    }
}
