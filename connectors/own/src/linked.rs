//! WhatsApp as a linked device: the program `beseda-whatsapp-device` over the same protocol, with abilities that are
//! known and a sign-in by a code for the phone.

use crate::{
    abilities,
    account::{Given, Program},
    api::Api,
    door,
};
use channel::{
    Account, BoxFuture, Channel, Condition, Env, FieldKind, KindInfo, OpenError, SendError,
    SettingField, Settings, SignIn, SignInError, SignInStep,
};
use kernel::Clock;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// What the program can do, in the words of the protocol.
const ABILITIES: &str = include_str!("linked.json");
/// How long the first code may take: the program may have to call the messenger first.
const FIRST_CODE: Duration = Duration::from_secs(20);
/// How often it is asked meanwhile.
const LOOK: Duration = Duration::from_millis(500);

/// The kind of channel, for the server's list.
pub fn linked_device() -> Arc<dyn Channel> {
    Arc::new(Linked)
}

struct Linked;

impl Channel for Linked {
    fn info(&self) -> KindInfo {
        let phone = SettingField {
            required: true,
            when: Some(Condition {
                field: "way".to_owned(),
                is: "phone".to_owned(),
            }),
            ..SettingField::new("phone", FieldKind::Text)
        };
        KindInfo {
            kind: "whatsapp_device".to_owned(),
            sign_in: true,
            settings: vec![
                SettingField::new("url", FieldKind::Url).required(),
                SettingField::new("secret", FieldKind::Secret).required(),
                SettingField::new("way", FieldKind::Choice).choices(&["qr", "phone"]),
                phone,
            ],
            capabilities: abilities::told(ABILITIES, false).unwrap_or_default(),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let door = door(settings)?;
        let given = Given {
            place: door.place,
            secret: door.secret,
            webhook: false,
            link: "",
            capabilities: self.info().capabilities,
        };
        Ok(Arc::new(Program::new(given, env)))
    }

    fn sign_in(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn SignIn>, OpenError> {
        let door = door(settings)?;
        let phone = match settings.get_or("way", "qr") {
            "phone" => settings.get("phone").trim(),
            _ => "",
        };
        if settings.get_or("way", "qr") == "phone" && kernel::Phone::parse(phone).is_none() {
            return Err(OpenError {
                field: "phone".to_owned(),
                code: if phone.is_empty() {
                    "required"
                } else {
                    "malformed"
                },
            });
        }
        Ok(Arc::new(Link {
            api: Api::new(env.http.clone(), env.clock.clone(), door.place, door.secret),
            clock: env.clock.clone(),
            phone: phone.to_owned(),
        }))
    }
}

/// Linking under way: the program holds the line, we ask how it stands.
struct Link {
    api: Api,
    clock: Clock,
    /// Empty: a square code.
    phone: String,
}

/// The program's answer.
#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Stands {
    Done {
        name: String,
    },
    Scan {
        code: String,
        until: i64,
    },
    Type {
        code: String,
        until: i64,
    },
    Refused {
        #[serde(default)]
        detail: String,
    },
    Wait,
}

impl Link {
    async fn ask(&self, given: &Value) -> Result<Stands, SignInError> {
        let asked = json!({"type": "sign_in", "given": given});
        self.api.ask(&asked).await.map_err(refused)
    }

    async fn step(&self) -> Result<SignInStep, SignInError> {
        let first = if self.phone.is_empty() {
            json!({})
        } else {
            json!({"phone": self.phone})
        };
        let until = tokio::time::Instant::now() + FIRST_CODE;
        let mut stands = self.ask(&first).await?;
        loop {
            // Asked for a code to type, the square one may still stand for a moment.
            let early = !self.phone.is_empty() && matches!(stands, Stands::Scan { .. });
            if !early && !matches!(stands, Stands::Wait) {
                break;
            }
            if tokio::time::Instant::now() > until {
                return Err(SignInError {
                    code: "unreachable",
                    after: None,
                    detail: "no code yet".to_owned(),
                    again: true,
                });
            }
            tokio::time::sleep(LOOK).await;
            stands = self.ask(&json!({})).await?;
        }
        Ok(match stands {
            Stands::Done { name } => SignInStep::Done {
                who: text::clean_name(&name),
                settings: Settings::default(),
            },
            Stands::Scan { code, until } => SignInStep::Show {
                name: "scan".to_owned(),
                code,
                valid: self.left(until),
            },
            Stands::Type { code, until } => SignInStep::Tell {
                name: "type".to_owned(),
                code,
                valid: self.left(until),
            },
            Stands::Refused { detail } => {
                return Err(SignInError {
                    code: "refused",
                    after: None,
                    detail: text::clean_name(&detail),
                    again: false,
                });
            }
            Stands::Wait => SignInStep::Show {
                name: "scan".to_owned(),
                code: String::new(),
                valid: LOOK,
            },
        })
    }

    fn left(&self, until: i64) -> Duration {
        let left = until.saturating_sub(self.clock.now().millis());
        Duration::from_millis(u64::try_from(left).unwrap_or_default())
    }
}

impl SignIn for Link {
    fn go_on<'a>(
        &'a self,
        _answer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<SignInStep, SignInError>> {
        Box::pin(self.step())
    }
}

fn refused(error: SendError) -> SignInError {
    let (code, after, again) = match &error {
        SendError::Retry { after, .. } => ("wait", *after, true),
        SendError::NotSent { .. } | SendError::Unknown { .. } => ("unreachable", None, true),
        _ => ("refused", None, false),
    };
    SignInError {
        code,
        after,
        detail: error.to_string(),
        again,
    }
}
