//! Stories of a desk in a messenger (L-79, S1-71, S1-72, X-10), against the strict double of the Bot API.

use crate::{
    app::{App, Caller, Visitor, connect_widget, uuid},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::telegram_double::{Call, Fault, TelegramDouble};

/// The employee's user in the messenger.
const BORIS: i64 = 501;

struct Desk {
    double: TelegramDouble,
    id: String,
    clock: kernel::Clock,
}

impl Desk {
    async fn open(app: &App, olga: &Caller) -> Self {
        let double = TelegramDouble::start().await.unwrap();
        let settings = json!({"token": double.token(), "base_url": double.base_url(), "receive": "poll", "serves": "colleagues"});
        let body = json!({"kind": "telegram", "name": "Телеграм-центр", "settings": settings});
        let account = olga.post("/channels", body).await;
        assert_eq!(account["capabilities"]["desk"], true);
        let id = account["id"].as_str().unwrap().to_owned();
        olga.post(&format!("/channels/{id}/check"), json!({})).await;
        let clock = app.clock.clone();
        Self { double, id, clock }
    }
    /// What the bot sent. A person is told no quicker than the messenger allows, so the house's own clock goes on.
    fn sent(&self) -> Vec<Call> {
        self.clock.advance(std::time::Duration::from_millis(300));
        self.double.sent()
    }
    /// The texts the bot wrote to somebody, in order.
    fn told(&self, to: i64) -> Vec<String> {
        let sent = self.sent().into_iter();
        sent.filter(|c| c.parameters["chat_id"] == to)
            .map(|c| words(&c))
            .collect()
    }
    async fn hears(&self, app: &App, to: i64, what: &str) -> (i64, Call) {
        app.until(&format!("the desk says {what}"), async || {
            let sent = self.sent().into_iter();
            let mut fits =
                sent.filter(|c| c.parameters["chat_id"] == to && words(c).contains(what));
            let call = fits.next_back()?;
            Some((self.number_of(&call)?, call))
        })
        .await
    }
    /// The number a sent message has in its chat.
    fn number_of(&self, call: &Call) -> Option<i64> {
        self.double
            .number_of(call.parameters["chat_id"].as_i64()?, &words(call))
    }
    async fn replies(&self, from: i64, to: i64, text: &str) -> i64 {
        let number = self.double.next_message();
        self.double
            .send_update(
                json!({"message": {"message_id": number, "date": 1_799_999_000, "text": text,
            "from": user(from), "chat": private(from),
            "reply_to_message": {"message_id": to, "date": 1_799_999_000, "chat": private(from)}}}),
            )
            .await;
        number
    }
    async fn presses(&self, from: i64, number: i64, data: &str) {
        self.double.send_update(json!({"callback_query": {"id": uuid(), "from": user(from), "chat_instance": "1", "data": data,
            "message": {"message_id": number, "date": 1_799_999_000, "chat": private(from)}}})).await;
    }
    /// Boris sits at the desk: link, request, tie.
    async fn seat(&self, app: &App, olga: &Caller, boris: &Caller) -> Value {
        let link = boris
            .post(&format!("/centre/desks/{}/link", self.id), json!({}))
            .await;
        let (_, token) = link["link"]
            .as_str()
            .unwrap()
            .split_once("?start=")
            .unwrap();
        self.double.say(BORIS, &format!("/start {token}")).await;
        let asked = app
            .until("the request", async || {
                olga.get("/centre/seats?state=asked").await["seats"][0]
                    .as_object()
                    .cloned()
            })
            .await;
        let asked = Value::Object(asked);
        let me = boris.get("/me").await["person"]["id"].clone();
        assert_eq!(asked["suggested_id"], me);
        let path = format!("/centre/seats/{}/tie", asked["id"].as_str().unwrap());
        let tied = olga.post(&path, json!({"person_id": me})).await;
        self.hears(app, BORIS, "Готово").await;
        tied
    }
}

fn user(id: i64) -> Value {
    json!({"id": id, "is_bot": false, "first_name": format!("Client {id}"), "language_code": "ru"})
}
fn private(id: i64) -> Value {
    json!({"id": id, "type": "private", "first_name": format!("Client {id}")})
}
fn words(call: &Call) -> String {
    let text = call.parameters["text"].as_str();
    let text = text.or_else(|| call.parameters["caption"].as_str());
    text.unwrap_or_default().to_owned()
}
async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}
async fn wait_for(app: &App, who: &Caller, chat: &str, text: &str) -> Value {
    app.until(&format!("the message {text}"), async || {
        messages(who, chat)
            .await
            .into_iter()
            .find(|m| m["text"] == text)
    })
    .await
}

