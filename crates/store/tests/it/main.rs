//! What the store promises, on both engines.
//!
//! Every case runs on SQLite, and on PostgreSQL when `SIGNALBOX_TEST_POSTGRES` is the URL of a
//! server where databases may be created.

mod accept;
mod announcements;
mod api_tokens;
mod connections;
mod dead_letters;
mod effects;
mod expire;
mod faults;
mod flags;
mod flags_model;
mod fold;
mod installations;
mod integrations;
mod killed;
mod lanes;
mod log;
mod model;
mod nodes;
mod open;
mod outcomes;
mod people;
mod reroute;
mod rollouts;
mod route;
mod schedules;
mod seen;
mod takeover;
mod threads;
mod world;
