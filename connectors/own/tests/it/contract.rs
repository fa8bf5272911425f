//! The contract of all channels.

use crate::{
    account_with, alone, anna, incoming, pair, request, request_at,
    testkit::own_double::{Fault, OwnDouble},
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::json;

impl Double for OwnDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.change_secret(true),
            Trouble::SlowDown(wait) => self.fail_next("*", Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next("send", Fault::DropAnswer),
            Trouble::Over => self.change_secret(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        self.done("send").len()
    }
}

#[test]
fn p_23_what_comes_in_keeps_the_contract() {
    let each = incoming::all();
    let mut genuine: Vec<RawRequest> = each
        .iter()
        .map(|e| request(&[e["event"].clone()]))
        .collect();
    let several =
        (0..100).map(|n| json!({"id": n, "type": "typing", "chat": {"id": n}, "on": true}));
    genuine.push(request(&several.collect::<Vec<_>>()));
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = genuine[0].clone();
        change(&mut request);
        request
    };
    let body = |words: &str| request_at("1700000000", words);
    let one = r#"{"id":"1","type":"typing"}"#;
    let many = format!(r#"{{"events":[{}]}}"#, vec![one; 101].join(","));
    contract::inbound(&Subject {
        account: alone(),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| {
                r.headers.pop();
            }),
            forge(|r| r.headers[0].1.clear()),
            forge(|r| r.headers[0].1.truncate(62)),
            forge(|r| r.headers[0].1 = "0".repeat(64)),
            // The proof of another second.
            forge(|r| "1700000001".clone_into(&mut r.headers[1].1)),
            // One byte more, and one other byte.
            forge(|r| r.body = [&r.body[..], b" "].concat().into()),
            forge(|r| {
                let mut body = r.body.to_vec();
                body[20] ^= 1;
                r.body = body.into();
            }),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            // Proved, but too old, too new, or no time at all.
            request_at("1699999699", &format!(r#"{{"events":[{one}]}}"#)),
            request_at("1700000301", &format!(r#"{{"events":[{one}]}}"#)),
            request_at("now", &format!(r#"{{"events":[{one}]}}"#)),
            // Proved, but no delivery.
            body("[]"),
            body("{"),
            body(r#"{"events":[]}"#),
            body(&many),
            body(r#"{"events":[{"type":"typing"}]}"#),
            body(r#"{"events":[{"id":"","type":"typing"}]}"#),
            body(r#"{"events":[{"id":"1"}]}"#),
        ],
        unknown: request(&[json!({"id": "u", "type": "hologram", "chat": {"id": "anna"}})]),
        genuine,
    });
}

#[tokio::test]
async fn p_23_what_goes_out_keeps_the_contract() {
    let (double, account) = pair().await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let nowhere = account_with(&nowhere, double.secret(), &[]);
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[test]
fn fuzz_what_comes_in() {
    let each = incoming::all();
    let whole = each
        .iter()
        .map(|e| request(&[e["event"].clone()]).body.to_vec());
    let alone_stored = each.iter().map(|e| e["event"].to_string().into_bytes());
    let seeds: Vec<Vec<u8>> = whole.chain(alone_stored).collect();
    let template = request(&[each[0]["event"].clone()]);
    contract::fuzz("own", &*alone(), &template, &seeds);
}
