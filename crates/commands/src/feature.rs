//! `feature …`: flags, asked and changed.

pub(crate) mod cancel;
pub(crate) mod card;
pub(crate) mod delete;
pub(crate) mod dry_run;
pub(crate) mod explain;
pub(crate) mod get;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod result;
pub(crate) mod set;
pub(crate) mod wanted;
