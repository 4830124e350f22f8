//! What a renewal of OAuth tokens gives, for installations, linked accounts and sessions alike.

use jiff::Timestamp;

use crate::seal::Sealed;

/// Tokens in the place of those that they were renewed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTokens {
    pub access: Sealed,
    pub refresh: Option<Sealed>,
    /// When the first of them ends.
    pub expires_at: Option<Timestamp>,
}
