//! An employee answers: the first to answer becomes responsible (S1-73), a mention makes an observer (S1-79).

use crate::{
    actions::{
        chats::{add_observers_quietly, tell},
        owning::{actor_name, facts, line, settle},
        starting::begin,
    },
    model::{ChatRow, ClientChatState},
    rules::{self, Claim, Happened},
    store,
};
use accounts::Person;
use channel::{Capabilities, OutFile, OutMessage};
use channels::{Account, ApprovedTemplate, Peer, Planned, TemplateUse};
use db::Tx;
use files::File;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use messages::{Author, Extras, Message, MessageButton, NewMessage, Thread};
use notifications::NoticeKind;
use std::{borrow::Cow, collections::BTreeMap};

/// How long after a take the loser of the race is told who won, though they no longer see the chat.
const RACE: std::time::Duration = std::time::Duration::from_secs(300);

/// What a sender sends.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The id the sender made.
    pub client_id: Uuid,
    /// The source.
    pub text: String,
    /// Own uploads.
    pub files: Vec<Id<File>>,
    /// What it answers.
    pub reply_to: Option<Id<Message>>,
    /// L-65: for colleagues only.
    pub hidden: bool,
    /// Take over somebody else's chat.
    pub take: bool,
    /// Write into somebody else's chat without taking it (U-18).
    pub help: bool,
    /// S3-10: shorten links in this message; none as the channel does.
    pub shorten: Option<bool>,
    /// U-06: a text the messenger approved, instead of `text`.
    pub template: Option<TemplateUse>,
    /// P-16: asks the client for their number by a button with these words, where the channel can.
    pub ask_phone: Option<String>,
    /// Buttons under it, where the channel has them.
    pub buttons: Vec<MessageButton>,
    /// The desk in a messenger at which it was written, by its name.
    pub via: Option<String>,
}

impl Outgoing {
    /// What the sender said of a chat that is not theirs; who says both takes it.
    fn over(&self) -> Option<rules::Over> {
        if self.take {
            Some(rules::Over::Takes)
        } else if self.help {
            Some(rules::Over::Helps)
        } else {
            None
        }
    }
}

/// Sends to a client, or hides a comment in their chat.
pub async fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    id: Id<Thread>,
    out: Outgoing,
    capabilities: &Capabilities,
) -> Result<Message> {
    let mut chat = store::hold(tx, id).await?;
    if let Some(stored) = messages::by_client_id(tx, person.uuid(), out.client_id).await? {
        return Ok(stored);
    }
    if accounts::reasons(tx, person, id.uuid()).await?.is_empty() {
        return Err(lost_race(tx, ctx, &chat, person).await?);
    }
    let facts = facts(tx, &chat, person).await?;
    let name = actor_name(tx, ctx).await?;
    if out.hidden && out.template.is_some() {
        return Err(Error::field("template", "conversations.template_hidden"));
    }
    if out.hidden && !out.buttons.is_empty() {
        return Err(Error::field("buttons", "conversations.buttons_hidden"));
    }
    let message = if out.hidden {
        append(tx, ctx, person, &name, id, &out, None).await?
    } else {
        let claim = match rules::sends(&chat, facts, out.over()) {
            Ok(claim) => claim,
            Err(error) => return Err(name_owner(tx, ctx, &chat, error).await?),
        };
        if chat.blocked {
            return Err(Error::conflict("conversations.blocked"));
        }
        channels::may_spend(tx, ctx, capabilities).await?;
        if capabilities.window_s.is_some() && out.template.is_none() {
            let last = messages::last_of_client(tx, id).await?;
            rules::answerable(last, capabilities.window_s, ctx.now)?;
        }
        // Ownership first: the answer must not reach those who lose the chat by it (S1-75).
        own(tx, ctx, person, &name, &mut chat, claim).await?;
        deliver(tx, ctx, person, &name, &chat, &out, capabilities).await?
    };
    let named: Vec<Id<Person>> = message.mentions.iter().map(|m| Id::new(*m)).collect();
    if !named.is_empty() {
        add_observers_quietly(tx, ctx, &mut chat, &named, Some(&message)).await?;
    }
    if out.hidden {
        tell_answered(tx, ctx, &chat, &message, &named, &out).await?;
    }
    chat.updated_at = ctx.now;
    settle(tx, ctx, &chat).await?;
    Ok(message)
}

/// L-67: a comment that answers a colleague's words is addressed to them, if they still see the chat and were not named in it.
async fn tell_answered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    message: &Message,
    named: &[Id<Person>],
    out: &Outgoing,
) -> Result<()> {
    let Some(answered) = out.reply_to else {
        return Ok(());
    };
    let author = messages::by_id(tx, answered).await?.author;
    let Some(author) = author.id.filter(|_| author.kind == "person").map(Id::new) else {
        return Ok(());
    };
    if Some(author.uuid()) == ctx.actor.person()
        || named.contains(&author)
        || accounts::reasons(tx, author, chat.id.uuid())
            .await?
            .is_empty()
    {
        return Ok(());
    }
    let text = format!(
        "{}: {}",
        actor_name(tx, ctx).await?,
        text::excerpt(&message.text, 160)
    );
    tell(
        tx,
        ctx,
        chat,
        &[author],
        NoticeKind::Reply,
        text,
        Some(message),
    )
    .await
}

