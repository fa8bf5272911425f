//! A client writes: contact, chat, number, message, notices, in the lane's one transaction.

use crate::{
    actions::queues::default_queue,
    actions::{
        chats, elsewhere, merging,
        owning::{line, settle, tell_changed},
        replies, routing,
    },
    hooks::link_upcalls,
    model::{ChatRow, ClientChatState, Conversation, Opened, Queue, Route, RouteBy},
    rules::{self, Happened, Opens},
    store,
};
use accounts::Person;
use channel::{AUTHOR_NAME, Inbound};
use channels::{Account, Incoming, Introduction, NoteFiles, Peer, WorkTime};
use crm::{Contact, IdentityKey};
use db::Tx;
use files::File;
use journal::Event;
use kernel::{Actor, Ctx, Error, Id, Moment, Phone, Result};
use messages::{Author, Message, NewMessage, NewThread, Thread, ThreadKind};
use notifications::{NoticeKind, Tell};

/// The fact that tells under which id the pixel of our site knows a client's browser (S3-09).
const PIXEL: &str = "pixel";

/// Takes a client's message.
pub(crate) async fn receive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    incoming: Incoming,
    note: NoteFiles,
) -> Result<Message> {
    let ctx = &Ctx {
        actor: Actor::Outside(peer.id.uuid()),
        ..ctx.clone()
    };
    let told = told(&incoming.inbound);
    let owner = contact(tx, ctx, account, peer, &told).await?;
    let contact = crm::by_id(tx, owner).await?;
    if let Some(author) = elsewhere::author(tx, &incoming.inbound, account).await? {
        let chat = chat(
            tx,
            ctx,
            account,
            peer,
            &contact,
            owner,
            ClientChatState::Closed,
        )
        .await?;
        let new = written(tx, ctx, account, &chat, author, &told, &incoming, note).await?;
        return elsewhere::take(tx, ctx, chat, new).await;
    }
    let mut chat = chat(
        tx,
        ctx,
        account,
        peer,
        &contact,
        owner,
        ClientChatState::Queue,
    )
    .await?;
    let writer = writer(
        tx,
        ctx,
        account,
        &chat,
        &told,
        (owner, contact.name.clone()),
    )
    .await?;
    if let Some(more) = album(tx, ctx, account, &chat, &incoming, note).await? {
        return Ok(more);
    }
    let before = chat.clone();
    let asked_soon = store::replies::go_on(tx, chat.id).await?;
    let put_away = chat.snoozed.take().is_some();
    if put_away {
        // Whoever was put away waits from their new message on.
        chat.waiting_since = None;
        chat.queued_at = chat.queued_at.and(Some(ctx.now));
    }
    let arrival = routing::arrive(tx, ctx, &mut chat, &contact, &told.text).await?;
    chat.waiting_since = rules::waiting(chat.waiting_since, Happened::ClientWrote, ctx.now);
    chat.blocked = false;
    chat.updated_at = ctx.now;
    // Access first: the message goes to those who shall answer it.
    let shown = |c: &ChatRow| {
        let whose = (c.state, c.queue_id, c.assignee_id, c.given_at);
        (whose, c.waiting_since, c.blocked, c.snoozed)
    };
    let moved = shown(&before) != shown(&chat);
    if moved {
        settle(tx, ctx, &chat).await?;
    } else if before.route != chat.route {
        store::save_chat(tx, &chat).await?;
    }
    let opened = number(tx, ctx, account, &chat, asked_soon).await?;
    if put_away {
        line(tx, ctx, chat.id, "chat-woke", Vec::new()).await?;
    }
    routing::say(tx, ctx, chat.id, arrival.lines).await?;
    let message = append(tx, ctx, account, &chat, writer, &told, incoming, note).await?;
    if !told.by_bot {
        let rang = rules::replies::is_missed(told.placeholder.as_deref());
        replies::arrived(tx, ctx, &chat, opened, rang).await?;
    }
    // A new message of theirs also moves the end of the time in which they may be answered (U-06).
    if opened != Opened::Not || arrival.labelled || channels::window_of(account).is_some() {
        tell_changed(tx, ctx, chat.id).await?;
    }
    if !moved {
        store::touch(tx, chat.id, ctx.now).await?;
    }
    let given = chat.given_at.is_some() && chat.given_at != before.given_at;
    let named = chat.group.then(|| message.author.name.clone());
    notify(tx, ctx, &chat, given, &contact, &message, named).await?;
    Ok(message)
}

