//! The SQL of conversations.

pub(crate) mod counts;
pub(crate) mod labels;
pub(crate) mod replies;
pub(crate) mod routing;
pub(crate) mod templates;
pub(crate) mod views;

use crate::model::{
    ChatRow, ClientChatState, Conversation, InboxGroup, Policy, Queue, QueueRules, Route, RulesOf,
    Snooze, TableRow,
};
use accounts::{Department, Person};
use channels::{Account, Peer};
use crm::Contact;
use db::{FromRow, Json, Row, Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use messages::{Message, Thread};
use std::collections::{HashMap, HashSet};

impl FromRow for ChatRow {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            peer_id: row.get("peer_id")?,
            account_id: row.get("account_id")?,
            contact_id: row.get("contact_id")?,
            state: ClientChatState::from_word(&row.get::<String>("state")?),
            queue_id: row.get("queue_id")?,
            assignee_id: row.get("assignee_id")?,
            claimed_at: row.get("claimed_at")?,
            waiting_since: row.get("waiting_since")?,
            blocked: row.get("blocked")?,
            updated_at: row.get("updated_at")?,
            given_at: row.get("given_at")?,
            queued_at: row.get("queued_at")?,
            announced: row.get("announced")?,
            route: row.get::<Json<Route>>("route")?.0,
            answered_at: row.get("answered_at")?,
            snoozed: match row.get("snoozed_at")? {
                Some(at) => Some(Snooze {
                    at,
                    until: row.get("snoozed_until")?,
                    by: row.get("snoozed_by")?,
                }),
                None => None,
            },
            group: row.get("is_group")?,
        })
    }
}

// ------------------------------------------------------------ chats

