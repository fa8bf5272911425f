//! The connector against the doubles of a centre and of a gateway.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

mod contract;
mod gateway;
mod session;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod sms_double;
    pub mod smsc_double;
}

use channel::{Account, Env, Part, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::{
    sms_double::{self, SmsDouble},
    smsc_double::{self, SmscDouble},
};

/// A client, as we write them and as networks do.
const ANNA: &str = "+79161234567";
const ANNA_DIGITS: &str = "79161234567";
/// The secret of the account's webhook.
const SECRET: &str = "hook-secret";

/// Settings beside those that every account has.
type More<'a> = &'a [(&'a str, &'a str)];

fn env(clock: &Clock) -> Env {
    Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: clock.clone(),
        public_url: Some("https://chat.example".to_owned()),
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    }
}

fn clock() -> Clock {
    Clock::hand(Moment::from_seconds(1_700_000_000))
}

fn open(clock: &Clock, given: &[(&str, &str)]) -> Arc<dyn Account> {
    let settings: Settings = given.iter().copied().collect();
    sms::channel().open(&settings, &env(clock)).unwrap()
}

fn at_port(clock: &Clock, port: u16, more: More<'_>) -> Arc<dyn Account> {
    let port = port.to_string();
    let given = [
        ("transport", "smpp"),
        ("host", "127.0.0.1"),
        ("port", &port),
        ("login", smsc_double::SYSTEM_ID),
        ("password", smsc_double::PASSWORD),
        ("sender", "LavkaLamp"),
        // Quick enough that tests do not wait for the pace.
        ("rate", "1000"),
    ];
    let all: Vec<_> = given.iter().chain(more).copied().collect();
    open(clock, &all)
}

/// A centre and an account at it.
async fn session(more: More<'_>) -> (SmscDouble, Arc<dyn Account>) {
    let double = SmscDouble::start().await.unwrap();
    let account = at_port(&clock(), double.port(), more);
    (double, account)
}

fn at_gateway(base: &str, more: More<'_>) -> Arc<dyn Account> {
    let (url, balance) = (format!("{base}/send"), format!("{base}/balance"));
    let given = [
        ("transport", "http"),
        ("gateway", "json"),
        ("url", &*url),
        ("password", sms_double::PASSWORD),
        ("sender", "LavkaLamp"),
        ("balance_url", &balance),
        ("balance_path", "data.balance"),
    ];
    let all: Vec<_> = given.iter().chain(more).copied().collect();
    open(&clock(), &all)
}

/// A gateway and an account at it.
async fn gateway(more: More<'_>) -> (SmsDouble, Arc<dyn Account>) {
    let double = SmsDouble::start().await.unwrap();
    let account = at_gateway(&double.url(""), more);
    (double, account)
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
