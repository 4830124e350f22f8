//! What people will see of every kind of event, and what nobody can make them see.

mod corpus;
mod facts;
mod fixtures;
mod hostile;
mod limits;
mod manual;
mod screen;

#[path = "../representative/mod.rs"]
mod representative;
