//! The contract of all channels, for both ways of sending.

use crate::{
    ANNA_DIGITS, SECRET, anna, at_gateway, at_port, clock, free_port, gateway, session,
    testkit::{
        sms_double::{self, SmsDouble},
        smsc_double::{self, SmscDouble},
    },
};
use channel::{
    BoxFuture, RawRequest,
    contract::{self, Double, Subject, Trouble},
};
use serde_json::{Value, json};

impl Double for SmscDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke(true),
            // SMPP has no word for how long: the account's setting tells it.
            Trouble::SlowDown(_) => self.fail_next(smsc_double::Fault::Status(0x58)),
            Trouble::LostAnswer => self.fail_next(smsc_double::Fault::DropAnswer),
            Trouble::Over => self.revoke(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        self.texts().len()
    }
}

impl Double for SmsDouble {
    fn cause(&self, trouble: Trouble) -> BoxFuture<'_, ()> {
        match trouble {
            Trouble::RevokedToken => self.revoke(true),
            Trouble::SlowDown(wait) => self.fail_next(sms_double::Fault::TooMany(wait.as_secs())),
            Trouble::LostAnswer => self.fail_next(sms_double::Fault::DropAnswer),
            Trouble::Over => self.revoke(false),
        }
        Box::pin(async {})
    }
    fn sent(&self) -> usize {
        self.taken().len()
    }
}

/// A request as a gateway makes it.
pub(crate) fn posted(body: &Value) -> RawRequest {
    RawRequest {
        method: "POST".to_owned(),
        query: format!("token={SECRET}"),
        body: body.to_string().into(),
        ..RawRequest::default()
    }
}

#[test]
fn p_22_what_comes_in_keeps_the_contract() {
    let genuine = vec![
        posted(&json!({"from": ANNA_DIGITS, "text": "Есть лампа?", "id": "in-1"})),
        posted(&json!({"from": "+7 916 123-45-67", "text": "Чёрная", "id": "in-2"})),
        posted(&json!({"id": "gw-1", "status": "delivered", "to": ANNA_DIGITS})),
        posted(&json!({"id": "gw-1", "status": "failed", "to": ANNA_DIGITS})),
        posted(&json!([
            {"id": "gw-2", "status": "sent", "to": ANNA_DIGITS},
            {"id": "gw-3", "status": "sent", "to": ANNA_DIGITS},
        ])),
        RawRequest {
            method: "GET".to_owned(),
            query: format!("from={ANNA_DIGITS}&text=%D0%B4%D0%B0&id=in-3&token={SECRET}"),
            ..RawRequest::default()
        },
    ];
    let forge = |change: fn(&mut RawRequest)| {
        let mut request = genuine[0].clone();
        change(&mut request);
        request
    };
    contract::inbound(&Subject {
        account: at_gateway("http://127.0.0.1:9", &[]),
        forged: vec![
            forge(|r| r.query.clear()),
            forge(|r| r.query.truncate(12)),
            forge(|r| r.query.push('x')),
            forge(|r| r.query.replace_range(6.., "HOOK-SECRET")),
            forge(|r| "PUT".clone_into(&mut r.method)),
            forge(|r| "more".clone_into(&mut r.path_tail)),
            forge(|r| r.body = "{\"from\":".into()),
            forge(|r| r.body = vec![0xff, 0xfe].into()),
        ],
        unknown: posted(&json!({"from": ANNA_DIGITS, "hologram": 1})),
        genuine,
    });
}

#[tokio::test]
async fn p_22_what_goes_out_over_smpp_keeps_the_contract() {
    let (double, account) = session(&[("pause", "7")]).await;
    let nowhere = at_port(&clock(), free_port().await, &[]);
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[tokio::test]
async fn p_22_what_goes_out_by_a_gateway_keeps_the_contract() {
    let (double, account) = gateway(&[]).await;
    let nowhere = at_gateway(&format!("http://127.0.0.1:{}", free_port().await), &[]);
    contract::outbound(&*account, &*nowhere, &anna(), &double).await;
}

#[test]
fn fuzz_what_comes_in_by_a_gateway() {
    let seeds: Vec<Vec<u8>> = [
        json!({"from": ANNA_DIGITS, "text": "Есть лампа?", "id": "in-1"}),
        json!({"id": "gw-1", "status": "delivered", "to": ANNA_DIGITS}),
        json!([{"id": "gw-2", "status": "sent", "to": ANNA_DIGITS}, {"from": ANNA_DIGITS, "hologram": 1}]),
    ]
    .iter()
    .map(|body| body.to_string().into_bytes())
    .chain([format!("from={ANNA_DIGITS}&text=%D0%B4%D0%B0&id=in-3").into_bytes()])
    .collect();
    let account = at_gateway("http://127.0.0.1:9", &[]);
    contract::fuzz("sms-gateway", &*account, &posted(&json!({})), &seeds);
}

#[tokio::test]
async fn fuzz_what_is_stored_of_a_centre() {
    let account = at_port(&clock(), free_port().await, &[]);
    let told = json!({"kind": "message", "from": "+79161234567", "to": "900", "text": "Лампа", "at": 1_700_000_000_000_000_i64});
    let receipt = json!({"kind": "receipt", "from": "+79161234567", "at": 1_700_000_000_000_000_i64,
        "receipt": {"id": "1", "state": "DELIVRD", "error": "000"}});
    let seeds = [told, receipt].map(|body| body.to_string().into_bytes());
    contract::fuzz("sms-centre", &*account, &RawRequest::default(), &seeds);
}
