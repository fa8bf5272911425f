//! Frames read afresh, and the passing signs of sockets: typing, viewing, what a device has received.

use crate::{actions, hooks::OnTyping, store};
use accounts::Person;
use db::Tx;
use journal::Recorded;
use kernel::{Id, Result, Uuid};
use serde_json::{Value, json};
use std::pin::Pin;
use web::{BoxFuture, Client, House, Viewed, frame};

/// Reads a message frame's fields as the message is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        match store::by_ids(tx, &[Id::new(event.subject)]).await?.pop() {
            Some(message) => crate::append::fields(&message).map(Some),
            None => Ok(None),
        }
    })
}

/// Reads a person's own state of a chat as it is now.
pub(crate) fn hydrate_mine<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let person = event
            .change
            .as_ref()
            .and_then(|c| c.get("person")?.as_str()?.parse::<Uuid>().ok());
        let Some(person) = person else {
            return Ok(None);
        };
        let found = store::mine(tx, person, &[Id::new(event.subject)])
            .await?
            .pop();
        found
            .map(|mine| serde_json::to_string(&mine))
            .transpose()
            .map_err(Into::into)
    })
}

fn thread_in(frame: &Value) -> Option<Uuid> {
    frame.get("thread_id")?.as_str()?.parse().ok()
}

/// The audience of a thread, if the person may see it.
async fn audience(house: &House, person: Uuid, thread: Uuid) -> Option<(Vec<Uuid>, String)> {
    house
        .read(async move |tx: &mut Tx<'_>| {
            accounts::access(tx, Id::new(person), thread).await?;
            let name = accounts::brief(tx, Id::new(person)).await?.name;
            Ok((accounts::audience(tx, thread).await?, name))
        })
        .await
        .ok()
}

/// Somebody types: told to all who may see the thread, but not to themselves; and to the client, if it is for them.
pub(crate) fn typing(house: House, client: Client, sign: Value) -> BoxFuture<()> {
    Box::pin(async move {
        let Some(thread) = thread_in(&sign) else {
            return;
        };
        let hidden = sign.get("hidden").and_then(Value::as_bool).unwrap_or(false);
        if let Some((audience, name)) = audience(&house, client.person, thread).await {
            let fields = json!({"thread_id": thread, "person_id": client.person, "name": name, "hidden": hidden});
            house.hub().sign(
                &audience,
                Some(client.person),
                &frame("typing", None, &fields.to_string()),
            );
            if let (false, Ok(told)) = (hidden, house.part::<OnTyping>()) {
                told.0.iter().for_each(|tell| tell(&house, thread));
            }
        }
    })
}

/// Somebody looks at a thread (U-18), and has begun an answer there or not. What they may not see they do not look at.
pub(crate) fn viewing(house: House, client: Client, sign: Value) -> BoxFuture<()> {
    Box::pin(async move {
        let drafting = sign.get("drafting").and_then(Value::as_bool);
        let drafting = drafting.unwrap_or(false);
        let viewed = match thread_in(&sign) {
            Some(thread) => audience(&house, client.person, thread)
                .await
                .map(|_| Viewed { thread, drafting }),
            None => None,
        };
        house.hub().view(client, viewed);
    })
}

/// A device has stored messages up to a number: delivered.
pub(crate) fn ack(house: House, client: Client, sign: Value) -> BoxFuture<()> {
    Box::pin(async move {
        let (Some(thread), Some(seq)) = (thread_in(&sign), sign.get("seq").and_then(Value::as_i64))
        else {
            return;
        };
        let person: Id<Person> = Id::new(client.person);
        let moved = house
            .write(async move |tx: &mut Tx<'_>| {
                actions::delivered(tx, person, Id::new(thread), seq).await
            })
            .await;
        if let Ok(Some((position, audience))) = moved {
            tell_position(&house, thread, &position, &audience);
        }
    })
}

/// Tells a moved position to all who may see the thread; beside the journal, because lists are fetched with it.
pub(crate) fn tell_position(
    house: &House,
    thread: Uuid,
    position: &crate::model::Position,
    audience: &[Uuid],
) {
    let fields = json!({
        "thread_id": thread,
        "person_id": position.person_id,
        "read_seq": position.read_seq,
        "delivered_seq": position.delivered_seq,
    });
    house.hub().sign(
        audience,
        None,
        &frame("position", None, &fields.to_string()),
    );
}
