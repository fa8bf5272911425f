//! One bot.

mod health;

use crate::{
    MAX_NAME, abilities,
    api::{Api, rejected},
    faces::Faces,
    incoming::{self, Reader, face},
    outgoing::{self, Sender},
    signature::{self, Proof},
    wire::{Details, Event},
};
use channel::{
    Accepted, Account, Action, BoxFuture, Capabilities, CheckOutcome, Env, Inbound, MediaRef,
    MediaStream, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, Reply, SendError, Verified,
    WebhookHook, WebhookReject,
};
use futures_util::StreamExt;
use kernel::Clock;
use serde_json::json;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Largest picture of a client to fetch, in bytes.
const FACE: u64 = 20 * 1024 * 1024;

/// The settings, looked at already.
pub(crate) struct Given<'a> {
    pub(crate) token: &'a str,
    pub(crate) base: &'a str,
    /// Empty: the bot's own.
    pub(crate) sender_name: &'a str,
    /// Empty: none.
    pub(crate) sender_avatar: &'a str,
    /// What who opens the conversation reads; empty: nothing.
    pub(crate) welcome: &'a str,
    pub(crate) caption_max: usize,
}

pub(crate) struct Bot {
    api: Api,
    proof: Proof,
    clock: Clock,
    capabilities: Capabilities,
    /// The house can be reached from outside.
    reachable: bool,
    sender_name: String,
    sender_avatar: Option<String>,
    welcome: String,
    /// What was last registered, so that it can be registered again.
    hook: Mutex<Option<WebhookHook>>,
    /// Learned by each check.
    me: Mutex<Me>,
    faces: Faces,
}

#[derive(Clone, Default)]
struct Me {
    /// Empty until it is known.
    name: String,
    /// The word by which links name the bot; empty until it is known.
    uri: String,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bot {
    pub(crate) fn new(given: &Given<'_>, env: &Env) -> Self {
        let avatar = given.sender_avatar;
        Self {
            api: Api::new(env.http.clone(), given.base, given.token),
            proof: Proof::new(given.token),
            clock: env.clock.clone(),
            capabilities: abilities::capabilities(given.caption_max),
            reachable: env.public_url.is_some(),
            sender_name: given.sender_name.to_owned(),
            sender_avatar: (!avatar.is_empty()).then(|| avatar.to_owned()),
            welcome: given.welcome.to_owned(),
            hook: Mutex::default(),
            me: Mutex::default(),
            faces: Faces::default(),
        }
    }

    /// Whom messages are from; none until the bot's own name is known, where it is to stand.
    fn sender(&self) -> Option<Sender> {
        let name = match self.sender_name.as_str() {
            "" => locked(&self.me).name.chars().take(MAX_NAME).collect(),
            given => given.to_owned(),
        };
        let avatar = self.sender_avatar.clone();
        (!name.is_empty()).then_some(Sender { name, avatar })
    }

    async fn sender_or_ask(&self) -> Result<Sender, SendError> {
        if let Some(sender) = self.sender() {
            return Ok(sender);
        }
        // Nothing was sent to anybody, whatever became of this question.
        self.learn().await.map_err(|error| match error {
            SendError::Unknown { reason } => SendError::NotSent { reason },
            other => other,
        })?;
        self.sender()
            .ok_or_else(|| rejected("no_name", "the bot has no name to write under"))
    }

    /// What greets who opens the conversation for the first time; Viber takes it from the answer to its event.
    fn greeting(&self, stored: &Verified) -> Option<Reply> {
        let Verified::Events(body) = stored else {
            return None;
        };
        let event: Event = serde_json::from_slice(body).ok()?;
        let started = event.kind.as_deref() == Some(incoming::STARTED);
        if self.welcome.is_empty() || !started || event.subscribed == Some(true) {
            return None;
        }
        let greeting = json!({
            "type": "text", "text": self.welcome, "sender": self.sender()?.json(),
            "min_api_version": 1,
        });
        Some(Reply {
            status: 200,
            content_type: "application/json",
            body: greeting.to_string().into(),
        })
    }

    async fn open(
        &self,
        url: &str,
        size: Option<u64>,
        limit: u64,
    ) -> Result<MediaStream, SendError> {
        let answer = self.api.download(url, size, limit).await?;
        Ok(MediaStream {
            size: answer.content_length().or(size),
            mime: answer.header("content-type").map(str::to_owned),
            bytes: answer.stream().boxed(),
        })
    }

    async fn open_picture(&self, client: &str) -> Result<Option<MediaStream>, SendError> {
        let url = match self.faces.of(client) {
            Some(known) => known,
            None => {
                let details: Details = self
                    .api
                    .call("get_user_details", &json!({"id": client}))
                    .await?;
                let user = details.user.unwrap_or_default();
                self.faces.learn(client, face(&user));
                face(&user).map(str::to_owned)
            }
        };
        match url {
            Some(url) => self.open(&url, None, FACE).await.map(Some),
            None => Ok(None),
        }
    }
}

impl Account for Bot {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::None
    }

    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject> {
        if request.method != "POST" || !request.path_tail.is_empty() {
            return Err(WebhookReject::NotFound);
        }
        let told = request.header(signature::HEADER).unwrap_or_default();
        if !self.proof.holds(&request.body, told) {
            return Err(WebhookReject::BadSignature);
        }
        match incoming::kind(&request.body).as_deref() {
            Some(incoming::GREETING) => Ok(Verified::Handshake(Reply::empty())),
            Some(_) => Ok(Verified::Events(request.body.clone())),
            None => Err(WebhookReject::Malformed),
        }
    }

    fn acknowledge(&self, stored: &Verified) -> Reply {
        self.greeting(stored).unwrap_or_else(Reply::empty)
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
            faces: &self.faces,
        };
        reader.normalize(event)
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        // Viber cannot be asked.
        let events = Vec::new();
        Box::pin(async move { Ok(Polled { events, cursor }) })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        _key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(async move {
            let sender = self.sender_or_ask().await?;
            outgoing::send(&self.api, &sender, part, peer).await
        })
    }

    fn act<'a>(
        &'a self,
        _action: Action,
        _peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async { Err(rejected("unsupported", "Viber bots only send")) })
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(self.open(&media.ext_id, media.size, abilities::MAX_RECEIVED))
    }

    fn picture<'a>(
        &'a self,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<Option<MediaStream>, SendError>> {
        Box::pin(self.open_picture(&peer.ext_id))
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
        let uri = locked(&self.me).uri.clone();
        if uri.is_empty() {
            return None;
        }
        Some(match token {
            Some(token) => format!("viber://pa?chatURI={uri}&context={token}"),
            None => format!("viber://pa?chatURI={uri}"),
        })
    }

    // Their page about deep links: `text` stands in the field. https://developers.viber.com/docs/tools/deep-links/
    fn invitation(&self, text: &str) -> Option<channel::Invitation> {
        let url = self.link(None)?;
        let words = channel::in_address(text);
        Some(channel::Invitation {
            url: if words.is_empty() {
                url
            } else {
                format!("{url}&text={words}")
            },
            takes_text: true,
        })
    }
}
