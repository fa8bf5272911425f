//! Stories of the delivery ledger (M-01): the way of a message hop by hop, the list of what did not arrive, tries again,
//! and the comparison with what the messenger itself remembers.

use crate::{
    app::{App, Caller},
    story,
};
use db::{Tx, bind, sql};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::vk_double::{Fault, VkDouble};

const ANNA: i64 = 7001;

async fn connect(olga: &Caller) -> (VkDouble, String) {
    let double = VkDouble::start().await.unwrap();
    double.call_person(ANNA, "Анна", "Петрова");
    let settings = json!({"token": double.token(), "base_url": double.base_url()});
    let form = json!({"kind": "vk", "name": "Сообщество", "settings": settings});
    let account = olga.post("/channels", form).await;
    double.listened_to().await;
    (double, id_of(&account))
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn queued(app: &App, who: &Caller) -> String {
    let chat = app
        .until("a chat in the queue", async || {
            who.inbox("queue").await.into_iter().next()
        })
        .await;
    id_of(&chat)
}

async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}

async fn with_text(app: &App, who: &Caller, chat: &str, text: &str) -> Value {
    app.until(text, async || {
        let all = messages(who, chat).await;
        all.into_iter().find(|m| m["text"] == text)
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) {
    app.until(want, async || {
        let all = messages(who, chat).await;
        all.into_iter()
            .find(|m| m["id"] == *id && m["delivery"]["state"] == want)
    })
    .await;
}

/// Compares an account now and answers what was found; `before` comparisons were made before.
pub(crate) async fn compared(app: &App, who: &Caller, account: &str, before: usize) -> Value {
    app.clock.advance(Duration::from_secs(600));
    let asked = json!({"account": account});
    who.post("/delivery/comparisons", asked).await;
    let found = app
        .until("the comparison", async || {
            let all = who.get("/delivery/comparisons").await;
            let all = all.as_array().unwrap().clone();
            let ended = all.iter().all(|one| !one["ended_at"].is_null());
            (ended && all.len() > before).then(|| all[0].clone())
        })
        .await;
    assert_eq!(found["error"], "", "{found}");
    found
}

/// The steps of a message as words.
fn steps(ledger: &Value) -> Vec<String> {
    let all = ledger["steps"].as_array().unwrap();
    all.iter()
        .map(|s| s["what"].as_str().unwrap().to_owned())
        .collect()
}

story!(m_01_the_way_of_a_message_is_told_hop_by_hop, |app| {
    let olga = app.olga().await;
    let (double, _) = connect(&olga).await;
    double.say(ANNA, "Здравствуйте").await;
    let chat = queued(&app, &olga).await;
    let theirs = with_text(&app, &olga, &chat, "Здравствуйте").await;
    let path = format!("/messages/{}/delivery", id_of(&theirs));
    // The event is marked done in the commit that made the message.
    let ledger = olga.get(&path).await;
    assert_eq!(ledger["incoming"], true);
    assert_eq!(ledger["channel"]["name"], "Сообщество");
    assert_eq!(steps(&ledger), ["received", "taken"], "{ledger}");
    // Ours: the messenger asks to wait, then takes it.
    double.fail_next("messages.send", Fault::TooMany(7));
    let sent = olga.say("client-chats", &chat, "Добрый день").await;
    let path = format!("/messages/{}/delivery", id_of(&sent));
    app.until("the wait", async || {
        let ledger = olga.get(&path).await;
        steps(&ledger).contains(&"waits".to_owned()).then_some(())
    })
    .await;
    app.clock.advance(Duration::from_secs(8));
    delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    let ledger = olga.get(&path).await;
    assert_eq!(
        steps(&ledger),
        ["written", "sending", "waits", "sending", "sent"],
        "{ledger}"
    );
    assert_eq!(ledger["steps"][2]["code"], "retry");
    assert_eq!(ledger["incoming"], false);
    // Whoever may not see the chat may not see its way either.
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    assert_eq!(
        boris.refused(Method::GET, &path, None).await.0,
        404,
        "X-03: the ledger asks the one access function"
    );
});

story!(
    m_01_what_did_not_arrive_is_listed_with_its_reason_and_goes_again_as_a_new_hop,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga).await;
        double.say(ANNA, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        double.fail_next("messages.send", Fault::Error(914));
        let sent = olga.say("client-chats", &chat, "Не уйдёт").await;
        delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        let page = olga.get("/delivery").await;
        let row = page["rows"][0].clone();
        assert_eq!(row["message_id"], sent["id"]);
        assert_eq!(
            (
                row["state"].clone(),
                row["code"].clone(),
                row["client"].clone(),
                row["excerpt"].clone()
            ),
            (
                json!("failed"),
                json!("too_long"),
                json!("Анна Петрова"),
                json!("Не уйдёт")
            )
        );
        assert_ne!(row["words"], "", "what the other side said stands there");
        let elsewhere = olga
            .get(&format!("/delivery?account={}", crate::app::uuid()))
            .await;
        assert_eq!(elsewhere["rows"], json!([]));
        let only = olga.get(&format!("/delivery?account={account}")).await;
        assert_eq!(only["rows"].as_array().unwrap().len(), 1);
        // The sign goes only when the messenger accepts (U-01), and the ledger says who asked.
        let replay = format!("/delivery/parts/{}/replay", row["id"].as_str().unwrap());
        olga.post(&replay, json!({})).await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        let ledger = olga
            .get(&format!("/messages/{}/delivery", id_of(&sent)))
            .await;
        assert_eq!(
            steps(&ledger),
            ["written", "sending", "failed", "again", "sending", "sent"]
        );
        assert_eq!(ledger["steps"][3]["person"]["name"], "Ольга");
        assert_eq!(olga.get("/delivery").await["rows"], json!([]));
        assert_eq!(
            olga.refused(Method::POST, &replay, Some(json!({}))).await,
            (409, "channels.nothing_to_retry".to_owned())
        );
        // What somebody lets be leaves the list and stays in the ledger.
        double.fail_next("messages.send", Fault::Error(914));
        let lost = olga.say("client-chats", &chat, "Уже неважно").await;
        delivered(&app, &olga, &chat, &lost["id"], "failed").await;
        let row = olga.get("/delivery").await["rows"][0].clone();
        olga.post(
            &format!("/delivery/parts/{}/set-aside", row["id"].as_str().unwrap()),
            json!({}),
        )
        .await;
        assert_eq!(olga.get("/delivery").await["rows"], json!([]));
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        assert_eq!(boris.refused(Method::GET, "/delivery", None).await.0, 403);
        assert_eq!(
            boris
                .refused(Method::POST, &replay, Some(json!({})))
                .await
                .0,
            403
        );
    }
);

story!(
    m_01_what_may_have_arrived_goes_again_only_when_its_sender_is_sure,
    |app| {
        let olga = app.olga().await;
        let (double, _) = connect(&olga).await;
        double.say(ANNA, "Здравствуйте").await;
        let chat = queued(&app, &olga).await;
        double.fail_next("messages.send", Fault::Error(914));
        let sent = olga.say("client-chats", &chat, "Счёт 15").await;
        delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        let row = olga.get("/delivery").await["rows"][0].clone();
        let part = row["id"].as_str().unwrap().to_owned();
        set_state(&app, "unknown").await;
        let replay = format!("/delivery/parts/{part}/replay");
        assert_eq!(
            olga.refused(Method::POST, &replay, Some(json!({}))).await,
            (409, "channels.may_have_arrived".to_owned())
        );
        olga.post(&replay, json!({"sure": true})).await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    }
);

/// Puts the failed part into a state, as a crash in the wrong moment would.
pub(crate) async fn set_state(app: &App, state: &'static str) {
    let change = async move |tx: &mut Tx<'_>| {
        let query = sql!("UPDATE outbox_parts SET state = $1 WHERE state = 'failed'");
        tx.run(query, &bind![state]).await
    };
    assert_eq!(app.house().write(change).await.unwrap(), 1);
}

