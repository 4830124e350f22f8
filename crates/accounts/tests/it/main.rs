//! Accounts against a GitLab that plays its part in OAuth, over a database in memory.

mod api_tokens;
mod gitlab;
mod grants;
mod linking;
mod rights;
mod sign_in;
mod world;
