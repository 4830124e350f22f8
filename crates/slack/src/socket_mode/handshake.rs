//! From an HTTP call to a line.
//!
//! The call is made by the client that makes all others, so that certificates, proxies and time
//! limits are the same.

use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{Response, StatusCode, Upgraded, Url};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::client::Client;
use crate::error::ConnectError;

/// A line, before anything was said on it.
pub(super) type Stream = WebSocketStream<Upgraded>;

/// Opens a line to `url`, which was checked.
pub(super) async fn shake(
    client: &Client,
    url: &Url,
    longest_frame: usize,
) -> Result<Stream, ConnectError> {
    let key = generate_key();
    let request = client
        .http()
        .get(over_http(url))
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key);
    let response = request.send().await.map_err(unreachable)?;
    check(&response, &key)?;
    let upgraded = response.upgrade().await.map_err(unreachable)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(longest_frame))
        .max_frame_size(Some(longest_frame));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

/// `wss://…` as `https://…`.
fn over_http(url: &Url) -> String {
    let text = url.as_str();
    match text.strip_prefix("ws") {
        Some(rest) => format!("http{rest}"),
        None => text.to_owned(),
    }
}

/// Whether who answered speaks this protocol, and heard this very question.
fn check(response: &Response, key: &str) -> Result<(), ConnectError> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(ConnectError::Refused {
            status: response.status().as_u16(),
        });
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    let expected = derive_accept_key(key.as_bytes());
    if accepted.is_some_and(|accepted| accepted.as_bytes() == expected.as_bytes()) {
        Ok(())
    } else {
        Err(ConnectError::NotSlack)
    }
}

/// The address holds a ticket, which no error shows.
fn unreachable(error: reqwest::Error) -> ConnectError {
    ConnectError::Unreachable(Box::new(error.without_url()))
}
