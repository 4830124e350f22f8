//! The words every other crate speaks: ids, what happened in GitLab ([`Event`]), and what
//! people will see in Slack ([`Message`]).
//!
//! Pure: no HTTP, no SQL, no clock, no randomness. GitLab's JSON is `gitlab`'s business,
//! Slack's JSON is `slack`'s.

pub mod event;
pub mod ids;
pub mod kind;
pub mod message;
pub mod mrkdwn;
pub mod role;

pub use event::Event;
pub use ids::{
    AuditId, ChannelName, DeliveryId, EffectId, EnvironmentName, EventId, HookName, IntegrationId,
    ProjectPath, RolloutId, ScheduleId, TokenId, WorkspaceId,
};
pub use kind::EventKind;
pub use message::Message;
pub use mrkdwn::Mrkdwn;
pub use role::Role;
