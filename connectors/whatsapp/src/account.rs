//! One number.

mod health;
mod media;
mod webhook;

use crate::{
    abilities,
    api::Api,
    incoming::{self, Reader},
    outgoing::{self, Shelf},
    people::People,
    templates,
};
use channel::{
    Accepted, Account, Action, Address, BoxFuture, Capabilities, CheckOutcome, Env, Inbound,
    MediaRef, MediaStream, Part, Peer, PeerRef, PollMode, Polled, RawEvent, RawRequest, SendError,
    Settings, Template, Verified, WebhookHook, WebhookReject,
};
use kernel::Clock;
use std::sync::{Mutex, OnceLock};

pub(crate) struct Number {
    api: Api,
    clock: Clock,
    capabilities: Capabilities,
    /// Meta's id of the number.
    id: String,
    /// Meta's id of the business account, which owns the templates; empty where it was not given.
    business: String,
    app_secret: String,
    /// What Meta has to say when it asks whose address this is.
    verify_token: String,
    /// Where Meta is to deliver, once the house has said so.
    hook: Mutex<Option<WebhookHook>>,
    /// The number itself in digits, learned by the first check.
    digits: OnceLock<String>,
    people: People,
    shelf: Shelf,
}

impl Number {
    pub(crate) fn new(settings: &Settings, base: &str, version: &str, env: &Env) -> Self {
        let id = settings.get("phone_number_id");
        Self {
            api: Api::new(env.http.clone(), base, version, settings.get("token"), id),
            clock: env.clock.clone(),
            capabilities: abilities::capabilities(!settings.get("business_account_id").is_empty()),
            id: id.to_owned(),
            business: settings.get("business_account_id").to_owned(),
            app_secret: settings.get("app_secret").to_owned(),
            verify_token: settings
                .get_or("verify_token", &env.webhook_secret)
                .to_owned(),
            hook: Mutex::default(),
            digits: OnceLock::new(),
            people: People::default(),
            shelf: Shelf::default(),
        }
    }
}

impl Number {
    /// The business account, or why there is none to ask.
    fn business(&self) -> Result<&str, SendError> {
        if self.business.is_empty() {
            return Err(crate::api::rejected(
                "business_unknown",
                "the id of the business account is not set",
            ));
        }
        Ok(&self.business)
    }
}

impl Account for Number {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::None
    }

    fn verify(&self, request: &RawRequest) -> Result<Verified, WebhookReject> {
        webhook::verify(request, &self.app_secret, &self.verify_token)
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(body) => incoming::split(body, &self.id),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        let reader = Reader {
            now: self.clock.now(),
            people: &self.people,
        };
        reader.normalize(event)
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async move {
            Ok(Polled {
                cursor,
                ..Polled::default()
            })
        })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(outgoing::send(
            &self.api,
            &self.shelf,
            &self.people,
            part,
            peer,
            key,
        ))
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(outgoing::act(&self.api, &self.people, action, peer))
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(media::open(&self.api, &self.id, media))
    }

    fn peer_at(&self, address: &Address) -> Option<Peer> {
        let Address::Phone(phone) = address else {
            return None;
        };
        // Until they answer, a client is known by the digits of the number; then Meta tells their id beside it.
        Some(Peer {
            ext_id: phone.as_str().trim_start_matches('+').to_owned(),
            phone: Some(phone.clone()),
            ..Peer::default()
        })
    }

    fn templates(&self) -> BoxFuture<'_, Result<Vec<Template>, SendError>> {
        Box::pin(async move { templates::all(&self.api, self.business()?).await })
    }

    fn submit_template<'a>(
        &'a self,
        template: &'a Template,
    ) -> BoxFuture<'a, Result<Template, SendError>> {
        Box::pin(async move { templates::submit(&self.api, self.business()?, template).await })
    }

    fn delete_template<'a>(
        &'a self,
        template: &'a Template,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move { templates::delete(&self.api, self.business()?, template).await })
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
        // Such a link can carry words for the client to send, but nothing that surely comes back.
        if token.is_some() {
            return None;
        }
        let digits = self.digits.get().filter(|digits| !digits.is_empty())?;
        Some(format!("https://wa.me/{digits}"))
    }

    fn invitation(&self, text: &str) -> Option<channel::Invitation> {
        let url = self.link(None)?;
        let words = channel::in_address(text);
        Some(channel::Invitation {
            url: if words.is_empty() {
                url
            } else {
                format!("{url}?text={words}")
            },
            takes_text: true,
        })
    }
}