/// What an inbound tells, whatever its kind.
struct Told {
    ext_id: String,
    name: String,
    username: Option<String>,
    phone: Option<Phone>,
    email: Option<String>,
    at: Option<Moment>,
    text: String,
    placeholder: Option<String>,
    album: Option<String>,
    facts: Vec<(String, String)>,
    by_bot: bool,
    group: bool,
    member: Option<Box<channel::Peer>>,
}

fn told(inbound: &Inbound) -> Told {
    let peer = inbound.peer().cloned().unwrap_or_default();
    let mut told = Told {
        ext_id: peer.ext_id,
        name: peer.name,
        username: peer.username.clone(),
        phone: peer.phone,
        email: peer.email,
        at: None,
        text: String::new(),
        placeholder: None,
        album: None,
        facts: Vec::new(),
        by_bot: false,
        group: peer.group,
        member: peer.member,
    };
    told.facts
        .extend(peer.username.map(|u| ("username".to_owned(), u)));
    told.facts
        .extend(peer.language.map(|l| ("language".to_owned(), l)));
    match inbound {
        Inbound::Message(m) => {
            told.at = Some(m.at);
            told.text.clone_from(&m.text);
            told.album.clone_from(&m.album);
            // Who of ours wrote is no fact about the client.
            let about_client = m.context.iter().filter(|(fact, _)| fact != AUTHOR_NAME);
            told.facts.extend(about_client.cloned());
            told.by_bot = m.author == channel::Author::Bot;
            if m.text.trim().is_empty() && m.media.is_empty() {
                // Everything received makes a message (U-09): what has neither text nor file says what it was.
                told.placeholder = Some(
                    m.context
                        .first()
                        .map_or_else(|| "empty".to_owned(), |(k, _)| k.clone()),
                );
            }
        }
        Inbound::Unsupported { kind, at, .. } => {
            told.at = *at;
            told.placeholder = Some(kind.clone());
        }
        Inbound::MissedCall { video, at, .. } => {
            told.at = Some(*at);
            told.placeholder = Some(rules::replies::missed(*video).to_owned());
        }
        _ => {}
    }
    told
}

/// Whose the messenger's id is, with what the message tells of them noted. Whoever stands for them may be another.
async fn contact(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    told: &Told,
) -> Result<Id<Contact>> {
    let (known_as, verified) = channels::standing_of(tx, account, peer).await?;
    let title = told
        .username
        .as_ref()
        .map(|u| format!("@{u}"))
        .or(known_as)
        .unwrap_or_else(|| told.ext_id.clone());
    let key = IdentityKey {
        channel_id: account.id.uuid(),
        kind: &account.kind,
        value: &peer.ext_id,
        title: &title,
        verified,
    };
    let name = if told.name.is_empty() {
        visitor_name(peer)
    } else {
        told.name.clone()
    };
    // Who has a chat is somebody already, whatever id their messenger gives them now.
    if let Some(chat) = store::chat_of_peer(tx, peer.id).await? {
        crm::also_known(tx, ctx, chat.contact_id, key).await?;
    }
    let contact = if told.group {
        crm::find_or_create_group(tx, ctx, key, &name).await?
    } else {
        crm::find_or_create(tx, ctx, key, &name).await?
    };
    let owner = crm::by_identity(tx, account.id.uuid(), &peer.ext_id)
        .await?
        .unwrap_or(contact.id);
    // Who was written to first is called by their number until they say more.
    let unnamed = contact.name == visitor_name(peer)
        || contact.phones.iter().any(|p| p.as_str() == contact.name)
        || told.email.as_ref() == Some(&contact.name);
    if !told.name.is_empty() && unnamed {
        // Their messenger told the name late.
        crm::rename_if_unnamed(tx, ctx, contact.id, &told.name, &contact.name).await?;
        if let Some(chat) = store::hold_of_peer(tx, peer.id).await? {
            messages::set_title(tx, chat.id, &told.name).await?;
            tell_changed(tx, ctx, chat.id).await?;
        }
    }
    if let Some(phone) = &told.phone {
        learn(tx, ctx, owner, phone).await?;
    }
    if let Some(email) = told.email.as_ref().filter(|_| contact.email.is_empty()) {
        let patch = crm::ContactPatch {
            email: Some(email.clone()),
            ..crm::ContactPatch::default()
        };
        crm::change(tx, ctx, contact.id, &patch).await?;
    }
    if let Some((_, visitor)) = told.facts.iter().find(|(fact, _)| fact == PIXEL) {
        links::met(tx, ctx, link_upcalls(), visitor, owner.uuid()).await?;
    }
    let facts: Vec<(String, String)> = told
        .facts
        .iter()
        .filter(|(fact, _)| fact != PIXEL)
        .cloned()
        .collect();
    crm::note_facts(tx, ctx, owner, &facts).await?;
    Ok(owner)
}

