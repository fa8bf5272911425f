//! The SQL of messages.

pub(crate) mod brought;
pub(crate) mod counted;
pub(crate) mod kept;
pub(crate) mod later;

use crate::extras::Extras;
use crate::model::{
    AuthorRef, Delivery, EventLine, Message, Mine, Position, Reaction, ReplyRef, Thread, ThreadKind,
};
use accounts::Person;
use db::{FromRow, Json, Row, Tx, bind, sql};
use files::File;
use kernel::{Id, Moment, Result, Uuid};
use std::collections::HashMap;
use text::Token;

impl FromRow for Thread {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            kind: ThreadKind::from_word(&row.get::<String>("kind")?),
            title: row.get("title")?,
            last_seq: row.get("last_seq")?,
            last_ordinal: row.get("last_ordinal")?,
            peer_read_seq: row.get("peer_read_seq")?,
        })
    }
}

/// A message as stored, before its files, reactions and quoted message are read.
pub(crate) struct Stored {
    pub(crate) message: Message,
    pub(crate) reply_to: Option<Id<Message>>,
    pub(crate) file_ids: Vec<Id<File>>,
}

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let mut stored = Self {
            reply_to: row.get("reply_to")?,
            file_ids: row.get::<Json<_>>("files")?.0,
            message: Message {
                id: row.get("id")?,
                thread_id: row.get("thread_id")?,
                seq: row.get("seq")?,
                ordinal: row.get("ordinal")?,
                client_id: row.get("client_id")?,
                at: row.get("at")?,
                author: AuthorRef {
                    kind: row.get("author_kind")?,
                    id: row.get("author_id")?,
                    name: row.get("author_name")?,
                },
                kind: row.get("kind")?,
                placeholder: row.get("placeholder")?,
                hidden: row.get("hidden")?,
                text: row.get("text")?,
                tokens: row.get::<Json<Vec<Token>>>("tokens")?.0,
                reply: None,
                files: Vec::new(),
                reactions: Vec::new(),
                mentions: row.get::<Json<_>>("mentions")?.0,
                event: row.get::<Option<Json<EventLine>>>("event")?.map(|e| e.0),
                edited_at: row.get("edited_at")?,
                deleted_at: row.get("deleted_at")?,
                pinned: row.get("pinned")?,
                delivery: row.get::<Option<Json<Delivery>>>("delivery")?.map(|d| d.0),
                extras: row
                    .get::<Option<Json<Extras>>>("extras")?
                    .map(|e| Box::new(e.0)),
            },
        };
        // What a client took back keeps its words in the table, for [`deleted_words`] alone (U-32).
        if stored.message.deleted_at.is_some() {
            let message = &mut stored.message;
            message.text.clear();
            message.tokens.clear();
            message.mentions.clear();
            message.extras = None;
            stored.file_ids.clear();
        }
        Ok(stored)
    }
}

// ------------------------------------------------------------ threads

