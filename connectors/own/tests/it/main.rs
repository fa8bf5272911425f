//! The connector against the double: what it must keep as every channel, and what its own protocol says.

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
    pub mod own_double;
}

use channel::{Account, Env, Part, PeerRef, RawRequest, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::own_double::{OwnDouble, signature};

/// The secret where no double has one of its own.
const SECRET: &str = "a-secret-of-these-tests";
/// The house's time.
const NOW: i64 = 1_700_000_000;
/// A client who has written before.
const ANNA: &str = "anna";
/// All that a program may be said to do.
const ALL: &str = r#"{"edit":{"own":true},"delete":{"own":true},"react":{"out":true},"typing":{"out":true},
    "marks_read":true,"first_contact":"free","addresses":["phone","username"],"number_check":true}"#;

fn account_with(url: &str, secret: &str, more: &[(&str, &str)]) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(NOW)),
        public_url: None,
        webhook_secret: "unused".to_owned(),
        memory: channel::Scratch::memory(),
    };
    let given = [("url", url), ("secret", secret), ("abilities", ALL)];
    let settings: Settings = given.iter().chain(more).copied().collect();
    own::channel().open(&settings, &env).unwrap()
}

/// An account that nobody answers, for what comes in.
fn alone() -> Arc<dyn Account> {
    account_with("http://127.0.0.1:9/chat", SECRET, &[("receive", "webhook")])
}

/// A double that knows Anna, and its account.
async fn pair() -> (OwnDouble, Arc<dyn Account>) {
    let double = OwnDouble::start().await.unwrap();
    double.meet(ANNA);
    let account = account_with(&double.url(), double.secret(), &[]);
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

/// A delivery of a body as the program posts it, proved at a time.
fn request_at(time: &str, body: &str) -> RawRequest {
    let header = |name: &str, value: String| (name.to_owned(), value);
    RawRequest {
        method: "POST".to_owned(),
        headers: vec![
            header(
                "x-beseda-signature",
                signature(SECRET, time, body.as_bytes()),
            ),
            header("x-beseda-timestamp", time.to_owned()),
        ],
        body: body.as_bytes().to_vec().into(),
        ..RawRequest::default()
    }
}

fn request(events: &[Value]) -> RawRequest {
    request_at(&NOW.to_string(), &json!({"events": events}).to_string())
}
