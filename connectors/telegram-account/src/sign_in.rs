//! Signing in (core.telegram.org/api/auth, /api/qr-login, /api/srp): by a code that comes to the owner's phone, or by a
//! square code that it scans; then the account's own password, if it has one.

use crate::{
    fault,
    line::Line,
    session::{Owner, Store},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use channel::{BoxFuture, Env, SendError, Settings, SignIn, SignInError, SignInStep};
use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};
use grammers_mtsender::InvocationError;
use grammers_session::{Session, updates::UpdatesLike};
use grammers_tl_types as tl;
use kernel::{Clock, Moment};
use ring::rand::{SecureRandom, SystemRandom};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};

/// For how long a square code is shown: Telegram gives half a minute, and our clocks need not agree on which.
const SHOWN: Duration = Duration::from_secs(27);

enum At {
    Start,
    /// A code was sent; Telegram's name of it.
    Code(String),
    Square {
        shown: String,
        until: Moment,
    },
    Password,
    Done,
}

struct Now {
    at: At,
    updates: Option<mpsc::Receiver<UpdatesLike>>,
}

pub(crate) struct Steps {
    api_id: i32,
    api_hash: String,
    /// Without one, by a square code.
    phone: Option<String>,
    line: Line,
    clock: Clock,
    now: Mutex<Now>,
}

impl Steps {
    pub(crate) fn new(
        api_id: i32,
        api_hash: String,
        phone: Option<String>,
        store: Store,
        env: &Env,
    ) -> Self {
        Self {
            api_id,
            api_hash,
            phone,
            line: Line::new(api_id, store, &env.http),
            clock: Clock::clone(&env.clock),
            now: Mutex::const_new(Now {
                at: At::Start,
                updates: None,
            }),
        }
    }

    async fn step(&self, answer: Option<&str>) -> Result<SignInStep, SignInError> {
        let mut now = self.now.lock().await;
        let answer = answer.map(str::trim).filter(|answer| !answer.is_empty());
        match (&now.at, answer) {
            (At::Start, _) => match &self.phone {
                Some(phone) => self.send_code(&mut now, phone).await,
                None => self.square(&mut now).await,
            },
            (At::Code(_), None) => Ok(ask("code", false, "")),
            (At::Code(hash), Some(code)) => {
                let hash = hash.clone();
                self.enter_code(&mut now, hash, code).await
            }
            (At::Square { .. }, _) => self.square(&mut now).await,
            (At::Password, None) => self.ask_password(&mut now).await,
            (At::Password, Some(password)) => self.enter_password(&mut now, password).await,
            (At::Done, _) => Err(refused("over", "signed in already", false)),
        }
    }

    /// Calls a method; where the account lives elsewhere, there.
    async fn call<R: tl::RemoteCall + Sync>(
        &self,
        request: &R,
    ) -> Result<R::Return, InvocationError> {
        match self.line.ask(request).await {
            Err(InvocationError::Rpc(error)) if error.code == 303 => {
                let there = error.value.and_then(|dc| i32::try_from(dc).ok());
                self.move_to(there.unwrap_or_default()).await;
                self.line.ask(request).await
            }
            answer => answer,
        }
    }

    /// A refusal of Telegram's, or why it was not reached.
    fn worded(&self, error: &InvocationError) -> SignInError {
        let said = worded(error);
        match self.line.fault() {
            Some(fault) if said.code == "unreachable" => SignInError {
                code: fault::of_proxy(&fault),
                detail: fault.to_string(),
                ..said
            },
            _ => said,
        }
    }

    async fn move_to(&self, dc: i32) {
        let Ok(()) = self.line.store.set_home_dc_id(dc).await;
    }

    async fn send_code(&self, now: &mut Now, phone: &str) -> Result<SignInStep, SignInError> {
        let settings = tl::types::CodeSettings {
            allow_flashcall: false,
            current_number: false,
            allow_app_hash: false,
            allow_missed_call: false,
            allow_firebase: false,
            unknown_number: false,
            logout_tokens: None,
            token: None,
            app_sandbox: None,
        };
        let ask_code = tl::functions::auth::SendCode {
            phone_number: phone.to_owned(),
            api_id: self.api_id,
            api_hash: self.api_hash.clone(),
            settings: settings.into(),
        };
        match self.call(&ask_code).await.map_err(|e| self.worded(&e))? {
            tl::enums::auth::SentCode::Code(sent) => {
                now.at = At::Code(sent.phone_code_hash);
                Ok(ask("code", false, ""))
            }
            tl::enums::auth::SentCode::Success(done) => self.signed(now, done.authorization),
            tl::enums::auth::SentCode::PaymentRequired(_) => Err(refused(
                "refused",
                "Telegram asks to pay for the code",
                false,
            )),
        }
    }