pub(crate) async fn add_thread(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    kind: ThreadKind,
    title: &str,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO threads (id, kind, title, title_folded, created_at) VALUES ($1, $2, $3, $5, $4) ON CONFLICT DO NOTHING"),
        &bind![id, kind.word(), title, now, folded(title)],
    )
    .await
    .map(drop)
}
pub(crate) async fn thread(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Thread> {
    tx.must(
        sql!("SELECT id, kind, title, last_seq, last_ordinal, peer_read_seq FROM threads WHERE id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn set_title(tx: &mut Tx<'_>, id: Id<Thread>, title: &str) -> Result<()> {
    tx.run(
        sql!("UPDATE threads SET title = $2, title_folded = $3 WHERE id = $1"),
        &bind![id, title, folded(title)],
    )
    .await
    .map(drop)
}
/// Takes the next `count` numbers, `counting` of which make unread; answers the last. On `PostgreSQL` this also locks the
/// thread until the commit.
pub(crate) async fn next_seqs(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    newest: Id<Message>,
    count: i64,
    counting: i64,
) -> Result<(i64, i64)> {
    tx.must(
        sql!(
            "UPDATE threads SET last_seq = last_seq + $2, last_ordinal = last_ordinal + $3,
                last_message_id = CASE WHEN $3 > 0 THEN $4 ELSE last_message_id END
              WHERE id = $1 RETURNING last_seq, last_ordinal"
        ),
        &bind![id, count, counting, newest],
    )
    .await
}
pub(crate) async fn set_peer_read(tx: &mut Tx<'_>, id: Id<Thread>, seq: i64) -> Result<u64> {
    tx.run(
        sql!("UPDATE threads SET peer_read_seq = $2 WHERE id = $1 AND (peer_read_seq IS NULL OR peer_read_seq < $2)"),
        &bind![id, seq],
    )
    .await
}

/// Threads whose numbers do not run from one to the last without a gap.
pub(crate) async fn broken_threads(tx: &mut Tx<'_>) -> Result<i64> {
    let (found,): (i64,) = tx
        .must(
            sql!("SELECT COUNT(*) FROM threads t WHERE t.last_seq <> (SELECT COUNT(*) FROM messages m WHERE m.thread_id = t.id)"),
            &bind![],
        )
        .await?;
    Ok(found)
}

// ------------------------------------------------------------ messages

/// Stores messages with what they answer and their words for the search; `false` when one of them was there already.
pub(crate) async fn insert(
    tx: &mut Tx<'_>,
    messages: &[(&Message, Option<Id<Message>>, &str)],
) -> Result<bool> {
    let sqlite = tx.is_sqlite();
    let rows: Vec<Vec<db::Value>> = messages
        .iter()
        .map(|(m, reply_to, words)| {
            let mut values = Vec::from(insert_values(m, *reply_to));
            if !sqlite {
                values.extend(bind![*words]);
            }
            values
        })
        .collect();
    let added = tx
        .insert_all(
            sql!(
                sqlite: "INSERT INTO messages (id, thread_id, seq, ordinal, author_kind, author_id, author_name, client_id, at, kind,
                           placeholder, hidden, text, tokens, reply_to, files, mentions, event, delivery, extras)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                         ON CONFLICT DO NOTHING",
                postgres: "INSERT INTO messages (id, thread_id, seq, ordinal, author_kind, author_id, author_name, client_id, at, kind,
                           placeholder, hidden, text, tokens, reply_to, files, mentions, event, delivery, extras, words)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, array_to_tsvector(array_remove(string_to_array($21, ' '), '')))
                         ON CONFLICT DO NOTHING RETURNING n, 0::bigint",
            ),
            &rows,
        )
        .await?;
    if added.len() < messages.len() {
        return Ok(false);
    }
    // After all messages, not between them: a statement that keeps a journal of its own makes the index write out what it holds.
    for ((n, _), (_, _, words)) in added.into_iter().zip(messages) {
        if sqlite && !words.is_empty() {
            tx.run(
                sql!(
                    sqlite: "INSERT INTO message_words (rowid, words) VALUES ($1, $2)",
                    postgres: "SELECT $1::bigint, $2::text",
                ),
                &bind![n, *words],
            )
            .await?;
        }
    }
    Ok(true)
}
fn insert_values(m: &Message, reply_to: Option<Id<Message>>) -> [db::Value; 20] {
    let files: Vec<Id<File>> = m.files.iter().map(|f| f.id).collect();
    bind![
        m.id,
        m.thread_id,
        m.seq,
        m.ordinal,
        &m.author.kind,
        m.author.id,
        &m.author.name,
        m.client_id,
        m.at,
        &m.kind,
        &m.placeholder,
        m.hidden,
        &m.text,
        Json(&m.tokens),
        reply_to,
        Json(&files),
        Json(&m.mentions),
        m.event.as_ref().map(Json),
        m.delivery.as_ref().map(Json),
        m.extras.as_deref().map(Json),
    ]
}
/// Writes the words of a changed message anew; none removes it from the index.
pub(crate) async fn index(tx: &mut Tx<'_>, id: Id<Message>, words: &str) -> Result<()> {
    let (n,): (i64,) = tx
        .must(sql!("SELECT n FROM messages WHERE id = $1"), &bind![id])
        .await?;
    tx.run(
        sql!(
            sqlite: "DELETE FROM message_words WHERE rowid = $1",
            postgres: "UPDATE messages SET words = ''::tsvector WHERE n = $1",
        ),
        &bind![n],
    )
    .await?;
    if !words.is_empty() {
        tx.run(
            sql!(
                sqlite: "INSERT INTO message_words (rowid, words) VALUES ($1, $2)",
                postgres: "UPDATE messages SET words = array_to_tsvector(array_remove(string_to_array($2, ' '), '')) WHERE n = $1",
            ),
            &bind![n, words],
        )
        .await?;
    }
    Ok(())
}
pub(crate) async fn by_client(
    tx: &mut Tx<'_>,
    author: Uuid,
    client: Uuid,
) -> Result<Option<Id<Message>>> {
    Ok(by_clients(tx, std::iter::once((author, client)))
        .await?
        .remove(&(author, client)))
}
/// The messages stored under (author, client id).
pub(crate) async fn by_clients(
    tx: &mut Tx<'_>,
    keys: impl Iterator<Item = (Uuid, Uuid)>,
) -> Result<HashMap<(Uuid, Uuid), Id<Message>>> {
    let (mut authors, clients): (Vec<Uuid>, Vec<Uuid>) = keys.unzip();
    if authors.is_empty() {
        return Ok(HashMap::new());
    }
    authors.sort_unstable();
    authors.dedup();
    let rows: Vec<(Uuid, Uuid, Id<Message>)> = tx
        .all(
            sql!("SELECT author_id, client_id, id FROM messages WHERE author_id IN UUIDS($1) AND client_id IN UUIDS($2)"),
            &bind![authors, clients],
        )
        .await?;
    let keyed = rows
        .into_iter()
        .map(|(author, client, id)| ((author, client), id));
    Ok(keyed.collect())
}
pub(crate) async fn thread_of(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Id<Thread>> {
    let (thread,): (Id<Thread>,) = tx
        .must(
            sql!("SELECT thread_id FROM messages WHERE id = $1"),
            &bind![id],
        )
        .await?;
    Ok(thread)
}
pub(crate) async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<Message>]) -> Result<Vec<Message>> {
    let rows: Vec<Stored> = tx
        .all(
            sql!("SELECT * FROM messages WHERE id IN UUIDS($1) ORDER BY n"),
            &bind![ids.to_vec()],
        )
        .await?;
    complete(tx, rows).await
}
/// The messages before a number, without those the person has put away for themselves.
pub(crate) async fn before(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
    seq: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    let mut rows: Vec<Stored> = tx
        .all(
            sql!(
                "SELECT * FROM messages WHERE thread_id = $1 AND seq < $2
                   AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $4 AND h.message_id = messages.id)
                 ORDER BY seq DESC LIMIT $3"
            ),
            &bind![thread, seq, limit, person],
        )
        .await?;
    rows.reverse();
    complete(tx, rows).await
}
/// The messages after a number, without those the person has put away for themselves.
pub(crate) async fn after(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
    seq: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    let rows: Vec<Stored> = tx
        .all(
            sql!(
                "SELECT * FROM messages WHERE thread_id = $1 AND seq > $2
                   AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $4 AND h.message_id = messages.id)
                 ORDER BY seq LIMIT $3"
            ),
            &bind![thread, seq, limit, person],
        )
        .await?;
    complete(tx, rows).await
}
pub(crate) async fn pinned(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
) -> Result<Vec<Message>> {
    let rows: Vec<Stored> = tx
        .all(
            sql!(
                "SELECT * FROM messages WHERE thread_id = $1 AND pinned
                   AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $2 AND h.message_id = messages.id)
                 ORDER BY seq DESC LIMIT 100"
            ),
            &bind![thread, person],
        )
        .await?;
    complete(tx, rows).await
}

