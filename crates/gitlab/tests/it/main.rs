//! What becomes of GitLab's webhooks.

mod corpus;
