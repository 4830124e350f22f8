//! The whole program, from outside: processes, HTTP, kills.

mod architecture;
mod browser;
mod cli;
mod consolidation;
mod corpus;
mod crash;
mod demo;
mod durability;
mod errors;
mod guarded;
mod lanes;
mod messages;
mod process;
mod rollout_issue;
mod security;
mod slack_app;
mod threads;
mod webhooks;
mod world;
