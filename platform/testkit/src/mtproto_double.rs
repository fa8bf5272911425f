//! A strict double of a Telegram data centre: `MTProto` 2.0 over loopback, for one person's account.
//!
//! The key of the line is agreed beforehand, so no handshake is needed. Frames, encryption and the reading of requests
//! are its own; the schema's types are those of `grammers`. That another codec reads the same bytes is judged by
//! `tests/outside/test_telegram_account.py`, whose data centre is made of Telethon.

mod answers;
mod frames;
mod people;

use frames::Key;
use grammers_tl_types::{self as tl, Serializable};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::JoinHandle,
};

pub use people::{Person, SELF_ID, SELF_PHONE};

/// The code that comes to the account's owner.
pub const CODE: &str = "24680";

/// What goes wrong with the next message that is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is refused with this error.
    Refuse(i32, &'static str),
    /// It is sent, and the line ends without an answer.
    LostAnswer,
    /// Not the message: the next question who has a number, or for a chat's messages, is refused with this error.
    Lookup(i32, &'static str),
}

/// A message the account sent through us.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    /// Its number.
    pub id: i32,
    /// To whom.
    pub to: i64,
    /// Its words, or the caption.
    pub text: String,
    /// The client's own number of it.
    pub random_id: i64,
    /// Which message it answers.
    pub reply_to: Option<i32>,
    /// How many formatted ranges it has.
    pub entities: usize,
    /// Its file: the type, the name, the size.
    pub file: Option<(String, String, usize)>,
}

/// A message as the data centre keeps it.
#[derive(Clone)]
struct Kept {
    id: i32,
    with: i64,
    out: bool,
    at: i32,
    text: String,
    media: Option<tl::enums::MessageMedia>,
    edited: Option<i32>,
    reply_to: Option<i32>,
    /// The client's reaction to it, and the account's own.
    theirs: Option<String>,
    own: Option<String>,
    /// The owner has not looked at the client's reaction.
    unseen: bool,
}

impl Kept {
    fn new(id: i32, with: i64, out: bool, at: i32, text: &str) -> Self {
        Self {
            id,
            with,
            out,
            at,
            text: text.to_owned(),
            media: None,
            edited: None,
            reply_to: None,
            theirs: None,
            own: None,
            unseen: false,
        }
    }
}

#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one switch of a test"
)]
struct Memory {
    people: BTreeMap<i64, Person>,
    messages: Vec<Kept>,
    /// The newest number of what is not there any more.
    lost: i32,
    taken: Vec<Taken>,
    /// What happened, with the pts after it.
    log: Vec<(i32, tl::enums::Update)>,
    pts: i32,
    at: i32,
    authorized: bool,
    revoked: bool,
    faults: VecDeque<Fault>,
    banned: bool,
    /// The number a code was sent to, and the code's hash.
    code_for: Option<String>,
    token: i32,
    accepted: bool,
    /// Pieces of files on their way here.
    pieces: HashMap<i64, BTreeMap<i32, Vec<u8>>>,
    /// Files by number.
    files: HashMap<i64, Vec<u8>>,
    /// Names of calls, in order.
    calls: Vec<String>,
    read: Vec<(i64, i32)>,
    deleted: Vec<i32>,
    edits: Vec<(i32, String)>,
    typed: Vec<i64>,
    reacted: Vec<(i32, Option<String>)>,
    lines: Vec<mpsc::UnboundedSender<Out>>,
    connections: usize,
}

/// What a line is to write.
enum Out {
    /// An update.
    Push(Vec<u8>),
    /// Nothing more: the line ends.
    End,
}

impl Memory {
    fn next_id(&self) -> i32 {
        let last = self.messages.last().map_or(100, |last| last.id);
        last.max(self.lost) + 1
    }

    fn note(&mut self, update: impl FnOnce(i32) -> tl::enums::Update) -> tl::enums::Update {
        self.pts += 1;
        let update = update(self.pts);
        self.log.push((self.pts, update.clone()));
        update
    }