pub(crate) async fn chat(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<ChatRow> {
    tx.must(sql!("SELECT * FROM client_chats WHERE id = $1"), &bind![id])
        .await
}
/// A chat about to be changed, held until the commit. Whoever changes a chat, or writes in it, begins with this: two who
/// took its row, its thread and its notices in different orders would wait for each other.
pub(crate) async fn hold(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<ChatRow> {
    tx.must(
        sql!("SELECT * FROM client_chats WHERE id = $1 FOR UPDATE"),
        &bind![id],
    )
    .await
}
/// The same by the client.
pub(crate) async fn hold_of_peer(tx: &mut Tx<'_>, peer: Id<Peer>) -> Result<Option<ChatRow>> {
    tx.one(
        sql!("SELECT * FROM client_chats WHERE peer_id = $1 FOR UPDATE"),
        &bind![peer],
    )
    .await
}
pub(crate) async fn chat_of_peer(tx: &mut Tx<'_>, peer: Id<Peer>) -> Result<Option<ChatRow>> {
    tx.one(
        sql!("SELECT * FROM client_chats WHERE peer_id = $1"),
        &bind![peer],
    )
    .await
}
pub(crate) async fn chats(tx: &mut Tx<'_>, ids: &[Id<Thread>]) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT * FROM client_chats WHERE id IN UUIDS($1)"),
        &bind![ids.to_vec()],
    )
    .await
}
pub(crate) async fn chats_of_contact(
    tx: &mut Tx<'_>,
    circle: &[Id<Contact>],
) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT * FROM client_chats WHERE contact_id IN UUIDS($1) ORDER BY updated_at DESC"),
        &bind![circle.to_vec()],
    )
    .await
}
/// Which of these have a chat, or write in a group.
pub(crate) async fn with_chats(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>,)> = tx
        .all(
            sql!(
                "SELECT contact_id FROM client_chats WHERE contact_id IN UUIDS($1)
                  UNION SELECT contact_id FROM group_members WHERE contact_id IN UUIDS($1)"
            ),
            &bind![ids.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Groups in which any of these writes (U-34).
pub(crate) async fn groups_of_contact(
    tx: &mut Tx<'_>,
    circle: &[Id<Contact>],
) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT * FROM client_chats WHERE id IN (SELECT chat_id FROM group_members WHERE contact_id IN UUIDS($1))
              ORDER BY updated_at DESC"),
        &bind![circle.to_vec()],
    )
    .await
}
/// Notes who writes in a group, and when they did last.
pub(crate) async fn note_member(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    contact: Id<Contact>,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO group_members (chat_id, contact_id, last_at) VALUES ($1, $2, $3)
              ON CONFLICT (chat_id, contact_id) DO UPDATE SET last_at = $3"
        ),
        &bind![chat, contact, now],
    )
    .await
    .map(drop)
}
/// Who writes in these chats, the newest writer first.
pub(crate) async fn members(
    tx: &mut Tx<'_>,
    chats: &[Id<Thread>],
    limit: i64,
) -> Result<Vec<Id<Contact>>> {
    let rows: Vec<(Id<Contact>, Moment)> = tx
        .all(
            sql!("SELECT contact_id, MAX(last_at) AS last FROM group_members WHERE chat_id IN UUIDS($1)
                  GROUP BY contact_id ORDER BY last DESC, contact_id LIMIT $2"),
            &bind![chats.to_vec(), limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id, _)| id).collect())
}
/// From now on a chat is known as one of several people.
pub(crate) async fn mark_group(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET is_group = TRUE WHERE id = $1"),
        &bind![id],
    )
    .await
    .map(drop)
}
pub(crate) async fn chats_of_queue(tx: &mut Tx<'_>, queue: Id<Queue>) -> Result<Vec<ChatRow>> {
    tx.all(
        sql!("SELECT * FROM client_chats WHERE queue_id = $1"),
        &bind![queue],
    )
    .await
}
/// The open chats of an account, the liveliest first.
pub(crate) async fn open_of_account(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM client_chats WHERE account_id = $1 AND state <> 'closed' ORDER BY updated_at DESC, id LIMIT $2"),
            &bind![account, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn add_chat(tx: &mut Tx<'_>, c: &ChatRow) -> Result<bool> {
    let added = tx
        .run(
            sql!("INSERT INTO client_chats (id, peer_id, account_id, contact_id, state, queue_id, assignee_id, claimed_at, waiting_since, blocked, updated_at,
                    given_at, queued_at, announced, route, is_group)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING"),
            &bind![
                c.id, c.peer_id, c.account_id, c.contact_id, c.state.word(), c.queue_id, c.assignee_id, c.claimed_at,
                c.waiting_since, c.blocked, c.updated_at, c.given_at, c.queued_at, c.announced, Json(&c.route), c.group
            ],
        )
        .await?;
    Ok(added == 1)
}
pub(crate) async fn save_chat(tx: &mut Tx<'_>, c: &ChatRow) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET state = $2, queue_id = $3, assignee_id = $4, claimed_at = $5, waiting_since = $6,
                blocked = $7, updated_at = $8, given_at = $9, queued_at = $10, announced = $11, route = $12, answered_at = $13,
                snoozed_at = $14, snoozed_until = $15, snoozed_by = $16 WHERE id = $1"),
        &bind![
            c.id, c.state.word(), c.queue_id, c.assignee_id, c.claimed_at, c.waiting_since, c.blocked, c.updated_at,
            c.given_at, c.queued_at, c.announced, Json(&c.route), c.answered_at, c.snoozed.map(|s| s.at),
            c.snoozed.and_then(|s| s.until), c.snoozed.and_then(|s| s.by)
        ],
    )
    .await
    .map(drop)
}
/// The take-over race: one statement, one winner (S1-73, U-16). 0 if somebody was faster.
pub(crate) async fn claim(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
    from: ClientChatState,
    holder: Option<Id<Person>>,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("UPDATE client_chats SET state = 'work', assignee_id = $2, claimed_at = $4 WHERE id = $1 AND state = $3
                AND COALESCE(assignee_id, $2) = COALESCE(CAST($5 AS UUID), $2)"),
        &bind![id, person, from.word(), now, holder],
    )
    .await
}
pub(crate) async fn touch(tx: &mut Tx<'_>, id: Id<Thread>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET updated_at = $2 WHERE id = $1"),
        &bind![id, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn observers(
    tx: &mut Tx<'_>,
    ids: &[Id<Thread>],
) -> Result<Vec<(Id<Thread>, Id<Person>)>> {
    tx.all(
        sql!(
            "SELECT chat_id, person_id FROM observers WHERE chat_id IN UUIDS($1) ORDER BY person_id"
        ),
        &bind![ids.to_vec()],
    )
    .await
}
/// Observers with what they chose for this chat: every message, or only what is addressed to them; none: as elsewhere.
pub(crate) async fn observing(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
) -> Result<Vec<(Id<Person>, Option<bool>)>> {
    tx.all(
        sql!("SELECT person_id, all_messages FROM observers WHERE chat_id = $1 ORDER BY person_id"),
        &bind![id],
    )
    .await
}
pub(crate) async fn set_observing(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
    all: Option<bool>,
) -> Result<()> {
    tx.run(
        sql!("UPDATE observers SET all_messages = $3 WHERE chat_id = $1 AND person_id = $2"),
        &bind![id, person, all],
    )
    .await
    .map(drop)
}
pub(crate) async fn add_observer(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO observers (chat_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
        &bind![id, person],
    )
    .await
}
pub(crate) async fn drop_observer(
    tx: &mut Tx<'_>,
    id: Id<Thread>,
    person: Id<Person>,
) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM observers WHERE chat_id = $1 AND person_id = $2"),
        &bind![id, person],
    )
    .await
}

// ------------------------------------------------------------ conversations

pub(crate) async fn newest(tx: &mut Tx<'_>, chat: Id<Thread>) -> Result<Option<Conversation>> {
    tx.one(
        sql!("SELECT id, number, state, opened_at, closed_at, closed_by, from_seq, to_seq FROM conversations
              WHERE chat_id = $1 ORDER BY opened_at DESC, id DESC LIMIT 1"),
        &bind![chat],
    )
    .await
}
/// A conversation and whose it is.
struct OfChat(Id<Thread>, Conversation);
impl FromRow for OfChat {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("chat_id")?, Conversation::from_row(row)?))
    }
}
/// The newest conversation of each of these chats.
pub(crate) async fn newest_of(
    tx: &mut Tx<'_>,
    chats: &[Id<Thread>],
) -> Result<HashMap<Id<Thread>, Conversation>> {
    // Driven by the chats: one look into the index for each, however many conversations they have had.
    let rows: Vec<OfChat> = tx
        .all(
            sql!("SELECT k.id AS chat_id, c.id, c.number, c.state, c.opened_at, c.closed_at, c.closed_by, c.from_seq, c.to_seq
                  FROM client_chats k JOIN conversations c
                    ON c.id = (SELECT n.id FROM conversations n WHERE n.chat_id = k.id ORDER BY n.opened_at DESC, n.id DESC LIMIT 1)
                  WHERE k.id IN UUIDS($1)"),
            &bind![chats.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
}
pub(crate) async fn conversations_of(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
) -> Result<Vec<Conversation>> {
    tx.all(
        sql!("SELECT id, number, state, opened_at, closed_at, closed_by, from_seq, to_seq FROM conversations
              WHERE chat_id = $1 ORDER BY opened_at, id"),
        &bind![chat],
    )
    .await
}
pub(crate) async fn save_conversation(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    c: &Conversation,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO conversations (id, chat_id, number, state, opened_at, closed_at, closed_by, from_seq, to_seq)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
              ON CONFLICT (id) DO UPDATE SET number = $3, state = $4, closed_at = $6, closed_by = $7, to_seq = $9"),
        &bind![c.id, chat, c.number, &c.state, c.opened_at, c.closed_at, c.closed_by, c.from_seq, c.to_seq],
    )
    .await
    .map(drop)
}
/// S3-15, X-11: the next number of the workspace, without gaps, in the transaction that stores the client's message.
pub(crate) async fn next_number(tx: &mut Tx<'_>) -> Result<i64> {
    let (n,): (i64,) = tx
        .must(
            sql!(
                "INSERT INTO counters (name, value) VALUES ('conversation', 1)
                  ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
            ),
            &bind![],
        )
        .await?;
    Ok(n)
}
pub(crate) async fn album(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    album: &str,
) -> Result<Option<Id<Message>>> {
    let found: Option<(Id<Message>,)> = tx
        .one(
            sql!("SELECT message_id FROM albums WHERE chat_id = $1 AND album = $2"),
            &bind![chat, album],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn add_album(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    album: &str,
    message: Id<Message>,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO albums (chat_id, album, message_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
        &bind![chat, album, message],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ the inbox

/// What a page of the inbox is asked with.
pub(crate) struct InboxQuery<'a> {
    pub(crate) person: Id<Person>,
    pub(crate) group: InboxGroup,
    pub(crate) pattern: Option<&'a str>,
    /// `(moment, id)` of the last row before.
    pub(crate) after: Option<(Moment, Id<Thread>)>,
    pub(crate) limit: i64,
}

/// Whether a chat's name or one of its labels holds the pattern `$n`.
macro_rules! named {
    ($n:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM threads t WHERE t.id = c.id AND t.title_folded LIKE ",
            $n,
            " ESCAPE '!') OR EXISTS (SELECT 1 FROM chat_labels k JOIN labels l ON l.id = k.label_id WHERE k.chat_id = c.id AND l.folded LIKE ",
            $n,
            " ESCAPE '!')"
        )
    };
}
use named;

/// Which chats, in their order; few come out of a list with a limit, so that no engine walks an index beside it. `$past`: what comes after the row `$3`, `$4`.
macro_rules! listed {
    ($from:expr, $which:expr, newest) => {
        listed!(
            $from,
            $which,
            "c.updated_at",
            "c.updated_at < $3 OR (c.updated_at = $3 AND c.id < $4)",
            "c.updated_at DESC, c.id DESC"
        )
    };
    ($from:expr, $which:expr, $rank:literal, $past:literal, $order:literal) => {
        sql!(concat!(
            "SELECT c.id, ",
            $rank,
            " FROM ",
            $from,
            " WHERE ",
            $which,
            " AND (CAST($2 AS TEXT) IS NULL OR ",
            named!("$2"),
            ") AND (CAST($3 AS BIGINT) IS NULL OR ",
            $past,
            ") ORDER BY ",
            $order,
            " LIMIT $5"
        ))
    };
}

/// The same of the few that have to be looked at (`$6`), or looked for in their order until a page is full.
macro_rules! either {
    ($few:expr, $which:expr, $($order:tt)+) => {
        if $few {
            listed!("(SELECT * FROM client_chats WHERE id IN UUIDS($6) LIMIT 1000000) c", $which, $($order)+)
        } else {
            listed!("client_chats c", $which, $($order)+)
        }
    };
}

/// The same of what a person may see.
macro_rules! seen {
    ($few:expr, $which:literal, $($order:tt)+) => {
        either!(
            $few,
            concat!(
                $which,
                " AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)"
            ),
            $($order)+
        )
    };
}

/// Ids of one page with the moment they are ordered by; every group is the same access join with one more condition.
pub(crate) async fn inbox(
    tx: &mut Tx<'_>,
    q: &InboxQuery<'_>,
) -> Result<Vec<(Id<Thread>, Moment)>> {
    let few = match q.group {
        InboxGroup::Watched => None,
        InboxGroup::My => few_named(tx, q.pattern).await?,
        _ => few_to_look_at(tx, q.person, q.pattern, None).await?,
    };
    let is_few = few.is_some();
    let statement = match q.group {
        InboxGroup::My => {
            either!(
                is_few,
                "c.assignee_id = $1 AND c.state = 'work' AND c.snoozed_at IS NULL",
                newest
            )
        }
        InboxGroup::Watched => listed!(
            "client_chats c JOIN observers o ON o.chat_id = c.id AND o.person_id = $1",
            "c.state <> 'closed' AND c.snoozed_at IS NULL",
            newest
        ),
        InboxGroup::Queue => seen!(
            is_few,
            "c.state = 'queue' AND c.snoozed_at IS NULL",
            "COALESCE(c.waiting_since, c.updated_at)",
            "COALESCE(c.waiting_since, c.updated_at) > $3 OR (COALESCE(c.waiting_since, c.updated_at) = $3 AND c.id > $4)",
            "COALESCE(c.waiting_since, c.updated_at), c.id"
        ),
        InboxGroup::Waiting => seen!(
            is_few,
            "c.waiting_since IS NOT NULL AND c.state <> 'closed' AND c.snoozed_at IS NULL",
            "c.waiting_since",
            "c.waiting_since > $3 OR (c.waiting_since = $3 AND c.id > $4)",
            "c.waiting_since, c.id"
        ),
        InboxGroup::All => seen!(is_few, "c.state <> 'closed'", newest),
        InboxGroup::Snoozed => seen!(
            is_few,
            "c.snoozed_at IS NOT NULL AND c.state <> 'closed'",
            newest
        ),
        InboxGroup::Closed => seen!(is_few, "c.state = 'closed'", newest),
    };
    let (at, id) = q
        .after
        .map_or((None, None), |(at, id)| (Some(at), Some(id)));
    let mut values = Vec::from(bind![q.person, q.pattern, at, id, q.limit]);
    values.extend(few.into_iter().flat_map(|few| bind![few]));
    tx.all(statement, &values).await
}

/// So many chats at most are looked at one by one rather than looked for in the order of a list: about as many as are passed
/// by there when one in fifty fits.
const LITTLE: usize = if cfg!(debug_assertions) {
    // In tests so little that stories walk both ways.
    12
} else {
    2000
};

/// The chats found, if they are few.
macro_rules! little {
    ($tx:expr, $sql:expr, $first:expr) => {{
        let most = i64::try_from(LITTLE + 1).unwrap_or(i64::MAX);
        let found: Vec<(Id<Thread>,)> = $tx.all(sql!($sql), &bind![$first, most]).await?;
        let found = (found.len() <= LITTLE).then_some(found);
        found.map(|all| all.into_iter().map(|(id,)| id).collect::<Vec<_>>())
    }};
}

/// What a person may see, where it is so little that a walk over it is shorter than one over all there is.
pub(crate) async fn few(tx: &mut Tx<'_>, person: Id<Person>) -> Result<Option<Vec<Id<Thread>>>> {
    Ok(little!(
        tx,
        "SELECT g.object FROM memberships m JOIN grants g ON g.principal = m.principal WHERE m.person_id = $1 LIMIT $2",
        person
    ))
}

/// The chats whose name, or one of whose labels, holds a pattern, where these are few, whoever may see them.
async fn few_named(tx: &mut Tx<'_>, pattern: Option<&str>) -> Result<Option<Vec<Id<Thread>>>> {
    let Some(pattern) = pattern else {
        return Ok(None);
    };
    Ok(little!(
        tx,
        "SELECT t.id FROM threads t WHERE t.kind = 'client' AND t.title_folded LIKE $1 ESCAPE '!'
         UNION ALL SELECT k.chat_id FROM labels l JOIN chat_labels k ON k.label_id = l.id WHERE l.folded LIKE $1 ESCAPE '!' LIMIT $2",
        pattern
    ))
}

/// Chats among which all of a list are, where these are few. Not all of them fit: the list's own statement is asked of them
/// rather than of every chat, which it would pass by one after the other until a page is full.
async fn few_to_look_at(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    pattern: Option<&str>,
    asked: Option<&views::Asked<'_>>,
) -> Result<Option<Vec<Id<Thread>>>> {
    if let Some(few) = few(tx, person).await? {
        return Ok(Some(few));
    }
    if let Some(few) = few_named(tx, pattern).await? {
        return Ok(Some(few));
    }
    let Some(asked) = asked else {
        return Ok(None);
    };
    let filter = asked.filter;
    if !filter.label_ids.is_empty()
        && let Some(few) = little!(
            tx,
            "SELECT chat_id FROM chat_labels WHERE label_id IN UUIDS($1) LIMIT $2",
            filter.label_ids.clone()
        )
    {
        return Ok(Some(few));
    }
    if !filter.contact_label_ids.is_empty()
        && let Some(few) = little!(
            tx,
            concat!(
                "SELECT id FROM client_chats WHERE contact_id IN (",
                crm::carriers!("$1"),
                ") LIMIT $2"
            ),
            filter.contact_label_ids.clone()
        )
    {
        return Ok(Some(few));
    }
    let (someone, people) = asked.assignees();
    if someone
        && !filter.unassigned
        && let Some(few) = little!(
            tx,
            "SELECT id FROM client_chats WHERE assignee_id IN UUIDS($1) LIMIT $2",
            people
        )
    {
        return Ok(Some(few));
    }
    if !filter.account_ids.is_empty()
        && let Some(few) = little!(
            tx,
            "SELECT id FROM client_chats WHERE account_id IN UUIDS($1) LIMIT $2",
            filter.account_ids.clone()
        )
    {
        return Ok(Some(few));
    }
    if !filter.queue_ids.is_empty()
        && let Some(few) = little!(
            tx,
            "SELECT id FROM client_chats WHERE queue_id IN UUIDS($1) LIMIT $2",
            filter.queue_ids.clone()
        )
    {
        return Ok(Some(few));
    }
    Ok(None)
}

// ------------------------------------------------------------ queues

type QueueRow = (Id<Queue>, String, String, Json<QueueRules>);

pub(crate) async fn queues(tx: &mut Tx<'_>) -> Result<Vec<Queue>> {
    let rows: Vec<QueueRow> = tx
        .all(
            sql!("SELECT id, name, policy, rules FROM queues ORDER BY is_default DESC, name, id"),
            &bind![],
        )
        .await?;
    let mut out = Vec::new();
    for (id, name, policy, Json(rules)) in rows {
        let people: Vec<(Id<Person>,)> = tx
            .all(
                sql!("SELECT person_id FROM queue_people WHERE queue_id = $1 ORDER BY position, person_id"),
                &bind![id],
            )
            .await?;
        let departments: Vec<(Id<Department>,)> = tx
            .all(sql!("SELECT department_id FROM queue_departments WHERE queue_id = $1 ORDER BY department_id"), &bind![id])
            .await?;
        out.push(Queue {
            id,
            name,
            member_ids: people.into_iter().map(|(p,)| p).collect(),
            department_ids: departments.into_iter().map(|(d,)| d).collect(),
            policy: Policy::from_word(&policy),
            rules,
        });
    }
    Ok(out)
}
/// The rules of some queues, with their names and departments.
pub(crate) async fn rules_of(tx: &mut Tx<'_>, ids: &[Id<Queue>]) -> Result<Vec<RulesOf>> {
    let rows: Vec<(Id<Queue>, String, Json<QueueRules>)> = tx
        .all(
            sql!("SELECT id, name, rules FROM queues WHERE id IN UUIDS($1)"),
            &bind![ids.to_vec()],
        )
        .await?;
    let all: Vec<(Id<Queue>, Id<Department>)> = tx
        .all(
            sql!("SELECT queue_id, department_id FROM queue_departments WHERE queue_id IN UUIDS($1) ORDER BY department_id"),
            &bind![ids.to_vec()],
        )
        .await?;
    let whole = |(id, name, rules): (Id<Queue>, String, Json<QueueRules>)| RulesOf {
        id,
        name,
        rules: rules.0,
        department_ids: all
            .iter()
            .filter(|(queue, _)| *queue == id)
            .map(|(_, department)| *department)
            .collect(),
    };
    Ok(rows.into_iter().map(whole).collect())
}
pub(crate) async fn default_queue(tx: &mut Tx<'_>) -> Result<Option<Id<Queue>>> {
    let found: Option<(Id<Queue>,)> = tx
        .one(
            sql!("SELECT id FROM queues WHERE is_default LIMIT 1"),
            &bind![],
        )
        .await?;
    Ok(found.map(|(id,)| id))
}
pub(crate) async fn save_queue(tx: &mut Tx<'_>, q: &Queue, is_default: bool) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO queues (id, name, policy, is_default, rules) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT (id) DO UPDATE SET name = $2, policy = $3, rules = $5"
        ),
        &bind![q.id, &q.name, q.policy.word(), is_default, Json(&q.rules)],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM queue_people WHERE queue_id = $1"),
        &bind![q.id],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM queue_departments WHERE queue_id = $1"),
        &bind![q.id],
    )
    .await?;
    for (place, person) in q.member_ids.iter().enumerate() {
        tx.run(
            sql!("INSERT INTO queue_people (queue_id, person_id, position) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"),
            &bind![q.id, *person, place],
        )
        .await?;
    }
    for department in &q.department_ids {
        tx.run(
            sql!("INSERT INTO queue_departments (queue_id, department_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"),
            &bind![q.id, *department],
        )
        .await?;
    }
    Ok(())
}
pub(crate) async fn move_queue(tx: &mut Tx<'_>, from: Id<Queue>, to: Id<Queue>) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET queue_id = $2 WHERE queue_id = $1"),
        &bind![from, to],
    )
    .await
    .map(drop)
}
pub(crate) async fn delete_queue(tx: &mut Tx<'_>, id: Id<Queue>) -> Result<u64> {
    tx.run(
        sql!("DELETE FROM queue_people WHERE queue_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM queue_departments WHERE queue_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(sql!("DELETE FROM turns WHERE queue_id = $1"), &bind![id])
        .await?;
    tx.run(sql!("DELETE FROM alarms WHERE queue_id = $1"), &bind![id])
        .await?;
    tx.run(
        sql!("DELETE FROM queues WHERE id = $1 AND NOT is_default"),
        &bind![id],
    )
    .await
}
/// Whether a person belongs to a principal.
pub(crate) async fn principal_has(
    tx: &mut Tx<'_>,
    principal: Uuid,
    person: Id<Person>,
) -> Result<bool> {
    let found: Option<(i64,)> = tx
        .one(
            sql!("SELECT CAST(1 AS BIGINT) FROM memberships WHERE principal = $1 AND person_id = $2 LIMIT 1"),
            &bind![principal, person],
        )
        .await?;
    Ok(found.is_some())
}
/// Which of these principals a person has.
pub(crate) async fn principals_of(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    principals: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let rows: Vec<(Uuid,)> = tx
        .all(
            sql!(
                "SELECT principal FROM memberships WHERE person_id = $1 AND principal IN UUIDS($2)"
            ),
            &bind![person, principals.to_vec()],
        )
        .await?;
    Ok(rows.into_iter().map(|(principal,)| principal).collect())
}
/// Which account a chat belongs to.
pub(crate) async fn account_of(tx: &mut Tx<'_>, id: Id<Thread>) -> Result<Id<Account>> {
    let (account,): (Id<Account>,) = tx
        .must(
            sql!("SELECT account_id FROM client_chats WHERE id = $1"),
            &bind![id],
        )
        .await?;
    Ok(account)
}
/// All grants of a chat; `accounts` owns the table, the chat owns its rows.
pub(crate) async fn grants_of(tx: &mut Tx<'_>, object: Uuid) -> Result<Vec<(Uuid, String)>> {
    tx.all(
        sql!("SELECT principal, reason FROM grants WHERE object = $1"),
        &bind![object],
    )
    .await
}
/// The chat of a conversation's number, if the person may see it.
/// The chats a person may see that moved last.
pub(crate) async fn newest_chats(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT c.id FROM client_chats c
                  WHERE EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = c.id AND m.person_id = $1)
                  ORDER BY c.updated_at DESC, c.id DESC LIMIT $2"),
            &bind![person, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
pub(crate) async fn by_number(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    number: i64,
) -> Result<Option<(Id<Thread>, String)>> {
    tx.one(
        sql!("SELECT t.id, t.title FROM conversations c JOIN threads t ON t.id = c.chat_id WHERE c.number = $2
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = t.id AND m.person_id = $1)"),
        &bind![person, number],
    )
    .await
}

// ------------------------------------------------------------ the table of conversations

/// The conversations a person may see, opened in a span, after a place in it.
pub(crate) async fn table(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    (from, to): (Moment, Moment),
    (after, id): (Moment, Uuid),
    limit: i64,
) -> Result<Vec<TableRow>> {
    tx.all(
        sql!("SELECT c.id, c.number, c.opened_at, c.closed_at, c.closed_by, c.from_seq, c.to_seq, k.id AS chat_id, k.account_id,
                k.contact_id, k.queue_id, k.assignee_id
              FROM conversations c JOIN client_chats k ON k.id = c.chat_id
              WHERE c.opened_at >= $2 AND c.opened_at < $3 AND (c.opened_at > $4 OR (c.opened_at = $4 AND c.id > $5))
                AND EXISTS (SELECT 1 FROM grants g JOIN memberships m ON m.principal = g.principal WHERE g.object = k.id AND m.person_id = $1)
              ORDER BY c.opened_at, c.id LIMIT $6"),
        &bind![person, from, to, after, id, limit],
    )
    .await
}