/// Who loses the race is told who won and when; a stranger learns nothing.
async fn lost_race(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    person: Id<Person>,
) -> Result<Error> {
    let was_in_queue = store::principal_has(tx, chat.queue_id.uuid(), person).await?;
    match (chat.assignee_id, chat.claimed_at) {
        (Some(winner), Some(at)) if was_in_queue && ctx.now.since(at) < RACE => {
            taken(tx, ctx, winner, at).await
        }
        _ => Ok(Error::not_found()),
    }
}

/// The refusal that names the winner.
pub(crate) async fn taken(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    winner: Id<Person>,
    at: Moment,
) -> Result<Error> {
    let name = accounts::brief(tx, winner).await?.name;
    Ok(Error::conflict("conversations.taken")
        .arg("name", name)
        .arg("person_id", winner)
        .arg("seconds", ctx.now.since(at).as_secs()))
}

/// The refusal of somebody who sees a colleague's chat: they lost the race for it, or have to say that they take it.
async fn name_owner(tx: &mut Tx<'_>, ctx: &Ctx, chat: &ChatRow, error: Error) -> Result<Error> {
    match (chat.assignee_id, chat.claimed_at) {
        (Some(winner), Some(at))
            if error.code() == Some("conversations.not_yours")
                && rules::lost_by_a_moment(chat.claimed_at, ctx.now) =>
        {
            taken(tx, ctx, winner, at).await
        }
        (Some(owner), _) if error.code() == Some("conversations.not_yours") => {
            let name = accounts::brief(tx, owner).await?.name;
            Ok(error.arg("name", name).arg("person_id", owner))
        }
        _ => Ok(error),
    }
}

async fn append(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    name: &str,
    id: Id<Thread>,
    out: &Outgoing,
    planned: Option<(&Account, &Peer, &Planned)>,
) -> Result<Message> {
    let new = NewMessage {
        client_id: Some(out.client_id),
        hidden: out.hidden,
        reply_to: out.reply_to,
        uploads: out.files.clone(),
        extras: Some(Box::new(Extras {
            via: out.via.clone(),
            buttons: planned.map_or_else(Vec::new, |(_, _, p)| p.buttons.clone()),
            ..Extras::default()
        })),
        ..NewMessage::text(
            id,
            Author::Person(person, name.to_owned()),
            ctx.now,
            out.text.clone(),
        )
    };
    let Some((account, peer, planned)) = planned else {
        return messages::append(tx, ctx, new).await.map(|(m, _)| m);
    };
    let (message, fresh) = messages::append_quietly(tx, ctx, new).await?;
    if !fresh {
        return Ok(message);
    }
    let delivery =
        channels::enqueue(tx, ctx, account, peer, &message, out.reply_to, planned).await?;
    messages::announce(tx, ctx, message.id, &delivery).await
}

async fn deliver(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    name: &str,
    chat: &ChatRow,
    out: &Outgoing,
    capabilities: &Capabilities,
) -> Result<Message> {
    let files: Vec<OutFile> = files::by_ids(tx, &out.files)
        .await?
        .iter()
        .map(out_file)
        .collect();
    if files.len() != out.files.len() {
        return Err(Error::field("files", "not-found"));
    }
    let account = channels::account(tx, chat.account_id).await?;
    let mut out = Cow::Borrowed(out);
    let mut planned = match &out.template {
        None => {
            // Before measuring: what is cut and counted is what the client gets. What a messenger approved stays as it is.
            let wish = links::Wish {
                account: chat.account_id.uuid(),
                contact: chat.contact_id.uuid(),
                chat: chat.id.uuid(),
                message: out.client_id,
                on: out.shorten,
            };
            let words = OutMessage::from_source(&out.text, files);
            let words = links::shorten(tx, ctx, wish, words).await?;
            let words = channels::signed(&account, name, words);
            channels::plan_out(&words, capabilities).map_err(|p| channels::problems(&p))?
        }
        Some(chosen) => {
            let template = channels::template(tx, chat.account_id, chosen.id).await?;
            let (planned, words) = channels::plan_template(&template, &chosen.values, &files)?;
            out.to_mut().text = words;
            planned
        }
    };
    if let Some(words) = &out.ask_phone {
        if !capabilities.asks_phone {
            return Err(Error::field("ask_phone", "channels.cannot_ask_phone"));
        }
        planned.asks_phone = Some(text::excerpt(words, 60));
    }
    planned.buttons = channels::check_buttons(&out.buttons, capabilities, &planned)?;
    if !account.enabled {
        return Err(Error::conflict("channels.disabled"));
    }
    let peer = channels::peer(tx, chat.peer_id).await?;
    append(
        tx,
        ctx,
        person,
        name,
        chat.id,
        &out,
        Some((&account, &peer, &planned)),
    )
    .await
}

