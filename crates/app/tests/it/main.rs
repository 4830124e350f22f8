//! What people type and click in Slack, with a GitLab and a Slack that say what they are told to.

mod deploy;
mod events;
mod form;
mod forms;
mod help;
mod home;
mod issues;
mod merge_requests;
mod outside;
mod parts;
mod pipelines;
mod projects;
mod reference;
mod run;
mod said;
mod subscriptions;
mod world;