/// A number a messenger vouches for; what it proves is told to the chats.
async fn learn(tx: &mut Tx<'_>, ctx: &Ctx, who: Id<Contact>, phone: &Phone) -> Result<()> {
    if let Some(merge) = crm::learn_phone(tx, ctx, who, phone).await? {
        merging::retitle(tx, ctx, merge.kept_id).await?;
    }
    Ok(())
}

/// Who wrote: the client, or in a group the one of its people the messenger names (U-34), who is a contact as if they wrote alone.
async fn writer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    chat: &ChatRow,
    told: &Told,
    client: (Id<Contact>, String),
) -> Result<(Id<Contact>, String)> {
    let Some(member) = told
        .member
        .as_ref()
        .filter(|m| chat.group && !m.ext_id.is_empty())
    else {
        return Ok(client);
    };
    let title = member
        .username
        .as_ref()
        .map_or_else(|| member.ext_id.clone(), |u| format!("@{u}"));
    let key = IdentityKey {
        channel_id: account.id.uuid(),
        kind: &account.kind,
        value: &member.ext_id,
        title: &title,
        verified: true,
    };
    let contact = crm::find_or_create(tx, ctx, key, &member.name).await?;
    let owner = crm::by_identity(tx, account.id.uuid(), &member.ext_id)
        .await?
        .unwrap_or(contact.id);
    if let Some(phone) = &member.phone {
        learn(tx, ctx, owner, phone).await?;
    }
    store::note_member(tx, chat.id, owner, ctx.now).await?;
    Ok((owner, crm::by_id(tx, owner).await?.name))
}

/// A client without a name is told apart by four letters of their id, in both languages alike.
fn visitor_name(peer: &Peer) -> String {
    let tail: String = peer
        .ext_id
        .chars()
        .take(4)
        .collect::<String>()
        .to_uppercase();
    format!("Гость {tail}")
}

/// Whether a name is one of ours for somebody nameless.
fn is_placeholder(name: &str) -> bool {
    name.strip_prefix("Гость ")
        .is_some_and(|tail| tail.chars().count() == 4)
}

/// Lines in a client's chat; `false` if they have none.
pub(crate) async fn lines(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    peer: &Peer,
    lines: Vec<(&'static str, Vec<(&'static str, String)>)>,
) -> Result<bool> {
    let Some(chat) = store::hold_of_peer(tx, peer.id).await? else {
        return Ok(false);
    };
    for (code, args) in lines {
        line(tx, ctx, chat.id, code, args).await?;
    }
    Ok(true)
}

/// In how many chats a gap of their channel is told, the liveliest first.
const TOLD_OF_A_GAP: i64 = 500;

/// A channel that remembers nothing receives again: its open chats say since when words may be missing (U-38).
pub(crate) async fn gap(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    since: Moment,
) -> Result<()> {
    let minutes = ctx.now.since(since).as_secs() / 60;
    let (count, unit) = if minutes < 120 {
        (minutes, "m")
    } else {
        (minutes / 60, "h")
    };
    for chat in store::open_of_account(tx, account.id, TOLD_OF_A_GAP).await? {
        let args = vec![
            ("until", ctx.now.millis().to_string()),
            ("count", count.to_string()),
            ("unit", unit.to_owned()),
        ];
        line(tx, ctx, chat, "channel-gap", args).await?;
    }
    Ok(())
}

/// Two clients came with one browser: perhaps one person.
pub(crate) async fn same_person(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    one: &Peer,
    other: &Peer,
) -> Result<()> {
    let one = store::chat_of_peer(tx, one.id).await?;
    let other = store::chat_of_peer(tx, other.id).await?;
    match (one, other) {
        (Some(one), Some(other)) => {
            crm::offer_duplicate(tx, ctx, one.contact_id, other.contact_id, "site").await
        }
        _ => Ok(()),
    }
}

/// Whether it is working time in the queue where an account's chats wait.
pub(crate) async fn work_time(tx: &mut Tx<'_>, account: &Account, now: Moment) -> Result<WorkTime> {
    let queue = store::rules_of(tx, &[Id::new(account.queue_id)])
        .await?
        .pop();
    let plan = hours::plan(tx).await?;
    let hours = queue.map_or_else(|| plan.of(None, &[]), |q| q.hours(&plan));
    let open = hours.open(now);
    Ok(WorkTime {
        open,
        opens_at: if open { None } else { hours.opening(now) },
    })
}

