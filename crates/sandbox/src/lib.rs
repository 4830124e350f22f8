//! A Slack and a GitLab for laptops and tests.
//!
//! Both are strict doubles: they answer as the real ones answer and refuse what those refuse.
//! They know nothing of the service that they stand in for; tests, the demo and people use them
//! alike, over HTTP.

pub mod gitlab;
pub mod slack;
