//! Conversations as a table (U-37, P-81): one row each, of those the reader may see.

use crate::{
    rules::table::{Answers, Facts},
    store,
};
use accounts::{Person, require};
use crm::Contact;
use db::Tx;
use kernel::{Ctx, Id, Moment, Result, Uuid};
use serde_json::json;
use std::collections::HashMap;

/// The right it needs: chats are read one by one, a table leaves the house.
const RIGHT: &str = "conversations.manage";
/// Rows read at once.
const PAGE: i64 = 200;

/// Lets the reader have the conversations opened from `from` up to but without `to`, and notes that they did.
pub(crate) async fn begin(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (from, to): (Moment, Moment),
) -> Result<accounts::Workspace> {
    require(tx, ctx, RIGHT).await?;
    let detail = json!({"from": from, "to": to});
    accounts::audit(tx, ctx, "conversations.exported", "", detail).await?;
    accounts::workspace(tx).await
}

/// The rows after a place, and the place of the last of them; none when there are no more.
pub(crate) async fn page(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    span: (Moment, Moment),
    after: (Moment, Uuid),
) -> Result<(Vec<Facts>, Option<(Moment, Uuid)>)> {
    let rows = store::table(tx, person, span, after, PAGE).await?;
    let last = rows.last().map(|r| (r.opened_at, r.id));
    let contacts: Vec<Id<Contact>> = rows.iter().map(|r| r.contact_id).collect();
    let contacts = crm::by_ids(tx, &contacts).await?;
    let queues = store::queues(tx).await?.into_iter();
    let queues: HashMap<_, _> = queues.map(|q| (q.id, q.name)).collect();
    let mut channels: HashMap<Id<channels::Account>, String> = HashMap::new();
    let mut answers = Vec::with_capacity(rows.len());
    for row in &rows {
        if !channels.contains_key(&row.account_id) {
            let account = channels::account(tx, row.account_id).await?;
            channels.insert(account.id, account.name);
        }
        let tally = messages::tally(tx, row.chat_id, row.from_seq, row.to_seq).await?;
        answers.push(Answers::of(&tally));
    }
    let people = rows.iter().flat_map(|r| [r.assignee_id, r.closed_by]);
    let people = people.flatten();
    let people = people.chain(answers.iter().flat_map(|a| a.people.iter().copied()));
    let people: Vec<Id<Person>> = people.collect();
    let names = accounts::briefs(tx, &people).await?.into_iter();
    let names: HashMap<Id<Person>, String> = names.map(|p| (p.id, p.name)).collect();
    let name = |id: Id<Person>| names.get(&id).cloned().unwrap_or_default();
    let facts = rows.into_iter().zip(answers).map(|(row, answers)| {
        let contact = contacts.get(&row.contact_id);
        Facts {
            number: row.number,
            opened_at: row.opened_at,
            closed_at: row.closed_at,
            channel: channels.get(&row.account_id).cloned().unwrap_or_default(),
            client: contact.map(|c| c.name.clone()).unwrap_or_default(),
            phone: contact
                .and_then(|c| c.phones.first())
                .map(ToString::to_string)
                .unwrap_or_default(),
            queue: queues.get(&row.queue_id).cloned().unwrap_or_default(),
            assignee: row.assignee_id.map(name).unwrap_or_default(),
            closed_by: row.closed_by.map(name).unwrap_or_default(),
            answered_by: answers.people.iter().map(|id| name(*id)).collect(),
            from_client: answers.from_client,
            to_client: answers.to_client,
            first_answer: answers.first_answer,
        }
    });
    Ok((facts.collect(), last))
}
