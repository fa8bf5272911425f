//! One session with a centre: connected, bound, kept alive, connected again after a break.
//!
//! The session is a task of its own. It lives while somebody polls, sends or checks, and ends by itself soon after: a node
//! that no longer holds the lease of channels must not stay bound. A request knows whether its bytes were written, so a
//! break before that is "not sent" and a break after it "unknown".

mod line;
mod serve;

use super::{
    inbox::{Delivered, Settled},
    pdu::{self, Unit},
    status,
};
use channel::SendError;
use kernel::Clock;
use line::Line;
use serve::Ended;
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, Semaphore, mpsc, oneshot, watch},
    time::{Instant, sleep, sleep_until, timeout},
};

/// How long connecting and binding may take together.
const CONNECT: Duration = Duration::from_secs(15);
/// How long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(30);
/// How long nobody may use a session until it ends.
const UNUSED: Duration = Duration::from_secs(20);
/// A session that held so long was none of the tries that count.
const LASTS: Duration = Duration::from_secs(30);
/// Between two tries to connect: seconds, before they are spread.
const PAUSES: [u64; 6] = [1, 2, 5, 15, 30, 60];

/// Where the centre is and who we are there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Centre {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// None: no encryption.
    pub(crate) tls: Option<line::Trust>,
    pub(crate) system_id: String,
    pub(crate) password: String,
    pub(crate) system_type: String,
    /// Messages that may wait for their answer at the same time.
    pub(crate) window: usize,
    /// Messages per second.
    pub(crate) rate: u32,
    /// Silence after which we ask whether the centre is there.
    pub(crate) enquire: Duration,
}

pub(crate) use line::Trust;

/// How the session fares.
#[derive(Clone, Debug)]
enum State {
    /// Nobody needs it.
    Off,
    /// It is being made.
    Trying,
    /// It works.
    Bound,
    /// It does not, for this reason; tried again after a pause.
    Down(SendError),
}

/// What the task is asked to do.
enum Order {
    Send {
        command: u32,
        body: Vec<u8>,
        answer: oneshot::Sender<Unit>,
        written: Arc<AtomicBool>,
    },
    /// Answers deliveries of a session, as the batch of this number.
    Acknowledge {
        answers: Vec<(u64, u32)>,
        epoch: u64,
    },
}

struct Inner {
    centre: Centre,
    clock: Clock,
    state: watch::Sender<State>,
    orders: mpsc::UnboundedSender<Order>,
    /// The task's end of the orders; there is a task while it is away.
    idle: Mutex<Option<mpsc::UnboundedReceiver<Order>>>,
    delivered: Mutex<Vec<Delivered>>,
    arrived: Notify,
    nudge: Notify,
    closing: Notify,
    closed: AtomicBool,
    users: AtomicUsize,
    last_used: Mutex<Instant>,
    settled: Mutex<Settled>,
    window: Semaphore,
    pace: tokio::sync::Mutex<Instant>,
}

/// The session as the account uses it; ends when it is dropped.
pub(crate) struct Link(Arc<Inner>);

/// Somebody who needs the session.
struct User<'a>(&'a Inner);

