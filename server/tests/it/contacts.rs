//! Stories of tables of contacts: U-37 (a client base comes in from a CSV file, and leaves as one that comes in again).

use crate::{
    app::{App, Caller},
    story,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// Uploads a table and answers its import as it seems to be meant.
pub(crate) async fn brought(who: &Caller, bytes: &[u8]) -> Value {
    let (_, file) = who.upload("/files", "клиенты.csv", bytes).await;
    who.post("/contact-imports", json!({"file_id": file["id"]}))
        .await
}

fn place(import: &Value) -> String {
    format!("/contact-imports/{}", import["id"].as_str().unwrap())
}

async fn came_to(app: &App, who: &Caller, import: &Value, state: &str) -> Value {
    let place = place(import);
    app.until(&format!("the import is {state}"), async || {
        let now = who.get(&place).await["import"].clone();
        let passing = ["checking", "running", "leaving"].map(Value::from);
        assert!(
            passing.contains(&now["state"]) || now["state"] == state,
            "{now}"
        );
        (now["state"] == state).then_some(now)
    })
    .await
}

pub(crate) async fn checked(app: &App, who: &Caller, import: &Value, on_match: &str) -> Value {
    let mut settings = import["settings"].clone();
    settings["on_match"] = json!(on_match);
    who.post(&format!("{}/check", place(import)), settings)
        .await;
    came_to(app, who, import, "ready").await
}

/// Brings a table in, all of it.
pub(crate) async fn done(app: &App, who: &Caller, bytes: &[u8], on_match: &str) -> Value {
    let import = brought(who, bytes).await;
    checked(app, who, &import, on_match).await;
    who.post(&format!("{}/run", place(&import)), json!({}))
        .await;
    came_to(app, who, &import, "done").await
}

pub(crate) async fn taken_back(app: &App, who: &Caller, import: &Value) -> Value {
    let back = format!("{}/take-back", place(import));
    who.post(&back, json!({})).await;
    came_to(app, who, import, "taken_back").await
}

/// All contacts, the oldest first.
pub(crate) async fn contacts(who: &Caller) -> Vec<Value> {
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let page = who.get(&format!("/contacts{next}")).await;
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(more) => next = format!("?next={more}"),
            None => break,
        }
    }
    all.reverse();
    all
}

fn named<'a>(all: &'a [Value], name: &str) -> &'a Value {
    all.iter()
        .find(|c| c["name"] == name)
        .unwrap_or_else(|| panic!("{name} in {all:?}"))
}

fn counts(of: &Value) -> [i64; 5] {
    ["rows", "new", "updated", "skipped", "errors"].map(|key| of[key].as_i64().unwrap())
}

pub(crate) async fn csv(who: &Caller, path: &str) -> String {
    let text = who.get(path).await.as_str().unwrap().to_owned();
    text.strip_prefix('\u{feff}')
        .expect("Excel knows UTF-8 by this mark")
        .to_owned()
}

fn cp1251(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1251.encode(text).0.into_owned()
}

const BASE: &str = "ФИО;Компания;Телефон;Почта;Комментарий\r\n\
    ИВАНОВА АННА;ООО «Ромашка»;8 (912) 345-67-89;anna@example.org;\"звонить\nутром; не вечером\"\r\n\
    Олег;;+7 495 123 45 67 доб. 12, 89161234567;;\r\n\
    Пётр;;7,91235E+10;;\r\n\
    Юлия;;нет телефона;yulia@;\r\n\
    Анна Иванова;;+79123456789;;снова она\r\n\
    ;;;;\r\n";

