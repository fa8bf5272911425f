//! The contract of all channels.

use crate::{
    ANNA, SECRET, TOKEN, account_at, anna, incoming, pair,
    testkit::vk_double::{Fault, GROUP, VkDouble},
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::{Value, json};

impl Double for VkDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke_token(true),
            Trouble::SlowDown(wait) => self.fail_next("*", Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next("messages.send", Fault::DropAnswer),
            Trouble::Over => self.revoke_token(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        Self::sent(self).len()
    }
}

#[test]
fn what_comes_in_keeps_the_contract() {
    let genuine: Vec<RawRequest> = incoming::payloads()
        .into_iter()
        .map(|(_, body)| incoming::request(body))
        .collect();
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = genuine[0].clone();
        change(&mut request);
        request
    };
    let with_secret = |secret: Value| {
        let mut body: Value = serde_json::from_slice(&genuine[0].body).unwrap();
        body["secret"] = secret;
        incoming::request(body.to_string().into_bytes())
    };
    let unknown = json!({
        "type": "message_telepathy", "event_id": "t1", "group_id": GROUP, "v": "5.300", "secret": SECRET,
        "object": {"peer_id": ANNA, "thought": "…"},
    });
    contract::inbound(&Subject {
        account: account_at("http://127.0.0.1:9", TOKEN, "webhook"),
        forged: vec![
            with_secret(Value::Null),
            with_secret(SECRET.to_uppercase().into()),
            with_secret(SECRET[..10].into()),
            with_secret(format!("{SECRET}x").into()),
            with_secret("".into()),
            with_secret(json!([SECRET])),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            forge(|r| r.body = "[]".into()),
            forge(|r| r.body = "{\"type\":".into()),
            // Nobody pasted the word and VK was not asked for it.
            forge(|r| {
                r.body = json!({"type": "confirmation", "group_id": GROUP})
                    .to_string()
                    .into();
            }),
        ],
        unknown: incoming::request(unknown.to_string().into_bytes()),
        genuine,
    });
}

#[tokio::test]
async fn what_goes_out_keeps_the_contract() {
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
    contract::fuzz("vk", &*account, &template, &seeds);
}
