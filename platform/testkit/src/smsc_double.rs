//! A strict double of an SMS centre: SMPP 3.4 on loopback, written without a line of the connector's own codec.
//!
//! It refuses what a centre refuses (texts too long for an SMS, numbers that are none, parts that do not fit), keeps what it
//! delivered until it is answered, and delivers it again to the next session.

mod session;
mod units;

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{net::TcpListener, sync::mpsc, task::JoinHandle};
pub use units::{Coding, text_of};

/// Who may bind.
pub const SYSTEM_ID: &str = "beseda";
/// And with which word.
pub const PASSWORD: &str = "secret08";

/// What goes wrong with the next message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is refused with this status.
    Status(u32),
    /// It is taken, and the connection ends without an answer.
    DropAnswer,
    /// Its receipt overtakes the answer.
    EarlyReceipt,
}

/// How ids are spelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Spelling {
    /// Decimal in answers and receipts.
    #[default]
    Same,
    /// Hexadecimal in answers, decimal in receipts.
    HexAnswer,
    /// Decimal in answers, hexadecimal in receipts.
    HexReceipt,
}

/// One SMS as it was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The centre's number of it.
    pub id: u64,
    /// Sender as written: `ton:npi:digits`.
    pub from: String,
    /// Receiver's digits.
    pub to: String,
    /// Its alphabet.
    pub coding: Coding,
    /// A receipt is wanted.
    pub receipt: bool,
    /// Reference, total and number, if it is one of several.
    pub part: Option<(u8, u8, u8)>,
    /// Its letters.
    pub text: String,
}

#[derive(Default)]
struct Memory {
    revoked: bool,
    spelling: Spelling,
    last_id: u64,
    faults: VecDeque<Fault>,
    taken: Vec<Taken>,
    binds: usize,
    farewells: usize,
    /// Deliveries that nobody has answered, by our number of them.
    unanswered: BTreeMap<u64, Vec<u8>>,
    answered: usize,
    last_delivery: u64,
    /// Lines to the bound sessions, the newest last.
    sessions: Vec<mpsc::UnboundedSender<Say>>,
}

/// What a session is told to do.
enum Say {
    Deliver(u64, Vec<u8>),
    Cut,
}

struct Shared(Mutex<Memory>);

impl Shared {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn spelled(&self, id: u64, receipt: bool) -> String {
        match (self.spelling, receipt) {
            (Spelling::HexAnswer, false) | (Spelling::HexReceipt, true) => format!("{id:08X}"),
            _ => id.to_string(),
        }
    }

    fn deliver(&mut self, body: Vec<u8>) {
        self.last_delivery += 1;
        let number = self.last_delivery;
        self.unanswered.insert(number, body.clone());
        self.sessions.retain(|session| !session.is_closed());
        if let Some(session) = self.sessions.last() {
            let _ = session.send(Say::Deliver(number, body));
        }
    }

    fn receipt(&self, taken: &Taken, state: &str) -> Vec<u8> {
        let id = self.spelled(taken.id, true);
        units::receipt(&taken.to, &taken.from, &id, state)
    }
}

/// The running centre; ends when it is dropped.
pub struct SmscDouble {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for SmscDouble {
    fn drop(&mut self) {
        self.server.abort();
        self.cut();
    }
}

impl SmscDouble {
    /// Opens the centre on a free port of loopback.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared(Mutex::default()));
        let served = Arc::clone(&shared);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(session::serve(stream, Arc::clone(&served)));
            }
        });
        Ok(Self {
            address,
            shared,
            server,
        })
    }
    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
    /// Spells ids in this way from now on.
    pub fn spell(&self, spelling: Spelling) {
        self.shared.memory().spelling = spelling;
    }
    /// Lets the next message go wrong; faults are used up in order.
    pub fn fail_next(&self, fault: Fault) {
        self.shared.memory().faults.push_back(fault);
    }
    /// From now on nobody may bind, or they may again. Sessions that are there end with their next question.
    pub fn revoke(&self, revoked: bool) {
        self.shared.memory().revoked = revoked;
    }
    /// Ends all sessions without a word.
    pub fn cut(&self) {
        for session in self.shared.memory().sessions.drain(..) {
            let _ = session.send(Say::Cut);
        }
    }
    /// Every SMS that was taken, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.memory().taken.clone()
    }
    /// Whole texts as phones show them, in order of their last part: receiver and text.
    pub fn texts(&self) -> Vec<(String, String)> {
        units::whole(&self.taken())
    }
    /// How often somebody bound, and said goodbye.
    pub fn binds(&self) -> (usize, usize) {
        let memory = self.shared.memory();
        (memory.binds, memory.farewells)
    }
    /// Sessions that are bound now.
    pub fn bound(&self) -> usize {
        let mut memory = self.shared.memory();
        memory.sessions.retain(|session| !session.is_closed());
        memory.sessions.len()
    }
    /// Deliveries that were answered, and that wait for it.
    pub fn answered(&self) -> (usize, usize) {
        let memory = self.shared.memory();
        (memory.answered, memory.unanswered.len())
    }
    /// A client writes, in one SMS.
    pub fn say(&self, from: &str, text: &str) {
        let body = units::message(from, text, None);
        self.shared.memory().deliver(body);
    }
    /// A client writes a text in parts; `order` is the order they come in, from 1.
    pub fn say_in_parts(&self, from: &str, parts: &[&str], reference: u8, order: &[u8]) {
        let total = u8::try_from(parts.len()).unwrap_or(u8::MAX);
        for &number in order {
            let text = parts[usize::from(number) - 1];
            let body = units::message(from, text, Some((reference, total, number)));
            self.shared.memory().deliver(body);
        }
    }
    /// Delivers these bytes as a `deliver_sm`.
    pub fn deliver_raw(&self, body: Vec<u8>) {
        self.shared.memory().deliver(body);
    }
    /// What became of a message: `DELIVRD`, `UNDELIV` …
    pub fn receipt(&self, id: u64, state: &str) {
        let mut memory = self.shared.memory();
        if let Some(taken) = memory.taken.iter().find(|taken| taken.id == id).cloned() {
            let body = memory.receipt(&taken, state);
            memory.deliver(body);
        }
    }
}