story!(u_37_a_table_in_a_wrong_encoding_comes_in, |app| {
    let olga = app.olga().await;
    let mut socket = olga.listen(None).await;
    socket.wait_type("welcome").await;
    let import = brought(&olga, &cp1251(BASE)).await;
    assert_eq!(import["state"], "draft", "{import}");
    assert_eq!(
        import["settings"],
        json!({"charset": "windows-1251", "separator": "semicolon", "header": true, "on_match": "skip",
            "columns": ["name", "company", "phone", "email", "note"]})
    );
    // Another encoding shows other letters, and says that some are no letters at all.
    let read = format!("{}/read", place(&import));
    let seen = olga.post(&read, json!({})).await;
    assert_eq!(seen["rows"][0][0], "ИВАНОВА АННА");
    assert_eq!(seen["titles"][2], "Телефон");
    assert_eq!(seen["broken"], false);
    let wrong = olga.post(&read, json!({"charset": "utf-8"})).await;
    assert_eq!(wrong["broken"], true);
    let koi = olga.post(&read, json!({"charset": "koi8-r"})).await;
    assert_ne!(koi["rows"][0][0], "ИВАНОВА АННА");
    let comma = olga
        .post(&read, json!({"separator": "comma", "header": false}))
        .await;
    assert_eq!(comma["titles"], json!([]));

    let ready = checked(&app, &olga, &import, "skip").await;
    let report = &ready["report"];
    assert_eq!(counts(&report["counts"]), [6, 2, 0, 1, 2], "{report}");
    assert_eq!(report["counts"]["repeated"], 1);
    assert_eq!(report["counts"]["empty"], 1);
    assert!(contacts(&olga).await.is_empty(), "a dry run writes nothing");
    olga.post(&format!("{}/run", place(&import)), json!({}))
        .await;
    let done = came_to(&app, &olga, &import, "done").await;
    assert_eq!(counts(&done["made"]), [6, 2, 0, 1, 2]);
    socket
        .wait("the list is read anew", |f| f["type"] == "contacts.changed")
        .await;
    socket
        .wait("how the import stands", |f| {
            f["type"] == "contact_import.changed" && f["state"] == "done"
        })
        .await;
    let all = contacts(&olga).await;
    assert_eq!(all.len(), 2);
    let anna = named(&all, "ИВАНОВА АННА");
    assert_eq!(anna["company"], "ООО «Ромашка»");
    assert_eq!(anna["phones"], json!(["+79123456789"]));
    assert_eq!(anna["note"], "звонить\nутром; не вечером");
    let oleg = named(&all, "Олег");
    assert_eq!(oleg["phones"], json!(["+74951234567", "+79161234567"]));
    assert_eq!(
        oleg["note"], "+74951234567 доб. 12",
        "what a phone has no place for is kept"
    );
    // Rows with errors come back as they were, with why.
    let errors = csv(&olga, &format!("{}/errors", place(&import))).await;
    let rows: Vec<&str> = errors.lines().collect();
    assert_eq!(
        rows[0],
        "ФИО;Компания;Телефон;Почта;Комментарий;Почему не загружено"
    );
    assert!(rows[1].starts_with("Пётр;;7,91235E+10;;;"), "{errors}");
    assert!(rows[1].contains("Excel сократил"), "{errors}");
    assert!(
        rows[2].contains("Телефон: «нет телефона» не похоже на телефон"),
        "{errors}"
    );
    assert!(
        rows[2].contains("Почта: «yulia@» не похоже на адрес почты"),
        "{errors}"
    );
    assert_eq!(rows.len(), 3);
    let audit = olga.get("/audit").await.to_string();
    for action in ["contacts.import_started", "contacts.imported"] {
        assert!(audit.contains(action), "{action}");
    }
});

