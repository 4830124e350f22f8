//! The edge to what watches a system: Prometheus, Sentry, Elasticsearch and endpoints of one's
//! own are asked for readings, PagerDuty and Opsgenie for who is on call and what is broken;
//! Grafana and Elasticsearch are told what was changed, Sentry what went wrong here.
//!
//! Only this crate knows their JSON. What a reading means, when to ask, and how often to try
//! again is the caller's; the errors say what can be decided ([`Retry`]) and, in one line, which
//! server it was and what a person can do. A server that is down, slow, refuses or talks nonsense
//! is always an error, never a reading.

pub mod elasticsearch;
mod endpoint;
mod error;
mod flag;
pub mod grafana;
mod http;
pub mod http_json;
mod measured;
pub mod on_call;
pub mod opsgenie;
pub mod pagerduty;
pub mod prometheus;
pub mod sentry;
mod window;

pub use endpoint::{Credentials, InvalidEndpoint};
pub use error::{AskError, CallError, Host, Reason, Retry, Unreadable};
pub use flag::{FlagState, InvalidFlagName};
pub use http::{Timeouts, http_client};
pub use measured::{Measured, Nonsense, Point};
pub use window::Window;