impl Drop for User<'_> {
    fn drop(&mut self) {
        *locked(&self.0.last_used) = Instant::now();
        self.0.users.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.0.closed.store(true, Ordering::SeqCst);
        self.0.closing.notify_one();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    pub(crate) fn new(centre: Centre, clock: Clock) -> Self {
        let (orders, idle) = mpsc::unbounded_channel();
        let window = Semaphore::new(centre.window);
        Self(Arc::new(Inner {
            centre,
            clock,
            state: watch::Sender::new(State::Off),
            orders,
            idle: Mutex::new(Some(idle)),
            delivered: Mutex::default(),
            arrived: Notify::new(),
            nudge: Notify::new(),
            closing: Notify::new(),
            closed: AtomicBool::new(false),
            users: AtomicUsize::new(0),
            last_used: Mutex::new(Instant::now()),
            settled: Mutex::default(),
            window,
            pace: tokio::sync::Mutex::new(Instant::now()),
        }))
    }

    /// Makes sure that there is a session, or that one is being made.
    fn need(&self) -> User<'_> {
        self.0.users.fetch_add(1, Ordering::SeqCst);
        let user = User(&self.0);
        if let Some(orders) = locked(&self.0.idle).take() {
            self.0.state.send_replace(State::Trying);
            tokio::spawn(keep(Arc::clone(&self.0), orders));
        }
        user
    }

    /// Waits for the session to be bound, or to have failed just now.
    async fn bound(&self) -> Result<(), SendError> {
        let mut state = self.0.state.subscribe();
        let settled = state.wait_for(|state| matches!(state, State::Bound | State::Down(_)));
        match timeout(CONNECT + Duration::from_secs(5), settled).await {
            Ok(Ok(state)) => match &*state {
                State::Down(error) => Err(error.clone()),
                _ => Ok(()),
            },
            _ => Err(not_sent("the centre does not answer")),
        }
    }

    /// Asks the centre something once the session is there, and waits for its answer.
    async fn ask(&self, command: u32, body: Vec<u8>) -> Result<Unit, SendError> {
        let (answer, answered) = oneshot::channel();
        let written = Arc::new(AtomicBool::new(false));
        let order = Order::Send {
            command,
            body,
            answer,
            written: Arc::clone(&written),
        };
        if self.0.orders.send(order).is_err() {
            return Err(not_sent("the session has ended"));
        }
        let lost = |why: &str| {
            if written.load(Ordering::SeqCst) {
                SendError::Unknown {
                    reason: why.to_owned(),
                }
            } else {
                not_sent(why)
            }
        };
        match timeout(ANSWER, answered).await {
            Ok(Ok(unit)) => Ok(unit),
            Ok(Err(_)) => Err(lost("the connection broke")),
            Err(_) => Err(lost("the centre did not answer in time")),
        }
    }

    /// Sends a message within the window and the pace; the centre's answer, whatever its status.
    pub(crate) async fn submit(&self, body: Vec<u8>) -> Result<Unit, SendError> {
        let _user = self.need();
        self.bound().await?;
        let Ok(_place) = self.0.window.acquire().await else {
            return Err(not_sent("the session has ended"));
        };
        {
            let mut next = self.0.pace.lock().await;
            sleep_until(*next).await;
            let gap = Duration::from_secs(1) / self.0.centre.rate.max(1);
            *next = Instant::now().max(*next) + gap;
        }
        self.ask(pdu::SUBMIT_SM, body).await
    }

    /// Whether the centre takes us, found out now.
    pub(crate) async fn check(&self) -> Result<(), SendError> {
        let _user = self.need();
        let mut state = self.0.state.subscribe();
        let before = state.borrow_and_update().clone();
        match before {
            State::Bound => {
                if self.ask(pdu::ENQUIRE_LINK, Vec::new()).await.is_ok() {
                    return Ok(());
                }
                // It broke by our question. What comes next tells.
                let broke = state.wait_for(|state| !matches!(state, State::Bound));
                let _ = timeout(CONNECT, broke).await;
                self.0.nudge.notify_one();
            }
            State::Down(_) => self.again(&mut state).await,
            State::Off | State::Trying => {}
        }
        self.bound().await
    }

    /// Ends the pause between two tries, and waits for the next try.
    async fn again(&self, state: &mut watch::Receiver<State>) {
        self.0.nudge.notify_one();
        let tried = state.wait_for(|state| matches!(state, State::Trying | State::Bound));
        let _ = timeout(CONNECT, tried).await;
    }

    /// Answers what was stored.
    pub(crate) fn acknowledge(&self, answers: Vec<(u64, u32)>, epoch: u64) {
        if !answers.is_empty() {
            let _ = self.0.orders.send(Order::Acknowledge { answers, epoch });
        }
    }

    /// Which answers the centre has read.
    pub(crate) fn settled(&self) -> Settled {
        *locked(&self.0.settled)
    }

    /// What came meanwhile.
    pub(crate) fn take_delivered(&self) -> Vec<Delivered> {
        std::mem::take(&mut *locked(&self.0.delivered))
    }

    /// Waits a while for something to come or to be settled; the session is needed meanwhile.
    pub(crate) async fn wait(&self, longest: Duration) {
        let _user = self.need();
        let _ = timeout(longest, self.0.arrived.notified()).await;
    }
}