story!(u_37_known_contacts_are_left_filled_or_updated, |app| {
    let olga = app.olga().await;
    let first = "Имя,Телефон,E-mail\nАнна,+79123456789,\nОлег,,oleg@example.org\n";
    done(&app, &olga, first.as_bytes(), "skip").await;
    let more = "Name\tCompany\tPhone\tE-mail\nАнна Петрова\tРомашка\t8 912 345 67 89\tanna@example.org\nOleg K\t\t\tOLEG@example.org\nНовый\t\t+79160000001\t\nНовый\tЛютик\t+79160000001\t\n";
    for (how, rows) in [
        ("skip", [4, 1, 0, 3, 0]),
        ("fill", [4, 1, 2, 1, 0]),
        ("update", [4, 1, 3, 0, 0]),
    ] {
        let import = brought(&olga, more.as_bytes()).await;
        let ready = checked(&app, &olga, &import, how).await;
        assert_eq!(counts(&ready["report"]["counts"]), rows, "{how}");
        assert_eq!(ready["report"]["counts"]["here"], 2);
        assert_eq!(ready["report"]["counts"]["repeated"], 1);
        olga.post(&format!("{}/run", place(&import)), json!({}))
            .await;
        let done = came_to(&app, &olga, &import, "done").await;
        assert_eq!(
            counts(&done["made"]),
            rows,
            "the run does what the dry run said: {how}"
        );
        let all = contacts(&olga).await;
        assert_eq!(all.len(), 3, "{how}");
        let names: Vec<&str> = all.iter().map(|c| c["name"].as_str().unwrap()).collect();
        match how {
            "skip" => assert_eq!(names, ["Анна", "Олег", "Новый"]),
            "fill" => {
                assert_eq!(names, ["Анна", "Олег", "Новый"]);
                assert_eq!(
                    (all[0]["company"].clone(), all[2]["company"].clone()),
                    (json!("Ромашка"), json!("Лютик"))
                );
            }
            _ => {
                assert_eq!(names, ["Анна Петрова", "Oleg K", "Новый"]);
                assert_eq!(all[1]["email"], "OLEG@example.org");
            }
        }
        // Everything goes back to what it was before this table.
        let back = taken_back(&app, &olga, &import).await;
        assert_eq!(back["undone"]["left"], 0, "{how}");
        let all = contacts(&olga).await;
        assert_eq!(all.len(), 2, "{how}");
        assert_eq!(
            (all[0]["name"].clone(), all[0]["company"].clone()),
            (json!("Анна"), json!(""))
        );
        assert_eq!(
            (all[1]["name"].clone(), all[1]["email"].clone()),
            (json!("Олег"), json!("oleg@example.org"))
        );
    }
});

