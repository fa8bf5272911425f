//! The contract of all channels.

use crate::{
    ANNA, SECRET, TOKEN, account_at, anna, incoming, pair,
    testkit::max_double::{Fault, MaxDouble},
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::json;

impl Double for MaxDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke_token(true),
            Trouble::SlowDown(wait) => self.fail_next("*", Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next("POST /messages", Fault::DropAnswer),
            Trouble::Over => self.revoke_token(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        Self::sent(self).len()
    }
}

#[test]
fn p_18_what_comes_in_keeps_the_contract() {
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
        "update_type": "never_heard_of", "timestamp": 1, "chat_id": 901_001,
        "user": {"user_id": ANNA},
    });
    contract::inbound(&Subject {
        account: account_at("http://127.0.0.1:9", TOKEN, "webhook"),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| r.headers[0].1 = SECRET.to_uppercase()),
            forge(|r| r.headers[0].1.truncate(10)),
            forge(|r| r.headers[0].1.push('x')),
            forge(|r| r.headers[0].1.clear()),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            forge(|r| r.body = "[]".into()),
            forge(|r| r.body = "{\"timestamp\":1}".into()),
            forge(|r| r.body = "{\"update_type\":".into()),
        ],
        unknown: incoming::request(unknown.to_string().into_bytes()),
        genuine,
    });
}

#[tokio::test]
async fn p_18_what_goes_out_keeps_the_contract() {
    let (double, account) = pair().await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let nowhere = account_at(&nowhere, double.token(), "poll");
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[test]
fn fuzz_what_comes_in() {
    let bodies = incoming::payloads().into_iter().map(|(_, body)| body);
    let seeds: Vec<Vec<u8>> = bodies.collect();
    let template = incoming::request(seeds[0].clone());
    let account = account_at("http://127.0.0.1:9", TOKEN, "webhook");
    contract::fuzz("max", &*account, &template, &seeds);
}
