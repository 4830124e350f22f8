//! Socket Mode: Slack's requests over a line that the app opens, for hosts that Slack cannot
//! reach.
//!
//! What comes is what would come over HTTP, and is answered the same way, within the same three
//! seconds. Nothing is signed: the line is the trust, so it is opened to the configured Slack
//! only. When Slack is about to close a line, a new one is opened before the old one goes. Coming
//! back after a line was lost, and when, is the caller's.

mod address;
mod connection;
mod envelope;
mod frame;
mod handshake;
mod watch;

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use envelope::{Acknowledged, Envelope, EnvelopeKind, Retried};

use crate::client::Client;
use crate::error::{ConnectError, Ended};
use connection::{Connection, News};

/// How long to wait for Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until the line is open and Slack has said hello.
    pub hello: Duration,
    /// Slack calls at least every 30 seconds; after this long without a word it is asked.
    pub silence: Duration,
    /// Until it answers that.
    pub answer: Duration,
    /// How long a line that was replaced may go on.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(15),
            silence: Duration::from_secs(30),
            answer: Duration::from_secs(10),
            farewell: Duration::from_secs(30),
        }
    }
}

/// How many envelopes may wait to be taken. Slack sends again what was not acknowledged.
const WAITING: usize = 256;

/// The line to Slack.
pub struct Socket {
    opener: Opener,
    news: mpsc::Receiver<News>,
    /// The line that is read; older ones are ending.
    current: Connection,
    /// Slack says goodbye more than once, and one new line is enough.
    is_replacing: bool,
    tasks: JoinSet<()>,
}

/// What it takes to open a line.
#[derive(Clone)]
struct Opener {
    client: Client,
    patience: Patience,
    news: mpsc::Sender<News>,
}

/// Opens a line. `client` has the app's own token (`xapp-…`) with the scope
/// `connections:write`.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(client: &Client, patience: Patience) -> Result<Socket, ConnectError> {
    let (sender, news) = mpsc::channel(WAITING);
    let opener = Opener {
        client: client.clone(),
        patience,
        news: sender,
    };
    let mut tasks = JoinSet::new();
    let (current, reading) = connection::open(&opener, 0).await?;
    tasks.spawn(reading);
    Ok(Socket {
        opener,
        news,
        current,
        is_replacing: false,
        tasks,
    })
}

/// Asks Slack whether a line could be opened, and opens none.
///
/// # Errors
/// See [`ConnectError`].
pub async fn probe(client: &Client) -> Result<(), ConnectError> {
    connection::address_of(client).await.map(drop)
}

impl Socket {
    /// The next request of Slack's. Nothing is lost when this is dropped and called again.
    ///
    /// # Errors
    /// When the line has ended; see [`Ended`].
    pub async fn next(&mut self) -> Result<Envelope, Ended> {
        loop {
            // This socket has a sender itself, so there is always news to come.
            let Some(news) = self.news.recv().await else {
                return Err(Ended::Closed);
            };
            match news {
                News::Envelope(envelope) => return Ok(envelope),
                News::Leaving { number } => self.replace(number),
                News::Opened(connection, reading) => {
                    let old = std::mem::replace(&mut self.current, connection);
                    old.retire();
                    self.is_replacing = false;
                    self.tasks.spawn(reading);
                }
                News::NotOpened(error) => {
                    // The old line goes on until Slack closes it; its end is told then.
                    tracing::warn!(%error, "a new Socket Mode line cannot be opened");
                    self.is_replacing = false;
                }
                News::Ended { number, why } if number == self.current.number => return Err(why),
                News::Ended { .. } => (),
            }
            while self.tasks.try_join_next().is_some() {}
        }
    }

    /// Which of the app's lines this is, and of how many, when it was opened.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.current.connections
    }

    /// Ends the line, after what was acknowledged has gone out.
    pub async fn close(mut self) {
        self.current.close();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.opener.patience.answer, all)
            .await
            .is_err()
        {
            tracing::debug!("Slack did not close a Socket Mode line in time");
        }
    }

    /// Opens the line that comes after line `number`, while that one goes on.
    fn replace(&mut self, number: u64) {
        if self.is_replacing || number != self.current.number {
            return;
        }
        self.is_replacing = true;
        let opener = self.opener.clone();
        self.tasks.spawn(async move {
            let news = match connection::open(&opener, number + 1).await {
                Ok((connection, reading)) => News::Opened(connection, reading),
                Err(error) => News::NotOpened(error),
            };
            // Nobody listens any more when the socket is gone.
            let _ = opener.news.send(news).await;
        });
    }
}
