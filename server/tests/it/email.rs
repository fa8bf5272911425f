//! P-21: stories of e-mail as a channel, against a strict double of a mail provider.

use crate::{
    app::{App, Caller},
    files::png,
    story,
};
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
async fn connected(app: &App) -> (Caller, MailDouble) {
    let olga = app.olga().await;
    let double = MailDouble::start().await.unwrap();
    connect(&olga, &double).await;
    // The check signs in once; the second time is the reader's, and from then on letters count.
    app.until("the mailbox is read", async || {
        let account = olga.get("/channels").await;
        let _ = account;
        (double.sign_ins() >= 2).then_some(())
    })
    .await;
    (olga, double)
}

async fn written(app: &App) -> (Caller, MailDouble, String) {
    let (olga, double) = connected(app).await;
    let first = letter(
        &["Subject: Лампа", "Message-ID: <1@example.org>"],
        "Есть чёрная?",
    );
    let chat = app
        .until("a chat in the queue", async || {
            // A letter that came before the reader began was dealt with before: it comes until it is seen.
            if double.fetched() == 0 {
                double.receive(&first);
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            olga.inbox("queue").await.into_iter().next()
        })
        .await;
    (olga, double, chat["id"].as_str().unwrap().to_owned())
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

        let file = olga.upload(&png(3, 3), "image/png").await;
        let sent = olga
            .post(
                &format!("/client-chats/{chat}/messages"),
                json!({"client_id": crate::app::uuid(), "text": "Есть!", "files": [file]}),
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
        let reply = message(&app, &olga, &chat, "the answer", |m| {
            m["text"] == "**Re: Лампа**\n\nБеру"
        })
        .await;
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
    let (olga, double, chat) = written(&app).await;
    let queues = olga.get("/queues").await;
    let queue = queues.as_array().unwrap_or(queues["queues"].as_array().unwrap_or(&Vec::new()))[0]
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let _ = queue;
    let sent = olga.say("client-chats", &chat, "Есть!").await;
    delivered(&app, &olga, &chat, &sent["id"], "sent").await;
    let id = double.taken()[0].header("Message-ID");
    for n in 0..3 {
        double.receive(letter(
            &[
                "Auto-Submitted: auto-replied",
                &format!("Message-ID: <auto{n}@example.org>"),
                &format!("In-Reply-To: {id}"),
            ],
            &format!("Я в отпуске {n}"),
        ));
        let shown = message(&app, &olga, &chat, "the absence note", |m| {
            m["text"] == format!("Я в отпуске {n}")
        })
        .await;
        assert_eq!(shown["author"]["kind"], "bot", "a program wrote it");
    }
    app.clock.advance(Duration::from_secs(3600));
    assert_eq!(double.taken().len(), 1, "nobody answers a program");
});

story!(p_21_somebody_is_written_to_first_by_their_address, |app| {
    let (olga, double) = connected(&app).await;
    let account = olga.get("/channels").await;
    let all = account.as_array().cloned().unwrap_or_else(|| {
        account["channels"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    });
    let account = all
        .iter()
        .find(|one| one["kind"] == "email")
        .unwrap()["id"]
        .clone();
    olga.patch(
        &format!("/channels/{}", account.as_str().unwrap()),
        json!({"may_write_first": true}),
    )
    .await;
    let ways = olga.get("/ways?to=Boris%40Example.org").await;
    assert!(ways.to_string().contains("\"email\""), "{ways}");
    let chat = olga
        .post(
            "/first-messages",
            json!({"client_id": crate::app::uuid(), "account_id": account, "to": "Boris@Example.org", "text": "Ваш заказ готов"}),
        )
        .await;
    app.until("the letter", async || {
        double.taken().pop().filter(|one| one.to == "boris@example.org")
    })
    .await;
    let card = chat.to_string();
    assert!(card.contains("boris@example.org"), "{card}");
});

story!(p_21_nobody_at_an_address_is_told_with_the_servers_words, |app| {
    let (olga, double, chat) = written(&app).await;
    double.fail_next(Fault::Receiver("550 5.1.1 no such user"));
    let sent = olga.say("client-chats", &chat, "Есть!").await;
    let failed = delivered(&app, &olga, &chat, &sent["id"], "failed").await;
    assert!(failed["delivery"].to_string().contains("no such user"), "{}", failed["delivery"]);
});
