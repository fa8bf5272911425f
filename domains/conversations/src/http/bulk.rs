//! One act on many chats, and what became of each.

use crate::{
    actions::{
        bulk::{self, Act, Stood},
        views::AT_ONCE,
    },
    model::{Label, Queue},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State};
use db::Tx;
use futures_util::{StreamExt, stream};
use kernel::{Error, Id, Moment, Result};
use messages::Thread;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};
use utoipa::ToSchema;
use web::{Answer, Body, House};

/// How many chats are worked on at the same time: their transactions share commits.
const BESIDE: usize = 8;

/// What is done to each chat.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum BulkKind {
    /// `to` becomes responsible.
    Assign,
    /// Into `queue_id`; none: the one it came from.
    Queue,
    /// `add` and `remove`.
    Label,
    /// Until `until`; none: until the client writes.
    Snooze,
    /// Fetched back.
    Wake,
    /// The conversation ends.
    Close,
    /// It goes on.
    Reopen,
    /// Read to the end, by me.
    Read,
    /// Read only up to where `read_to` says: takes a reading back.
    Unread,
}

/// An act on many chats.
#[derive(Deserialize, ToSchema)]
pub(super) struct BulkForm {
    /// 1 to 1000 chats.
    ids: Vec<Id<Thread>>,
    #[schema(inline)]
    act: BulkKind,
    to: Option<Id<Person>>,
    queue_id: Option<Id<Queue>>,
    #[serde(default)]
    add: Vec<Id<Label>>,
    #[serde(default)]
    remove: Vec<Id<Label>>,
    until: Option<Moment>,
    /// For `unread`: up to which number each chat was read.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, i64>)]
    read_to: BTreeMap<Id<Thread>, i64>,
}

/// An act that takes part of another one back: to be sent as it is.
#[derive(Serialize, ToSchema)]
pub(super) struct BulkUndo {
    ids: Vec<Id<Thread>>,
    #[schema(inline)]
    act: BulkKind,
    to: Option<Id<Person>>,
    queue_id: Option<Id<Queue>>,
    #[schema(value_type = BTreeMap<String, i64>)]
    read_to: BTreeMap<Id<Thread>, i64>,
}

impl BulkUndo {
    /// The acts that put chats back where they stood, and readings back to where they were.
    fn of(stood: BTreeMap<Stood, Vec<Id<Thread>>>, read: BTreeMap<Id<Thread>, i64>) -> Vec<Self> {
        let back = |(stood, ids)| {
            let (act, to, queue_id) = match stood {
                Stood::With(person) => (BulkKind::Assign, Some(person), None),
                Stood::In(queue) => (BulkKind::Queue, None, Some(queue)),
            };
            Self {
                ids,
                act,
                to,
                queue_id,
                read_to: BTreeMap::new(),
            }
        };
        let mut all: Vec<Self> = stood.into_iter().map(back).collect();
        if !read.is_empty() {
            all.push(Self {
                ids: read.keys().copied().collect(),
                act: BulkKind::Unread,
                to: None,
                queue_id: None,
                read_to: read,
            });
        }
        all
    }
}

/// Chats refused for one reason.
#[derive(Serialize, ToSchema)]
pub(super) struct BulkRefusal {
    code: String,
    /// The reason, as a sentence.
    title: String,
    ids: Vec<Id<Thread>>,
}

/// What became of each chat.
#[derive(Serialize, ToSchema)]
pub(super) struct BulkAnswer {
    /// Different now.
    done: Vec<Id<Thread>>,
    /// As it was wanted before.
    same: Vec<Id<Thread>>,
    /// Not done, by reason.
    refused: Vec<BulkRefusal>,
    /// What takes an assigning, a queueing or a reading back, chat by chat; empty for other acts.
    undo: Vec<BulkUndo>,
}

/// What to do to each.
#[derive(Clone)]
enum Todo {
    /// To the chat, for everybody.
    Act(Act),
    /// To my own reading of it.
    Read,
    /// The same, back to where it was.
    Unread(Arc<BTreeMap<Id<Thread>, i64>>),
}

/// What has become of one chat.
struct Became {
    changed: bool,
    stood: Option<Stood>,
    was_read: Option<i64>,
}

