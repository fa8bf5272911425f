//! The desk: after the commit, one window of each person is told to show what came (S0-09, S0-10, U-25).
//!
//! It listens to what sockets are told, so it works on every node and costs the sender nothing. What it knows lives in memory:
//! a node that falls forgets what rang in its last eight seconds, and the pushes, which are on disk, leave.

use crate::{
    actions,
    deciding::{About, Known, Remembered},
    hooks::Rings,
    model::{NoticeKind, Occasion},
    rules::{self, Decision, Seat},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use serde_json::{Value, json};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use web::{BoxFuture, Client, House, Tapped, frame};

/// What the desk listens to.
const KINDS: &[&str] = &[
    "message.added",
    "notice.added",
    "notice.changed",
    "settings.changed",
    "person.changed",
];
/// How often it looks for a window for what waits.
const LOOK: Duration = Duration::from_millis(500);
/// A notice that is told again later than this was only marked or unmarked.
const FRESH: Duration = Duration::from_secs(8);

/// What a window is sent.
#[derive(Clone, Debug)]
struct Show {
    text: Arc<str>,
    has_device: bool,
}

/// What rings at the desks of this node, a part of the house.
#[derive(Default)]
pub struct Desk {
    waiting: Mutex<rules::Desk<Show>>,
    memory: Arc<Remembered>,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, rules::Desk<Show>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one event wants of one person.
struct Wanted {
    person: Id<Person>,
    subject: Uuid,
    show: Show,
    /// What the person's other windows show at the same time, without a sound.
    elsewhere: Option<Arc<str>>,
}

/// What a batch of events comes to.
#[derive(Default)]
struct Outcome {
    wanted: Vec<Wanted>,
    handled: Vec<(Uuid, Uuid)>,
}

fn seats(house: &House, person: Uuid) -> Vec<Seat> {
    let windows = house.hub().windows(person).into_iter();
    windows
        .map(|w| Seat {
            socket: w.socket,
            active_at: w.active_at,
        })
        .collect()
}

/// Rings at the desks as long as the house stands.
pub(crate) fn keep(house: House, mut stop: web::Stop) -> BoxFuture<()> {
    Box::pin(async move {
        let mut taps = house.hub().tap(KINDS);
        let mut batch = Vec::new();
        loop {
            let idle = house.part::<Desk>().is_ok_and(|d| d.lock().is_quiet());
            tokio::select! {
                _ = stop.changed() => return,
                came = taps.recv_many(&mut batch, 64) => {
                    if came == 0 { return }
                    if let Err(error) = ring(&house, std::mem::take(&mut batch)).await {
                        tracing::error!(%error, "notices could not be shown at the desk");
                    }
                }
                () = tokio::time::sleep(LOOK), if !idle => look(&house),
            }
        }
    })
}

/// Gives what waits to windows that have come.
fn look(house: &House) {
    let Ok(desk) = house.part::<Desk>() else {
        return;
    };
    let found = desk
        .lock()
        .look(|person| seats(house, person), house.clock().now());
    for (socket, show) in found {
        house.hub().tell_window(socket, &show.text);
    }
}

async fn ring(house: &House, batch: Vec<Tapped>) -> Result<()> {
    let desk = house.part::<Desk>()?;
    let rings = house.part::<Rings>()?.clone();
    let memory = Arc::clone(&desk.memory);
    // Before anything is read for this batch: what changed is not to be believed any more.
    let (changed, batch): (Vec<_>, Vec<_>) = batch.into_iter().partition(changes);
    for event in changed {
        memory.forget(Id::new(event.subject));
    }
    let reached: Vec<(Tapped, Vec<Id<Person>>)> = batch
        .into_iter()
        .map(|event| {
            let people = house.hub().people_reached(&event.audience);
            (event, people.into_iter().map(Id::new).collect())
        })
        .collect();
    let now = house.clock().now();
    let outcome = house
        .read(async move |tx: &mut Tx<'_>| {
            let mut out = Outcome::default();
            for (event, people) in reached {
                if event.kind == "message.added" {
                    message(tx, (&rings, &memory), event.subject, people, now, &mut out).await?;
                } else {
                    notice(tx, event, now, &mut out).await?;
                }
            }
            Ok(out)
        })
        .await?;
    for key in outcome.handled {
        desk.lock().handled(key);
    }
    for one in outcome.wanted {
        let person = one.person.uuid();
        let open = seats(house, person);
        let socket = desk
            .lock()
            .arrive((person, one.subject), one.show.clone(), &open, now);
        let Some(socket) = socket else { continue };
        house.hub().tell_window(socket, &one.show.text);
        // S2-45: a reminder stands in every window until it is handled; only one of them rings.
        if let Some(silent) = one.elsewhere {
            for seat in open.iter().filter(|seat| seat.socket != socket) {
                house.hub().tell_window(seat.socket, &silent);
            }
        }
    }
    Ok(())
}

/// Whether an event says that decisions about its subject, a person, may come out otherwise now.
fn changes(event: &Tapped) -> bool {
    matches!(event.kind.as_str(), "settings.changed" | "person.changed")
}

/// A message of colleagues, for everyone who has a window here and hears its chat.
async fn message(
    tx: &mut Tx<'_>,
    (rings, memory): (&Rings, &Remembered),
    id: Uuid,
    people: Vec<Id<Person>>,
    now: Moment,
    out: &mut Outcome,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    for ask in &rings.0 {
        let Some(what) = ask(tx, id).await? else {
            continue;
        };
        let silent: HashSet<Id<Person>> = what.silent.iter().copied().collect();
        let people: Vec<Id<Person>> = people
            .iter()
            .copied()
            .filter(|p| !silent.contains(p))
            .collect();
        let known = memory.of(tx, &people).await?;
        let about = About {
            occasion: what.occasion,
            actor: Some(what.author),
            thread: Some(what.thread),
            now,
        };
        // A thousand people who are told the same way are sent the same words, written once.
        let mut written: HashMap<(bool, bool, bool), Arc<str>> = HashMap::new();
        for person in people {
            let decision = known.decide(person, about);
            if decision.at_desk() {
                let way = (decision.sound, decision.corner, decision.desktop);
                let text = written.entry(way).or_insert_with(|| {
                    let fields = json!({"thread_id": what.thread, "thread_kind": what.thread_kind, "message_id": id,
                        "notice_id": null, "title": what.title, "text": what.text});
                    words(id, what.occasion, decision, fields)
                });
                out.wanted.push(Wanted {
                    person,
                    subject: id,
                    show: Show {
                        text: Arc::clone(text),
                        has_device: known.has_device(person),
                    },
                    elsewhere: None,
                });
            }
        }
    }
    Ok(())
}

/// A notice of the notification centre; its audience is its person.
async fn notice(tx: &mut Tx<'_>, event: Tapped, now: Moment, out: &mut Outcome) -> Result<()> {
    let Some(person) = event.audience.first().copied().map(Id::new) else {
        return Ok(());
    };
    let Some(notice) = store::one(tx, event.subject).await? else {
        return Ok(());
    };
    let subject = actions::subject_of(&notice);
    if notice.done {
        out.handled.push((person.uuid(), subject));
        return Ok(());
    }
    if now.since(notice.at) > FRESH {
        return Ok(());
    }
    let occasion = Occasion::Notice(notice.kind);
    let about = About {
        occasion,
        actor: notice.actor_id,
        thread: notice.thread_id,
        now,
    };
    let threads: Vec<Uuid> = notice.thread_id.into_iter().collect();
    let known = Known::of(tx, &[person], &threads).await?;
    let decision = known.decide(person, about);
    if decision.at_desk() {
        let fields = json!({"thread_id": notice.thread_id, "thread_kind": notice.thread_kind,
            "message_id": notice.message_id, "notice_id": notice.id, "title": notice.title, "text": notice.text});
        let silent = Decision {
            sound: false,
            desktop: false,
            ..decision
        };
        let everywhere = notice.kind == NoticeKind::Reminder && decision.corner;
        out.wanted.push(Wanted {
            person,
            subject,
            elsewhere: everywhere.then(|| words(subject, occasion, silent, fields.clone())),
            show: Show {
                text: words(subject, occasion, decision, fields),
                has_device: known.has_device(person),
            },
        });
    }
    Ok(())
}

/// The frame that makes a window show something.
fn words(subject: Uuid, occasion: Occasion, decision: Decision, mut fields: Value) -> Arc<str> {
    if let Some(fields) = fields.as_object_mut() {
        fields.extend([
            ("id".to_owned(), json!(subject)),
            ("kind".to_owned(), json!(occasion.word())),
            ("sound".to_owned(), json!(decision.sound)),
            ("corner".to_owned(), json!(decision.corner)),
            ("desktop".to_owned(), json!(decision.desktop)),
        ]);
    }
    frame("notify", None, &fields.to_string()).into()
}

/// The window that shows says that its person is there: the pocket stays silent.
pub(crate) fn notified(house: House, client: Client, sign: Value) -> BoxFuture<()> {
    Box::pin(async move {
        let subject = sign.get("id").and_then(Value::as_str);
        let Some(subject) = subject.and_then(|id| id.parse::<Uuid>().ok()) else {
            return;
        };
        let Ok(desk) = house.part::<Desk>() else {
            return;
        };
        let answered = desk
            .lock()
            .answered((client.person, subject), client.socket);
        if answered.is_none_or(|show| !show.has_device) {
            return;
        }
        let person: Id<Person> = Id::new(client.person);
        let dropped = house
            .write(async move |tx: &mut Tx<'_>| store::drop_push(tx, person, subject).await)
            .await;
        if let Err(error) = dropped {
            tracing::warn!(%error, "an answer of the desk was not kept: the pocket will ring as well");
        }
    })
}
