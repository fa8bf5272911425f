//! One bot.

use crate::{
    ALLOWED_UPDATES, abilities,
    api::{Api, Failure},
    incoming, outgoing,
    peer::{self, Place, rejected},
    wire,
};
use channel::{
    Accepted, Account, Action, BoxFuture, Capabilities, CheckOutcome, Env, FileKind, Inbound,
    MediaRef, MediaStream, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, Scope, SendError,
    Verified, WebhookHook, WebhookReject,
};
use futures_util::StreamExt;
use kernel::{Clock, Moment};
use serde_json::{Value, json, value::RawValue};
use std::{sync::OnceLock, time::Duration};
use subtle::ConstantTimeEq;

/// How long the vendor holds a poll open when nothing happens.
const POLL_SECONDS: u64 = 25;
/// How long we try to tell the vendor that a press has come.
const PRESS_PATIENCE: Duration = Duration::from_secs(5);
/// Pixels of a face that looks well on every screen of ours.
const FACE: u32 = 160;
/// A delivery error older than this no longer worries anybody.
const RECENT: Duration = Duration::from_mins(15);

pub(crate) struct Bot {
    api: Api,
    clock: Clock,
    capabilities: Capabilities,
    webhook: bool,
    webhook_secret: String,
    /// Largest file to fetch, in bytes.
    max_download: u64,
    /// Learned by the first check; a bot does not change its name.
    username: OnceLock<String>,
}

impl Bot {
    pub(crate) fn new(token: &str, base: &str, (webhook, desk): (bool, bool), env: &Env) -> Self {
        let local_server = base != crate::DEFAULT_BASE;
        Self {
            api: Api::new(env.http.clone(), base, token),
            clock: env.clock.clone(),
            capabilities: if desk {
                abilities::desk()
            } else {
                abilities::capabilities()
            },
            webhook,
            webhook_secret: env.webhook_secret.clone(),
            max_download: abilities::MAX_DOWNLOAD * if local_server { 100 } else { 1 },
            username: OnceLock::new(),
        }
    }

    async fn updates(&self, cursor: Option<String>) -> Result<Polled, SendError> {
        let offset = cursor
            .as_deref()
            .and_then(|cursor| cursor.parse::<i64>().ok());
        let mut asked =
            json!({"timeout": POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED_UPDATES});
        if let Some(offset) = offset {
            asked["offset"] = offset.into();
        }
        let patience = Duration::from_secs(POLL_SECONDS + 15);
        let updates: Vec<Box<RawValue>> =
            self.api.call_within("getUpdates", &asked, patience).await?;
        let mut polled = Polled {
            events: Vec::with_capacity(updates.len()),
            cursor,
        };
        for update in updates {
            if let Some((id, event)) = incoming::event(update.get().as_bytes()) {
                polled.cursor = Some((id + 1).to_string());
                polled.events.push(event);
            }
        }
        Ok(polled)
    }

    async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let me: wire::User = self.api.call("getMe", &json!({})).await?;
        let username = me.username.clone().unwrap_or_default();
        let _ = self.username.set(username.clone());
        let mut outcome = CheckOutcome {
            ok: true,
            name: format!("@{username}"),
            code: "ok".to_owned(),
            ext_id: me.id.unwrap_or_default().to_string(),
            ..CheckOutcome::default()
        };
        if self.webhook {
            let hook: wire::WebhookInfo = self.api.call("getWebhookInfo", &json!({})).await?;
            self.judge(&hook, &mut outcome);
        }
        Ok(outcome)
    }

    /// A webhook that answers wrongly only piles up updates; nobody else tells us.
    fn judge(&self, hook: &wire::WebhookInfo, outcome: &mut CheckOutcome) {
        outcome.pending = hook.pending_update_count;
        let failed = hook.last_error_date.map(Moment::from_seconds);
        let recent = failed.is_some_and(|at| self.clock.now().since(at) < RECENT);
        if hook.url.as_deref().unwrap_or_default().is_empty() {
            "webhook_missing".clone_into(&mut outcome.code);
        } else if recent && hook.pending_update_count.unwrap_or(0) > 0 {
            "webhook_failing".clone_into(&mut outcome.code);
            outcome.detail = hook.last_error_message.clone().unwrap_or_default();
        }
    }

    async fn open_media(&self, media: &MediaRef) -> Result<MediaStream, SendError> {
        if media.size.is_some_and(|size| size > self.max_download) {
            return Err(rejected("file_too_big", "larger than a bot may fetch"));
        }
        let file: wire::File = self
            .api
            .call("getFile", &json!({"file_id": media.ext_id}))
            .await?;
        let path = file.file_path.unwrap_or_default();
        // A server in "local" mode answers paths on its own disk.
        if path.is_empty() || path.starts_with('/') || path.contains("..") {
            return Err(rejected(
                "file_not_served",
                "the Bot API server does not serve the file",
            ));
        }
        let answer = self.api.download(&path, self.max_download).await?;
        Ok(MediaStream {
            size: answer.content_length().or(file.file_size),
            mime: media.mime.clone(),
            bytes: answer.stream().boxed(),
        })
    }

    /// The newest profile picture of a private chat's user, in the smallest size that still looks well.
    async fn open_picture(&self, chat: i64) -> Result<Option<MediaStream>, SendError> {
        if chat <= 0 {
            // A group's face is no client's.
            return Ok(None);
        }
        let asked = json!({"user_id": chat, "limit": 1});
        let photos: wire::ProfilePhotos = self.api.call("getUserProfilePhotos", &asked).await?;
        let Some(chosen) = photos.photos.first().and_then(|sizes| well_sized(sizes)) else {
            return Ok(None);
        };
        let media = MediaRef {
            ext_id: chosen.file_id.clone().unwrap_or_default(),
            kind: FileKind::Image,
            mime: None,
            size: chosen.file_size,
            name: None,
            width: chosen.width,
            height: chosen.height,
            duration_ms: None,
        };
        self.open_media(&media).await.map(Some)
    }

    async fn register(&self, hook: Option<WebhookHook>) -> Result<(), SendError> {
        let _: Value = match hook {
            Some(WebhookHook { url, secret }) if self.webhook => {
                let asked = json!({
                    "url": url, "secret_token": secret, "allowed_updates": ALLOWED_UPDATES,
                    "max_connections": 40, "drop_pending_updates": false,
                });
                self.api.call("setWebhook", &asked).await?
            }
            _ => {
                self.api
                    .call("deleteWebhook", &json!({"drop_pending_updates": false}))
                    .await?
            }
        };
        Ok(())
    }
}

