//! Bots Long Poll: the session at VK's event server, and what its three failures mean.

use crate::{
    EVENTS, VERSION,
    api::Api,
    form::{Parameters, escape},
    incoming,
    wire::{Session, Updates},
};
use channel::{Polled, SendError};
use serde_json::Value;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How long the vendor holds a poll open when nothing happens, in seconds (it advises 25, at most 90).
const WAIT: u64 = 25;
/// How often a poll may start over before its caller's back-off takes its turn.
const ROUNDS: usize = 3;

/// Where to ask, once it was told.
#[derive(Default)]
pub(crate) struct LongPoll {
    session: Mutex<Option<Session>>,
}

impl LongPoll {
    /// Waits once for events after `cursor`, the number of the last one.
    pub(crate) async fn poll(
        &self,
        api: &Api,
        group: i64,
        cursor: Option<String>,
    ) -> Result<Polled, SendError> {
        let mut cursor = cursor;
        for _ in 0..ROUNDS {
            let session = self.session(api, group).await?;
            let ts = cursor.clone().unwrap_or_else(|| digits(&session.ts));
            let answer = match api.ask(&address(&session, &ts), patience()).await {
                Ok(answer) => answer,
                Err(error) => {
                    // The event server moves now and then; the API tells where to.
                    self.forget();
                    return Err(error);
                }
            };
            let Updates {
                ts: next,
                updates,
                failed,
            } = answer;
            match failed {
                None => {
                    return Ok(Polled {
                        events: updates.into_iter().filter_map(incoming::event).collect(),
                        cursor: Some(digits(&next)).filter(|ts| !ts.is_empty()).or(cursor),
                    });
                }
                // The key ended; the numbering goes on.
                Some(2) => self.forget(),
                // The server no longer has what followed our number: it goes on from here.
                Some(1) => {
                    tracing::warn!(group, "VK no longer has the events after {ts}");
                    cursor = Some(digits(&next)).filter(|ts| !ts.is_empty());
                }
                // The numbering itself is new.
                Some(other) => {
                    tracing::warn!(group, failed = other, "VK forgot the events after {ts}");
                    self.forget();
                    cursor = None;
                }
            }
        }
        Err(SendError::NotSent {
            reason: "the event server keeps starting over".to_owned(),
        })
    }

    /// Whether the API told us where to ask.
    pub(crate) fn is_open(&self) -> bool {
        self.kept().is_some()
    }

    /// The session, asked for if there is none.
    pub(crate) async fn session(&self, api: &Api, group: i64) -> Result<Session, SendError> {
        if let Some(session) = self.kept() {
            return Ok(session);
        }
        let asked = || Parameters::default().with("group_id", group);
        let session: Session = match api.call("groups.getLongPollServer", asked()).await {
            // Long Poll is off in the community: it is switched on where the key may.
            Err(SendError::Rejected { .. }) => {
                switch_on(api, group).await?;
                api.call("groups.getLongPollServer", asked()).await?
            }
            told => told?,
        };
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session.clone());
        Ok(session)
    }

    fn kept(&self) -> Option<Session> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        session.clone()
    }
    fn forget(&self) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Switches Long Poll on with our events; what else is switched on there stays.
pub(crate) async fn switch_on(api: &Api, group: i64) -> Result<(), SendError> {
    let mut settings = Parameters::default()
        .with("group_id", group)
        .with("enabled", 1)
        .with("api_version", VERSION);
    for event in EVENTS {
        settings = settings.with(event, 1);
    }
    api.call::<Value>("groups.setLongPollSettings", settings)
        .await
        .map(drop)
}

fn patience() -> Duration {
    Duration::from_secs(WAIT + 15)
}

fn address(session: &Session, ts: &str) -> String {
    let mut url = format!("{}?act=a_check&wait={WAIT}&key=", session.server);
    escape(&session.key, &mut url);
    url.push_str("&ts=");
    escape(ts, &mut url);
    url
}

/// A number that stands in quotation marks or not.
fn digits(ts: &Value) -> String {
    match ts {
        Value::String(ts) => ts.clone(),
        Value::Number(ts) => ts.to_string(),
        _ => String::new(),
    }
}
