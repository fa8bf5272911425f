//! The SQL of notifications.

use crate::{
    letters::Kept,
    model::{ChatSwitches, Notice, NoticeKind, NoticeSettings},
    push::{Device, StoredKey},
    rules::letter::Waiting,
};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use mail::MailServer;
use std::collections::{HashMap, HashSet};

db::row!(Waiting {
    subject,
    thread_id,
    path,
    title,
    text,
    at
});

impl FromRow for Notice {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: NoticeKind::from_word(&row.get::<String>("kind")?),
            at: row.get("at")?,
            thread_id: row.get("thread_id")?,
            thread_kind: row.get("thread_kind")?,
            message_id: row.get("message_id")?,
            actor_id: row.get("actor_id")?,
            title: row.get("title")?,
            text: row.get("text")?,
            done: row.get("done")?,
        })
    }
}

/// Stores a notice for each of these people, under an id of its own.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    people: &[(Id<Person>, Id<Notice>)],
    n: &Notice,
) -> Result<()> {
    let rows: Vec<Vec<db::Value>> = people
        .iter()
        .map(|(person, id)| {
            bind![
                *id,
                *person,
                n.kind.word(),
                n.at,
                n.thread_id,
                n.thread_kind.clone(),
                n.message_id,
                n.actor_id,
                &n.title,
                &n.text,
            ]
            .into()
        })
        .collect();
    tx.insert_all(
        sql!("INSERT INTO notices (id, person_id, kind, at, thread_id, thread_kind, message_id, actor_id, title, text, done)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE)"),
        &rows,
    )
    .await
    .map(drop)
}
/// Open notices of the same kind about the same thread: a second message of a client renews them, not doubles them.
pub(crate) async fn same(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
    kind: NoticeKind,
    thread: Option<Uuid>,
) -> Result<HashMap<Id<Person>, Id<Notice>>> {
    let rows: Vec<(Id<Person>, Id<Notice>)> = tx
        .all(
            sql!("SELECT person_id, id FROM notices WHERE person_id IN UUIDS($1) AND kind = $2 AND thread_id = $3 AND NOT done"),
            &bind![people.to_vec(), kind.word(), thread],
        )
        .await?;
    Ok(rows.into_iter().collect())
}
/// Gives notices what the newest says.
pub(crate) async fn renew(tx: &mut Tx<'_>, ids: &[Id<Notice>], n: &Notice) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.run(
        sql!("UPDATE notices SET at = $2, message_id = $3, actor_id = $4, title = $5, text = $6 WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec(), n.at, n.message_id, n.actor_id, &n.title, &n.text],
    )
    .await
    .map(drop)
}
/// Who of them has a device to push to.
pub(crate) async fn with_devices(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
) -> Result<HashSet<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT DISTINCT person_id FROM push_subscriptions WHERE person_id IN UUIDS($1)"),
            &bind![people.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
pub(crate) async fn one(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Notice>> {
    tx.one(sql!("SELECT * FROM notices WHERE id = $1"), &bind![id])
        .await
}
/// A notice is read by whom its chat or task is open to now, not when it came.
macro_rules! still_theirs {
    () => {
        "(n.thread_id IS NULL OR EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal
                                         WHERE g.object = n.thread_id AND m.person_id = $1))"
    };
}

