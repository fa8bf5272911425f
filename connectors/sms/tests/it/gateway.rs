//! Gateways over HTTP: what they are asked, what their answers and their calls mean.

use crate::{
    ANNA, ANNA_DIGITS, SECRET, anna, at_gateway,
    contract::posted,
    gateway,
    testkit::sms_double::{Fault, PASSWORD},
    text,
};
use channel::{
    Inbound, PollMode, RawRequest, ReceiptState, ReceiptTarget, SendError, Verified, WebhookHook,
    contract,
};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn p_22_l_86_a_text_goes_as_json_or_as_a_form() {
    let (double, account) = gateway(&[]).await;
    let words = "Скидка 5% & \"подарок\"\n{to}";
    let accepted = account.send(&text(words), &anna(), "key-1").await.unwrap();
    let taken = double.taken().pop().unwrap();
    assert_eq!(accepted.ext_ids, [taken.id.as_str()]);
    assert_eq!(
        (taken.to.as_str(), taken.text.as_str()),
        (ANNA_DIGITS, words)
    );
    assert_eq!(
        (taken.from.as_str(), taken.key.as_str()),
        ("LavkaLamp", "key-1")
    );

    let by_form = [("gateway", "form"), ("login", "shop")];
    let account = at_gateway(&double.url(""), &by_form);
    account.send(&text(words), &anna(), "key-2").await.unwrap();
    assert_eq!(double.taken()[1].text, words);

    // All in the address, and our own id is theirs.
    let url = double.url("/send?to={to}&text={text}&id={id}&password={password}");
    let by_address = [
        ("url", &*url),
        ("method", "get"),
        ("format", "none"),
        ("auth", "none"),
        ("id_path", ""),
    ];
    let account = at_gateway(&double.url(""), &by_address);
    // An empty place is the preset's; the answer's id stands there.
    let accepted = account.send(&text(words), &anna(), "key-3").await.unwrap();
    assert_eq!(double.taken()[2].text, words);
    assert_eq!(accepted.ext_ids, [double.taken()[2].id.as_str()]);
}

#[tokio::test]
async fn p_22_refusals_of_a_gateway_are_told_apart() {
    let more = [(
        "errors",
        "low = money\nwho = account\nlater = retry\nnum = number",
    )];
    let (double, account) = gateway(&more).await;
    for (fault, word) in [
        (Fault::Refuse(200, "low".to_owned()), "rejected"),
        (Fault::Refuse(200, "who".to_owned()), "account_fatal"),
        (Fault::Refuse(200, "later".to_owned()), "retry"),
        (Fault::Refuse(400, "num".to_owned()), "rejected"),
        (Fault::Refuse(200, "strange".to_owned()), "rejected"),
        (Fault::BadGateway, "unknown"),
        (Fault::DropAnswer, "unknown"),
        (Fault::TooMany(9), "retry"),
    ] {
        double.fail_next(fault.clone());
        let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
        assert_eq!(error.word(), word, "{fault:?}");
    }
    double.fail_next(Fault::Refuse(200, "low".to_owned()));
    let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(error, SendError::Rejected { code, .. } if code == "no_money"),
        "L-86"
    );
}

#[tokio::test]
async fn l_86_the_balance_is_told_and_its_lack_is_a_warning() {
    let (double, account) = gateway(&[("balance_low", "100")]).await;
    let told = account.check().await;
    assert_eq!(
        (told.ok, told.code.as_str(), told.balance.as_str()),
        (true, "ok", "512.50")
    );
    double.set_balance("99,9");
    let told = account.check().await;
    assert_eq!(
        (told.ok, told.code.as_str(), told.balance.as_str()),
        (true, "low_balance", "99,9")
    );
    double.set_balance("");
    let told = account.check().await;
    assert_eq!((told.ok, told.code.as_str()), (false, "no_answer"));
    double.revoke(true);
    assert_eq!(account.check().await.code, "token_refused");
}

