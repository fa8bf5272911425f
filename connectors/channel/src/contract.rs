//! The checks every channel must pass, run by each connector's tests against its double.
//!
//! [`inbound`] needs no network. [`outbound`] needs a double that can cause [`Trouble`].

use crate::{
    Account, BoxFuture, Capabilities, Inbound, OutMessage, Part, PeerRef, RawEvent, RawRequest,
    SendError, TextUnit, plan,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

/// What a connector brings to be checked.
pub struct Subject {
    /// An account that works.
    pub account: Arc<dyn Account>,
    /// Requests as the messenger makes them, each with other events, each about one client.
    pub genuine: Vec<RawRequest>,
    /// Requests that pretend to be the messenger's.
    pub forged: Vec<RawRequest>,
    /// A genuine request with a kind of event that does not exist, about a client.
    pub unknown: RawRequest,
}

/// What can go wrong at the messenger, for the next send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The token does not work any more.
    RevokedToken,
    /// The messenger asks for so much patience.
    SlowDown(Duration),
    /// It does what is asked, but its answer is lost.
    LostAnswer,
    /// Nothing is wrong any more.
    Over,
}

/// The messenger's double.
pub trait Double: Sync {
    /// Lets something go wrong.
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()>;
    /// How many messages the messenger truly sent to its client so far.
    fn sent(&self) -> usize;
}

/// Everything about what comes in.
pub fn inbound(subject: &Subject) {
    forged_requests_are_refused(subject);
    duplicates_have_the_same_key(subject);
    order_does_not_change_what_is_understood(subject);
    lanes_are_clients(subject);
    unknown_kinds_are_shown_with_their_client(subject);
    garbage_never_panics(subject);
}

/// Everything about what goes out. `peer` can be written to; `nowhere` is the same account at an
/// address where nobody listens.
pub async fn outbound(
    account: &dyn Account,
    nowhere: &dyn Account,
    peer: &PeerRef,
    double: &impl Double,
) {
    a_huge_text_arrives_whole(account, peer, double).await;
    slow_down_says_how_long(account, peer, double).await;
    a_lost_answer_is_unknown(account, peer, double).await;
    a_revoked_token_stops_the_account(account, peer, double).await;
    nobody_listening_is_not_sent(nowhere, peer).await;
}

/// Bent bodies, given to everything that reads what comes in: no panic, each body understood the same way each time, and
/// what is understood can be stored, kept within bounds, and told of the client it came for. `template` is a request as the
/// messenger makes it, `seeds` are bodies and stored events.
///
/// # Panics
/// If one of these does not hold; the input is kept ([`crate::fuzz::run`]).
pub fn fuzz(name: &str, account: &dyn Account, template: &RawRequest, seeds: &[Vec<u8>]) {
    crate::fuzz::run(name, seeds, |body| {
        let request = RawRequest {
            body: body.to_vec().into(),
            ..template.clone()
        };
        let _ = account.verify(&request);
        // Signed as the messenger signs: what it tells may be strange all the same.
        let told = account.split(&crate::Verified::Events(request.body.clone()));
        assert_eq!(
            told,
            account.split(&crate::Verified::Events(request.body.clone())),
            "the same body, other events"
        );
        for event in &told {
            assert!(!event.dedup_key.is_empty(), "no key");
            understood(account, event, true);
        }
        let stored = RawEvent {
            dedup_key: "1".into(),
            lane: "1".into(),
            body: request.body,
        };
        understood(account, &stored, false);
    });
}

fn understood(account: &dyn Account, event: &RawEvent, told: bool) {
    let straight = account.normalize(event);
    assert_eq!(
        straight,
        account.normalize(event),
        "the same event, other words"
    );
    let mut size = 0;
    for inbound in &straight {
        let kept = serde_json::to_string(inbound);
        let Ok(kept) = kept else {
            panic!("cannot be kept: {inbound:?}");
        };
        size += kept.len();
        // Compared as it is kept: a moment is kept in milliseconds.
        let again =
            serde_json::from_str::<Inbound>(&kept).map(|again| serde_json::to_string(&again));
        let same = again.is_ok_and(|again| again.is_ok_and(|again| again == kept));
        assert!(same, "comes back as something else: {kept}");
        let Some(peer) = inbound.peer() else { continue };
        // What is so malformed that only its reader finds a client in it belongs to no lane.
        let laneless = event.lane.is_empty() && matches!(inbound, Inbound::Unsupported { .. });
        if told && !laneless {
            assert_eq!(peer.ext_id, event.lane, "not of its lane: {inbound:?}");
        }
    }
    let most = 64 * event.body.len() + 16 * 1024;
    assert!(size <= most, "{} bytes became {size}", event.body.len());
}

