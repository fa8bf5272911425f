//! Accounts opened by their connectors, kept while their settings stay the same.

use crate::model::{Account, Peer};
use crate::{signing, store::chosen};
use channel::{
    BoxFuture, Channel, Env, FieldKind, Memory, Scratch, SettingField, Settings, SignIn,
};
use db::{Db, Tx};
use http_client::{Http, Outlet};
use kernel::{Clock, Error, Id, Moment, Refusal, RefusalKind, Result, Uuid};
use seal::Sealer;
use std::{
    collections::HashMap,
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use web::House;

/// The connectors the server handed in, a part of the house.
pub struct Connectors(pub Vec<Arc<dyn Channel>>);

impl Connectors {
    /// The connector of a kind.
    pub fn of(&self, kind: &str) -> Result<&Arc<dyn Channel>> {
        self.0
            .iter()
            .find(|c| c.info().kind == kind)
            .ok_or_else(|| Error::field("kind", "channels.no_such_kind"))
    }
}

/// The setting of every account that can go out through a proxy: its address.
const PROXY: &str = "proxy";
/// The password of that proxy.
const PROXY_PASSWORD: &str = "proxy_password";

/// The set-up form of a connector: its own fields, and the proxy where it can be used.
pub(crate) fn fields_of(connector: &dyn Channel) -> Vec<SettingField> {
    let mut fields = connector.info().settings;
    if connector.by_proxy() {
        fields.push(SettingField::new(PROXY, FieldKind::Text));
        fields.push(SettingField::new(PROXY_PASSWORD, FieldKind::Secret));
    }
    fields
}

/// The client by which an account goes out.
fn way_out(house: &House, connector: &dyn Channel, settings: &Settings) -> Result<Http> {
    let http = house.part::<Http>()?;
    let address = settings.get(PROXY);
    if address.is_empty() || !connector.by_proxy() {
        return Ok(http.clone());
    }
    let outlet = Outlet {
        address: address.to_owned(),
        password: settings.get(PROXY_PASSWORD).to_owned(),
    };
    if !outlet.is_valid() {
        return Err(Refusal::new(RefusalKind::Invalid, "channels.bad_proxy")
            .arg("field", PROXY)
            .into());
    }
    http.through(&outlet).map_err(Error::fault)
}

/// Which node this is, over restarts: the one that fell takes its lease up again at once instead of waiting for it to
/// end. A part of the house.
#[derive(Clone, Copy, Debug)]
pub struct Node(pub Uuid);

type Opened = (Vec<u8>, Arc<dyn channel::Account>);

/// Opened accounts, a part of the house.
#[derive(Default)]
pub struct Live {
    opened: Mutex<HashMap<Id<Account>, Opened>>,
    /// When a client was last shown that an answer is being typed.
    typed: Mutex<HashMap<Id<Peer>, Moment>>,
    /// Signing in that is under way.
    pub(crate) signing: Mutex<HashMap<Uuid, signing::Open>>,
    /// Wakes the intake of this node.
    pub(crate) wake: tokio::sync::Notify,
    /// Wakes the part of the runner that looks after accounts.
    pub(crate) accounts: tokio::sync::Notify,
}

/// Clients whose last sign of typing is remembered; one more and all are forgotten.
const MOST_TYPED: usize = 10_000;

impl Live {
    /// Whether it is time to show a client again that an answer is being typed; notes it if so.
    pub(crate) fn may_type(&self, peer: Id<Peer>, now: Moment, every: Duration) -> bool {
        let mut typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        if typed.get(&peer).is_some_and(|at| now.since(*at) < every) {
            return false;
        }
        if typed.len() >= MOST_TYPED {
            typed.clear();
        }
        typed.insert(peer, now);
        true
    }

    /// The account as its connector opened it; opened anew when its settings changed.
    pub fn open(&self, house: &House, account: &Account) -> Result<Arc<dyn channel::Account>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((settings, live)) = opened.get(&account.id)
            && *settings == account.settings
        {
            return Ok(Arc::clone(live));
        }
        let settings = unseal(house, &account.settings)?;
        let memory = Arc::new(Shelf {
            db: house.db().clone(),
            sealer: house.part::<Sealer>()?.clone(),
            account: account.id,
        });
        let connector = house.part::<Connectors>()?.of(&account.kind)?;
        let env = env(house, &**connector, &settings, &account.secret, memory)?;
        let live = connector.open(&settings, &env).map_err(wrong)?;
        opened.insert(account.id, (account.settings.clone(), Arc::clone(&live)));
        Ok(live)
    }
}

/// Settings as they were given.
pub(crate) fn unseal(house: &House, sealed: &[u8]) -> Result<Settings> {
    let plain = house.part::<Sealer>()?.open(sealed)?;
    Ok(serde_json::from_slice(&plain)?)
}

/// What the house lends to an account.
fn env(
    house: &House,
    connector: &dyn Channel,
    settings: &Settings,
    secret: &str,
    memory: Arc<dyn Memory>,
) -> Result<Env> {
    Ok(Env {
        http: way_out(house, connector, settings)?,
        clock: Clock::clone(house.clock()),
        public_url: Some(house.base_url().to_owned()).filter(|u| u.starts_with("https://")),
        webhook_secret: secret.to_owned(),
        memory,
    })
}

fn wrong(error: channel::OpenError) -> Error {
    let code = match error.code {
        "required" => "channels.setting_required",
        "malformed" => "channels.setting_malformed",
        _ => "channels.setting",
    };
    Refusal::new(RefusalKind::Invalid, code)
        .arg("field", error.field)
        .into()
}

/// Opens an account with settings that need not be saved yet; it remembers nothing.
pub(crate) fn connect(
    house: &House,
    kind: &str,
    settings: &Settings,
    secret: &str,
) -> Result<Arc<dyn channel::Account>> {
    let connector = house.part::<Connectors>()?.of(kind)?;
    let env = env(house, &**connector, settings, secret, Scratch::memory())?;
    connector.open(settings, &env).map_err(wrong)
}

/// Begins to sign in with settings that need not be saved yet.
pub(crate) fn begin(house: &House, kind: &str, settings: &Settings) -> Result<Arc<dyn SignIn>> {
    let connector = house.part::<Connectors>()?.of(kind)?;
    let env = env(house, &**connector, settings, "", Scratch::memory())?;
    connector.sign_in(settings, &env).map_err(wrong)
}

/// What a connector keeps of one account, sealed in our tables.
struct Shelf {
    db: Db,
    sealer: Sealer,
    account: Id<Account>,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

impl Memory for Shelf {
    fn recall<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Option<Vec<u8>>>> {
        let (account, name) = (self.account, name.to_owned());
        Box::pin(async move {
            let found = self
                .db
                .read(async move |tx: &mut Tx<'_>| chosen::recall(tx, account, &name).await)
                .await
                .map_err(|error| io::Error::other(error.to_string()))?;
            let open = |(sealed,): (Vec<u8>,)| self.sealer.open(&sealed);
            found
                .map(open)
                .transpose()
                .map_err(|error| io::Error::other(error.to_string()))
        })
    }
    fn keep<'a>(&'a self, name: &'a str, value: Vec<u8>) -> BoxFuture<'a, io::Result<()>> {
        let (account, name) = (self.account, name.to_owned());
        Box::pin(async move {
            let sealed = self
                .sealer
                .seal(&value)
                .map_err(|error| io::Error::other(error.to_string()))?;
            self.db
                .write(async move |tx: &mut Tx<'_>| chosen::keep(tx, account, &name, &sealed).await)
                .await
                .map_err(|error| io::Error::other(error.to_string()))
        })
    }
}
