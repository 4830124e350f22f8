//! What becomes of GitLab's webhooks.

mod code;
mod corpus;
mod delivery;
mod dispatch;
mod fixtures;
mod hostile;
mod old_payloads;
mod planning;
mod properties;
