//! Issues: looking, opening, finding, moving, closing and commenting.

pub(super) mod show;

mod card;
