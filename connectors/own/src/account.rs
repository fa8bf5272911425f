//! One program.

use crate::{
    api::{Api, rejected},
    faces::Faces,
    incoming::{self, Reader},
    outgoing,
    place::Place,
    signature::{PROOF, TIME},
    wire::{Checked, Presence, Reached},
};
use channel::{
    Accepted, Account, Action, Address, BoxFuture, Capabilities, CheckOutcome, Env, Inbound,
    MediaRef, MediaStream, Part, PeerRef, PollMode, Polled, RawEvent, RawRequest, Reach, SendError,
    Verified, WebhookHook, WebhookReject,
};
use futures_util::StreamExt;
use kernel::Clock;
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use std::time::Duration;

/// How long the program may hold a question for events, in seconds.
const WAIT: u64 = 25;
/// The pause after an answer without events: a program that does not wait is not asked without end.
const IDLE: Duration = Duration::from_millis(300);
/// The pause after events whose cursor did not move: the same ones would come again at once.
const STUCK: Duration = Duration::from_secs(5);
/// How long a program that says it is idempotent has to know a key.
const REMEMBERS: Duration = Duration::from_hours(24);
/// States that have sentences of their own; any other word of the program is shown as it is.
const KNOWN_CODES: [&str; 5] = [
    "ok",
    "token_refused",
    "needs_login",
    "slow_down",
    "no_answer",
];

/// What an account is made of.
pub(crate) struct Given<'a> {
    pub(crate) place: Place,
    pub(crate) secret: &'a str,
    pub(crate) webhook: bool,
    pub(crate) link: &'a str,
    pub(crate) capabilities: Capabilities,
}

pub(crate) struct Program {
    api: Api,
    clock: Clock,
    capabilities: Capabilities,
    webhook: bool,
    link: String,
    faces: Faces,
}

/// One answer of a poll.
#[derive(Deserialize)]
struct Events {
    events: Vec<Box<RawValue>>,
    #[serde(default)]
    cursor: Option<String>,
}

impl Program {
    pub(crate) fn new(given: Given<'_>, env: &Env) -> Self {
        Self {
            api: Api::new(
                env.http.clone(),
                env.clock.clone(),
                given.place,
                given.secret,
            ),
            clock: env.clock.clone(),
            capabilities: given.capabilities,
            webhook: given.webhook,
            link: given.link.to_owned(),
            faces: Faces::default(),
        }
    }

    async fn events(&self, cursor: Option<String>) -> Result<Polled, SendError> {
        let query = match &cursor {
            Some(after) => format!("after={}&wait={WAIT}", escaped(after)),
            None => format!("wait={WAIT}"),
        };
        let answer: Events = self.api.events(&query, Duration::from_secs(WAIT)).await?;
        let next = answer.cursor.filter(|next| next.len() <= 1024);
        let moved = next.is_some() && next != cursor;
        if answer.events.is_empty() {
            tokio::time::sleep(IDLE).await;
        } else if !moved {
            tokio::time::sleep(STUCK).await;
        }
        Ok(Polled {
            events: answer
                .events
                .iter()
                .map(|event| incoming::polled(event.get()))
                .collect(),
            cursor: next.or(cursor),
        })
    }

    async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let told: Checked = self.api.ask(&json!({"type": "check"})).await?;
        let name = text::clean_name(&told.name.unwrap_or_default());
        let fallback = if told.ok { "ok" } else { "program_reports" };
        let code = told.code.unwrap_or_else(|| fallback.to_owned());
        let detail = told.detail.unwrap_or_default();
        let detail: String = text::clean_name(&detail).chars().take(500).collect();
        // A word without a sentence of ours is shown beside the program's own.
        let known = KNOWN_CODES.contains(&code.as_str()) && (told.ok || code != "ok");
        let (code, detail) = match (known, detail.as_str()) {
            (true, _) => (code, detail),
            (false, "") => ("program_reports".to_owned(), text::clean_name(&code)),
            (false, _) => ("program_reports".to_owned(), detail),
        };
        Ok(CheckOutcome {
            ok: told.ok,
            name,
            code,
            detail,
            ext_id: told.id.map(|id| id.0).unwrap_or_default(),
            ..CheckOutcome::default()
        })
    }

    async fn reach(&self, address: &Address) -> Result<Reach, SendError> {
        let asked =
            self.capabilities.number_check && self.capabilities.addresses.contains(&address.kind());
        if !asked {
            return Ok(Reach::Unsupported);
        }
        let question = match address {
            Address::Phone(phone) => json!({"type": "can_contact", "phone": phone.as_str()}),
            Address::Username(word) => json!({"type": "can_contact", "username": word}),
            Address::Email(email) => json!({"type": "can_contact", "email": email}),
        };
        let told: Reached = self.api.ask(&question).await?;
        let peer = told.chat.as_ref().map(incoming::peer).map(Box::new);
        let unknown = |why: &str, peer| Reach::Unknown {
            why: why.to_owned(),
            peer,
        };
        Ok(match (told.reach, peer) {
            (Presence::Found, Some(peer)) => Reach::Found(peer),
            (Presence::Absent, _) => Reach::Absent,
            (Presence::Hidden, peer) => unknown("hidden", peer),
            (Presence::Found | Presence::Unknown, peer) => unknown("not_now", peer),
        })
    }

    async fn open(&self, url: &str, size: Option<u64>) -> Result<MediaStream, SendError> {
        let answer = self.api.download(url, size).await?;
        Ok(MediaStream {
            size: answer.content_length(),
            mime: answer.header("content-type").map(str::to_owned),
            bytes: answer.stream().boxed(),
        })
    }
}

