//! Environments from outside: hosted ones over a database in memory, remote ones over a GitLab
//! that keeps flags by Flipper's rules and fails when it is told to.

mod directory;
mod failures;
mod gitlab;
mod hosted;
mod nodes;
mod registry;
mod remote;
mod undo;
mod world;