/// Messages with files, or with links, before a number; the newest of them, oldest first.
pub(crate) async fn with_things(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    links: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<Message>> {
    // In the source of tokens a quotation mark somebody wrote has a backslash before it: only a kind stands so.
    let query = if links {
        sql!(
            "SELECT * FROM messages WHERE thread_id = $1 AND seq < $2 AND deleted_at IS NULL
                AND CAST(tokens AS TEXT) LIKE '%\"link\"%' ORDER BY seq DESC LIMIT $3"
        )
    } else {
        sql!("SELECT * FROM messages WHERE thread_id = $1 AND seq < $2 AND deleted_at IS NULL AND files <> '[]'
              ORDER BY seq DESC LIMIT $3")
    };
    let mut rows: Vec<Stored> = tx.all(query, &bind![thread, before, limit]).await?;
    rows.reverse();
    complete(tx, rows).await
}

type ReactionRow = (Id<Message>, String, String, Uuid);

/// Reads files, reactions and quoted messages of a window in three statements, whatever its size.
pub(crate) async fn complete(tx: &mut Tx<'_>, rows: Vec<Stored>) -> Result<Vec<Message>> {
    let ids: Vec<Id<Message>> = rows.iter().map(|r| r.message.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let reactions: Vec<ReactionRow> = tx
        .all(
            sql!("SELECT message_id, emoji, author_kind, author_id FROM reactions WHERE message_id IN UUIDS($1) ORDER BY at, author_id"),
            &bind![ids],
        )
        .await?;
    let replies: Vec<Id<Message>> = rows.iter().filter_map(|r| r.reply_to).collect();
    let quoted = quotes(tx, replies).await?;
    let file_ids: Vec<Id<File>> = rows
        .iter()
        .flat_map(|r| r.file_ids.iter().copied())
        .collect();
    let files: HashMap<_, _> = files::refs(tx, &file_ids)
        .await?
        .into_iter()
        .map(|f| (f.id, f))
        .collect();
    let topics = rows.iter().filter_map(|r| r.message.extras.as_ref());
    let topics: Vec<Id<Thread>> = topics
        .filter_map(|e| e.topic.as_ref().map(|t| t.id))
        .collect();
    let topics = kept::topics(tx, topics).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut message = row.message;
            let topic = message.extras.as_mut().and_then(|e| e.topic.as_mut());
            if let Some(topic) = topic
                && let Some((replies, last_at)) = topics.get(&topic.id)
            {
                topic.replies = *replies;
                topic.last_at = *last_at;
            }
            if message.deleted_at.is_none() {
                message.reactions = gather(&reactions, message.id);
                message.reply = row.reply_to.and_then(|id| quoted.get(&id).cloned());
                message.files = row
                    .file_ids
                    .iter()
                    .filter_map(|f| files.get(f).cloned())
                    .collect();
            }
            message
        })
        .collect())
}

