//! F10: the machine's clock jumps an hour ahead, back, and back again in the middle of work. Order is kept, nobody is signed
//! out or locked out for good, timers fire once, and what waits for a moment does not wait for ever.

use crate::{
    app::{App, Caller, Visitor, connect_widget},
    story,
};
use kernel::{Clock, Moment};
use reqwest::Method;
use serde_json::{Value, json};
use std::{sync::atomic::Ordering, time::Duration};
use testkit::telegram_double::TelegramDouble;

const HOUR: Duration = Duration::from_secs(3600);

/// Sets the clock that everything in the house reads.
fn jump(app: &App, to: Moment) {
    let Clock::Hand(micros) = &app.clock else {
        panic!("a story's clock is moved by hand");
    };
    micros.store(to.micros(), Ordering::SeqCst);
}

async fn texts(who: &Caller, thread: &str) -> Vec<String> {
    let page = who
        .get(&format!("/threads/{thread}/messages?limit=200"))
        .await;
    let text = |m: &Value| m["text"].as_str().unwrap().to_owned();
    let all = page["messages"].as_array().unwrap().iter().map(text);
    all.filter(|t| !t.is_empty()).collect()
}

/// Where the clock stands, step by step, from the start.
fn steps(start: Moment) -> [Moment; 5] {
    [
        start,
        start + HOUR,
        start - HOUR,
        start + Duration::from_secs(1),
        start - HOUR,
    ]
}

story!(f10_order_is_kept_whatever_the_clock_says, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let chat = olga.direct_with(&anna).await;
    let (key, _) = connect_widget(&olga).await;
    let visitor = Visitor::new(&app, &key).await;
    let mut socket = anna.listen(None).await;
    socket.wait_type("welcome").await;
    let start = app.clock.now();
    let mut want = Vec::new();
    for (n, moment) in steps(start).into_iter().enumerate() {
        jump(&app, moment);
        let text = format!("шаг {n}");
        olga.say("chats", &chat, &text).await;
        visitor.write(&text).await;
        // A socket that comes back with a cursor from another time misses nothing.
        let cursor = socket.cursor.clone();
        socket
            .wait("the step", |f| {
                f["type"] == "message.added"
                    && f["message"]["thread_id"] == chat.as_str()
                    && f["message"]["text"] == text.as_str()
            })
            .await;
        let mut back = anna.listen(Some(&cursor)).await;
        back.wait("the step again", |f| f["message"]["text"] == text.as_str())
            .await;
        assert!(!back.seen.iter().any(|f| f["type"] == "reload"));
        want.push(text);
    }
    assert_eq!(texts(&anna, &chat).await, want);
    let queue = olga.inbox("queue").await;
    assert_eq!(queue.len(), 1, "one conversation, not one per hour");
    assert_eq!(texts(&olga, queue[0]["id"].as_str().unwrap()).await, want);
    assert_eq!(queue[0]["conversation"]["number"], 1);
    // And the inbox itself answers in every hour.
    assert_eq!(olga.get("/inbox/counts").await["queue"]["total"], 1);
});

story!(f10_nobody_is_signed_out_or_locked_out_by_a_jump, |app| {
    let olga = app.olga().await;
    app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let start = app.clock.now();
    let sign_in = async |password: &str| {
        let form = json!({"login": "anna", "password": password});
        let (status, answer) = app
            .stranger()
            .raw(Method::POST, "/sessions", Some(form))
            .await;
        (status.as_u16(), answer)
    };
    for moment in steps(start) {
        jump(&app, moment);
        olga.get("/me").await;
        assert_eq!(sign_in("anna-password").await.0, 200);
    }
    // Locked out an hour ahead; the clock is put right: the wait is no longer than it ever is.
    jump(&app, start + HOUR);
    let mut locked = 0;
    for _ in 0..30 {
        locked = sign_in("wrong").await.0;
        if locked == 429 {
            break;
        }
    }
    assert_eq!(locked, 429, "guessing is slowed down");
    jump(&app, start);
    let (status, answer) = sign_in("anna-password").await;
    assert_eq!(status, 429, "a jump does not unlock");
    let wait: u64 = answer["args"]["seconds"].as_str().unwrap().parse().unwrap();
    assert!(
        wait <= 15 * 60 + 1,
        "locked for {wait} s by the clock alone"
    );
    jump(&app, start + Duration::from_secs(wait + 1));
    assert_eq!(sign_in("anna-password").await.0, 200);
});

story!(f10_what_waits_goes_once_after_a_jump, |app| {
    let olga = app.olga().await;
    let double = TelegramDouble::start().await.unwrap();
    let settings =
        json!({"token": double.token(), "base_url": double.base_url(), "receive": "poll"});
    let form = json!({"kind": "telegram", "name": "Бот", "settings": settings});
    olga.post("/channels", form).await;
    double.say(77, "Здравствуйте").await;
    let chat = app
        .until("a chat in the queue", async || {
            let queue = olga.inbox("queue").await;
            Some(queue.first()?["id"].as_str()?.to_owned())
        })
        .await;
    let start = app.clock.now();
    let mut sent = 0;
    for (n, moment) in steps(start).into_iter().enumerate() {
        jump(&app, moment);
        double.say(77, &format!("вопрос {n}")).await;
        olga.say("client-chats", &chat, &format!("ответ {n}")).await;
        sent += 1;
        // A bucket that was filled "in the future" gives by its rate again: the clock goes on from where it was put.
        app.until("the answer at the client's", async || {
            app.clock.advance(Duration::from_millis(200));
            (double.sent().len() == sent).then_some(())
        })
        .await;
    }
    let went: Vec<String> = double
        .sent()
        .iter()
        .map(|c| c.parameters["text"].as_str().unwrap().to_owned())
        .collect();
    let want: Vec<String> = (0..sent).map(|n| format!("ответ {n}")).collect();
    assert_eq!(went, want, "each once, in order");
    let all = app
        .until("all questions", async || {
            let all = texts(&olga, &chat).await;
            let asked: Vec<String> = all
                .into_iter()
                .filter(|t| t.starts_with("вопрос"))
                .collect();
            (asked.len() == sent).then_some(asked)
        })
        .await;
    let want: Vec<String> = (0..sent).map(|n| format!("вопрос {n}")).collect();
    assert_eq!(all, want);
    assert_eq!(olga.get("/jobs/dead").await, json!([]));
});
