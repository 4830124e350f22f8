//! One line: opened, read, written, watched, until it ends.

use std::future::Future;
use std::pin::Pin;

use futures_util::{SinkExt, StreamExt};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::{sleep_until, timeout};
use tokio_tungstenite::tungstenite::{self, Message};

use super::envelope::Envelope;
use super::frame::{self, Farewell, Frame};
use super::handshake::{self, Stream};
use super::watch::{Due, Watch};
use super::{Opener, Patience, address};
use crate::client::Client;
use crate::error::{ConnectError, Ended};

/// The longest frame that is read, in bytes: a form with everything in it is about 250 KB.
const LONGEST_FRAME: usize = 4 * 1024 * 1024;

/// What happens on the lines of a socket.
pub(super) enum News {
    Envelope(Envelope),
    /// Slack is about to close this line.
    Leaving {
        number: u64,
    },
    Opened(Connection, Reading),
    NotOpened(ConnectError),
    Ended {
        number: u64,
        why: Ended,
    },
}

/// What a line is asked to do.
pub(super) enum Order {
    Say(String),
    /// To go on for a while, then close.
    Retire,
    Close,
}

/// The task that reads and writes a line.
pub(super) type Reading = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A line that is open.
pub(super) struct Connection {
    pub(super) number: u64,
    pub(super) connections: u32,
    orders: mpsc::UnboundedSender<Order>,
}

impl Connection {
    pub(super) fn retire(&self) {
        // It has ended already if nobody takes the order.
        let _ = self.orders.send(Order::Retire);
    }

    pub(super) fn close(&self) {
        let _ = self.orders.send(Order::Close);
    }
}

#[derive(Serialize)]
struct NoArguments {}

#[derive(Deserialize)]
struct OpenAnswer {
    url: String,
}

/// Where Slack wants the next line; the address is good for one.
pub(super) async fn address_of(client: &Client) -> Result<Url, ConnectError> {
    let answer: OpenAnswer = client
        .call_json("apps.connections.open", &NoArguments {})
        .await
        .map_err(ConnectError::Call)?;
    address::check(&answer.url, client.base_url())
}

/// Opens line `number` and waits for Slack's hello.
pub(super) async fn open(
    opener: &Opener,
    number: u64,
) -> Result<(Connection, Reading), ConnectError> {
    let url = address_of(&opener.client).await?;
    let greeted = timeout(opener.patience.hello, greeting(&opener.client, &url)).await;
    let (stream, connections) = greeted.map_err(|_| ConnectError::NoHello)??;
    let (orders, taken) = mpsc::unbounded_channel();
    let line = Line {
        number,
        stream,
        news: opener.news.clone(),
        orders: orders.clone(),
        patience: opener.patience,
    };
    tracing::debug!(line = number, connections, "a Socket Mode line is open");
    let connection = Connection {
        number,
        connections,
        orders,
    };
    Ok((connection, Box::pin(line.run(taken))))
}

async fn greeting(client: &Client, url: &Url) -> Result<(Stream, u32), ConnectError> {
    let mut stream = handshake::shake(client, url, LONGEST_FRAME).await?;
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => match frame::read(&text) {
                Some(Frame::Hello { connections }) => return Ok((stream, connections)),
                Some(Frame::Disconnect(Farewell::LinkDisabled)) => {
                    return Err(ConnectError::LinkDisabled);
                }
                Some(Frame::Disconnect(Farewell::TooMany)) => return Err(ConnectError::TooMany),
                Some(Frame::Disconnect(Farewell::Refresh)) => return Err(ConnectError::NoHello),
                // Nothing is asked before the hello.
                Some(Frame::Request(_) | Frame::Unknown { .. }) | None => (),
            },
            Some(Ok(Message::Close(_))) | None => return Err(ConnectError::NoHello),
            Some(Ok(_)) => (),
            Some(Err(error)) => return Err(ConnectError::Unreachable(Box::new(error))),
        }
    }
}

struct Line {
    number: u64,
    stream: Stream,
    news: mpsc::Sender<News>,
    /// What envelopes are acknowledged with.
    orders: mpsc::UnboundedSender<Order>,
    patience: Patience,
}

