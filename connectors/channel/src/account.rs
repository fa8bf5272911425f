//! The two traits a connector fills: a kind of channel, and one connected account of it.

use crate::{
    Accepted, Action, Address, Capabilities, History, Inbound, MediaRef, MediaStream, Memory, Ours,
    Part, Peer, PeerRef, RawEvent, RawRequest, Reach, Reply, SendError, SettingField, Settings,
    SignIn, Template, Verified, WebhookReject,
};
use kernel::Clock;
use serde::{Deserialize, Serialize};
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};
use utoipa::ToSchema;

/// A future that any trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the UI needs to offer a kind of channel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ChannelKind)]
pub struct KindInfo {
    /// The stable word of the kind: `telegram`, `widget`.
    pub kind: String,
    /// An account is signed in step by step ([`Channel::sign_in`]) before it can be opened.
    #[serde(default)]
    pub sign_in: bool,
    /// Its set-up form.
    pub settings: Vec<SettingField>,
    /// What its accounts can do as a rule; [`Account::capabilities`] is exact.
    pub capabilities: Capabilities,
}

/// What the house lends to an account.
#[derive(Clone)]
pub struct Env {
    /// The only way out.
    pub http: http_client::Http,
    /// The time.
    pub clock: Clock,
    /// Where the internet reaches us, without a trailing slash; none when it does not.
    pub public_url: Option<String>,
    /// The secret the messenger has to prove on this account's webhook; also in [`WebhookHook`].
    pub webhook_secret: String,
    /// What the account keeps between runs.
    pub memory: Arc<dyn Memory>,
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Env")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// Why settings do not make an account.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("setting {field}: {code}")]
pub struct OpenError {
    /// The field at fault.
    pub field: String,
    /// A stable word: `required`, `malformed`.
    pub code: &'static str,
}

/// Whether somebody has to keep calling [`Account::poll`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PollMode {
    /// Events come by themselves; `poll` answers nothing.
    None,
    /// Call `poll` again and again; each call waits for events up to about half a minute.
    Long,
}

/// What one poll brought.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Polled {
    /// Events in the messenger's order.
    pub events: Vec<RawEvent>,
    /// Give it to the next poll once the events are stored; that call confirms them.
    pub cursor: Option<String>,
}

/// The address at which a messenger is to deliver.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookHook {
    /// Full https address, unguessable.
    pub url: String,
    /// 1 to 256 characters of `A-Z a-z 0-9 _ -`.
    pub secret: String,
}

impl fmt::Debug for WebhookHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookHook").finish_non_exhaustive()
    }
}

/// How an account fares.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct CheckOutcome {
    /// It works; with a `code` other than `ok` it works with a warning.
    pub ok: bool,
    /// The account's own name at the messenger, `@acme_bot`; empty if not learned.
    pub name: String,
    /// `ok`, or the Fluent message `health-<code>`: `token_refused`, `unreachable`, `webhook_failing` …
    pub code: String,
    /// The messenger's words, without secrets.
    pub detail: String,
    /// The account's own id at the messenger; empty if not learned.
    pub ext_id: String,
    /// Events that wait at the messenger for our webhook, if it tells.
    pub pending: Option<u64>,
    /// The money left there, as the provider writes it; empty if it tells none (L-86).
    #[serde(default)]
    pub balance: String,
}

/// One of the chats that an account has at the messenger.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chat {
    /// [`crate::Peer::ext_id`].
    pub ext_id: String,
    /// Its name there.
    pub name: String,
    /// When last written in.
    pub at: Option<kernel::Moment>,
}

/// A kind of channel: what to ask for, and how to open an account with the answers.
pub trait Channel: Send + Sync {
    /// What it is.
    fn info(&self) -> KindInfo;
    /// Its calls can go through a proxy: all of them are calls of `Env::http`, or lines that it opens (`Http::connect`).
    fn by_proxy(&self) -> bool {
        true
    }
    /// Makes an account from settings; does no I/O, so a wrong token is found by [`Account::check`].
    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError>;
    /// Begins to sign in with the answers of the form, where [`KindInfo::sign_in`] is true; does no I/O yet.
    fn sign_in(&self, _settings: &Settings, _env: &Env) -> Result<Arc<dyn SignIn>, OpenError> {
        Err(OpenError {
            field: "kind".to_owned(),
            code: "malformed",
        })
    }
}

