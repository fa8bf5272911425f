//! The contract of all channels, as far as an account that nobody calls has it.

use crate::{
    ANNA, anna, clock, env, kind, pair, settings,
    testkit::mtproto_double::{Fault, MtprotoDouble},
};
use channel::{
    Account, BoxFuture, RawEvent, RawRequest,
    contract::{self, Double, Trouble},
};
use proptest::{collection::vec, prelude::*};
use std::sync::{Arc, OnceLock};

impl Double for MtprotoDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke(true),
            Trouble::SlowDown(_) => self.fail_next(Fault::Refuse(420, "FLOOD_WAIT_7")),
            Trouble::LostAnswer => self.fail_next(Fault::LostAnswer),
            Trouble::Over => {
                self.revoke(false);
                self.heal();
            }
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        self.taken().len()
    }
}

#[tokio::test]
async fn p_17_what_goes_out_keeps_the_contract() {
    let (double, account) = pair().await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let nowhere = kind()
        .open(&settings(address, &[9; 256]), &env(&clock(), true))
        .unwrap();
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[tokio::test]
async fn p_17_nobody_delivers_by_a_webhook() {
    let (_double, account) = pair().await;
    let request = RawRequest {
        method: "POST".to_owned(),
        body: "{}".into(),
        ..RawRequest::default()
    };
    assert!(account.verify(&request).is_err());
}

#[tokio::test]
async fn p_17_no_account_leads_to_an_address_that_is_not_telegrams() {
    let double = MtprotoDouble::start().await.unwrap();
    let closed = env(&clock(), false);
    let told = settings(double.address(), double.key());
    assert!(kind().open(&told, &closed).is_err(), "the session");
    let mut form = told.clone();
    form.0.insert("server".to_owned(), double.server());
    assert!(kind().sign_in(&form, &closed).is_err(), "the sign-in");
    for far in ["10.0.0.1:443", "93.184.216.34:443"] {
        let far = settings(far.parse().unwrap(), double.key());
        assert!(kind().open(&far, &env(&clock(), true)).is_err(), "{far:?}");
    }
    // Telegram's own is taken, and nothing is connected by opening.
    let own = settings("149.154.167.51:443".parse().unwrap(), double.key());
    assert!(kind().open(&own, &closed).is_ok());
}

/// An account that is never connected.
fn alone() -> &'static dyn Account {
    static ALONE: OnceLock<Arc<dyn Account>> = OnceLock::new();
    &**ALONE.get_or_init(|| {
        let nowhere = settings("127.0.0.1:9".parse().unwrap(), &[7; 256]);
        kind().open(&nowhere, &env(&clock(), true)).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn p_17_any_bytes_are_understood_or_shown_as_something_strange(raw in vec(any::<u8>(), 0..300), head in any::<bool>()) {
        let mut body = if head { br#"{"client":{"id":501,"hash":1},"at":5}"#.to_vec() } else { Vec::new() };
        body.push(b'\n');
        body.extend(&raw);
        let event = RawEvent { dedup_key: "k".to_owned(), lane: "501".to_owned(), body: body.into() };
        for inbound in alone().normalize(&event) {
            if let Some(peer) = inbound.peer() {
                prop_assert_eq!(&peer.ext_id, "501");
            }
        }
    }
}

#[tokio::test]
async fn p_17_a_bent_message_never_panics() {
    let (double, account) = pair().await;
    let first = account.poll(None).await.unwrap();
    double.sends_file(ANNA, "смета.pdf", "application/pdf", b"%PDF");
    let polled = account.poll(first.cursor).await.unwrap();
    let event = polled.events[0].clone();
    for at in 0..event.body.len() {
        for byte in [0, 0x7f, 0xff] {
            let mut body = event.body.to_vec();
            body[at] = byte;
            let bent = RawEvent {
                body: body.into(),
                ..event.clone()
            };
            let _ = account.normalize(&bent);
            let short = RawEvent {
                body: event.body.slice(..at),
                ..event.clone()
            };
            let _ = account.normalize(&short);
        }
    }
}

#[tokio::test]
async fn fuzz_what_is_stored_of_an_account() {
    let (double, account) = pair().await;
    let first = account.poll(None).await.unwrap();
    double.says(ANNA, "Добрый день");
    double.sends_file(ANNA, "смета.pdf", "application/pdf", b"%PDF");
    let number = double.says(ANNA, "раз");
    double.changes(number, "два");
    double.takes_back(number);
    double.reads(ANNA, number);
    let polled = account.poll(first.cursor).await.unwrap();
    let bodies = polled.events.iter().map(|event| event.body.to_vec());
    let seeds: Vec<Vec<u8>> = bodies.collect();
    assert!(seeds.len() > 3, "{}", seeds.len());
    contract::fuzz(
        "telegram-account",
        &*account,
        &RawRequest::default(),
        &seeds,
    );
}
