//! What becomes of GitLab's webhooks, and of its REST API.

mod code;
mod corpus;
mod delivery;
mod dispatch;
mod fixtures;
mod hostile;
mod old_payloads;
mod planning;
mod properties;
mod rest;
mod task_lists;