/// Where an account's new chats wait.
pub(crate) async fn queue_of(tx: &mut Tx<'_>, ctx: &Ctx, account: &Account) -> Result<Id<Queue>> {
    let queues = store::queues(tx).await?;
    if queues.iter().any(|q| q.id.uuid() == account.queue_id) {
        Ok(Id::new(account.queue_id))
    } else {
        default_queue(tx, ctx).await
    }
}

async fn chat(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    contact: &Contact,
    owner: Id<Contact>,
    begins: ClientChatState,
) -> Result<ChatRow> {
    if let Some(mut chat) = store::hold_of_peer(tx, peer.id).await? {
        if contact.group && !chat.group {
            store::mark_group(tx, chat.id).await?;
            chat.group = true;
        }
        return Ok(chat);
    }
    let queue_id = queue_of(tx, ctx, account).await?;
    let chat = ChatRow {
        id: ctx.ids.next(),
        peer_id: peer.id,
        account_id: account.id,
        contact_id: owner,
        state: begins,
        queue_id,
        assignee_id: None,
        claimed_at: None,
        waiting_since: None,
        blocked: false,
        updated_at: ctx.now,
        given_at: None,
        queued_at: None,
        announced: false,
        route: Route::default(),
        answered_at: None,
        snoozed: None,
        group: contact.group,
    };
    messages::open_thread(
        tx,
        ctx,
        NewThread {
            id: chat.id,
            kind: ThreadKind::Client,
            title: &contact.name,
        },
    )
    .await?;
    if !store::add_chat(tx, &chat).await? {
        return Err(Error::conflict("messages.twice"));
    }
    settle(tx, ctx, &chat).await?;
    Ok(chat)
}

/// A further part of an album goes into the message its first part made (U-33).
async fn album(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    chat: &ChatRow,
    incoming: &Incoming,
    note: NoteFiles,
) -> Result<Option<Message>> {
    let Inbound::Message(m) = &incoming.inbound else {
        return Ok(None);
    };
    let Some(album) = &m.album else {
        return Ok(None);
    };
    let Some(first) = store::album(tx, chat.id, album).await? else {
        return Ok(None);
    };
    let files = note(tx, ctx, account, chat.id.uuid(), &incoming.inbound).await?;
    messages::add_files(tx, ctx, first, &files, Some(m.text.clone()))
        .await
        .map(Some)
}

/// Opens, reopens or numbers the conversation as the channel's rule says.
async fn number(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    chat: &ChatRow,
    asked_soon: bool,
) -> Result<Opened> {
    let newest = store::newest(tx, chat.id).await?;
    let opens = rules::opens(newest.as_ref(), account.reopen, asked_soon, ctx.now);
    let opened = match opens {
        Opens::Continues => return Ok(Opened::Not),
        Opens::Reopens => Opened::Again,
        Opens::Numbers | Opens::New => Opened::Anew,
    };
    let (conversation, code) = match (opens, newest) {
        (Opens::Reopens, Some(c)) => (
            Conversation {
                state: "open".to_owned(),
                closed_at: None,
                closed_by: None,
                to_seq: None,
                ..c
            },
            "conversation-reopened",
        ),
        (Opens::Numbers, Some(c)) => (
            Conversation {
                number: Some(store::next_number(tx).await?),
                ..c
            },
            "conversation-opened",
        ),
        (_, _) => {
            store::replies::unanswered(tx, chat.id).await?;
            let from_seq = messages::thread(tx, chat.id).await?.last_seq + 1;
            let c = Conversation {
                id: ctx.ids.next(),
                number: Some(store::next_number(tx).await?),
                state: "open".to_owned(),
                opened_at: ctx.now,
                closed_at: None,
                closed_by: None,
                from_seq,
                to_seq: None,
            };
            (c, "conversation-opened")
        }
    };
    store::save_conversation(tx, chat.id, &conversation).await?;
    let number = conversation
        .number
        .map(|n| n.to_string())
        .unwrap_or_default();
    line(tx, ctx, chat.id, code, vec![("number", number)]).await?;
    Ok(opened)
}

