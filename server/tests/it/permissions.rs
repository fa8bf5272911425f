//! Who may do what (F14): every operation of the API document on real objects, as each role, against a table that people read.
//!
//! The table is `permissions.txt`. An operation without a row fails, and so does a row without an operation. After a change that
//! is meant, `PERMISSIONS=write cargo test -p beseda --test it permissions::` writes the table anew (never in CI); then read
//! every line that differs.

mod bodies;
mod fixture;

use crate::{app::Caller, story};
use bodies::Bodies;
use fixture::{Company, OF_CLIENTS, PERSONAL, fill, objects};
use reqwest::Method;
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write,
    path::Path,
};

/// Operations that somebody who is not signed in may call, each for a reason.
const OPEN: [&str; 21] = [
    "get /l/{code}", // clients follow them
    "get /pixel.js",
    "post /api/v1/pixel", // from the company's sites only
    "get /api/v1/setup",
    "post /api/v1/setup", // the first run has its own secret
    "get /api/v1/sign-in",
    "post /api/v1/sessions", // signing in
    "get /api/v1/join/{token}",
    "post /api/v1/join/{token}", // the link is the secret
    "get /api/v1/widget/{key}/config",
    "post /api/v1/widget/{key}/visitor", // the site's visitors
    "get /api/v1/widget/{key}/messages",
    "post /api/v1/widget/{key}/messages",
    "post /api/v1/widget/{key}/form",
    "delete /api/v1/widget/{key}/visitor",
    "post /api/v1/widget/{key}/files",
    "get /api/v1/widget/{key}/files/{id}",
    "get /api/v1/widget/{key}/socket",
    "post /hooks/{kind}/{id}/{key}",
    "get /hooks/{kind}/{id}/{key}", // messengers prove themselves
    "get /f/{id}/{until}/{signature}/{name}", // the signature opens one file for a day
];

/// Operations that none of the roles gets into: a visitor's secret word opens them, or a messenger's, which no colleague has.
const OF_OTHERS: [&str; 9] = [
    "get /hooks/{kind}/{id}/{key}",
    "post /hooks/{kind}/{id}/{key}",
    "get /api/v1/widget/{key}/messages",
    "post /api/v1/widget/{key}/messages",
    "post /api/v1/widget/{key}/form",
    "delete /api/v1/widget/{key}/visitor",
    "post /api/v1/widget/{key}/files",
    "get /api/v1/widget/{key}/files/{id}",
    "get /api/v1/widget/{key}/socket",
];

/// From the least allowed to the most; the columns of the table.
const ROLES: [&str; 6] = [
    "stranger",
    "guest",
    "employee",
    "owner",
    "supervisor",
    "administrator",
];

/// What became of a call, in a word.
fn outcome(status: u16) -> &'static str {
    match status {
        401 => "401",
        403 => "denied",
        404 => "hidden",
        // Access was granted, and what came after it said no: not one's own, not now, not so.
        400.. => "ruled",
        _ => "open",
    }
}

type Rows = BTreeMap<String, Vec<String>>;

fn written(rows: &Rows) -> String {
    let longest = rows
        .keys()
        .map(|row| row.chars().count())
        .max()
        .unwrap_or(0);
    let mut out = format!(
        "{:longest$} | {}\n",
        "# operation (object)",
        columns(&ROLES)
    );
    for (row, cells) in rows {
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        writeln!(out, "{row:longest$} | {}", columns(&cells)).unwrap();
    }
    out
}

