//! Rollouts carried out against a GitLab of the sandbox, in memory, step by step.

mod elsewhere;
mod preconditions;
mod sources;
mod story;
mod world;
