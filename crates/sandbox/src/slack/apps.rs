//! The apps that are registered with this Slack: their secrets, and what each says it does.
//!
//! Which workspace an app is installed in is the workspace's business.

pub mod manifest;
mod registered;

use std::collections::BTreeMap;

pub use registered::{
    CONFIGURATION_TOKEN, Credentials, DEMO_APP, RegisteredApp, Settings, Shortcut, ShortcutKind,
};

/// The registered apps by id (`A…`).
pub type Apps = BTreeMap<String, RegisteredApp>;
