//! The only HTTP client: timeouts, address policy, no secrets in logs.
//!
//! Two policies: [`Policy::Public`] for addresses that users give, which never reach anything
//! private, and [`Policy::Administrator`] for base addresses that the administrator configured,
//! which may be anything.

mod address;
mod error;
mod redact;
mod request;
mod resolver;
mod tunnel;

pub use address::is_public;
pub use error::HttpError;
pub use redact::redact;
pub use request::{Request, Response};
pub use reqwest::{Body, Method, multipart};
pub use resolver::{Lookup, system_lookup};
pub use tunnel::{LineError, Wire};

use reqwest::{Client, Proxy, redirect};
use resolver::GuardedResolver;
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

/// Most redirects that are followed for a user-given address.
const MAX_REDIRECTS: usize = 5;

/// Who gave the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// A user: http and https only, never a private address, at most five redirects, each checked.
    Public,
    /// The administrator: any address; redirects are answered, not followed, so that a token in
    /// the address never travels elsewhere.
    Administrator,
}

/// How the client behaves; the default suits a server.
#[derive(Clone)]
pub struct HttpOptions {
    /// Longest wait for name, connection and TLS together.
    pub connect_timeout: Duration,
    /// Longest time for a whole request with its answer, unless the request says otherwise.
    pub timeout: Duration,
    /// Largest answer in bytes, unless the request says otherwise.
    pub max_bytes: u64,
    /// Who we say we are.
    pub user_agent: String,
    /// Private addresses that users may reach all the same.
    pub reachable: Vec<IpAddr>,
    /// How user-given names become addresses.
    pub lookup: Lookup,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_mins(1),
            max_bytes: 16 * 1024 * 1024,
            user_agent: concat!("Beseda/", env!("CARGO_PKG_VERSION")).to_owned(),
            reachable: Vec::new(),
            lookup: system_lookup(),
        }
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("max_bytes", &self.max_bytes)
            .field("reachable", &self.reachable)
            .finish_non_exhaustive()
    }
}

/// The client; cheap to clone, one per process.
#[derive(Clone, Debug)]
pub struct Http {
    public: Client,
    administrator: Client,
    reachable: Arc<[IpAddr]>,
    max_bytes: u64,
    options: HttpOptions,
    outlet: Option<Outlet>,
}

/// A way out through another machine. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Outlet {
    /// `http://`, `https://`, `socks5://` (names are resolved here) or `socks5h://` (there) with host and port; a user
    /// may stand before `@`.
    pub address: String,
    /// The user's password; empty if none is asked for.
    pub password: String,
}

impl fmt::Debug for Outlet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outlet").finish_non_exhaustive()
    }
}

impl Outlet {
    /// The proxy as the library takes it; none if the address does not name one.
    fn proxy(&self) -> Option<Proxy> {
        const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];
        let mut url = reqwest::Url::parse(&self.address).ok()?;
        let fine = SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|h| !h.is_empty());
        let port = url.port_or_known_default().or(Some(1080))?;
        if !fine || !matches!(url.path(), "" | "/") {
            return None;
        }
        url.set_port(Some(port)).ok()?;
        if !self.password.is_empty() {
            url.set_password(Some(&self.password)).ok()?;
        }
        Proxy::all(url).ok()
    }
    /// Whether the address names a proxy.
    pub fn is_valid(&self) -> bool {
        self.proxy().is_some()
    }
}

impl Http {
    /// Makes the client and, if the process has none yet, installs ring as its TLS provider.
    /// Fails when the machine has no usable root certificates.
    pub fn new(options: &HttpOptions) -> Result<Self, HttpError> {
        Self::made(options, None, None)
    }
    /// The same client whose calls go out through a proxy. What the proxy itself can reach is its administrator's
    /// business: names are looked up there, so only addresses written as numbers are refused here.
    pub fn through(&self, outlet: &Outlet) -> Result<Self, HttpError> {
        let proxy = outlet
            .proxy()
            .ok_or_else(|| HttpError::NotSent("not a proxy's address".to_owned()))?;
        Self::made(&self.options, Some(&proxy), Some(outlet.clone()))
    }
    fn made(
        options: &HttpOptions,
        proxy: Option<&Proxy>,
        outlet: Option<Outlet>,
    ) -> Result<Self, HttpError> {
        // An error only says that a provider is installed already, which is what we want.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let reachable: Arc<[IpAddr]> = options.reachable.clone().into();
        let base = || {
            let builder = Client::builder()
                .connect_timeout(options.connect_timeout)
                .timeout(options.timeout)
                .user_agent(options.user_agent.as_str())
                .no_proxy()
                .referer(false);
            match proxy {
                Some(proxy) => builder.proxy(proxy.clone()),
                None => builder,
            }
        };
        let build = |builder: reqwest::ClientBuilder| {
            builder
                .build()
                .map_err(|error| HttpError::NotSent(error::sentence(&error)))
        };
        let resolver = GuardedResolver::new(options.lookup.clone(), reachable.clone());
        Ok(Self {
            public: build(
                base()
                    .dns_resolver(resolver)
                    .redirect(checked_redirects(reachable.clone())),
            )?,
            administrator: build(base().redirect(redirect::Policy::none()))?,
            reachable,
            max_bytes: options.max_bytes,
            options: options.clone(),
            outlet,
        })
    }
    /// The proxy through which calls go out.
    pub fn outlet(&self) -> Option<&Outlet> {
        self.outlet.as_ref()
    }
    /// Opens a line that is not HTTP, through the proxy if there is one. Whether the address may be reached is the
    /// caller's to know: give it no address that a user gave.
    pub async fn connect(&self, to: SocketAddr) -> Result<Box<dyn Wire>, LineError> {
        tunnel::open(self.outlet.as_ref(), to, self.options.connect_timeout).await
    }
    /// Whether an address may be called at all, as far as can be told without resolving its name: for refusing one when
    /// it is given. The call itself checks again.
    pub fn check(&self, policy: Policy, url: &str) -> Result<(), HttpError> {
        address::checked_url(policy, url, &self.reachable).map(drop)
    }
    /// A GET; nothing happens before [`Request::send`].
    pub fn get(&self, policy: Policy, url: &str) -> Request {
        self.request(policy, Method::GET, url)
    }
    /// A POST; nothing happens before [`Request::send`].
    pub fn post(&self, policy: Policy, url: &str) -> Request {
        self.request(policy, Method::POST, url)
    }
    /// Any other request; nothing happens before [`Request::send`].
    pub fn request(&self, policy: Policy, method: Method, url: &str) -> Request {
        let checked = address::checked_url(policy, url, &self.reachable);
        let client = match policy {
            Policy::Public => &self.public,
            Policy::Administrator => &self.administrator,
        };
        Request::new(
            checked.map(|url| client.request(method, url)),
            self.max_bytes,
        )
    }
}

/// Follows redirects whose target a user might have given just as well.
fn checked_redirects(reachable: Arc<[IpAddr]>) -> redirect::Policy {
    redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > MAX_REDIRECTS {
            return attempt.error(address::Refused("too many redirects".to_owned()));
        }
        match address::check(attempt.url(), &reachable) {
            Ok(()) => attempt.follow(),
            Err(refused) => attempt.error(refused),
        }
    })
}
