//! How the bot fares, and its webhook: registered, missed, registered again.

use super::{Bot, Me};
use crate::{
    ASKED_UPDATES,
    outgoing::accepted,
    wire::{Done, Subscriptions, User},
};
use channel::{CheckOutcome, SendError, WebhookHook};
use http_client::Method;
use serde_json::json;
use std::{
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

/// How long a small call may take.
const CALL: Duration = Duration::from_secs(30);

impl Bot {
    fn hook(&self) -> MutexGuard<'_, Option<WebhookHook>> {
        self.hook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks who the bot is and, with a webhook, whether MAX still knows it.
    pub(super) async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let me: User = self.api.get("me", &[]).await?;
        let username = me.username.unwrap_or_default();
        let name = match username.as_str() {
            "" => me.first_name.or(me.name).unwrap_or_default(),
            username => format!("@{username}"),
        };
        let ext_id = me.user_id.map(|id| id.to_string()).unwrap_or_default();
        let _ = self.me.set(Me {
            id: me.user_id,
            username,
        });
        let mut outcome = CheckOutcome {
            ok: true,
            name,
            code: "ok".to_owned(),
            ext_id,
            ..CheckOutcome::default()
        };
        if self.webhook && !self.is_registered().await? {
            self.register_again(&mut outcome).await;
        }
        Ok(outcome)
    }

    /// MAX drops a webhook that failed for eight hours, and tells nobody.
    async fn is_registered(&self) -> Result<bool, SendError> {
        let wanted = self.hook().as_ref().map(|hook| hook.url.clone());
        let known = self.registered().await?;
        Ok(match wanted {
            Some(url) => known.contains(&url),
            // Before the account is started only its house is known.
            None => known.iter().any(|url| self.is_ours(url)),
        })
    }

    /// What MAX forgot it is told again; only where that fails somebody has to look.
    async fn register_again(&self, outcome: &mut CheckOutcome) {
        let hook = self.hook().clone();
        let done = match hook {
            Some(hook) => self.subscribe(&hook).await,
            None => Err(SendError::NotSent {
                reason: String::new(),
            }),
        };
        if let Err(error) = done {
            "webhook_missing".clone_into(&mut outcome.code);
            outcome.detail = words(&error);
        } else {
            tracing::info!("MAX had dropped the webhook; it is registered again");
        }
    }

    async fn registered(&self) -> Result<Vec<String>, SendError> {
        let all: Subscriptions = self.api.get("subscriptions", &[]).await?;
        Ok(all
            .subscriptions
            .into_iter()
            .filter_map(|subscription| subscription.url)
            .collect())
    }

    fn is_ours(&self, url: &str) -> bool {
        let house = self.public_url.as_deref();
        let rest = house.and_then(|house| url.strip_prefix(house.trim_end_matches('/')));
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Registers the webhook, or clears the way for polling.
    pub(super) async fn register(&self, hook: Option<WebhookHook>) -> Result<(), SendError> {
        let hook = hook.filter(|_| self.webhook);
        for url in self.registered().await? {
            // The same address registered twice delivers twice. Other programs keep theirs, unless
            // we poll: MAX answers no polls while there is any webhook.
            let same = hook.as_ref().is_some_and(|hook| hook.url == url);
            if !self.webhook || same || self.is_ours(&url) {
                self.unsubscribe(&url).await?;
            }
        }
        self.hook().clone_from(&hook);
        match hook {
            Some(hook) => self.subscribe(&hook).await,
            None => Ok(()),
        }
    }

    async fn subscribe(&self, hook: &WebhookHook) -> Result<(), SendError> {
        let body = json!({
            "url": hook.url, "secret": hook.secret, "update_types": ASKED_UPDATES,
        });
        let done: Done = self.api.post("subscriptions", &[], Some(&body)).await?;
        accepted(done)
    }

    async fn unsubscribe(&self, url: &str) -> Result<(), SendError> {
        let query = [("url", url)];
        let call = self
            .api
            .call::<Done>(Method::DELETE, "subscriptions", &query, None, CALL);
        accepted(call.await?)
    }
}

/// The cause alone: the code says what kind of trouble it is, in the reader's language.
fn words(error: &SendError) -> String {
    match error {
        SendError::NotSent { reason }
        | SendError::Retry { reason, .. }
        | SendError::AccountFatal { reason }
        | SendError::Unknown { reason } => reason.clone(),
        other => other.to_string(),
    }
}

/// What a failed check says on the health page.
pub(super) fn failed(error: &SendError) -> CheckOutcome {
    let code = match error {
        SendError::AccountFatal { .. } => "token_refused",
        // The vendor's certificate is signed by a root that few systems bring along.
        SendError::NotSent { reason } if reason.to_lowercase().contains("certificate") => {
            "certificate_unknown"
        }
        SendError::NotSent { .. } => "unreachable",
        SendError::Retry { .. } => "slow_down",
        _ => "no_answer",
    };
    CheckOutcome {
        code: code.to_owned(),
        detail: words(error),
        ..CheckOutcome::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_nobody_here_knows_is_told_apart() {
        let not_sent = |reason: &str| SendError::NotSent {
            reason: reason.to_owned(),
        };
        let unknown = not_sent("client error (Connect): invalid peer certificate: UnknownIssuer");
        assert_eq!(failed(&unknown).code, "certificate_unknown");
        assert_eq!(failed(&not_sent("tcp connect error")).code, "unreachable");
    }
}
