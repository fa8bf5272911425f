//! P-21, M-01: stories of e-mail as a channel, against a strict double of a mail provider.

use crate::{
    app::{App, Caller, uuid},
    files::png,
    ledger::{compared, set_state},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::mail_double::{self, Fault, MailDouble};

const ANNA: &str = "anna@example.org";

fn settings(double: &MailDouble) -> Value {
    json!({
        "provider": "own", "address": mail_double::ADDRESS, "password": mail_double::PASSWORD, "from_name": "Лавка",
        "smtp_host": "127.0.0.1", "smtp_port": double.smtp_port().to_string(), "smtp_security": "none",
        "imap_host": "127.0.0.1", "imap_port": double.imap_port().to_string(), "imap_security": "none",
    })
}

async fn connect(olga: &Caller, double: &MailDouble) -> Value {
    let settings = settings(double);
    let checked = olga
        .post(
            "/channels/check",
            json!({"kind": "email", "settings": settings}),
        )
        .await;
    assert_eq!(
        (&checked["ok"], &checked["name"]),
        (&json!(true), &json!(mail_double::ADDRESS)),
        "{checked}"
    );
    let account = olga
        .post(
            "/channels",
            json!({"kind": "email", "name": "Почта", "settings": settings}),
        )
        .await;
    assert_eq!(
        account["settings"]["password"], "",
        "a secret never comes back"
    );
    account
}

fn letter(headers: &[&str], words: &str) -> String {
    let head = headers.join("\r\n");
    format!(
        "From: Anna <Anna@Example.org>\r\n{head}\r\n\r\n{}",
        words.replace('\n', "\r\n")
    )
}

/// A house with a mailbox that is being read; nothing has come yet.
async fn connected(app: &App) -> (Caller, MailDouble, String) {
    let olga = app.olga().await;
    let double = MailDouble::start().await.unwrap();
    let account = connect(&olga, &double).await;
    app.until("the mailbox is read", async || {
        (double.idles() > 0).then_some(())
    })
    .await;
    (olga, double, account["id"].as_str().unwrap().to_owned())
}

async fn written(app: &App) -> (Caller, MailDouble, String) {
    let (olga, double, _) = connected(app).await;
    double.receive(letter(
        &["Subject: Лампа", "Message-ID: <1@example.org>"],
        "Есть чёрная?",
    ));
    let chat = queued(app, &olga, 1).await.pop().unwrap();
    (olga, double, chat)
}

async fn queued(app: &App, who: &Caller, count: usize) -> Vec<String> {
    let all = app
        .until("chats in the queue", async || {
            let all = who.inbox("queue").await;
            (all.len() == count).then_some(all)
        })
        .await;
    let ids = all.iter().map(|chat| chat["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

async fn messages(who: &Caller, chat: &str) -> Vec<Value> {
    let page = who.get(&format!("/threads/{chat}/messages")).await;
    page["messages"].as_array().unwrap().clone()
}

async fn message(
    app: &App,
    who: &Caller,
    chat: &str,
    what: &str,
    fits: impl Fn(&Value) -> bool,
) -> Value {
    app.until(what, async || {
        app.clock.advance(Duration::from_millis(200));
        messages(who, chat).await.into_iter().find(&fits)
    })
    .await
}

async fn delivered(app: &App, who: &Caller, chat: &str, id: &Value, want: &str) -> Value {
    message(app, who, chat, want, |m| {
        m["id"] == *id && m["delivery"]["state"] == want
    })
    .await
}

story!(
    p_21_a_client_writes_a_letter_is_answered_in_its_thread_and_a_bounce_is_seen,
    |app| {
        let (olga, double, chat) = written(&app).await;
        let card = olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(
            (&card["contact"]["name"], &card["contact"]["email"]),
            (&json!("Anna"), &json!(ANNA))
        );
        let all = messages(&olga, &chat).await;
        let theirs: Vec<_> = all.iter().filter(|m| m["kind"] == "text").collect();
        assert_eq!(theirs.len(), 1, "however often it came: {all:?}");
        assert_eq!(theirs[0]["text"], "**Лампа**\n\nЕсть чёрная?");

        let (_, file) = olga.upload("/files", "a.png", &png(4, 4)).await;
        let sent = olga
            .post(
                &format!("/client-chats/{chat}/messages"),
                json!({"client_id": uuid(), "text": "Есть!", "files": [file["id"]]}),
            )
            .await;
        delivered(&app, &olga, &chat, &sent["id"], "sent").await;
        let taken = double.taken().pop().unwrap();
        assert_eq!(
            (taken.to.as_str(), taken.header("In-Reply-To").as_str()),
            (ANNA, "<1@example.org>")
        );
        assert!(
            taken.header("References").ends_with("<1@example.org>"),
            "{}",
            taken.header("References")
        );
        assert!(taken.raw.contains("image/png") && taken.header("Auto-Submitted").is_empty());
        let id = taken.header("Message-ID");

        // Their answer quotes ours: the words stand alone, the quotation is one step away.
        double.receive(letter(
            &[
                "Subject: Re: Лампа",
                "Message-ID: <2@example.org>",
                &format!("In-Reply-To: {id}"),
            ],
            "Беру\n\n> Есть!",
        ));
        let reply = message(&app, &olga, &chat, "the answer", |m| m["text"] == "Беру").await;
        assert_eq!(reply["reply"]["id"], sent["id"]);
        assert_eq!(reply["files"][0]["name"], "letter.txt");
        message(&app, &olga, &chat, "the whole letter", |m| {
            m["id"] == reply["id"] && m["files"][0]["state"] == "ready"
        })
        .await;

        let bounce = format!(
            "From: MAILER-DAEMON@mx.example\r\nMessage-ID: <b@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n--r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; {ANNA}\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 mailbox full\r\n\r\n--r\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\nTo: {ANNA}\r\n\r\n--r--\r\n"
        );
        double.receive(bounce);
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        assert!(
            failed["delivery"].to_string().contains("mailbox full"),
            "{}",
            failed["delivery"]
        );
        assert_eq!(
            messages(&olga, &chat)
                .await
                .iter()
                .filter(|m| m["author"]["kind"] == "contact")
                .count(),
            2,
            "a bounce is no message"
        );
    }
);

story!(p_21_two_programs_do_not_talk_for_ever, |app| {
    let (olga, double, _) = connected(&app).await;
    let rules = json!({"texts": {"first": {"ru": "Мы получили ваше письмо"}}});
    let queue = olga.get("/queues").await[0]["id"].clone();
    let form = json!({"name": "Общая очередь", "member_ids": [olga.id], "policy": "first_to_answer", "rules": rules});
    olga.patch(&format!("/queues/{}", queue.as_str().unwrap()), form)
        .await;
    // A program writes first, and another answers our letter: both are shown, none is greeted.
    double.receive(letter(
        &["Precedence: bulk", "Message-ID: <news@example.org>"],
        "Новости",
    ));
    queued(&app, &olga, 1).await;
    double.receive("From: boris@example.org\r\nMessage-ID: <b1@example.org>\r\n\r\nЕсть лампа?");
    app.until("a person is greeted", async || {
        app.clock.advance(Duration::from_millis(200));
        double.taken().pop()
    })
    .await;
    let taken = double.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert_eq!(
        (
            taken[0].to.as_str(),
            taken[0].header("Auto-Submitted").as_str()
        ),
        ("boris@example.org", "auto-replied")
    );
    let chats = queued(&app, &olga, 2).await;
    let id = taken[0].header("Message-ID");
    for n in 0..3 {
        // Each time the talk is over, so that a person's letter would be greeted anew.
        for chat in &chats {
            // The first time it waits for somebody; then it comes back to whose it was.
            let path = format!("/client-chats/{chat}/take");
            olga.raw(Method::POST, &path, Some(json!({}))).await;
            let path = format!("/client-chats/{chat}/close");
            olga.raw(Method::POST, &path, Some(json!({}))).await;
        }
        double.receive(format!(
            "From: boris@example.org\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <a{n}@example.org>\r\nIn-Reply-To: {id}\r\n\r\nЯ в отпуске {n}"
        ));
        app.until("the absence note", async || {
            for chat in &chats {
                let all = messages(&olga, chat).await;
                let text = format!("Я в отпуске {n}");
                if let Some(found) = all.into_iter().find(|m| m["text"] == text) {
                    return Some(found);
                }
            }
            None
        })
        .await;
    }
    for _ in 0..10 {
        app.clock.advance(Duration::from_secs(60));
        olga.inbox("queue").await;
    }
    assert_eq!(double.taken().len(), 1, "nobody answers a program");
});

story!(p_21_somebody_is_written_to_first_by_their_address, |app| {
    let (olga, double, account) = connected(&app).await;
    olga.patch(
        &format!("/channels/{account}"),
        json!({"may_write_first": true}),
    )
    .await;
    let ways = olga.get("/ways?to=Boris%40Example.org").await;
    assert_eq!(
        (&ways[0]["kind"], &ways[0]["how"], &ways[0]["takes"]),
        (&json!("email"), &json!("write"), &json!(["email"]))
    );
    let reach = json!({"account_id": account, "to": "Boris@Example.org"});
    assert_eq!(olga.post("/reach", reach).await["state"], "unknown");
    let body = json!({"client_id": uuid(), "account_id": account, "to": "Boris@Example.org", "text": "Ваш заказ готов", "anyway": true});
    let made = olga.post("/client-chats", body).await;
    app.until("the letter", async || {
        let taken = double.taken();
        taken.into_iter().find(|one| one.to == "boris@example.org")
    })
    .await;
    let chat = made["chat"]["id"].as_str().unwrap();
    // They answer: the same talk, and now they have a name.
    double.receive(
        "From: Boris Ivanov <boris@example.org>\r\nMessage-ID: <b1@example.org>\r\n\r\nСпасибо",
    );
    message(&app, &olga, chat, "the answer", |m| m["text"] == "Спасибо").await;
    let card = olga.get(&format!("/client-chats/{chat}")).await;
    assert_eq!(
        (&card["contact"]["name"], &card["contact"]["email"]),
        (&json!("Boris Ivanov"), &json!("Boris@Example.org"))
    );
});

story!(
    p_21_an_answer_from_a_mail_program_stands_in_the_talk,
    |app| {
        let (olga, double, chat) = written(&app).await;
        double.send_elsewhere(
        "From: Olga <shop@lavka.example>\r\nTo: anna@example.org\r\nMessage-ID: <m1@pc>\r\nIn-Reply-To: <1@example.org>\r\n\r\nОтвечу из почты",
    );
        // What wakes the reader is any letter.
        double.receive("From: carl@example.org\r\nMessage-ID: <c1@example.org>\r\n\r\nПривет");
        let theirs = message(&app, &olga, &chat, "the answer", |m| {
            m["text"] == "Отвечу из почты"
        })
        .await;
        assert_eq!(theirs["author"]["name"], "Olga");
        assert!(double.taken().is_empty(), "it is not sent again");
    }
);

story!(
    p_21_nobody_at_an_address_is_told_with_the_servers_words,
    |app| {
        let (olga, double, chat) = written(&app).await;
        double.fail_next(Fault::Receiver("550 5.1.1 no such user"));
        let sent = olga.say("client-chats", &chat, "Есть!").await;
        let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
        assert!(
            failed["delivery"].to_string().contains("no such user"),
            "{}",
            failed["delivery"]
        );
    }
);

story!(
    m_01_a_comparison_asks_the_mailbox_for_what_was_lost_and_what_went,
    |app| {
        let (olga, double, account) = connected(&app).await;
        let from_anna =
            |n: usize, words: &str| letter(&[&format!("Message-ID: <{n}@example.org>")], words);
        double.receive(from_anna(1, "Первое"));
        let chat = queued(&app, &olga, 1).await.pop().unwrap();
        double.receive_unnoticed(from_anna(2, "Этого никто не видел"));
        double.receive(from_anna(3, "Третье"));
        message(&app, &olga, &chat, "the third", |m| m["text"] == "Третье").await;
        // The answer was lost on the way, and the provider has put the letter where sent ones lie.
        double.fail_next(Fault::Receiver("550 5.1.1 no such user"));
        let doubt = olga.say("client-chats", &chat, "Счёт 15").await;
        delivered(&app, &olga, &chat, &doubt["id"], "failed").await;
        set_state(&app, "unknown").await;
        let rows = olga.get("/delivery").await;
        let part = rows["rows"][0]["id"].as_str().unwrap().to_owned();
        double.send_elsewhere(format!(
            "From: Lavka <{}>\r\nTo: {ANNA}\r\nMessage-ID: <beseda.{part}@lavka.example>\r\n\r\nСчёт 15 и подпись",
            mail_double::ADDRESS
        ));
        let found = compared(&app, &olga, &account, 0).await;
        assert_eq!(
            (&found["recovered"], &found["confirmed"], &found["missing"]),
            (&json!(1), &json!(1), &json!([])),
            "{found}"
        );
        message(&app, &olga, &chat, "the lost one", |m| {
            m["text"] == "Этого никто не видел"
        })
        .await;
        delivered(&app, &olga, &chat, &doubt["id"], "sent").await;
        let again = compared(&app, &olga, &account, 1).await;
        assert_eq!(
            (&again["recovered"], &again["confirmed"]),
            (&json!(0), &json!(0)),
            "{again}"
        );
        let all = messages(&olga, &chat).await;
        let theirs = all.iter().filter(|m| m["author"]["kind"] == "contact");
        assert_eq!(theirs.count(), 3, "each once: {all:?}");
    }
);
