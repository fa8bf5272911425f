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
    mod kept;
    pub mod viber_double;
}

use bytes::Bytes;
use channel::{Account, Env, FileKind, Part, PartFile, PeerRef, Settings};
use http_client::{Http, HttpOptions};
use kernel::{Clock, Moment};
use std::sync::Arc;
use testkit::viber_double::ViberDouble;

/// The token with which the payloads are signed.
const TOKEN: &str = "445da6az1s345z78-TEST-e0vc5fva17480im9";
/// A client of the payloads, and one who has written before.
const ANNA: &str = "aN7xQ01pRk2LmZ==";
/// Where the house can be reached, as the double plays it.
const HOUSE: &str = "https://chat.example";
/// Where files lie, as the double plays it.
const SHELF: &str = "https://files.example";

/// Settings beside token and address.
type More<'a> = &'a [(&'a str, &'a str)];

fn account_with(base: &str, token: &str, house: Option<&str>, more: More<'_>) -> Arc<dyn Account> {
    let env = Env {
        http: Http::new(&HttpOptions::default()).unwrap(),
        clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
        public_url: house.map(str::to_owned),
        webhook_secret: "unused".to_owned(),
        memory: channel::Scratch::memory(),
    };
    let given = [("token", token), ("base_url", base)];
    let settings: Settings = given.iter().chain(more).copied().collect();
    viber::channel().open(&settings, &env).unwrap()
}

fn account_at(base_url: &str, token: &str) -> Arc<dyn Account> {
    account_with(base_url, token, Some(HOUSE), &[])
}

/// A double with Anna among its subscribers, and the account of its bot.
async fn pair() -> (ViberDouble, Arc<dyn Account>) {
    pair_with(&[]).await
}

async fn pair_with(more: More<'_>) -> (ViberDouble, Arc<dyn Account>) {
    let double = ViberDouble::start().await.unwrap();
    double.meet(ANNA);
    let account = account_with(&double.base_url(), double.token(), Some(HOUSE), more);
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

/// A file that lies on the double's shelf.
fn file(double: &ViberDouble, ending: &str, mime: &str, kind: FileKind) -> PartFile {
    let name = format!("Прайс № 1.{ending}");
    let bytes = Bytes::from(format!("bytes of {name}"));
    let place = double.add_file(&format!("file.{ending}"), bytes.clone());
    PartFile {
        public: Some(place.replace(&double.base_url(), SHELF)),
        ..PartFile::from_bytes(&name, mime, kind, bytes)
    }
}