/// All events of a request.
///
/// # Panics
/// If the request is refused: it was meant to be genuine.
pub fn events(account: &dyn Account, request: &RawRequest) -> Vec<RawEvent> {
    match account.verify(request) {
        Ok(verified) => account.split(&verified),
        Err(reject) => panic!("a genuine request was refused: {reject}"),
    }
}

fn forged_requests_are_refused(subject: &Subject) {
    for request in &subject.forged {
        let answer = subject.account.verify(request);
        assert!(answer.is_err(), "forged, yet taken: {request:?}");
    }
}

fn duplicates_have_the_same_key(subject: &Subject) {
    let mut keys = BTreeSet::new();
    for request in &subject.genuine {
        let first = events(&*subject.account, request);
        assert_eq!(
            first,
            events(&*subject.account, request),
            "the same request, other events"
        );
        for event in first {
            assert!(!event.dedup_key.is_empty(), "no key: {event:?}");
            assert!(
                keys.insert(event.dedup_key.clone()),
                "one key for two events: {event:?}"
            );
        }
    }
}

fn order_does_not_change_what_is_understood(subject: &Subject) {
    let account = &*subject.account;
    let all: Vec<RawEvent> = subject
        .genuine
        .iter()
        .flat_map(|r| events(account, r))
        .collect();
    let understood = |events: &[RawEvent]| -> BTreeMap<String, Vec<Inbound>> {
        events
            .iter()
            .map(|event| (event.dedup_key.clone(), account.normalize(event)))
            .collect()
    };
    let straight = understood(&all);
    let twice: Vec<RawEvent> = all.iter().chain(&all).cloned().collect();
    let shuffled = Just(twice).prop_shuffle();
    check(&shuffled, |events| {
        prop_assert_eq!(understood(&events), straight.clone());
        Ok(())
    });
}

fn lanes_are_clients(subject: &Subject) {
    for event in subject
        .genuine
        .iter()
        .flat_map(|r| events(&*subject.account, r))
    {
        for inbound in subject.account.normalize(&event) {
            let Some(peer) = inbound.peer() else { continue };
            assert_eq!(peer.ext_id, event.lane, "{inbound:?}");
        }
    }
}

fn unknown_kinds_are_shown_with_their_client(subject: &Subject) {
    let events = events(&*subject.account, &subject.unknown);
    assert!(!events.is_empty(), "an unknown kind was swallowed");
    for event in events {
        let understood = subject.account.normalize(&event);
        let shown = understood.iter().any(|inbound| {
            matches!(inbound, Inbound::Unsupported { peer: Some(peer), .. } if peer.ext_id == event.lane)
        });
        assert!(shown && !event.lane.is_empty(), "{understood:?}");
    }
}

/// Any bytes, any JSON, and genuine JSON with any part replaced by any other.
fn garbage_never_panics(subject: &Subject) {
    let bodies: Vec<Vec<u8>> = subject.genuine.iter().map(|r| r.body.to_vec()).collect();
    let bent = (
        prop::sample::select(bodies),
        any::<prop::sample::Index>(),
        any_json(),
    )
        .prop_map(|(body, place, value)| bend(&body, place, value));
    let garbage = prop_oneof![
        vec(any::<u8>(), 0..200),
        any_json().prop_map(bytes_of),
        bent
    ];
    let template = subject.genuine.first().cloned().unwrap_or_default();
    check(&garbage, |body| {
        let account = &*subject.account;
        let request = RawRequest {
            body: body.clone().into(),
            ..template.clone()
        };
        if let Ok(verified) = account.verify(&request) {
            for event in account.split(&verified) {
                let _ = account.normalize(&event);
            }
        }
        let stored = RawEvent {
            dedup_key: "1".into(),
            lane: "1".into(),
            body: body.into(),
        };
        let _ = account.normalize(&stored);
        Ok(())
    });
}

fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(failure) = TestRunner::new(config).run(strategy, test) {
        panic!("{failure}");
    }
}

fn bytes_of(value: Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z_]{1,8}", inner), 0..4).prop_map(|fields| fields.into_iter().collect()),
        ]
    })
}

