//! A strict double of a mail provider: SMTP to hand letters in, IMAP to read them, on loopback.
//!
//! It refuses what a provider refuses: commands out of order, a letter before sign-in, bare line feeds, lines longer than
//! the standard allows, IMAP commands it does not know. Written without a line of the connector's own code.

mod imap;
mod smtp;

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// Whose mailbox it is.
pub const ADDRESS: &str = "shop@lavka.example";
/// And with which word it is opened.
pub const PASSWORD: &str = "app-password";

/// What goes wrong with the next letter that is handed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The sender is answered with this.
    Sender(&'static str),
    /// The receiver is answered with this.
    Receiver(&'static str),
    /// The letter is answered with this, and not taken.
    Letter(&'static str),
    /// The line ends before the letter's words are asked for.
    DropBefore,
    /// It is taken, and the line ends without an answer.
    DropAnswer,
}

/// A letter that was handed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's receiver.
    pub to: String,
    /// The letter, its dots as they were.
    pub raw: String,
}

impl Taken {
    /// The value of a header, its folded lines joined; empty if there is none.
    pub fn header(&self, name: &str) -> String {
        header(&self.raw, name)
    }
}

/// The value of a letter's header, its folded lines joined; empty if there is none.
pub fn header(raw: &str, name: &str) -> String {
    let head = raw.split("\r\n\r\n").next().unwrap_or_default();
    let mut found: Option<String> = None;
    for line in head.split("\r\n") {
        if let (Some(value), true) = (&mut found, line.starts_with([' ', '\t'])) {
            value.push(' ');
            value.push_str(line.trim());
        } else if found.is_some() {
            break;
        } else if let Some((told, value)) = line.split_once(':')
            && told.eq_ignore_ascii_case(name)
        {
            found = Some(value.trim().to_owned());
        }
    }
    found.unwrap_or_default()
}

#[derive(Clone)]
struct Kept {
    uid: u32,
    at: i64,
    raw: Vec<u8>,
    /// Not told when it was asked what is new.
    passed: bool,
}

struct Folder {
    name: &'static str,
    sent: bool,
    validity: u32,
    next: u32,
    letters: Vec<Kept>,
}

impl Folder {
    const fn new(name: &'static str, sent: bool) -> Self {
        Self {
            name,
            sent,
            validity: 7,
            next: 1,
            letters: Vec::new(),
        }
    }

    fn put(&mut self, raw: Vec<u8>, at: i64) {
        let uid = self.next;
        self.next += 1;
        self.letters.push(Kept {
            uid,
            at,
            raw,
            passed: false,
        });
    }
}

struct Memory {
    revoked: bool,
    idle: bool,
    at: i64,
    faults: VecDeque<Fault>,
    taken: Vec<Taken>,
    folders: [Folder; 2],
    sign_ins: usize,
    fetched: usize,
    idles: usize,
}

struct Shared {
    memory: Mutex<Memory>,
    /// Counts what changed, for those who idle.
    changed: watch::Sender<u64>,
    /// Counts how often all lines were cut.
    cut: watch::Sender<u64>,
}

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn tell(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}

/// The running provider; ends when it is dropped.
pub struct MailDouble {
    shared: Arc<Shared>,
    smtp: SocketAddr,
    imap: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Drop for MailDouble {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl MailDouble {
    /// Listens at two free ports.
    pub async fn start() -> io::Result<Self> {
        let smtp = TcpListener::bind(("127.0.0.1", 0)).await?;
        let imap = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (smtp_at, imap_at) = (smtp.local_addr()?, imap.local_addr()?);
        let memory = Memory {
            revoked: false,
            idle: true,
            at: 1_900_000_000,
            faults: VecDeque::new(),
            taken: Vec::new(),
            folders: [Folder::new("INBOX", false), Folder::new("Sent", true)],
            sign_ins: 0,
            fetched: 0,
            idles: 0,
        };
        let shared = Arc::new(Shared {
            memory: Mutex::new(memory),
            changed: watch::Sender::new(0),
            cut: watch::Sender::new(0),
        });
        let tasks = [
            tokio::spawn(smtp::listen(smtp, Arc::clone(&shared))),
            tokio::spawn(imap::listen(imap, Arc::clone(&shared))),
        ];
        Ok(Self {
            shared,
            smtp: smtp_at,
            imap: imap_at,
            tasks,
        })
    }

    /// Where letters are handed in.
    pub fn smtp_port(&self) -> u16 {
        self.smtp.port()
    }
    /// Where letters are read.
    pub fn imap_port(&self) -> u16 {
        self.imap.port()
    }
    /// What goes wrong with the next letter.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.memory().faults.push_back(fault);
    }
    /// The password does not work any more, or does again.
    pub fn revoke(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
        if revoked {
            self.cut();
        }
    }
    /// Whether the server tells of new letters by itself.
    pub fn set_idle(&self, idle: bool) {
        self.shared.memory().idle = idle;
    }
    /// What the server notes as the time at which a letter came, in seconds.
    pub fn set_time(&self, at: i64) {
        self.shared.memory().at = at;
    }
    /// All lines end.
    pub fn cut(&self) {
        self.shared.cut.send_modify(|n| *n += 1);
    }
    /// A letter comes.
    pub fn receive(&self, raw: impl AsRef<[u8]>) {
        self.put(0, raw.as_ref());
    }
    /// A letter comes, and whoever asks what is new is not told of it.
    pub fn receive_unnoticed(&self, raw: impl AsRef<[u8]>) {
        let mut memory = self.shared.memory();
        let at = memory.at;
        memory.folders[0].put(raw.as_ref().to_vec(), at);
        if let Some(last) = memory.folders[0].letters.last_mut() {
            last.passed = true;
        }
    }
    /// One of ours sent a letter with a mail program.
    pub fn send_elsewhere(&self, raw: impl AsRef<[u8]>) {
        self.put(1, raw.as_ref());
    }
    fn put(&self, folder: usize, raw: &[u8]) {
        {
            let mut memory = self.shared.memory();
            let at = memory.at;
            memory.folders[folder].put(raw.to_vec(), at);
        }
        self.shared.tell();
    }
    /// The folders get other numbers, their letters stay.
    pub fn renumber(&self) {
        {
            let mut memory = self.shared.memory();
            for folder in &mut memory.folders {
                folder.validity += 1;
                folder.next = 1;
                for kept in std::mem::take(&mut folder.letters) {
                    folder.put(kept.raw, kept.at);
                }
            }
        }
        self.cut();
    }
    /// The letters that were handed in.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.memory().taken.clone()
    }
    /// The letters in the folder of what was sent.
    pub fn kept(&self) -> Vec<Vec<u8>> {
        let memory = self.shared.memory();
        let letters = memory.folders[1].letters.iter();
        letters.map(|one| one.raw.clone()).collect()
    }
    /// How often somebody signed in to read.
    pub fn sign_ins(&self) -> usize {
        self.shared.memory().sign_ins
    }
    /// How often somebody began to wait for news: whoever does has read all there is.
    pub fn idles(&self) -> usize {
        self.shared.memory().idles
    }
    /// How many letters were read.
    pub fn fetched(&self) -> usize {
        self.shared.memory().fetched
    }
}
