//! Accounts opened by their connectors, kept while their settings stay the same.

use crate::model::{Account, Peer};
use channel::{Channel, Env, FieldKind, SettingField, Settings};
use http_client::{Http, Outlet};
use kernel::{Clock, Error, Id, Moment, Refusal, RefusalKind, Result, Uuid};
use seal::Sealer;
use std::{
    collections::HashMap,
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

/// The setting every account that goes out by HTTP has: the proxy it goes through.
const PROXY: &str = "proxy";
/// The password of that proxy.
const PROXY_PASSWORD: &str = "proxy_password";

/// The set-up form of a connector: its own fields, and the proxy where it can be used.
pub(crate) fn fields_of(connector: &dyn Channel) -> Vec<SettingField> {
    let mut fields = connector.info().settings;
    if connector.by_http() {
        fields.push(SettingField::new(PROXY, FieldKind::Text));
        fields.push(SettingField::new(PROXY_PASSWORD, FieldKind::Secret));
    }
    fields
}

/// The client by which an account goes out.
fn way_out(house: &House, connector: &dyn Channel, settings: &Settings) -> Result<Http> {
    let http = house.part::<Http>()?;
    let address = settings.get(PROXY);
    if address.is_empty() || !connector.by_http() {
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
        let live = connect(house, &account.kind, &settings, &account.secret)?;
        opened.insert(account.id, (account.settings.clone(), Arc::clone(&live)));
        Ok(live)
    }
}

/// Settings as they were given.
pub(crate) fn unseal(house: &House, sealed: &[u8]) -> Result<Settings> {
    let plain = house.part::<Sealer>()?.open(sealed)?;
    Ok(serde_json::from_slice(&plain)?)
}

/// Opens an account with settings that need not be saved yet.
pub(crate) fn connect(
    house: &House,
    kind: &str,
    settings: &Settings,
    secret: &str,
) -> Result<Arc<dyn channel::Account>> {
    let connector = house.part::<Connectors>()?.of(kind)?;
    let env = Env {
        http: way_out(house, &**connector, settings)?,
        clock: Clock::clone(house.clock()),
        public_url: Some(house.base_url().to_owned()).filter(|u| u.starts_with("https://")),
        webhook_secret: secret.to_owned(),
    };
    connector.open(settings, &env).map_err(|e| {
        let code = match e.code {
            "required" => "channels.setting_required",
            "malformed" => "channels.setting_malformed",
            _ => "channels.setting",
        };
        Refusal::new(RefusalKind::Invalid, code)
            .arg("field", e.field)
            .into()
    })
}
