//! An event in, messages out: settings, who speaks, filters, routing, wording.
//!
//! Pure: the same event, settings and flags always give the same messages. Whether a message
//! reaches its channel is the delivery's business.

pub mod digest;
mod integration;
pub mod markdown;
pub mod render;
pub mod route;
pub mod settings;
pub mod speaker;

pub use integration::Integration;
pub use render::{Rendering, render};
pub use route::{Routed, Speaker, route};
pub use settings::Settings;
pub use speaker::{Place, Speakers, Speaking};
