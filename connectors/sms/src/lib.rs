//! SMS: a session of SMPP 3.4 with an operator's centre, or a gateway over HTTP described by templates.
//!
//! A client is their telephone number in E.164. SMS carry text alone, cannot be changed, and cost the organisation's money;
//! neither way has a key against repeats, so a send whose answer is lost stays unknown. Sources: SMPP Protocol Specification
//! 3.4 issue 1.2; 3GPP TS 23.038 and 23.040 for alphabets and parts.

mod abilities;
mod gateway;
mod health;
mod numbers;
mod smpp;

use channel::{Account, Channel, Env, FieldKind, KindInfo, OpenError, SettingField, Settings};
use gateway::{Auth, Format, Gateway, Mapping, Place, Places, Words, preset, reached, trouble};
use smpp::{Centre, Ids, Smpp, Trust};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Longest name of a sender: eleven letters by the networks' rule, or a number of fifteen digits.
const MAX_SENDER: usize = 16;

/// The kind of channel, for the server's list.
pub fn channel() -> Arc<dyn Channel> {
    Arc::new(Sms)
}

struct Sms;

/// What a person typed, as the source of our markup: nothing in it is formatting, and nothing in it is not text.
pub(crate) fn plain_source(words: &str) -> String {
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let words: String = words.chars().filter(kept).collect();
    text::from_entities(&words, &[])
}

impl Channel for Sms {
    fn info(&self) -> KindInfo {
        KindInfo {
            kind: "sms".to_owned(),
            sign_in: false,
            settings: form(),
            capabilities: abilities::capabilities(abilities::MAX_PARTS, true, ""),
        }
    }

    // One of the two ways is no HTTP, and a field that does nothing there would lie.
    fn by_proxy(&self) -> bool {
        false
    }

    fn open(&self, settings: &Settings, env: &Env) -> Result<Arc<dyn Account>, OpenError> {
        let sender = settings.get("sender");
        if sender.chars().count() > MAX_SENDER
            || !sender
                .chars()
                .all(|c| c.is_ascii() && !c.is_ascii_control())
        {
            return Err(malformed("sender"));
        }
        let shared = Shared {
            sender,
            login: settings.get("login"),
            password: settings.get("password"),
            receipts: settings.get_or("receipts", "true") == "true",
            max_parts: number(settings, "max_parts", abilities::MAX_PARTS, 1..=20)?,
            price: settings.get("price"),
        };
        if [shared.login, shared.password]
            .iter()
            .any(|word| word.contains(char::is_control))
        {
            return Err(malformed("password"));
        }
        match settings.get_or("transport", "smpp") {
            "smpp" => open_smpp(settings, &shared, env),
            "http" => open_gateway(settings, &shared, env),
            _ => Err(malformed("transport")),
        }
    }
}

/// What both ways of sending are asked for.
struct Shared<'a> {
    sender: &'a str,
    login: &'a str,
    password: &'a str,
    receipts: bool,
    max_parts: usize,
    price: &'a str,
}

