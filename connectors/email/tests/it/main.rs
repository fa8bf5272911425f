//! The connector against the double of a mail provider.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

mod contract;
mod history;
mod incoming;
mod outgoing;
mod receiving;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod mail_double;
}

use channel::{Account, Env, Part, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::{Arc, OnceLock};
use testkit::mail_double::{self, MailDouble};

/// A client.
const ANNA: &str = "anna@example.org";

/// Settings beside those that every account has.
type More<'a> = &'a [(&'a str, &'a str)];

fn open(smtp: u16, imap: u16, more: More<'_>) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_800_000_000)),
        public_url: None,
        webhook_secret: "s".to_owned(),
        memory: channel::Scratch::memory(),
    };
    let (smtp, imap) = (smtp.to_string(), imap.to_string());
    let given = [
        ("provider", "own"),
        ("address", mail_double::ADDRESS),
        ("password", mail_double::PASSWORD),
        ("from_name", "Лавка «Лампы»"),
        ("smtp_host", "127.0.0.1"),
        ("smtp_port", &smtp),
        ("smtp_security", "none"),
        ("imap_host", "127.0.0.1"),
        ("imap_port", &imap),
        ("imap_security", "none"),
    ];
    let settings: Settings = given.iter().chain(more).copied().collect();
    email::channel().open(&settings, &env).unwrap()
}

/// A provider and an account at it.
async fn pair(more: More<'_>) -> (MailDouble, Arc<dyn Account>) {
    let double = MailDouble::start().await.unwrap();
    let account = open(double.smtp_port(), double.imap_port(), more);
    (double, account)
}

/// An account that is never connected.
fn alone() -> Arc<dyn Account> {
    static ALONE: OnceLock<Arc<dyn Account>> = OnceLock::new();
    Arc::clone(ALONE.get_or_init(|| open(9, 9, &[])))
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_owned(),
    }
}

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}

/// A port at which nobody listens.
async fn free_port() -> u16 {
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    free.local_addr().unwrap().port()
}

/// A letter with these headers and words.
fn letter(headers: &[&str], words: &str) -> String {
    let head = headers.join("\r\n");
    format!("{head}\r\n\r\n{}", words.replace('\n', "\r\n"))
}

/// An event as it is stored when this letter is read.
fn event(raw: impl AsRef<[u8]>) -> channel::RawEvent {
    stored("INBOX", false, raw)
}

fn stored(folder: &str, sent: bool, raw: impl AsRef<[u8]>) -> channel::RawEvent {
    let size = raw.as_ref().len();
    let head = format!(
        "{{\"folder\":\"{folder}\",\"sent\":{sent},\"validity\":7,\"uid\":1,\"size\":{size},\"at\":1900000000}}\n"
    );
    let mut body = head.into_bytes();
    body.extend_from_slice(raw.as_ref());
    channel::RawEvent {
        dedup_key: "k".to_owned(),
        lane: ANNA.to_owned(),
        body: body.into(),
    }
}