impl Inner {
    fn unneeded(&self) -> bool {
        let unused = || locked(&self.last_used).elapsed() >= UNUSED;
        self.closed.load(Ordering::SeqCst) || (self.users.load(Ordering::SeqCst) == 0 && unused())
    }
}

/// The task: one session after another while they are needed.
async fn keep(inner: Arc<Inner>, mut orders: mpsc::UnboundedReceiver<Order>) {
    // Tries since a session lasted.
    let mut failures = 0;
    let mut session = 0;
    loop {
        inner.state.send_replace(State::Trying);
        let error = match timeout(CONNECT, Line::open(&inner.centre)).await {
            Ok(Ok(line)) => {
                session += 1;
                tracing::info!(host = %inner.centre.host, "bound at the SMS centre");
                inner.state.send_replace(State::Bound);
                let began = Instant::now();
                let ended = serve::serve(&inner, line, &mut orders, session).await;
                if began.elapsed() >= LASTS {
                    failures = 0;
                }
                match ended {
                    Ended::Unneeded => None,
                    Ended::Broken(why) => Some(not_sent(&why)),
                }
            }
            Ok(Err(error)) => Some(error),
            Err(_) => Some(not_sent("the centre does not answer")),
        };
        // What still waits was not written; it is told so by losing its place.
        while orders.try_recv().is_ok() {}
        if let Some(error) = error {
            tracing::warn!(host = %inner.centre.host, %error, "no session with the SMS centre");
            // One break is no trouble yet: who has something to send waits for the next session.
            let broke = failures == 0 && matches!(*inner.state.borrow(), State::Bound);
            let next = if broke {
                State::Trying
            } else {
                State::Down(error)
            };
            inner.state.send_replace(next);
            tokio::select! {
                () = sleep(spread(failures)) => {}
                () = inner.nudge.notified() => {}
                () = inner.closing.notified() => {}
            }
            failures += 1;
        }
        if inner.unneeded() {
            let mut idle = locked(&inner.idle);
            // Somebody may have come in this very moment; they see the task and wait for it.
            if inner.unneeded() {
                inner.state.send_replace(State::Off);
                *idle = Some(orders);
                return;
            }
        }
    }
}

/// The pause after so many failures, spread by half so that many do not come back at once.
fn spread(failures: usize) -> Duration {
    let pause = Duration::from_secs(PAUSES[failures.min(PAUSES.len() - 1)]);
    let drawn = RandomState::new().hash_one(failures) % 1000;
    pause / 2 + pause.mul_f64(f64::from(u32::try_from(drawn).unwrap_or(0)) / 1000.0)
}

fn not_sent(why: &str) -> SendError {
    SendError::NotSent {
        reason: why.to_owned(),
    }
}

/// What a refused bind means.
fn refused(unit: &Unit) -> SendError {
    match status::meaning(unit.status, None) {
        // Bound already, busy, or out of order: nothing was sent by that.
        SendError::Rejected { text, .. } => not_sent(&text),
        SendError::Retry { reason, .. } => SendError::NotSent { reason },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_22_pauses_grow_to_a_minute_and_are_spread() {
        for (failures, want) in [(0, 1), (1, 2), (3, 15), (5, 60), (100, 60)] {
            let want = Duration::from_secs(want);
            for _ in 0..50 {
                let pause = spread(failures);
                assert!(pause >= want / 2 && pause <= want * 3 / 2, "{pause:?}");
            }
        }
    }
}