pub(crate) async fn list(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Notice>> {
    tx.all(
        sql!(concat!(
            "SELECT n.* FROM notices n WHERE n.person_id = $1 AND (CAST($2 AS UUID) IS NULL OR n.id < $2) AND ",
            still_theirs!(),
            " ORDER BY n.id DESC LIMIT $3"
        )),
        &bind![person, before, limit],
    )
    .await
}
pub(crate) async fn open_count(tx: &mut Tx<'_>, person: Id<Person>) -> Result<i64> {
    let (n,): (i64,) = tx
        .must(
            sql!(concat!(
                "SELECT COUNT(*) FROM notices n WHERE n.person_id = $1 AND NOT n.done AND ",
                still_theirs!()
            )),
            &bind![person],
        )
        .await?;
    Ok(n)
}
pub(crate) async fn set_done(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    id: Id<Notice>,
    done: bool,
) -> Result<Option<Notice>> {
    tx.one(
        sql!("UPDATE notices SET done = $3 WHERE id = $1 AND person_id = $2 RETURNING *"),
        &bind![id, person, done],
    )
    .await
}
pub(crate) async fn open_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Notice>> {
    tx.all(
        sql!("UPDATE notices SET done = TRUE WHERE person_id = $1 AND NOT done RETURNING *"),
        &bind![person],
    )
    .await
}
/// Ends the open notices of a thread for one person, or for all; answers whose they were. A reminder stays: that its chat was
/// read says nothing about it.
pub(crate) async fn end_in_thread(
    tx: &mut Tx<'_>,
    thread: Uuid,
    person: Option<Id<Person>>,
) -> Result<Vec<(Id<Notice>, Id<Person>)>> {
    tx.all(
        sql!(
            "UPDATE notices SET done = TRUE WHERE thread_id = $1 AND NOT done AND kind <> $3
                AND (CAST($2 AS UUID) IS NULL OR person_id = $2)
              RETURNING id, person_id"
        ),
        &bind![thread, person, NoticeKind::Reminder.word()],
    )
    .await
}

pub(crate) async fn push_key(tx: &mut Tx<'_>) -> Result<Option<StoredKey>> {
    tx.one(
        sql!("SELECT private_key, public_key FROM push_keys WHERE id = 1"),
        &bind![],
    )
    .await
}
/// Keeps the server's key; one that another node kept first stays.
pub(crate) async fn add_push_key(tx: &mut Tx<'_>, key: &StoredKey) -> Result<()> {
    tx.run(
        sql!("INSERT INTO push_keys (id, private_key, public_key) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING"),
        &bind![&key.private_key, &key.public_key],
    )
    .await
    .map(drop)
}
/// Puts another form of the same key in its place.
pub(crate) async fn replace_push_key(tx: &mut Tx<'_>, key: &StoredKey) -> Result<()> {
    tx.run(
        sql!("UPDATE push_keys SET private_key = $1 WHERE id = 1 AND public_key = $2"),
        &bind![&key.private_key, &key.public_key],
    )
    .await
    .map(drop)
}
pub(crate) async fn add_device(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    device: &Device,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO push_subscriptions (endpoint, person_id, p256dh, auth, created_at, session_id) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (endpoint) DO UPDATE SET person_id = $2, p256dh = $3, auth = $4, created_at = $5, session_id = $6"),
        &bind![&device.endpoint, person, &device.p256dh, &device.auth, now, device.session_id],
    )
    .await
    .map(drop)
}
pub(crate) async fn devices(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Device>> {
    tx.all(
        sql!("SELECT endpoint, p256dh, auth, session_id FROM push_subscriptions WHERE person_id = $1 ORDER BY created_at, endpoint"),
        &bind![person],
    )
    .await
}
pub(crate) async fn device(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    endpoint: &str,
) -> Result<Option<Device>> {
    tx.one(
        sql!("SELECT endpoint, p256dh, auth, session_id FROM push_subscriptions WHERE endpoint = $1 AND person_id = $2"),
        &bind![endpoint, person],
    )
    .await
}
pub(crate) async fn drop_device(tx: &mut Tx<'_>, person: Id<Person>, endpoint: &str) -> Result<()> {
    tx.run(
        sql!("DELETE FROM push_subscriptions WHERE endpoint = $1 AND person_id = $2"),
        &bind![endpoint, person],
    )
    .await
    .map(drop)
}
pub(crate) async fn keep_newest_devices(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    most: i64,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM push_subscriptions WHERE person_id = $1 AND endpoint NOT IN (
                SELECT endpoint FROM push_subscriptions WHERE person_id = $1 ORDER BY created_at DESC, endpoint LIMIT $2)"),
        &bind![person, most],
    )
    .await
    .map(drop)
}

