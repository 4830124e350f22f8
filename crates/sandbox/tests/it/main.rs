//! The sandboxes as their users see them: over HTTP, from outside.

mod gitlab_api;
mod gitlab_corpus;
mod gitlab_endpoints;
mod gitlab_story;
mod gitlab_webhooks;
mod gitlab_world;