fn gather(rows: &[ReactionRow], id: Id<Message>) -> Vec<Reaction> {
    let mut out: Vec<Reaction> = Vec::new();
    for (_, emoji, kind, author) in rows.iter().filter(|r| r.0 == id) {
        let place = out
            .iter()
            .position(|r| r.emoji == *emoji)
            .unwrap_or_else(|| {
                out.push(Reaction {
                    emoji: emoji.clone(),
                    people: Vec::new(),
                    outside: false,
                });
                out.len() - 1
            });
        if kind == "person" {
            out[place].people.push(*author);
        } else {
            out[place].outside = true;
        }
    }
    out
}

pub(crate) async fn quotes(
    tx: &mut Tx<'_>,
    ids: Vec<Id<Message>>,
) -> Result<HashMap<Id<Message>, ReplyRef>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Id<Message>, i64, String, String, Option<Moment>)> = tx
        .all(
            sql!(
                "SELECT id, seq, author_name, text, deleted_at FROM messages WHERE id IN UUIDS($1)"
            ),
            &bind![ids],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, seq, author_name, text, deleted)| {
            let excerpt = if deleted.is_some() {
                String::new()
            } else {
                text::excerpt(&text, 140)
            };
            (
                id,
                ReplyRef {
                    id,
                    seq,
                    author_name,
                    excerpt,
                },
            )
        })
        .collect())
}

