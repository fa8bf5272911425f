//! What a queue says to clients by itself (L-69). Occasions are noted in the transaction in which they come; they are dealt
//! with once a second, each in a transaction of its own that asks again whether there is something to say.

use crate::{
    actions::{
        dealing,
        templates::{Speaker, filled},
    },
    model::{ChatRow, ClientChatState, Occasion, Opened, Queue},
    rules::{
        self,
        replies::{Talk, language_for, minutes, occasion_of_message, speaks},
    },
    store::{self, replies::ToSay},
};
use channel::{Capabilities, OutMessage};
use db::Tx;
use hours::{Calendar, Hours};
use kernel::{Ctx, Id, Language, Moment, Result};
use messages::{Author, Message, NewMessage};

/// How many chats are looked at at once.
const AT_ONCE: i64 = 50;

/// A client wrote, or `rang` where nobody could take it: notes what that is an occasion for.
pub(crate) async fn arrived(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    opened: Opened,
    rang: bool,
) -> Result<()> {
    let Some((_, _, rules)) = store::rules_of(tx, &[chat.queue_id]).await?.pop() else {
        return Ok(());
    };
    let texts = &rules.texts;
    if [&texts.first, &texts.outside_hours, &texts.missed_call]
        .iter()
        .all(|text| text.is_empty())
    {
        return Ok(());
    }
    let calendars = hours::all(tx).await?;
    let open = hours::pick(&calendars, rules.calendar_id).open(ctx.now);
    let Some(occasion) = occasion_of_message(texts, opened == Opened::Anew, open, rang) else {
        return Ok(());
    };
    let Some(conversation) = store::newest(tx, chat.id).await? else {
        return Ok(());
    };
    store::replies::note(tx, chat.id, conversation.id, occasion, ctx.now).await
}

/// What there may be to say now.
pub(crate) async fn due(
    tx: &mut Tx<'_>,
    queues: &[Queue],
    calendars: &[Calendar],
    now: Moment,
) -> Result<Vec<ToSay>> {
    let mut all = store::replies::due_texts(tx, now, AT_ONCE).await?;
    for queue in queues {
        let texts = &queue.rules.texts;
        let hours = hours::pick(calendars, queue.rules.calendar_id);
        if let Some(most) = texts.no_answer_min.filter(|_| !texts.no_answer.is_empty())
            && let Some(before) = hours.before(now, minutes(most))
        {
            let occasion = Occasion::NoAnswer;
            let found =
                store::replies::untold(tx, queue.id, occasion, before, false, AT_ONCE).await?;
            all.extend(found);
        }
        if !texts.nobody_free.is_empty() && said_when_nobody_is_free(queue, &hours, now) {
            let occasion = Occasion::NobodyFree;
            let found = store::replies::untold(tx, queue.id, occasion, now, true, AT_ONCE).await?;
            // A queue that gives chats out could not give these; in another somebody at their desk may take them.
            let nobody = found.is_empty()
                || queue.policy.gives()
                || !dealing::anybody(tx, queue, now).await?;
            all.extend(found.into_iter().filter(|_| nobody));
        }
    }
    Ok(all)
}

/// Outside working hours the text for that says it already.
fn said_when_nobody_is_free(queue: &Queue, hours: &Hours, now: Moment) -> bool {
    queue.rules.texts.outside_hours.is_empty() || hours.open(now)
}

/// Says one thing, if there is still an occasion for it; in any case it is dealt with then.
pub(crate) async fn speak(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    what: ToSay,
    capabilities: &Capabilities,
) -> Result<()> {
    let chat = store::hold(tx, what.chat).await?;
    if store::replies::dealt_with(tx, what).await? {
        return Ok(());
    }
    let newest = store::newest(tx, chat.id).await?;
    let talk = Talk {
        same: newest.is_some_and(|c| c.id == what.conversation),
        closed: chat.state == ClientChatState::Closed,
        waits: chat.waiting_since.is_some(),
        blocked: chat.blocked,
        snoozed: chat.snoozed.is_some(),
        group: chat.group,
    };
    let said = if speaks(what.occasion, talk) {
        say(tx, ctx, &chat, what.occasion, capabilities).await?
    } else {
        None
    };
    store::replies::deal_with(tx, what, said.map(|m| m.id), ctx.now).await?;
    Ok(())
}

