//! How the number fares, and whether Meta delivers to us.

use super::Number;
use crate::wire::{PhoneNumber, Webhooks};
use channel::{CheckOutcome, SendError, WebhookHook};
use serde_json::{Value, json};
use std::sync::{MutexGuard, PoisonError};

impl Number {
    fn hook(&self) -> MutexGuard<'_, Option<WebhookHook>> {
        self.hook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks how the number is called and rated, and where Meta delivers.
    pub(super) async fn outcome(&self) -> Result<CheckOutcome, SendError> {
        let asked = "?fields=display_phone_number,verified_name,quality_rating";
        let number: PhoneNumber = self.api.of_number(asked).await?;
        let shown = number.display_phone_number.unwrap_or_default();
        let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
        if !digits.is_empty() {
            let _ = self.digits.set(digits);
        }
        let name = match number.verified_name.as_deref().unwrap_or_default() {
            "" => shown,
            name if shown.is_empty() => name.to_owned(),
            name => format!("{name} · {shown}"),
        };
        let mut outcome = CheckOutcome {
            ok: true,
            name,
            code: "ok".to_owned(),
            ext_id: self.id.clone(),
            ..CheckOutcome::default()
        };
        if number.quality_rating.as_deref() == Some("RED") {
            "quality_low".clone_into(&mut outcome.code);
        }
        let hook = self.hook().clone();
        if let Some(hook) = hook
            && !self.delivers_to(&hook.url).await?
        {
            // The administrator has to type both into the application at Meta. The word guards only that greeting:
            // deliveries are proved by the application's secret.
            "webhook_at_meta".clone_into(&mut outcome.code);
            outcome.detail = format!("{} · {}", hook.url, self.verify_token);
        }
        Ok(outcome)
    }

    /// Whether Meta says that it delivers to this address. Where it does not tell, the address is taken as unknown: a
    /// token may be good for messages and have no right to see this.
    async fn delivers_to(&self, url: &str) -> Result<bool, SendError> {
        let told: Result<PhoneNumber, SendError> =
            self.api.of_number("?fields=webhook_configuration").await;
        let webhooks = match told {
            Ok(number) => number.webhook_configuration.unwrap_or_default(),
            Err(
                SendError::Rejected { .. }
                | SendError::AccountFatal { .. }
                | SendError::Unknown { .. },
            ) => Webhooks::default(),
            Err(error) => return Err(error),
        };
        Ok(webhooks.effective() == Some(url))
    }

    /// Tells Meta to deliver this number's events to us. It asks our address at once whose it is, and refuses if the
    /// application is not subscribed to the business account yet: then the check says what to do by hand.
    pub(super) async fn register(&self, hook: Option<WebhookHook>) -> Result<(), SendError> {
        self.hook().clone_from(&hook);
        let Some(hook) = hook else { return Ok(()) };
        if self.delivers_to(&hook.url).await? {
            return Ok(());
        }
        let body = json!({"webhook_configuration": {
            "override_callback_uri": hook.url, "verify_token": self.verify_token,
        }});
        match self.api.post::<Value>("", &body).await {
            Err(SendError::Rejected { code, text }) => {
                tracing::info!(code, text, "Meta does not take our address by itself");
                Ok(())
            }
            other => other.map(drop),
        }
    }
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
        // No such number, or the token may not see it: Meta tells these two apart for nobody.
        SendError::Rejected { .. } => "number_unknown",
        _ => "no_answer",
    };
    CheckOutcome {
        code: code.to_owned(),
        detail: words(error),
        ..CheckOutcome::default()
    }
}
