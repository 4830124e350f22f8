//! The edge to what watches a system: Prometheus, which is asked for readings, and Grafana and
//! Elasticsearch, which are told what was changed.
//!
//! Only this crate knows their JSON. What a reading means, when to ask, and how often to try
//! again is the caller's; the errors say what can be decided ([`Retry`]) and, in one line, which
//! server it was and what a person can do.

pub mod elasticsearch;
mod endpoint;
mod error;
pub mod grafana;
mod http;
pub mod prometheus;

pub use endpoint::{Credentials, InvalidEndpoint};
pub use error::{CallError, Host, Reason, Retry, Unreadable};
pub use http::{Timeouts, http_client};