pub(crate) async fn save_text(
    tx: &mut Tx<'_>,
    m: &Message,
    before: &str,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO message_versions (message_id, at, text) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![m.id, now, before],
    )
    .await?;
    tx.run(
        sql!("UPDATE messages SET text = $2, tokens = $3, mentions = $4, edited_at = $5 WHERE id = $1"),
        &bind![m.id, &m.text, Json(&m.tokens), Json(&m.mentions), m.edited_at],
    )
    .await
    .map(drop)
}
/// A placeholder becomes the text it was.
pub(crate) async fn set_understood(tx: &mut Tx<'_>, m: &Message) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET kind = 'text', placeholder = '', text = $2, tokens = $3 WHERE id = $1"),
        &bind![m.id, &m.text, Json(&m.tokens)],
    )
    .await
    .map(drop)
}
pub(crate) async fn versions(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Vec<(Moment, String)>> {
    tx.all(
        sql!("SELECT at, text FROM message_versions WHERE message_id = $1 ORDER BY at"),
        &bind![id],
    )
    .await
}
/// What a deleted message said, files by their names where it had no words.
pub(crate) async fn deleted_words(tx: &mut Tx<'_>, id: Id<Message>) -> Result<Option<String>> {
    let row: Option<(String,)> = tx
        .one(
            sql!("SELECT text FROM messages WHERE id = $1 AND deleted_at IS NOT NULL"),
            &bind![id],
        )
        .await?;
    Ok(row.map(|(text,)| text))
}
/// A client's deletion: marked, the words stay for those with the right (U-32).
pub(crate) async fn mark_deleted(tx: &mut Tx<'_>, id: Id<Message>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET deleted_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_files(tx: &mut Tx<'_>, id: Id<Message>, files: &[Id<File>]) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET files = $2 WHERE id = $1"),
        &bind![id, Json(files)],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_delivery(tx: &mut Tx<'_>, id: Id<Message>, d: &Delivery) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET delivery = $2 WHERE id = $1"),
        &bind![id, Json(d)],
    )
    .await
    .map(drop)
}
pub(crate) async fn set_pinned(tx: &mut Tx<'_>, id: Id<Message>, on: bool) -> Result<()> {
    tx.run(
        sql!("UPDATE messages SET pinned = $2 WHERE id = $1"),
        &bind![id, on],
    )
    .await
    .map(drop)
}
pub(crate) async fn react(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    emoji: &str,
    kind: &str,
    author: Uuid,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO reactions (message_id, emoji, author_kind, author_id, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"),
        &bind![id, emoji, kind, author, now],
    )
    .await
}
/// How somebody reacts to a message.
pub(crate) async fn reactions_by(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    author: Uuid,
) -> Result<Vec<(String,)>> {
    tx.all(
        sql!("SELECT emoji FROM reactions WHERE message_id = $1 AND author_id = $2"),
        &bind![id, author],
    )
    .await
}
pub(crate) async fn unreact(
    tx: &mut Tx<'_>,
    id: Id<Message>,
    emoji: Option<&str>,
    author: Uuid,
) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM reactions WHERE message_id = $1 AND author_id = $3 AND (CAST($2 AS TEXT) IS NULL OR emoji = $2)"),
        &bind![id, emoji, author],
    )
    .await
}

