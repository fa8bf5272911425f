//! How the bot fares, and its webhook: set, missed, set again.

use super::{Bot, Me, locked};
use crate::wire::{Done, Info};
use channel::{CheckOutcome, SendError, WebhookHook};
use serde_json::json;

/// What we want to be told beside messages, which Viber always tells.
const ASKED_EVENTS: [&str; 6] = [
    "delivered",
    "seen",
    "failed",
    "subscribed",
    "unsubscribed",
    "conversation_started",
];

impl Bot {
    /// Asks who the bot is, and remembers it.
    pub(super) async fn learn(&self) -> Result<Info, SendError> {
        let info: Info = self.api.call("get_account_info", &json!({})).await?;
        *locked(&self.me) = Me {
            name: info.name.clone().unwrap_or_default().trim().to_owned(),
            // It goes into links as it is.
            uri: info
                .uri
                .clone()
                .filter(|uri| uri.bytes().all(is_plain))
                .unwrap_or_default(),
        };
        Ok(info)
    }

    /// Asks who the bot is and whether Viber still knows where to deliver.
    pub(super) async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let info = self.learn().await?;
        let mut outcome = CheckOutcome {
            ok: true,
            name: info.name.unwrap_or_default(),
            code: "ok".to_owned(),
            ext_id: info.id.unwrap_or_default(),
            ..CheckOutcome::default()
        };
        if !self.reachable {
            // Nothing would ever come, and no file could go.
            outcome.ok = false;
            "needs_public_https".clone_into(&mut outcome.code);
            return Ok(outcome);
        }
        let wanted = locked(&self.hook).clone();
        if let Some(hook) = wanted.filter(|hook| info.webhook.as_deref() != Some(&hook.url)) {
            match self.set(&hook).await {
                Ok(()) => tracing::info!("Viber had another webhook; ours is set again"),
                Err(error) => {
                    let code = match &error {
                        // It could not reach us, or does not trust our certificate.
                        SendError::Rejected { code, .. } if code == "1" => "webhook_failing",
                        _ => "webhook_missing",
                    };
                    code.clone_into(&mut outcome.code);
                    outcome.detail = words(&error);
                }
            }
        }
        Ok(outcome)
    }

    /// Sets the webhook; without one Viber is told to deliver nowhere.
    pub(super) async fn register(&self, hook: Option<WebhookHook>) -> Result<(), SendError> {
        locked(&self.hook).clone_from(&hook);
        match hook {
            Some(hook) => self.set(&hook).await,
            None => self.tell(&json!({"url": ""})).await,
        }
    }

    async fn set(&self, hook: &WebhookHook) -> Result<(), SendError> {
        let wish = json!({
            "url": hook.url, "event_types": ASKED_EVENTS, "send_name": true, "send_photo": true,
        });
        self.tell(&wish).await
    }

    async fn tell(&self, wish: &serde_json::Value) -> Result<(), SendError> {
        let Done {} = self.api.call("set_webhook", wish).await?;
        Ok(())
    }
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The cause alone: the code says what kind of trouble it is, in the reader's language.
fn words(error: &SendError) -> String {
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
pub(super) fn failed(error: &SendError) -> CheckOutcome {
    let code = match error {
        SendError::AccountFatal { .. } => "token_refused",
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
