//! The edge to Slack: its Web API, Block Kit, and the signatures of its requests.
//!
//! The client is our own, thin over `reqwest`: slack-morphism prints whole response bodies in
//! its errors, does not hand out the response headers that carry scopes and pauses, and its
//! rate control sleeps inside a call, where a lane must put the message back instead.
//!
//! Only this crate knows Slack's JSON. When to send, how often to try again and what to do
//! about a refusal is the caller's; the errors here say what can be decided ([`Retry`]) and
//! what a person can do about it (`remedy`).

pub mod block_kit;
mod chat;
mod client;
mod conversations;
mod delivery;
mod error;
pub mod mrkdwn;
mod paging;
mod scopes;
pub mod signature;
mod ts;
mod users;
mod wire;

pub use block_kit::Rendered;
pub use chat::{DELIVERY_METADATA, PostEphemeral, PostMessage, Posted, UpdateMessage};
pub use client::{Client, InvalidClient, Timeouts, http_client};
pub use conversations::{
    Channel, ChannelMessage, ListedChannels, MessageMetadata, Span, Visibility,
};
pub use delivery::FindDelivery;
pub use error::{
    CallError, ConversationError, ErrorCode, LookupError, PostError, Refusal, Retry, Unreadable,
    UpdateError,
};
pub use paging::{Cursor, Page};
pub use scopes::Scopes;
pub use ts::{InvalidTs, Ts};
pub use users::{Identity, Profile, User};
