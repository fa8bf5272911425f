//! The contract of all channels.

use crate::{
    ANNA, TOKEN, account_at, anna, incoming, pair,
    testkit::viber_double::{Fault, ViberDouble},
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::json;

impl Double for ViberDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke_token(true),
            Trouble::SlowDown(wait) => self.fail_next("*", Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next("send_message", Fault::DropAnswer),
            Trouble::Over => self.revoke_token(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        Self::sent(self).len()
    }
}

#[test]
fn p_19_what_comes_in_keeps_the_contract() {
    let genuine: Vec<RawRequest> = incoming::payloads()
        .into_iter()
        .map(|(_, body)| incoming::request(body))
        .collect();
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = genuine[0].clone();
        change(&mut request);
        request
    };
    let unknown = json!({
        "event": "never_heard_of", "timestamp": 1, "message_token": 1, "user": {"id": ANNA},
    });
    contract::inbound(&Subject {
        account: account_at("http://127.0.0.1:9", TOKEN),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| r.headers[0].1.clear()),
            forge(|r| r.headers[0].1.truncate(62)),
            forge(|r| r.headers[0].1.push_str("00")),
            forge(|r| r.headers[0].1 = "0".repeat(64)),
            // One byte more, and one other byte.
            forge(|r| r.body = [&r.body[..], b" "].concat().into()),
            forge(|r| {
                let mut body = r.body.to_vec();
                body[20] ^= 1;
                r.body = body.into();
            }),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            incoming::request(b"[]".to_vec()),
            incoming::request(b"{\"timestamp\":1}".to_vec()),
            incoming::request(b"{\"event\":".to_vec()),
        ],
        unknown: incoming::request(unknown.to_string().into_bytes()),
        genuine,
    });
}

#[tokio::test]
async fn p_19_what_goes_out_keeps_the_contract() {
    let (double, account) = pair().await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let nowhere = account_at(&nowhere, double.token());
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[test]
fn fuzz_what_comes_in() {
    let bodies = incoming::payloads().into_iter().map(|(_, body)| body);
    let seeds: Vec<Vec<u8>> = bodies.collect();
    let template = incoming::request(seeds[0].clone());
    let account = account_at("http://127.0.0.1:9", TOKEN);
    contract::fuzz("viber", &*account, &template, &seeds);
}
