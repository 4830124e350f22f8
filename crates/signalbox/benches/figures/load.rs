//! A load of webhooks over keep-alive connections, from a process of its own.
//!
//! Raw HTTP/1.1 over tokio, so that the generator costs as little as it can of the two cores it
//! shares with the server. Each request has its own `Idempotency-Key`, as GitLab's have.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a load found.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// Sends `body` over `connections` connections for `seconds`; prints one line for the parent.
pub async fn run(address: &str, path: &str, connections: usize, seconds: u64, body: &str) {
    let until = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..connections)
        .map(|connection| {
            let (address, path, body) = (address.to_owned(), path.to_owned(), body.to_owned());
            tokio::spawn(async move { one(&address, &path, &body, connection, until).await })
        })
        .collect();
    let began = Instant::now();
    let mut all = Histogram::<u64>::new(3).expect("a histogram");
    for task in tasks {
        all.add(task.await.expect("a connection").expect("answers"))
            .expect("the same bounds");
    }
    let took = began.elapsed().as_secs_f64();
    println!(
        "{} {} {}",
        all.len() as f64 / took,
        all.value_at_quantile(0.5) as f64 / 1000.0,
        all.value_at_quantile(0.99) as f64 / 1000.0
    );
}

async fn one(
    address: &str,
    path: &str,
    body: &str,
    connection: usize,
    until: Instant,
) -> std::io::Result<Histogram<u64>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut histogram = Histogram::<u64>::new(3).expect("a histogram");
    let mut answer = vec![0; 4096];
    let mut number = 0_u64;
    while Instant::now() < until {
        number += 1;
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
             X-Gitlab-Event: Merge Request Hook\r\nX-Gitlab-Token: bench-token\r\n\
             Idempotency-Key: {connection:04}-{number:010}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let sent = Instant::now();
        stream.write_all(request.as_bytes()).await?;
        read_answer(&mut stream, &mut answer).await?;
        let micros = u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX);
        histogram.record(micros.max(1)).expect("within bounds");
    }
    Ok(histogram)
}

/// Reads one answer whole; its status must be 200.
async fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) -> std::io::Result<()> {
    let mut have = 0;
    loop {
        let read = stream.read(&mut buffer[have..]).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        have += read;
        let text = std::str::from_utf8(&buffer[..have]).unwrap_or_default();
        let Some(end) = text.find("\r\n\r\n") else {
            continue;
        };
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        let length: usize = text
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .strip_prefix("content-length: ")?
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        if end + 4 + length <= have {
            return Ok(());
        }
    }
}
