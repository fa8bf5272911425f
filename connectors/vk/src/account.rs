//! One community.

use crate::{
    abilities,
    api::Api,
    callback,
    form::Parameters,
    history, incoming,
    longpoll::{self, LongPoll},
    outgoing::{self, Uploads},
    peer::{self, rejected},
    people::People,
    wire::{Group, Groups},
};
use channel::{
    Accepted, Account, Action, BoxFuture, Capabilities, CheckOutcome, Env, History, Inbound,
    MediaRef, MediaStream, Ours, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, Reply,
    SendError, Settings, Verified, WebhookHook, WebhookReject,
};
use futures_util::StreamExt;
use kernel::{Clock, Moment};
use std::{
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Largest picture of a person, in bytes.
const LARGEST_FACE: u64 = 10 * 1024 * 1024;

/// How long VK compares keys against repeats: an hour, in one dialogue, among its last hundred messages
/// (dev.vk.com/ru/method/messages.send, `random_id`).
const KEYS_KNOWN: Duration = Duration::from_secs(3600);

pub(crate) struct Community {
    api: Api,
    clock: Clock,
    capabilities: Capabilities,
    webhook: bool,
    /// What VK has to prove, at most 50 characters.
    secret: String,
    /// Where the internet reaches us.
    public_url: Option<String>,
    people: People,
    uploads: Uploads,
    longpoll: LongPoll,
    /// The word of the address' confirmation: pasted by the administrator or told by VK.
    confirmation: Mutex<Option<String>>,
    /// The address that was to be registered.
    address: Mutex<Option<String>>,
    /// Receiving was prepared, so that a check may judge it; before that nothing is saved, and a check changes nothing.
    started: AtomicBool,
    /// Learned by the first call; a key belongs to one community.
    group: OnceLock<Group>,
}

impl Community {
    pub(crate) fn new(settings: &Settings, base: &str, env: &Env) -> Self {
        let pasted = settings.get("confirmation");
        Self {
            api: Api::new(env.http.clone(), base, settings.get("token")),
            clock: env.clock.clone(),
            capabilities: abilities::capabilities(),
            webhook: settings.get_or("receive", "poll") == "webhook",
            secret: callback::secret(settings.get("secret"), &env.webhook_secret),
            public_url: env.public_url.clone(),
            people: People::new(env.clock.clone()),
            uploads: Uploads::default(),
            longpoll: LongPoll::default(),
            confirmation: Mutex::new((!pasted.is_empty()).then(|| pasted.to_owned())),
            address: Mutex::default(),
            started: AtomicBool::new(false),
            group: OnceLock::new(),
        }
    }

    /// Whose key this is; asked anew by a check, since a key may be revoked at any time.
    async fn ask_group(&self) -> Result<Group, SendError> {
        let found: Groups = self
            .api
            .call("groups.getById", Parameters::default())
            .await?;
        let group = found
            .groups
            .into_iter()
            .next()
            .ok_or_else(|| SendError::AccountFatal {
                reason: "the key is not a community's".to_owned(),
            })?;
        let _ = self.group.set(group.clone());
        Ok(group)
    }

    async fn group(&self) -> Result<i64, SendError> {
        match self.group.get() {
            Some(group) => Ok(group.id),
            None => self.ask_group().await.map(|group| group.id),
        }
    }

    async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let group = self.ask_group().await?;
        let mut outcome = CheckOutcome {
            ok: true,
            name: group.name.clone(),
            code: "ok".to_owned(),
            ext_id: group.id.to_string(),
            ..CheckOutcome::default()
        };
        if self.webhook {
            self.judge_callback(group.id, &mut outcome).await;
        } else if self.started.load(Ordering::Relaxed)
            && !self.longpoll.is_open()
            && let Err(error) = self.longpoll.session(&self.api, group.id).await
        {
            if !matches!(error, SendError::Rejected { .. }) {
                return Err(error);
            }
            // The key may write, but nothing would come in: somebody has to switch it on by hand.
            outcome.ok = false;
            "longpoll_off".clone_into(&mut outcome.code);
            outcome.detail = cause(&error);
        }
        Ok(outcome)
    }

    /// VK stops calling an address that answers wrongly, and tells it only in the community's settings. An address that
    /// failed or is gone is named again, so a channel mends itself once the cause is over.
    async fn judge_callback(&self, group: i64, outcome: &mut CheckOutcome) {
        let Some(url) = locked(&self.address) else {
            return;
        };
        match self.callback_status(group, &url).await {
            Ok(Some(status)) if status == "failed" => {
                "webhook_failing".clone_into(&mut outcome.code);
            }
            Ok(Some(_)) => {}
            Ok(None) => "webhook_missing".clone_into(&mut outcome.code),
            // The key may not look: the administrator registers the address by hand.
            Err(SendError::Rejected { .. }) => {
                "webhook_by_hand".clone_into(&mut outcome.code);
                outcome.detail = url;
            }
            Err(error) => tracing::debug!(%error, "the Callback servers cannot be asked for now"),
        }
    }

    async fn callback_status(&self, group: i64, url: &str) -> Result<Option<String>, SendError> {
        let status = callback::status(&self.api, group, url).await?;
        if !matches!(status.as_deref(), None | Some("failed")) {
            return Ok(status);
        }
        let hook = WebhookHook {
            url: url.to_owned(),
            secret: self.secret.clone(),
        };
        self.register(group, &hook).await?;
        callback::status(&self.api, group, url).await
    }

    async fn prepare(&self, hook: Option<WebhookHook>) -> Result<(), SendError> {
        self.started.store(true, Ordering::Relaxed);
        let group = self.group().await?;
        match hook {
            Some(hook) if self.webhook => {
                *self.address.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(hook.url.clone());
                let hook = WebhookHook {
                    secret: self.secret.clone(),
                    ..hook
                };
                self.register(group, &hook).await
            }
            _ => {
                // Not every key may; what is switched on already needs nobody's leave.
                forgiving(longpoll::switch_on(&self.api, group).await)?;
                match &self.public_url {
                    Some(below) => forgiving(callback::remove(&self.api, group, below).await),
                    None => Ok(()),
                }
            }
        }
    }

    async fn register(&self, group: i64, hook: &WebhookHook) -> Result<(), SendError> {
        // The word changes from time to time, so VK's own goes before one that was pasted once.
        match callback::confirmation(&self.api, group).await {
            Ok(word) => {
                *self
                    .confirmation
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = Some(word);
            }
            Err(SendError::Rejected { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
        forgiving(callback::register(&self.api, group, hook).await)
    }

    async fn open(
        &self,
        url: &str,
        limit: u64,
        mime: Option<String>,
    ) -> Result<MediaStream, SendError> {
        let answer = self.api.download(url, limit).await?;
        Ok(MediaStream {
            size: answer.content_length(),
            mime,
            bytes: answer.stream().boxed(),
        })
    }

    async fn open_media(&self, media: &MediaRef) -> Result<MediaStream, SendError> {
        if media
            .size
            .is_some_and(|size| size > abilities::LARGEST_DOCUMENT)
        {
            return Err(rejected("file_too_big", "larger than VK keeps"));
        }
        self.open(
            &media.ext_id,
            abilities::LARGEST_DOCUMENT,
            media.mime.clone(),
        )
        .await
    }
}

fn locked(place: &Mutex<Option<String>>) -> Option<String> {
    place.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// What the key may not do by itself, a person may have done already.
fn forgiving(outcome: Result<(), SendError>) -> Result<(), SendError> {
    match outcome {
        Err(SendError::Rejected { code, text }) => {
            tracing::info!(
                code,
                text,
                "the community's key may not change its settings"
            );
            Ok(())
        }
        other => other,
    }
}

/// The cause alone: the code says what kind of trouble it is, in the reader's language.
fn cause(error: &SendError) -> String {
    match error {
        SendError::NotSent { reason }
        | SendError::Retry { reason, .. }
        | SendError::AccountFatal { reason }
        | SendError::Unknown { reason } => reason.clone(),
        SendError::Rejected { text, .. } => text.clone(),
        other => other.to_string(),
    }
}

/// What a failed check says on the health page.
fn failed(error: &SendError) -> CheckOutcome {
    let code = match error {
        SendError::AccountFatal { .. } => "token_refused",
        SendError::NotSent { .. } => "unreachable",
        SendError::Retry { .. } => "slow_down",
        _ => "no_answer",
    };
    CheckOutcome {
        code: code.to_owned(),
        detail: cause(error),
        ..CheckOutcome::default()
    }
}

impl Account for Community {
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
        let group = self.group.get().map(|group| group.id);
        callback::verify(request, &self.secret, group, locked(&self.confirmation))
    }

    fn acknowledge(&self, _stored: &Verified) -> Reply {
        Reply::text("ok".into())
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(body) => serde_json::from_slice(body)
                .ok()
                .and_then(incoming::event)
                .into_iter()
                .collect(),
            Verified::Handshake(_) => Vec::new(),
        }
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        incoming::normalize(event, self.clock.now())
    }

    fn complete(&self, inbounds: Vec<Inbound>) -> BoxFuture<'_, Vec<Inbound>> {
        Box::pin(self.people.complete(&self.api, inbounds))
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async move {
            if self.webhook {
                return Ok(Polled {
                    cursor,
                    ..Polled::default()
                });
            }
            let group = self.group().await?;
            self.longpoll.poll(&self.api, group, cursor).await
        })
    }

    fn history<'a>(
        &'a self,
        since: Moment,
        _ours: &'a dyn Ours,
    ) -> BoxFuture<'a, Result<Option<History>, SendError>> {
        Box::pin(async move { history::since(&self.api, since).await.map(Some) })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        Box::pin(async move {
            let to = peer::peer_id(peer)?;
            outgoing::send(&self.api, &self.uploads, part, to, key).await
        })
    }

    fn remembers_keys_for(&self) -> Option<Duration> {
        Some(KEYS_KNOWN)
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move { outgoing::act(&self.api, action, peer::peer_id(peer)?).await })
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
        Box::pin(async move {
            let shown = People::picture(&self.api, peer::peer_id(peer)?).await?;
            match shown {
                Some(url) => self.open(&url, LARGEST_FACE, None).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move { self.outcome().await.unwrap_or_else(|error| failed(&error)) })
    }

    fn start(&self, hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        Box::pin(self.prepare(hook))
    }

    fn link(&self, token: Option<&str>) -> Option<String> {
        let group = self.group.get()?;
        let name = match group.screen_name.as_str() {
            "" => format!("club{}", group.id),
            name => name.to_owned(),
        };
        Some(match token {
            Some(token) => format!("https://vk.me/{name}?ref={token}"),
            None => format!("https://vk.me/{name}"),
        })
    }
}
