//! The contract of all channels.

use crate::{
    ANNA, SECRET, account_at, anna, incoming, pair,
    testkit::telegram_double::{Fault, TelegramDouble},
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::json;

impl Double for TelegramDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke_token(true),
            Trouble::SlowDown(wait) => self.fail_next("*", Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next("sendMessage", Fault::DropAnswer),
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
    let unknown =
        json!({"update_id": 1, "never_heard_of": {"chat": {"id": ANNA, "type": "private"}}});
    contract::inbound(&Subject {
        account: account_at(
            "http://127.0.0.1:9",
            "100000:TEST-double_of_the_bot_api",
            "webhook",
        ),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| r.headers[0].1 = SECRET.to_uppercase()),
            forge(|r| r.headers[0].1.truncate(10)),
            forge(|r| r.headers[0].1.push('x')),
            forge(|r| r.headers[0].1.clear()),
            forge(|r| "GET".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            forge(|r| r.body = "[]".into()),
            forge(|r| r.body = "{\"update_id\":".into()),
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
    let account = account_at(
        "http://127.0.0.1:9",
        "100000:TEST-double_of_the_bot_api",
        "webhook",
    );
    contract::fuzz("telegram", &*account, &template, &seeds);
}
