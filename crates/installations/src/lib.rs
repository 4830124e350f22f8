//! Which workspaces have the app.
