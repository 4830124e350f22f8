//! An event in, messages out: settings, filters, routing, wording.
//!
//! Pure: the same event and settings always give the same messages. Whether a message reaches
//! its channel is the delivery's business.

pub mod digest;
pub mod markdown;
pub mod render;
pub mod route;
pub mod settings;

pub use render::{Rendering, render};
pub use route::{Routed, route};
pub use settings::Settings;
