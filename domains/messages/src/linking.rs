//! What hangs on a message without being its words: links to records made of it, the talk under it, reports.

use crate::{
    actions::{by_id, changed, open},
    extras::{Extras, ObjectRef, Topic},
    model::{Message, Thread},
    store,
};
use accounts::{Person, people_of, right_principal};
use db::Tx;
use kernel::{Ctx, Error, Id, Result, Uuid};
use notifications::{NoticeKind, Tell};

/// Notes on a message that something was made of it (S2-32, L-68): a task, an entry of a table. Access is the caller's
/// business. Whoever sees the message sees that there is a link; what it leads to, only who may see that.
pub async fn link(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    kind: &str,
    target: Uuid,
) -> Result<Message> {
    let message = by_id(tx, id).await?;
    let mut extras = message.extras.clone().unwrap_or_default();
    let link = ObjectRef {
        kind: kind.to_owned(),
        id: target,
    };
    if extras.links.contains(&link) || message.deleted_at.is_some() {
        return Ok(message);
    }
    extras.links.push(link);
    store::kept::save_extras(tx, id, Some(&extras)).await?;
    changed(tx, ctx, id).await
}

/// Notes the thread of the talk under a message.
pub async fn set_topic(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    topic: Id<Thread>,
) -> Result<Message> {
    let message = by_id(tx, id).await?;
    let mut extras = message.extras.unwrap_or_default();
    extras.topic = Some(Topic {
        id: topic,
        replies: 0,
        last_at: None,
    });
    store::kept::save_extras(tx, id, Some(&extras)).await?;
    changed(tx, ctx, id).await
}

/// Gives a message other extras.
pub(crate) async fn change_extras(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Message>,
    change: impl FnOnce(&mut Extras),
) -> Result<Message> {
    let mut extras = by_id(tx, id).await?.extras.unwrap_or_default();
    change(&mut extras);
    let kept = Some(extras.as_ref()).filter(|e| !e.is_empty());
    store::kept::save_extras(tx, id, kept).await?;
    changed(tx, ctx, id).await
}

/// Why a message is reported.
pub(crate) const REASONS: [&str; 4] = ["spam", "abuse", "secret", "other"];

/// Reports a message to those who look after the people of the workspace. They see its words, because the one who
/// reports shows it to them.
pub(crate) async fn report(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Message>,
    reason: &str,
    comment: &str,
) -> Result<()> {
    let (message, _) = open(tx, person, id).await?;
    if message.kind != "text" || message.deleted_at.is_some() {
        return Err(Error::conflict("messages.cannot_edit"));
    }
    if !REASONS.contains(&reason) {
        return Err(Error::field("reason", "messages.bad_reason"));
    }
    let excerpt = text::excerpt(&message.text, 300);
    let comment: String = text::clean_name(comment).chars().take(500).collect();
    let words = if comment.is_empty() {
        format!("{}: {excerpt}", message.author.name)
    } else {
        format!("{comment}\n{}: {excerpt}", message.author.name)
    };
    let row = store::kept::ReportRow {
        id: ctx.ids.uuid(),
        message_id: id,
        thread_id: message.thread_id,
        person_id: person,
        at: ctx.now,
        reason: reason.to_owned(),
        text: words.clone(),
    };
    store::kept::add_report(tx, &row).await?;
    let keepers = people_of(tx, right_principal("accounts.people", None)).await?;
    let who = accounts::brief(tx, person).await?.name;
    let what = Tell {
        kind: NoticeKind::Report,
        thread_id: None,
        thread_kind: None,
        message_id: None,
        title: who,
        text: words,
    };
    notifications::tell(tx, ctx, &keepers, &what).await
}