/// Groups have a limit of their own (20 messages a minute), so their "slow down" is not for all.
fn narrowed(error: SendError, chat: i64) -> SendError {
    match error {
        SendError::Retry {
            after: Some(after),
            reason,
            ..
        } if chat < 0 => SendError::Retry {
            after: Some(after),
            scope: Scope::Peer,
            reason,
        },
        other => other,
    }
}

/// The smallest size with a side of at least [`FACE`] pixels, else the largest there is.
fn well_sized(sizes: &[wire::Media]) -> Option<&wire::Media> {
    let side = |size: &wire::Media| size.width.unwrap_or(0).min(size.height.unwrap_or(0));
    let enough = sizes.iter().filter(|size| side(size) >= FACE);
    enough
        .min_by_key(|size| side(size))
        .or_else(|| sizes.iter().max_by_key(|size| side(size)))
}

/// What a failed check says on the health page.
fn failed(error: &SendError) -> CheckOutcome {
    let code = match error {
        SendError::AccountFatal { .. } => "token_refused",
        SendError::NotSent { .. } => "unreachable",
        SendError::Retry { .. } => "slow_down",
        _ => "no_answer",
    };
    // The code says what kind of trouble it is, in the reader's language: the detail is the cause alone.
    let detail = match error {
        SendError::NotSent { reason }
        | SendError::Retry { reason, .. }
        | SendError::AccountFatal { reason }
        | SendError::Unknown { reason } => reason.clone(),
        other => other.to_string(),
    };
    CheckOutcome {
        code: code.to_owned(),
        detail,
        ..CheckOutcome::default()
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
        let told = request
            .header("x-telegram-bot-api-secret-token")
            .unwrap_or_default();
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
            Verified::Events(body) => incoming::event(body)
                .into_iter()
                .map(|(_, event)| event)
                .collect(),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        incoming::normalize(event, self.clock.now())
    }

    fn complete(&self, inbounds: Vec<Inbound>) -> BoxFuture<'_, Vec<Inbound>> {
        Box::pin(async move {
            // Until a press is acknowledged the client's button turns; nothing is lost if that does not go.
            for inbound in &inbounds {
                if let Inbound::Callback { ext_id, .. } = inbound {
                    let asked = json!({"callback_query_id": ext_id});
                    let told: Result<Value, Failure> = self
                        .api
                        .call_within("answerCallbackQuery", &asked, PRESS_PATIENCE)
                        .await;
                    if told.is_err() {
                        tracing::debug!("a press could not be acknowledged");
                    }
                }
            }
            inbounds
        })
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
        _key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(async move {
            let place = peer::place(peer)?;
            let chat = place.chat;
            match outgoing::send(&self.api, part, &place).await {
                Err(Failure::Moved(new)) => {
                    let accepted = outgoing::send(&self.api, part, &Place::of(new)).await?;
                    Ok(Accepted {
                        moved_to: Some(new.to_string()),
                        ..accepted
                    })
                }
                Err(failure) => Err(narrowed(failure.into(), chat)),
                Ok(accepted) => Ok(accepted),
            }
        })
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move { outgoing::act(&self.api, action, &peer::place(peer)?).await })
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
        Box::pin(async move { self.open_picture(peer::place(peer)?.chat).await })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move { self.outcome().await.unwrap_or_else(|error| failed(&error)) })
    }

    fn start(&self, hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(self.register(hook))
    }

    fn link(&self, token: Option<&str>) -> Option<String> {
        let username = self.username.get().filter(|name| !name.is_empty())?;
        Some(match token {
            Some(token) => format!("https://t.me/{username}?start={token}"),
            None => format!("https://t.me/{username}"),
        })
    }

    // Their own page about links: a name's link takes a draft as `text`. https://core.telegram.org/api/links#public-username-links
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