/// Writes the queue's text for an occasion to the client; none if it has none, or the messenger would not take it now.
async fn say(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    occasion: Occasion,
    capabilities: &Capabilities,
) -> Result<Option<Message>> {
    let Some((_, queue, rules)) = store::rules_of(tx, &[chat.queue_id]).await?.pop() else {
        return Ok(None);
    };
    let company = accounts::workspace(tx).await?;
    let contact = crm::by_id(tx, chat.contact_id).await?;
    let told = contact.facts.iter().find(|f| f.key == "language");
    let language = language_for(told.map(|f| f.value.as_str()), company.language);
    let template = rules.texts.of(occasion).in_language(language);
    if template.is_empty() {
        return Ok(None);
    }
    let calendars = hours::all(tx).await?;
    let hours = hours::pick(&calendars, rules.calendar_id);
    let opens = opens(&hours, language, ctx.now);
    let more = [("queue", queue.as_str()), ("hours.opens", opens.as_str())];
    let text = filled(tx, template, chat, Speaker::Queue, &more).await?;
    deliver(tx, ctx, chat, company.name, text, capabilities).await
}

/// When working time begins next, as a client reads it; empty if it never does.
fn opens(hours: &Hours, language: Language, now: Moment) -> String {
    let at = hours.opening(now).and_then(|at| hours.on_the_wall(at));
    let form = match language {
        Language::Ru => "%d.%m, %H:%M",
        Language::En => "%-d %b, %H:%M",
    };
    at.map(|at| at.strftime(form).to_string())
        .unwrap_or_default()
}

/// Puts a text into the talk and on its way. The chat stays whose it is, and the client goes on waiting: a machine's words
/// are no answer.
async fn deliver(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    name: String,
    text: String,
    capabilities: &Capabilities,
) -> Result<Option<Message>> {
    let last = messages::last_of_client(tx, chat.id).await?;
    let account = channels::account(tx, chat.account_id).await?;
    let shut = rules::answerable(last, capabilities.window_s, ctx.now).is_err();
    if shut || !account.enabled || text.trim().is_empty() {
        return Ok(None);
    }
    let key = ctx.ids.uuid();
    let wish = links::Wish {
        account: chat.account_id.uuid(),
        contact: chat.contact_id.uuid(),
        chat: chat.id.uuid(),
        message: key,
        on: None,
    };
    let words = OutMessage::from_source(&text, Vec::new());
    let words = links::shorten(tx, ctx, wish, words).await?;
    let planned = match channels::plan_out(&words, capabilities) {
        Ok(planned) => planned,
        Err(problems) => {
            tracing::warn!(account = %account.name, ?problems, "an automatic text cannot go through this channel");
            return Ok(None);
        }
    };
    let peer = channels::peer(tx, chat.peer_id).await?;
    let new = NewMessage {
        client_id: Some(key),
        ..NewMessage::text(chat.id, Author::Queue(name), ctx.now, text)
    };
    let (message, _) = messages::append_quietly(tx, ctx, new).await?;
    let delivery = channels::enqueue(tx, ctx, &account, &peer, &message, None, &planned).await?;
    store::touch(tx, chat.id, ctx.now).await?;
    messages::announce(tx, ctx, message.id, &delivery)
        .await
        .map(Some)
}

/// The same for the farewell of a closed conversation.
pub(crate) const fn farewell(
    chat: Id<messages::Thread>,
    conversation: Id<crate::model::Conversation>,
    account: Id<channels::Account>,
) -> ToSay {
    ToSay {
        chat,
        conversation,
        account,
        occasion: Occasion::Closing,
    }
}