story!(u_37_what_somebody_touched_since_is_not_taken_back, |app| {
    let olga = app.olga().await;
    let first = "Имя;Телефон\nСтарая;+79120000000\n";
    done(&app, &olga, first.as_bytes(), "skip").await;
    let table = "Имя;Телефон;Компания\nПервый;+79120000001;\nВторой;+79120000002;\nТретий;+79120000003;\nСтарая;+79120000000;Ромашка\n";
    let import = done(&app, &olga, table.as_bytes(), "fill").await;
    let all = contacts(&olga).await;
    let path = |name: &str| format!("/contacts/{}", named(&all, name)["id"].as_str().unwrap());
    olga.patch(&path("Второй"), json!({"note": "наш"})).await;
    let form = json!({"kept_id": named(&all, "Старая")["id"], "merged_id": named(&all, "Третий")["id"], "choices": {}});
    olga.post("/contacts/merge", form).await;
    olga.patch(&path("Старая"), json!({"company": "Лютик"}))
        .await;
    let back = taken_back(&app, &olga, &import).await;
    assert_eq!(
        back["undone"],
        json!({"removed": 1, "restored": 0, "left": 3})
    );
    let left = olga.get(&place(&import)).await["left"].clone();
    let why: Vec<(String, String)> = left
        .as_array()
        .unwrap()
        .iter()
        .map(|l| {
            (
                l["name"].as_str().unwrap().to_owned(),
                l["why"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    // Who was merged is told of by who stands for them.
    let expected = [
        ("Второй", "changed"),
        ("Старая", "tied"),
        ("Старая", "changed"),
    ];
    assert_eq!(
        why,
        expected.map(|(name, why)| (name.to_owned(), why.to_owned()))
    );
    let now = contacts(&olga).await;
    assert_eq!(now.len(), 2);
    assert_eq!(named(&now, "Старая")["company"], "Лютик");
    let again = format!("{}/take-back", place(&import));
    assert_eq!(
        olga.refused(Method::POST, &again, Some(json!({}))).await.1,
        "moving.not_now"
    );
});

story!(u_37_what_is_no_table_is_refused_with_the_way_out, |app| {
    let olga = app.olga().await;
    let refused = async |bytes: &[u8]| {
        let (_, file) = olga.upload("/files", "клиенты.csv", bytes).await;
        let form = json!({"file_id": file["id"]});
        let (status, answer) = olga.raw(Method::POST, "/contact-imports", Some(form)).await;
        assert_eq!(
            (status.as_u16(), answer["field"].clone()),
            (400, json!("file_id")),
            "{answer}"
        );
        assert!(
            answer["title"].as_str().unwrap().chars().count() > 15,
            "{answer}"
        );
        answer["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(b"\xef\xbb\xbf\r\n").await, "moving.csv_empty");
    assert_eq!(
        refused(b"PK\x03\x04\x14\0\x06\0xl/workbook.xml").await,
        "moving.csv_is_excel"
    );
    assert_eq!(refused(b"%PDF-1.7 \xff\xff").await, "moving.csv_is_other");
    let huge = vec![b'a'; 51 * 1024 * 1024];
    assert_eq!(refused(&huge).await, "moving.csv_too_large");

    let only = brought(&olga, "Имя;Телефон\r\n".as_bytes()).await;
    let check = format!("{}/check", place(&only));
    olga.post(&check, only["settings"].clone()).await;
    let told = came_to(&app, &olga, &only, "draft").await;
    assert_eq!(told["error"], "moving.csv_only_header");
    assert!(
        told["sentence"]
            .as_str()
            .unwrap()
            .contains("ни одной строки")
    );
    let mut settings = only["settings"].clone();
    settings["columns"] = json!(["skip", "note"]);
    let wrong = olga
        .refused(Method::POST, &check, Some(settings.clone()))
        .await;
    assert_eq!(wrong, (400, "moving.csv_no_columns".into()));
    settings["columns"] = json!(["name", "name"]);
    let wrong = olga.refused(Method::POST, &check, Some(settings)).await;
    assert_eq!(wrong, (400, "moving.csv_twice".into()));
    let run = format!("{}/run", place(&only));
    assert_eq!(
        olga.refused(Method::POST, &run, Some(json!({}))).await,
        (409, "moving.not_now".into())
    );

    // Damage of single rows spoils those alone.
    let long = "я".repeat(40_000);
    let rows = format!(
        "Имя;Телефон\nАн\0на;+79120000001\nОлег;+79120000002;лишнее\n{long};\nГлеб;+79120000003;;;\n=1+1;+79120000004\n"
    );
    let import = done(&app, &olga, rows.as_bytes(), "skip").await;
    assert_eq!(counts(&import["made"]), [5, 2, 0, 0, 3]);
    let errors = csv(&olga, &format!("{}/errors", place(&import))).await;
    for words in [
        "нулевые байты",
        "Ячеек больше, чем столбцов: 3 > 2",
        "не закрыта кавычка",
    ] {
        assert!(errors.contains(words), "{words}: {errors}");
    }
    // A name that is a formula stays a name, here and in what leaves.
    named(&contacts(&olga).await, "=1+1");
    assert!(csv(&olga, "/contacts/export").await.contains("'=1+1;"));
    olga.delete(&place(&import)).await;
    assert_eq!(
        olga.refused(Method::GET, &place(&import), None).await.0,
        404
    );
    assert_eq!(contacts(&olga).await.len(), 2, "what came stays");
});

story!(u_37_what_leaves_comes_in_again, |app| {
    let olga = app.olga().await;
    let table = "Имя;Компания;Телефоны;E-mail;Заметка;Ответственный\n\
        Анна;\"ООО \"\"Ромашка; и Ко\"\"\";'+79123456789, +74951234567;anna@example.org;\"раз\nдва\";Ольга\n\
        '=SUM(A1);@компания;+79160000001;;-- без скидки;\n\
        Ёлка;;;elka@example.org;;Ольга\n";
    let import = done(&app, &olga, table.as_bytes(), "skip").await;
    assert_eq!(counts(&import["made"]), [3, 3, 0, 0, 0]);
    let bare = |all: Vec<Value>| -> Vec<Value> {
        let keys = [
            "name",
            "company",
            "phones",
            "email",
            "note",
            "responsible_id",
        ];
        let mut all: Vec<Value> = all
            .iter()
            .map(|c| keys.iter().map(|k| c[*k].clone()).collect())
            .collect();
        all.sort_by_key(ToString::to_string);
        all
    };
    let before = bare(contacts(&olga).await);
    assert!(before[0].to_string().contains(&olga.id) || before[1].to_string().contains(&olga.id));
    let left = csv(&olga, "/contacts/export").await;
    assert!(
        left.contains("\"'+79123456789, +74951234567\"")
            || left.contains("'+79123456789, +74951234567"),
        "{left}"
    );
    assert!(csv(&olga, "/contacts/export?q=ёлка").await.lines().count() == 2);
    taken_back(&app, &olga, &import).await;
    assert!(contacts(&olga).await.is_empty());
    let again = done(&app, &olga, format!("\u{feff}{left}").as_bytes(), "skip").await;
    assert_eq!(counts(&again["made"]), [3, 3, 0, 0, 0]);
    assert_eq!(bare(contacts(&olga).await), before);
    // In English, too: other words, another separator, the same contacts.
    olga.patch("/me", json!({"preferences": {"language": "en"}}))
        .await;
    let english = csv(&olga, "/contacts/export").await;
    assert!(
        english.starts_with("Name,Company,Phones,E-mail,Note,Responsible,Client labels\r\n"),
        "{english}"
    );
    let import = brought(&olga, english.as_bytes()).await;
    assert_eq!(import["settings"]["separator"], "comma");
    let ready = checked(&app, &olga, &import, "update").await;
    assert_eq!(
        counts(&ready["report"]["counts"]),
        [3, 0, 0, 3, 0],
        "nothing differs"
    );
    assert!(
        olga.get("/audit")
            .await
            .to_string()
            .contains("contacts.exported")
    );
});

story!(u_37_only_who_may_brings_and_takes_out, |app| {
    let olga = app.olga().await;
    let anna = app.join(&olga, "Анна", "anna", "Сотрудник").await;
    let roles = olga.get("/roles").await;
    let head = roles["roles"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["builtin"] == "supervisor")
        .unwrap()["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let boris = app.join(&olga, "Борис", "boris", &head).await;
    let import = done(
        &app,
        &olga,
        "Имя;Телефон\nКлиент;+79123456789\n".as_bytes(),
        "skip",
    )
    .await;
    let (_, file) = anna.upload("/files", "клиенты.csv", b"name\nX\n").await;
    for (method, path, body) in [
        (
            Method::POST,
            "/contact-imports".to_owned(),
            Some(json!({"file_id": file["id"]})),
        ),
        (Method::GET, "/contact-imports".to_owned(), None),
        (Method::GET, place(&import), None),
        (Method::GET, format!("{}/errors", place(&import)), None),
        (
            Method::POST,
            format!("{}/take-back", place(&import)),
            Some(json!({})),
        ),
        (Method::DELETE, place(&import), None),
        (Method::GET, "/contacts/export".to_owned(), None),
    ] {
        let refused = anna.refused(method, &path, body).await;
        assert_eq!(refused, (403, "accounts.right_missing".into()), "{path}");
    }
    // Somebody else's upload is nobody's table.
    let theft = olga
        .refused(
            Method::POST,
            "/contact-imports",
            Some(json!({"file_id": file["id"]})),
        )
        .await;
    assert_eq!(theft.0, 400);
    assert!(csv(&boris, "/contacts/export").await.contains("Клиент"));
    done(
        &app,
        &boris,
        "Имя;Телефон\nЕщё;+79123456780\n".as_bytes(),
        "skip",
    )
    .await;
    // The list itself is closed to whom it is closed: the right to take it out alone opens nothing.
    let rights = json!([{"right": "contacts.export", "scope": "all"}]);
    let role = olga
        .post(
            "/roles",
            json!({"name": "Только выгрузка", "rights": rights}),
        )
        .await;
    olga.patch(
        &format!("/people/{}", anna.id),
        json!({"role_ids": [role["id"]]}),
    )
    .await;
    assert_eq!(
        anna.refused(Method::GET, "/contacts/export", None).await.0,
        403
    );
});

/// A table of this many clients, each with a phone of their own.
fn many(count: usize) -> String {
    let row = |n: usize| format!("Клиент {n};+7912{n:07};client{n}@example.org\r\n");
    let rows: String = (0..count).map(row).collect();
    format!("ФИО;Телефон;E-mail\r\n{rows}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u_37_a_fall_half_way_doubles_nobody_sqlite() {
    falls(App::start(crate::app::Engine::Sqlite).await.unwrap()).await;
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn u_37_a_fall_half_way_doubles_nobody_postgres() {
    if let Some(app) = App::start(crate::app::Engine::Postgres).await {
        falls(app).await;
    }
}

/// The house falls while a table is written, again and again; then while it is taken back.
async fn falls(mut app: App) {
    const ROWS: usize = 1600;
    let olga = app.olga().await;
    let import = brought(&olga, many(ROWS).as_bytes()).await;
    checked(&app, &olga, &import, "skip").await;
    olga.post(&format!("{}/run", place(&import)), json!({}))
        .await;
    let mut who = olga;
    for part in [200, 600, 1000] {
        app.until("some rows are written", async || {
            let now = who.get(&place(&import)).await["import"].clone();
            assert!(
                ["running", "done"].contains(&now["state"].as_str().unwrap()),
                "{now}"
            );
            (now["position"].as_i64().unwrap() >= part).then_some(())
        })
        .await;
        who = fallen(&mut app).await;
    }
    let done = came_to(&app, &who, &import, "done").await;
    let all = i64::try_from(ROWS).unwrap();
    assert_eq!(counts(&done["made"]), [all, all, 0, 0, 0]);
    let there = contacts(&who).await;
    assert_eq!(there.len(), ROWS);
    let names: std::collections::BTreeSet<&str> =
        there.iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), ROWS, "each once");
    who.post(&format!("{}/take-back", place(&import)), json!({}))
        .await;
    who = fallen(&mut app).await;
    let back = came_to(&app, &who, &import, "taken_back").await;
    assert_eq!(
        back["undone"],
        json!({"removed": all, "restored": 0, "left": 0})
    );
    assert!(contacts(&who).await.is_empty());
}

/// No farewell: the house is dropped with its workers and opened over the same data, after their leases have ended.
async fn fallen(app: &mut App) -> Caller {
    if let Some(house) = app.beseda.take() {
        let db = house.house.db().clone();
        house.cut().await;
        // A process that is killed takes its connections with it, and a transaction half way ends with them.
        if db.engine_name() == "postgres" {
            db.close().await;
        }
    }
    app.clock.advance(Duration::from_secs(130));
    app.open().await;
    app.olga().await
}

story!(
    u_37_a_run_is_stopped_gone_on_with_and_forgotten_after_a_week,
    |app| {
        let olga = app.olga().await;
        let import = brought(&olga, many(1200).as_bytes()).await;
        checked(&app, &olga, &import, "skip").await;
        let act = |word: &str| format!("{}/{word}", place(&import));
        olga.post(&act("run"), json!({})).await;
        let (status, _) = olga.raw(Method::POST, &act("stop"), Some(json!({}))).await;
        if status.is_success() {
            let now = olga.get(&place(&import)).await["import"].clone();
            assert_eq!(now["state"], "stopped", "{now}");
            assert_eq!(
                olga.refused(Method::POST, &act("stop"), Some(json!({})))
                    .await
                    .1,
                "moving.not_now"
            );
            olga.post(&act("resume"), json!({})).await;
        }
        let done = came_to(&app, &olga, &import, "done").await;
        assert_eq!(counts(&done["made"])[1], 1200);
        let draft = brought(&olga, b"name,phone\nX,+79120000001\n").await;
        app.clock.advance(Duration::from_secs(7 * 24 * 3600 + 60));
        app.until("what nobody ran is gone", async || {
            let (status, _) = olga.raw(Method::GET, &place(&draft), None).await;
            (status == 404).then_some(())
        })
        .await;
        app.until("the file is gone", async || {
            let now = olga.get(&place(&import)).await["import"].clone();
            (now["file_kept"] == false).then_some(())
        })
        .await;
        assert_eq!(
            olga.refused(Method::POST, &act("take-back"), Some(json!({})))
                .await,
            (409, "moving.too_late".into())
        );
        assert_eq!(
            olga.refused(Method::GET, &act("errors"), None).await,
            (409, "moving.csv_gone".into())
        );
        assert_eq!(contacts(&olga).await.len(), 1200);
    }
);
