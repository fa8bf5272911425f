//! One property of made-up companies (X-03, U-17, M-05): whoever the one access function names reaches a chat by every way
//! there is (lists, search, finding by name, link, file, token, live frames, pushes, tables, archives), and nobody else by any.
//!
//! A company lives through `ROUNDS` rounds of drawn acts; after each, every way of every person is asked. `SEED` repeats a
//! run; a failing one names it.

mod company;
mod ways;

use crate::story;
use company::Company;
use kernel::{Id, Uuid};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use ways::Ways;

/// Ids of chats.
type Chats = BTreeSet<String>;

/// A number a run is told from outside, or the one it takes by itself.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is told by its runner what to do"
)]
fn told(name: &str, otherwise: u64) -> u64 {
    let word = std::env::var(name).ok();
    word.and_then(|w| w.parse().ok()).unwrap_or(otherwise)
}

/// Says which run it was, if it ends badly.
struct Named(u64, u64);
impl Drop for Named {
    #[expect(clippy::print_stderr, reason = "how to repeat a run that failed")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("repeat with SEED={} ROUNDS={}", self.0, self.1);
        }
    }
}

story!(
    x_03_every_way_to_a_chat_leads_exactly_whom_the_access_function_names,
    |app| {
        let (seed, rounds) = (told("SEED", 11), told("ROUNDS", 4));
        let _named = Named(seed, rounds);
        let mut app = app;
        crate::push::may_call_loopback(&mut app).await;
        let mut company = Company::found(&app, seed).await;
        for round in 0..rounds {
            for _ in 0..14 {
                company.act().await;
            }
            every_way(&mut company, round).await;
        }
        archives(&company).await;
        company.was_worth_it();
    }
);

/// Who may see which of the chats, by the access function itself: person → chats.
async fn named(company: &Company<'_>) -> BTreeMap<String, Chats> {
    let ids = company.chats.iter().map(|c| c.id.parse().unwrap());
    let ids: Vec<Uuid> = ids.collect();
    let rows = company
        .app
        .house()
        .read(async move |tx: &mut db::Tx<'_>| {
            let mut rows = Vec::new();
            for id in ids {
                rows.push((id, accounts::who_may_see(tx, id).await?));
            }
            Ok(rows)
        })
        .await
        .unwrap();
    let mut out: BTreeMap<String, Chats> = BTreeMap::new();
    for (chat, people) in rows {
        for person in people {
            let person = Id::uuid(person).to_string();
            out.entry(person).or_default().insert(chat.to_string());
        }
    }
    out
}

/// Asks every person by every way; what they get is what the access function names, and that is what the rules say.
async fn every_way(company: &mut Company<'_>, round: u64) {
    let marks = company.mark(round).await;
    let allowed = named(company).await;
    rules_agree(company, &allowed).await;
    let heard = company.heard(round).await;
    let rang = company.rang().await;
    let none = Chats::new();
    let each = company.people.iter().map(async |member| {
        let mine = allowed.get(&member.who.id).unwrap_or(&none);
        let ways = Ways {
            member,
            round,
            mine,
            chats: &company.chats,
        };
        if !member.active {
            assert_eq!(*mine, none, "{}", ways.at("who has left is not named"));
            assert!(!rang.contains_key(&member.who.id), "{}", ways.at("a phone"));
            return ways.shut().await;
        }
        let (frames, shown) = &heard[&member.who.id];
        assert_eq!(frames, mine, "{}", ways.at("live frames"));
        let shown_rightly = shown.is_subset(mine);
        assert!(shown_rightly, "{}: {shown:?}", ways.at("what windows show"));
        let late = company.late.get(&member.who.id).unwrap_or(&none);
        assert!(late.is_subset(mine), "{}: {late:?}", ways.at("a late push"));
        // Everybody was named in every talk of colleagues: it rings for who is there, but not for who said it.
        let rang = rang.get(&member.who.id).unwrap_or(&none);
        assert!(rang.is_subset(mine), "{}: {rang:?}", ways.at("a phone"));
        let talks = company.chats.iter().filter(|c| !c.client);
        let said = talks.filter_map(|c| Some((&c.id, &marks.get(&c.id)?.2)));
        let theirs = said.filter(|(id, author)| mine.contains(*id) && **author != member.who.id);
        let theirs: Chats = theirs.map(|(id, _)| id.clone()).collect();
        let clients = company.chats.iter().filter(|c| c.client);
        let clients: Chats = clients.map(|c| c.id.clone()).collect();
        let by_name: Chats = rang.difference(&clients).cloned().collect();
        assert_eq!(by_name, theirs, "{}", ways.at("a phone rings by name"));
        ways.lists().await;
        ways.search().await;
        ways.names().await;
        ways.links(&marks).await;
        ways.table(company.olga()).await;
    });
    futures_util::future::join_all(each).await;
    assert_eq!(
        named(company).await,
        allowed,
        "round {round}: asking changed who may see what"
    );
}

