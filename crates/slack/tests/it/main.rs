//! The client against servers: one that answers what it is told to (what no Slack would say
//! included), and the sandbox, which refuses what Slack refuses.

mod answers;
mod any_request;
mod any_view;
mod commands;
mod corpus;
mod deliveries;
mod events;
mod gallery;
mod hooks;
mod in_slack;
mod installing;
mod interactions;
mod manifests;
mod messages;
mod people_and_channels;
mod requests;
mod signed_by_slack_sdk;
mod socket;
mod stub;
mod unfurls;
mod views;
mod world;

use std::time::Duration;

use domain::{ChannelName, DeliveryId, Message, mrkdwn};
use secrecy::SecretString;
use slack::{Client, PostError, PostMessage, Posted, Rendered, Timeouts};

/// A client for `base_url` with a token that no error may show.
fn client(base_url: &str, token: &str) -> Client {
    client_with(base_url, token, Timeouts::default())
}

fn client_with(base_url: &str, token: &str, timeouts: Timeouts) -> Client {
    Client::new(
        http(base_url, timeouts),
        base_url,
        &SecretString::from(token),
    )
    .unwrap()
}

fn http(base_url: &str, timeouts: Timeouts) -> reqwest::Client {
    // A second installation in the same process fails, and the first one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    slack::http_client(base_url, timeouts).unwrap()
}

/// Gives up soon, for servers that never answer.
const IMPATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(5),
    total: Duration::from_millis(250),
};

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn delivery(n: u128) -> DeliveryId {
    DeliveryId::mint(1_700_000_000_000, n)
}

fn pushed() -> Rendered {
    let message = Message::new(
        mrkdwn::escape("Ana pushed 2 commits to main"),
        domain::say!(
            "{} pushed 2 commits to {}",
            mrkdwn::bold("Ana"),
            mrkdwn::code("main")
        ),
    );
    slack::block_kit::render(&message.body(mrkdwn::escape("1. Tidy <up>\n2. Test")))
}

async fn post(client: &Client, to: &str) -> Result<Posted, PostError> {
    let (channel, message, delivery) = (channel(to), pushed(), delivery(1));
    let post = PostMessage {
        channel: &channel,
        message: &message,
        thread: None,
        delivery: &delivery,
    };
    client.post_message(post).await
}