fn columns(cells: &[&str]) -> String {
    let wide = cells.iter().zip(ROLES);
    let wide = wide.map(|(cell, role)| format!("{cell:0$}", role.len()));
    wide.collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

fn read(table: &str) -> Rows {
    let lines = table.lines().filter(|l| !l.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('|'))
        .map(|(row, cells)| {
            let cells = cells.split_whitespace().map(str::to_owned);
            (row.trim().to_owned(), cells.collect())
        })
        .collect()
}

/// What differs between the table and what was found.
fn differences(table: &Rows, found: &Rows) -> Vec<String> {
    let mut out = Vec::new();
    for row in table.keys().chain(found.keys()).collect::<BTreeSet<_>>() {
        match (table.get(row), found.get(row)) {
            (Some(said), Some(is)) if said == is => {}
            (Some(said), Some(is)) => {
                for (role, (said, is)) in ROLES.iter().zip(said.iter().zip(is)) {
                    if said != is {
                        out.push(format!("{row}: {role} is {is}, the table says {said}"));
                    }
                }
            }
            (None, _) => out.push(format!("{row}: has no row in the table")),
            (_, None) => out.push(format!("{row}: a row without an operation")),
        }
    }
    out
}

#[expect(clippy::disallowed_methods, reason = "the one switch of this test")]
fn asked_to_write() -> bool {
    let asked = std::env::var("PERMISSIONS").is_ok_and(|word| word == "write");
    asked && std::env::var("CI").is_err()
}

/// A door for guests as the table writes operations: `get /api/v1/chats`.
fn in_words(door: &str) -> String {
    let (method, path) = door.split_once(' ').unwrap();
    format!("{} {path}", method.to_lowercase())
}

/// What holds whatever the table says.
fn judge(
    row: &str,
    object: &str,
    cells: &[String],
    doors: &BTreeSet<String>,
    wrong: &mut Vec<String>,
) {
    let operation = row.split(" (").next().unwrap_or(row);
    if !OPEN.contains(&operation) && cells[0] != "401" {
        wrong.push(format!("{row}: {} to somebody not signed in", cells[0]));
    }
    if PERSONAL.contains(&object) {
        for n in [2, 4, 5].into_iter().filter(|n| cells[*n] != "hidden") {
            wrong.push(format!("{row}: {} to another {}", cells[n], ROLES[n]));
        }
    }
    if OF_CLIENTS.contains(&object) && cells[2] != "hidden" {
        wrong.push(format!("{row}: {} to another employee", cells[2]));
    }
    // what is not opened to guests is shut to them, and of what is, they reach nothing of others.
    let theirs = doors.contains(operation) || OPEN.contains(&operation);
    if !theirs && cells[1] != "denied" && cells[1] != "401" {
        wrong.push(format!("{row}: {} to a guest", cells[1]));
    }
    let shown = ["open", "ruled"].contains(&cells[1].as_str());
    if shown && (PERSONAL.contains(&object) || OF_CLIENTS.contains(&object)) {
        wrong.push(format!("{row}: {} to a guest", cells[1]));
    }
    // Where nobody gets in, the refusals prove nothing: the object or the body is no real one.
    if !OF_OTHERS.contains(&operation)
        && !cells
            .iter()
            .any(|cell| ["open", "ruled"].contains(&cell.as_str()))
    {
        wrong.push(format!("{row}: open to nobody"));
    }
}

story!(
    f14_every_operation_answers_each_role_as_its_row_says,
    |app| {
        let company = Company::found(&app).await;
        let stranger = app.stranger();
        let people: [(&Caller, &str); 6] = [
            (&stranger, "anna"),
            (&company.nika, "nika"),
            (&company.anna, "anna"),
            (&company.boris, "boris"),
            (&company.sergey, "sergey"),
            (&company.olga, "olga"),
        ];
        let api = serde_json::to_value(&app.beseda.as_ref().unwrap().api).unwrap();
        let doors = app.house().part::<accounts::GuestDoors>().unwrap().all();
        let doors: BTreeSet<String> = doors.map(in_words).collect();
        let (mut found, mut wrong) = (Rows::new(), Vec::new());
        let mut kept: HashMap<&str, Vec<String>> = HashMap::new();
        let contact = company.make("a contact").await.remove(0);
        for (path, item) in api["paths"].as_object().unwrap() {
            let methods = ["get", "put", "post", "delete", "patch"];
            for (verb, operation) in item.as_object().unwrap() {
                if !methods.contains(&verb.as_str()) {
                    continue;
                }
                let method: Method = verb.to_uppercase().parse().unwrap();
                for object in objects(path) {
                    let row = match *object {
                        "" => format!("{verb} {path}"),
                        object => format!("{verb} {path} ({object})"),
                    };
                    let mut cells = Vec::new();
                    for (role, (caller, login)) in ROLES.iter().zip(people) {
                        // What one role changed must not decide what the next is told.
                        let ids = if method == Method::GET || *role == "stranger" {
                            if !kept.contains_key(object) {
                                kept.insert(object, company.make(object).await);
                            }
                            kept[object].clone()
                        } else {
                            company.make(object).await
                        };
                        let known = |property: &str| match property {
                            "login" => Some(json!(login)),
                            "kept_id" | "merged_id" | "one_id" | "other_id" => Some(json!(contact)),
                            "password" | "current" | "new" => {
                                Some(json!(format!("{login}-password")))
                            }
                            _ => company.known(property),
                        };
                        let bodies = Bodies { api: &api, known };
                        let query = bodies.query(&row, operation);
                        let body = bodies.body(&row, operation);
                        // Whoever signs out is gone: they do it in a session of its own.
                        let leaving = match row.as_str() {
                            "delete /api/v1/sessions/current" if *role != "stranger" => {
                                Some(company.again(login).await)
                            }
                            _ => None,
                        };
                        let caller = leaving.as_ref().unwrap_or(caller);
                        let path = format!("{}{query}", fill(path, &ids));
                        let (status, answer) = company.call(caller, &method, &path, body).await;
                        let code = answer["code"].as_str().unwrap_or_default();
                        // Too many is as useless here as a fault: it says nothing about access.
                        if status >= 500 || status == 429 {
                            wrong.push(format!("{row}: {role}: no answer, {status} {answer}"));
                        }
                        if ["web.bad_json", "web.bad_query"].contains(&code) {
                            wrong.push(format!(
                                "{row}: {role}: the request is no valid one: {answer}"
                            ));
                        }
                        cells.push(outcome(status).to_owned());
                    }
                    judge(&row, object, &cells, &doors, &mut wrong);
                    found.insert(row, cells);
                }
            }
        }
        for operation in OPEN {
            if !found
                .keys()
                .any(|row| row.split(" (").next() == Some(operation))
            {
                wrong.push(format!("{operation}: stands in OPEN and does not exist"));
            }
        }
        for door in &doors {
            let real = found.keys().any(|row| row.split(" (").next() == Some(door));
            if !real
                && !["get /api/v1/socket", "head /api/v1/uploads/{id}"].contains(&door.as_str())
            {
                wrong.push(format!("{door}: is opened to guests and does not exist"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/permissions.txt");
        if asked_to_write() {
            std::fs::write(&place, written(&found)).unwrap();
        }
        let table = std::fs::read_to_string(&place).unwrap();
        let differences = differences(&read(&table), &found);
        assert!(
            differences.is_empty(),
            "{}\n\nWho may do what is not what server/tests/it/permissions.txt says. A change that nobody meant is a hole: \
             mend it. One that is meant: PERMISSIONS=write cargo test -p beseda --test it permissions:: \
             writes the table; read what differs before you commit it.",
            differences.join("\n")
        );
        assert_eq!(
            table,
            written(&found),
            "the table's lines are not as they are written"
        );
    }
);

story!(f14_who_may_only_see_a_chat_reaches_no_client, |app| {
    let company = Company::found(&app).await;
    let form =
        json!({"name": "Контроль", "rights": [{"right": "conversations.see", "scope": "all"}]});
    company.olga.post("/roles", form).await;
    let watcher = app.join(&company.olga, "Вера", "vera", "Контроль").await;
    let said = company.make("a message to a client").await.remove(0);
    watcher
        .get(&format!("/client-chats/{}", company.chat))
        .await;
    watcher.get(&format!("/messages/{said}/history")).await;
    for (method, what, body) in [
        (Method::PUT, "reactions/%F0%9F%91%8D", None),
        (Method::DELETE, "reactions/%F0%9F%91%8D", None),
        (Method::POST, "retry", Some(json!({}))),
        (Method::POST, "cancel", None),
    ] {
        let path = format!("/messages/{said}/{what}");
        assert_eq!(
            watcher.refused(method, &path, body).await,
            (403, "conversations.may_not".to_owned()),
            "{what}"
        );
    }
});

story!(f14_a_reset_link_gives_nobody_the_keys, |app| {
    let company = Company::found(&app).await;
    let form = json!({"name": "Кадры", "rights": [{"right": "accounts.people", "scope": "all"}]});
    company.olga.post("/roles", form).await;
    let clerk = app.join(&company.olga, "Клара", "clara", "Кадры").await;
    let link = |of: &Caller| format!("/people/{}/reset-link", of.id);
    clerk.post(&link(&company.boris), json!({})).await;
    assert_eq!(
        clerk
            .refused(Method::POST, &link(&company.olga), None)
            .await,
        (403, "accounts.right_missing".to_owned()),
        "who opens the administrator's link is the administrator"
    );
    company.olga.post(&link(&company.olga), json!({})).await;
});
