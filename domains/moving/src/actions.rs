//! Use cases of moving in: an archive is looked at, then run, resumed, or taken back. Each is for who arranges the company.

use crate::{
    looking,
    model::{Becomes, Export, Import, ImportChoice, ImportMade},
    readers::Format,
    store, writing,
};
use accounts::{Person, access, require, right_principal};
use db::Tx;
use files::File;
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::json;

/// The right all this needs.
pub(crate) const RIGHT: &str = "accounts.workspace";

/// Takes an uploaded archive to be looked at.
pub(crate) async fn start(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    file: Id<File>,
    format: Format,
) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    files::own(tx, &[file], me.uuid()).await?;
    let shown = files::refs(tx, &[file]).await?.pop();
    let import = Import {
        id: ctx.ids.next(),
        person_id: me,
        file_id: file,
        file_name: shown.ok_or_else(Error::not_found)?.name,
        archive_kept: true,
        format,
        state: "looking".to_owned(),
        report: None,
        mapping: Vec::new(),
        made: ImportMade::default(),
        position: 0,
        error: String::new(),
        sentence: String::new(),
        place: String::new(),
        tries: 0,
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    store::add(tx, &import).await?;
    jobs::put(
        tx,
        ctx,
        looking::LOOK,
        json!({"id": import.id}),
        ctx.now,
        None,
    )
    .await?;
    let detail = json!({"id": import.id, "format": format.word()});
    accounts::audit(tx, ctx, "imports.started", &import.file_name, detail).await?;
    tell(tx, ctx, import.id).await?;
    Ok(import)
}

pub(crate) async fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Import>> {
    require(tx, ctx, RIGHT).await?;
    let mut imports = store::imports(tx).await?;
    for import in &mut imports {
        import.report = None;
    }
    Ok(imports)
}

pub(crate) async fn one(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    store::import(tx, id).await
}

/// Runs what was looked at, with who is to become whom.
pub(crate) async fn run(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Import>,
    choices: &[ImportChoice],
) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    store::import(tx, id).await?;
    let wanted = choices.iter().filter(|c| c.becomes == Becomes::Person);
    let wanted: Vec<Option<Id<Person>>> = wanted.map(|c| c.person_id).collect();
    let ids: Vec<Id<Person>> = wanted.iter().copied().flatten().collect();
    let known = accounts::briefs(tx, &ids).await?;
    if ids.len() < wanted.len() || !ids.iter().all(|id| known.iter().any(|p| p.id == *id)) {
        return Err(Error::field("people", "moving.no_such_person"));
    }
    if store::step(tx, id, ("ready", "running"), ctx.now).await? == 0 {
        return Err(Error::conflict("moving.not_now"));
    }
    store::choose(tx, id, choices).await?;
    begin(tx, ctx, id, writing::RUN).await
}

async fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>, job: &'static str) -> Result<Import> {
    jobs::put(tx, ctx, job, json!({"id": id}), ctx.now, None).await?;
    told(tx, ctx, id).await
}

