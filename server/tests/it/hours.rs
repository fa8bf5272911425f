//! Stories of working hours: calendars are kept and looked at, and rules that follow them hold in or out of them.

use crate::{
    app::App,
    queues::{chat_of, crew, word},
    story,
};
use kernel::{Clock, Moment};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

/// Monday to Friday, nine to six with an hour between.
pub(crate) fn office() -> Value {
    let day = json!([{"from": 540, "to": 780}, {"from": 840, "to": 1080}]);
    json!([day, day, day, day, day, [], []])
}

pub(crate) fn form(name: &str, week: Value, days: Value) -> Value {
    json!({"name": name, "zone": "Europe/Moscow", "week": week, "days": days})
}

/// Sets the clock that everything in the house reads.
pub(crate) fn jump(app: &App, to: &str) {
    let Clock::Hand(micros) = &app.clock else {
        panic!("a story's clock is moved by hand");
    };
    let at: jiff::Timestamp = to.parse().unwrap();
    micros.store(
        Moment::from_micros(at.as_microsecond()).micros(),
        Ordering::SeqCst,
    );
}

story!(
    p_44_u_36_calendars_are_kept_looked_at_and_refused_in_words,
    |app| {
        let crew = crew(&app).await;
        assert_eq!(crew.anna.get("/hours").await, json!([]));
        // A Thursday, with the production calendar of its year.
        jump(&app, "2026-12-30T08:00:00Z");
        let year = crew
            .olga
            .post("/hours/production", json!({"year": 2026, "week": office()}))
            .await;
        assert_eq!(year["provisional"], false);
        let days = year["days"].clone();
        let of = |date: &str| {
            let all = days.as_array().unwrap().iter();
            all.clone().find(|d| d["date"] == date).cloned()
        };
        assert_eq!(of("2026-12-31").unwrap()["spans"], json!([]));
        assert_eq!(of("2026-12-31").unwrap()["name"], "Перенесённый выходной");
        assert_eq!(of("2026-11-03").unwrap()["spans"][1]["to"], 1020);
        let next = json!({"year": 2027, "week": office()});
        let next = crew.olga.post("/hours/production", next).await;
        assert_eq!(next["provisional"], true, "its decree is not known");
        let unknown = json!({"year": 2040, "week": office()});
        assert_eq!(
            crew.olga
                .refused(Method::POST, "/hours/production", Some(unknown))
                .await,
            (400, "hours.no_such_year".into())
        );
        let both: Vec<Value> = [&year, &next]
            .iter()
            .flat_map(|y| y["days"].as_array().unwrap().clone())
            .collect();
        let ahead = crew
            .anna
            .post("/hours/preview", form("Офис", office(), json!(both)))
            .await;
        assert_eq!(
            (ahead["open"].clone(), ahead["opens_at"].clone()),
            (json!(true), Value::Null)
        );
        let ahead = ahead["days"].as_array().unwrap();
        assert_eq!(ahead.len(), 14);
        assert_eq!(
            (ahead[0]["date"].clone(), ahead[0]["weekday"].clone()),
            (json!("2026-12-30"), json!(2))
        );
        assert_eq!(
            (ahead[1]["special"].clone(), ahead[1]["spans"].clone()),
            (json!(true), json!([]))
        );
        assert_eq!(ahead[12]["date"], "2027-01-11");
        assert_eq!(ahead[12]["spans"].as_array().unwrap().len(), 2);
        // The first is the company's; who may not change the company's settings keeps none.
        let made = crew
            .olga
            .post("/hours", form("Офис", office(), json!(both)))
            .await;
        assert_eq!(made["company"], true);
        let refused = crew
            .anna
            .refused(
                Method::POST,
                "/hours",
                Some(form("Мой", office(), json!([]))),
            )
            .await;
        assert_eq!(refused.0, 403);
        let second = crew
            .olga
            .post("/hours", form("Склад", office(), json!([])))
            .await;
        assert_eq!(second["company"], false);
        let path = format!("/hours/{}", word(&made["id"]));
        assert_eq!(
            crew.olga.refused(Method::DELETE, &path, None).await,
            (409, "hours.company_needed".into())
        );
        let mut moved = form("Склад", office(), json!([]));
        moved["company"] = json!(true);
        let other = format!("/hours/{}", word(&second["id"]));
        crew.olga.patch(&other, moved).await;
        let all = crew.anna.get("/hours").await;
        let company: Vec<(Value, Value)> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|c| (c["name"].clone(), c["company"].clone()))
            .collect();
        assert_eq!(
            company,
            [(json!("Склад"), json!(true)), (json!("Офис"), json!(false))]
        );
        crew.olga.delete(&path).await;
        for (bad, code) in [
            (json!({"week": []}), "hours.seven_days"),
            (json!({"zone": "Луна"}), "hours.bad_zone"),
            (json!({"name": ""}), "hours.name_needed"),
            (json!({"days": [{"date": "2026-02-30"}]}), "hours.bad_date"),
        ] {
            let mut asked = form("Офис", office(), json!([]));
            for (key, value) in bad.as_object().unwrap() {
                asked[key] = value.clone();
            }
            assert_eq!(
                crew.olga.refused(Method::POST, "/hours", Some(asked)).await,
                (400, code.into())
            );
        }
    }
);

