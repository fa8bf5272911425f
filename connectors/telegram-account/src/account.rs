//! One person's account: what is asked of it.

use crate::{
    abilities,
    fault::{self, rejected},
    feed::Poll,
    files, history, incoming,
    line::Line,
    outgoing,
    people::People,
    session::{Kept, Owner},
};
use channel::{
    Accepted, Account, Action, Address, Author, BoxFuture, Capabilities, Chat, ChatChoice,
    CheckOutcome, Env, History, Inbound, MediaRef, MediaStream, Ours, Part, PeerRef, PollMode,
    Polled, RawEvent, RawRequest, Reach, SendError, Verified, WebhookHook, WebhookReject,
};
use grammers_tl_types as tl;
use http_client::Http;
use kernel::{Clock, Moment};
use std::sync::Arc;

pub(crate) struct Phone {
    owner: Owner,
    capabilities: Capabilities,
    line: Arc<Line>,
    /// How it goes out by its settings; the line may still go otherwise.
    http: Http,
    people: People,
    clock: Clock,
}

impl Phone {
    pub(crate) fn new(api_id: i32, kept: Kept, chats: ChatChoice, env: &Env) -> Self {
        Self {
            capabilities: abilities::capabilities(chats),
            line: Line::of(api_id, &kept, &env.http),
            http: env.http.clone(),
            owner: kept.owner,
            people: People::new(Arc::clone(&env.memory)),
            clock: Clock::clone(&env.clock),
        }
    }

    async fn outcome(&self) -> CheckOutcome {
        let name = match &self.owner.username {
            Some(word) => format!("@{word}"),
            None => self.owner.name.clone(),
        };
        let ask = tl::functions::users::GetUsers {
            id: vec![tl::enums::InputUser::UserSelf],
        };
        let failed = |code: &str, detail: String| CheckOutcome {
            code: code.to_owned(),
            detail,
            ..CheckOutcome::default()
        };
        if !self.line.goes(&self.http) {
            if self.line.is_running() {
                // Settings are tried while the account is in use: two lines at once could end its session, so the proxy
                // alone is tried, and the rest is asked by the line there is.
                let home = self.line.store.address();
                if let Err(fault) = self.http.connect(home).await {
                    return failed(fault::of_proxy(&fault), fault.to_string());
                }
            } else {
                self.line.go(&self.http);
            }
        }
        match self.line.ask(&ask).await.map_err(|e| fault::of(&e)) {
            Ok(_) => {
                let resting = self.people.resting(self.clock.now()).await;
                CheckOutcome {
                    ok: true,
                    name,
                    code: if resting.is_some() {
                        "strangers_limited"
                    } else {
                        "ok"
                    }
                    .to_owned(),
                    ext_id: self.owner.id.to_string(),
                    ..CheckOutcome::default()
                }
            }
            Err(SendError::AccountFatal { reason }) => failed("needs_login", reason),
            // Asked to be patient, so it is there.
            Err(SendError::Retry { .. }) => CheckOutcome {
                ok: true,
                name,
                code: "slow_down".to_owned(),
                ..CheckOutcome::default()
            },
            Err(error) => match self.line.fault() {
                Some(fault) => failed(fault::of_proxy(&fault), fault.to_string()),
                None => failed("unreachable", error.to_string()),
            },
        }
    }

    /// The line, on the way that the settings say.
    fn line(&self) -> &Arc<Line> {
        self.line.go(&self.http);
        &self.line
    }

    /// Who wrote, or was found in a message, is a client from now on: how to write to them is kept.
    async fn remember(&self, inbounds: Vec<Inbound>) -> Vec<Inbound> {
        for inbound in &inbounds {
            let met = matches!(inbound, Inbound::Message(m) if m.author == Author::Customer);
            if let Some(peer) = inbound.peer() {
                self.people.keep(peer, met).await;
            }
        }
        inbounds
    }
}

impl Account for Phone {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn mode(&self) -> PollMode {
        PollMode::Long
    }

    fn verify(&self, _request: &RawRequest) -> Result<Verified, WebhookReject> {
        // Telegram calls nobody for a person's account.
        Err(WebhookReject::NotFound)
    }

    fn split(&self, _verified: &Verified) -> Vec<RawEvent> {
        Vec::new()
    }

    fn normalize(&self, event: &RawEvent) -> Vec<Inbound> {
        incoming::normalize(event)
    }

    fn complete(&self, inbounds: Vec<Inbound>) -> BoxFuture<'_, Vec<Inbound>> {
        Box::pin(self.remember(inbounds))
    }

    fn poll(&self, cursor: Option<String>) -> BoxFuture<'_, Result<Polled, SendError>> {
        Box::pin(async move {
            let poll = Poll {
                line: self.line(),
                people: &self.people,
                owner: self.owner.id,
                now: self.clock.now(),
            };
            poll.wait(cursor).await
        })
    }

    fn send<'a>(
        &'a self,
        part: &'a Part,
        peer: &'a PeerRef,
        key: &'a str,
    ) -> BoxFuture<'a, Result<Accepted, SendError>> {
        let now = self.clock.now();
        Box::pin(outgoing::send(
            self.line(),
            &self.people,
            part,
            peer,
            key,
            now,
        ))
    }

    fn act<'a>(
        &'a self,
        action: Action,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(outgoing::act(self.line(), &self.people, action, peer))
    }

    fn fetch_media<'a>(
        &'a self,
        media: &'a MediaRef,
    ) -> BoxFuture<'a, Result<MediaStream, SendError>> {
        Box::pin(files::open(Arc::clone(self.line()), media))
    }

    fn picture<'a>(
        &'a self,
        peer: &'a PeerRef,
    ) -> BoxFuture<'a, Result<Option<MediaStream>, SendError>> {
        Box::pin(async move {
            match self.people.photo(self.line(), &peer.ext_id).await? {
                Some(at) => files::picture(Arc::clone(self.line()), at).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn can_contact<'a>(&'a self, address: &'a Address) -> BoxFuture<'a, Result<Reach, SendError>> {
        Box::pin(self.people.reach(self.line(), address, self.clock.now()))
    }

    fn history<'a>(
        &'a self,
        since: Moment,
        ours: &'a dyn Ours,
    ) -> BoxFuture<'a, Result<Option<History>, SendError>> {
        let look = history::Look {
            line: self.line(),
            people: &self.people,
            ours,
            now: self.clock.now(),
        };
        Box::pin(async move { look.since(since).await.map(Some) })
    }

    fn chats(&self) -> BoxFuture<'_, Result<Vec<Chat>, SendError>> {
        Box::pin(async {
            let found = self.people.look(self.line()).await?;
            Ok(found.iter().map(crate::people::Found::chat).collect())
        })
    }

    fn check(&self) -> BoxFuture<'_, CheckOutcome> {
        Box::pin(self.outcome())
    }

    fn start(&self, hook: Option<WebhookHook>) -> BoxFuture<'_, Result<(), SendError>> {
        // The first poll opens the line.
        Box::pin(async move {
            match hook {
                None => Ok(()),
                Some(_) => Err(rejected("unsupported", "nothing is delivered")),
            }
        })
    }

    fn link(&self, _token: Option<&str>) -> Option<String> {
        let word = self.owner.username.as_ref()?;
        Some(format!("https://t.me/{word}"))
    }
}
