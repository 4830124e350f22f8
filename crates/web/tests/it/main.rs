//! The routes, from outside: what is answered to whom.

mod api;
mod browser_safety;
mod clients;
mod features;
mod flags_api;
mod hooks;
mod install;
mod integrations_api;
mod landing;
mod letters;
mod ofrep;
mod openapi;
mod pages;
mod pages_flags;
mod pages_projects;
mod pages_rollouts;
mod people;
mod people_links;
mod people_places;
mod people_tokens;
mod rights;
mod rollouts_api;
mod slack_commands;
mod storage;
mod workspaces;
mod world;
