//! The session: at which data centre the account is, the key of the line there, and whose account it is. Its kept form is
//! a secret setting; `grammers` sees it as a [`Session`] in memory.

use grammers_session::{
    BoxFuture, Session, SessionData,
    types::{DcOption, PeerAuth, PeerId, PeerInfo, UpdateState, UpdatesState},
};
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    fmt,
    net::{SocketAddr, SocketAddrV4, SocketAddrV6},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Whose account a session is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) username: Option<String>,
}

/// A session as it is kept. `Debug` shows no key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The data centre's number.
    pub(crate) dc: i32,
    pub(crate) address: SocketAddr,
    /// 256 bytes in hexadecimal digits.
    key: String,
    pub(crate) owner: Owner,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("dc", &self.dc)
            .finish_non_exhaustive()
    }
}

impl Kept {
    /// Reads the kept form.
    pub(crate) fn read(told: &str) -> Option<Self> {
        let kept: Self = serde_json::from_str(told).ok()?;
        bytes_of(&kept.key)?;
        Some(kept)
    }
    /// The kept form.
    pub(crate) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
    /// The same for each account opened with the same key.
    pub(crate) fn key_id(&self) -> String {
        self.key.clone()
    }
    /// Whether it leads to a data centre of Telegram's own that this program knows.
    pub(crate) fn is_telegrams(&self) -> bool {
        let known = SessionData::default();
        known.dc_options.values().any(|option| {
            option.ipv4.ip() == &ip4(self.address)
                || SocketAddr::V6(option.ipv6).ip() == self.address.ip()
        }) || telegrams(self.address)
    }
}

/// Networks of Telegram (core.telegram.org/resources/cidr.txt): the configuration may name other addresses than the known.
fn telegrams(address: SocketAddr) -> bool {
    let SocketAddr::V4(address) = address else {
        return false;
    };
    let [a, b, c, _] = address.ip().octets();
    matches!(
        (a, b, c),
        (149, 154, 160..=175) | (91, 108, 4..=23 | 56..=59) | (91, 105, 192..=193) | (185, 76, 151)
    )
}

fn ip4(address: SocketAddr) -> std::net::Ipv4Addr {
    match address {
        SocketAddr::V4(address) => *address.ip(),
        SocketAddr::V6(_) => std::net::Ipv4Addr::UNSPECIFIED,
    }
}

fn bytes_of(digits: &str) -> Option<[u8; 256]> {
    if digits.len() != 512 || !digits.is_ascii() {
        return None;
    }
    let mut bytes = [0; 256];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

fn digits_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Inside {
    data: SessionData,
    owner: Option<i64>,
}

/// The session in use.
pub(crate) struct Store(Mutex<Inside>);

impl Store {
    /// Nobody's: the data centres that are known, and no key yet.
    pub(crate) fn fresh() -> Self {
        Self(Mutex::new(Inside {
            data: SessionData::default(),
            owner: None,
        }))
    }

    /// At one data centre with a key agreed beforehand: `ADDRESS/KEY`.
    pub(crate) fn at(told: &str) -> Option<Self> {
        let (address, key) = told.split_once('/')?;
        let store = Self::fresh();
        store.place(2, address.parse().ok()?, bytes_of(key)?);
        Some(store)
    }

    /// That of a signed-in account.
    pub(crate) fn of(kept: &Kept) -> Self {
        let store = Self::fresh();
        if let Some(key) = bytes_of(&kept.key) {
            store.place(kept.dc, kept.address, key);
        }
        store.inside().owner = Some(kept.owner.id);
        store
    }

    fn place(&self, id: i32, address: SocketAddr, key: [u8; 256]) {
        let (ipv4, ipv6) = match address {
            SocketAddr::V4(v4) => (
                v4,
                SocketAddrV6::new(v4.ip().to_ipv6_mapped(), v4.port(), 0, 0),
            ),
            SocketAddr::V6(v6) => (SocketAddrV4::new(std::net::Ipv4Addr::UNSPECIFIED, 0), v6),
        };
        let option = DcOption {
            id,
            ipv4,
            ipv6,
            auth_key: Some(key),
        };
        let mut inside = self.inside();
        inside.data.home_dc = id;
        inside.data.dc_options.insert(id, option);
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where its home is.
    pub(crate) fn address(&self) -> SocketAddr {
        let inside = self.inside();
        let home = inside.data.dc_options.get(&inside.data.home_dc);
        home.map_or_else(
            || SocketAddr::from(([0, 0, 0, 0], 0)),
            |option| option.ipv4.into(),
        )
    }

    /// The session with its owner, to be kept; none before there is a key.
    pub(crate) fn kept(&self, owner: Owner) -> Option<Kept> {
        let inside = self.inside();
        let dc = inside.data.home_dc;
        let option = inside.data.dc_options.get(&dc)?;
        Some(Kept {
            dc,
            address: option.ipv4.into(),
            key: digits_of(&option.auth_key?),
            owner,
        })
    }

    /// Where updates go on.
    pub(crate) fn state(&self) -> UpdatesState {
        self.inside().data.updates_state.clone()
    }

    pub(crate) fn set_state(&self, state: UpdatesState) {
        self.inside().data.updates_state = state;
    }
}

impl Session for Store {
    type Error = Infallible;

    fn home_dc_id(&self) -> Result<i32, Infallible> {
        Ok(self.inside().data.home_dc)
    }
    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), Infallible>> {
        self.inside().data.home_dc = dc_id;
        Box::pin(async { Ok(()) })
    }
    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, Infallible> {
        Ok(self.inside().data.dc_options.get(&dc_id).cloned())
    }
    fn set_dc_option(&self, option: &DcOption) -> BoxFuture<'_, Result<(), Infallible>> {
        let option = option.clone();
        self.inside().data.dc_options.insert(option.id, option);
        Box::pin(async { Ok(()) })
    }
    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, Infallible>> {
        // Only the owner is told of: differences of channels, which need a peer, are nothing to us.
        let owner = self.inside().owner.filter(|_| peer == PeerId::self_user());
        Box::pin(async move {
            Ok(owner.map(|id| PeerInfo::User {
                id,
                auth: Some(PeerAuth::from_hash(0)),
                bot: Some(false),
                is_self: Some(true),
            }))
        })
    }
    fn cache_peer(&self, _peer: PeerInfo) -> BoxFuture<'_, Result<(), Infallible>> {
        Box::pin(async { Ok(()) })
    }
    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, Infallible>> {
        let state = self.state();
        Box::pin(async move { Ok(state) })
    }
    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), Infallible>> {
        let mut inside = self.inside();
        let state = &mut inside.data.updates_state;
        match update {
            UpdateState::All(all) => *state = all,
            UpdateState::Primary { pts, date, seq } => {
                (state.pts, state.date, state.seq) = (pts, date, seq);
            }
            UpdateState::Secondary { qts } => state.qts = qts,
            // Channels are nothing to us.
            UpdateState::Channel { .. } => {}
        }
        drop(inside);
        Box::pin(async { Ok(()) })
    }
}
