//! The contract of all channels.

use crate::{
    ANNA, TOKEN, account_at, incoming, pair,
    testkit::whatsapp_double::{APP_SECRET, Fault, WhatsAppDouble, signature},
    to,
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};

impl Double for WhatsAppDouble {
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
fn p_25_what_comes_in_keeps_the_contract() {
    // One that is about no client, or about several, is looked at in `incoming`.
    let genuine: Vec<RawRequest> = incoming::payloads()
        .into_iter()
        .map(|(_, body)| incoming::request(body))
        .collect();
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = genuine[0].clone();
        change(&mut request);
        request
    };
    let (_, unknown) = incoming::payloads()
        .into_iter()
        .find(|(name, _)| name == "unknown_type")
        .unwrap();
    contract::inbound(&Subject {
        account: account_at("http://127.0.0.1:9", TOKEN),
        forged: vec![
            forge(|r| r.headers.clear()),
            forge(|r| {
                let short = r.headers[0].1.len() - 2;
                r.headers[0].1.truncate(short);
            }),
            forge(|r| r.headers[0].1.push_str("00")),
            forge(|r| r.headers[0].1 = r.headers[0].1.replace("sha256=", "")),
            forge(|r| r.headers[0].1 = r.headers[0].1.replace("sha256=", "sha1=")),
            forge(|r| r.headers[0].1 = "sha256=".to_owned()),
            forge(|r| r.headers[0].1 = signature(&r.body, "another secret")),
            // One space more is another body.
            forge(|r| r.body = [&r.body[..], b" "].concat().into()),
            forge(|r| "PUT".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            forge(|r| {
                r.body = "[]".into();
                r.headers[0].1 = signature(b"[]", APP_SECRET);
            }),
            forge(|r| {
                r.body = "{\"object\":\"page\",\"entry\":[]}".into();
                r.headers[0].1 = signature(&r.body, APP_SECRET);
            }),
        ],
        unknown: incoming::request(unknown),
        genuine,
    });
}

#[tokio::test]
async fn p_25_what_goes_out_keeps_the_contract() {
    let (double, account) = pair().await;
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let nowhere = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let nowhere = account_at(&nowhere, double.token());
    contract::outbound(&*account, &*nowhere, &to(ANNA), &double).await;
}

#[test]
fn fuzz_what_comes_in() {
    let bodies = incoming::payloads().into_iter().map(|(_, body)| body);
    let seeds: Vec<Vec<u8>> = bodies.collect();
    let template = incoming::request(seeds[0].clone());
    let account = account_at("http://127.0.0.1:9", TOKEN);
    contract::fuzz("whatsapp", &*account, &template, &seeds);
}