async fn told(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<Import> {
    let import = store::import(tx, id).await?;
    let detail = json!({"id": id, "state": import.state});
    accounts::audit(tx, ctx, "imports.changed", &import.file_name, detail).await?;
    tell(tx, ctx, id).await?;
    Ok(import)
}

/// Stops a run; what is written stays until it goes on or is taken back.
pub(crate) async fn stop(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    store::import(tx, id).await?;
    let why = ("moving.stopped", "");
    if store::fail(tx, id, ("running", "failed"), why, ctx.now).await? == 0 {
        return Err(Error::conflict("moving.not_now"));
    }
    told(tx, ctx, id).await
}

/// Goes on with what failed: looking for want of luck, a run, or taking back.
pub(crate) async fn resume(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    let (from, to, job) = match (import.state.as_str(), import.error.as_str()) {
        // An archive that is at fault itself is not read again.
        ("refused", "moving.fault") => ("refused", "looking", looking::LOOK),
        ("failed", _) => ("failed", "running", writing::RUN),
        ("leaving", error) if !error.is_empty() => ("leaving", "leaving", writing::BACK),
        _ => return Err(Error::conflict("moving.not_now")),
    };
    if store::step(tx, id, (from, to), ctx.now).await? == 0 {
        return Err(Error::conflict("moving.not_now"));
    }
    begin(tx, ctx, id, job).await
}

/// Takes back what a run made, unless somebody has written there since.
pub(crate) async fn take_back(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<Import> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    if !matches!(import.state.as_str(), "done" | "failed") {
        return Err(Error::conflict("moving.not_now"));
    }
    untouched(tx, id).await?;
    store::step(tx, id, (&import.state, "leaving"), ctx.now).await?;
    begin(tx, ctx, id, writing::BACK).await
}

/// Removes an archive. Of a run that is done only the archive goes: what it made stays, and can still be taken back.
pub(crate) async fn remove(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<()> {
    require(tx, ctx, RIGHT).await?;
    let import = store::import(tx, id).await?;
    match import.state.as_str() {
        "done" => store::without_archive(tx, id, ctx.now).await?,
        "refused" | "ready" | "taken_back" => store::forget(tx, id).await?,
        // What runs reads it, what failed goes on from it.
        _ => return Err(Error::conflict("moving.not_now")),
    }
    files::remove(tx, ctx, import.file_id, import.person_id.uuid()).await?;
    let detail = json!({"id": id});
    accounts::audit(tx, ctx, "imports.removed", &import.file_name, detail).await?;
    let audience = vec![right_principal(RIGHT, None)];
    let event = Event::stored(
        "import.removed",
        id.uuid(),
        audience,
        json!({"id": id, "state": import.state}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// Refuses when a chat of the run holds anything but what the run wrote.
async fn untouched(tx: &mut Tx<'_>, id: Id<Import>) -> Result<()> {
    let made = store::made_of(tx, id, "chat").await?;
    let topics = store::made_of(tx, id, "topic").await?;
    let written = store::written(tx, id).await?;
    let mine = |thread: &Uuid| made.contains(thread) || topics.contains(thread);
    if written.iter().any(|(thread, _)| !mine(thread)) {
        return Err(Error::conflict("moving.written_before"));
    }
    for chat in &made {
        let under = team::bringing::topics(tx, Id::new(*chat)).await?;
        let threads = under.iter().map(|t| t.id.uuid()).chain([*chat]);
        for thread in threads {
            let ours = written.iter().find(|(id, _)| *id == thread);
            let ours = ours.map_or(0, |(_, n)| *n);
            let there = messages::thread(tx, Id::new(thread)).await?.last_seq;
            if !mine(&thread) || there != ours {
                return Err(Error::conflict("moving.written_since"));
            }
        }
    }
    // A topic of the run under a chat that was here before stays there too.
    for topic in &topics {
        let chat = team::bringing::chats(tx, &[Id::new(*topic)]).await?.pop();
        let parent = chat.and_then(|c| c.parent_id).map(Id::uuid);
        if parent.is_some_and(|p| !made.contains(&p)) {
            return Err(Error::conflict("moving.written_before"));
        }
    }
    Ok(())
}

/// Tells all who may arrange the company how an import stands.
pub(crate) async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Import>) -> Result<()> {
    let import = store::import(tx, id).await?;
    let fields =
        json!({"id": id, "state": import.state, "position": import.position, "made": import.made});
    let audience = vec![right_principal(RIGHT, None)];
    let event = Event::stored("import.changed", id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}

// ------------------------------------------------------------ exports

/// Has an archive made: of a chat one is in, or of all colleagues' chats. Both are for who arranges the company.
pub(crate) async fn export(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    thread: Option<Uuid>,
) -> Result<Export> {
    require(tx, ctx, RIGHT).await?;
    let mut title = String::new();
    if let Some(thread) = thread {
        access(tx, me, thread).await?;
        let chat = team::bringing::chats(tx, &[Id::new(thread)]).await?.pop();
        let chat = chat.ok_or_else(Error::not_found)?;
        if chat.parent_id.is_some() {
            return Err(Error::field("thread_id", "moving.not_a_topic"));
        }
        title = chat.title;
    }
    let export = Export {
        id: ctx.ids.next(),
        person_id: me,
        thread_id: thread,
        title,
        state: "running".to_owned(),
        done: 0,
        total: 0,
        file_id: None,
        error: String::new(),
        created_at: ctx.now,
        updated_at: ctx.now,
    };
    store::add_export(tx, &export).await?;
    let job = json!({"id": export.id});
    jobs::put(tx, ctx, crate::leaving::EXPORT, job, ctx.now, None).await?;
    let subject = thread.map_or_else(String::new, |t| t.to_string());
    accounts::audit(
        tx,
        ctx,
        "exports.started",
        &subject,
        json!({"id": export.id, "whole": thread.is_none()}),
    )
    .await?;
    tell_export(tx, ctx, &export).await?;
    Ok(export)
}

pub(crate) async fn exports(tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>) -> Result<Vec<Export>> {
    require(tx, ctx, RIGHT).await?;
    store::exports(tx, me).await
}

pub(crate) async fn one_export(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Export>,
) -> Result<Export> {
    require(tx, ctx, RIGHT).await?;
    let export = store::export(tx, id).await?;
    if export.person_id == me {
        Ok(export)
    } else {
        Err(Error::not_found())
    }
}

/// Removes an archive of one's own that is not in the making.
pub(crate) async fn remove_export(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    me: Id<Person>,
    id: Id<Export>,
) -> Result<()> {
    let export = one_export(tx, ctx, me, id).await?;
    if export.state == "running" {
        return Err(Error::conflict("moving.not_now"));
    }
    store::forget_export(tx, id).await?;
    if let Some(file) = export.file_id {
        files::remove(tx, ctx, Id::new(file), me.uuid()).await?;
    }
    let detail = json!({"id": id});
    accounts::audit(tx, ctx, "exports.removed", &export.title, detail).await?;
    let event = Event::stored(
        "export.removed",
        id.uuid(),
        vec![me.uuid()],
        json!({"id": id}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

pub(crate) async fn tell_export(tx: &mut Tx<'_>, ctx: &Ctx, export: &Export) -> Result<()> {
    let audience = vec![export.person_id.uuid()];
    let fields = json!({"export": export});
    let event = Event::stored("export.changed", export.id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}
