//! ChatOps: what people type to change flags and to ask about them, from Slack and from a shell.
//!
//! A line of text becomes an [`Invocation`](grammar::Invocation), the one list of commands
//! ([`COMMANDS`]) says who runs it, and an [`Answer`] goes back. Before a change opens a flag to
//! somebody the checks are asked; what follows a change ([`aftermath`]) is stored with it and
//! carried out later ([`effects`]), and what is put off is run when it is due ([`schedule`]).
//!
//! Left to others: how an answer reaches Slack, whose request it was, and when due work is
//! looked for.

pub mod aftermath;
mod answer;
mod auto_deploy;
mod caller;
mod chatops;
mod checks;
mod code;
mod command;
mod context;
pub mod effects;
mod feature;
mod findings;
pub mod grammar;
mod help;
mod list;
mod people;
mod plain;
mod progress;
mod reference;
mod release;
mod rollout;
pub mod rules;
pub mod schedule;
mod when;
pub mod wording;

pub use answer::{Answer, Refused, Visibility};
pub use caller::{Caller, SlackCaller};
pub use chatops::{ChatOps, Parts, Seen};
pub use checks::locks::{InvalidLock, Lock};
pub use command::{Argument, Command, Count, Kind};
pub use domain::Role;
pub use findings::Finding;
pub use list::COMMANDS;
pub use people::{People, Person};
pub use progress::Progress;
pub use reference::reference;
pub use rollout::{Foresight, Steered};