story!(
    m_01_an_event_not_understood_is_worked_on_again_once_it_can_be,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga).await;
        double.say(ANNA, "Первое").await;
        let chat = queued(&app, &olga).await;
        // Something this version does not know: a placeholder stands for it (U-09).
        double
            .write(
                ANNA,
                json!({"attachments": [{"type": "hologram", "hologram": {"id": 1}}]}),
            )
            .await;
        let stands = app
            .until("the placeholder", async || {
                let all = messages(&olga, &chat).await;
                all.into_iter().find(|m| m["kind"] == "placeholder")
            })
            .await;
        let ledger = olga
            .get(&format!("/messages/{}/delivery", id_of(&stands)))
            .await;
        let n = ledger["events"][0]["n"].as_i64().unwrap();
        // The next version reads it; here its stored bytes are put into words that this one knows.
        let learn = async move |tx: &mut Tx<'_>| {
            let (body,): (Vec<u8>,) = tx
                .must(sql!("SELECT body FROM raw_events WHERE n = $1"), &bind![n])
                .await?;
            let mut event: Value = serde_json::from_slice(&body)?;
            event["object"]["message"]["text"] = "Голограмма: договор".into();
            event["object"]["message"]["attachments"] = json!([]);
            let query = sql!("UPDATE raw_events SET body = $2 WHERE n = $1");
            tx.run(query, &bind![n, event.to_string().into_bytes().as_slice()])
                .await
        };
        app.house().write(learn).await.unwrap();
        olga.post(&format!("/delivery/events/{n}/replay"), json!({}))
            .await;
        let filled = with_text(&app, &olga, &chat, "Голограмма: договор").await;
        assert_eq!(
            (
                filled["id"].clone(),
                filled["seq"].clone(),
                filled["kind"].clone()
            ),
            (stands["id"].clone(), stands["seq"].clone(), json!("text")),
            "it stands in the place of the placeholder, once"
        );
        let found = olga.get("/search?q=голограмма").await;
        assert!(found.to_string().contains("договор"), "{found}");
        // A parked one goes again with all others of its account, and what it had made is not made twice.
        let park = async move |tx: &mut Tx<'_>| {
            let query = sql!(
                "UPDATE raw_events SET state = 'parked', error = 'broke', attempts = 3 WHERE state = 'done'"
            );
            tx.run(query, &bind![]).await
        };
        let parked = app.house().write(park).await.unwrap();
        assert!(parked >= 2);
        let page = olga.get("/delivery").await;
        assert_eq!(page["parked"].as_array().unwrap().len() as u64, parked);
        assert_eq!(page["parked"][0]["error"], "broke");
        let before = messages(&olga, &chat).await.len();
        let done = olga
            .post("/delivery/events/replay", json!({"account": account}))
            .await;
        assert_eq!(done["count"].as_u64().unwrap(), parked);
        app.until("nothing parked", async || {
            let page = olga.get("/delivery").await;
            (page["parked"] == json!([])).then_some(())
        })
        .await;
        double.say(ANNA, "Последнее").await;
        with_text(&app, &olga, &chat, "Последнее").await;
        assert_eq!(messages(&olga, &chat).await.len(), before + 1);
        assert_eq!(
            olga.refused(
                Method::POST,
                "/delivery/events/999999/replay",
                Some(json!({}))
            )
            .await
            .0,
            404
        );
    }
);

