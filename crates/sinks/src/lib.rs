//! The edge to programs that want to hear what happened: signed webhooks, as the specification
//! "Standard Webhooks" has them.
//!
//! Only this crate knows the signature and the headers. What an event says, who wants to hear of
//! which, and when to try again are the caller's. A sink is an address of the configuration: no
//! event chooses where it goes, and a redirect is not followed.

mod error;
mod key;
mod sink;

pub use error::{Retry, SendError};
pub use key::{InvalidKey, Key};
pub use sink::{InvalidSink, Notice, Sink, Timeouts, http_client};