/// Sends an approved text to a client in the channel's name: what an automatic text falls back upon when free words are
/// not taken any more (U-06). Whose the chat is and whether the client waits stays as it is.
pub async fn send_template(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Thread>,
    template: Id<ApprovedTemplate>,
    values: &BTreeMap<String, String>,
) -> Result<Message> {
    let chat = store::hold(tx, id).await?;
    if chat.blocked {
        return Err(Error::conflict("conversations.blocked"));
    }
    let account = channels::account(tx, chat.account_id).await?;
    if !account.enabled {
        return Err(Error::conflict("channels.disabled"));
    }
    let template = channels::template(tx, account.id, template).await?;
    let author = Author::Bot(account.name.clone());
    say_template(tx, ctx, &chat, (&account, &template), values, author).await
}

/// Puts an approved text into a talk and on its way.
pub(crate) async fn say_template(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    (account, template): (&Account, &ApprovedTemplate),
    values: &BTreeMap<String, String>,
    author: Author,
) -> Result<Message> {
    let (planned, words) = channels::plan_template(template, values, &[])?;
    let peer = channels::peer(tx, chat.peer_id).await?;
    let new = NewMessage::text(chat.id, author, ctx.now, words);
    let (message, _) = messages::append_quietly(tx, ctx, new).await?;
    let delivery = channels::enqueue(tx, ctx, account, &peer, &message, None, &planned).await?;
    let message = messages::announce(tx, ctx, message.id, &delivery).await?;
    store::touch(tx, chat.id, ctx.now).await?;
    Ok(message)
}

pub(crate) fn out_file(file: &File) -> OutFile {
    OutFile {
        kind: channel::FileKind::from_word(file.shown.kind.word()),
        size: u64::try_from(file.shown.size).unwrap_or(0),
        mime: file.shown.mime.clone(),
        name: file.shown.name.clone(),
    }
}

/// What the answer does to the chat: ownership, waiting, a closed conversation goes on.
async fn own(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    name: &str,
    chat: &mut ChatRow,
    claim: Claim,
) -> Result<()> {
    let before = chat.waiting_since;
    chat.answered_at = Some(ctx.now);
    chat.waiting_since = rules::waiting(before, Happened::Answered, ctx.now);
    if chat.assignee_id == Some(person) && chat.given_at.take().is_some() {
        // Answered: it is theirs by their own deed now, and cannot be declined any more.
        store::routing::forget_passes(tx, chat.id, None).await?;
    }
    if claim == Claim::Takes {
        take(tx, ctx, person, name, chat).await?;
    }
    if chat.state == ClientChatState::Closed {
        chat.state = ClientChatState::Work;
        chat.assignee_id = chat.assignee_id.or(Some(person));
        if store::newest(tx, chat.id).await?.is_none() {
            begin(tx, ctx, chat.id).await?;
        }
        reopen(tx, ctx, chat.id).await?;
    }
    if before.is_some() {
        notifications::done_in_thread(tx, ctx, chat.id.uuid(), None).await?;
    }
    Ok(())
}

/// A person decided whose the chat is: nobody is passed over any more, and no timer takes it away (U-16).
pub(crate) async fn chosen_by_hand(tx: &mut Tx<'_>, chat: &mut ChatRow) -> Result<()> {
    chat.given_at = None;
    chat.queued_at = None;
    chat.announced = false;
    chat.snoozed = None;
    store::routing::forget_passes(tx, chat.id, None).await
}

/// One statement decides who takes the chat; the loser is told who was faster.
pub(crate) async fn take(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: Id<Person>,
    name: &str,
    chat: &mut ChatRow,
) -> Result<()> {
    let was = chat.state;
    if store::claim(tx, chat.id, person, was, chat.assignee_id, ctx.now).await? == 0 {
        let now = store::chat(tx, chat.id).await?;
        return Err(match (now.assignee_id, now.claimed_at) {
            (Some(winner), Some(at)) => taken(tx, ctx, winner, at).await?,
            _ => Error::conflict("conversations.not_in_queue"),
        });
    }
    chat.state = ClientChatState::Work;
    chat.assignee_id = Some(person);
    chat.claimed_at = Some(ctx.now);
    chosen_by_hand(tx, chat).await?;
    settle(tx, ctx, chat).await?;
    if was == ClientChatState::Closed {
        reopen(tx, ctx, chat.id).await?;
    }
    line(
        tx,
        ctx,
        chat.id,
        "chat-taken",
        vec![("author", name.to_owned())],
    )
    .await
    .map(drop)
}

/// Goes on with a closed conversation under its number.
pub(crate) async fn reopen(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Thread>) -> Result<()> {
    let Some(mut conversation) = store::newest(tx, id).await?.filter(|c| c.state == "closed")
    else {
        return Ok(());
    };
    store::replies::go_on(tx, id).await?;
    conversation.state = "open".to_owned();
    conversation.closed_at = None;
    conversation.closed_by = None;
    conversation.to_seq = None;
    store::save_conversation(tx, id, &conversation).await?;
    let number = conversation
        .number
        .map(|n| n.to_string())
        .unwrap_or_default();
    line(
        tx,
        ctx,
        id,
        "conversation-reopened",
        vec![("number", number)],
    )
    .await
    .map(drop)
}
