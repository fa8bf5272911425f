//! Entries: comments, changes and moved messages of a task or a row.

use super::{kept, people_in, rows, tasks};
use crate::{
    model::{Change, Entry, EntryKind, Moved, Row, Task},
    rules::{self, Part},
    store::{self, StoredEntry},
};
use accounts::{Person, access};
use db::Tx;
use files::{File, FileRef};
use journal::{Event, Recorded};
use kernel::{Ctx, Error, Id, Result, Uuid};
use notifications::NoticeKind;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, pin::Pin};
use utoipa::ToSchema;

/// Entries of one page.
const PAGE: i64 = 50;

/// A comment to be made.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewComment {
    /// Made by the sender; the same again answers with the stored comment.
    pub(crate) client_id: Uuid,
    #[serde(default)]
    pub(crate) text: String,
    /// Own uploads.
    #[serde(default)]
    pub(crate) files: Vec<Id<File>>,
}

/// A page of entries, the newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryPage {
    pub(crate) items: Vec<Entry>,
    pub(crate) next: Option<Id<Entry>>,
}

pub(super) async fn whole(tx: &mut Tx<'_>, stored: Vec<StoredEntry>) -> Result<Vec<Entry>> {
    let ids: Vec<Id<File>> = stored.iter().flat_map(|s| s.file_ids.clone()).collect();
    let files = files::refs(tx, &ids).await?;
    let files: BTreeMap<_, _> = files.into_iter().map(|f| (f.id, f)).collect();
    let entry = |s: StoredEntry| Entry {
        files: s
            .file_ids
            .iter()
            .filter_map(|id| files.get(id).cloned())
            .collect(),
        ..s.entry
    };
    Ok(stored.into_iter().map(entry).collect())
}

async fn page(tx: &mut Tx<'_>, object: Uuid, before: Option<Id<Entry>>) -> Result<EntryPage> {
    let stored = store::entries(tx, object, before, PAGE).await?;
    let items = whole(tx, stored).await?;
    let full = i64::try_from(items.len()).unwrap_or(0) == PAGE;
    let next = items.last().filter(|_| full).map(|e| e.id);
    Ok(EntryPage { items, next })
}

pub(crate) async fn task_entries(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    id: Id<Task>,
    before: Option<Id<Entry>>,
) -> Result<EntryPage> {
    access(tx, me, id.uuid()).await?;
    page(tx, id.uuid(), before).await
}

pub(crate) async fn row_entries(
    tx: &mut Tx<'_>,
    me: Id<Person>,
    id: Id<Row>,
    before: Option<Id<Entry>>,
) -> Result<EntryPage> {
    super::one_row(tx, me, id).await?;
    page(tx, id.uuid(), before).await
}

/// Who acts, with their name now.
async fn actor(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(Option<Id<Person>>, String)> {
    match ctx.actor.person() {
        Some(id) => Ok((
            Some(Id::new(id)),
            accounts::brief(tx, Id::new(id)).await?.name,
        )),
        None => Ok((None, String::new())),
    }
}

/// An entry without anything in it.
async fn bare(tx: &mut Tx<'_>, ctx: &Ctx, object: Uuid, kind: EntryKind) -> Result<Entry> {
    let (person_id, person_name) = actor(tx, ctx).await?;
    Ok(Entry {
        id: ctx.ids.next(),
        object_id: object,
        at: ctx.now,
        kind,
        person_id,
        person_name,
        text: String::new(),
        tokens: Vec::new(),
        files: Vec::new(),
        changes: Vec::new(),
        message: None,
    })
}

/// Writes down what somebody did to a task or a row; `within` are those who may see it.
pub(super) async fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    object: Uuid,
    kind: EntryKind,
    version: i64,
    changes: Vec<Change>,
) -> Result<()> {
    let entry = Entry {
        changes,
        ..bare(tx, ctx, object, kind).await?
    };
    store::add_entry(tx, &entry, version, None).await?;
    tell_added(tx, ctx, object, &entry).await
}

/// The grants of a row are its table's.
async fn audience(tx: &mut Tx<'_>, object: Uuid) -> Result<Vec<Uuid>> {
    let holder = match store::any_row(tx, Id::new(object)).await? {
        Some(row) => row.table_id.uuid(),
        None => object,
    };
    accounts::audience(tx, holder).await
}

fn fields(entry: &Entry) -> Result<String> {
    Ok(format!("{{\"entry\":{}}}", serde_json::to_string(entry)?))
}

