//! The connector against payloads of the published API and against the double.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that cannot do its work fails the test"
)]

mod contract;
mod incoming;
mod outgoing;
mod receiving;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod form;
    mod kept;
    pub mod telegram_double;
}

use channel::{Account, Env, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::telegram_double::TelegramDouble;

/// The secret of the webhook in all tests.
const SECRET: &str = "test-secret_0123456789";
/// A client who has written before.
const ANNA: i64 = 1001;

fn account_at(base_url: &str, token: &str, receive: &str) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
        public_url: None,
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    };
    let settings = Settings::from_iter([
        ("token", token),
        ("base_url", base_url),
        ("receive", receive),
    ]);
    telegram::channel().open(&settings, &env).unwrap()
}

fn account(double: &TelegramDouble, receive: &str) -> Arc<dyn Account> {
    account_at(&double.base_url(), double.token(), receive)
}

/// A double that Anna has written to, and the account of its bot.
async fn pair() -> (TelegramDouble, Arc<dyn Account>) {
    let double = TelegramDouble::start().await.unwrap();
    double.meet(ANNA);
    let account = account(&double, "poll");
    (double, account)
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_string(),
    }
}
