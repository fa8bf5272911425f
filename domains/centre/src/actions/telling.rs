//! What clients write, told at the desks of those who answer for them.

use crate::{
    actions::{seats, sitting, words},
    model::{AtDesk, NewsRow, Seat},
    rules::{self, Press},
    store,
};
use accounts::Person;
use channel::FileKind;
use channels::{Happened, Note};
use conversations::{ClientChat, ClientChatState};
use db::Tx;
use files::FileState;
use kernel::{Ctx, Error, Id, Language, Result, Uuid};
use messages::{Message, Thread};
use serde_json::{Value, json};
use web::{BoxFuture, House};

/// The job that tells what happened in one talk.
pub(crate) const NEWS: &str = "centre.tell";

/// Notes what happened to a client's message, in the transaction in which it did; nothing where nobody sits.
pub(crate) async fn happened(tx: &mut Tx<'_>, ctx: &Ctx, happened: Happened) -> Result<()> {
    if !store::anybody(tx).await? {
        return Ok(());
    }
    let (Happened::Came(id)
    | Happened::Changed(id)
    | Happened::Deleted(id)
    | Happened::Fetched(id, _)) = happened;
    let thread = messages::thread_of(tx, id).await?;
    store::add_news(tx, thread, happened).await?;
    jobs::put(tx, ctx, NEWS, json!({"thread": thread}), ctx.now, None).await
}

/// Tells what happened in one talk, in order; called again it finds nothing left.
pub(crate) fn tell(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let thread = payload.get("thread").and_then(Value::as_str);
        let thread = thread.and_then(|word| word.parse::<Uuid>().ok());
        let thread: Id<Thread> =
            Id::new(thread.ok_or_else(|| Error::fault("a job of a desk without its talk"))?);
        let (texts, ctx) = (house.clone(), house.system());
        house
            .write(async move |tx: &mut Tx<'_>| {
                for row in store::take_news(tx, thread).await? {
                    one(tx, &texts, &ctx, thread, &row).await?;
                }
                Ok(())
            })
            .await
    })
}

