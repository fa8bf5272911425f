//! Telegram account of an employee: their own private chats, over `MTProto` (core.telegram.org/mtproto), as Telegram's own
//! applications have them (P-17).
//!
//! A client is their number in Telegram; by which hash this account may write to them is kept in [`channel::Memory`].
//! Groups, channels, bots, secret chats and Telegram's own notices are not looked at. Where updates go on is the cursor
//! of the poll, saved with the events: what was missed meanwhile is asked for (`updates.getDifference`). A
//! message of ours carries a number made of its part's key, by which Telegram knows it again; what its owner writes on
//! the phone comes as [`channel::Author::ExternalOperator`].
//!
//! The protocol is `grammers`' work, of which only the layers below its client are taken: sessions, files and reading of
//! messages are ours.

mod abilities;
mod account;
mod contents;
mod fault;
mod feed;
mod files;
mod history;
mod incoming;
mod line;
mod outgoing;
mod people;
mod session;
mod sign_in;
mod way;

use account::Phone;
use channel::{
    Account, Channel, ChatChoice, Condition, Env, FieldKind, KindInfo, OpenError, SettingField,
    Settings, SignIn,
};
use session::{Kept, Store};
use std::{net::SocketAddr, sync::Arc};

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(People)
}

struct People;

/// The setting by which tests lead to a data centre of their own; no form has it.
const SERVER: &str = "server";

impl Channel for People {
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
            kind: "telegram_account".to_owned(),
            sign_in: true,
            settings: vec![
                SettingField::new("api_id", FieldKind::Text).required(),
                SettingField::new("api_hash", FieldKind::Secret).required(),
                SettingField::new("way", FieldKind::Choice).choices(&["qr", "phone"]),
                phone,
                SettingField::new("chats", FieldKind::Choice).choices(&["marked", "all"]),
                SettingField::signed("session"),
            ],
            capabilities: abilities::capabilities(ChatChoice::Marked),
        }
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let (api_id, _) = keys(settings)?;
        let chats = match settings.get_or("chats", "marked") {
            "all" => ChatChoice::Unmarked,
            _ => ChatChoice::Marked,
        };
        let kept = match settings.get("session") {
            "" => return Err(wrong("session", "required")),
            told => Kept::read(told).ok_or_else(|| wrong("session", "malformed"))?,
        };
        if !kept.is_telegrams() && !may_reach(env, kept.address) {
            return Err(wrong("session", "malformed"));
        }
        Ok(Arc::new(Phone::new(api_id, kept, chats, env)))
    }

    fn sign_in(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn SignIn>, OpenError> {
        let (api_id, api_hash) = keys(settings)?;
        let phone = match settings.get_or("way", "qr") {
            "phone" => match kernel::Phone::parse(settings.get("phone")) {
                Some(phone) => Some(phone.as_str().to_owned()),
                None if settings.get("phone").is_empty() => return Err(wrong("phone", "required")),
                None => return Err(wrong("phone", "malformed")),
            },
            _ => None,
        };
        let store = match settings.get(SERVER) {
            "" => Store::fresh(),
            told => Store::at(told)
                .filter(|store| may_reach(env, store.address()))
                .ok_or_else(|| wrong(SERVER, "malformed"))?,
        };
        Ok(Arc::new(sign_in::Steps::new(
            api_id, api_hash, phone, store, env,
        )))
    }
}

/// The two words by which Telegram knows an application: `api_id` a positive number, `api_hash` 32 hexadecimal digits.
fn keys(settings: &Settings) -> Result<(i32, String), OpenError> {
    let given = |field: &str| match settings.get(field) {
        "" => Err(wrong(field, "required")),
        value => Ok(value.to_owned()),
    };
    let id = given("api_id")?
        .parse()
        .ok()
        .filter(|id: &i32| *id > 0)
        .ok_or_else(|| wrong("api_id", "malformed"))?;
    let hash = given("api_hash")?;
    if hash.len() != 32 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong("api_hash", "malformed"));
    }
    Ok((id, hash))
}

/// Whether the house lets this process reach an address that is not Telegram's: nowhere but in tests.
fn may_reach(env: &Env, address: SocketAddr) -> bool {
    address.ip().is_loopback()
        && env
            .http
            .check(http_client::Policy::Public, &format!("http://{address}/"))
            .is_ok()
}

fn wrong(field: &str, code: &'static str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code,
    }
}
