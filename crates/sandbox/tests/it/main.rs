//! The sandboxes as their users see them: over HTTP, from outside.

mod gitlab_api;
mod gitlab_clients;
mod gitlab_corpus;
mod gitlab_deploys;
mod gitlab_endpoints;
mod gitlab_monitoring;
mod gitlab_rest;
mod gitlab_sign_in;
mod gitlab_story;
mod gitlab_webhooks;
mod gitlab_world;
mod slack_app;
mod slack_clients;
mod slack_commands;
mod slack_conversations;
mod slack_corpus;
mod slack_interactions;
mod slack_messages;
mod slack_methods;
mod slack_requests;
mod slack_scripting;
mod slack_unfurls;
mod slack_view_world;
mod slack_views;
mod slack_webhooks;
mod slack_world;
