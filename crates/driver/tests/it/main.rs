//! Rollouts carried out against a GitLab of the sandbox, in memory, step by step.

mod story;
mod world;
