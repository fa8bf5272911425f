//! Somebody answered the client in the messenger's own application: the talk shows it, and nobody need answer again.

use crate::{
    actions::owning::settle,
    model::ChatRow,
    rules::{self, Happened},
    store,
};
use channel::{AUTHOR_NAME, Inbound};
use channels::Account;
use db::Tx;
use kernel::{Ctx, Id, Result};
use messages::{Author, Message, NewMessage};

/// Who wrote, if it was not the client but our side elsewhere: who is on duty with the account's phone (L-74), else one
/// of ours by their name there, else by the name of the channel, or the messenger itself in the channel's name.
pub(super) async fn author(
    tx: &mut Tx<'_>,
    inbound: &Inbound,
    account: &Account,
) -> Result<Option<Author>> {
    let channel = account.name.as_str();
    let Inbound::Message(message) = inbound else {
        return Ok(None);
    };
    Ok(match message.author {
        channel::Author::ExternalOperator => {
            if let Some(duty) = on_duty(tx, account).await? {
                return Ok(Some(duty));
            }
            let named = message.context.iter().find(|(fact, _)| fact == AUTHOR_NAME);
            let name = named.map_or(channel, |(_, name)| name.as_str());
            Some(Author::Elsewhere(name.to_owned()))
        }
        channel::Author::System => Some(Author::Bot(channel.to_owned())),
        channel::Author::Customer | channel::Author::Bot => None,
    })
}

/// Who is on duty with the account's phone, if they still work here.
async fn on_duty(tx: &mut Tx<'_>, account: &Account) -> Result<Option<Author>> {
    let Some(duty) = account.duty_id else {
        return Ok(None);
    };
    let found = accounts::briefs(tx, &[Id::new(duty)]).await?;
    let duty = found.into_iter().find(accounts::PersonBrief::works_here);
    Ok(duty.map(|person| Author::Person(person.id, person.name)))
}

/// Puts it into the talk. The chat stays whose it is and where it is: an answer of one of ours ends the client's
/// waiting, a greeting of the messenger does not.
pub(super) async fn take(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    mut chat: ChatRow,
    new: NewMessage,
) -> Result<Message> {
    let answers = matches!(new.author, Author::Elsewhere(_) | Author::Person(..));
    let (message, _) = messages::append(tx, ctx, new).await?;
    if answers {
        chat.answered_at = Some(ctx.now);
    }
    if !answers || chat.waiting_since.is_none() {
        chat.updated_at = ctx.now;
        store::save_chat(tx, &chat).await?;
        return Ok(message);
    }
    chat.waiting_since = rules::waiting(chat.waiting_since, Happened::Answered, ctx.now);
    chat.updated_at = ctx.now;
    settle(tx, ctx, &chat).await?;
    notifications::done_in_thread(tx, ctx, chat.id.uuid(), None).await?;
    Ok(message)
}