/// How people want to be told; who set nothing is left out.
pub(crate) async fn settings_of(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
) -> Result<HashMap<Id<Person>, NoticeSettings>> {
    let rows: Vec<(Id<Person>, Json<NoticeSettings>)> = tx
        .all(
            sql!("SELECT person_id, settings FROM notice_settings WHERE person_id IN UUIDS($1)"),
            &bind![people.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(p, s)| (p, s.0)).collect())
}
pub(crate) async fn save_settings(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    settings: &NoticeSettings,
    (group_push, by_email): (bool, bool),
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO notice_settings (person_id, settings, group_push, by_email) VALUES ($1, $2, $3, $4)
              ON CONFLICT (person_id) DO UPDATE SET settings = $2, group_push = $3, by_email = $4"
        ),
        &bind![person, serde_json::to_value(settings)?, group_push, by_email],
    )
    .await
    .map(drop)
}
/// Who wants pushes or letters of groups: few, so that a message of a group costs next to nothing when nobody does.
pub(crate) async fn wanting_group_push(tx: &mut Tx<'_>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT person_id FROM notice_settings WHERE group_push"),
            &bind![],
        )
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
/// People's switches of chats; who set nothing there is left out.
pub(crate) async fn all_switches_of(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
) -> Result<HashMap<(Id<Person>, Uuid), ChatSwitches>> {
    let rows: Vec<(Id<Person>, Uuid, bool, Option<Moment>)> = tx
        .all(
            sql!("SELECT person_id, thread_id, sound, muted_until FROM notice_chats WHERE person_id IN UUIDS($1)"),
            &bind![people.to_vec()],
        )
        .await?;
    Ok(by_chat(rows))
}
fn by_chat(
    rows: Vec<(Id<Person>, Uuid, bool, Option<Moment>)>,
) -> HashMap<(Id<Person>, Uuid), ChatSwitches> {
    rows.into_iter()
        .map(|(person, thread, sound, muted_until)| {
            ((person, thread), ChatSwitches { sound, muted_until })
        })
        .collect()
}
pub(crate) async fn switches_of(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
    threads: &[Uuid],
) -> Result<HashMap<(Id<Person>, Uuid), ChatSwitches>> {
    if threads.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Id<Person>, Uuid, bool, Option<Moment>)> = tx
        .all(
            sql!(
                "SELECT person_id, thread_id, sound, muted_until FROM notice_chats
                  WHERE person_id IN UUIDS($1) AND thread_id IN UUIDS($2)"
            ),
            &bind![people.to_vec(), threads.to_vec()],
        )
        .await?;
    Ok(by_chat(rows))
}
/// All chats in which a person has switched something.
pub(crate) async fn chats_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
) -> Result<Vec<(Uuid, bool, Option<Moment>)>> {
    tx.all(
        sql!("SELECT thread_id, sound, muted_until FROM notice_chats WHERE person_id = $1 ORDER BY thread_id"),
        &bind![person],
    )
    .await
}
pub(crate) async fn save_chat(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Uuid,
    switches: ChatSwitches,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO notice_chats (person_id, thread_id, sound, muted_until) VALUES ($1, $2, $3, $4)
              ON CONFLICT (person_id, thread_id) DO UPDATE SET sound = $3, muted_until = $4"),
        &bind![person, thread, switches.sound, switches.muted_until],
    )
    .await
    .map(drop)
}

