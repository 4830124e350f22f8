//! What strangers, thieves and curious colleagues get: a refusal, a line in the log, and nothing
//! that they did not know.

mod browsers;
mod clicks;
mod forged;
mod logs;
mod places;
mod secrets;
mod wire;
