//! Installations against a Slack that hands out tokens, refuses and forgets as it is told.

mod installing;
mod nodes;
mod removing;
mod renewing;
mod slack_double;
mod world;