story!(
    m_01_a_comparison_fetches_what_was_lost_confirms_what_arrived_and_names_what_is_missing,
    |app| {
        let olga = app.olga().await;
        let (double, account) = connect(&olga).await;
        double.say(ANNA, "Первое").await;
        let chat = queued(&app, &olga).await;
        // One of theirs was never told; one of ours is not there any more; one of ours arrived and we do not know it.
        double.say_unheard(ANNA, "Этого никто не слышал");
        let kept = olga.say("client-chats", &chat, "Дойдёт").await;
        delivered(&app, &olga, &chat, &kept["id"], "sent").await;
        let gone = olga.say("client-chats", &chat, "Пропадёт").await;
        delivered(&app, &olga, &chat, &gone["id"], "sent").await;
        double.lose(ANNA, 4);
        double.fail_next("messages.send", Fault::Error(914));
        let doubt = olga.say("client-chats", &chat, "Счёт 15").await;
        delivered(&app, &olga, &chat, &doubt["id"], "failed").await;
        set_state(&app, "unknown").await;
        double.answer_by_program(ANNA, "Счёт 15");
        app.clock.advance(Duration::from_secs(600));
        olga.post("/delivery/comparisons", json!({"account": account}))
            .await;
        let found = app
            .until("the comparison", async || {
                let all = olga.get("/delivery/comparisons").await;
                all.as_array()
                    .unwrap()
                    .iter()
                    .find(|c| !c["ended_at"].is_null())
                    .cloned()
            })
            .await;
        assert_eq!(found["error"], "", "{found}");
        assert_eq!(
            (
                found["recovered"].clone(),
                found["confirmed"].clone(),
                found["missing"].clone()
            ),
            (json!(1), json!(1), json!([gone["id"]])),
            "{found}"
        );
        with_text(&app, &olga, &chat, "Этого никто не слышал").await;
        delivered(&app, &olga, &chat, &doubt["id"], "sent").await;
        // Nothing is left to find.
        olga.post("/delivery/comparisons", json!({"account": account}))
            .await;
        let again = app
            .until("the second", async || {
                let all = olga.get("/delivery/comparisons").await;
                let all = all.as_array().unwrap().clone();
                (all.len() == 2).then(|| all[0].clone())
            })
            .await;
        assert_eq!(
            (again["recovered"].clone(), again["confirmed"].clone()),
            (json!(0), json!(0)),
            "{again}"
        );
    }
);
