//! A server that answers every request with the same bytes, whatever they are.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Stub {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

/// What a [`Stub`] does after it has read a request.
#[derive(Clone)]
pub enum Answer {
    Bytes(Vec<u8>),
    /// Closes the connection.
    Nothing,
    /// Keeps the connection open and says no word.
    Silence,
}

impl Stub {
    pub async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            let mut silent = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let Some(request) = read_request(&mut connection).await else {
                    continue;
                };
                seen.lock().unwrap().push(request);
                match &answer {
                    Answer::Bytes(bytes) => drop(connection.write_all(bytes).await),
                    Answer::Nothing => (),
                    Answer::Silence => silent.push(connection),
                }
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    /// Answers with a status line such as `200 OK`, further header lines and a body.
    pub async fn answering(status: &str, headers: &[&str], body: &str) -> Self {
        let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
        for header in headers {
            head += &format!("{header}\r\n");
        }
        Self::start(Answer::Bytes(
            format!("{head}connection: close\r\n\r\n{body}").into_bytes(),
        ))
        .await
    }

    /// Answers 200 with this JSON.
    pub async fn saying(json: &str) -> Self {
        Self::answering(
            "200 OK",
            &["content-type: application/json; charset=utf-8"],
            json,
        )
        .await
    }

    /// The only request that came, head and body.
    pub fn request(&self) -> String {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }

    /// The latest request that came, without its head.
    pub fn latest_body(&self) -> String {
        let requests = self.requests.lock().unwrap();
        let (_, body) = requests.last().unwrap().split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads up to the end of the body that `content-length` announces.
pub async fn read_request(connection: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = connection
            .read(&mut buffer)
            .await
            .ok()
            .filter(|&count| 0 < count)?;
        read.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&read);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        if announced <= body.len() {
            return Some(text.into_owned());
        }
    }
}
