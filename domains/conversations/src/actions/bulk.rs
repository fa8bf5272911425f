//! One act on many chats: each of them by the rules of the single act and in a transaction of its own, so that one that is
//! refused keeps none of the others back.

use crate::{
    actions::{chats, labels, snooze},
    model::{ClientChatState, Label, Queue},
    store,
};
use accounts::Person;
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result};
use messages::Thread;

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Make somebody responsible.
    Assign(Id<Person>),
    /// Put into a queue; none: the one it came from.
    Queue(Option<Id<Queue>>),
    /// Put labels on and take others off.
    Label {
        add: Vec<Id<Label>>,
        remove: Vec<Id<Label>>,
    },
    /// Put away; none: until the client writes.
    Snooze(Option<Moment>),
    /// Fetch back.
    Wake,
    /// End the conversation.
    Close,
    /// Go on with it.
    Reopen,
}

/// Where a chat stood before whose it is was changed: what takes the change back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stood {
    /// Somebody had it.
    With(Id<Person>),
    /// It waited.
    In(Id<Queue>),
}

/// Where a chat stands now. A closed one is given to nobody, so there is nothing to take back of it.
pub(crate) async fn stands(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Stood> {
    let chat = store::chat(tx, id).await?;
    Ok(match (chat.state, chat.assignee_id) {
        (ClientChatState::Work, Some(person)) => Stood::With(person),
        _ => Stood::In(chat.queue_id),
    })
}

/// Does it to one chat; answers whether anything is different now.
pub(crate) async fn one(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    act: Act,
) -> Result<bool> {
    accounts::access(tx, person, id.uuid()).await?;
    let chat = store::hold(tx, id).await?;
    let (work, closed) = (
        chat.state == ClientChatState::Work,
        chat.state == ClientChatState::Closed,
    );
    match act {
        Act::Assign(to) if work && chat.assignee_id == Some(to) => return Ok(false),
        Act::Assign(to) if to == person && !closed => {
            chats::take_over(tx, ctx, person, id).await?;
        }
        Act::Assign(to) => chats::hand_over(tx, ctx, person, id, to, "", false).await?,
        Act::Queue(queue)
            if chat.state == ClientChatState::Queue
                && queue.is_none_or(|wanted| wanted == chat.queue_id) =>
        {
            return Ok(false);
        }
        Act::Queue(queue) => chats::to_queue(tx, ctx, person, id, queue).await?,
        Act::Label { add, remove } => {
            return labels::mark(tx, ctx, person, id, &add, &remove).await;
        }
        Act::Snooze(_) if chat.snoozed.is_some() => {
            return Err(Error::conflict("conversations.snoozed_already"));
        }
        Act::Snooze(until) => snooze::snooze(tx, ctx, person, id, until).await?,
        Act::Wake if chat.snoozed.is_none() => return Ok(false),
        Act::Wake => snooze::fetch_back(tx, ctx, person, id).await?,
        Act::Close if closed => return Ok(false),
        Act::Close => chats::close(tx, ctx, person, id).await?,
        Act::Reopen if !closed => return Ok(false),
        Act::Reopen => chats::reopen_chat(tx, ctx, person, id).await?,
    }
    Ok(true)
}
