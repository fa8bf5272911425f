//! Stories of notices by e-mail, against a mail server that is strict about the order of commands.

use crate::{
    app::{App, Caller},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::smtp_double::{SmtpDouble, TakenLetter};

const MINUTES: Duration = Duration::from_secs(60);

fn server(double: &SmtpDouble) -> Value {
    json!({"host": "127.0.0.1", "port": double.address.port(), "security": "none", "login": "beseda", "password": "secret",
        "from": "beseda@shop.example"})
}

async fn crew(app: &App) -> (SmtpDouble, Caller, Caller) {
    let double = SmtpDouble::start(Some(("beseda", "secret"))).await;
    let olga = app.olga().await;
    olga.put("/mail-server", server(&double)).await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    anna.patch("/me", json!({"email": "anna@shop.example"}))
        .await;
    (double, olga, anna)
}

/// Anna wants these rows of the matrix by mail.
async fn wants(anna: &Caller, rows: &[&str]) {
    let mut settings = anna.get("/notices/settings").await;
    assert_eq!(settings["email_connected"], true);
    assert_eq!(settings["email"], "anna@shop.example");
    for row in rows {
        settings["matrix"][*row]["email"] = json!(true);
    }
    let form = json!({"matrix": settings["matrix"], "quiet": settings["quiet"]});
    anna.put("/notices/settings", form).await;
}

async fn letters(app: &App, double: &SmtpDouble, count: usize) -> Vec<TakenLetter> {
    app.until("letters leave", async || {
        let taken = double.letters();
        (taken.len() >= count).then_some(taken)
    })
    .await
}

/// What is due at this moment has been done when nothing of it waits any more.
async fn settled(app: &App) {
    app.until("nothing is due", async || {
        let now = app.clock.now();
        let house = app.house().clone();
        let due = house
            .read(async move |tx: &mut db::Tx<'_>| jobs::due(tx, now).await)
            .await
            .unwrap();
        (due == 0).then_some(())
    })
    .await;
}

story!(
    u_25_what_was_not_read_in_ten_minutes_comes_in_one_letter,
    |app| {
        let (double, olga, anna) = crew(&app).await;
        wants(&anna, &["direct", "mention"]).await;
        let chat = olga.direct_with(&anna).await;
        olga.say("chats", &chat, "Посмотри <b>смету</b> & ответь")
            .await;
        app.clock.advance(3 * MINUTES);
        olga.say("chats", &chat, "Это срочно").await;
        settled(&app).await;
        assert!(double.letters().is_empty(), "there is time yet");
        app.clock.advance(7 * MINUTES);
        let taken = letters(&app, &double, 1).await;
        let [letter] = taken.as_slice() else {
            panic!("{taken:?}")
        };
        assert_eq!(
            (letter.from.as_str(), letter.to.as_slice()),
            ("beseda@shop.example", &["anna@shop.example".to_owned()][..])
        );
        assert_eq!(letter.head("Subject"), "2 непрочитанных");
        assert_eq!(letter.head("Auto-Submitted"), "auto-generated");
        assert!(
            letter.head("From").contains("Мастерская"),
            "{}",
            letter.head("From")
        );
        let words = letter.words();
        assert!(
            words.contains("Это срочно") && words.contains("Посмотри <b>смету</b>"),
            "{words}"
        );
        assert!(
            words.contains("&lt;b&gt;смету"),
            "what people wrote is no markup: {words}"
        );
        // Nothing twice: the next letter is about what came after it.
        olga.say("chats", &chat, "Ответили, спасибо").await;
        app.clock.advance(11 * MINUTES);
        let taken = letters(&app, &double, 2).await;
        assert!(taken[1].words().contains("Ответили") && !taken[1].words().contains("срочно"));
        assert!(
            taken[1].head("Subject").ends_with("Ответили, спасибо"),
            "{}",
            taken[1].head("Subject")
        );
    }
);

story!(u_25_what_was_read_or_never_wanted_needs_no_letter, |app| {
    let (double, olga, anna) = crew(&app).await;
    let chat = olga.direct_with(&anna).await;
    // Nobody asked for letters yet.
    olga.say("chats", &chat, "Без письма").await;
    app.clock.advance(11 * MINUTES);
    settled(&app).await;
    wants(&anna, &["direct"]).await;
    let said = olga.say("chats", &chat, "Прочитанное").await;
    app.clock.advance(5 * MINUTES);
    anna.post(
        &format!("/threads/{chat}/read"),
        json!({"seq": said["seq"]}),
    )
    .await;
    app.clock.advance(6 * MINUTES);
    settled(&app).await;
    assert!(double.letters().is_empty());
    // What was deleted for all is not told by mail.
    let said = olga.say("chats", &chat, "Сказано зря").await;
    let place = format!("/messages/{}", said["id"].as_str().unwrap());
    olga.delete(&place).await;
    app.clock.advance(11 * MINUTES);
    settled(&app).await;
    assert!(double.letters().is_empty());
    // Quiet hours and a muted chat hold letters as they hold everything else.
    let forever =
        json!({"sound": true, "muted_until": app.clock.now().millis() + 3_600_000_000_i64});
    anna.put(&format!("/notices/chats/{chat}"), forever).await;
    olga.say("chats", &chat, "В тишине").await;
    app.clock.advance(11 * MINUTES);
    settled(&app).await;
    assert!(double.letters().is_empty());
});

story!(
    u_25_a_mail_server_that_says_later_gets_the_letter_later,
    |app| {
        let (double, olga, anna) = crew(&app).await;
        wants(&anna, &["direct"]).await;
        let chat = olga.direct_with(&anna).await;
        double.refuse_next("451 4.3.0 Greylisted");
        olga.say("chats", &chat, "Дойдёт").await;
        app.clock.advance(10 * MINUTES);
        app.until("its page says what the mail server said", async || {
            let page = olga.get("/mail-server").await;
            page["error"]
                .as_str()
                .unwrap()
                .contains("Greylisted")
                .then_some(())
        })
        .await;
        app.clock.advance(MINUTES);
        let taken = letters(&app, &double, 1).await;
        assert!(taken[0].words().contains("Дойдёт"));
        app.until("and forgets it", async || {
            let page = olga.get("/mail-server").await;
            (page["error"] == "").then_some(())
        })
        .await;
    }
);

story!(
    u_25_a_mail_server_is_tried_before_it_is_kept_and_says_what_is_wrong,
    |app| {
        let double = SmtpDouble::start(Some(("beseda", "secret"))).await;
        let olga = app.olga().await;
        let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
        let test = |form: Value| {
            let olga = &olga;
            async move {
                olga.refused(Method::POST, "/mail-server/test", Some(form))
                    .await
            }
        };
        let good = server(&double);
        let with = |key: &str, value: Value| {
            let mut form = good.clone();
            form[key] = value;
            form
        };
        olga.patch("/me", json!({"email": ""})).await;
        assert_eq!(
            test(good.clone()).await,
            (400, "mail.no_address".to_owned())
        );
        olga.patch("/me", json!({"email": "olga@shop.example"}))
            .await;
        for (form, code) in [
            (with("password", json!("wrong")), "mail.sign_in"),
            (with("host", json!("")), "mail.bad_host"),
            (with("host", json!("a b")), "mail.bad_host"),
            (with("port", json!(0)), "mail.bad_port"),
            (with("port", json!(1)), "mail.unreachable"),
            (with("from", json!("nobody")), "mail.address"),
            (with("security", json!("starttls")), "mail.tls"),
        ] {
            assert_eq!(test(form.clone()).await, (400, code.to_owned()), "{form}");
        }
        let answer = olga.post("/mail-server/test", good.clone()).await;
        assert_eq!(answer["to"], "olga@shop.example");
        assert_eq!(double.letters()[0].head("Subject"), "Проверка почты");
        assert_eq!(
            olga.get("/mail-server").await["server"],
            Value::Null,
            "a test keeps nothing"
        );

        // The password is kept sealed, told to nobody, and stays when the form leaves it out.
        let kept = olga.put("/mail-server", good.clone()).await;
        assert!(!kept.to_string().contains("secret"), "{kept}");
        let mut form = with("from", json!("office@shop.example"));
        form.as_object_mut().unwrap().remove("password");
        olga.put("/mail-server", form.clone()).await;
        olga.post("/mail-server/test", form).await;
        assert_eq!(double.letters()[1].from, "office@shop.example");
        // Only who arranges the company.
        for (method, path) in [
            (Method::GET, "/mail-server"),
            (Method::DELETE, "/mail-server"),
        ] {
            assert_eq!(anna.refused(method, path, None).await.0, 403);
        }
        assert_eq!(
            anna.refused(Method::PUT, "/mail-server", Some(good))
                .await
                .0,
            403
        );
        olga.delete("/mail-server").await;
        assert_eq!(
            anna.get("/notices/settings").await["email_connected"],
            false
        );
    }
);
