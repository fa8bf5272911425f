//! From which program somebody last wrote (S2-17): noted at most once a minute, so that sending stays as quick as it is.

use crate::{model::Person, rules, store};
use db::Tx;
use kernel::{Id, Moment};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use web::House;

/// What is written is at most this old.
const FRESH: Duration = Duration::from_secs(60);

/// What was noted lately of whom, a part of the house.
#[derive(Debug, Default)]
pub struct Writers(Mutex<HashMap<Id<Person>, (String, Moment)>>);

impl Writers {
    /// Whether this is news worth writing down.
    fn news(&self, person: Id<Person>, with: &str, now: Moment) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = known
            .get(&person)
            .is_none_or(|(before, at)| before != with || now.since(*at) >= FRESH);
        if old {
            known.insert(person, (with.to_owned(), now));
        }
        old
    }
}

/// Notes beside a request that the person wrote. Nobody waits for it, and it fails quietly.
pub fn wrote(house: &House, person: Id<Person>, program: &str) {
    let with = rules::program(program);
    let now = house.clock().now();
    let news = house
        .part::<Writers>()
        .is_ok_and(|writers| writers.news(person, &with, now));
    if !news {
        return;
    }
    let house = house.clone();
    tokio::spawn(async move {
        let noted = house
            .write(async move |tx: &mut Tx<'_>| store::wrote(tx, person, &with, now).await)
            .await;
        if let Err(error) = noted {
            tracing::debug!(%error, "from which program somebody wrote could not be noted");
        }
    });
}
