//! What people will see of every kind of event, and what nobody can make them see.

mod baseline;
mod corpus;
mod event_table;
mod facts;
mod fixtures;
mod hostile;
mod limits;
mod manual;
mod screen;

#[path = "../representative/mod.rs"]
mod representative;
