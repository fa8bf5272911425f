//! The connector against the double of a data centre.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

mod contract;
mod history;
mod outgoing;
mod proxy;
mod receiving;
mod sign_in;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod mtproto_double;
    pub mod proxy_double;
}

use channel::{Account, Channel, Env, Part, PeerRef, Scratch, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};
use testkit::mtproto_double::{MtprotoDouble, Person, SELF_ID};

/// A client.
const ANNA: i64 = 501;
const API_HASH: &str = "0123456789abcdef0123456789abcdef";

fn env(clock: &Clock, reachable: bool) -> Env {
    let options = HttpOptions {
        reachable: if reachable {
            vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]
        } else {
            Vec::new()
        },
        ..HttpOptions::default()
    };
    Env {
        http: Http::new(&options).unwrap(),
        clock: Clock::clone(clock),
        public_url: None,
        webhook_secret: "s".to_owned(),
        memory: Scratch::memory(),
    }
}

fn clock() -> Clock {
    Clock::hand(Moment::from_seconds(1_900_000_000))
}

/// The settings of an account that is signed in at an address.
fn settings(address: SocketAddr, key: &[u8]) -> Settings {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let session = format!(
        r#"{{"dc":2,"address":"{address}","key":"{digits}","owner":{{"id":{SELF_ID},"name":"Лавка"}}}}"#
    );
    Settings::from_iter([
        ("api_id", "12345"),
        ("api_hash", API_HASH),
        ("chats", "all"),
        ("session", session.as_str()),
    ])
}

/// A data centre with Anna, and an account that is signed in there.
async fn pair() -> (MtprotoDouble, Arc<dyn Account>) {
    let double = MtprotoDouble::start().await.unwrap();
    double.authorize();
    double.has(Person::new(ANNA, "Анна", "79161112233"));
    let account = open(&double, &env(&clock(), true));
    (double, account)
}

fn open(double: &MtprotoDouble, env: &Env) -> Arc<dyn Account> {
    kind()
        .open(&settings(double.address(), double.key()), env)
        .unwrap()
}

fn kind() -> Arc<dyn Channel> {
    telegram_account::channel()
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_string(),
    }
}

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}