#[tokio::test]
async fn l_88_l_86_what_a_gateway_calls_back_is_understood() {
    let (_double, account) = gateway(&[]).await;
    assert_eq!(account.mode(), PollMode::None);
    let hook = WebhookHook {
        url: "https://chat.example/hooks/sms/1/k".to_owned(),
        secret: SECRET.to_owned(),
    };
    let pasted = account.address_to_paste(&hook).unwrap();
    assert_eq!(
        pasted,
        format!("https://chat.example/hooks/sms/1/k?token={SECRET}")
    );
    let heard = |request: &RawRequest| -> Vec<Inbound> {
        let events = contract::events(&*account, request);
        events
            .iter()
            .flat_map(|event| account.normalize(event))
            .collect()
    };
    let form = RawRequest {
        method: "POST".to_owned(),
        query: format!("token={SECRET}"),
        body: format!("from=%2B{ANNA_DIGITS}&text=%D0%94%D0%B0+%26+%2A&id=9").into(),
        ..RawRequest::default()
    };
    let inbounds = heard(&form);
    let Inbound::Message(message) = &inbounds[0] else {
        panic!("{inbounds:?}")
    };
    assert_eq!(
        (
            message.peer.ext_id.as_str(),
            text::for_client(&message.text).0.as_str()
        ),
        (ANNA, "Да & *")
    );
    assert_eq!(
        message.peer.phone.as_ref().map(kernel::Phone::as_str),
        Some(ANNA)
    );
    for (status, want) in [
        ("Delivered", Some(ReceiptState::Delivered)),
        ("accepted", Some(ReceiptState::Sent)),
        ("expired", Some(ReceiptState::Failed("expired".to_owned()))),
        ("on its way", None),
    ] {
        let told = heard(&posted(
            &json!({"id": "gw-1", "status": status, "to": ANNA_DIGITS}),
        ));
        let state = told.first().map(|inbound| match inbound {
            Inbound::Receipt {
                target: ReceiptTarget::One(id),
                state,
                ..
            } if id == "gw-1" => state.clone(),
            other => panic!("{other:?}"),
        });
        assert_eq!(state, want, "{status}");
    }
    // A gateway that tries the address first.
    let greeting = RawRequest {
        method: "GET".to_owned(),
        query: format!("token={SECRET}"),
        ..RawRequest::default()
    };
    assert!(matches!(
        account.verify(&greeting),
        Ok(Verified::Handshake(_))
    ));
}

#[tokio::test]
async fn p_22_smsc_ru_and_sms_ru_are_asked_as_their_pages_say() {
    // The places of both gateways, without their hosts: a request that leaves is caught by a form that tells what came.
    let caught = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}", caught.local_addr().unwrap());
    let seen = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let kept = std::sync::Arc::clone(&seen);
    let router = axum::Router::new().fallback(async move |body: String| {
        kept.lock().unwrap().clone_from(&body);
        let answer = if body.contains("api_id") {
            json!({"status": "OK", "status_code": 100, "sms": {ANNA_DIGITS: {"status": "OK", "status_code": 100, "sms_id": "000000-10000000"}}, "balance": 4122.56})
        } else {
            json!({"id": 4321, "cnt": 1})
        };
        axum::Json(answer)
    });
    tokio::spawn(async move { axum::serve(caught, router).await });
    for (gateway, form, id) in [
        (
            "smsc_ru",
            format!(
                "login=shop&psw={PASSWORD}&phones={ANNA_DIGITS}&mes=da&sender=LavkaLamp&charset=utf-8&fmt=3"
            ),
            "4321",
        ),
        (
            "sms_ru",
            format!("api_id={PASSWORD}&to={ANNA_DIGITS}&msg=da&from=LavkaLamp&json=1"),
            "000000-10000000",
        ),
    ] {
        let more = [
            ("gateway", gateway),
            ("url", &*url),
            ("login", "shop"),
            ("format", ""),
            ("auth", ""),
            ("body", ""),
        ];
        let account = at_gateway("http://127.0.0.1:9", &more);
        let accepted = account.send(&text("da"), &anna(), "k").await.unwrap();
        assert_eq!(seen.lock().unwrap().as_str(), form);
        assert_eq!(accepted.ext_ids, [id]);
    }
}

#[tokio::test]
async fn a_slow_gateway_tells_how_long() {
    let (double, account) = gateway(&[]).await;
    double.fail_next(Fault::TooMany(9));
    let error = account.send(&text("да"), &anna(), "k").await.unwrap_err();
    assert!(
        matches!(error, SendError::Retry { after, .. } if after == Some(Duration::from_secs(9)))
    );
}
