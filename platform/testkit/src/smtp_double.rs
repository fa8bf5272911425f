//! A mail server that takes letters and keeps them: SMTP as RFC 5321 and RFC 4954 have it, strict about the order of commands.

#![expect(
    clippy::expect_used,
    reason = "a double that cannot do its work fails the test"
)]

use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A letter that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenLetter {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`.
    pub to: Vec<String>,
    /// Its head and body as they came.
    pub data: String,
}

impl TakenLetter {
    /// Its words whatever they were encoded as: parts in Base64 and quoted-printable are read.
    pub fn words(&self) -> String {
        let mut out = String::new();
        for part in self.data.split("\r\n\r\n") {
            let whole: String = part
                .split("\r\n--")
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            match BASE64_STANDARD.decode(&whole) {
                Ok(bytes) if !whole.is_empty() => out.push_str(&String::from_utf8_lossy(&bytes)),
                _ => out.push_str(&quoted_printable(part)),
            }
            out.push('\n');
        }
        out
    }
    /// A line of its head, with encoded words (RFC 2047) read.
    pub fn head(&self, name: &str) -> String {
        let head = self
            .data
            .split("\r\n\r\n")
            .next()
            .unwrap_or_default()
            .replace("\r\n ", " ");
        let start = format!("{}: ", name.to_lowercase());
        let line = head
            .split("\r\n")
            .find(|l| l.to_lowercase().starts_with(&start));
        let line = line
            .map(|l| l[start.len()..].to_owned())
            .unwrap_or_default();
        let mut out = String::new();
        let mut rest = line.as_str();
        while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
            // Between two encoded words white space is nothing.
            out.push_str(if out.is_empty() {
                before
            } else {
                before.trim_start()
            });
            let (coded, more) = after.split_once("?=").unwrap_or((after, ""));
            out.push_str(&String::from_utf8_lossy(
                &BASE64_STANDARD.decode(coded).unwrap_or_default(),
            ));
            rest = more;
        }
        out + rest
    }
}

fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let hex = (*first == b'=').then(|| more.get(..2)).flatten();
        let hex = hex.and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            None => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[derive(Default)]
struct Kept {
    letters: Vec<TakenLetter>,
    /// What is answered to the next `DATA` instead of taking it.
    refusals: Vec<String>,
}

/// The mail server.
#[derive(Clone)]
pub struct SmtpDouble {
    /// Where it listens.
    pub address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

impl SmtpDouble {
    /// Starts on a free port; with a login and password it takes letters only from who signs in.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start(sign_in: Option<(&'static str, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let double = Self {
            address,
            kept: Arc::default(),
        };
        let mine = double.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let mine = mine.clone();
                tokio::spawn(async move { mine.serve(line, sign_in).await });
            }
        });
        double
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// What was taken so far.
    pub fn letters(&self) -> Vec<TakenLetter> {
        self.lock().letters.clone()
    }
    /// Answers this to the next letter instead of taking it: `451 4.3.0 Come later`.
    pub fn refuse_next(&self, answer: &str) {
        self.lock().refusals.push(answer.to_owned());
    }

    async fn serve(
        &self,
        line: TcpStream,
        sign_in: Option<(&'static str, &'static str)>,
    ) -> std::io::Result<()> {
        let (from, mut to) = line.into_split();
        let mut lines = BufReader::new(from).lines();
        let mut known = sign_in.is_none();
        let (mut sender, mut readers) = (None::<String>, Vec::new());
        to.write_all(b"220 double ESMTP\r\n").await?;
        while let Some(said) = lines.next_line().await? {
            let word = said
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_uppercase();
            let path = said
                .split_once('<')
                .and_then(|(_, p)| p.split_once('>'))
                .map(|(p, _)| p.to_owned());
            let answer = match (word.as_str(), path) {
                ("EHLO", _) if sign_in.is_some() => {
                    "250-double\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned()
                }
                ("EHLO", _) => "250-double\r\n250 8BITMIME".to_owned(),
                ("AUTH", _) => {
                    let coded = said.split_whitespace().nth(2).unwrap_or_default();
                    let plain = BASE64_STANDARD.decode(coded).unwrap_or_default();
                    known = sign_in.is_some_and(|(login, password)| {
                        plain == format!("\0{login}\0{password}").into_bytes()
                    });
                    if known {
                        "235 2.7.0 Welcome"
                    } else {
                        "535 5.7.8 Wrong login or password"
                    }
                    .to_owned()
                }
                ("MAIL" | "RCPT" | "DATA", _) if !known => "530 5.7.0 Sign in first".to_owned(),
                ("MAIL", Some(path)) => {
                    sender = Some(path);
                    readers.clear();
                    "250 2.1.0 Ok".to_owned()
                }
                ("RCPT", Some(path)) if sender.is_some() => {
                    readers.push(path);
                    "250 2.1.5 Ok".to_owned()
                }
                ("DATA", _) if !readers.is_empty() => {
                    to.write_all(b"354 Go on\r\n").await?;
                    let mut data = String::new();
                    while let Some(line) = lines.next_line().await? {
                        if line == "." {
                            break;
                        }
                        // RFC 5321, 4.5.2: a dot that was doubled.
                        data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        data.push_str("\r\n");
                    }
                    let mut kept = self.lock();
                    if let Some(refusal) = kept.refusals.pop() {
                        refusal
                    } else {
                        kept.letters.push(TakenLetter {
                            from: sender.take().unwrap_or_default(),
                            to: std::mem::take(&mut readers),
                            data,
                        });
                        "250 2.0.0 Taken".to_owned()
                    }
                }
                ("NOOP" | "RSET", _) => "250 2.0.0 Ok".to_owned(),
                ("QUIT", _) => {
                    to.write_all(b"221 2.0.0 Bye\r\n").await?;
                    return Ok(());
                }
                _ => "503 5.5.1 Not now".to_owned(),
            };
            to.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
