//! One act on many chats, and what became of each.

use crate::{
    actions::{
        bulk::{self, Act},
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
use std::collections::HashSet;
use utoipa::ToSchema;
use web::{Answer, Body, House};

/// How many chats are worked on at the same time: their transactions share commits.
const BESIDE: usize = 8;

/// What is done to each chat.
#[derive(Clone, Copy, Deserialize, ToSchema)]
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
}

/// What to do, or nothing where it is to be read.
fn act_of(form: &BulkForm) -> Result<Option<Act>> {
    Ok(Some(match form.act {
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
        BulkKind::Read => return Ok(None),
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
    };
    for (id, became) in work.await.map_err(Error::fault)? {
        let (code, title) = match became {
            Ok(true) => {
                answer.done.push(id);
                continue;
            }
            Ok(false) => {
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
    Ok(Json(answer))
}

/// One of them; `None` reads it.
async fn one(house: House, signed: Signed, id: Id<Thread>, act: Option<Act>) -> Result<bool> {
    match act {
        Some(act) => {
            house
                .write(async move |tx: &mut Tx<'_>| {
                    bulk::one(tx, &signed.ctx, signed.person, id, act).await
                })
                .await
        }
        None => messages::read_to_end(&house, &signed.ctx, signed.person, id).await,
    }
}