/// One connected account.
pub trait Account: Send + Sync {
    /// What this account can do.
    fn capabilities(&self) -> &Capabilities;
    /// Whether it wants to be polled. It does not change after opening.
    fn mode(&self) -> PollMode;
    /// Proves that a request comes from the messenger; over the raw bytes, without I/O.
    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject>;
    /// What a messenger wants to read once these events are stored; an empty 200 unless it is particular.
    fn acknowledge(&self, _stored: &Verified) -> Reply {
        Reply::empty()
    }
    /// Cuts a request into events; a handshake has none.
    fn split(&self, verified: &Verified) -> Vec<RawEvent>;
    /// Understands an event. Total: what it does not know becomes [`Inbound::Unsupported`],
    /// what says nothing to us becomes an empty list.
    fn normalize(&self, event: &RawEvent) -> Vec<Inbound>;
    /// Adds what an event only points at: names of people whom the messenger shows by number. Called once the event is
    /// stored and before it is taken; what cannot be learned in a few seconds stays as it was.
    fn complete(&self, inbounds: Vec<Inbound>) -> BoxFuture<'_, Vec<Inbound>> {
        Box::pin(async { inbounds })
    }
    /// Waits once for events after `cursor`.
    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>>;
    /// Sends one part. `key` is the same in each try of the part.
    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>>;
    /// How long after a first try the messenger still knows a key, where [`Capabilities::idempotent`] is true; none for
    /// ever. Beyond that a send of unknown outcome is not repeated.
    fn remembers_keys_for(&self) -> Option<Duration> {
        None
    }
    /// Does one of the lesser acts; what the channel cannot do is [`SendError::Rejected`] with
    /// code `unsupported`.
    fn act<'a>(&'a self, action: Action, peer: &'a PeerRef)
    -> BoxFuture<'a, Result<(), SendError>>;
    /// Opens a file of a received message.
    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>>;
    /// Asks for a client's picture; none when they show none or the channel has no pictures.
    fn picture<'a>(
        &'a self,
        _peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<Option<MediaStream>, SendError>> {
        Box::pin(async { Ok(None) })
    }
    /// All that the messenger remembers of the account's talks since a moment, where [`Capabilities::history`] is true;
    /// none where it remembers nothing for us. What is dear to read (whole letters) is read of that only which `ours`
    /// lacks, and where people choose among chats nothing is read of the others.
    fn history<'a>(
        &'a self,
        _since: kernel::Moment,
        _ours: &'a dyn Ours,
    ) -> BoxFuture<'a, Result<Option<History>, SendError>> {
        Box::pin(async { Ok(None) })
    }
    /// Who is behind an address, where their id follows from it without asking (a number is its own id).
    fn peer_at(&self, _address: &Address) -> Option<Peer> {
        None
    }
    /// Asks whether somebody can be written to first. A messenger that cannot be asked answers by [`Account::peer_at`]
    /// alone: unknown, or unsupported where that knows nobody.
    fn can_contact<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Reach, SendError>> {
        Box::pin(async move {
            Ok(match self.peer_at(address) {
                Some(peer) => Reach::Unknown {
                    why: "no_check".to_owned(),
                    peer: Some(Box::new(peer)),
                },
                None => Reach::Unsupported,
            })
        })
    }
    /// The newest of the account's chats, at most some hundreds, where [`Capabilities::chats`] lets people choose.
    fn chats(&self) -> BoxFuture<'_, Result<Vec<Chat>, SendError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
    /// All templates as the messenger has them now, where [`Capabilities::approved_templates`] is true.
    fn templates(&self) -> BoxFuture<'_, Result<Vec<Template>, SendError>> {
        Box::pin(async { Err(no_templates()) })
    }
    /// Submits a template for approval; answers it as the messenger took it, with its id and state.
    fn submit_template<'a>(
        &'a self,
        _template: &'a Template,
    ) -> BoxFuture<'a, Result<Template, SendError>> {
        Box::pin(async { Err(no_templates()) })
    }
    /// Deletes a template at the messenger.
    fn delete_template<'a>(
        &'a self,
        _template: &'a Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Err(no_templates()) })
    }
    /// Asks the messenger how the account fares.
    fn check(&self) -> BoxFuture<'_, CheckOutcome>;
    /// Prepares receiving: registers the webhook, or removes it when there is none, so that
    /// polling works. Call it at start and whenever the address changes.
    fn start(&self, hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>>;
    /// The address that a person has to paste into the provider's own settings so that it delivers to us; none where we
    /// tell it ourselves, or where nothing is delivered.
    fn address_to_paste(&self, _hook: &WebhookHook) -> Option<String> {
        None
    }
    /// Where a client writes to this account; `token` (at most 64 of `A-Z a-z 0-9 _ -`) comes back
    /// with their first message as the fact `deep_link`. None until it is known or if impossible.
    fn link(&self, token: Option<&str>) -> Option<String>;
    /// Where a client writes to this account with a text already in their field, for links that are given to anybody
    /// (L-78). `None` as for [`Account::link`]; a messenger that takes no text along answers the plain link.
    fn invitation(&self, _text: &str) -> Option<Invitation> {
        self.link(None).map(|url| Invitation {
            url,
            takes_text: false,
        })
    }
}

/// A public address of an account (L-78).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Invitation {
    /// Any address a telephone or a browser opens: `https:`, `mailto:`, `sms:`, `viber:`.
    pub url: String,
    /// The asked text stands in the client's field when they follow it.
    pub takes_text: bool,
}

/// A text as a part of an address: everything but letters, digits and `-_.~` as bytes in percent (RFC 3986, 2.3).
pub fn in_address(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

fn no_templates() -> SendError {
    SendError::Rejected {
        code: "unsupported".to_owned(),
        text: "this channel has no templates".to_owned(),
    }
}