/// The rules of access, written down a second time, over what the API tells of the company.
async fn rules_agree(company: &Company<'_>, allowed: &BTreeMap<String, Chats>) {
    let olga = company.olga();
    let people = olga.get("/people").await["people"].clone();
    let roles = olga.get("/roles").await["roles"].clone();
    let queues = olga.get("/queues").await;
    let list = |value: &Value| value.as_array().unwrap().clone();
    let has = |value: &Value, one: &Value| list(value).contains(one);
    let in_queue = |queue: &Value, person: &Value| {
        let queue = list(&queues).into_iter().find(|q| q["id"] == *queue);
        let queue = queue.unwrap();
        has(&queue["member_ids"], &person["id"])
            || has(&queue["department_ids"], &person["department_id"])
    };
    let looks_after = |queue: &Value, person: &Value| {
        let held = list(&roles).into_iter();
        let held = held.filter(|r| has(&person["role_ids"], &r["id"]));
        held.flat_map(|r| list(&r["rights"])).any(|right| {
            let over =
                right["right"] == "conversations.see" || right["right"] == "conversations.manage";
            over && (right["scope"] == "all"
                || (right["scope"] == "group" && in_queue(queue, person)))
        })
    };
    let mut chats = olga.inbox("all").await;
    chats.extend(olga.inbox("closed").await);
    for chat in &chats {
        for person in list(&people) {
            let waits = chat["state"] == "queue" || chat["assignee_id"].is_null();
            let owns = if waits {
                in_queue(&chat["queue_id"], &person)
            } else {
                chat["assignee_id"] == person["id"]
            };
            let sees = owns
                || has(&chat["observer_ids"], &person["id"])
                || looks_after(&chat["queue_id"], &person);
            let sees = sees && person["active"] == true;
            let named = allowed
                .get(person["id"].as_str().unwrap())
                .is_some_and(|mine| mine.contains(chat["id"].as_str().unwrap()));
            assert_eq!(named, sees, "{}: {chat}", person["name"]);
        }
    }
    let known = company.chats.iter().filter(|c| c.client).count();
    assert_eq!(chats.len(), known, "the administrator sees all clients");
    for chat in company.chats.iter().filter(|c| !c.client) {
        let ids = company.members(chat).await;
        for member in &company.people {
            let named = allowed
                .get(&member.who.id)
                .is_some_and(|mine| mine.contains(&chat.id));
            let sees = member.active && ids.contains(&json!(member.who.id));
            assert_eq!(named, sees, "{} in {}", member.login, chat.title);
        }
    }
}

/// An archive of one chat is made for who is in it, and for nobody else, whatever they arrange.
async fn archives(company: &Company<'_>) {
    let allowed = named(company).await;
    let olga = company.olga();
    let talks = company.chats.iter().filter(|c| !c.client && !c.topic);
    for chat in talks {
        let form = json!({"thread_id": chat.id});
        let (status, answer) = olga
            .raw(reqwest::Method::POST, "/exports", Some(form))
            .await;
        let mine = allowed[&olga.id].contains(&chat.id);
        let right = if mine { 200 } else { 404 };
        assert_eq!(status.as_u16(), right, "{answer}");
    }
}
