//! Use cases of channels: connecting accounts, their health, what they can do.

use crate::{
    hooks::Upcalls,
    live::{Connectors, Live, connect, fields_of, unseal},
    model::{
        Account, ChannelAccount, ChannelBrief, Health, HealthState, Peer, ReopenRule, SignedAs,
    },
    signing, store,
};
use accounts::{EVERYONE, audit, require};
use channel::{
    Capabilities, CheckOutcome, FieldKind, FirstContact, OutMessage, PollMode, Settings,
    WebhookHook,
};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Moment, Result, Uuid};
use notifications::{NoticeKind, Tell};
use seal::Sealer;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use web::House;

/// An account by its id, whoever asks.
pub async fn account(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Account> {
    store::account(tx, id).await
}

/// What an account can do now.
pub fn capabilities_of(house: &House, account: &Account) -> Result<Capabilities> {
    Ok(house
        .part::<Live>()?
        .open(house, account)?
        .capabilities()
        .clone())
}

/// The right to write where each message costs the organisation's money (L-87).
pub const SPEND: &str = "channels.spend";

/// Refuses who may not write through a channel whose messages cost money; everywhere else anybody may.
pub async fn may_spend(tx: &mut Tx<'_>, ctx: &Ctx, capabilities: &Capabilities) -> Result<()> {
    if !capabilities.costs_money {
        return Ok(());
    }
    let mut refused = None;
    // Who connects channels decides about their money anyway.
    for right in [SPEND, "channels.manage"] {
        match require(tx, ctx, right).await {
            Ok(_) => return Ok(()),
            Err(error) if error.code().is_some() => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(refused.map_or_else(Error::not_found, |_| Error::denied("channels.costs_money")))
}

/// L-73, U-06: for so many seconds after the client's last message an account's clients may be written to freely.
pub const fn window_of(account: &Account) -> Option<u64> {
    account.abilities.window_s
}

/// A client as a channel knows them.
pub async fn peer(tx: &mut Tx<'_>, id: Id<Peer>) -> Result<Peer> {
    store::peer(tx, id).await
}

/// What an employee of this name writes to a client of an account, as the client will see it (L-71).
pub fn signed(account: &Account, name: &str, words: OutMessage) -> OutMessage {
    words.signed_by(account.signed_as.of(name))
}

/// An account as everyone sees it.
pub fn brief_of(house: &House, account: Account) -> ChannelBrief {
    ChannelBrief {
        id: account.id,
        capabilities: capabilities_of(house, &account).unwrap_or_default(),
        may_write_first: account.may_write_first,
        kind: account.kind,
        name: account.name,
        health: account.health,
    }
}

/// All accounts as everyone sees them.
pub async fn accounts_brief(house: &House) -> Result<Vec<ChannelBrief>> {
    let accounts = house
        .read(async |tx: &mut Tx<'_>| store::accounts(tx).await)
        .await?;
    Ok(accounts.into_iter().map(|a| brief_of(house, a)).collect())
}

/// An account to be connected.
#[derive(Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct NewAccount {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The set-up form.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Where its new chats wait; none: the default queue.
    pub queue_id: Option<Uuid>,
    /// S3-20.
    #[serde(default)]
    pub reopen: Option<ReopenRule>,
    /// Switched on; yes unless said.
    pub enabled: Option<bool>,
    /// A finished signing in, for kinds that have one.
    #[serde(default)]
    pub sign_in: Option<Uuid>,
}

/// Connects an account.
pub async fn create_account(house: &House, ctx: &Ctx, new: NewAccount) -> Result<Account> {
    {
        // Before the settings are looked at: what is wrong with them is nobody else's business.
        let ctx = ctx.clone();
        house
            .read(async move |tx: &mut Tx<'_>| require(tx, &ctx, "channels.manage").await)
            .await?;
    }
    let mut settings = form_of(house, &new.kind, new.settings)?;
    match new.sign_in {
        Some(id) => settings
            .0
            .extend(signing::finished(house, ctx, &new.kind, id)?.0),
        None if signs_in(house, &new.kind)? => {
            return Err(Error::conflict("channels.sign_in_first"));
        }
        None => {}
    }
    let secret = ctx.ids.secret();
    let abilities = connect(house, &new.kind, &settings, &secret)?
        .capabilities()
        .clone();
    let name = text::clean_name(&new.name);
    if name.is_empty() {
        return Err(Error::field("name", "channels.bad_name"));
    }
    let account = Account {
        id: ctx.ids.next(),
        kind: new.kind,
        name,
        enabled: new.enabled.unwrap_or(true),
        queue_id: new.queue_id.unwrap_or_default(),
        reopen: checked(new.reopen.unwrap_or_default())?,
        may_write_first: false,
        health: Health::default(),
        abilities,
        settings: seal(house, &settings)?,
        secret,
        public_key: ctx.ids.secret()[..24].to_owned(),
        cursor: None,
        duty_id: None,
        signed_as: SignedAs::default(),
    };
    let (ctx, upcalls) = (ctx.clone(), *house.part::<Upcalls>()?);
    let asked = new.queue_id;
    let saved = house
        .write(async move |tx: &mut Tx<'_>| {
            // Asked once more where it is written: the right may have gone meanwhile.
            require(tx, &ctx, "channels.manage").await?;
            let mut account = account;
            if asked.is_none() {
                account.queue_id = (upcalls.default_queue)(tx, &ctx).await?;
            }
            store::save_account(tx, &account, ctx.now).await?;
            audit(
                tx,
                &ctx,
                "channels.connected",
                &account.name,
                json!({"kind": account.kind}),
            )
            .await?;
            settings_changed(tx, &ctx).await?;
            Ok(account)
        })
        .await?;
    if let Some(id) = new.sign_in {
        signing::used(house, id);
    }
    house.part::<Live>()?.accounts.notify_one();
    Ok(saved)
}

/// The answers of a form, without those that only signing in may give.
pub(crate) fn form_of(
    house: &House,
    kind: &str,
    given: BTreeMap<String, String>,
) -> Result<Settings> {
    let fields = fields_of(&**house.part::<Connectors>()?.of(kind)?);
    let mut settings = given;
    for field in fields.iter().filter(|field| field.signed) {
        settings.remove(&field.name);
    }
    Ok(Settings(settings))
}

/// Whether accounts of a kind are signed in step by step.
pub(crate) fn signs_in(house: &House, kind: &str) -> Result<bool> {
    Ok(house.part::<Connectors>()?.of(kind)?.info().sign_in)
}

fn checked(rule: ReopenRule) -> Result<ReopenRule> {
    match rule {
        ReopenRule::WithinHours { hours } if !(1..=8760).contains(&hours) => {
            Err(Error::field("reopen", "channels.setting_malformed"))
        }
        other => Ok(other),
    }
}

fn seal(house: &House, settings: &Settings) -> Result<Vec<u8>> {
    house.part::<Sealer>()?.seal(&serde_json::to_vec(settings)?)
}

pub(crate) async fn settings_changed(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "channels"}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// What changes of an account; absent fields stay.
#[derive(Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AccountPatch {
    name: Option<String>,
    settings: Option<BTreeMap<String, String>>,
    queue_id: Option<Uuid>,
    reopen: Option<ReopenRule>,
    enabled: Option<bool>,
    /// L-73.
    may_write_first: Option<bool>,
    /// L-74: who is on duty with the account's phone; null: nobody.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<Uuid>)]
    duty_id: Option<Option<Uuid>>,
    /// L-71: whose name stands above an answer.
    signed_as: Option<SignedAs>,
    /// A finished signing in: the account is signed in anew.
    sign_in: Option<Uuid>,
}

/// A field that may be absent, null or told.
fn nullable<'de, D>(d: D) -> std::result::Result<Option<Option<Uuid>>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    serde::Deserialize::deserialize(d).map(Some)
}

/// Whether an account can be let write first at all.
const fn writes_first(capabilities: &Capabilities) -> bool {
    matches!(
        capabilities.first_contact,
        FirstContact::Free | FirstContact::Template
    )
}

/// Secrets left empty keep what is stored.
pub(crate) fn merged(
    house: &House,
    account: &Account,
    given: BTreeMap<String, String>,
) -> Result<Settings> {
    let stored = unseal(house, &account.settings)?;
    let fields = fields_of(&**house.part::<Connectors>()?.of(&account.kind)?);
    let mut all = form_of(house, &account.kind, given)?.0;
    for field in fields.iter().filter(|f| f.kind == FieldKind::Secret) {
        let empty = all.get(&field.name).is_none_or(|v| v.trim().is_empty());
        if empty && let Some(kept) = stored.0.get(&field.name) {
            all.insert(field.name.clone(), kept.clone());
        }
    }
    Ok(Settings(all))
}

/// Changes an account.
pub(crate) async fn change_account(
    house: &House,
    ctx: &Ctx,
    id: Id<Account>,
    patch: AccountPatch,
) -> Result<Account> {
    let mut account = {
        let ctx = ctx.clone();
        house
            .read(async move |tx: &mut Tx<'_>| {
                require(tx, &ctx, "channels.manage").await?;
                store::account(tx, id).await
            })
            .await?
    };
    if patch.settings.is_some() || patch.sign_in.is_some() {
        let mut settings = match patch.settings {
            Some(given) => merged(house, &account, given)?,
            None => unseal(house, &account.settings)?,
        };
        if let Some(id) = patch.sign_in {
            let signed = signing::finished(house, ctx, &account.kind, id)?;
            settings.0.extend(signed.0);
        }
        let abilities = connect(house, &account.kind, &settings, &account.secret)?
            .capabilities()
            .clone();
        if abilities.desk != account.abilities.desk {
            // Who wrote to it as a client must not become a colleague, nor the other way about.
            return Err(Error::conflict("channels.desk_stays"));
        }
        account.abilities = abilities;
        account.settings = seal(house, &settings)?;
    }
    if let Some(name) = patch.name {
        account.name = text::clean_name(&name);
        if account.name.is_empty() {
            return Err(Error::field("name", "channels.bad_name"));
        }
    }
    if let Some(queue) = patch.queue_id {
        account.queue_id = queue;
    }
    if let Some(rule) = patch.reopen {
        account.reopen = checked(rule)?;
    }
    if let Some(enabled) = patch.enabled {
        account.enabled = enabled;
    }
    if let Some(may) = patch.may_write_first {
        if may && !writes_first(&capabilities_of(house, &account)?) {
            return Err(Error::field(
                "may_write_first",
                "channels.cannot_write_first",
            ));
        }
        account.may_write_first = may;
    }
    if let Some(form) = patch.signed_as {
        account.signed_as = form;
    }
    if let Some(duty) = patch.duty_id {
        if duty.is_some() && !capabilities_of(house, &account)?.sees_external_operator {
            return Err(Error::field("duty_id", "channels.no_duty"));
        }
        account.duty_id = duty;
    }
    let ctx = ctx.clone();
    let saved = house
        .write(async move |tx: &mut Tx<'_>| {
            if let (Some(_), Some(duty)) = (patch.duty_id, account.duty_id) {
                let found = accounts::briefs(tx, &[Id::new(duty)]).await?;
                if !found.iter().any(accounts::PersonBrief::works_here) {
                    return Err(Error::field("duty_id", "channels.duty_left"));
                }
            }
            store::save_account(tx, &account, ctx.now).await?;
            audit(
                tx,
                &ctx,
                "channels.changed",
                &account.name,
                json!({"enabled": account.enabled, "may_write_first": account.may_write_first, "duty_id": account.duty_id, "signed_as": account.signed_as}),
            )
            .await?;
            settings_changed(tx, &ctx).await?;
            Ok(account)
        })
        .await?;
    house.part::<Live>()?.accounts.notify_one();
    Ok(saved)
}