    fn put(&mut self, kept: Kept) -> tl::enums::Update {
        let message = answers::message(&kept);
        self.messages.push(kept);
        self.note(|pts| {
            tl::enums::Update::NewMessage(tl::types::UpdateNewMessage {
                message,
                pts,
                pts_count: 1,
            })
        })
    }

    fn users(&self) -> Vec<tl::enums::User> {
        let mut users: Vec<_> = self.people.values().map(people::user).collect();
        users.push(people::user(&people::owner()));
        users
    }

    fn tell(&mut self, update: tl::enums::Update) {
        let whole = tl::enums::Updates::Updates(tl::types::Updates {
            updates: vec![update],
            users: self.users(),
            chats: Vec::new(),
            date: self.at,
            seq: 0,
        });
        self.push(whole.to_bytes());
    }

    fn push(&mut self, bytes: Vec<u8>) {
        self.lines
            .retain(|line| line.send(Out::Push(bytes.clone())).is_ok());
    }
}

/// The data centre.
pub struct MtprotoDouble {
    memory: Arc<Mutex<Memory>>,
    address: SocketAddr,
    key: Vec<u8>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Drop for MtprotoDouble {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        self.task.abort();
    }
}

impl MtprotoDouble {
    /// Starts it on a free port; nobody is signed in.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let memory = Arc::new(Mutex::new(Memory {
            pts: 1,
            at: 1_900_000_000,
            ..Memory::default()
        }));
        // Each double has a key of its own, as each session has.
        let seed = address.port().to_le_bytes();
        let key: Vec<u8> = (0_u8..=255)
            .map(|n| n.wrapping_mul(7) ^ seed[usize::from(n % 2)])
            .collect();
        let (stop, stopped) = watch::channel(false);
        let (kept, secret) = (Arc::clone(&memory), key.clone());
        let task = tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (kept, key, stopped) = (Arc::clone(&kept), Key::new(&secret), stopped.clone());
                tokio::spawn(async move {
                    let _ = serve(line, kept, key, stopped).await;
                });
            }
        });
        Ok(Self {
            memory,
            address,
            key,
            stop,
            task,
        })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it listens, and the key of the line in hexadecimal digits, joined by `/`.
    pub fn server(&self) -> String {
        let digits: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}/{digits}", self.address)
    }
    /// The key of the line.
    pub fn key(&self) -> &[u8] {
        &self.key
    }
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// The account is signed in, as if its owner had done all steps.
    pub fn authorize(&self) {
        let mut memory = self.memory();
        memory.authorized = true;
        memory.revoked = false;
    }
    /// The owner ended our session on their phone, or took it back.
    pub fn revoke(&self, revoked: bool) {
        self.memory().revoked = revoked;
    }
    /// The number is banned from now on.
    pub fn ban(&self) {
        self.memory().banned = true;
    }
    /// The owner's phone scans the code of the sign-in and confirms it.
    pub fn scan(&self) {
        let mut memory = self.memory();
        memory.accepted = true;
        let short = tl::enums::Updates::UpdateShort(tl::types::UpdateShort {
            update: tl::enums::Update::LoginToken,
            date: memory.at,
        });
        memory.push(short.to_bytes());
    }
    /// The shown code of the sign-in is no longer the newest.
    pub fn token(&self) -> i32 {
        self.memory().token
    }
    /// Somebody has an account there.
    pub fn has(&self, person: Person) {
        self.memory().people.insert(person.id, person);
    }
    /// What goes wrong next.
    pub fn fail_next(&self, fault: Fault) {
        self.memory().faults.push_back(fault);
    }
    /// Nothing is wrong any more.
    pub fn heal(&self) {
        self.memory().faults.clear();
    }
    /// Messages sent through us so far.
    pub fn taken(&self) -> Vec<Taken> {
        self.memory().taken.clone()
    }
    /// Names of the calls so far.
    pub fn calls(&self) -> Vec<String> {
        self.memory().calls.clone()
    }
    /// What was read: whose, up to which.
    pub fn read_up_to(&self) -> Vec<(i64, i32)> {
        self.memory().read.clone()
    }
    /// Numbers of what was deleted for both.
    pub fn deleted(&self) -> Vec<i32> {
        self.memory().deleted.clone()
    }
    /// What was changed through us, and into which words.
    pub fn edits(&self) -> Vec<(i32, String)> {
        self.memory().edits.clone()
    }
    /// To what the account reacted, and how; without an emoji it took its reaction away.
    pub fn reacted(&self) -> Vec<(i32, Option<String>)> {
        self.memory().reacted.clone()
    }
    /// To whom we showed that we type.
    pub fn typed(&self) -> Vec<i64> {
        self.memory().typed.clone()
    }
    /// The number of the newest thing that happened: who knows it has been told everything.
    pub fn pts(&self) -> i32 {
        self.memory().pts
    }
    /// How many lines were opened so far.
    pub fn connections(&self) -> usize {
        self.memory().connections
    }
    /// Ends all lines; what happens meanwhile is not told but remembered.
    pub fn cut(&self) {
        for line in self.memory().lines.drain(..) {
            let _ = line.send(Out::End);
        }
    }

    /// Somebody writes to the account; answers the message's number.
    pub fn says(&self, from: i64, text: &str) -> i32 {
        self.write(from, false, text, None)
    }
    /// Somebody writes, and only their number is told (`updateShortMessage`).
    pub fn says_shortly(&self, from: i64, text: &str) -> i32 {
        let mut memory = self.memory();
        memory.at += 1;
        let kept = Kept::new(memory.next_id(), from, false, memory.at, text);
        let (id, date) = (kept.id, kept.at);
        memory.put(kept);
        let short = tl::enums::Updates::UpdateShortMessage(tl::types::UpdateShortMessage {
            out: false,
            mentioned: false,
            media_unread: false,
            silent: false,
            id,
            user_id: from,
            message: text.to_owned(),
            pts: memory.pts,
            pts_count: 1,
            date,
            fwd_from: None,
            via_bot_id: None,
            reply_to: None,
            entities: None,
            ttl_period: None,
        });
        memory.push(short.to_bytes());
        id
    }
    /// Somebody sends a file.
    pub fn sends_file(&self, from: i64, name: &str, mime: &str, bytes: &[u8]) -> i32 {
        let id = 9000 + i64::from(self.memory().next_id());
        self.memory().files.insert(id, bytes.to_vec());
        let media = answers::document(id, name, mime, bytes.len());
        self.write(from, false, "", Some(media))
    }
    /// The owner writes on their own phone.
    pub fn phone_says(&self, to: i64, text: &str) -> i32 {
        self.write(to, true, text, None)
    }
    fn write(
        &self,
        with: i64,
        out: bool,
        text: &str,
        media: Option<tl::enums::MessageMedia>,
    ) -> i32 {
        let mut memory = self.memory();
        memory.at += 1;
        let kept = Kept {
            media,
            ..Kept::new(memory.next_id(), with, out, memory.at, text)
        };
        let id = kept.id;
        let update = memory.put(kept);
        memory.tell(update);
        id
    }
    /// A message changes, whoever wrote it.
    pub fn changes(&self, id: i32, text: &str) {
        let mut memory = self.memory();
        memory.at += 1;
        let at = memory.at;
        let Some(kept) = memory.messages.iter_mut().find(|m| m.id == id) else {
            return;
        };
        text.clone_into(&mut kept.text);
        kept.edited = Some(at);
        let message = answers::message(kept);
        let update = memory.note(|pts| {
            tl::enums::Update::EditMessage(tl::types::UpdateEditMessage {
                message,
                pts,
                pts_count: 1,
            })
        });
        memory.tell(update);
    }
    /// A message is taken back for both.
    pub fn takes_back(&self, id: i32) {
        let mut memory = self.memory();
        let update = memory.note(|pts| {
            tl::enums::Update::DeleteMessages(tl::types::UpdateDeleteMessages {
                messages: vec![id],
                pts,
                pts_count: 1,
            })
        });
        memory.tell(update);
    }
    /// Somebody has read what the account wrote, up to this message.
    pub fn reads(&self, who: i64, up_to: i32) {
        let mut memory = self.memory();
        let update = memory.note(|pts| {
            tl::enums::Update::ReadHistoryOutbox(tl::types::UpdateReadHistoryOutbox {
                peer: people::peer(who),
                max_id: up_to,
                pts,
                pts_count: 1,
            })
        });
        memory.tell(update);
    }
    /// Something is written, by somebody or by the owner on their phone, of which no update is ever told.
    pub fn unheard(&self, with: i64, out: bool, text: &str) -> i32 {
        let mut memory = self.memory();
        memory.at += 1;
        let kept = Kept::new(memory.next_id(), with, out, memory.at, text);
        let id = kept.id;
        memory.messages.push(kept);
        id
    }
    /// A message is not there any more, and nobody is told.
    pub fn loses(&self, id: i32) {
        let mut memory = self.memory();
        memory.messages.retain(|kept| kept.id != id);
        memory.lost = memory.lost.max(id);
    }
    /// Time goes on there, by so many seconds.
    pub fn later(&self, seconds: i32) {
        self.memory().at += seconds;
    }
    /// The owner has looked at all reactions on their phone.
    pub fn looks(&self) {
        for kept in &mut self.memory().messages {
            kept.unseen = false;
        }
    }
    /// The same as [`MtprotoDouble::reacts`], of which nobody is ever told, and which the owner has seen.
    pub fn reacts_unheard(&self, who: i64, id: i32, emoji: Option<&str>) {
        let mut memory = self.memory();
        let mut all = memory.messages.iter_mut();
        if let Some(kept) = all.find(|m| m.id == id && m.with == who) {
            kept.theirs = emoji.map(str::to_owned);
        }
    }
    /// Somebody reacts to a message of the chat with them, or takes their reaction away.
    pub fn reacts(&self, who: i64, id: i32, emoji: Option<&str>) {
        let mut memory = self.memory();
        let at = memory.at;
        let Some(kept) = memory.messages.iter_mut().find(|m| m.id == id) else {
            return;
        };
        kept.theirs = emoji.map(str::to_owned);
        // What is one's own is nothing to look at.
        kept.unseen = emoji.is_some() && kept.out;
        let update = answers::reacted(who, kept, at);
        memory.tell(update);
    }
    /// Somebody is typing.
    pub fn types(&self, who: i64) {
        let mut memory = self.memory();
        let update = tl::enums::Update::UserTyping(tl::types::UpdateUserTyping {
            user_id: who,
            top_msg_id: None,
            action: tl::enums::SendMessageAction::SendMessageTypingAction,
        });
        memory.tell(update);
    }
}