story!(p_44_a_routing_row_holds_out_of_working_hours, |app| {
    let crew = crew(&app).await;
    let night = json!({"name": "Ночная", "member_ids": [crew.boris.id]});
    let night = word(&crew.olga.post("/queues", night).await["id"]);
    let calendar = crew
        .olga
        .post("/hours", form("Офис", office(), json!([])))
        .await;
    let row =
        |hours: Value| json!({"name": "Ночью", "conditions": {"hours": hours}, "queue_id": night});
    let gone = row(json!({"calendar_id": crate::app::uuid(), "open": false}));
    assert_eq!(
        crew.olga
            .refused(Method::POST, "/routing", Some(gone))
            .await,
        (400, "conversations.no_such_calendar".into())
    );
    let rule = crew
        .olga
        .post("/routing", row(json!({"calendar_id": null, "open": false})))
        .await;
    assert_eq!(rule["conditions"]["hours"]["open"], false);
    // Friday, eleven in Moscow.
    jump(&app, "2027-01-15T08:00:00Z");
    let (_, day) = crew.client(&app, "Днём").await;
    assert_eq!(
        chat_of(&crew.olga, &day).await["queue_id"],
        json!(crew.queue)
    );
    let trial = json!({"text": "Ночью", "account_id": crew.account});
    let asked = crew.olga.post("/routing/trial", trial.clone()).await;
    assert_eq!(
        (asked["winner"].clone(), asked["tried"][0]["fit"].clone()),
        (Value::Null, json!("hours"))
    );
    jump(&app, "2027-01-15T20:00:00Z");
    let (_, evening) = crew.client(&app, "Вечером").await;
    assert_eq!(
        chat_of(&crew.olga, &evening).await["queue_id"],
        json!(night)
    );
    let asked = crew.olga.post("/routing/trial", trial).await;
    assert_eq!(asked["winner"], rule["id"]);
    // Without a calendar it is always working time.
    let path = format!("/hours/{}", word(&calendar["id"]));
    crew.olga.delete(&path).await;
    let (_, again) = crew.client(&app, "Снова").await;
    assert_eq!(
        chat_of(&crew.olga, &again).await["queue_id"],
        json!(crew.queue)
    );
});