/// Removes an account; its talks stay.
pub(crate) async fn delete_account(house: &House, ctx: &Ctx, id: Id<Account>) -> Result<()> {
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, "channels.manage").await?;
            let account = store::account(tx, id).await?;
            store::delete_account(tx, id).await?;
            store::chosen::forget(tx, id).await?;
            audit(
                tx,
                &ctx,
                "channels.deleted",
                &account.name,
                json!({"kind": account.kind}),
            )
            .await?;
            settings_changed(tx, &ctx).await
        })
        .await?;
    house.part::<Live>()?.accounts.notify_one();
    Ok(())
}

/// Asks the messenger about settings that need not be saved yet.
pub(crate) async fn try_settings(
    house: &House,
    ctx: &Ctx,
    kind: &str,
    given: BTreeMap<String, String>,
    id: Option<Id<Account>>,
) -> Result<CheckOutcome> {
    let ctx = ctx.clone();
    let stored = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, "channels.manage").await?;
            match id {
                Some(id) => store::account(tx, id).await.map(Some),
                None => Ok(None),
            }
        })
        .await?;
    let settings = match &stored {
        Some(account) => merged(house, account, given)?,
        None => form_of(house, kind, given)?,
    };
    let live = connect(house, kind, &settings, "check")?;
    Ok(heard(house, &*live, live.check().await))
}