// ------------------------------------------------------------ mentions, positions, drafts

pub(crate) async fn add_mention(tx: &mut Tx<'_>, person: Uuid, m: &Message) -> Result<()> {
    tx.run(
        sql!("INSERT INTO mentions (person_id, thread_id, seq, message_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        &bind![person, m.thread_id, m.seq, m.id],
    )
    .await
    .map(drop)
}
pub(crate) async fn ordinal_at(tx: &mut Tx<'_>, thread: Id<Thread>, seq: i64) -> Result<i64> {
    let found: Option<(i64,)> = tx
        .one(
            sql!("SELECT ordinal FROM messages WHERE thread_id = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1"),
            &bind![thread, seq],
        )
        .await?;
    Ok(found.map_or(0, |(o,)| o))
}
/// Moves a read position forward; answers 0 if it stood there already.
pub(crate) async fn read_to(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    person: Uuid,
    seq: i64,
    ordinal: i64,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO positions (thread_id, person_id, read_seq, read_ordinal, delivered_seq) VALUES ($1, $2, $3, $4, $3)
              ON CONFLICT (thread_id, person_id) DO UPDATE SET read_seq = $3, read_ordinal = $4,
                delivered_seq = CASE WHEN positions.delivered_seq < $3 THEN $3 ELSE positions.delivered_seq END
              WHERE positions.read_seq < $3"),
        &bind![thread, person, seq, ordinal],
    )
    .await
}
/// Moves a read position back: "mark unread from here".
pub(crate) async fn unread_from(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    person: Uuid,
    seq: i64,
    ordinal: i64,
) -> Result<()> {
    tx.run(
        sql!("UPDATE positions SET read_seq = $3, read_ordinal = $4 WHERE thread_id = $1 AND person_id = $2"),
        &bind![thread, person, seq, ordinal],
    )
    .await
    .map(drop)
}
pub(crate) async fn delivered_to(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    person: Uuid,
    seq: i64,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO positions (thread_id, person_id, delivered_seq) VALUES ($1, $2, $3)
              ON CONFLICT (thread_id, person_id) DO UPDATE SET delivered_seq = $3 WHERE positions.delivered_seq < $3"),
        &bind![thread, person, seq],
    )
    .await
}
pub(crate) async fn position(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    person: Uuid,
) -> Result<Option<Position>> {
    tx.one(
        sql!("SELECT person_id, read_seq, delivered_seq FROM positions WHERE thread_id = $1 AND person_id = $2"),
        &bind![thread, person],
    )
    .await
}
pub(crate) async fn positions(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    limit: i64,
) -> Result<Vec<Position>> {
    tx.all(
        sql!("SELECT person_id, read_seq, delivered_seq FROM positions WHERE thread_id = $1 ORDER BY person_id LIMIT $2"),
        &bind![thread, limit],
    )
    .await
}
/// A person's own switches of a thread.
#[derive(Clone, Copy)]
pub(crate) struct Flags {
    pub(crate) muted: bool,
    pub(crate) pinned: bool,
    pub(crate) archived: bool,
}
pub(crate) async fn set_flags(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    person: Uuid,
    flags: Flags,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO positions (thread_id, person_id, muted, pinned, archived) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (thread_id, person_id) DO UPDATE SET muted = $3, pinned = $4, archived = $5"
        ),
        &bind![thread, person, flags.muted, flags.pinned, flags.archived],
    )
    .await
    .map(drop)
}
pub(crate) async fn draft(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
) -> Result<String> {
    let row: Option<(String,)> = tx
        .one(
            sql!("SELECT text FROM drafts WHERE person_id = $1 AND thread_id = $2"),
            &bind![person, thread],
        )
        .await?;
    Ok(row.map(|(text,)| text).unwrap_or_default())
}
pub(crate) async fn save_draft(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
    text: &str,
    hidden: bool,
    now: Moment,
) -> Result<()> {
    if text.is_empty() {
        return tx
            .run(
                sql!("DELETE FROM drafts WHERE person_id = $1 AND thread_id = $2"),
                &bind![person, thread],
            )
            .await
            .map(drop);
    }
    tx.run(
        sql!("INSERT INTO drafts (person_id, thread_id, text, hidden, updated_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (person_id, thread_id) DO UPDATE SET text = $3, hidden = $4, updated_at = $5"),
        &bind![person, thread, text, hidden, now],
    )
    .await
    .map(drop)
}

