//! A line that can be torn: a TCP proxy on loopback that cuts after a given byte, freezes half-open, or lets bytes drip.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// Bytes the line holds in each direction, and asks the system to hold: a reader that stops is felt at once.
const HELD: usize = 4096;

/// After how many bytes a connection ends; `None`: never.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tear {
    /// Bytes from the client to the server.
    pub up: Option<u64>,
    /// Bytes from the server to the client.
    pub down: Option<u64>,
}

/// How bytes pass at present, on every connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pace {
    /// As they come.
    #[default]
    Free,
    /// Not at all, in neither direction; nothing is closed (half-open).
    Frozen,
    /// One byte a second towards the client, as they come towards the server.
    Drip,
}

/// What one connection let through so far.
#[derive(Clone, Debug, Default)]
pub struct Passed {
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl Passed {
    /// Bytes from the client to the server.
    pub fn up(&self) -> u64 {
        self.up.load(Ordering::SeqCst)
    }
    /// Bytes from the server to the client.
    pub fn down(&self) -> u64 {
        self.down.load(Ordering::SeqCst)
    }
}

struct Shared {
    upstream: SocketAddr,
    next: Mutex<Vec<Tear>>,
    seen: Mutex<Vec<Passed>>,
    pace: watch::Sender<Pace>,
}

/// The running proxy; its connections end with its value.
pub struct TornLine {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Drop for TornLine {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TornLine {
    /// Starts one on a free port of 127.0.0.1, in front of `upstream`.
    pub async fn start(upstream: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            upstream,
            next: Mutex::default(),
            seen: Mutex::default(),
            pace: watch::channel(Pace::Free).0,
        });
        let server = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            server,
        })
    }
    /// Where clients connect.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
    /// Cuts the next connection that is made; several calls are used up in order.
    pub fn tear_next(&self, tear: Tear) {
        lock(&self.shared.next).push(tear);
    }
    /// Cuts no connection that is made from now on.
    pub fn mend(&self) {
        lock(&self.shared.next).clear();
    }
    /// Sets how bytes pass from now on.
    pub fn set_pace(&self, pace: Pace) {
        self.shared.pace.send_replace(pace);
    }
    /// What each connection let through, in the order they were made.
    pub fn passed(&self) -> Vec<Passed> {
        lock(&self.shared.seen).clone()
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Ends with the proxy, and takes its connections along.
    let mut lines = tokio::task::JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let mut next = lock(&shared.next);
        let tear = if next.is_empty() {
            Tear::default()
        } else {
            next.remove(0)
        };
        drop(next);
        let passed = Passed::default();
        lock(&shared.seen).push(passed.clone());
        lines.spawn(carry(client, Arc::clone(&shared), tear, passed));
        while lines.try_join_next().is_some() {}
    }
}

async fn carry(client: TcpStream, shared: Arc<Shared>, tear: Tear, passed: Passed) {
    let Ok(server) = connect(shared.upstream).await else {
        return;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (up, down) = (shared.pace.subscribe(), shared.pace.subscribe());
    let up = pass(from_client, to_server, tear.up, passed.up, up, false);
    let down = pass(from_server, to_client, tear.down, passed.down, down, true);
    // Either side's end is the end of both, as when a cable is pulled.
    tokio::select! { () = up => {}, () = down => {} }
}

async fn connect(upstream: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(u32::try_from(HELD).unwrap_or(u32::MAX))?;
    socket.connect(upstream).await
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    limit: Option<u64>,
    passed: Arc<AtomicU64>,
    mut pace: watch::Receiver<Pace>,
    drips: bool,
) {
    let mut held = [0_u8; HELD];
    let mut left = limit.unwrap_or(u64::MAX);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(HELD).min(HELD);
        let Ok(count @ 1..) = from.read(&mut held[..most]).await else {
            return;
        };
        let mut rest = &held[..count];
        while !rest.is_empty() {
            let Ok(now) = pace.wait_for(|p| *p != Pace::Frozen).await.map(|p| *p) else {
                return;
            };
            let one = drips && now == Pace::Drip;
            let (head, tail) = rest.split_at(if one { 1 } else { rest.len() });
            if one {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            if to.write_all(head).await.is_err() {
                return;
            }
            passed.fetch_add(head.len() as u64, Ordering::SeqCst);
            rest = tail;
        }
        left -= count as u64;
    }
}
