//! Blocks up to what their surface takes; of the rest, the number is said.

use serde::Serialize;
use serde_json::Value;

use super::block::Block;
use super::element::unlike;
use super::limits;
use super::text::Text;
use crate::mrkdwn::Unit;

/// What a message, a modal or the Home tab has room for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fitted {
    blocks: Vec<Block>,
    block_ids: Vec<String>,
    room: Room,
    left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Room {
    blocks: usize,
    size: usize,
    unit: SizeUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SizeUnit {
    /// What is said and carried, in UTF-16 code units: how messages are measured.
    Characters,
    /// The JSON in bytes: how views are.
    Bytes,
}

/// "99 more not shown", as a block.
const NOTE_SIZE: usize = 150;

impl Fitted {
    /// Blocks of a message.
    pub(crate) fn message() -> Self {
        Self::with(Room {
            blocks: limits::BLOCKS - 1,
            size: limits::MESSAGE - NOTE_SIZE,
            unit: SizeUnit::Characters,
        })
    }

    /// Blocks of a modal or the Home tab.
    pub(crate) fn view() -> Self {
        Self::with(Room {
            blocks: limits::VIEW_BLOCKS - 1,
            size: limits::VIEW_BYTES - NOTE_SIZE,
            unit: SizeUnit::Bytes,
        })
    }

    fn with(room: Room) -> Self {
        Self {
            blocks: Vec::new(),
            block_ids: Vec::new(),
            room,
            left_out: 0,
        }
    }

    /// Adds `block` unless it is empty. After the first that finds no room, nothing is added.
    pub(crate) fn push(&mut self, mut block: Block) {
        if block.is_empty() {
            return;
        }
        let size = match self.room.unit {
            SizeUnit::Characters => size(&block) + surcharge(&block),
            SizeUnit::Bytes => serde_json::to_vec(&block).map_or(usize::MAX, |json| json.len()),
        };
        if 0 < self.left_out || self.room.blocks == 0 || self.room.size < size {
            self.left_out += 1;
            return;
        }
        self.room.blocks -= 1;
        self.room.size -= size;
        if let Some(id) = block.block_id_mut() {
            *id = unlike(id, &self.block_ids);
            self.block_ids.push(id.clone());
        }
        self.blocks.push(block);
    }

    pub(crate) fn has_input(&self) -> bool {
        let is_input = |block: &Block| matches!(block, Block::Input(_));
        self.blocks.iter().any(is_input)
    }

    /// The blocks, and a note of those that found no room; never none.
    pub(crate) fn shown(&self) -> Vec<Block> {
        let mut blocks = self.blocks.clone();
        if 0 < self.left_out {
            blocks.push(Block::Context {
                elements: vec![Text::mrkdwn(format!("{} more not shown", self.left_out))],
            });
        }
        if blocks.is_empty() {
            blocks.push(Block::paragraph("Nothing to show"));
        }
        blocks
    }
}

/// What Slack has been seen to count for a block beyond its text.
fn surcharge(block: &Block) -> usize {
    match block {
        Block::Header { .. } => 100,
        Block::Section(_)
        | Block::Context { .. }
        | Block::Divider {}
        | Block::Actions(_)
        | Block::Input(_) => 0,
    }
}

/// What `part` of a message takes of its room; everything when it cannot be JSON.
pub(super) fn size(part: &impl Serialize) -> usize {
    serde_json::to_value(part).map_or(usize::MAX, |json| characters(&json))
}

/// All that a block says and carries, in UTF-16 code units.
fn characters(json: &Value) -> usize {
    match json {
        Value::String(text) => Unit::Utf16.length(text),
        Value::Array(items) => items.iter().map(characters).sum(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| name.as_str() != "type")
            .map(|(_, value)| characters(value))
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}
