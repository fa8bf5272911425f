//! The SQL of reminders.

use crate::model::{Kept, Reminder};
use accounts::Person;
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use messages::Message;
use notifications::Notice;

pub(crate) async fn of_message(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    message: Id<Message>,
) -> Result<Option<Kept>> {
    tx.one(
        sql!("SELECT id, person_id, message_id, thread_id, due_at, notice_id, handled_at FROM reminders
              WHERE person_id = $1 AND message_id = $2"),
        &bind![person, message],
    )
    .await
}
pub(crate) async fn by_id(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Kept>> {
    tx.one(
        sql!("SELECT id, person_id, message_id, thread_id, due_at, notice_id, handled_at FROM reminders WHERE id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn by_notice(tx: &mut Tx<'_>, notice: Id<Notice>) -> Result<Option<Kept>> {
    tx.one(
        sql!("SELECT id, person_id, message_id, thread_id, due_at, notice_id, handled_at FROM reminders WHERE notice_id = $1"),
        &bind![notice],
    )
    .await
}
/// All that are not dealt with, the soonest first.
pub(crate) async fn open_of(tx: &mut Tx<'_>, person: Id<Person>, limit: i64) -> Result<Vec<Kept>> {
    tx.all(
        sql!("SELECT id, person_id, message_id, thread_id, due_at, notice_id, handled_at FROM reminders
              WHERE person_id = $1 AND handled_at IS NULL ORDER BY due_at, id LIMIT $2"),
        &bind![person, limit],
    )
    .await
}
pub(crate) async fn count_open(tx: &mut Tx<'_>, person: Id<Person>) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM reminders WHERE person_id = $1 AND handled_at IS NULL"),
            &bind![person],
        )
        .await?;
    Ok(count)
}
/// Sets a reminder, or another time for the one there is; its notice, if it had one, is no longer its own.
pub(crate) async fn set(tx: &mut Tx<'_>, new: &Kept, now: Moment) -> Result<()> {
    tx.run(
        sql!("INSERT INTO reminders (id, person_id, message_id, thread_id, due_at, set_at) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (person_id, message_id) DO UPDATE SET due_at = $5, set_at = $6, notice_id = NULL, handled_at = NULL"),
        &bind![new.id, new.person_id, new.message_id, new.thread_id, new.due_at, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn rang(tx: &mut Tx<'_>, id: Id<Reminder>, notice: Id<Notice>) -> Result<()> {
    tx.run(
        sql!("UPDATE reminders SET notice_id = $2 WHERE id = $1"),
        &bind![id, notice],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_handled(
    tx: &mut Tx<'_>,
    id: Id<Reminder>,
    at: Option<Moment>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE reminders SET handled_at = $2 WHERE id = $1"),
        &bind![id, at],
    )
    .await
    .map(drop)
}
pub(crate) async fn drop_one(tx: &mut Tx<'_>, id: Id<Reminder>) -> Result<()> {
    tx.run(sql!("DELETE FROM reminders WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}
/// Forgets what was dealt with before `before`: until then an undo finds it.
pub(crate) async fn forget_handled(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    before: Moment,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM reminders WHERE person_id = $1 AND handled_at < $2"),
        &bind![person, before],
    )
    .await
    .map(drop)
}