fn form() -> Vec<SettingField> {
    use FieldKind::{Choice, Lines, Secret, Switch, Text, Url};
    let smpp = |name, kind| SettingField::new(name, kind).when("transport", "smpp");
    let http = |name, kind| SettingField::new(name, kind).when("transport", "http");
    let mut presets = http("gateway", Choice).choices(&preset::ALL.map(|one| one.word));
    presets.fills = fills();
    vec![
        SettingField::new("transport", Choice).choices(&["smpp", "http"]),
        presets,
        smpp("host", Text).required(),
        smpp("port", Text).default_value("2775"),
        SettingField::new("login", Text),
        SettingField::new("password", Secret).required(),
        SettingField::new("sender", Text),
        SettingField::new("price", Text),
        SettingField::new("receipts", Switch).default_value("true"),
        SettingField::new("max_parts", Text).default_value(&abilities::MAX_PARTS.to_string()),
        smpp("tls", Switch),
        smpp("certificate", Lines),
        smpp("system_type", Text),
        smpp("ids", Choice).choices(&Ids::WORDS),
        smpp("window", Text).default_value("10"),
        smpp("rate", Text).default_value("10"),
        smpp("pause", Text).default_value("5"),
        smpp("enquire", Text).default_value("30"),
        http("url", Text).required(),
        http("method", Choice).choices(&["post", "get"]),
        http("format", Choice).choices(&["json", "form", "none"]),
        http("auth", Choice).choices(&["bearer", "basic", "none"]),
        http("headers", Lines),
        http("body", Lines),
        http("id_path", Text),
        http("error_paths", Lines),
        http("errors", Lines),
        http("balance_url", Text),
        http("balance_path", Text),
        http("balance_low", Text),
        http("receipt_id", Text),
        http("receipt_status", Text),
        http("receipt_to", Text),
        http("statuses", Lines),
        http("in_from", Text),
        http("in_text", Text),
        http("in_id", Text),
    ]
    .into_iter()
    .map(|field| match field.kind {
        // The first gateway's values stand there at first.
        Url | Text | Choice | Lines if field.default.is_empty() || field.kind == Choice => {
            let value = preset::ALL[0].value(&field.name);
            if value.is_empty() {
                field
            } else {
                field.default_value(value)
            }
        }
        _ => field,
    })
    .collect()
}

/// Every setting that one of the gateways names, for each of them: choosing another leaves nothing of the one before.
fn fills() -> BTreeMap<String, BTreeMap<String, String>> {
    let names = preset::ALL
        .iter()
        .flat_map(|one| one.values)
        .map(|(name, _)| *name);
    let names: Vec<&str> = names.collect();
    let all = preset::ALL.iter().map(|one| {
        let values = names
            .iter()
            .map(|name| ((*name).to_owned(), one.value(name).to_owned()));
        (one.word.to_owned(), values.collect())
    });
    all.collect()
}

fn malformed(field: &str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code: "malformed",
    }
}

fn required(field: &str) -> OpenError {
    OpenError {
        field: field.to_owned(),
        code: "required",
    }
}