/// Boris takes the visitor's chat in the browser.
async fn taken(app: &App, boris: &Caller) -> String {
    let chat = app
        .until("a chat in the queue", async || {
            boris.inbox("queue").await.into_iter().next()
        })
        .await;
    let id = chat["id"].as_str().unwrap().to_owned();
    boris
        .post(&format!("/client-chats/{id}/take"), json!({}))
        .await;
    id
}

story!(
    l_79_from_the_link_to_the_answer_in_the_clients_channel,
    |app| {
        let olga = app.olga().await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let desk = Desk::open(&app, &olga).await;
        let seat = desk.seat(&app, &olga, &boris).await;
        assert_eq!(
            (seat["number"].as_i64(), seat["state"].as_str()),
            (Some(1), Some("tied"))
        );
        assert!(
            desk.told(BORIS)[0].contains("№ \u{2068}1\u{2069}")
                || desk.told(BORIS)[0].contains("№ 1"),
            "{:?}",
            desk.told(BORIS)
        );
        assert_eq!(boris.get("/centre").await["seats"][0]["state"], "tied");

        // A client of another channel writes to Boris.
        let (key, _) = connect_widget(&olga).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Здравствуйте").await;
        let chat = taken(&app, &boris).await;
        visitor.write("Есть чёрная лампа?").await;
        let (number, call) = desk.hears(&app, BORIS, "Есть чёрная лампа?").await;
        let heading = words(&call);
        assert!(
            heading.starts_with("Гость") && heading.contains("№ 1"),
            "S1-72: name and number: {heading}"
        );
        assert!(
            call.parameters["reply_markup"]["inline_keyboard"][0]
                .as_array()
                .unwrap()
                .len()
                == 3
        );

        // The reply is sent once, in Boris's name, with its mark.
        let theirs = desk.replies(BORIS, number, "Есть, две").await;
        let answer = wait_for(&app, &boris, &chat, "Есть, две").await;
        let me = boris.get("/me").await["person"]["id"].clone();
        assert_eq!(
            answer["author"]["id"], me,
            "S1-72: the employee is the author"
        );
        assert_eq!(answer["extras"]["via"], "Телеграм-центр", "X-10: the mark");
        app.until("the visitor reads it", async || {
            visitor
                .reads()
                .await
                .iter()
                .any(|m| m["text"] == "Есть, две")
                .then_some(())
        })
        .await;
        // Edited at the desk, it is edited at the client's.
        desk.double.send_update(json!({"edited_message": {"message_id": theirs, "date": 1_799_999_000, "edit_date": 1_799_999_100,
        "text": "Есть, три", "from": user(BORIS), "chat": private(BORIS)}})).await;
        wait_for(&app, &boris, &chat, "Есть, три").await;
        let all = messages(&boris, &chat).await;
        assert_eq!(
            all.iter()
                .filter(|m| m["author"]["id"] == me && m["kind"] == "text")
                .count(),
            1,
            "exactly once"
        );
        // What no channel carries is refused in words.
        let dice = desk.double.next_message();
        desk.double.send_update(json!({"message": {"message_id": dice, "date": 1_799_999_000, "from": user(BORIS), "chat": private(BORIS),
        "dice": {"emoji": "🎲", "value": 3}}})).await;
        desk.hears(&app, BORIS, "не переслать").await;
        // Without a reply it goes to the chat last answered in.
        desk.double.say(BORIS, "Отложить?").await;
        wait_for(&app, &boris, &chat, "Отложить?").await;
    }
);

story!(s1_72_files_go_both_ways, |app| {
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let desk = Desk::open(&app, &olga).await;
    desk.seat(&app, &olga, &boris).await;
    // The client's bot is another one: files come from it, and go to the desk.
    let clients = TelegramDouble::start().await.unwrap();
    let settings =
        json!({"token": clients.token(), "base_url": clients.base_url(), "receive": "poll"});
    olga.post(
        "/channels",
        json!({"kind": "telegram", "name": "Бот", "settings": settings}),
    )
    .await;
    clients.say(77, "Здравствуйте").await;
    let chat = taken(&app, &boris).await;
    clients.add_file("bill", "bytes of a bill");
    let n = clients.next_message();
    clients.send_update(json!({"message": {"message_id": n, "date": 1_799_999_000, "caption": "Вот счёт", "from": user(77), "chat": private(77),
        "document": {"file_id": "bill", "file_unique_id": "u", "file_name": "счёт.pdf", "mime_type": "application/pdf", "file_size": 15}}})).await;
    let (number, call) = desk.hears(&app, BORIS, "Вот счёт").await;
    assert!(words(&call).contains("📎 счёт.pdf"));
    app.until("the file at the desk", async || {
        let sent = desk.sent().into_iter();
        let mut files = sent.flat_map(|c| c.files);
        files
            .find(|f| f.bytes.as_ref() == b"bytes of a bill")
            .map(drop)
    })
    .await;
    // Boris answers with a photo.
    desk.double.add_file("photo", "bytes of a photo");
    let theirs = desk.double.next_message();
    desk.double.send_update(json!({"message": {"message_id": theirs, "date": 1_799_999_000, "caption": "Оплачено", "from": user(BORIS), "chat": private(BORIS),
        "reply_to_message": {"message_id": number, "date": 1_799_999_000, "chat": private(BORIS)},
        "document": {"file_id": "photo", "file_unique_id": "p", "file_name": "чек.txt", "mime_type": "text/plain", "file_size": 16}}})).await;
    let answer = wait_for(&app, &boris, &chat, "Оплачено").await;
    assert_eq!(answer["files"][0]["name"], "чек.txt");
    app.until("the client's file", async || {
        let mut files = clients.sent().into_iter().flat_map(|c| c.files);
        files
            .find(|f| f.bytes.as_ref() == b"bytes of a photo")
            .map(drop)
    })
    .await;
});

