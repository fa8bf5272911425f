//! One account at a gateway.

use super::{
    answer::{self, Answer},
    hook::{self, Places},
    mapping::{Mapping, Trouble},
    path,
    template::{Place, Words},
};
use crate::{abilities, health, numbers};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use channel::{
    Accepted, Account, Action, Address, BoxFuture, Capabilities, CheckOutcome, Env, Inbound,
    MediaRef, MediaStream, Part, Peer, PeerRef, PollMode, Polled, RawEvent, RawRequest, Reply,
    SendError, Verified, WebhookHook, WebhookReject,
};
use http_client::{Http, Method, Policy, Request};
use kernel::Clock;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// How long a call may take.
const CALL: Duration = Duration::from_secs(30);

/// In what the request carries its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Format {
    Json,
    Form,
    /// All is in the address.
    Nothing,
}

/// How the gateway knows us, beside the gaps of the templates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Auth {
    Nothing,
    Basic,
    Bearer,
}

/// The settings, looked at already.
pub(crate) struct Given {
    pub(crate) url: String,
    pub(crate) post: bool,
    pub(crate) format: Format,
    pub(crate) body: String,
    /// Names and templates.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) auth: Auth,
    pub(crate) login: String,
    pub(crate) password: String,
    pub(crate) sender: String,
    /// Empty: our own id, which the request carries, is theirs too.
    pub(crate) id_path: String,
    pub(crate) error_paths: Vec<String>,
    pub(crate) errors: Mapping<Trouble>,
    /// Empty: the gateway tells none.
    pub(crate) balance_url: String,
    pub(crate) balance_path: String,
    /// Below it the account says so.
    pub(crate) balance_low: Option<f64>,
    pub(crate) places: Places,
    pub(crate) receipts: bool,
    pub(crate) max_parts: usize,
    pub(crate) price: String,
}

pub(crate) struct Gateway {
    http: Http,
    clock: Clock,
    /// The internet can reach us.
    reachable: bool,
    secret: String,
    capabilities: Capabilities,
    given: Given,
}

fn rejected(code: &str, text: &str) -> SendError {
    SendError::Rejected {
        code: code.to_owned(),
        text: text.to_owned(),
    }
}

impl Gateway {
    pub(crate) fn new(given: Given, env: &Env) -> Self {
        let receipts = given.receipts && !given.places.receipt_id.is_empty();
        Self {
            http: env.http.clone(),
            clock: env.clock.clone(),
            reachable: env.public_url.is_some(),
            secret: env.webhook_secret.clone(),
            capabilities: abilities::capabilities(given.max_parts, receipts, &given.price),
            given,
        }
    }

    fn words<'a>(&'a self, to: &'a str, text: &'a str, id: &'a str) -> Words<'a> {
        Words {
            to,
            text,
            id,
            sender: &self.given.sender,
            login: &self.given.login,
            password: &self.given.password,
        }
    }

    fn request(&self, method: Method, url: &str, words: &Words<'_>) -> Request {
        let url = words.fill(url, Place::Form);
        let mut request = self
            .http
            .request(Policy::Administrator, method, &url)
            .timeout(CALL);
        request = match self.given.auth {
            Auth::Nothing => request,
            Auth::Basic => {
                let pair = format!("{}:{}", self.given.login, self.given.password);
                request.header("Authorization", &format!("Basic {}", STANDARD.encode(pair)))
            }
            Auth::Bearer => {
                request.header("Authorization", &format!("Bearer {}", self.given.password))
            }
        };
        for (name, template) in &self.given.headers {
            // A line break in a word must not begin another header.
            let value = words
                .fill(template, Place::Plain)
                .replace(['\r', '\n'], " ");
            request = request.header(name, &value);
        }
        request
    }

    async fn send_part(
        &self,
        part: &Part,
        peer: &PeerRef,
        key: &str,
    ) -> Result<Accepted, SendError> {
        if !part.files.is_empty() {
            return Err(rejected("unsupported", "SMS carry text alone"));
        }
        let Some(to) = numbers::digits(&peer.ext_id) else {
            return Err(rejected("bad_number", "a name cannot be written to"));
        };
        let words = self.words(to, &part.text, key);
        let method = if self.given.post {
            Method::POST
        } else {
            Method::GET
        };
        let mut request = self.request(method, &self.given.url, &words);
        request = match self.given.format {
            Format::Json => request
                .header("Content-Type", "application/json")
                .body(words.fill(&self.given.body, Place::Json)),
            Format::Form => request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(words.form(&self.given.body)),
            Format::Nothing => request,
        };
        let answer = answer::read(request.send().await).await?;
        let places: Vec<String> = self
            .given
            .error_paths
            .iter()
            .map(|place| words.fill(place, Place::Plain))
            .collect();
        answer.refusal(&places, &self.given.errors)?;
        let id = match self.given.id_path.as_str() {
            "" => Some(key.to_owned()),
            place => path::word(&answer.json, &words.fill(place, Place::Plain)),
        };
        match id {
            Some(id) => Ok(Accepted {
                ext_ids: vec![id],
                moved_to: None,
            }),
            None => Err(SendError::Unknown {
                reason: "the gateway's answer names no message".to_owned(),
            }),
        }
    }

