//! One bot.

mod health;
mod media;

use crate::{
    ASKED_UPDATES, abilities,
    api::Api,
    incoming::{self, Reader},
    outgoing::{self, Shelf},
    peer::Place,
    people::People,
};
use channel::{
    Accepted, Account, Action, BoxFuture, Capabilities, CheckOutcome, Env, Inbound, MediaRef,
    MediaStream, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, Scope, SendError, Verified,
    WebhookHook, WebhookReject,
};
use http_client::Method;
use kernel::Clock;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{
    sync::{Mutex, OnceLock},
    time::Duration,
};
use subtle::ConstantTimeEq;

/// How long the vendor holds a poll open when nothing happens, in seconds (at most 90).
const POLL_SECONDS: u64 = 25;

pub(crate) struct Bot {
    api: Api,
    token: String,
    clock: Clock,
    capabilities: Capabilities,
    webhook: bool,
    webhook_secret: String,
    /// Where the internet reaches us: webhooks that lie there are our own.
    public_url: Option<String>,
    /// What was last registered, so that it can be registered again.
    hook: Mutex<Option<WebhookHook>>,
    /// Learned by the first check; a bot does not change its name.
    me: OnceLock<Me>,
    people: People,
    shelf: Shelf,
}

struct Me {
    id: Option<i64>,
    username: String,
}

/// One answer of a poll.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Updates {
    updates: Vec<Box<RawValue>>,
    marker: Option<i64>,
}

impl Bot {
    pub(crate) fn new(token: &str, base: &str, webhook: bool, env: &Env) -> Self {
        Self {
            api: Api::new(env.http.clone(), base, token),
            token: token.to_owned(),
            clock: env.clock.clone(),
            capabilities: abilities::capabilities(),
            webhook,
            webhook_secret: env.webhook_secret.clone(),
            public_url: env.public_url.clone(),
            hook: Mutex::default(),
            me: OnceLock::new(),
            people: People::default(),
            shelf: Shelf::default(),
        }
    }

    async fn updates(&self, cursor: Option<String>) -> Result<Polled, SendError> {
        let (seconds, kinds) = (POLL_SECONDS.to_string(), ASKED_UPDATES.join(","));
        let mut query = vec![
            ("limit", "100"),
            ("timeout", seconds.as_str()),
            ("types", kinds.as_str()),
        ];
        // Without a marker MAX answers the newest update alone: so a poll begins.
        if let Some(marker) = cursor.as_deref().filter(|c| c.parse::<i64>().is_ok()) {
            query.push(("marker", marker));
        }
        let patience = Duration::from_secs(POLL_SECONDS + 15);
        let answer = self
            .api
            .call::<Updates>(Method::GET, "updates", &query, None, patience);
        let answer = answer.await.map_err(taken_by_a_webhook)?;
        let events = answer.updates.iter();
        Ok(Polled {
            events: events
                .filter_map(|update| incoming::event(update.get().as_bytes()))
                .collect(),
            cursor: answer.marker.map(|marker| marker.to_string()).or(cursor),
        })
    }
}

/// While a webhook is set there are no updates to ask for; whoever set it may remove it.
fn taken_by_a_webhook(error: SendError) -> SendError {
    match error {
        SendError::Rejected { code, text } if code == "405" => SendError::Retry {
            after: None,
            scope: Scope::Account,
            reason: text,
        },
        other => other,
    }
}

impl Account for Bot {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        if self.webhook {
            PollMode::None
        } else {
            PollMode::Long
        }
    }

    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject> {
        if request.method != "POST" || !request.path_tail.is_empty() {
            return Err(WebhookReject::NotFound);
        }
        let told = request.header("x-max-bot-api-secret").unwrap_or_default();
        let right = bool::from(told.as_bytes().ct_eq(self.webhook_secret.as_bytes()));
        if !right || self.webhook_secret.is_empty() {
            return Err(WebhookReject::BadSignature);
        }
        match incoming::event(&request.body) {
            Some(_) => Ok(Verified::Events(request.body.clone())),
            None => Err(WebhookReject::Malformed),
        }
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(body) => incoming::event(body).into_iter().collect(),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        let reader = Reader {
            now: self.clock.now(),
            own: self.me.get().and_then(|me| me.id),
            token: &self.token,
            people: &self.people,
        };
        reader.normalize(event)
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async move {
            match self.mode() {
                PollMode::Long => self.updates(cursor).await,
                PollMode::None => Ok(Polled {
                    cursor,
                    ..Polled::default()
                }),
            }
        })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(async move {
            let place = Place::of(peer)?;
            outgoing::send(&self.api, &self.shelf, &self.people, part, place, key).await
        })
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(
            async move { outgoing::act(&self.api, &self.people, action, Place::of(peer)?).await },
        )
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(self.open_media(media))
    }

    fn picture<'a>(
        &'a self,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<Option<MediaStream>, SendError>> {
        Box::pin(async move { self.open_picture(Place::of(peer)?).await })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move {
            let outcome = self.outcome().await;
            outcome.unwrap_or_else(|error| health::failed(&error))
        })
    }

    fn start(&self, hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(self.register(hook))
    }

    fn link(&self, token: Option<&str>) -> Option<String> {
        let me = self.me.get().filter(|me| !me.username.is_empty())?;
        Some(match token {
            Some(token) => format!("https://max.ru/{}?start={token}", me.username),
            None => format!("https://max.ru/{}", me.username),
        })
    }
}