story!(
    l_79_strangers_learn_nothing_and_who_left_can_do_nothing,
    |app| {
        let olga = app.olga().await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let desk = Desk::open(&app, &olga).await;
        // A stranger: no word back, no client, whatever they write.
        desk.double.say(666, "Здравствуйте, кто здесь?").await;
        desk.double.say(666, "/start сочинено").await;
        desk.presses(666, 1, "next").await;
        // Who asks is told a number, once and the same.
        desk.double.say(667, "/register").await;
        desk.hears(&app, 667, "Заявка").await;
        desk.double.say(667, "/register").await;
        app.until("both answers", async || {
            (desk.told(667).len() == 2).then_some(())
        })
        .await;
        assert_eq!(desk.told(667)[0], desk.told(667)[1]);
        assert!(desk.told(666).is_empty(), "{:?}", desk.told(666));
        assert!(
            olga.inbox("queue").await.is_empty(),
            "nobody became a client"
        );
        let asked = olga.get("/centre/seats?state=asked").await;
        assert_eq!(asked["seats"].as_array().unwrap().len(), 1);
        // Only who manages people decides.
        let path = format!(
            "/centre/seats/{}",
            asked["seats"][0]["id"].as_str().unwrap()
        );
        let me = boris.get("/me").await["person"]["id"].clone();
        assert_eq!(
            boris
                .refused(
                    Method::POST,
                    &format!("{path}/tie"),
                    Some(json!({"person_id": me}))
                )
                .await
                .0,
            403
        );
        olga.post(&format!("{path}/refuse"), json!({})).await;
        desk.hears(&app, 667, "отклонена").await;
        desk.double.say(667, "/register").await;

        desk.seat(&app, &olga, &boris).await;
        assert_eq!(desk.told(667).len(), 3, "who was refused asks in vain");
        let (key, _) = connect_widget(&olga).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Вопрос").await;
        let chat = taken(&app, &boris).await;
        visitor.write("Ещё вопрос").await;
        let (number, _) = desk.hears(&app, BORIS, "Ещё вопрос").await;
        // The chat is another's now: the reply is refused in words and does not reach the client.
        let olga_id = olga.get("/me").await["person"]["id"].clone();
        boris
            .post(
                &format!("/client-chats/{chat}/hand-over"),
                json!({"to": olga_id, "note": ""}),
            )
            .await;
        desk.replies(BORIS, number, "Уже не мой").await;
        desk.hears(&app, BORIS, "ведёт другой").await;
        let mine = me.as_str().unwrap();
        olga.patch(&format!("/people/{mine}"), json!({"active": false}))
            .await;
        let before = desk.told(BORIS).len();
        desk.replies(BORIS, number, "Меня уволили").await;
        desk.presses(BORIS, number, "next").await;
        visitor.write("Третий вопрос").await;
        wait_for(&app, &olga, &chat, "Третий вопрос").await;
        // The desk has dealt with all of it once something later is answered.
        desk.double.say(700, "/register").await;
        desk.hears(&app, 700, "Заявка").await;
        assert_eq!(desk.told(BORIS).len(), before);
        let all = messages(&olga, &chat).await;
        assert!(
            all.iter()
                .all(|m| m["text"] != "Уже не мой" && m["text"] != "Меня уволили")
        );
    }
);