async fn one(
    tx: &mut Tx<'_>,
    house: &House,
    ctx: &Ctx,
    thread: Id<Thread>,
    row: &NewsRow,
) -> Result<()> {
    let message = messages::by_id(tx, row.message_id).await?;
    if matches!(row.what.as_str(), "changed" | "deleted") {
        return changed(tx, house, ctx, &message).await;
    }
    if message.author.kind != "contact" {
        return Ok(());
    }
    let chat = conversations::client_chat(tx, thread).await?;
    for seat in listeners(tx, &chat).await? {
        match row.file_id {
            None => {
                came(tx, house, ctx, &seat, &chat, &message).await?;
            }
            // Its message came before: who was not told of that is not told of its file.
            Some(file) if store::was_told(tx, seat.id, message.id).await? => {
                file_came(tx, ctx, &seat, &chat, &message, file).await?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The seats of those who answer for a chat: whose it is, or, while it waits, those of its queue who want to hear.
async fn listeners(tx: &mut Tx<'_>, chat: &ClientChat) -> Result<Vec<Seat>> {
    let queued = chat.state == ClientChatState::Queue || chat.assignee_id.is_none();
    let people: Vec<Id<Person>> = match chat.assignee_id.filter(|_| !queued) {
        Some(person) => vec![person],
        None => accounts::people_of(tx, chat.queue_id.uuid()).await?,
    };
    let mut out = Vec::new();
    for seat in store::awake(tx, &people).await? {
        if queued && !seat.queue_chats {
            continue;
        }
        let Some(person) = sitting(tx, &seat).await? else {
            continue;
        };
        if conversations::could_answer(tx, person, chat.id).await? {
            out.push(seat);
        }
    }
    Ok(out)
}

/// Whose words they are: `Имя · Канал · № 12`.
fn about(chat: &ClientChat) -> Vec<String> {
    let number = chat.conversation.as_ref().and_then(|c| c.number);
    let number = number.map_or_else(String::new, |n| format!("№ {n}"));
    vec![chat.channel.name.clone(), number]
}

fn told(chat: &ClientChat, message: &Message, tail: &str) -> (String, Vec<text::Entity>) {
    let (mut text, entities) = text::for_client(&message.text);
    for line in message
        .files
        .iter()
        .map(|f| format!("📎 {}", f.name))
        .chain((!message.placeholder.is_empty()).then(|| format!("[{}]", message.placeholder)))
        .chain((!tail.is_empty()).then(|| tail.to_owned()))
    {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    rules::told(&chat.contact.name, &about(chat), (text, entities))
}

/// Tells a message of a client, with what can be done about it.
pub(crate) async fn came(
    tx: &mut Tx<'_>,
    house: &House,
    ctx: &Ctx,
    seat: &Seat,
    chat: &ClientChat,
    message: &Message,
) -> Result<()> {
    let language = seats::language(tx, seat).await?;
    let (text, entities) = told(chat, message, "");
    let account = channels::account(tx, seat.account_id).await?;
    let note = Note {
        text,
        entities,
        buttons: vec![buttons(house, language, chat)],
        ..Note::default()
    };
    let id = channels::note(tx, ctx, &account, &seat.ext_id, note).await?;
    let at = AtDesk {
        message_id: message.id,
        thread_id: chat.id,
    };
    store::add_note(tx, id, seat.id, &at, None, ctx.now).await?;
    for file in message.files.iter().filter(|f| f.state == FileState::Ready) {
        file_came(tx, ctx, seat, chat, message, file.id).await?;
    }
    Ok(())
}

fn buttons(house: &House, language: Language, chat: &ClientChat) -> Vec<channel::Button> {
    let button = |what: Press, key: &str, of: Option<Uuid>| {
        rules::button(what, words(house, language, key, &[]), of)
    };
    let of = Some(chat.id.uuid());
    let first = match chat.state {
        ClientChatState::Queue => button(Press::Take, "centre-take", of),
        _ => button(Press::Choose, "centre-choose", of),
    };
    vec![
        first,
        button(Press::Close, "centre-close", of),
        button(Press::Next, "centre-next", None),
    ]
}

/// Sends a file of a client's message, once.
async fn file_came(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    seat: &Seat,
    chat: &ClientChat,
    message: &Message,
    file: Id<files::File>,
) -> Result<()> {
    if store::has_file(tx, seat.id, message.id, file).await? {
        return Ok(());
    }
    let Some(found) = files::by_ids(tx, &[file]).await?.pop() else {
        return Ok(());
    };
    let account = channels::account(tx, seat.account_id).await?;
    let (text, entities) = rules::told(&chat.contact.name, &about(chat), Default::default());
    let whole = channel::OutMessage {
        text: text.clone(),
        entities: entities.clone(),
        files: vec![channel::OutFile {
            kind: FileKind::from_word(found.shown.kind.word()),
            size: u64::try_from(found.shown.size).unwrap_or(0),
            mime: found.shown.mime.clone(),
            name: found.shown.name.clone(),
        }],
    };
    // What this desk cannot carry stays in the browser: its name was told.
    let Ok(planned) = channels::plan_out(&whole, channels::abilities_of(&account)) else {
        return Ok(());
    };
    let kind = planned.parts.iter().find_map(|part| part.kinds.first());
    let note = Note {
        text,
        entities,
        file: Some((file, *kind.unwrap_or(&FileKind::File))),
        ..Note::default()
    };
    let id = channels::note(tx, ctx, &account, &seat.ext_id, note).await?;
    let at = AtDesk {
        message_id: message.id,
        thread_id: chat.id,
    };
    store::add_note(tx, id, seat.id, &at, Some(file), ctx.now).await
}

/// The client put other words in place of theirs, or took them back: so does the desk, for who may still see the chat.
async fn changed(tx: &mut Tx<'_>, house: &House, ctx: &Ctx, message: &Message) -> Result<()> {
    let chat = conversations::client_chat(tx, message.thread_id).await?;
    for (seat, ext_id) in store::told_as(tx, message.id).await? {
        let seat = store::seat_by_id(tx, seat).await?;
        let Some(person) = sitting(tx, &seat).await? else {
            continue;
        };
        if accounts::reasons(tx, person, chat.id.uuid())
            .await?
            .is_empty()
        {
            continue;
        }
        let language = seats::language(tx, &seat).await?;
        let words_now = if message.deleted_at.is_some() {
            let gone = words(house, language, "centre-deleted", &[]);
            rules::told(&chat.contact.name, &about(&chat), (gone, Vec::new()))
        } else {
            let tail = words(house, language, "centre-edited", &[]);
            told(&chat, message, &tail)
        };
        let account = channels::account(tx, seat.account_id).await?;
        channels::change_note(tx, ctx, &account, &seat.ext_id, &ext_id, words_now).await?;
    }
    Ok(())
}
