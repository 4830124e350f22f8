//! The edge to Slack: its Web API, Block Kit, the requests that it sends and their signatures,
//! and the addresses that take messages without a token.
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
pub mod command;
mod conversations;
mod delivery;
mod error;
pub mod event;
mod hook_url;
mod incoming_webhook;
pub mod interaction;
pub mod manifest;
pub mod mrkdwn;
pub mod oauth;
mod paging;
mod payload;
mod response_url;
mod scopes;
pub mod signature;
pub mod socket_mode;
mod ts;
mod unfurl;
mod user_id;
mod users;
pub mod view;
mod wire;

pub use block_kit::Rendered;
pub use chat::{
    Audience, DELIVERY_METADATA, InThread, PostCard, PostEphemeral, PostMessage, Posted,
    UpdateMessage,
};
pub use client::{Client, InvalidClient, Timeouts, http_client};
pub use command::{InvalidCommand, SlashCommand};
pub use conversations::{
    Channel, ChannelMessage, ListedChannels, MessageMetadata, Span, Visibility,
};
pub use delivery::FindDelivery;
pub use error::{
    CallError, ConnectError, ConversationError, Ended, ErrorCode, LookupError, OauthError,
    PostError, Refusal, ResponseError, Retry, UnfurlError, Unreadable, UpdateError, ViewError,
};
pub use hook_url::{HookHost, InvalidHookUrl};
pub use incoming_webhook::{IncomingWebhook, WebhookPost};
pub use interaction::{Interaction, InvalidPayload};
pub use paging::{Cursor, Page};
pub use response_url::{Response, ResponseType, ResponseUrl};
pub use scopes::Scopes;
pub use ts::{InvalidTs, Ts};
pub use unfurl::{Preview, SignInPrompt, Unfurl, UnfurlTarget};
pub use user_id::UserId;
pub use users::{Identity, Profile, User, Workspace};
pub use view::{Suggestions, View, ViewAnswer, ViewId, ViewRef};