    async fn enter_code(
        &self,
        now: &mut Now,
        hash: String,
        code: &str,
    ) -> Result<SignInStep, SignInError> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let sign_in = tl::functions::auth::SignIn {
            phone_number: self.phone.clone().unwrap_or_default(),
            phone_code_hash: hash,
            phone_code: Some(digits),
            email_verification: None,
        };
        let answer = self.call(&sign_in).await;
        self.authorized(now, answer).await
    }

    async fn authorized(
        &self,
        now: &mut Now,
        answer: Result<tl::enums::auth::Authorization, InvocationError>,
    ) -> Result<SignInStep, SignInError> {
        match answer {
            Ok(authorization) => self.signed(now, authorization),
            Err(error) if fault::name(&error) == Some("SESSION_PASSWORD_NEEDED") => {
                now.at = At::Password;
                self.ask_password(now).await
            }
            Err(error) => {
                let error = self.worded(&error);
                if !error.again {
                    now.at = At::Start;
                }
                Err(error)
            }
        }
    }

    /// The square code as it stands: scanned, still good, or a newer one.
    async fn square(&self, now: &mut Now) -> Result<SignInStep, SignInError> {
        if now.updates.is_none() {
            now.updates = self.line.updates();
        }
        let scanned = was_scanned(now.updates.as_mut());
        let moment = self.clock.now();
        if let At::Square { shown, until } = &now.at
            && !scanned
            && *until > moment
        {
            return Ok(show(shown));
        }
        let export = tl::functions::auth::ExportLoginToken {
            api_id: self.api_id,
            api_hash: self.api_hash.clone(),
            except_ids: Vec::new(),
        };
        let mut answer = self.call(&export).await;
        if let Ok(tl::enums::auth::LoginToken::MigrateTo(elsewhere)) = &answer {
            self.move_to(elsewhere.dc_id).await;
            let token = elsewhere.token.clone();
            answer = self
                .call(&tl::functions::auth::ImportLoginToken { token })
                .await;
        }
        match answer {
            Ok(tl::enums::auth::LoginToken::Token(token)) => {
                let shown = format!(
                    "tg://login?token={}",
                    BASE64_URL_SAFE_NO_PAD.encode(&token.token)
                );
                now.at = At::Square {
                    shown: shown.clone(),
                    until: moment + SHOWN,
                };
                Ok(show(&shown))
            }
            Ok(tl::enums::auth::LoginToken::Success(done)) => self.signed(now, done.authorization),
            Ok(tl::enums::auth::LoginToken::MigrateTo(_)) => {
                Err(refused("refused", "sent from place to place", false))
            }
            Err(error) if fault::name(&error) == Some("SESSION_PASSWORD_NEEDED") => {
                now.at = At::Password;
                self.ask_password(now).await
            }
            Err(error) => {
                now.at = At::Start;
                Err(self.worded(&error))
            }
        }
    }

    async fn password(&self) -> Result<tl::types::account::Password, SignInError> {
        let asked = self.call(&tl::functions::account::GetPassword {}).await;
        let tl::enums::account::Password::Password(password) =
            asked.map_err(|e| self.worded(&e))?;
        Ok(password)
    }

    async fn ask_password(&self, now: &mut Now) -> Result<SignInStep, SignInError> {
        let password = self.password().await?;
        now.at = At::Password;
        Ok(ask(
            "password",
            true,
            password.hint.as_deref().unwrap_or_default(),
        ))
    }

    /// Proves the password without sending it (SRP).
    async fn enter_password(&self, now: &mut Now, typed: &str) -> Result<SignInStep, SignInError> {
        let strange = || refused("refused", "a way of passwords that is not known", false);
        let password = self.password().await?;
        let Some(tl::enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(
            way,
        )) = password.current_algo
        else {
            return Err(strange());
        };
        let (Some(srp_b), Some(srp_id)) = (password.srp_b, password.srp_id) else {
            return Err(strange());
        };
        let mut secret = vec![0; 256];
        SystemRandom::new()
            .fill(&mut secret)
            .map_err(|_| refused("refused", "no random numbers", false))?;
        let typed = typed.to_owned();
        // A tenth of a second of arithmetic: not between other people's requests.
        let proof = tokio::task::spawn_blocking(move || {
            check_p_and_g(&way.p, &way.g).then(|| {
                calculate_2fa(&way.salt1, &way.salt2, &way.p, &way.g, srp_b, secret, typed)
            })
        });
        let Ok(Some((m1, a))) = proof.await else {
            return Err(strange());
        };
        let proof = tl::types::InputCheckPasswordSrp {
            srp_id,
            a: a.to_vec(),
            m1: m1.to_vec(),
        };
        let check = tl::functions::auth::CheckPassword {
            password: proof.into(),
        };
        match self.call(&check).await {
            Ok(authorization) => self.signed(now, authorization),
            Err(error) => Err(self.worded(&error)),
        }
    }

    fn signed(
        &self,
        now: &mut Now,
        authorization: tl::enums::auth::Authorization,
    ) -> Result<SignInStep, SignInError> {
        let tl::enums::auth::Authorization::Authorization(done) = authorization else {
            return Err(refused("no_account", "the number has no account", false));
        };
        let tl::enums::User::User(user) = done.user else {
            return Err(refused("refused", "signed in as nobody", false));
        };
        let name = [user.first_name.as_deref(), user.last_name.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let owner = Owner {
            id: user.id,
            name: text::clean_name(&name),
            username: user.username,
        };
        let who = owner.name.clone();
        let kept = self
            .line
            .store
            .kept(owner)
            .ok_or_else(|| refused("refused", "no key", false))?;
        now.at = At::Done;
        Ok(SignInStep::Done {
            who,
            settings: Settings::from_iter([("session", kept.written())]),
        })
    }
}