#[expect(
    clippy::too_many_arguments,
    reason = "one message's whole surroundings"
)]
async fn append(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    chat: &ChatRow,
    (who, name): (Id<Contact>, String),
    told: &Told,
    incoming: Incoming,
    note: NoteFiles,
) -> Result<Message> {
    let author = if told.by_bot {
        Author::Bot(told.name.clone())
    } else {
        Author::Contact(who.uuid(), name)
    };
    let new = written(tx, ctx, account, chat, author, told, &incoming, note).await?;
    let (message, _) = messages::append(tx, ctx, new).await?;
    if let Some(album) = &told.album {
        store::add_album(tx, chat.id, album, message.id).await?;
    }
    Ok(message)
}

/// The message as it will stand in the talk, its files noted.
#[expect(
    clippy::too_many_arguments,
    reason = "one message's whole surroundings"
)]
async fn written(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    chat: &ChatRow,
    author: Author,
    told: &Told,
    incoming: &Incoming,
    note: NoteFiles,
) -> Result<NewMessage> {
    let mut all = note(tx, ctx, account, chat.id.uuid(), &incoming.inbound).await?;
    if !incoming.uploads.is_empty() {
        let owner = chat.peer_id.uuid();
        all.extend(files::attach(tx, &incoming.uploads, owner, chat.id.uuid()).await?);
    }
    Ok(NewMessage {
        client_id: incoming.client_id,
        placeholder: told.placeholder.clone(),
        reply_to: incoming.reply_to,
        files: all,
        // Order is the order of storing; the messenger's clock only says when it was written, never later than now.
        ..NewMessage::text(
            chat.id,
            author,
            told.at.map_or(ctx.now, |at| at.min(ctx.now)),
            told.text.clone(),
        )
    })
}

/// Tells the queue of a new client, or the responsible person and observers of a new message.
async fn notify(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    chat: &ChatRow,
    given: bool,
    contact: &Contact,
    message: &Message,
    named: Option<String>,
) -> Result<()> {
    let by_rule = given && chat.route.decided != Some(RouteBy::Former);
    let (kind, people) = match (chat.state, chat.assignee_id) {
        // It will be given to one of them; the others are told if it cannot be (`dealing`).
        (ClientChatState::Queue, _) if !chat.announced => return Ok(()),
        (_, Some(assignee)) if by_rule => (NoticeKind::Assigned, vec![assignee]),
        (ClientChatState::Queue, _) => (
            NoticeKind::Queue,
            accounts::people_of(tx, chat.queue_id.uuid()).await?,
        ),
        (_, Some(assignee)) => {
            let mut people: Vec<Id<Person>> = vec![assignee];
            people.extend(chats::hearing_all(tx, chat.id).await?);
            (NoticeKind::Message, people)
        }
        (_, None) => return Ok(()),
    };
    // A push that says nothing is no news: a picture is told of by its name, what has neither words nor files by its code,
    // as in lists.
    let names = message.files.iter().map(|file| file.name.as_str());
    let words = match (&*message.text, message.files.as_slice()) {
        ("", []) => format!("placeholder:{}", message.placeholder),
        ("", _) => names.collect::<Vec<_>>().join(", "),
        (words, _) => words.to_owned(),
    };
    let said = !message.text.is_empty() || !message.files.is_empty();
    let words = match named.filter(|_| said) {
        Some(name) => format!("{name}: {words}"),
        None => words,
    };
    let what = Tell {
        kind,
        thread_id: Some(chat.id.uuid()),
        thread_kind: Some("client"),
        message_id: Some(message.id.uuid()),
        title: contact.name.clone(),
        text: text::excerpt(&words, 200),
    };
    notifications::tell(tx, ctx, &people, &what).await
}

/// A client blocked or unblocked us.
pub(crate) async fn peer_changed(tx: &mut Tx<'_>, ctx: &Ctx, peer: &Peer) -> Result<()> {
    let Some(mut chat) = store::hold_of_peer(tx, peer.id).await? else {
        return Ok(());
    };
    if chat.blocked == peer.blocked {
        return Ok(());
    }
    chat.blocked = peer.blocked;
    store::save_chat(tx, &chat).await?;
    line(
        tx,
        ctx,
        chat.id,
        if peer.blocked {
            "client-blocked"
        } else {
            "client-unblocked"
        },
        Vec::new(),
    )
    .await?;
    tell_changed(tx, ctx, chat.id).await
}

