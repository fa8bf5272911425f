//! Templates: listed over pages, submitted, judged, deleted, sent; and whom a number belongs to.

use crate::{
    pair,
    testkit::whatsapp_double::{Fault, WhatsAppDouble},
};
use channel::{
    Account, Address, FileKind, FilledTemplate, Part, PartFile, PeerRef, Reach, SendError,
    Template, TemplateButton, TemplateButtonKind, TemplateHeader, TemplateState, TemplateText,
};
use serde_json::json;
use std::collections::BTreeMap;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}

fn order() -> Template {
    Template {
        name: "order_ready".into(),
        language: "ru".into(),
        category: "utility".into(),
        text: TemplateText {
            header: TemplateHeader::Text {
                text: "Заказ {{1}}".into(),
            },
            body: "{{2}} ждёт {{1}} у нас.".replace("{{2}}", "Заказ {{2}}"),
            footer: "Мастерская".into(),
            buttons: vec![
                TemplateButton {
                    kind: TemplateButtonKind::Reply,
                    text: "Приду".into(),
                    value: String::new(),
                },
                TemplateButton {
                    kind: TemplateButtonKind::Url,
                    text: "Открыть".into(),
                    value: "https://shop.example/o/{{1}}".into(),
                },
            ],
            examples: values(&[
                ("header:1", "17"),
                ("body:1", "Анну"),
                ("body:2", "№ 17"),
                ("button1:1", "17"),
            ]),
        },
        ..Template::default()
    }
}

fn nobody_wrote() -> PeerRef {
    PeerRef {
        ext_id: "79990001122".to_owned(),
    }
}

async fn send(
    account: &dyn Account,
    filled: FilledTemplate,
    files: Vec<PartFile>,
) -> Result<(), SendError> {
    let part = Part {
        files,
        template: Some(filled),
        ..Part::default()
    };
    account
        .send(&part, &nobody_wrote(), "part-9")
        .await
        .map(drop)
}

async fn listed(account: &dyn Account, name: &str) -> Template {
    let all = account.templates().await.unwrap();
    all.into_iter().find(|t| t.name == name).unwrap()
}

#[tokio::test]
async fn p_14_a_template_is_submitted_judged_listed_and_deleted() {
    let (double, account) = pair().await;
    for n in 0..4 {
        let body = json!([{"type": "BODY", "text": format!("Слова {n}")}]);
        double.add_template(&format!("other_{n}"), "APPROVED", &body);
    }
    let made = account.submit_template(&order()).await.unwrap();
    assert_eq!(made.state, TemplateState::Pending);
    let seen = double.templates().pop().unwrap();
    assert_eq!(
        seen["components"],
        json!([
            {"type": "HEADER", "format": "TEXT", "text": "Заказ {{1}}", "example": {"header_text": ["17"]}},
            {"type": "BODY", "text": "Заказ {{2}} ждёт {{1}} у нас.", "example": {"body_text": [["Анну", "№ 17"]]}},
            {"type": "FOOTER", "text": "Мастерская"},
            {"type": "BUTTONS", "buttons": [
                {"type": "QUICK_REPLY", "text": "Приду"},
                {"type": "URL", "text": "Открыть", "url": "https://shop.example/o/{{1}}",
                 "example": ["https://shop.example/o/17"]},
            ]},
        ])
    );
    assert_eq!(seen["parameter_format"], "POSITIONAL");
    // The list comes in pages of two.
    assert_eq!(account.templates().await.unwrap().len(), 5);
    double.judge("order_ready", "REJECTED", "INVALID_FORMAT");
    let rejected = listed(&*account, "order_ready").await;
    assert_eq!(
        (rejected.state, rejected.reason.as_str()),
        (TemplateState::Rejected, "INVALID_FORMAT")
    );
    for (word, state) in [
        ("APPROVED", TemplateState::Approved),
        ("PAUSED", TemplateState::Paused),
        ("DISABLED", TemplateState::Disabled),
        ("IN_APPEAL", TemplateState::Pending),
        ("SOMETHING_NEW", TemplateState::Disabled),
    ] {
        double.judge("order_ready", word, "NONE");
        let it = listed(&*account, "order_ready").await;
        assert_eq!((it.state, it.reason.as_str()), (state, ""), "{word}");
        assert_eq!(it.ext_id, made.ext_id);
    }
    let kept = listed(&*account, "order_ready").await;
    assert_eq!(kept.text, {
        let mut text = order().text;
        // Meta keeps the whole address as the example of a button.
        text.examples.remove("button1:1");
        text
    });
    account.delete_template(&kept).await.unwrap();
    assert_eq!(double.templates().len(), 4);
    let again = account.delete_template(&kept).await;
    assert!(
        matches!(again, Err(SendError::Rejected { .. })),
        "{again:?}"
    );
}

