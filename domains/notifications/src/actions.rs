//! Use cases of notifications.

use crate::{
    model::{Notice, NoticeKind},
    push, store,
};
use accounts::Person;
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Id, Result, Uuid};
use std::pin::Pin;

/// What to tell.
#[derive(Clone, Debug)]
pub struct Tell {
    /// What it is about.
    pub kind: NoticeKind,
    /// The chat to open.
    pub thread_id: Option<Uuid>,
    /// `team` or `client`.
    pub thread_kind: Option<&'static str>,
    /// The message to go to.
    pub message_id: Option<Uuid>,
    /// Who or where.
    pub title: String,
    /// What.
    pub text: String,
}

/// Tells people, but never the one who acts. An open notice of the same kind and thread is renewed.
pub async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, people: &[Id<Person>], what: &Tell) -> Result<()> {
    for person in people
        .iter()
        .filter(|p| ctx.actor.person() != Some(p.uuid()))
    {
        let renewable = matches!(what.kind, NoticeKind::Message | NoticeKind::Queue);
        let before = if renewable {
            store::same(tx, *person, what.kind, what.thread_id).await?
        } else {
            None
        };
        let notice = Notice {
            id: before.as_ref().map_or_else(|| ctx.ids.next(), |n| n.id),
            kind: what.kind,
            at: ctx.now,
            thread_id: what.thread_id,
            thread_kind: what.thread_kind.map(str::to_owned),
            message_id: what.message_id,
            actor_id: ctx.actor.person(),
            title: what.title.clone(),
            text: what.text.chars().take(300).collect(),
            done: false,
        };
        if before.is_some() {
            store::renew(tx, &notice).await?;
        } else {
            store::add(tx, *person, &notice).await?;
        }
        let kind = if before.is_some() {
            "notice.changed"
        } else {
            "notice.added"
        };
        announce(tx, ctx, kind, *person, &notice).await?;
        push::plan(tx, ctx, *person, Some(notice.id), what).await?;
    }
    Ok(())
}

/// Pushes without a row in the notification centre: for a direct message, whose unread mark is notice enough at the desk.
pub async fn push_only(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &[Id<Person>],
    what: &Tell,
) -> Result<()> {
    for person in people
        .iter()
        .filter(|p| ctx.actor.person() != Some(p.uuid()))
    {
        push::plan(tx, ctx, *person, None, what).await?;
    }
    Ok(())
}

async fn announce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kind: &'static str,
    person: Id<Person>,
    notice: &Notice,
) -> Result<()> {
    let event = Event::fresh(
        kind,
        notice.id.uuid(),
        vec![person.uuid()],
        fields(notice)?.into(),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

fn fields(notice: &Notice) -> Result<String> {
    Ok(format!("{{\"notice\":{}}}", serde_json::to_string(notice)?))
}

/// Reads a notice frame's fields as the notice is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        store::one(tx, event.subject)
            .await?
            .map(|n| fields(&n))
            .transpose()
    })
}

/// Ends the open notices of a thread: for one person who read it, or for all (S3-23).
pub async fn done_in_thread(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    thread: Uuid,
    person: Option<Id<Person>>,
) -> Result<()> {
    for (id, person) in store::end_in_thread(tx, thread, person).await? {
        if let Some(notice) = store::one(tx, id.uuid()).await? {
            announce(tx, ctx, "notice.changed", person, &notice).await?;
        }
    }
    Ok(())
}

/// Marks one notice, or takes the mark back.
pub(crate) async fn set_done(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Notice>,
    done: bool,
) -> Result<Notice> {
    let notice = store::set_done(tx, person, id, done)
        .await?
        .ok_or_else(kernel::Error::not_found)?;
    announce(tx, ctx, "notice.changed", person, &notice).await?;
    Ok(notice)
}

/// Marks all.
pub(crate) async fn all_done(tx: &mut Tx<'_>, ctx: &Ctx, person: Id<Person>) -> Result<()> {
    for notice in store::open_of(tx, person).await? {
        announce(tx, ctx, "notice.changed", person, &notice).await?;
    }
    Ok(())
}
