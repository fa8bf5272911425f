//! The way of a line out of the house: straight, or through the account's proxy.
//!
//! `grammers` opens its lines itself, and its own proxies are of one kind. So where there is a proxy each data centre has
//! a door on loopback: whoever comes in by it is led on to that data centre, and nowhere else. What goes through is
//! encrypted with the session's key before it reaches the door.

use crate::session::Store;
use grammers_session::{
    BoxFuture, Session,
    types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState},
};
use http_client::{Http, LineError};
use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddrV4},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::{io::copy_bidirectional, net::TcpListener, task::JoinHandle};

/// Where nobody listens: better no line than one that goes past the proxy.
const NOWHERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

struct Door {
    at: SocketAddrV4,
    to: SocketAddrV4,
    opened: JoinHandle<()>,
}

impl Drop for Door {
    fn drop(&mut self) {
        self.opened.abort();
    }
}

/// The way out.
pub(crate) struct Way {
    pub(crate) http: Http,
    doors: Mutex<HashMap<i32, Door>>,
    /// Why the proxy led nowhere when it was last tried.
    fault: Arc<Mutex<Option<LineError>>>,
}

impl Way {
    pub(crate) fn new(http: Http) -> Self {
        Self {
            http,
            doors: Mutex::default(),
            fault: Arc::default(),
        }
    }

    /// What is wrong with the proxy.
    pub(crate) fn fault(&self) -> Option<LineError> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.clone()
    }

    fn doors(&self) -> MutexGuard<'_, HashMap<i32, Door>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to go to get to a data centre.
    fn door(&self, dc: i32, to: SocketAddrV4) -> SocketAddrV4 {
        if self.http.outlet().is_none() || to.port() == 0 {
            return to;
        }
        let mut doors = self.doors();
        if let Some(door) = doors.get(&dc)
            && door.to == to
        {
            return door.at;
        }
        match self.build(to) {
            Ok(door) => {
                let at = door.at;
                doors.insert(dc, door);
                at
            }
            Err(error) => {
                tracing::warn!(%error, "no way to the proxy could be prepared");
                NOWHERE
            }
        }
    }

    fn build(&self, to: SocketAddrV4) -> io::Result<Door> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let at = SocketAddrV4::new(Ipv4Addr::LOCALHOST, listener.local_addr()?.port());
        let listener = TcpListener::from_std(listener)?;
        let (http, fault) = (self.http.clone(), Arc::clone(&self.fault));
        let opened = tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let (http, fault) = (http.clone(), Arc::clone(&fault));
                tokio::spawn(async move {
                    let line = http.connect(to.into()).await;
                    let noted = line.as_ref().err().cloned();
                    // Noted before the line ends, so that whoever waits on it finds why.
                    *fault.lock().unwrap_or_else(PoisonError::into_inner) = noted;
                    if let Ok(mut line) = line {
                        let _ = copy_bidirectional(&mut from, &mut line).await;
                    }
                });
            }
        });
        Ok(Door { at, to, opened })
    }

    /// Where a door leads; any other address stays as it is.
    fn behind(&self, at: SocketAddrV4) -> SocketAddrV4 {
        let doors = self.doors();
        let door = doors.values().find(|door| door.at == at);
        door.map_or(at, |door| door.to)
    }
}

/// The session as lines see it that go this way. What is kept are the data centres' own addresses.
pub(crate) struct Through {
    pub(crate) store: Arc<Store>,
    pub(crate) way: Arc<Way>,
}

impl Session for Through {
    type Error = Infallible;

    fn home_dc_id(&self) -> Result<i32, Infallible> {
        self.store.home_dc_id()
    }
    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), Infallible>> {
        self.store.set_home_dc_id(dc_id)
    }
    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, Infallible> {
        let option = self.store.dc_option(dc_id)?;
        Ok(option.map(|option| DcOption {
            ipv4: self.way.door(dc_id, option.ipv4),
            ..option
        }))
    }
    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), Infallible>> {
        let mut option = option.clone();
        option.ipv4 = self.way.behind(option.ipv4);
        Box::pin(async move { self.store.set_dc_option(&option).await })
    }
    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, Infallible>> {
        self.store.peer(peer)
    }
    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), Infallible>> {
        self.store.cache_peer(peer)
    }
    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, Infallible>> {
        self.store.updates_state()
    }
    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), Infallible>> {
        self.store.set_update_state(update)
    }
}