impl SignIn for Steps {
    fn go_on<'a>(
        &'a self,
        answer: Option<&'a str>,
    ) -> BoxFuture<'a, Result<SignInStep, SignInError>> {
        Box::pin(self.step(answer))
    }
}

fn ask(name: &str, secret: bool, hint: &str) -> SignInStep {
    SignInStep::Ask {
        name: name.to_owned(),
        secret,
        hint: hint.to_owned(),
    }
}

fn show(code: &str) -> SignInStep {
    SignInStep::Show {
        name: "scan".to_owned(),
        code: code.to_owned(),
        valid: SHOWN,
    }
}

/// Whether the owner's phone has confirmed the square code since the last look.
fn was_scanned(updates: Option<&mut mpsc::Receiver<UpdatesLike>>) -> bool {
    let Some(updates) = updates else {
        return false;
    };
    let mut scanned = false;
    while let Ok(update) = updates.try_recv() {
        let told = match update {
            UpdatesLike::Updates(tl::enums::Updates::UpdateShort(one)) => vec![one.update],
            UpdatesLike::Updates(tl::enums::Updates::Updates(all)) => all.updates,
            _ => Vec::new(),
        };
        scanned |= told
            .iter()
            .any(|update| matches!(update, tl::enums::Update::LoginToken));
    }
    scanned
}

fn refused(code: &'static str, detail: &str, again: bool) -> SignInError {
    SignInError {
        code,
        after: None,
        detail: detail.to_owned(),
        again,
    }
}

/// A refusal of Telegram's in our words.
fn worded(error: &InvocationError) -> SignInError {
    let detail = error.to_string();
    let said = |code, again| SignInError {
        code,
        after: None,
        detail: detail.clone(),
        again,
    };
    let name = fault::name(error).unwrap_or_default();
    match name {
        "PHONE_CODE_INVALID" | "PHONE_CODE_EMPTY" => said("wrong_code", true),
        "PHONE_CODE_EXPIRED" | "AUTH_TOKEN_EXPIRED" | "AUTH_TOKEN_INVALID" => {
            said("code_expired", false)
        }
        "PASSWORD_HASH_INVALID" | "SRP_PASSWORD_CHANGED" | "SRP_ID_INVALID" => {
            said("wrong_password", true)
        }
        "PHONE_NUMBER_BANNED" | "USER_DEACTIVATED" | "USER_DEACTIVATED_BAN" => {
            said("banned", false)
        }
        "PHONE_NUMBER_INVALID" => said("bad_number", false),
        "PHONE_NUMBER_UNOCCUPIED" => said("no_account", false),
        "API_ID_INVALID" | "API_ID_PUBLISHED_FLOOD" => said("bad_application", false),
        "PHONE_PASSWORD_FLOOD" | "PHONE_NUMBER_FLOOD" => said("wait", false),
        _ => match fault::of(error) {
            SendError::Retry { after, .. } => SignInError {
                code: "wait",
                after,
                detail,
                again: true,
            },
            SendError::NotSent { .. } | SendError::Unknown { .. } => said("unreachable", true),
            _ => said("refused", false),
        },
    }
}