impl FromRow for Mine {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            read_seq: row.get("read_seq")?,
            read_ordinal: row.get("read_ordinal")?,
            unread: row.get("unread")?,
            mentions: row.get("mentions")?,
            muted: row.get("muted")?,
            pinned: row.get("pinned")?,
            archived: row.get("archived")?,
            draft: row.get("draft")?,
            draft_hidden: row.get("draft_hidden")?,
        })
    }
}
pub(crate) async fn who_muted(tx: &mut Tx<'_>, thread: Id<Thread>) -> Result<Vec<Id<Person>>> {
    let rows: Vec<(Id<Person>,)> = tx
        .all(
            sql!("SELECT person_id FROM positions WHERE thread_id = $1 AND muted"),
            &bind![thread],
        )
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}
pub(crate) async fn mine(
    tx: &mut Tx<'_>,
    person: Uuid,
    threads: &[Id<Thread>],
) -> Result<Vec<Mine>> {
    tx.all(
        sql!("SELECT t.id, COALESCE(p.read_seq, 0) AS read_seq, COALESCE(p.read_ordinal, 0) AS read_ordinal,
                t.last_ordinal - COALESCE(p.read_ordinal, 0) AS unread,
                (SELECT COUNT(*) FROM mentions m WHERE m.person_id = $1 AND m.thread_id = t.id AND m.seq > COALESCE(p.read_seq, 0)) AS mentions,
                COALESCE(p.muted, FALSE) AS muted, COALESCE(p.pinned, FALSE) AS pinned, COALESCE(p.archived, FALSE) AS archived,
                COALESCE(d.text, '') AS draft, COALESCE(d.hidden, FALSE) AS draft_hidden
              FROM threads t LEFT JOIN positions p ON p.thread_id = t.id AND p.person_id = $1
              LEFT JOIN drafts d ON d.thread_id = t.id AND d.person_id = $1 WHERE t.id IN UUIDS($2)"),
        &bind![person, threads.to_vec()],
    )
    .await
}

pub(crate) struct LastRow {
    pub(crate) thread: Id<Thread>,
    pub(crate) last_seq: i64,
    pub(crate) last_ordinal: i64,
    pub(crate) seq: Option<i64>,
    pub(crate) at: Option<Moment>,
    pub(crate) author_kind: Option<String>,
    pub(crate) author_id: Option<Uuid>,
    pub(crate) author_name: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) hidden: Option<bool>,
    pub(crate) files: Option<Json<Vec<Id<File>>>>,
    pub(crate) event: Option<Json<EventLine>>,
    pub(crate) placeholder: Option<String>,
    pub(crate) deleted_at: Option<Moment>,
}
db::row!(LastRow {
    thread,
    last_seq,
    last_ordinal,
    seq,
    at,
    author_kind,
    author_id,
    author_name,
    text,
    hidden,
    files,
    event,
    placeholder,
    deleted_at
});
pub(crate) async fn last_rows(tx: &mut Tx<'_>, threads: &[Id<Thread>]) -> Result<Vec<LastRow>> {
    tx.all(
        sql!("SELECT t.id AS thread, t.last_seq, t.last_ordinal, m.seq, m.at, m.author_kind, m.author_id, m.author_name, m.text,
                m.hidden, m.files, m.event, m.placeholder, m.deleted_at
              FROM threads t LEFT JOIN messages m ON m.id = t.last_message_id WHERE t.id IN UUIDS($1)"),
        &bind![threads.to_vec()],
    )
    .await
}

/// Threads whose last line a person put away for themselves.
pub(crate) async fn last_put_away(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    threads: &[Id<Thread>],
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!(
                "SELECT t.id FROM threads t JOIN hidden_messages h ON h.message_id = t.last_message_id AND h.person_id = $1
                  WHERE t.id IN UUIDS($2)"
            ),
            &bind![person, threads.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// The last line of a thread that a person has not put away.
pub(crate) async fn last_row_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    thread: Id<Thread>,
) -> Result<Option<LastRow>> {
    tx.one(
        sql!("SELECT t.id AS thread, t.last_seq, t.last_ordinal, m.seq, m.at, m.author_kind, m.author_id, m.author_name, m.text,
                m.hidden, m.files, m.event, m.placeholder, m.deleted_at
              FROM messages m JOIN threads t ON t.id = m.thread_id
              WHERE m.thread_id = $2 AND m.kind <> 'event'
                AND NOT EXISTS (SELECT 1 FROM hidden_messages h WHERE h.person_id = $1 AND h.message_id = m.id)
              ORDER BY m.seq DESC LIMIT 1"),
        &bind![person, thread],
    )
    .await
}
/// The client's newest message by the order of the thread; it is near its end as a rule.
pub(crate) async fn last_of_client(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Option<Moment>> {
    let row: Option<(Moment,)> = tx
        .one(
            sql!("SELECT at FROM messages WHERE thread_id = $1 AND author_kind = 'contact' ORDER BY seq DESC LIMIT 1"),
            &bind![id],
        )
        .await?;
    Ok(row.map(|(at,)| at))
}
/// The same of several threads.
pub(crate) async fn last_of_clients(
    tx: &mut Tx<'_>,
    ids: &[Id<Thread>],
) -> Result<HashMap<Id<Thread>, Moment>> {
    let rows: Vec<(Id<Thread>, Moment)> = tx
        .all(
            sql!("SELECT t.id, m.at FROM threads t JOIN messages m ON m.thread_id = t.id
                    AND m.seq = (SELECT n.seq FROM messages n WHERE n.thread_id = t.id AND n.author_kind = 'contact' ORDER BY n.seq DESC LIMIT 1)
                  WHERE t.id IN UUIDS($1)"),
            &bind![ids.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().collect())
}
/// Which that is.
pub(crate) async fn last_of_client_id(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
) -> Result<Option<Id<Message>>> {
    let row: Option<(Id<Message>,)> = tx
        .one(
            sql!("SELECT id FROM messages WHERE thread_id = $1 AND author_kind = 'contact' AND deleted_at IS NULL ORDER BY seq DESC LIMIT 1"),
            &bind![id],
        )
        .await?;
    Ok(row.map(|(id,)| id))
}

// ------------------------------------------------------------ search

/// Threads a person may see whose title begins with or holds the text.
pub(crate) async fn find_threads(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    pattern: &str,
    kind: &str,
    limit: i64,
) -> Result<Vec<(Id<Thread>, String)>> {
    tx.all(
        sql!("SELECT t.id, t.title FROM threads t WHERE t.kind = $3 AND t.title_folded LIKE $2 ESCAPE '!'
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships s ON s.principal = g.principal
                            WHERE g.object = t.id AND s.person_id = $1)
              ORDER BY t.title_folded LIMIT $4"),
        &bind![person, pattern, kind, limit],
    )
    .await
}
/// A title as it is compared: lower case, ё as е; `SQLite`'s own LIKE folds only Latin letters.
pub(crate) fn folded(title: &str) -> String {
    title.to_lowercase().replace('ё', "е")
}