fn act_of(form: &BulkForm) -> Result<Todo> {
    Ok(Todo::Act(match form.act {
        BulkKind::Assign => {
            let to = form.to;
            Act::Assign(to.ok_or_else(|| Error::field("to", "conversations.no_such_person"))?)
        }
        BulkKind::Queue => Act::Queue(form.queue_id),
        BulkKind::Label => Act::Label {
            add: form.add.clone(),
            remove: form.remove.clone(),
        },
        BulkKind::Snooze => Act::Snooze(form.until),
        BulkKind::Wake => Act::Wake,
        BulkKind::Close => Act::Close,
        BulkKind::Reopen => Act::Reopen,
        BulkKind::Read => return Ok(Todo::Read),
        BulkKind::Unread => return Ok(Todo::Unread(Arc::new(form.read_to.clone()))),
    }))
}

#[utoipa::path(post, path = "/client-chats/bulk", tag = "conversations", request_body = BulkForm, responses((status = 200, body = BulkAnswer)))]
pub(super) async fn bulk(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<BulkForm>,
) -> Answer<Json<BulkAnswer>> {
    let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    if form.ids.is_empty() || form.ids.len() > most {
        return Err(Error::field("ids", "conversations.out_of_range")
            .arg("from", 1)
            .arg("to", most)
            .into());
    }
    let act = act_of(&form)?;
    let mut seen = HashSet::new();
    let ids: Vec<_> = form.ids.into_iter().filter(|id| seen.insert(*id)).collect();
    let language = signed.ctx.language;
    // To the end, whoever listens: a line that breaks halfway must not leave half of it undone.
    let work = {
        let house = house.clone();
        tokio::spawn(async move {
            let each = stream::iter(ids.into_iter().map(|id| {
                let (house, signed, act) = (house.clone(), signed.clone(), act.clone());
                async move { (id, one(house, signed, id, act).await) }
            }));
            each.buffered(BESIDE).collect::<Vec<_>>().await
        })
    };
    let mut answer = BulkAnswer {
        done: Vec::new(),
        same: Vec::new(),
        refused: Vec::new(),
        undo: Vec::new(),
    };
    let (mut stood, mut read) = (BTreeMap::<Stood, Vec<_>>::new(), BTreeMap::new());
    for (id, became) in work.await.map_err(Error::fault)? {
        let (code, title) = match became {
            Ok(became) if became.changed => {
                answer.done.push(id);
                if let Some(place) = became.stood {
                    stood.entry(place).or_default().push(id);
                }
                if let Some(seq) = became.was_read {
                    read.insert(id, seq);
                }
                continue;
            }
            Ok(_) => {
                answer.same.push(id);
                continue;
            }
            Err(Error::Refused(refusal)) => {
                let title = house.texts().refusal(language, &refusal);
                (refusal.code.to_owned(), title)
            }
            Err(Error::Fault(error)) => {
                tracing::error!(%error, %id, "one of many chats failed");
                let Error::Refused(refusal) = Error::conflict("conversations.bulk_failed") else {
                    continue;
                };
                let title = house.texts().refusal(language, &refusal);
                (refusal.code.to_owned(), title)
            }
        };
        let known = answer.refused.iter_mut();
        match known
            .into_iter()
            .find(|r| r.code == code && r.title == title)
        {
            Some(reason) => reason.ids.push(id),
            None => answer.refused.push(BulkRefusal {
                code,
                title,
                ids: vec![id],
            }),
        }
    }
    answer.undo = BulkUndo::of(stood, read);
    Ok(Json(answer))
}

/// Does it to one of them.
async fn one(house: House, signed: Signed, id: Id<Thread>, todo: Todo) -> Result<Became> {
    let (ctx, person) = (&signed.ctx, signed.person);
    let mut became = Became {
        changed: false,
        stood: None,
        was_read: None,
    };
    match todo {
        Todo::Act(act) => {
            let moves = matches!(act, Act::Assign(_) | Act::Queue(_));
            let ctx = ctx.clone();
            (became.changed, became.stood) = house
                .write(async move |tx: &mut Tx<'_>| {
                    let stood = bulk::stands(tx, id).await;
                    let changed = bulk::one(tx, &ctx, person, id, act).await?;
                    Ok((changed, stood.ok().filter(|_| moves)))
                })
                .await?;
        }
        Todo::Read => {
            let was = house
                .read(async move |tx: &mut Tx<'_>| messages::read_position(tx, person, id).await)
                .await?;
            became.was_read = Some(was);
            became.changed = messages::read_to_end(&house, ctx, person, id).await?;
        }
        Todo::Unread(read_to) => {
            let was = read_to.get(&id).copied();
            let was = was.ok_or_else(|| Error::field("read_to", "conversations.out_of_range"));
            let was = was.map_err(|e| e.arg("from", 0).arg("to", i64::MAX))?;
            became.changed = messages::read_back_to(&house, ctx, person, id, was).await?;
        }
    }
    Ok(became)
}