/// What to do after something was heard.
enum Next {
    Listen,
    End(Ended),
}

impl Line {
    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let why = self.listen(&mut orders).await;
        // What was acknowledged in the meantime still goes out, if it can.
        orders.close();
        while let Some(order) = orders.recv().await {
            let Order::Say(text) = order else { continue };
            if let Next::End(_) = self.say(Message::text(text)).await {
                break;
            }
        }
        let _ = timeout(self.patience.answer, self.stream.close(None)).await;
        tracing::debug!(line = self.number, why = %why, "a Socket Mode line has ended");
        let ended = News::Ended {
            number: self.number,
            why,
        };
        // Nobody listens any more when the socket is gone.
        let _ = self.news.send(ended).await;
    }

    async fn listen(&mut self, orders: &mut mpsc::UnboundedReceiver<Order>) -> Ended {
        let mut watch = Watch::new(self.patience);
        loop {
            let next = tokio::select! {
                // What was acknowledged goes first: Slack counts the seconds.
                biased;
                order = orders.recv() => match order {
                    Some(Order::Say(text)) => self.say(Message::text(text)).await,
                    Some(Order::Retire) => {
                        watch.retire();
                        Next::Listen
                    }
                    Some(Order::Close) | None => Next::End(Ended::Closed),
                },
                frame = self.stream.next() => {
                    watch.hear();
                    self.hear(frame).await
                }
                () = sleep_until(watch.due_at()) => match watch.is_due() {
                    Due::Question => self.say(Message::Ping(Vec::new().into())).await,
                    Due::End(why) => Next::End(why),
                },
            };
            if let Next::End(why) = next {
                return why;
            }
        }
    }

    async fn say(&mut self, message: Message) -> Next {
        match timeout(self.patience.answer, self.stream.send(message)).await {
            Ok(Ok(())) => Next::Listen,
            Ok(Err(error)) => Next::End(lost(error)),
            Err(_) => Next::End(Ended::Silent),
        }
    }

    async fn hear(&mut self, frame: Option<Result<Message, tungstenite::Error>>) -> Next {
        match frame {
            Some(Ok(Message::Text(text))) => self.understand(&text).await,
            // Reading a ping answers it; the answer leaves with the flush.
            Some(Ok(Message::Ping(_))) => match self.stream.flush().await {
                Ok(()) => Next::Listen,
                Err(error) => Next::End(lost(error)),
            },
            Some(Ok(Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => Next::Listen,
            Some(Ok(Message::Close(_))) | None => Next::End(Ended::Closed),
            Some(Err(error)) => Next::End(lost(error)),
        }
    }

    async fn understand(&mut self, text: &str) -> Next {
        match frame::read(text) {
            Some(Frame::Request(request)) => {
                let envelope = Envelope::new(request, self.orders.clone());
                self.pass_on(envelope);
                Next::Listen
            }
            Some(Frame::Disconnect(Farewell::LinkDisabled)) => Next::End(Ended::LinkDisabled),
            Some(Frame::Disconnect(Farewell::TooMany)) => Next::End(Ended::TooMany),
            Some(Frame::Disconnect(Farewell::Refresh)) => {
                // Later is too late for nobody: the end of the line is told as well.
                let leaving = News::Leaving {
                    number: self.number,
                };
                let _ = self.news.try_send(leaving);
                Next::Listen
            }
            Some(Frame::Unknown { kind, id }) => {
                tracing::warn!(kind, "Slack sent something unknown over Socket Mode");
                match id {
                    Some(id) => {
                        self.say(Message::text(frame::acknowledgement(&id, None)))
                            .await
                    }
                    None => Next::Listen,
                }
            }
            Some(Frame::Hello { .. }) | None => Next::Listen,
        }
    }

    /// Too many that wait are not taken: Slack sends them again.
    fn pass_on(&self, envelope: Envelope) {
        if let Err(mpsc::error::TrySendError::Full(_)) =
            self.news.try_send(News::Envelope(envelope))
        {
            tracing::warn!("too many requests of Slack's wait: one was not taken");
        }
    }
}

fn lost(error: tungstenite::Error) -> Ended {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => Ended::Closed,
        other => Ended::Lost(Box::new(other)),
    }
}
