//! The SQL of desks.

use crate::model::{ActRow, AtDesk, NewsRow, Seat, SeatState};
use accounts::Person;
use channel::Inbound;
use channels::{Account, Happened};
use db::{Json, Tx, bind, sql};
use files::File;
use kernel::{Id, Moment, Result, Uuid};
use messages::{Message, Thread};

// ------------------------------------------------------------ seats

/// Who somebody at a desk is to us.
pub(crate) async fn seat(tx: &mut Tx<'_>, account: Id<Account>, ext: &str) -> Result<Option<Seat>> {
    tx.one(
        sql!("SELECT * FROM centre_people WHERE account_id = $1 AND ext_id = $2"),
        &bind![account, ext],
    )
    .await
}
pub(crate) async fn seat_by_id(tx: &mut Tx<'_>, id: Id<Seat>) -> Result<Seat> {
    tx.must(
        sql!("SELECT * FROM centre_people WHERE id = $1"),
        &bind![id],
    )
    .await
}
/// Where a person sits or asked to, newest first.
pub(crate) async fn seats_of(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Vec<Seat>> {
    tx.all(
        sql!("SELECT * FROM centre_people WHERE (state = 'tied' AND person_id = $1) OR (state = 'asked' AND suggested_id = $1) ORDER BY number DESC"),
        &bind![person],
    )
    .await
}
/// Where some people sit who want to be told.
pub(crate) async fn awake(tx: &mut Tx<'_>, people: &[Id<Person>]) -> Result<Vec<Seat>> {
    tx.all(
        sql!("SELECT * FROM centre_people WHERE state = 'tied' AND awake AND person_id IN UUIDS($1) ORDER BY number"),
        &bind![people.to_vec()],
    )
    .await
}
/// Whether anybody sits at any desk.
pub(crate) async fn anybody(tx: &mut Tx<'_>) -> Result<bool> {
    let found: Option<(i64,)> = tx
        .one(
            sql!("SELECT number FROM centre_people WHERE state = 'tied' LIMIT 1"),
            &bind![],
        )
        .await?;
    Ok(found.is_some())
}
/// Those in a state, newest first, before a number.
pub(crate) async fn seats(
    tx: &mut Tx<'_>,
    state: SeatState,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Seat>> {
    tx.all(
        sql!("SELECT * FROM centre_people WHERE state = $1 AND (CAST($2 AS BIGINT) IS NULL OR number < $2)
              ORDER BY number DESC LIMIT $3"),
        &bind![state.word(), before, limit],
    )
    .await
}
/// How many requests wait at a desk.
pub(crate) async fn asking(tx: &mut Tx<'_>, account: Id<Account>) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM centre_people WHERE account_id = $1 AND state = 'asked'"),
            &bind![account],
        )
        .await?;
    Ok(count)
}
pub(crate) async fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    let (last,): (i64,) = tx
        .must(
            sql!("SELECT COALESCE(MAX(number), 0) FROM centre_people"),
            &bind![],
        )
        .await?;
    Ok(last + 1)
}
pub(crate) async fn save(tx: &mut Tx<'_>, s: &Seat) -> Result<()> {
    tx.run(
        sql!("INSERT INTO centre_people (id, account_id, ext_id, name, username, language, number, state, suggested_id, person_id,
                queue_chats, awake, chosen_id, asked_at, decided_at, decided_by)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
              ON CONFLICT (id) DO UPDATE SET name = $4, username = $5, language = $6, number = $7, state = $8, suggested_id = $9,
                person_id = $10, queue_chats = $11, awake = $12, chosen_id = $13, asked_at = $14, decided_at = $15, decided_by = $16"),
        &bind![
            s.id, s.account_id, &s.ext_id, &s.name, &s.username, &s.language, s.number, s.state.word(), s.suggested_id, s.person_id,
            s.queue_chats, s.awake, s.chosen_id, s.asked_at, s.decided_at, s.decided_by
        ],
    )
    .await
    .map(drop)
}
pub(crate) async fn choose(tx: &mut Tx<'_>, id: Id<Seat>, chat: Option<Id<Thread>>) -> Result<()> {
    tx.run(
        sql!("UPDATE centre_people SET chosen_id = $2 WHERE id = $1"),
        &bind![id, chat],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ links

pub(crate) async fn add_link(
    tx: &mut Tx<'_>,
    token: &str,
    account: Id<Account>,
    person: Id<Person>,
    (now, expires_at): (Moment, Moment),
) -> Result<()> {
    tx.run(
        sql!(
            "DELETE FROM centre_links WHERE expires_at < $1 OR (person_id = $2 AND account_id = $3)"
        ),
        &bind![now, person, account],
    )
    .await?;
    tx.run(
        sql!("INSERT INTO centre_links (token, account_id, person_id, expires_at) VALUES ($1, $2, $3, $4)"),
        &bind![token, account, person, expires_at],
    )
    .await
    .map(drop)
}
/// Uses a link up; answers whose it was.
pub(crate) async fn use_link(
    tx: &mut Tx<'_>,
    token: &str,
    account: Id<Account>,
    now: Moment,
) -> Result<Option<Id<Person>>> {
    let found: Option<(Id<Person>,)> = tx
        .one(
            sql!("DELETE FROM centre_links WHERE token = $1 AND account_id = $2 AND expires_at >= $3 RETURNING person_id"),
            &bind![token, account, now],
        )
        .await?;
    Ok(found.map(|(person,)| person))
}

// ------------------------------------------------------------ what came to a desk

pub(crate) async fn add_act(
    tx: &mut Tx<'_>,
    id: Uuid,
    account: Id<Account>,
    ext: &str,
    inbound: &Inbound,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO centre_acts (id, account_id, ext_id, inbound) VALUES ($1, $2, $3, $4)"),
        &bind![id, account, ext, Json(inbound)],
    )
    .await
    .map(drop)
}
/// The oldest act of somebody that is not dealt with.
pub(crate) async fn next_act(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<Option<ActRow>> {
    tx.one(
        sql!("SELECT id, account_id, ext_id, inbound FROM centre_acts WHERE account_id = $1 AND ext_id = $2 ORDER BY n LIMIT 1"),
        &bind![account, ext],
    )
    .await
}
/// Ends an act, in the transaction that deals with it; 0 if somebody was faster.
pub(crate) async fn end_act(tx: &mut Tx<'_>, id: Uuid) -> Result<u64> {
    tx.run(sql!("DELETE FROM centre_acts WHERE id = $1"), &bind![id])
        .await
}

// ------------------------------------------------------------ what happened to clients' messages

pub(crate) async fn add_news(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    happened: Happened,
) -> Result<()> {
    let (message, what, file): (Id<Message>, &str, Option<Id<File>>) = match happened {
        Happened::Came(id) => (id, "came", None),
        Happened::Changed(id) => (id, "changed", None),
        Happened::Deleted(id) => (id, "deleted", None),
        Happened::Fetched(id, file) => (id, "fetched", Some(file)),
    };
    tx.run(
        sql!(
            "INSERT INTO centre_news (thread_id, message_id, what, file_id) VALUES ($1, $2, $3, $4)"
        ),
        &bind![thread, message, what, file],
    )
    .await
    .map(drop)
}
/// Takes what is to be told of a talk, in order; another node that takes it too waits for this transaction.
pub(crate) async fn take_news(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<Vec<NewsRow>> {
    let mut rows: Vec<NewsRow> = tx
        .all(
            sql!("DELETE FROM centre_news WHERE thread_id = $1 RETURNING n, message_id, what, file_id"),
            &bind![thread],
        )
        .await?;
    rows.sort_by_key(|row| row.n);
    Ok(rows)
}

// ------------------------------------------------------------ what stands at desks

pub(crate) async fn add_note(
    tx: &mut Tx<'_>,
    note: Uuid,
    seat: Id<Seat>,
    at: &AtDesk,
    file: Option<Id<File>>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO centre_notes (id, who_id, message_id, thread_id, file_id, at) VALUES ($1, $2, $3, $4, $5, $6)"),
        &bind![note, seat, at.message_id, at.thread_id, file, now],
    )
    .await
    .map(drop)
}
/// Whether somebody was told of a file already.
pub(crate) async fn has_file(
    tx: &mut Tx<'_>,
    seat: Id<Seat>,
    message: Id<Message>,
    file: Id<File>,
) -> Result<bool> {
    let found: Option<(Uuid,)> = tx
        .one(
            sql!("SELECT id FROM centre_notes WHERE who_id = $1 AND message_id = $2 AND file_id = $3 LIMIT 1"),
            &bind![seat, message, file],
        )
        .await?;
    Ok(found.is_some())
}
/// Whether somebody was told of a message at all.
pub(crate) async fn was_told(
    tx: &mut Tx<'_>,
    seat: Id<Seat>,
    message: Id<Message>,
) -> Result<bool> {
    let found: Option<(Uuid,)> = tx
        .one(
            sql!("SELECT id FROM centre_notes WHERE who_id = $1 AND message_id = $2 LIMIT 1"),
            &bind![seat, message],
        )
        .await?;
    Ok(found.is_some())
}
/// The messenger's ids of what a note became.
pub(crate) async fn note_is(tx: &mut Tx<'_>, note: Uuid, ext_ids: &[String]) -> Result<()> {
    for ext in ext_ids {
        tx.run(
            sql!("INSERT INTO centre_ids (who_id, ext_id, note_id, message_id, thread_id)
                  SELECT who_id, CAST($2 AS TEXT), id, message_id, thread_id FROM centre_notes WHERE id = $1 ON CONFLICT DO NOTHING"),
            &bind![note, ext],
        )
        .await?;
    }
    Ok(())
}
/// The message a colleague's own words became.
pub(crate) async fn answer_is(
    tx: &mut Tx<'_>,
    seat: Id<Seat>,
    ext: &str,
    at: &AtDesk,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO centre_ids (who_id, ext_id, note_id, message_id, thread_id) VALUES ($1, $2, NULL, $3, $4) ON CONFLICT DO NOTHING"),
        &bind![seat, ext, at.message_id, at.thread_id],
    )
    .await
    .map(drop)
}
pub(crate) async fn at_desk(tx: &mut Tx<'_>, seat: Id<Seat>, ext: &str) -> Result<Option<AtDesk>> {
    tx.one(
        sql!("SELECT message_id, thread_id FROM centre_ids WHERE who_id = $1 AND ext_id = $2"),
        &bind![seat, ext],
    )
    .await
}
/// The first note with the words of a message at each desk where it was told: seat and the messenger's id.
pub(crate) async fn told_as(
    tx: &mut Tx<'_>,
    message: Id<Message>,
) -> Result<Vec<(Id<Seat>, String)>> {
    tx.all(
        sql!("SELECT i.who_id, MIN(i.ext_id) FROM centre_ids i JOIN centre_notes t ON t.id = i.note_id
              WHERE i.message_id = $1 AND t.file_id IS NULL GROUP BY i.who_id, i.note_id"),
        &bind![message],
    )
    .await
}