/// A whole number within its range.
fn number<T: std::str::FromStr + PartialOrd>(
    settings: &Settings,
    field: &str,
    default: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, OpenError> {
    match settings.get(field) {
        "" => Ok(default),
        digits => digits
            .parse()
            .ok()
            .filter(|value| range.contains(value))
            .ok_or_else(|| malformed(field)),
    }
}

fn open_smpp(
    settings: &Settings,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Arc<dyn Account>, OpenError> {
    let host = settings.get("host");
    if host.is_empty() {
        return Err(required("host"));
    }
    if host.contains(['/', ' ', '@']) {
        return Err(malformed("host"));
    }
    if shared.login.is_empty() {
        return Err(required("login"));
    }
    if shared.login.len() > 15 || !shared.login.is_ascii() {
        return Err(malformed("login"));
    }
    let ids = settings.get_or("ids", Ids::WORDS[0]);
    let tls = if settings.on("tls") {
        Some(Trust::new(settings.get("certificate")).ok_or_else(|| malformed("certificate"))?)
    } else {
        None
    };
    let centre = Centre {
        host: host.to_owned(),
        port: number(settings, "port", 2775, 1..=u16::MAX)?,
        tls,
        system_id: shared.login.to_owned(),
        password: shared.password.to_owned(),
        system_type: settings.get("system_type").to_owned(),
        window: number(settings, "window", 10, 1..=100)?,
        rate: number(settings, "rate", 10, 1..=1000)?,
        enquire: Duration::from_secs(number(settings, "enquire", 30, 5..=600)?),
    };
    let given = smpp::Given {
        centre,
        sender: shared.sender.to_owned(),
        ids: Ids::from_word(ids).ok_or_else(|| malformed("ids"))?,
        receipts: shared.receipts,
        pause: Duration::from_secs(number(settings, "pause", 5, 1..=600)?),
        max_parts: shared.max_parts,
        price: shared.price.to_owned(),
    };
    Ok(Arc::new(Smpp::new(given, env)))
}

fn open_gateway(
    settings: &Settings,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Arc<dyn Account>, OpenError> {
    let chosen = settings.get_or("gateway", preset::ALL[0].word);
    let chosen = preset::of(chosen).ok_or_else(|| malformed("gateway"))?;
    let get = |name: &str| settings.get_or(name, chosen.value(name)).to_owned();
    let url = get("url");
    if url.is_empty() {
        return Err(required("url"));
    }
    let balance_url = get("balance_url");
    let addresses = [("url", &url), ("balance_url", &balance_url)];
    for (field, address) in addresses
        .into_iter()
        .filter(|(_, address)| !address.is_empty())
    {
        if !address.starts_with("https://") && !address.starts_with("http://") {
            return Err(malformed(field));
        }
    }
    let format = match get("format").as_str() {
        "json" | "" => Format::Json,
        "form" => Format::Form,
        "none" => Format::Nothing,
        _ => return Err(malformed("format")),
    };
    let body = get("body");
    let tried = Words {
        to: "1",
        text: "\"",
        sender: "1",
        id: "1",
        login: "\"",
        password: "\"",
    }
    .fill(&body, Place::Json);
    if format == Format::Json && serde_json::from_str::<serde_json::Value>(&tried).is_err() {
        return Err(malformed("body"));
    }
    let headers = headers(&get("headers")).ok_or_else(|| malformed("headers"))?;
    let balance_low = match settings.get("balance_low") {
        "" => None,
        told => Some(
            told.replace(',', ".")
                .parse::<f64>()
                .map_err(|_| malformed("balance_low"))?,
        ),
    };
    let given = gateway::Given {
        url,
        post: match get("method").as_str() {
            "post" | "" => true,
            "get" => false,
            _ => return Err(malformed("method")),
        },
        format,
        body,
        headers,
        auth: match get("auth").as_str() {
            "bearer" => Auth::Bearer,
            "basic" => Auth::Basic,
            "none" | "" => Auth::Nothing,
            _ => return Err(malformed("auth")),
        },
        login: shared.login.to_owned(),
        password: shared.password.to_owned(),
        sender: shared.sender.to_owned(),
        id_path: get("id_path"),
        error_paths: get("error_paths")
            .lines()
            .map(|line| line.trim().to_owned())
            .filter(|line| !line.is_empty())
            .collect(),
        errors: Mapping::read(&get("errors"), trouble).ok_or_else(|| malformed("errors"))?,
        balance_url,
        balance_path: get("balance_path"),
        balance_low,
        places: Places {
            receipt_id: get("receipt_id"),
            receipt_status: get("receipt_status"),
            receipt_to: get("receipt_to"),
            statuses: Mapping::read(&get("statuses"), reached)
                .ok_or_else(|| malformed("statuses"))?,
            in_from: get("in_from"),
            in_text: get("in_text"),
            in_id: get("in_id"),
        },
        receipts: shared.receipts,
        max_parts: shared.max_parts,
        price: shared.price.to_owned(),
    };
    Ok(Arc::new(Gateway::new(given, env)))
}

/// Lines `Name: value`; none if one of them is none.
fn headers(lines: &str) -> Option<Vec<(String, String)>> {
    let named = |name: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !name.is_empty() && name.bytes().all(plain)
    };
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once(':')?;
            let name = name.trim();
            named(name).then(|| (name.to_owned(), value.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_client::{Http, HttpOptions};
    use kernel::{Clock, Moment};

    fn open(pairs: &[(&str, &str)]) -> Result<Arc<dyn Account>, OpenError> {
        let env = Env {
            http: Http::new(&HttpOptions::default()).unwrap(),
            clock: Clock::hand(Moment::from_seconds(1_700_000_000)),
            public_url: None,
            webhook_secret: "s".to_owned(),
            memory: channel::Scratch::memory(),
        };
        let all = [
            ("login", "shop"),
            ("password", "p"),
            ("host", "smpp.example"),
        ]
        .iter()
        .chain(pairs)
        .copied();
        Sms.open(&all.collect(), &env)
    }

    #[test]
    fn p_22_settings_are_looked_at_before_anything_is_asked() {
        let http = ("transport", "http");
        for (given, field, code) in [
            (vec![("transport", "pigeon")], "transport", "malformed"),
            (vec![("host", " ")], "host", "required"),
            (vec![("host", "http://smpp")], "host", "malformed"),
            (vec![("login", "")], "login", "required"),
            (vec![("login", "longer than fifteen")], "login", "malformed"),
            (vec![("port", "0")], "port", "malformed"),
            (vec![("window", "0")], "window", "malformed"),
            (vec![("rate", "many")], "rate", "malformed"),
            (vec![("ids", "octal")], "ids", "malformed"),
            (vec![("sender", "Лавка")], "sender", "malformed"),
            (
                vec![("sender", "a name that is too long")],
                "sender",
                "malformed",
            ),
            (vec![("max_parts", "21")], "max_parts", "malformed"),
            (
                vec![("tls", "true"), ("certificate", "not one")],
                "certificate",
                "malformed",
            ),
            (vec![http], "url", "required"),
            (vec![http, ("url", "ftp://x")], "url", "malformed"),
            (
                vec![http, ("url", "https://x"), ("body", "{\"to\": {to}")],
                "body",
                "malformed",
            ),
            (
                vec![http, ("url", "https://x"), ("headers", "no colon")],
                "headers",
                "malformed",
            ),
            (
                vec![http, ("url", "https://x"), ("errors", "1 = what")],
                "errors",
                "malformed",
            ),
            (
                vec![http, ("url", "https://x"), ("statuses", "1")],
                "statuses",
                "malformed",
            ),
            (
                vec![http, ("url", "https://x"), ("balance_low", "few")],
                "balance_low",
                "malformed",
            ),
            (vec![http, ("gateway", "carrier")], "gateway", "malformed"),
        ] {
            let error = open(&given).err().map(|error| (error.field, error.code));
            assert_eq!(error, Some((field.to_owned(), code)), "{given:?}");
        }
        let account = open(&[("max_parts", "3"), ("price", "4,50 ₽")])
            .ok()
            .unwrap();
        let can = account.capabilities();
        assert_eq!(
            (can.text.max, can.unit_price.as_str(), can.costs_money),
            (3, "4,50 ₽", true)
        );
        assert!(
            can.files.is_empty() && !can.files_by_address && can.receipts.delivered,
            "L-88: on by default"
        );
        assert!(
            !open(&[("receipts", "false")])
                .ok()
                .unwrap()
                .capabilities()
                .receipts
                .delivered
        );
    }

    #[test]
    fn p_22_every_gateway_opens_as_it_is_filled_in() {
        for one in preset::ALL {
            let mut given = vec![("transport", "http"), ("gateway", one.word)];
            if one.value("url").is_empty() {
                given.push(("url", "https://gate.example/send"));
            }
            assert!(open(&given).is_ok(), "{}", one.word);
            // The same when the form brings all it was filled with.
            given.extend(one.values);
            assert!(open(&given).is_ok(), "{}", one.word);
        }
        let info = Sms.info();
        let names: Vec<&str> = info
            .settings
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        for one in preset::ALL {
            for (name, _) in one.values {
                assert!(names.contains(name), "{name} of {} is no field", one.word);
            }
        }
        for field in &info.settings {
            if let Some(when) = &field.when {
                let on = info.settings.iter().find(|other| other.name == when.field);
                assert!(
                    on.is_some_and(|on| on.choices.contains(&when.is)),
                    "{}",
                    field.name
                );
            }
        }
    }
}
