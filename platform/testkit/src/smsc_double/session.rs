//! One connection to the centre.

use super::{Fault, Memory, PASSWORD, SYSTEM_ID, Say, Shared, Taken, units};
use std::{collections::HashMap, io, sync::Arc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
};

const BIND: u32 = 9;
const SUBMIT: u32 = 4;
const DELIVER: u32 = 5;
const UNBIND: u32 = 6;
const ENQUIRE: u32 = 0x15;
const ANSWER: u32 = 0x8000_0000;

/// What to do after a unit.
enum Then {
    Say(Vec<u8>),
    SayAndEnd(Vec<u8>),
    Nothing,
    End,
}

struct Session {
    shared: Arc<Shared>,
    line: Option<mpsc::UnboundedSender<Say>>,
    /// Our numbers of deliveries by the session's.
    under_way: HashMap<u32, u64>,
    last: u32,
}

pub(super) async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let (line, mut told) = mpsc::unbounded_channel();
    let mut session = Session {
        shared,
        line: Some(line),
        under_way: HashMap::new(),
        last: 0,
    };
    let (mut read, mut write) = stream.into_split();
    let mut buffer = Vec::new();
    loop {
        let done: io::Result<bool> = tokio::select! {
            count = read.read_buf(&mut buffer) => match count {
                Ok(0) | Err(_) => Ok(false),
                Ok(_) => session.read(&mut buffer, &mut write).await,
            },
            Some(say) = told.recv() => match say {
                Say::Cut => Ok(false),
                Say::Deliver(number, body) => {
                    session.last += 1;
                    session.under_way.insert(session.last, number);
                    write.write_all(&units::unit(DELIVER, 0, session.last, &body)).await.map(|()| true)
                }
            },
        };
        if !matches!(done, Ok(true)) {
            return;
        }
    }
}

impl Session {
    async fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        write: &mut (impl AsyncWriteExt + Unpin),
    ) -> io::Result<bool> {
        while let Some(length) = buffer
            .first_chunk::<4>()
            .map(|four| u32::from_be_bytes(*four))
        {
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if buffer.len() < length {
                break;
            }
            let unit: Vec<u8> = buffer.drain(..length).collect();
            let word = |at: usize| {
                let four = unit.get(at..at + 4).and_then(|four| four.try_into().ok());
                u32::from_be_bytes(four.unwrap_or_default())
            };
            let (command, number) = (word(4), word(12));
            match self.understand(command, number, unit.get(16..).unwrap_or_default()) {
                Then::Nothing => {}
                Then::Say(bytes) => write.write_all(&bytes).await?,
                Then::SayAndEnd(bytes) => {
                    write.write_all(&bytes).await?;
                    return Ok(false);
                }
                Then::End => return Ok(false),
            }
        }
        Ok(true)
    }

    fn understand(&mut self, command: u32, number: u32, body: &[u8]) -> Then {
        let shared = Arc::clone(&self.shared);
        let mut memory = shared.memory();
        let say = |status, body: &[u8]| units::unit(command | ANSWER, status, number, body);
        if command == BIND {
            let known = units::two_strings(body) == Some((SYSTEM_ID, PASSWORD, 0x34));
            if !known || memory.revoked {
                // ESME_RINVPASWD
                return Then::SayAndEnd(say(0x0e, &[]));
            }
            memory.binds += 1;
            let waiting: Vec<_> = memory.unanswered.clone().into_iter().collect();
            if let Some(line) = self.line.take() {
                for (number, body) in waiting {
                    let _ = line.send(Say::Deliver(number, body));
                }
                memory.sessions.push(line);
            }
            return Then::Say(say(0, &units::string("smsc")));
        }
        if self.line.is_some() {
            // ESME_RINVBNDSTS: nobody is bound.
            return Then::Say(say(0x04, &[]));
        }
        match command {
            ENQUIRE if memory.revoked => Then::End,
            ENQUIRE => Then::Say(say(0, &[])),
            UNBIND => {
                memory.farewells += 1;
                Then::SayAndEnd(say(0, &[]))
            }
            SUBMIT => Self::submit(&mut memory, body, &say),
            _ if command == DELIVER | ANSWER => {
                if let Some(known) = self.under_way.remove(&number) {
                    memory.unanswered.remove(&known);
                    memory.answered += 1;
                }
                Then::Nothing
            }
            _ => Then::Nothing,
        }
    }

    fn submit(memory: &mut Memory, body: &[u8], say: &dyn Fn(u32, &[u8]) -> Vec<u8>) -> Then {
        if memory.revoked {
            // ESME_RINVSYSID
            return Then::Say(say(0x0f, &[]));
        }
        let fault = memory.faults.pop_front();
        if let Some(Fault::Status(status)) = fault {
            return Then::Say(say(status, &[]));
        }
        let Some(submitted) = units::submitted(body) else {
            // ESME_RINVCMDLEN
            return Then::Say(say(0x02, &[]));
        };
        let digits =
            submitted.to.len() >= 10 && submitted.to.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || submitted.to_ton != 1 {
            // ESME_RINVDSTADR
            return Then::Say(say(0x0b, &[]));
        }
        let Some((part, coding, text)) = units::letters(&submitted) else {
            // ESME_RINVMSGLEN
            return Then::Say(say(0x01, &[]));
        };
        // Far enough apart that a number in one spelling is no other message's in another.
        memory.last_id += 1001;
        let taken = Taken {
            id: 10_000_000 + memory.last_id,
            from: submitted.from,
            to: submitted.to.to_owned(),
            coding,
            receipt: submitted.receipt == 1,
            part,
            text,
        };
        memory.taken.push(taken.clone());
        let id = units::string(&memory.spelled(taken.id, false));
        match fault {
            Some(Fault::DropAnswer) => Then::End,
            Some(Fault::EarlyReceipt) => {
                // In one write, the receipt first; it counts as answered whatever is said to it.
                let receipt = memory.receipt(&taken, "DELIVRD");
                let early = units::unit(DELIVER, 0, 0x7000_0000, &receipt);
                Then::Say([early, say(0, &id)].concat())
            }
            _ => Then::Say(say(0, &id)),
        }
    }
}
