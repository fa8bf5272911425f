//! One widget on one or several sites.

use crate::{Sink, capabilities, post};
use channel::{
    Accepted, Account, Action, BoxFuture, Capabilities, CheckOutcome, Env, Inbound, MediaRef,
    MediaStream, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, SendError, Verified,
    WebhookHook, WebhookReject,
};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The header in which the server proves that a post went through its own visitor's door.
pub const SECRET_HEADER: &str = "x-beseda-widget-secret";

pub(crate) struct Site {
    title: String,
    secret: String,
    capabilities: Capabilities,
    sink: Arc<dyn Sink>,
}

impl Site {
    pub(crate) fn new(title: &str, env: &Env, sink: Arc<dyn Sink>) -> Self {
        Self {
            title: title.to_owned(),
            secret: env.webhook_secret.clone(),
            capabilities: capabilities(),
            sink,
        }
    }
}

impl Account for Site {
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
        let told = request.header(SECRET_HEADER).unwrap_or_default();
        if self.secret.is_empty() || !bool::from(told.as_bytes().ct_eq(self.secret.as_bytes())) {
            return Err(WebhookReject::BadSignature);
        }
        match post::event(&request.body) {
            Some(_) => Ok(Verified::Events(request.body.clone())),
            None => Err(WebhookReject::Malformed),
        }
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(body) => post::event(body).into_iter().collect(),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        vec![post::normalize(event)]
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async {
            Ok(Polled {
                events: Vec::new(),
                cursor,
            })
        })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        self.sink.deliver(peer, part, key)
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        self.sink.act(peer, action)
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        self.sink.open(media)
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async {
            CheckOutcome {
                ok: true,
                name: self.title.clone(),
                code: "ok".to_owned(),
                ..CheckOutcome::default()
            }
        })
    }

    fn start(&self, _hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(async { Ok(()) })
    }

    fn link(&self, _token: Option<&str>) -> Option<String> {
        None
    }
}