/// What a messenger says of an account, and whether it could come to us at all (U-38): one that calls us at an address we
/// tell it needs a public one, and answers as well without.
fn heard(house: &House, live: &dyn channel::Account, told: CheckOutcome) -> CheckOutcome {
    // In the words of rustls, whoever's certificate it is: the messenger's, or that of a proxy on the way.
    if told.code == "unreachable" && told.detail.contains("invalid peer certificate") {
        return CheckOutcome {
            code: "certificate_unknown".to_owned(),
            ..told
        };
    }
    let hook = WebhookHook {
        url: house.base_url().to_owned(),
        secret: String::new(),
    };
    let told_by_us = live.mode() == PollMode::None
        && !live.capabilities().visitors
        && live.address_to_paste(&hook).is_none();
    if !told.ok || told.code != "ok" || !told_by_us || house.base_url().starts_with("https://") {
        return told;
    }
    CheckOutcome {
        code: "nothing_comes".to_owned(),
        ..told
    }
}

/// Asks the messenger how an account fares, saves and tells it.
pub(crate) async fn check(house: &House, account: &Account) -> Result<Health> {
    let now = house.clock().now();
    let outcome = match house.part::<Live>()?.open(house, account) {
        _ if !account.enabled => CheckOutcome {
            code: "off".to_owned(),
            ..CheckOutcome::default()
        },
        Ok(live) => heard(house, &*live, live.check().await),
        Err(error) => CheckOutcome {
            code: "settings".to_owned(),
            detail: error.to_string(),
            ..CheckOutcome::default()
        },
    };
    let state = match (account.enabled, outcome.ok, outcome.code.as_str()) {
        (false, _, _) => HealthState::Off,
        (_, true, "ok" | "") => HealthState::Ok,
        (_, true, _) => HealthState::Warning,
        (_, false, _) => HealthState::Broken,
    };
    set_health(house, account.id, move |h| {
        h.state = state;
        h.code = outcome.code.clone();
        h.detail = outcome.detail.chars().take(500).collect();
        h.balance.clone_from(&outcome.balance);
        h.checked_at = Some(now);
    })
    .await
}

