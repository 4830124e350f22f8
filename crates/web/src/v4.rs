//! GitLab's REST API, as far as it is about what this service keeps: feature flags and the two
//! Slack integrations.
//!
//! Clients of GitLab work unchanged, so paths, parameters, status codes, shapes and the wording of
//! refusals are GitLab's. Its rules alone hold here: the checks before a change guard ChatOps.

pub(crate) mod features;
pub(crate) mod integrations;
mod operator;
mod parameters;
mod refusal;
mod requester;