/// Notes that a push is to leave unless somebody answers or reads; what is older than a day is over.
pub(crate) async fn await_push(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    subject: Uuid,
    thread: Option<Uuid>,
    now: Moment,
) -> Result<()> {
    let day = std::time::Duration::from_secs(24 * 3600);
    tx.run(
        sql!("DELETE FROM waiting_pushes WHERE person_id = $1 AND at < $2"),
        &bind![person, now - day],
    )
    .await?;
    tx.run(
        sql!(
            "INSERT INTO waiting_pushes (person_id, subject, thread_id, at) VALUES ($1, $2, $3, $4)
              ON CONFLICT (person_id, subject) DO UPDATE SET at = $4"
        ),
        &bind![person, subject, thread, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn awaits_push(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    subject: Uuid,
) -> Result<bool> {
    let found: Option<(i64,)> = tx
        .one(
            sql!("SELECT at FROM waiting_pushes WHERE person_id = $1 AND subject = $2"),
            &bind![person, subject],
        )
        .await?;
    Ok(found.is_some())
}
/// The desk answered: nothing leaves.
pub(crate) async fn drop_push(tx: &mut Tx<'_>, person: Id<Person>, subject: Uuid) -> Result<()> {
    tx.run(
        sql!("DELETE FROM waiting_pushes WHERE person_id = $1 AND subject = $2"),
        &bind![person, subject],
    )
    .await
    .map(drop)
}
/// The thread was read, by one person or by whoever dealt with it for all.
pub(crate) async fn drop_pushes_in(
    tx: &mut Tx<'_>,
    thread: Uuid,
    person: Option<Id<Person>>,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM waiting_pushes WHERE thread_id = $1 AND (CAST($2 AS UUID) IS NULL OR person_id = $2)"),
        &bind![thread, person],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ letters

/// Who of them could be told away from the desk: by a push or by a letter.
pub(crate) async fn reachable(
    tx: &mut Tx<'_>,
    people: &[Id<Person>],
) -> Result<HashSet<Id<Person>>> {
    let mut out = with_devices(tx, people).await?;
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT person_id FROM notice_settings WHERE by_email AND person_id IN UUIDS($1)"),
            &bind![people.to_vec()],
        )
        .await?;
    out.extend(rows.into_iter().map(|(person,)| person));
    Ok(out)
}
/// Adds a line to a person's next letter; whether it is the first of it.
pub(crate) async fn add_letter_line(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    line: &Waiting,
) -> Result<bool> {
    let before: Option<(Uuid,)> = tx
        .one(
            sql!("SELECT subject FROM waiting_letters WHERE person_id = $1 LIMIT 1"),
            &bind![person],
        )
        .await?;
    tx.run(
        sql!(
            "INSERT INTO waiting_letters (person_id, subject, thread_id, path, title, text, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
              ON CONFLICT (person_id, subject) DO UPDATE SET title = $5, text = $6"
        ),
        &bind![person, line.subject, line.thread_id, &line.path, &line.title, &line.text, line.at],
    )
    .await?;
    Ok(before.is_none())
}
pub(crate) async fn letter_lines(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Waiting>> {
    tx.all(
        sql!("SELECT subject, thread_id, path, title, text, at FROM waiting_letters WHERE person_id = $1 ORDER BY at, subject"),
        &bind![person],
    )
    .await
}
/// Takes lines out of a person's next letter; without `subjects` all of them.
pub(crate) async fn drop_letter_lines(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    subjects: Option<&[Uuid]>,
) -> Result<()> {
    let done = match subjects {
        None => {
            let all = sql!("DELETE FROM waiting_letters WHERE person_id = $1");
            tx.run(all, &bind![person]).await
        }
        Some([]) => Ok(0),
        Some(some) => {
            tx.run(
                sql!("DELETE FROM waiting_letters WHERE person_id = $1 AND subject IN UUIDS($2)"),
                &bind![person, some.to_vec()],
            )
            .await
        }
    };
    done.map(drop)
}
/// The thread was read, by one person or by whoever dealt with it for all.
pub(crate) async fn drop_letter_lines_in(
    tx: &mut Tx<'_>,
    thread: Uuid,
    person: Option<Id<Person>>,
) -> Result<()> {
    tx.run(
        sql!("DELETE FROM waiting_letters WHERE thread_id = $1 AND (CAST($2 AS UUID) IS NULL OR person_id = $2)"),
        &bind![thread, person],
    )
    .await
    .map(drop)
}

/// Nobody is told of it any more, neither by a push nor by a letter.
pub(crate) async fn drop_waiting_about(tx: &mut Tx<'_>, subject: Uuid) -> Result<()> {
    tx.run(
        sql!("DELETE FROM waiting_pushes WHERE subject = $1"),
        &bind![subject],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM waiting_letters WHERE subject = $1"),
        &bind![subject],
    )
    .await
    .map(drop)
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            server: row.get::<Json<_>>("server")?.0,
            password: row.get("password")?,
            error: row.get("error")?,
            error_at: row.get("error_at")?,
        })
    }
}
pub(crate) async fn mail_server(tx: &mut Tx<'_>) -> Result<Option<Kept>> {
    tx.one(
        sql!("SELECT server, password, error, error_at FROM mail_server WHERE id = 1"),
        &bind![],
    )
    .await
}
pub(crate) async fn save_mail_server(
    tx: &mut Tx<'_>,
    server: &MailServer,
    password: &[u8],
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO mail_server (id, server, password) VALUES (1, $1, $2)
              ON CONFLICT (id) DO UPDATE SET server = $1, password = $2, error = '', error_at = NULL"
        ),
        &bind![Json(server), password.to_vec()],
    )
    .await
    .map(drop)
}
pub(crate) async fn drop_mail_server(tx: &mut Tx<'_>) -> Result<()> {
    let all = sql!("DELETE FROM mail_server");
    tx.run(all, &bind![]).await.map(drop)
}
/// Keeps what the mail server said last; nothing when a letter left.
pub(crate) async fn note_mail_error(tx: &mut Tx<'_>, error: &str, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE mail_server SET error = $1, error_at = $2 WHERE id = 1"),
        &bind![error, (!error.is_empty()).then_some(now)],
    )
    .await
    .map(drop)
}