async fn approved(double: &WhatsAppDouble, account: &dyn Account) -> Template {
    account.submit_template(&order()).await.unwrap();
    double.judge("order_ready", "APPROVED", "NONE");
    listed(account, "order_ready").await
}

#[tokio::test]
async fn s1_55_u_06_a_template_goes_to_who_never_wrote_as_meta_wants_it() {
    let (double, account) = pair().await;
    let template = approved(&double, &*account).await;
    let given = values(&[
        ("header:1", "18"),
        ("body:1", "Бориса"),
        ("body:2", "№ 18"),
        ("button1:1", "18"),
    ]);
    let filled = FilledTemplate {
        template: template.clone(),
        values: given,
    };
    send(&*account, filled, vec![]).await.unwrap();
    assert_eq!(
        double.sent().remove(0).body,
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "79990001122",
            "type": "template",
            "template": {"name": "order_ready", "language": {"code": "ru"}, "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "18"}]},
                {"type": "body", "parameters": [
                    {"type": "text", "text": "Бориса"}, {"type": "text", "text": "№ 18"},
                ]},
                {"type": "button", "sub_type": "url", "index": "1",
                 "parameters": [{"type": "text", "text": "18"}]},
            ]},
            "biz_opaque_callback_data": "part-9",
        })
    );
    // Free words to the same person do not go.
    let part = crate::text("Привет");
    let refused = account.send(&part, &nobody_wrote(), "k").await;
    assert_eq!(refused, Err(SendError::WindowClosed));
}

#[tokio::test]
async fn u_06_what_meta_refuses_of_a_template_has_a_word_of_ours() {
    let (double, account) = pair().await;
    let template = approved(&double, &*account).await;
    let filled = |pairs| FilledTemplate {
        template: template.clone(),
        values: values(pairs),
    };
    let code = async |pairs| match send(&*account, filled(pairs), vec![]).await {
        Err(SendError::Rejected { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(code(&[]).await, "template_values");
    let all = [
        ("header:1", "1"),
        ("body:1", "2"),
        ("body:2", "3"),
        ("button1:1", "4"),
    ];
    double.judge("order_ready", "PAUSED", "NONE");
    assert_eq!(code(&all).await, "template_paused");
    double.judge("order_ready", "REJECTED", "NONE");
    assert_eq!(code(&all).await, "template_unknown");
}

#[tokio::test]
async fn u_06_a_picture_above_a_template_is_brought_and_named_places_keep_their_names() {
    let (double, account) = pair().await;
    double.add_template(
        "lamp",
        "APPROVED",
        &json!([
            {"type": "HEADER", "format": "IMAGE"},
            {"type": "BODY", "text": "{{name}}, вот лампа за {{price}} ₽.",
             "example": {"body_text_named_params": [
                 {"param_name": "name", "example": "Анна"}, {"param_name": "price", "example": "500"}]}},
        ]),
    );
    let template = listed(&*account, "lamp").await;
    assert_eq!(
        template.text.examples,
        values(&[("body:name", "Анна"), ("body:price", "500")])
    );
    let file = PartFile::from_bytes("лампа.png", "image/png", FileKind::Image, "png".into());
    let filled = FilledTemplate {
        template,
        values: values(&[("body:name", "Борис"), ("body:price", "400")]),
    };
    send(&*account, filled, vec![file]).await.unwrap();
    let sent = double.sent().remove(0).body["template"]["components"].clone();
    assert_eq!(sent[0]["parameters"][0]["type"], "image");
    assert!(sent[0]["parameters"][0]["image"]["id"].is_string());
    assert_eq!(
        sent[1]["parameters"],
        json!([
            {"type": "text", "parameter_name": "name", "text": "Борис"},
            {"type": "text", "parameter_name": "price", "text": "400"},
        ])
    );
    assert_eq!(double.brought().len(), 1);
}

#[tokio::test]
async fn x_16_whether_a_number_is_there_is_never_claimed_to_be_known() {
    let (double, account) = pair().await;
    let phone = Address::parse("8 999 000-11-22").unwrap();
    match account.can_contact(&phone).await.unwrap() {
        Reach::Unknown { why, peer } => {
            assert_eq!(why, "no_check");
            assert_eq!(peer.unwrap().ext_id, "79990001122");
        }
        other => panic!("{other:?}"),
    }
    for other in ["@anna", "anna@example.org"] {
        let address = Address::parse(other).unwrap();
        assert_eq!(account.can_contact(&address).await, Ok(Reach::Unsupported));
    }
    assert_eq!(double.calls(), [], "nothing is asked of Meta");
    assert!(!account.capabilities().number_check);
}

#[tokio::test]
async fn p_14_a_list_that_breaks_off_is_no_list() {
    let (double, account) = pair().await;
    double.fail_next("*", Fault::Unavailable);
    let told = account.templates().await;
    assert!(matches!(told, Err(SendError::Retry { .. })), "{told:?}");
}
