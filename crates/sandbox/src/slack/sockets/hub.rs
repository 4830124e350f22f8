//! Every open connection, and who waits for which acknowledgement.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::CONNECTIONS;

/// How many tickets are kept; the oldest leave first.
const TICKETS_KEPT: usize = 1000;

/// Why Slack ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It will soon.
    Warning,
    /// It wants a new one in its place.
    Refresh,
    /// Socket Mode was switched off.
    Disabled,
    /// There are ten already.
    TooMany,
}

impl Reason {
    /// Slack's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Refresh => "refresh_requested",
            Self::Disabled => "link_disabled",
            Self::TooMany => "too_many_websockets",
        }
    }

    /// What this word of a script means.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Warning, Self::Refresh, Self::Disabled, Self::TooMany];
        all.into_iter().find(|reason| reason.word() == word)
    }

    /// Whether Slack hangs up at once, and does not wait for the app.
    #[must_use]
    pub fn hangs_up(self) -> bool {
        match self {
            Self::Warning | Self::Refresh => false,
            Self::Disabled | Self::TooMany => true,
        }
    }
}

/// What a connection is told to do.
#[derive(Debug)]
pub enum Frame {
    Text(String),
    Disconnect(Reason),
}

struct Connection {
    id: u64,
    app: String,
    frames: mpsc::UnboundedSender<Frame>,
    /// Was asked to make place for another.
    is_leaving: bool,
}

/// The connections of all apps.
#[derive(Default)]
pub struct Sockets {
    tickets: VecDeque<(String, String)>,
    /// The one whose turn it is first.
    connections: VecDeque<Connection>,
    waiting: HashMap<String, (u64, oneshot::Sender<Option<Value>>)>,
    counted: u64,
}

/// A connection that was let in.
pub struct Admitted {
    pub id: u64,
    pub frames: mpsc::UnboundedReceiver<Frame>,
    /// How many the app has now.
    pub count: usize,
}

impl Sockets {
    /// Lets an app connect once.
    pub fn add_ticket(&mut self, ticket: String, app: String) {
        self.tickets.push_back((ticket, app));
        while TICKETS_KEPT < self.tickets.len() {
            self.tickets.pop_front();
        }
    }

    /// The app that a ticket is for; it is used up.
    pub fn take_ticket(&mut self, ticket: &str) -> Option<String> {
        let at = self.tickets.iter().position(|(known, _)| known == ticket)?;
        self.tickets.remove(at).map(|(_, app)| app)
    }

    /// Takes a connection up, unless the app has as many as it may.
    pub fn admit(&mut self, app: &str) -> Result<Admitted, Reason> {
        if CONNECTIONS <= self.count(app) {
            return Err(Reason::TooMany);
        }
        self.counted += 1;
        let (sender, frames) = mpsc::unbounded_channel();
        self.connections.push_back(Connection {
            id: self.counted,
            app: app.to_owned(),
            frames: sender,
            is_leaving: false,
        });
        Ok(Admitted {
            id: self.counted,
            frames,
            count: self.count(app),
        })
    }

    /// How many connections an app has.
    #[must_use]
    pub fn count(&self, app: &str) -> usize {
        let mut connections = self.connections.iter();
        connections
            .by_ref()
            .filter(|known| known.app == app)
            .count()
    }

    /// Sends an envelope by the app's next connection; none when it has none.
    pub fn send(
        &mut self,
        app: &str,
        envelope_id: &str,
        envelope: String,
    ) -> Option<oneshot::Receiver<Option<Value>>> {
        let place = |is_leaving: bool| {
            let fits = |known: &Connection| known.app == app && known.is_leaving == is_leaving;
            self.connections.iter().position(fits)
        };
        let at = place(false).or_else(|| place(true))?;
        let connection = self.connections.remove(at)?;
        let id = connection.id;
        let sent = connection.frames.send(Frame::Text(envelope));
        self.connections.push_back(connection);
        sent.ok()?;
        let (sender, receiver) = oneshot::channel();
        self.waiting.insert(envelope_id.to_owned(), (id, sender));
        Some(receiver)
    }

    /// An acknowledgement came in.
    pub fn acknowledge(&mut self, envelope_id: &str, payload: Option<Value>) {
        if let Some((_, waiting)) = self.waiting.remove(envelope_id) {
            // Who waited may have given up.
            let _ = waiting.send(payload);
        }
    }

    /// Nobody waits for this acknowledgement any more.
    pub fn forget(&mut self, envelope_id: &str) {
        self.waiting.remove(envelope_id);
    }

    /// Tells every connection of an app to end; answers how many there are.
    pub fn disconnect(&mut self, app: &str, reason: Reason) -> usize {
        let mut told = 0;
        for connection in self.connections.iter_mut().filter(|known| known.app == app) {
            connection.is_leaving |= reason != Reason::Warning;
            // One that is closing already needs no telling.
            let _ = connection.frames.send(Frame::Disconnect(reason));
            told += 1;
        }
        told
    }

    /// A connection is closed: what it did not acknowledge it never will.
    pub fn remove(&mut self, id: u64) {
        self.connections.retain(|known| known.id != id);
        self.waiting.retain(|_, (connection, _)| *connection != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(admitted: &mut Admitted) -> Vec<String> {
        let mut texts = Vec::new();
        while let Ok(frame) = admitted.frames.try_recv() {
            match frame {
                Frame::Text(text) => texts.push(text),
                Frame::Disconnect(reason) => texts.push(reason.word().to_owned()),
            }
        }
        texts
    }

    #[test]
    fn each_envelope_goes_to_one_connection_in_turn() {
        let mut sockets = Sockets::default();
        let mut one = sockets.admit("A1").ok().unwrap();
        let mut two = sockets.admit("A1").ok().unwrap();
        let mut other = sockets.admit("A2").ok().unwrap();
        for id in ["a", "b", "c"] {
            assert!(sockets.send("A1", id, id.to_owned()).is_some());
        }
        assert_eq!(
            (texts(&mut one), texts(&mut two)),
            (vec!["a".to_owned(), "c".to_owned()], vec!["b".to_owned()])
        );
        assert_eq!(texts(&mut other), [""; 0]);
        assert!(sockets.send("A3", "d", String::new()).is_none());
    }

    #[test]
    fn a_connection_that_is_to_be_refreshed_gets_nothing_while_there_is_another() {
        let mut sockets = Sockets::default();
        let mut old = sockets.admit("A1").ok().unwrap();
        assert_eq!(sockets.disconnect("A1", Reason::Refresh), 1);
        sockets.send("A1", "a", "a".to_owned()).unwrap();
        let mut new = sockets.admit("A1").ok().unwrap();
        sockets.send("A1", "b", "b".to_owned()).unwrap();
        assert_eq!(texts(&mut old), ["refresh_requested", "a"]);
        assert_eq!(texts(&mut new), ["b"]);
    }

    #[test]
    fn an_app_has_ten_connections_and_a_ticket_is_good_once() {
        let mut sockets = Sockets::default();
        let admitted: Vec<Admitted> = (0..10).filter_map(|_| sockets.admit("A1").ok()).collect();
        assert_eq!(admitted.last().map(|last| last.count), Some(10));
        assert_eq!(sockets.admit("A1").err(), Some(Reason::TooMany));
        sockets.remove(admitted[0].id);
        assert!(sockets.admit("A1").is_ok());
        sockets.add_ticket("t".to_owned(), "A1".to_owned());
        assert_eq!(sockets.take_ticket("t").as_deref(), Some("A1"));
        assert_eq!(sockets.take_ticket("t"), None);
    }
}
