//! From a sealed token to a client.

use secrecy::SecretString;
use slack::Client;
use store::Installation;
use store::seal::Keys;

/// What it takes to make a client of a stored token.
#[derive(Clone, Copy)]
pub(crate) struct Opening<'a> {
    pub(crate) keys: Option<&'a Keys>,
    pub(crate) http: &'a reqwest::Client,
    pub(crate) base_url: &'a str,
}

/// One that cannot be opened is as good as none, and the log says what to do.
pub(super) fn open(stored: &Installation, opening: Opening<'_>) -> Option<Client> {
    let workspace = &stored.workspace;
    let Some(keys) = opening.keys else {
        tracing::error!(%workspace, "a workspace's token cannot be opened: secret_key is not set");
        return None;
    };
    let token = match keys.open(&stored.token, &Installation::token_row(workspace)) {
        Ok(token) => SecretString::from(token),
        Err(error) => {
            tracing::error!(%workspace, %error, "a workspace's token cannot be opened");
            return None;
        }
    };
    match Client::new(opening.http.clone(), opening.base_url, &token) {
        Ok(client) => Some(client),
        Err(error) => {
            tracing::error!(%workspace, %error, "a workspace's token cannot be used");
            None
        }
    }
}