/// A gap is told in the chats only if it was at least as long: a stumble of a minute loses nothing, messengers try again.
const GAP: Duration = Duration::from_secs(300);

/// Changes an account's health and tells everyone if it reads differently; a break is also a notice.
pub(crate) async fn set_health(
    house: &House,
    id: Id<Account>,
    change: impl Fn(&mut Health) + Send + 'static,
) -> Result<Health> {
    let ctx = house.system();
    let text = |language| house.texts().say(language, "notice-channel-broken", &[]);
    let rest = |language| house.texts().say(language, "notice-strangers-limited", &[]);
    let (rest_ru, rest_en) = (rest(kernel::Language::Ru), rest(kernel::Language::En));
    let (ru, en) = (text(kernel::Language::Ru), text(kernel::Language::En));
    let upcalls = *house.part::<Upcalls>()?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            let account = store::hold_account(tx, id).await?;
            let mut health = account.health.clone();
            change(&mut health);
            let day = ctx.now - Duration::from_secs(24 * 3600);
            (health.pending, health.failed) = store::load(tx, id, day).await?;
            let down_since = health.follow(&account.health, ctx.now);
            // Where the messenger can be asked, the comparison finds what was lost.
            let missed = down_since
                .filter(|since| ctx.now.since(*since) >= GAP && !account.abilities.history);
            if let Some(since) = missed {
                (upcalls.gap)(tx, &ctx, &account, since).await?;
            }
            store::save_health(tx, id, &health).await?;
            let was = &account.health;
            let differs = health.state != was.state || health.code != was.code;
            let poorer = health.balance != was.balance;
            if differs || poorer || health.pending != account.health.pending {
                let event = Event::stored(
                    "channel.changed",
                    id.uuid(),
                    vec![EVERYONE],
                    json!({"id": id, "health": health}),
                );
                journal::append(tx, &ctx, event).await?;
            }
            if differs && health.state == HealthState::Broken {
                tell_managers(tx, &ctx, &account, &ru, &en).await?;
            }
            if differs && health.code == "strangers_limited" {
                tell_managers(tx, &ctx, &account, &rest_ru, &rest_en).await?;
            }
            Ok(health)
        })
        .await
}