    /// Asks for the balance; the answer, if the gateway has an address for it.
    async fn balance(&self) -> Result<Option<String>, SendError> {
        if self.given.balance_url.is_empty() {
            return Ok(None);
        }
        let words = self.words("", "", "");
        let request = self.request(Method::GET, &self.given.balance_url, &words);
        let answer: Answer = answer::read(request.send().await).await?;
        answer.refusal(&self.given.error_paths, &self.given.errors)?;
        let told = path::word(&answer.json, &self.given.balance_path);
        match told {
            Some(told) => Ok(Some(told.chars().take(40).collect())),
            None => Err(rejected("gateway", "the answer tells no balance")),
        }
    }

    async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let name = match self.given.sender.as_str() {
            "" => &self.given.login,
            sender => sender,
        };
        let mut outcome = health::well(name);
        match self.balance().await? {
            Some(balance) => {
                let left = balance.replace(',', ".").parse::<f64>().ok();
                let low = self
                    .given
                    .balance_low
                    .zip(left)
                    .is_some_and(|(low, left)| left < low);
                outcome.balance = balance;
                if low {
                    "low_balance".clone_into(&mut outcome.code);
                }
            }
            // Nothing can be asked without sending; that its server answers at all is what we can know.
            None => {
                let words = self.words("", "", "");
                let place = words.fill(origin(&self.given.url), Place::Form);
                let asked = self.http.get(Policy::Administrator, &place).timeout(CALL);
                let answer = answer::read(asked.send().await).await;
                if let Err(error @ SendError::NotSent { .. }) = answer {
                    return Err(error);
                }
            }
        }
        let hears = self.capabilities.receipts.delivered || !self.given.places.in_from.is_empty();
        if outcome.code == "ok" && hears && !self.reachable {
            "no_receipts".clone_into(&mut outcome.code);
        }
        Ok(outcome)
    }
}

/// The address of the server alone.
fn origin(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..]
        .find(['/', '?', '#'])
        .map_or(url.len(), |at| start + at);
    &url[..end]
}

impl Account for Gateway {
    fn peer_at(&self, address: &Address) -> Option<Peer> {
        numbers::at(address)
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::None
    }

    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject> {
        if !matches!(request.method.as_str(), "GET" | "POST") || !request.path_tail.is_empty() {
            return Err(WebhookReject::NotFound);
        }
        let (token, carried) = hook::read(request);
        let told = token.unwrap_or_default();
        let proved: bool = told.as_bytes().ct_eq(self.secret.as_bytes()).into();
        if !proved || self.secret.is_empty() {
            return Err(WebhookReject::BadSignature);
        }
        match carried {
            // Somebody tries whether the address is there.
            Some(carried) if carried.as_object().is_some_and(serde_json::Map::is_empty) => {
                Ok(Verified::Handshake(Reply::empty()))
            }
            Some(carried) => Ok(Verified::Events(carried.to_string().into())),
            None => Err(WebhookReject::Malformed),
        }
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(carried) => hook::split(carried, &self.given.places),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        hook::normalize(event, &self.given.places, self.clock.now())
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        // A gateway tells by itself.
        let events = Vec::new();
        Box::pin(async move { Ok(Polled { events, cursor }) })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(self.send_part(part, peer, key))
    }

    fn act<'a>(
        &'a self,
        _action: Action,
        _peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Err(rejected("unsupported", "an SMS cannot be changed")) })
    }

    fn fetch_media<'a>(
        &'a self,
        _media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async { Err(rejected("unsupported", "SMS carry text alone")) })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move {
            let outcome = self.outcome().await;
            outcome.unwrap_or_else(|error| health::failed(&error))
        })
    }

    fn start(&self, _hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        // Gateways are told the address in their own settings, by a person.
        Box::pin(async { Ok(()) })
    }

    fn address_to_paste(&self, hook: &WebhookHook) -> Option<String> {
        let places = &self.given.places;
        let hears = !places.receipt_id.is_empty() || !places.in_from.is_empty();
        hears.then(|| format!("{}?{}={}", hook.url, hook::TOKEN, hook.secret))
    }

    fn link(&self, _token: Option<&str>) -> Option<String> {
        None
    }

    fn invitation(&self, text: &str) -> Option<channel::Invitation> {
        // A gateway that brings no messages has nobody to write to.
        (!self.given.places.in_from.is_empty())
            .then(|| numbers::invitation(&self.given.sender, text))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_of_an_address_is_found() {
        for (url, want) in [
            ("https://gate.example/send?x=1", "https://gate.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("https://gate.example?x", "https://gate.example"),
        ] {
            assert_eq!(origin(url), want);
        }
    }
}
