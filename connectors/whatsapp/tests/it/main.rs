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
mod templates;

// Compiled in rather than depended upon, so that this connector needs none of the rest of testkit.
#[path = "../../../../platform/testkit/src"]
pub mod testkit {
    pub mod form;
    mod kept;
    pub mod whatsapp_double;
}

use channel::{Account, Env, Part, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::whatsapp_double::{APP_SECRET, BUSINESS, Client, NUMBER, WhatsAppDouble};

/// The word of the greeting in all tests.
const SECRET: &str = "test-secret_0123456789";
const TOKEN: &str = "TEST-token.of-a-system-user";
/// Shows her number.
const ANNA: Client = Client {
    id: "RU.13491208655302741918",
    phone: Some("79161234567"),
    name: "Анна Петрова",
};
/// Hides his number.
const BORIS: Client = Client {
    id: "RU.98765432109876543210",
    phone: None,
    name: "Борис",
};

fn account_at(base_url: &str, token: &str) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
        public_url: Some("https://chat.example".to_owned()),
        webhook_secret: SECRET.to_owned(),
        memory: channel::Scratch::memory(),
    };
    let settings = Settings::from_iter([
        ("phone_number_id", NUMBER),
        ("token", token),
        ("app_secret", APP_SECRET),
        ("business_account_id", BUSINESS),
        ("base_url", base_url),
    ]);
    whatsapp::channel().open(&settings, &env).unwrap()
}

/// A double whom Anna and Boris have written to, and the account of its number.
async fn pair() -> (WhatsAppDouble, Arc<dyn Account>) {
    let double = WhatsAppDouble::start().await.unwrap();
    double.meet(ANNA);
    double.meet(BORIS);
    let account = account_at(&double.base_url(), double.token());
    (double, account)
}

fn to(client: Client) -> PeerRef {
    PeerRef {
        ext_id: client.id.to_owned(),
    }
}

fn text(words: &str) -> Part {
    Part {
        text: words.to_owned(),
        ..Part::default()
    }
}
