//! The smallest HTTP/1.1 client that does the work: its own cost must not drown what is measured (ADR 0012).

use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection, one request in flight.
pub(crate) struct Wire {
    stream: TcpStream,
    host: String,
    heard: Vec<u8>,
}

impl Wire {
    /// Connects to `http://HOST:PORT`.
    pub(crate) async fn to(base: &str) -> Self {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            host,
            heard: Vec::with_capacity(4096),
        }
    }

    /// Sends a request with `headers` (whole lines); answers status and body.
    pub(crate) async fn call(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (u16, Vec<u8>) {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.answer().await
    }

    async fn answer(&mut self) -> (u16, Vec<u8>) {
        loop {
            if let Some(found) = self.whole() {
                return found;
            }
            let got = tokio::time::timeout(
                Duration::from_secs(60),
                self.stream.read_buf(&mut self.heard),
            );
            assert!(got.await.unwrap().unwrap() > 0, "the server hung up");
        }
    }

    fn whole(&mut self) -> Option<(u16, Vec<u8>)> {
        let end = self.heard.windows(4).position(|w| w == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.heard[..end]).to_ascii_lowercase();
        let length: usize = head
            .lines()
            .find_map(|l| l.strip_prefix("content-length: "))
            .unwrap()
            .trim()
            .parse()
            .unwrap();
        if self.heard.len() < end + 4 + length {
            return None;
        }
        let status = head[9..12].parse().unwrap();
        let body = self.heard[end + 4..end + 4 + length].to_vec();
        self.heard.drain(..end + 4 + length);
        Some((status, body))
    }
}