story!(
    p_44_s3_21_l_69_a_department_has_hours_of_its_own_and_its_queue_follows_them,
    |app| {
        let crew = crew(&app).await;
        let olga = &crew.olga;
        let department = async |name: &str, parent: Option<&str>| {
            let form = json!({"name": name, "parent_id": parent});
            word(&olga.post("/departments", form).await["id"])
        };
        let support = department("Поддержка", None).await;
        let night = department("Ночная смена", Some(&support)).await;
        let company = form("Офис", office(), json!([]));
        olga.post("/hours", company).await;
        // From six in the evening to six in the morning, every day, but not on the old New Year.
        let late = json!([{"from": 1080, "to": 1800}]);
        let mut own = form(
            "Ночь",
            json!([late, late, late, late, late, late, late]),
            json!([{"date": "2027-01-14", "name": "Старый Новый год", "spans": []}]),
        );
        own["department_ids"] = json!([support, support]);
        let kept = olga.post("/hours", own.clone()).await;
        assert_eq!(kept["department_ids"], json!([support]));
        for (ids, code) in [
            (json!([support]), "hours.department_taken"),
            (json!([crate::app::uuid()]), "hours.no_such_department"),
        ] {
            let mut other = form("Другой", office(), json!([]));
            other["department_ids"] = ids;
            let (status, problem) = olga.raw(Method::POST, "/hours", Some(other)).await;
            assert_eq!(
                (status.as_u16(), &problem["code"], &problem["field"]),
                (400, &json!(code), &json!("department_ids"))
            );
        }
        // The queue of a department below works by it: limits, texts and what the site says.
        let texts = json!({"first": {"ru": "Слушаем"}, "outside_hours": {"ru": "Мы закрыты до {hours.opens}"}});
        let rules = json!({"texts": texts, "limits": {"first_min": 15}});
        let queue =
            json!({"name": "Общая очередь", "department_ids": [night], "rules": rules.clone()});
        let path = format!("/queues/{}", crew.queue);
        olga.patch(&path, queue).await;
        let bot = async |chat: &str| {
            app.until("it is said", async || {
                let page = olga.get(&format!("/threads/{chat}/messages")).await;
                let all = page["messages"].as_array()?.clone();
                let said = all.into_iter().find(|m| m["author"]["kind"] == "bot")?;
                Some(word(&said["text"]))
            })
            .await
        };
        let opens = async || {
            let path = format!("/widget/{}/config", crew.key);
            olga.get(&path).await["opens_at"].clone()
        };
        // Friday, eight in the evening in Moscow: the company is closed, the department is not.
        jump(&app, "2027-01-15T17:00:00Z");
        let (_, evening) = crew.client(&app, "Вечером").await;
        assert_eq!(bot(&evening).await, "Слушаем");
        let chat = chat_of(olga, &evening).await;
        let waits = chat["waiting_since"].as_i64().unwrap();
        assert_eq!(chat["answer_by"]["late_at"], json!(waits + 900_000));
        // Its own special day, on which the company works; and at noon it is closed.
        jump(&app, "2027-01-14T17:00:00Z");
        let (_, holiday) = crew.client(&app, "В праздник").await;
        assert_eq!(bot(&holiday).await, "Мы закрыты до 15.01, 18:00");
        jump(&app, "2027-01-15T09:00:00Z");
        let (_, noon) = crew.client(&app, "Днём").await;
        assert_eq!(bot(&noon).await, "Мы закрыты до 15.01, 18:00");
        // Counted in its working minutes: from six in the evening on.
        let evening: jiff::Timestamp = "2027-01-15T15:00:00Z".parse().unwrap();
        let due = chat_of(olga, &noon).await["answer_by"]["late_at"].clone();
        assert_eq!(due, json!(evening.as_millisecond() + 900_000));
        assert_eq!(opens().await, json!(evening.as_millisecond()));
        // With a department beside it that works as the company does, it is open while one of them works.
        let sales = department("Продажи", None).await;
        let queue_path = format!("/queues/{}", crew.queue);
        let both =
            json!({"name": "Общая очередь", "department_ids": [night, sales], "rules": rules});
        olga.patch(&queue_path, both).await;
        assert_eq!(opens().await, Value::Null, "noon: the office works");
        let (_, office_time) = crew.client(&app, "В рабочий день").await;
        assert_eq!(bot(&office_time).await, "Слушаем");
        let waits = chat_of(olga, &office_time).await["waiting_since"].clone();
        let due = chat_of(olga, &office_time).await["answer_by"]["late_at"].clone();
        assert_eq!(
            due,
            json!(waits.as_i64().unwrap() + 900_000),
            "both count once"
        );
        // Friday night and Saturday noon: the night shift works, and then nobody until it comes back.
        jump(&app, "2027-01-15T20:00:00Z");
        assert_eq!(opens().await, Value::Null);
        jump(&app, "2027-01-16T09:00:00Z");
        let (_, saturday) = crew.client(&app, "В субботу днём").await;
        assert_eq!(bot(&saturday).await, "Мы закрыты до 16.01, 18:00");
        // A calendar of the queue's own is stronger than either.
        let calendars = olga.get("/hours").await;
        let company = calendars
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["company"] == true);
        let mut chosen = rules.clone();
        chosen["calendar_id"] = company.unwrap()["id"].clone();
        let of_its_own =
            json!({"name": "Общая очередь", "department_ids": [night, sales], "rules": chosen});
        olga.patch(&queue_path, of_its_own).await;
        let (_, again) = crew.client(&app, "В субботу ещё раз").await;
        assert_eq!(bot(&again).await, "Мы закрыты до 18.01, 09:00");
        jump(&app, "2027-01-15T09:00:00Z");
        let alone = json!({"name": "Общая очередь", "department_ids": [night], "rules": rules});
        olga.patch(&queue_path, alone).await;
        // As the company again, when the calendar has no department any more.
        own["department_ids"] = json!([]);
        let path = format!("/hours/{}", word(&kept["id"]));
        olga.patch(&path, own).await;
        let (_, day) = crew.client(&app, "Днём снова").await;
        assert_eq!(bot(&day).await, "Слушаем");
        assert_eq!(opens().await, Value::Null);
    }
);