story!(s1_71_take_close_and_next_by_buttons, |app| {
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let desk = Desk::open(&app, &olga).await;
    let seat = desk.seat(&app, &olga, &boris).await;
    let path = format!("/centre/seats/{}", seat["id"].as_str().unwrap());
    boris.patch(&path, json!({"queue_chats": true})).await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Кто-нибудь?").await;
    let (number, call) = desk.hears(&app, BORIS, "Кто-нибудь?").await;
    let rows = &call.parameters["reply_markup"]["inline_keyboard"][0];
    let data = |n: usize| rows[n]["callback_data"].as_str().unwrap().to_owned();
    desk.presses(BORIS, number, &data(0)).await;
    desk.hears(&app, BORIS, "чат ваш").await;
    assert_eq!(boris.inbox("my").await.len(), 1);
    assert!(
        desk.double
            .calls()
            .iter()
            .any(|c| c.method == "answerCallbackQuery"),
        "the press is acknowledged"
    );
    desk.double.say(BORIS, "Я здесь").await;
    app.until("the answer", async || {
        visitor
            .reads()
            .await
            .iter()
            .any(|m| m["text"] == "Я здесь")
            .then_some(())
    })
    .await;
    let other = Visitor::new(&app, &key).await;
    other.write("Второй клиент").await;
    desk.hears(&app, BORIS, "Второй клиент").await;
    desk.presses(BORIS, number, &data(2)).await;
    app.until("the next is shown again", async || {
        (desk
            .told(BORIS)
            .iter()
            .filter(|t| t.contains("Второй клиент"))
            .count()
            == 2)
            .then_some(())
    })
    .await;
    desk.presses(BORIS, number, &data(1)).await;
    desk.hears(&app, BORIS, "беседа завершена").await;
    assert_eq!(boris.inbox("closed").await.len(), 1);
    desk.presses(BORIS, number, &data(1)).await;
    // Refused in words: it is closed.
    app.until("the refusal", async || {
        let last = desk.told(BORIS).pop()?;
        (!last.contains("беседа завершена") && !last.contains("Второй")).then_some(())
    })
    .await;
});

story!(
    l_79_nothing_is_lost_when_the_messenger_does_not_answer,
    |app| {
        let olga = app.olga().await;
        let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
        let desk = Desk::open(&app, &olga).await;
        desk.seat(&app, &olga, &boris).await;
        let (key, _) = connect_widget(&olga).await;
        let visitor = Visitor::new(&app, &key).await;
        visitor.write("Здравствуйте").await;
        taken(&app, &boris).await;
        desk.double.fail_next("sendMessage", Fault::DropAnswer);
        visitor.write("Слышно?").await;
        // Whichever note the messenger did not answer for, it goes again, and what comes after it comes.
        app.until("told again", async || {
            let mut told = desk.told(BORIS);
            let all = told.len();
            let heard = told.iter().any(|t| t.contains("Слышно?"));
            told.sort();
            told.dedup();
            (heard && all == told.len() + 1).then_some(())
        })
        .await;
        app.until("nothing left to tell", async || {
            app.clock.advance(std::time::Duration::from_millis(400));
            let left: Vec<(String,)> = app
                .house()
                .read(async |tx: &mut db::Tx<'_>| {
                    tx.all(
                        db::sql!(
                            "SELECT state FROM outbox_parts WHERE kind = 'note' AND state <> 'sent'"
                        ),
                        &db::bind![],
                    )
                    .await
                })
                .await
                .unwrap();
            left.is_empty().then_some(())
        })
        .await;
        // Whom a desk serves is said once.
        let settings =
            json!({"base_url": desk.double.base_url(), "receive": "poll", "serves": "clients"});
        let refused = olga
            .refused(
                Method::PATCH,
                &format!("/channels/{}", desk.id),
                Some(json!({"settings": settings})),
            )
            .await;
        assert_eq!(refused, (409, "channels.desk_stays".into()));
    }
);

story!(l_79_what_waits_for_the_desk_survives_the_house, |app| {
    let mut app = app;
    let olga = app.olga().await;
    let boris = app.join(&olga, "Борис", "boris", "Сотрудник").await;
    let desk = Desk::open(&app, &olga).await;
    desk.seat(&app, &olga, &boris).await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    visitor.write("Здравствуйте").await;
    taken(&app, &boris).await;
    // The messenger asks for patience until the house goes down.
    for _ in 0..20 {
        desk.double.fail_next("sendMessage", Fault::TooMany(2));
    }
    visitor.write("Перед падением").await;
    app.until("a note that waits", async || {
        let waits: Option<(i64,)> = app
            .house()
            .read(async |tx: &mut db::Tx<'_>| {
                let query = db::sql!(
                    "SELECT n FROM outbox_parts WHERE kind = 'note' AND state = 'queued' AND attempts > 0"
                );
                tx.one(query, &db::bind![]).await
            })
            .await
            .unwrap();
        waits.map(drop)
    })
    .await;
    app.beseda.take().unwrap().stop().await;
    assert!(
        !desk
            .told(BORIS)
            .iter()
            .any(|t| t.contains("Перед падением"))
    );
    app.open().await;
    desk.hears(&app, BORIS, "Перед падением").await;
    let told = desk.told(BORIS);
    assert_eq!(
        told.iter().filter(|t| t.contains("Перед падением")).count(),
        1
    );
});