/// A messenger told how a client looks now: the same bytes change nothing, a new face is shown in every list.
pub(crate) async fn pictured(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    peer: &Peer,
    photo: Option<&File>,
) -> Result<()> {
    let Some(chat) = store::chat_of_peer(tx, peer.id).await? else {
        return Ok(());
    };
    let contact = crm::by_id(tx, chat.contact_id).await?;
    let known = match contact.photo_file_id {
        Some(id) => files::by_ids(tx, &[Id::new(id)]).await?.pop(),
        None => None,
    };
    match photo {
        Some(photo) if known.is_some_and(|k| k.sha256 == photo.sha256) => return Ok(()),
        Some(photo) => files::fetched(tx, photo).await?,
        // Who is known through several messengers keeps the face another one shows.
        None if contact
            .identities
            .iter()
            .filter(|i| i.channel_id.is_some())
            .count()
            > 1 =>
        {
            return Ok(());
        }
        None => {}
    }
    crm::set_photo(tx, ctx, contact.id, photo.map(|p| p.shown.id.uuid())).await?;
    tell_changed(tx, ctx, chat.id).await
}

/// A visitor told who they are: a claimed identity, weaker than a verified one (U-11), so nothing is merged.
pub(crate) async fn introduce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    told: &Introduction,
) -> Result<()> {
    let placeholder = visitor_name(peer);
    let (known_as, verified) = channels::standing_of(tx, account, peer).await?;
    let title = known_as.unwrap_or_else(|| placeholder.clone());
    let key = IdentityKey {
        channel_id: account.id.uuid(),
        kind: &account.kind,
        value: &peer.ext_id,
        title: &title,
        verified,
    };
    // Who has a chat is somebody already, whatever their site calls them now.
    if let Some(chat) = store::chat_of_peer(tx, peer.id).await? {
        crm::also_known(tx, ctx, chat.contact_id, key).await?;
    }
    let contact = crm::find_or_create(tx, ctx, key, &placeholder).await?;
    // Who was a nameless guest elsewhere on the site is called by another four letters.
    let nameless = if is_placeholder(&contact.name) {
        &contact.name
    } else {
        &placeholder
    };
    crm::rename_if_unnamed(tx, ctx, contact.id, &told.name, nameless).await?;
    let mut patch = crm::ContactPatch::default();
    if contact.email.is_empty() && kernel::Email::parse(&told.email).is_some() {
        patch.email = Some(told.email.clone());
    }
    // Ten are the most a card holds; who tells an eleventh is refused nothing, it only is not written down.
    if let Some(phone) = Phone::parse(&told.phone)
        .filter(|p| !contact.phones.contains(p) && contact.phones.len() < 10)
    {
        let all = contact
            .phones
            .iter()
            .chain([&phone])
            .map(|p| p.as_str().to_owned())
            .collect();
        patch.phones = Some(all);
    }
    crm::change(tx, ctx, contact.id, &patch).await?;
    if let Some((_, visitor)) = told.facts.iter().find(|(fact, _)| fact == PIXEL) {
        links::met(tx, ctx, link_upcalls(), visitor, contact.id.uuid()).await?;
    }
    let facts: Vec<(String, String)> = told
        .facts
        .iter()
        .filter(|(fact, _)| fact != PIXEL)
        .cloned()
        .collect();
    crm::note_facts(tx, ctx, contact.id, &facts).await?;
    if let Some(chat) = store::hold_of_peer(tx, peer.id).await? {
        let name = crm::by_id(tx, contact.id).await?.name;
        messages::set_title(tx, chat.id, &name).await?;
        tell_changed(tx, ctx, chat.id).await?;
    }
    Ok(())
}

/// The thread of a client, if they have written.
pub(crate) async fn thread_of(tx: &mut Tx<'_>, peer: &Peer) -> Result<Option<Id<Thread>>> {
    Ok(store::chat_of_peer(tx, peer.id).await?.map(|c| c.id))
}

/// A client pressed a button: the talk shows it, and an event tells whoever follows presses.
pub(crate) async fn pressed(tx: &mut Tx<'_>, ctx: &Ctx, peer: &Peer, data: &str) -> Result<()> {
    let Some(chat) = store::hold_of_peer(tx, peer.id).await? else {
        return Ok(());
    };
    let ctx = &Ctx {
        actor: Actor::Outside(peer.id.uuid()),
        ..ctx.clone()
    };
    let shown = text::excerpt(data, 64);
    let args = vec![("button", shown)];
    line(tx, ctx, chat.id, "client-pressed", args).await?;
    let audience = accounts::audience(tx, chat.id.uuid()).await?;
    let fields = serde_json::json!({"chat_id": chat.id, "data": data});
    let event = Event::stored("client_chat.pressed", chat.id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await.map(drop)
}