/// Replaces one value somewhere in a JSON body.
fn bend(body: &[u8], place: prop::sample::Index, value: Value) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    let mut paths = Vec::new();
    walk(&json, String::new(), &mut paths);
    let path = place.get(&paths);
    if let Some(target) = json.pointer_mut(path) {
        *target = value;
    }
    bytes_of(json)
}

fn walk(json: &Value, path: String, paths: &mut Vec<String>) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                walk(value, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                walk(value, format!("{path}/{n}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}

fn text_part(text: &str) -> Part {
    Part {
        text: text.to_owned(),
        ..Part::default()
    }
}

/// The parts of a text several times too long for one message.
fn huge(capabilities: &Capabilities) -> Vec<Part> {
    let longest = match capabilities.text.unit {
        TextUnit::Segments => capabilities.text.max * 67,
        TextUnit::Chars | TextUnit::Utf16 => capabilities.text.max.min(20_000),
    };
    let words = "Очень длинное письмо клиенту. ".repeat(longest / 10);
    let message = OutMessage {
        text: words,
        ..OutMessage::default()
    };
    let parts = plan(&message, capabilities).unwrap_or_default();
    parts
        .into_iter()
        .map(|part| text_part(&part.text))
        .collect()
}

async fn a_huge_text_arrives_whole(account: &dyn Account, peer: &PeerRef, double: &impl Double) {
    let (before, parts) = (double.sent(), huge(account.capabilities()));
    assert!(!parts.is_empty(), "a long text cannot be planned");
    let (mut ids, mut told) = (BTreeSet::new(), 0);
    for (n, part) in parts.iter().enumerate() {
        match account.send(part, peer, &format!("huge-{n}")).await {
            Ok(accepted) => {
                assert!(!accepted.ext_ids.is_empty(), "part {n} has no id");
                told += accepted.ext_ids.len();
                ids.extend(accepted.ext_ids);
            }
            Err(error) => panic!("part {n} of a planned text was refused: {error}"),
        }
    }
    assert_eq!(double.sent() - before, parts.len());
    assert_eq!(ids.len(), told, "each part has ids of its own");
}

async fn slow_down_says_how_long(account: &dyn Account, peer: &PeerRef, double: &impl Double) {
    let (before, wait) = (double.sent(), Duration::from_secs(7));
    double.cause(Trouble::SlowDown(wait)).await;
    let outcome = account.send(&text_part("скорее"), peer, "slow").await;
    assert!(
        matches!(&outcome, Err(SendError::Retry { after, .. }) if *after == Some(wait)),
        "{outcome:?}"
    );
    assert_eq!(double.sent(), before);
    double.cause(Trouble::Over).await;
}

async fn a_lost_answer_is_unknown(account: &dyn Account, peer: &PeerRef, double: &impl Double) {
    let before = double.sent();
    double.cause(Trouble::LostAnswer).await;
    let outcome = account.send(&text_part("счёт"), peer, "lost").await;
    assert!(
        matches!(outcome, Err(SendError::Unknown { .. })),
        "{outcome:?}"
    );
    assert_eq!(double.sent(), before + 1, "the client must see it once");
    double.cause(Trouble::Over).await;
}

async fn a_revoked_token_stops_the_account(
    account: &dyn Account,
    peer: &PeerRef,
    double: &impl Double,
) {
    let before = double.sent();
    double.cause(Trouble::RevokedToken).await;
    let outcome = account.send(&text_part("нет"), peer, "revoked").await;
    assert!(
        matches!(outcome, Err(SendError::AccountFatal { .. })),
        "{outcome:?}"
    );
    let check = account.check().await;
    // A token is refused; a person has to sign in again.
    let told = matches!(check.code.as_str(), "token_refused" | "needs_login");
    assert!(!check.ok && told, "{check:?}");
    assert_eq!(double.sent(), before);
    double.cause(Trouble::Over).await;
    assert!(account.check().await.ok, "the account does not recover");
}

async fn nobody_listening_is_not_sent(nowhere: &dyn Account, peer: &PeerRef) {
    let outcome = nowhere.send(&text_part("эй"), peer, "nowhere").await;
    assert!(
        matches!(outcome, Err(SendError::NotSent { .. })),
        "{outcome:?}"
    );
    let check = nowhere.check().await;
    assert!(!check.ok && check.code == "unreachable", "{check:?}");
}
