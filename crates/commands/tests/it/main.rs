//! Commands from the outside: a line goes in, an answer comes out.

mod after;
mod bad_input;
mod deployments;
mod gitlab;
mod later;
mod reference;
mod release_check;
mod rollout_issue;
mod rollouts;
mod safety;
mod world;
