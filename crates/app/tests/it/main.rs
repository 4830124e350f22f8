//! What people type and click in Slack, with a GitLab and a Slack that say what they are told to.

mod deploy;
mod help;
mod issues;
mod outside;
mod parts;
mod projects;
mod run;
mod said;
mod world;
