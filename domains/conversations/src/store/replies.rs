//! The SQL of time in a talk: automatic texts, limits that were passed, chats put away, what follows a closing.

use crate::{
    model::{Closed, Conversation, Late, Occasion, Queue},
    rules::replies::Step,
};
use channels::Account;
use db::{Tx, bind, sql};
use kernel::{Id, Moment, Result, Uuid};
use messages::{Message, Thread};

// ------------------------------------------------------------ automatic texts

/// Something a queue might say: in which chat and conversation, through which account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToSay {
    pub(crate) chat: Id<Thread>,
    pub(crate) conversation: Id<Conversation>,
    pub(crate) account: Id<Account>,
    pub(crate) occasion: Occasion,
}

/// Notes an occasion that has come; one that was noted before stays as it is.
pub(crate) async fn note(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    conversation: Id<Conversation>,
    occasion: Occasion,
    due: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO auto_texts (conversation_id, occasion, chat_id, due_at, state) VALUES ($1, $2, $3, $4, 'due')
              ON CONFLICT DO NOTHING"),
        &bind![conversation, occasion.word(), chat, due],
    )
    .await
    .map(drop)
}
/// The occasions that wait to be dealt with, the oldest first.
pub(crate) async fn due_texts(tx: &mut Tx<'_>, now: Moment, limit: i64) -> Result<Vec<ToSay>> {
    let rows: Vec<(Id<Thread>, Id<Conversation>, Id<Account>, String)> = tx
        .all(
            sql!("SELECT a.chat_id, a.conversation_id, c.account_id, a.occasion FROM auto_texts a JOIN client_chats c ON c.id = a.chat_id
                  WHERE a.state = 'due' AND a.due_at <= $1 ORDER BY a.due_at, a.conversation_id, a.occasion LIMIT $2"),
            &bind![now, limit],
        )
        .await?;
    let known = rows
        .into_iter()
        .filter_map(|(chat, conversation, account, word)| {
            let occasion = Occasion::from_word(&word)?;
            Some(ToSay {
                chat,
                conversation,
                account,
                occasion,
            })
        });
    Ok(known.collect())
}
/// Deals with an occasion, once: 0 if it was dealt with before.
pub(crate) async fn deal_with(
    tx: &mut Tx<'_>,
    what: ToSay,
    message: Option<Id<Message>>,
    now: Moment,
) -> Result<u64> {
    let state = if message.is_some() { "said" } else { "dropped" };
    tx.run(
        sql!("INSERT INTO auto_texts (conversation_id, occasion, chat_id, due_at, state, message_id) VALUES ($1, $2, $3, $4, $5, $6)
              ON CONFLICT (conversation_id, occasion) DO UPDATE SET state = $5, message_id = $6 WHERE auto_texts.state = 'due'"),
        &bind![what.conversation, what.occasion.word(), what.chat, now, state, message],
    )
    .await
}
/// Whether an occasion of a conversation was dealt with, held until the commit by its chat's row.
pub(crate) async fn dealt_with(tx: &mut Tx<'_>, what: ToSay) -> Result<bool> {
    let found: Option<(String,)> = tx
        .one(
            sql!("SELECT state FROM auto_texts WHERE conversation_id = $1 AND occasion = $2"),
            &bind![what.conversation, what.occasion.word()],
        )
        .await?;
    Ok(found.is_some_and(|(state,)| state != "due"))
}
/// Chats of a queue whose clients have waited since before a moment and have not been told of it.
pub(crate) async fn untold(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    occasion: Occasion,
    before: Moment,
    only_queued: bool,
    limit: i64,
) -> Result<Vec<ToSay>> {
    let rows: Vec<(Id<Thread>, Id<Conversation>, Id<Account>)> = tx
        .all(
            sql!("SELECT c.id, v.id, c.account_id FROM client_chats c JOIN conversations v ON v.chat_id = c.id AND v.state = 'open'
                  WHERE c.queue_id = $1 AND c.state <> 'closed' AND (c.state = 'queue' OR NOT $4) AND (c.announced OR NOT $4)
                    AND c.snoozed_at IS NULL AND c.waiting_since <= $3
                    AND NOT EXISTS (SELECT 1 FROM auto_texts a WHERE a.conversation_id = v.id AND a.occasion = $2)
                  ORDER BY c.waiting_since, c.id LIMIT $5"),
            &bind![queue, occasion.word(), before, only_queued, limit],
        )
        .await?;
    let to_say = |(chat, conversation, account)| ToSay {
        chat,
        conversation,
        account,
        occasion,
    };
    Ok(rows.into_iter().map(to_say).collect())
}

// ------------------------------------------------------------ response control

/// A new conversation begins: nobody has answered in it.
pub(crate) async fn unanswered(tx: &mut Tx<'_>, chat: Id<Thread>) -> Result<()> {
    tx.run(
        sql!("UPDATE client_chats SET answered_at = NULL WHERE id = $1"),
        &bind![chat],
    )
    .await
    .map(drop)
}
/// Chats of a queue whose clients have waited for a first answer, or a later one, since before a moment, and for whom this
/// limit was not told yet.
pub(crate) async fn late(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    kind: Late,
    first: Option<Moment>,
    next: Option<Moment>,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT c.id FROM client_chats c WHERE c.queue_id = $1 AND c.state <> 'closed' AND c.snoozed_at IS NULL
                    AND c.waiting_since IS NOT NULL
                    AND ((c.answered_at IS NULL AND c.waiting_since <= CAST($3 AS BIGINT))
                      OR (c.answered_at IS NOT NULL AND c.waiting_since <= CAST($4 AS BIGINT)))
                    AND NOT EXISTS (SELECT 1 FROM late_answers l WHERE l.chat_id = c.id AND l.kind = $2 AND l.since = c.waiting_since)
                  ORDER BY c.waiting_since, c.id LIMIT $5"),
            &bind![queue, kind.word(), first, next, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Chats of a queue whose conversation was opened before a moment and is open still.
pub(crate) async fn unresolved(
    tx: &mut Tx<'_>,
    queue: Id<Queue>,
    before: Moment,
    limit: i64,
) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT c.id FROM client_chats c JOIN conversations v ON v.chat_id = c.id AND v.state = 'open'
                  WHERE c.queue_id = $1 AND c.state <> 'closed' AND c.snoozed_at IS NULL AND v.opened_at <= $3
                    AND NOT EXISTS (SELECT 1 FROM late_answers l WHERE l.chat_id = c.id AND l.kind = $2 AND l.since = v.opened_at)
                  ORDER BY v.opened_at, c.id LIMIT $4"),
            &bind![queue, Late::Resolution.word(), before, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Notes that a limit was passed; 0 if that was noted before.
pub(crate) async fn passed(
    tx: &mut Tx<'_>,
    chat: Id<Thread>,
    kind: Late,
    since: Moment,
    now: Moment,
) -> Result<u64> {
    tx.run(
        sql!("INSERT INTO late_answers (chat_id, kind, since, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"),
        &bind![chat, kind.word(), since, now],
    )
    .await
}

// ------------------------------------------------------------ put away

/// Chats whose time has come.
pub(crate) async fn to_wake(tx: &mut Tx<'_>, now: Moment, limit: i64) -> Result<Vec<Id<Thread>>> {
    let rows: Vec<(Id<Thread>,)> = tx
        .all(
            sql!("SELECT id FROM client_chats WHERE snoozed_until <= $1 ORDER BY snoozed_until, id LIMIT $2"),
            &bind![now, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

// ------------------------------------------------------------ after a closing

pub(crate) async fn add_closing(tx: &mut Tx<'_>, c: &Closed) -> Result<()> {
    tx.run(
        sql!("INSERT INTO closings (id, conversation_id, chat_id, closed_at, closed_by, from_seq, to_seq, step, due_at, analysed)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $4, FALSE)"),
        &bind![c.id, c.conversation_id, c.chat_id, c.closed_at, c.closed_by, c.from_seq, c.to_seq, &c.step],
    )
    .await
    .map(drop)
}
/// The closings whose next step is due.
pub(crate) async fn due_closings(
    tx: &mut Tx<'_>,
    now: Moment,
    limit: i64,
) -> Result<Vec<(Closed, Id<Account>)>> {
    let rows: Vec<Closed> = tx
        .all(
            sql!("SELECT id, conversation_id, chat_id, closed_at, closed_by, from_seq, to_seq, step FROM closings
                  WHERE step <> 'done' AND due_at <= $1 ORDER BY due_at, id LIMIT $2"),
            &bind![now, limit],
        )
        .await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let account = super::account_of(tx, row.chat_id).await?;
        out.push((row, account));
    }
    Ok(out)
}
/// The closings nothing has looked back at yet.
pub(crate) async fn to_analyse(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Closed>> {
    tx.all(
        sql!("SELECT id, conversation_id, chat_id, closed_at, closed_by, from_seq, to_seq, step FROM closings
              WHERE NOT analysed ORDER BY closed_at, id LIMIT $1"),
        &bind![limit],
    )
    .await
}
/// Where a closing stands now; its chat's row is held by whoever asks.
pub(crate) async fn step_of(tx: &mut Tx<'_>, id: Uuid) -> Result<Step> {
    let found: Option<(String,)> = tx
        .one(sql!("SELECT step FROM closings WHERE id = $1"), &bind![id])
        .await?;
    Ok(found.map_or(Step::Done, |(word,)| Step::from_word(&word)))
}
pub(crate) async fn set_step(tx: &mut Tx<'_>, id: Uuid, step: Step, due: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE closings SET step = $2, due_at = $3 WHERE id = $1"),
        &bind![id, step.word(), due],
    )
    .await
    .map(drop)
}
/// Takes a closing to look back at; 0 if it was taken before.
pub(crate) async fn analysed(tx: &mut Tx<'_>, id: Uuid) -> Result<u64> {
    tx.run(
        sql!("UPDATE closings SET analysed = TRUE WHERE id = $1 AND NOT analysed"),
        &bind![id],
    )
    .await
}
/// Nothing more follows the closings of a chat, because it goes on; answers whether a question was still to come.
pub(crate) async fn go_on(tx: &mut Tx<'_>, chat: Id<Thread>) -> Result<bool> {
    let steps: Vec<(String,)> = tx
        .all(
            sql!("SELECT step FROM closings WHERE chat_id = $1 AND step <> 'done'"),
            &bind![chat],
        )
        .await?;
    if !steps.is_empty() {
        tx.run(
            sql!("UPDATE closings SET step = 'done' WHERE chat_id = $1 AND step <> 'done'"),
            &bind![chat],
        )
        .await?;
    }
    Ok(steps
        .iter()
        .any(|(s,)| Step::from_word(s) == Step::Question))
}
