//! Names of user-given addresses: what is checked is what is connected to, so a name that changes
//! its mind between two look-ups gains nothing.

use crate::address::{Refused, may_reach};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

/// Turns a host name into addresses.
pub type Lookup = Arc<
    dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync,
>;

/// The machine's own resolver.
pub fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names and lets only reachable addresses through to the connector.
pub(crate) struct GuardedResolver {
    lookup: Lookup,
    reachable: Arc<[IpAddr]>,
}

impl GuardedResolver {
    pub(crate) fn new(lookup: Lookup, reachable: Arc<[IpAddr]>) -> Self {
        Self { lookup, reachable }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, reachable) = (
            (self.lookup)(name.as_str().to_owned()),
            self.reachable.clone(),
        );
        Box::pin(async move {
            let found = found.await?;
            let total = found.len();
            let allowed: Vec<SocketAddr> = found
                .into_iter()
                .filter(|ip| may_reach(*ip, &reachable))
                .map(|ip| SocketAddr::new(ip, 0))
                .collect();
            if allowed.is_empty() && total > 0 {
                return Err(Refused("the name leads to no public address".to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
