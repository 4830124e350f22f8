//! A load of evaluations over keep-alive connections: raw HTTP/1.1, so that it costs little of
//! the cores that it shares with the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::world::SHOP;

/// Sends `body` again and again over so many connections; gives the number of answers.
pub fn run(address: &str, path: &str, body: &str, connections: usize, time: Duration) -> u64 {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {SHOP}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut streams: Vec<TcpStream> = (0..connections)
        .map(|_| {
            let stream = TcpStream::connect(address).expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            stream
        })
        .collect();
    let until = Instant::now() + time;
    let mut buffer = [0; 4096];
    let mut count = 0;
    // Every connection has one request under way while another one's answer is read.
    for stream in &mut streams {
        stream.write_all(request.as_bytes()).expect("sent");
    }
    loop {
        for stream in &mut streams {
            read_answer(stream, &mut buffer);
            count += 1;
            if until <= Instant::now() {
                return count;
            }
            stream.write_all(request.as_bytes()).expect("sent");
        }
    }
}

fn read_answer(stream: &mut TcpStream, buffer: &mut [u8]) {
    let mut have = 0;
    loop {
        let read = stream.read(&mut buffer[have..]).expect("an answer");
        assert!(0 < read, "the server hung up");
        have += read;
        let text = std::str::from_utf8(&buffer[..have]).expect("text");
        let Some((head, rest)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        assert!(head.starts_with("HTTP/1.1 200"), "{text}");
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.parse().ok())?
        });
        if length.is_some_and(|length: usize| length <= rest.len()) {
            return;
        }
    }
}