impl Account for Program {
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
        let told = |name: &str| {
            let found = request.header(&name.to_ascii_lowercase());
            found.unwrap_or_default().to_owned()
        };
        let now = self.clock.now();
        if !self
            .api
            .proof()
            .holds(now, &told(TIME), &told(PROOF), &request.body)
        {
            return Err(WebhookReject::BadSignature);
        }
        match incoming::delivered(&request.body) {
            Some(_) => Ok(Verified::Events(request.body.clone())),
            None => Err(WebhookReject::Malformed),
        }
    }

    fn split(&self, verified: &Verified) -> Vec<RawEvent> {
        match verified {
            Verified::Events(body) => incoming::delivered(body).unwrap_or_default(),
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
        Box::pin(async move {
            match self.mode() {
                PollMode::Long => self.events(cursor).await,
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
        Box::pin(outgoing::send(&self.api, part, peer, key))
    }

    fn remembers_keys_for(&self) -> Option<Duration> {
        Some(REMEMBERS)
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(outgoing::act(&self.api, &self.capabilities, action, peer))
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(async move {
            let mut stream = self.open(&media.ext_id, media.size).await?;
            stream.mime = media.mime.clone().or(stream.mime);
            Ok(stream)
        })
    }

    fn picture<'a>(
        &'a self,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<Option<MediaStream>, SendError>> {
        Box::pin(async move {
            match self.faces.of(&peer.ext_id) {
                Some(Some(url)) => self.open(&url, None).await.map(Some),
                Some(None) => Ok(None),
                // Not "they show none": the next event of theirs tells.
                None => Err(rejected(
                    "unsupported",
                    "no event has told of a picture yet",
                )),
            }
        })
    }

    fn can_contact<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Reach, SendError>> {
        Box::pin(self.reach(address))
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(async move {
            let outcome = self.outcome().await;
            outcome.unwrap_or_else(|error| failed(&error))
        })
    }

    fn start(&self, _hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        // The program is told its address by who runs it.
        Box::pin(async { Ok(()) })
    }

    fn address_to_paste(&self, hook: &WebhookHook) -> Option<String> {
        self.webhook.then(|| hook.url.clone())
    }

    fn link(&self, token: Option<&str>) -> Option<String> {
        let link = self.link.replace("{token}", token.unwrap_or_default());
        (!link.is_empty()).then_some(link)
    }
}

/// What a failed check says on the health page.
fn failed(error: &SendError) -> CheckOutcome {
    let (code, detail) = match error {
        SendError::AccountFatal { reason } => ("token_refused", reason.clone()),
        SendError::NotSent { reason } => ("unreachable", reason.clone()),
        SendError::Retry {
            after: Some(_),
            reason,
            ..
        } => ("slow_down", reason.clone()),
        SendError::Unknown { reason } => ("no_answer", reason.clone()),
        SendError::Retry { reason, .. } | SendError::PeerUnreachable { reason } => {
            ("program_reports", reason.clone())
        }
        SendError::Rejected { text, .. } => ("program_reports", text.clone()),
        SendError::WindowClosed => ("program_reports", error.to_string()),
    };
    CheckOutcome {
        code: code.to_owned(),
        detail,
        ..CheckOutcome::default()
    }
}

/// A value as it may stand in a query.
fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
