//! The connector against payloads of the published schema and against the double.

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
    pub mod vk_double;
}

use channel::{Account, Env, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::vk_double::VkDouble;

/// The secret of the webhook in all tests.
const SECRET: &str = "test-secret_0123456789";
/// A key that has the shape of one.
const TOKEN: &str = "vk1.a.TEST-key_of_a_community";
/// A client who has written before.
const ANNA: i64 = 1001;

fn account_with(settings: &[(&str, &str)], public_url: Option<&str>) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_800_000_000)),
        public_url: public_url.map(str::to_owned),
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    };
    let settings: Settings = settings.iter().copied().collect();
    vk::channel().open(&settings, &env).unwrap()
}

fn account_at(base_url: &str, token: &str, receive: &str) -> Arc<dyn Account> {
    let settings = [
        ("token", token),
        ("base_url", base_url),
        ("receive", receive),
    ];
    account_with(&settings, None)
}

fn account(double: &VkDouble, receive: &str) -> Arc<dyn Account> {
    account_at(&double.base_url(), double.token(), receive)
}

/// A double that Anna has written to, and the account of its community.
async fn pair() -> (VkDouble, Arc<dyn Account>) {
    let double = VkDouble::start().await.unwrap();
    double.meet(ANNA);
    let account = account(&double, "poll");
    (double, account)
}

fn anna() -> PeerRef {
    PeerRef {
        ext_id: ANNA.to_string(),
    }
}