/// One line, until it ends.
async fn serve(
    line: TcpStream,
    memory: Arc<Mutex<Memory>>,
    key: Key,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let (mut up, down) = line.into_split();
    let mut wire = frames::Wire::new(down, key);
    let (tell, mut told) = mpsc::unbounded_channel();
    {
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.lines.push(tell);
        memory.connections += 1;
    }
    let mut reader = frames::Reader::default();
    loop {
        tokio::select! {
            _ = stopped.changed() => return Ok(()),
            out = told.recv() => match out {
                Some(Out::Push(body)) if wire.met() => wire.write(&body, true).await?,
                // Whoever has said nothing yet has no session to be told in.
                Some(Out::Push(_)) => {}
                Some(Out::End) | None => return Ok(()),
            },
            frame = reader.next(&mut up) => {
                let Some(frame) = frame? else { return Ok(()) };
                for (number, body) in wire.open(&frame)? {
                    let answer = {
                        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
                        answers::to(&mut memory, number, &body)?
                    };
                    match answer {
                        answers::Answer::Nothing => {}
                        answers::Answer::Plain(body) => wire.write(&body, false).await?,
                        answers::Answer::Result(result) => {
                            let mut whole = 0xf35c_6d01_u32.to_le_bytes().to_vec();
                            whole.extend(number.to_le_bytes());
                            whole.extend(result);
                            wire.write(&whole, true).await?;
                        }
                        answers::Answer::End => return Ok(()),
                    }
                }
            }
        }
    }
}
