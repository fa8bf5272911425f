//! Copying: messages forwarded into a chat, and a direct chat that grows into a group (S2-24).

use super::{create_group, open};
use crate::rules;
use accounts::{Person, access};
use db::Tx;
use files::File;
use kernel::{Ctx, Error, Id, Result, Uuid};
use messages::{Author, Extras, Forwarded, Message, NewMessage, Thread, Window};

/// Messages forwarded at once, at most.
const MOST: usize = 100;
/// Messages of a history that is shared with a new group, the newest.
const HISTORY: i64 = 2000;

/// What is forwarded.
pub(crate) struct Forward {
    /// Made by the sender: each copy's own client id is derived of it, so a repeated request writes nothing.
    pub(crate) client_id: Uuid,
    /// In the order to be written.
    pub(crate) messages: Vec<Id<Message>>,
}

/// The copy of a message for another chat: its words, its records, its files under new ids, and where it comes from.
async fn copy(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    message: &Message,
    into: Id<Thread>,
    author: Author,
) -> Result<NewMessage> {
    let owner = match &author {
        Author::Person(id, _) => id.uuid(),
        _ => Uuid::nil(),
    };
    let ids: Vec<Id<File>> = message.files.iter().map(|f| f.id).collect();
    let extras = message.extras.as_deref();
    let first = extras.and_then(|e| e.forwarded.clone());
    let new = NewMessage::text(into, author, ctx.now, message.text.clone());
    Ok(NewMessage {
        files: files::copy(tx, ctx, &ids, owner, Some(into.uuid())).await?,
        extras: Some(Box::new(Extras {
            // Forwarded once more, it still names who wrote it first.
            forwarded: Some(first.unwrap_or_else(|| Forwarded {
                message_id: Some(message.id),
                thread_id: Some(message.thread_id),
                seq: message.seq,
                author_name: message.author.name.clone(),
                at: message.at,
            })),
            cards: extras.map(|e| e.cards.clone()).unwrap_or_default(),
            ..Extras::default()
        })),
        ..new
    })
}

/// Writes copies of messages the person may see into a chat of theirs.
pub(crate) async fn forward(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    into: Id<Thread>,
    what: &Forward,
) -> Result<Vec<Message>> {
    super::may_write(tx, ctx).await?;
    open(tx, me, into).await?;
    if what.messages.is_empty() || what.messages.len() > MOST {
        return Err(Error::field("message_ids", "team.forward_some").arg("limit", MOST));
    }
    let name = accounts::brief(tx, me).await?.name;
    let mut out = Vec::with_capacity(what.messages.len());
    for id in &what.messages {
        let client_id = Uuid::new_v5(&what.client_id, id.uuid().as_bytes());
        if let Some(stored) = messages::by_client_id(tx, me.uuid(), client_id).await? {
            out.push(stored);
            continue;
        }
        let message = messages::by_id(tx, *id).await?;
        access(tx, me, message.thread_id.uuid()).await?;
        if message.kind != "text" || message.deleted_at.is_some() {
            return Err(Error::field("message_ids", "team.cannot_forward"));
        }
        let author = Author::Person(me, name.clone());
        let mut new = copy(tx, ctx, &message, into, author).await?;
        new.client_id = Some(client_id);
        out.push(messages::append(tx, ctx, new).await?.0);
    }
    Ok(out)
}

/// Makes a group of a direct chat and more people (S2-24). The direct chat stays as it is and stays private; only when
/// whoever makes the group shares the history, its messages are copied, under their authors' names and times.
pub(crate) async fn grow(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    from: Id<Thread>,
    (title, add): (&str, &[Id<Person>]),
    share_history: bool,
) -> Result<Id<Thread>> {
    let chat = open(tx, me, from).await?;
    if chat.kind != "direct" {
        return Err(Error::conflict("team.not_a_direct_chat"));
    }
    let pair = crate::store::people(tx, from).await?;
    let mut members = pair.clone();
    members.extend(add);
    if add.iter().all(|p| pair.contains(p)) {
        return Err(Error::field("member_ids", "team.members_needed"));
    }
    let title = match rules::title_of(title) {
        Ok(title) => title,
        // A group of three needs no name of its own: the first names will do.
        Err(_) => names(tx, &members).await?,
    };
    let group = create_group(tx, ctx, me, &title, &members).await?;
    if share_history {
        copy_history(tx, ctx, me, from, group).await?;
        let people = crate::store::people(tx, group).await?;
        messages::all_read(tx, group, &people).await?;
    }
    Ok(group)
}

async fn names(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<String> {
    let known = accounts::briefs(tx, people).await?;
    // In the order given: whoever makes the group stands where they stood.
    let in_order = people
        .iter()
        .filter_map(|id| known.iter().find(|p| p.id == *id));
    let first = in_order.filter_map(|p| p.name.split_whitespace().next());
    Ok(first.take(4).collect::<Vec<_>>().join(", "))
}

async fn copy_history(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    from: Id<Thread>,
    into: Id<Thread>,
) -> Result<()> {
    let thread = messages::thread(tx, from).await?;
    let mut after = (thread.last_seq - HISTORY).max(0);
    loop {
        let page = messages::page(tx, me, from, Window::After(after), 200).await?;
        let Some(last) = page.messages.last() else {
            return Ok(());
        };
        after = last.seq;
        for message in &page.messages {
            let written = message.author.id.filter(|_| message.kind == "text");
            let Some(author) = written.filter(|_| message.deleted_at.is_none()) else {
                continue;
            };
            let author = Author::Person(Id::new(author), message.author.name.clone());
            let mut new = copy(tx, ctx, message, into, author).await?;
            new.at = message.at;
            // Quietly: the new group's frame tells its members to read it.
            messages::append_quietly(tx, ctx, new).await?;
        }
    }
}