async fn tell_added(tx: &mut Tx<'_>, ctx: &Ctx, object: Uuid, entry: &Entry) -> Result<()> {
    let audience = audience(tx, object).await?;
    let event = Event::fresh(
        "entry.added",
        entry.id.uuid(),
        audience,
        fields(entry)?.into(),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// Reads an entry frame's fields.
pub(crate) fn hydrate_entry<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let stored = store::entry(tx, Id::new(event.subject)).await?;
        let entry = whole(tx, stored.into_iter().collect()).await?.pop();
        entry.map(|e| fields(&e)).transpose()
    })
}

/// A comment that was sent before, or a new one that still has to be told of.
enum Said {
    Before(Entry),
    New(Entry, Vec<Id<Person>>),
}

async fn say(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    (object, holder): (Uuid, Uuid),
    new: NewComment,
) -> Result<Said> {
    let known = store::entry_by_client_id(tx, object, me, new.client_id).await?;
    if let Some(entry) = whole(tx, known.into_iter().collect()).await?.pop() {
        return Ok(Said::Before(entry));
    }
    let text = kept(&new.text);
    rules::comment(&text, new.files.len(), true)?;
    let mentioned = people_in(tx, &text).await?;
    let entry = Entry {
        tokens: text::parse(&text, &mentioned),
        text,
        files: files::attach(tx, &new.files, me.uuid(), holder).await?,
        ..bare(tx, ctx, object, EntryKind::Comment).await?
    };
    if !store::add_entry(tx, &entry, 0, Some(new.client_id)).await? {
        return Err(Error::conflict("messages.twice"));
    }
    tell_added(tx, ctx, object, &entry).await?;
    let mentioned = mentioned.into_iter().map(|(id, _)| Id::new(id)).collect();
    Ok(Said::New(entry, mentioned))
}

/// Says something at a task; its people are told, and whoever is named and may see it.
pub(crate) async fn comment_task(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Task>,
    new: NewComment,
) -> Result<Entry> {
    let task = tasks::locked(tx, me, id).await?;
    rules::may(&task, me, Part::Comment)?;
    match say(tx, ctx, me, (id.uuid(), id.uuid()), new).await? {
        Said::Before(entry) => Ok(entry),
        Said::New(entry, mentioned) => {
            counted(tx, ctx, task, 1, &mentioned, &entry.text).await?;
            Ok(entry)
        }
    }
}

/// After comments: the count, the frame, and those who are told.
pub(super) async fn counted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    task: Task,
    more: i64,
    mentioned: &[Id<Person>],
    text: &str,
) -> Result<Task> {
    let task = Task {
        comments: task.comments + more,
        changed_at: ctx.now,
        ..task
    };
    tasks::save(tx, &task).await?;
    tasks::tell_changed(tx, ctx, &task).await?;
    let may_see = accounts::who_may_see(tx, task.id.uuid()).await?;
    let named: Vec<Id<Person>> = mentioned
        .iter()
        .copied()
        .filter(|p| may_see.contains(p))
        .collect();
    let others: Vec<Id<Person>> = tasks::participants(&task)
        .into_iter()
        .filter(|p| !named.contains(p))
        .collect();
    tasks::tell(tx, ctx, &task, &others, NoticeKind::Comment, text).await?;
    tasks::tell(tx, ctx, &task, &named, NoticeKind::Mention, text).await?;
    Ok(task)
}

/// Says something at a row; whoever may write the table may.
pub(crate) async fn comment_row(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Row>,
    new: NewComment,
) -> Result<Entry> {
    let row = rows::writable(tx, me, id).await?;
    match say(tx, ctx, me, (id.uuid(), row.table_id.uuid()), new).await? {
        Said::Before(entry) => Ok(entry),
        Said::New(entry, _) => {
            store::touch_row(tx, id, ctx.now).await?;
            Ok(entry)
        }
    }
}

/// Puts a moved message down at a task or a row; `None` when it stands there already.
pub(super) async fn put_message(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    object: Uuid,
    message: &messages::Message,
    files: Vec<FileRef>,
) -> Result<Option<Entry>> {
    let entry = Entry {
        text: message.text.clone(),
        tokens: message.tokens.clone(),
        files,
        message: Some(Moved {
            message_id: message.id,
            thread_id: message.thread_id,
            seq: message.seq,
            author_kind: message.author.kind.clone(),
            author_id: message.author.id,
            author_name: message.author.name.clone(),
            at: message.at,
        }),
        ..bare(tx, ctx, object, EntryKind::Message).await?
    };
    if !store::add_entry(tx, &entry, 0, None).await? {
        return Ok(None);
    }
    tell_added(tx, ctx, object, &entry).await?;
    Ok(Some(entry))
}