async fn tell_managers(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    ru: &str,
    en: &str,
) -> Result<()> {
    let managers =
        accounts::people_of(tx, accounts::right_principal("channels.manage", None)).await?;
    for person in managers {
        let text = match accounts::language_of(tx, person).await? {
            kernel::Language::Ru => ru,
            kernel::Language::En => en,
        };
        let what = Tell {
            kind: NoticeKind::Channel,
            thread_id: None,
            thread_kind: None,
            message_id: None,
            title: account.name.clone(),
            // What the messenger said in its own words stands on the channel's page.
            text: text.to_owned(),
        };
        notifications::tell(tx, ctx, &[person], &what).await?;
    }
    Ok(())
}

/// An account as an administrator sees it; `address` is where its snippet and link lead.
pub(crate) fn shown(house: &House, account: Account, address: &str) -> Result<ChannelAccount> {
    let mut settings = unseal(house, &account.settings)?.0;
    let connector = house.part::<Connectors>()?.of(&account.kind)?;
    for field in fields_of(&**connector)
        .iter()
        .filter(|f| f.kind == FieldKind::Secret)
    {
        settings.insert(field.name.clone(), String::new());
    }
    let live = house.part::<Live>()?.open(house, &account).ok();
    let webhook = live.as_ref().and_then(|live| {
        live.address_to_paste(&WebhookHook {
            url: hook_url(address, &account),
            secret: account.secret.clone(),
        })
    });
    let capabilities = live
        .as_ref()
        .map_or_else(|| account.abilities.clone(), |l| l.capabilities().clone());
    let embedded = crate::visitors::is_embedded(&account);
    let hook = live
        .as_ref()
        .filter(|l| !embedded && l.mode() == PollMode::None)
        .map(|_| hook_url(address, &account));
    let link = if embedded {
        Some(format!("{address}/demo?key={}", account.public_key))
    } else {
        live.and_then(|l| l.link(None))
    };
    Ok(ChannelAccount {
        snippet: embedded.then(|| {
            format!(
                "<script src=\"{address}/widget.js\" data-key=\"{}\" async></script>",
                account.public_key
            )
        }),
        link,
        webhook,
        hook,
        id: account.id,
        kind: account.kind,
        name: account.name,
        enabled: account.enabled,
        settings,
        queue_id: account.queue_id,
        reopen: account.reopen,
        may_write_first: account.may_write_first,
        duty_id: account.duty_id,
        signed_as: account.signed_as,
        capabilities,
        health: account.health,
    })
}

/// Where a messenger delivers to an account of the house at this address.
pub(crate) fn hook_url(address: &str, account: &Account) -> String {
    let Account {
        kind,
        id,
        public_key,
        ..
    } = account;
    format!("{address}/hooks/{kind}/{id}/{public_key}")
}

/// How long raw events are kept for replay.
const KEEP_RAW: Duration = Duration::from_secs(60 * 24 * 3600);

/// Forgets old raw events.
pub(crate) async fn prune(house: &House) -> Result<()> {
    let now = house.clock().now();
    let before: Moment = now - KEEP_RAW;
    house
        .write(async move |tx: &mut Tx<'_>| {
            crate::site::prune(tx, now).await?;
            store::prune_raw(tx, before).await
        })
        .await
        .map(drop)
}

/// The public key of an enabled account whose clients talk to this server directly: the asked one, or the first.
pub async fn embedded_key(tx: &mut Tx<'_>, asked: Option<&str>) -> Result<Option<String>> {
    let accounts = store::accounts(tx).await?;
    let mut embedded = accounts
        .into_iter()
        .filter(|a| a.enabled && crate::visitors::is_embedded(a));
    Ok(match asked {
        Some(key) => embedded.find(|a| a.public_key == key),
        None => embedded.next(),
    }
    .map(|a| a.public_key))
}

/// The thread of a client by the messenger's id of them.
pub async fn thread_of_ext(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext_id: &str,
    upcalls: &Upcalls,
) -> Result<Option<Id<messages::Thread>>> {
    match store::find_peer(tx, account, ext_id).await? {
        Some(peer) => (upcalls.thread)(tx, &peer).await,
        None => Ok(None),
    }
}
