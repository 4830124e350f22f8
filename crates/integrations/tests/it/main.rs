//! Integrations from outside: what the configuration says, what people set up, and who speaks.

mod app;
mod change;
mod held;
mod nodes;
mod speaking;
mod world;
