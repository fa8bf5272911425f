//! The connector against payloads in the published form and against the double.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

mod contract;
mod files;
mod incoming;
mod outgoing;
mod receiving;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod form;
    mod kept;
    pub mod max_double;
}

use bytes::Bytes;
use channel::{Account, Env, FileKind, Part, PartFile, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::max_double::MaxDouble;

/// The secret of the webhook in all tests.
const SECRET: &str = "test-secret_0123456789";
/// The token with which the cards among the payloads are signed.
const TOKEN: &str = "TEST-token_of_a_bot.in.max";
/// A client who has pressed "Start" before.
const ANNA: i64 = 1001;
/// A group the bot is in.
const GROUP: i64 = -70_055_501;

fn account_at(base_url: &str, token: &str, receive: &str) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
        public_url: Some("https://chat.example".to_owned()),
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    };
    let settings = Settings::from_iter([
        ("token", token),
        ("base_url", base_url),
        ("receive", receive),
    ]);
    max::channel().open(&settings, &env).unwrap()
}

fn account(double: &MaxDouble, receive: &str) -> Arc<dyn Account> {
    account_at(&double.base_url(), double.token(), receive)
}

/// A double whose bot Anna has started, and the account of that bot.
async fn pair() -> (MaxDouble, Arc<dyn Account>) {
    let double = MaxDouble::start().await.unwrap();
    double.meet(ANNA);
    let account = account(&double, "poll");
    (double, account)
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_string(),
    }
}

fn group() -> PeerRef {
    PeerRef {
        ext_id: format!("c{GROUP}"),
    }
}

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}

fn file(name: &str, mime: &str, kind: FileKind) -> PartFile {
    PartFile::from_bytes(name, mime, kind, Bytes::from(format!("bytes of {name}")))
}
