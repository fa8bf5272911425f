//! A bound session at work: orders go out, answers find who waits for them, deliveries are put aside.

use super::{Inner, Order, locked};
use crate::smpp::{
    inbox::{Delivered, Settled},
    link::line::Line,
    pdu::{self, Unit},
    status,
};
use std::{collections::HashMap, io, sync::atomic::Ordering, time::Duration};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// How long the centre may take to say that it is there.
const PRESENT: Duration = Duration::from_secs(15);
/// How often we look at what does not come by itself.
const LOOK: Duration = Duration::from_secs(1);
/// Deliveries that may wait to be stored; more are refused for now, and the centre keeps them.
const MOST: usize = 2000;
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// Why a session ended.
pub(super) enum Ended {
    /// Nobody needs it.
    Unneeded,
    /// It broke, or the centre ended it.
    Broken(String),
}

/// What waits for an answer of the centre.
enum Waits {
    Caller(oneshot::Sender<Unit>),
    /// Our own question whether it is there; after the answers to batches up to this one.
    Presence {
        since: Instant,
        epoch: u64,
    },
}

struct Session<'a> {
    inner: &'a Inner,
    line: Line,
    number: u64,
    waits: HashMap<u32, Waits>,
    last_number: u32,
    heard: Instant,
    /// Batches answered so far, by this session.
    answered: u64,
}

pub(super) async fn serve(
    inner: &Inner,
    line: Line,
    orders: &mut mpsc::UnboundedReceiver<Order>,
    number: u64,
) -> Ended {
    let mut session = Session {
        inner,
        line,
        number,
        waits: HashMap::new(),
        last_number: 1,
        heard: Instant::now(),
        answered: 0,
    };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            unit = session.line.next() => match unit {
                Ok(unit) => session.heard(unit).await,
                Err(error) => Err(error),
            },
            Some(order) = orders.recv() => session.obey(order).await,
            _ = look.tick() => {
                if inner.unneeded() {
                    session.leave().await;
                    return Ended::Unneeded;
                }
                session.look().await
            }
            () = inner.closing.notified() => {
                session.leave().await;
                return Ended::Unneeded;
            }
        };
        if let Err(error) = done {
            return Ended::Broken(error.to_string());
        }
    }
}

impl Session<'_> {
    fn next_number(&mut self) -> u32 {
        self.last_number = if self.last_number >= 0x7fff_fffe {
            2
        } else {
            self.last_number + 1
        };
        self.last_number
    }

    async fn obey(&mut self, order: Order) -> io::Result<()> {
        match order {
            Order::Send {
                command,
                body,
                answer,
                written,
            } => {
                let number = self.next_number();
                // From the first byte on nobody knows how far it came.
                written.store(true, Ordering::SeqCst);
                self.waits.insert(number, Waits::Caller(answer));
                self.line.write(&Unit::new(command, 0, number, body)).await
            }
            Order::Acknowledge { answers, epoch } => {
                for (session, number) in answers {
                    // What came by an earlier session comes again; it is known then.
                    if session == self.number {
                        self.answer(pdu::DELIVER_SM, status::OK, number, vec![0])
                            .await?;
                    }
                }
                self.answered = epoch;
                self.ask_presence().await
            }
        }
    }

    async fn answer(
        &mut self,
        command: u32,
        status: u32,
        number: u32,
        body: Vec<u8>,
    ) -> io::Result<()> {
        let unit = Unit::new(command | pdu::ANSWER, status, number, body);
        self.line.write(&unit).await
    }

    /// What is answered after our answers was sent after they were read.
    async fn ask_presence(&mut self) -> io::Result<()> {
        let number = self.next_number();
        let presence = Waits::Presence {
            since: Instant::now(),
            epoch: self.answered,
        };
        self.waits.insert(number, presence);
        self.line
            .write(&Unit::new(pdu::ENQUIRE_LINK, 0, number, Vec::new()))
            .await
    }

    async fn heard(&mut self, unit: Unit) -> io::Result<()> {
        self.heard = Instant::now();
        match unit.command {
            pdu::DELIVER_SM => self.delivered(unit).await,
            pdu::ENQUIRE_LINK => {
                self.answer(pdu::ENQUIRE_LINK, status::OK, unit.number, Vec::new())
                    .await
            }
            pdu::UNBIND => {
                let _ = self
                    .answer(pdu::UNBIND, status::OK, unit.number, Vec::new())
                    .await;
                Err(io::Error::other("the centre ended the session"))
            }
            pdu::ALERT_NOTIFICATION => Ok(()),
            command if command & pdu::ANSWER != 0 => {
                self.answered(unit);
                Ok(())
            }
            _ => {
                let unit = Unit::new(
                    pdu::GENERIC_NACK,
                    status::UNKNOWN_COMMAND,
                    unit.number,
                    Vec::new(),
                );
                self.line.write(&unit).await
            }
        }
    }

    fn answered(&mut self, unit: Unit) {
        match self.waits.remove(&unit.number) {
            Some(Waits::Caller(caller)) => {
                // Whoever waited too long has gone; what became of it is unknown to them.
                let _ = caller.send(unit);
            }
            Some(Waits::Presence { epoch, .. }) => {
                let read = Settled {
                    session: self.number,
                    epoch,
                };
                // Of a session that has answered nothing yet there is nothing to tell.
                if epoch > 0 && std::mem::replace(&mut *locked(&self.inner.settled), read) != read {
                    self.inner.arrived.notify_one();
                }
            }
            None => tracing::debug!(command = unit.command, "an answer to nothing"),
        }
    }

    async fn delivered(&mut self, unit: Unit) -> io::Result<()> {
        let full = {
            let mut waiting = locked(&self.inner.delivered);
            let full = waiting.len() >= MOST;
            if !full {
                waiting.push(Delivered {
                    session: self.number,
                    number: unit.number,
                    body: unit.body,
                    at: self.inner.clock.now(),
                });
            }
            full
        };
        if full {
            return self
                .answer(pdu::DELIVER_SM, status::QUEUE_FULL, unit.number, vec![0])
                .await;
        }
        self.inner.arrived.notify_one();
        Ok(())
    }

    async fn look(&mut self) -> io::Result<()> {
        let mut asked = false;
        for waits in self.waits.values() {
            if let Waits::Presence { since, .. } = waits {
                asked = true;
                if since.elapsed() > PRESENT {
                    return Err(io::Error::other("the centre does not answer any more"));
                }
            }
        }
        self.waits
            .retain(|_, waits| !matches!(waits, Waits::Caller(caller) if caller.is_closed()));
        if !asked && self.heard.elapsed() >= self.inner.centre.enquire {
            return self.ask_presence().await;
        }
        Ok(())
    }

    /// Says goodbye, so that the centre frees our place at once.
    async fn leave(&mut self) {
        let number = self.next_number();
        let farewell = async {
            self.line
                .write(&Unit::new(pdu::UNBIND, 0, number, Vec::new()))
                .await?;
            loop {
                let unit = self.line.next().await?;
                if unit.command == pdu::UNBIND | pdu::ANSWER {
                    return io::Result::Ok(());
                }
            }
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}
