//! Use cases of a site: who a browser is (P-84), the form before the first message (P-13), where the widget was seen.

use crate::{
    hooks::{Introduction, Upcalls},
    live::Live,
    model::{Account, Peer},
    signed::{self, Claims},
    store::{self, site::Vouched},
    visitors::{Visitors, is_embedded},
};
use accounts::{audit, require};
use channel::{Answered, Form, Invitation, QuestionKind, Settings, WrongAnswer};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Refusal, RefusalKind, Result};
use seal::Sealer;
use serde::Serialize;
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use utoipa::ToSchema;
use web::House;

/// A browser stays signed in for so long after the site last signed; then the site signs anew.
const SIGNED_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long it is remembered that a browser was signed in: until then its word is nobody's.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 3600);
/// A page is noted at most so often.
const SEEN_EVERY: Duration = Duration::from_secs(60);

// ------------------------------------------------------------ for administrators

/// What an administrator has to know to put a widget into a site.
#[derive(Serialize, ToSchema)]
pub(crate) struct SiteFacts {
    /// With what the site signs who its visitor is; none until it is made.
    secret: Option<String>,
    /// When it was made.
    made_at: Option<Moment>,
    /// The last foreign page on which the widget was seen, without what follows its path.
    page: Option<String>,
    /// When.
    seen_at: Option<Moment>,
}

async fn owned(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Account>) -> Result<Account> {
    require(tx, ctx, "channels.manage").await?;
    let account = store::account(tx, id).await?;
    if is_embedded(&account) {
        Ok(account)
    } else {
        Err(Error::conflict("channels.no_site"))
    }
}

fn word(house: &House, sealed: &[u8]) -> Result<String> {
    String::from_utf8(house.part::<Sealer>()?.open(sealed)?).map_err(Error::fault)
}

async fn facts(house: &House, tx: &mut Tx<'_>, id: Id<Account>) -> Result<SiteFacts> {
    let secret = store::site::secret(tx, id).await?;
    let seen = store::site::seen(tx, id).await?;
    Ok(SiteFacts {
        made_at: secret.as_ref().map(|(_, at)| *at),
        secret: secret.map(|(s, _)| word(house, &s)).transpose()?,
        seen_at: seen.as_ref().map(|(_, at)| *at),
        page: seen.map(|(page, _)| page),
    })
}

/// What there is to know of an account's site.
pub(crate) async fn of_account(house: &House, ctx: &Ctx, id: Id<Account>) -> Result<SiteFacts> {
    let (ctx, within) = (ctx.clone(), house.clone());
    house
        .read(async move |tx: &mut Tx<'_>| {
            owned(tx, &ctx, id).await?;
            facts(&within, tx, id).await
        })
        .await
}

/// Makes the secret, or another one: what the old one signed is worth nothing from now on, and who it signed in is signed out.
pub(crate) async fn renew_secret(house: &House, ctx: &Ctx, id: Id<Account>) -> Result<SiteFacts> {
    let sealed = house.part::<Sealer>()?.seal(ctx.ids.secret().as_bytes())?;
    let (ctx, within) = (ctx.clone(), house.clone());
    house
        .write(async move |tx: &mut Tx<'_>| {
            let account = owned(tx, &ctx, id).await?;
            store::site::set_secret(tx, id, &sealed, ctx.now).await?;
            store::site::sign_all_out(tx, id, ctx.now).await?;
            audit(tx, &ctx, "channels.site_secret", &account.name, json!({})).await?;
            crate::actions::settings_changed(tx, &ctx).await?;
            facts(&within, tx, id).await
        })
        .await
}

/// Forgets what is of no more use.
pub(crate) async fn prune(tx: &mut Tx<'_>, now: Moment) -> Result<()> {
    store::site::prune(tx, now, now - REMEMBERED).await
}

/// Longest text a link carries, in characters; more makes a QR code nobody can read.
pub(crate) const LONGEST_TEXT: usize = 300;

/// Where anybody writes to an account (L-78); none where nobody can, or where colleagues sit.
pub(crate) fn invitation(
    house: &House,
    account: &Account,
    address: &str,
    text: &str,
) -> Option<Invitation> {
    if is_embedded(account) {
        let page = format!("{address}/talk/{}", account.public_key);
        return Some(Invitation {
            url: match text {
                "" => page,
                text => format!("{page}?text={}", channel::in_address(text)),
            },
            takes_text: true,
        });
    }
    let live = house.part::<Live>().ok()?.open(house, account).ok()?;
    if live.capabilities().desk {
        return None;
    }
    live.invitation(text)
}

// ------------------------------------------------------------ who a browser is

/// The client a browser speaks as, if they are known.
///
/// # Errors
/// `channels.signed_out`: it spoke as somebody a site vouched for, and does no more.
pub(crate) async fn whose(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    now: Moment,
) -> Result<Option<Peer>> {
    match store::site::browser(tx, account, ext).await? {
        Some((peer, until)) if until > now => store::peer(tx, peer).await.map(Some),
        Some(_) => Err(Error::sign_in("channels.signed_out")),
        None => store::find_peer(tx, account, ext).await,
    }
}

/// The same, made if need be and held until the commit.
pub(crate) async fn speaker(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: Id<Account>,
    ext: &str,
) -> Result<Peer> {
    let known = whose(tx, account, ext, ctx.now).await?;
    let ext = known.map_or_else(|| ext.to_owned(), |peer| peer.ext_id);
    store::peer_for(tx, account, &ext, ctx.ids.next(), ctx.now).await
}

/// Under which id of theirs, and whether anybody vouches for it, a client is known: a messenger vouches for its own clients, a
/// site for those it signed.
pub async fn standing_of(
    tx: &mut Tx<'_>,
    account: &Account,
    peer: &Peer,
) -> Result<(Option<String>, bool)> {
    if !is_embedded(account) {
        return Ok((None, true));
    }
    let vouched = store::site::vouched(tx, peer.id).await?;
    let known_as = vouched.map(|(known_as, ..)| known_as);
    Ok((known_as.clone(), known_as.is_some()))
}

/// A site says who its visitor is: answers the secret word of their browser from now on. Whoever was signed in there before is
/// signed out; what was written there without a name goes with them if they have no talk yet, else it may be theirs.
pub(crate) async fn identify(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    claims: Claims,
    token: Option<String>,
    upcalls: &Upcalls,
) -> Result<(String, Peer)> {
    let before = token.as_deref().and_then(Visitors::ext_id);
    let ext = signed::ext_id(&claims.id);
    let now_as = match &before {
        Some(before) => store::site::browser(tx, account.id, before).await?,
        None => None,
    };
    let here = now_as.filter(|(_, until)| *until > ctx.now);
    let before_me = before.as_ref().filter(|_| now_as.is_none());
    let mine = match before_me {
        Some(before) => store::find_peer(tx, account.id, before).await?,
        None => None,
    };
    if let Some(written) = &mine
        && store::find_peer(tx, account.id, &ext).await?.is_none()
    {
        store::rename_peer(tx, account.id, &written.ext_id, &ext).await?;
    }
    let peer = store::peer_for(tx, account.id, &ext, ctx.ids.next(), ctx.now).await?;
    let kept = token.filter(|_| here.is_some_and(|(who, _)| who == peer.id));
    let token = kept.unwrap_or_else(|| ctx.ids.secret());
    let browser =
        Visitors::ext_id(&token).ok_or_else(|| Error::fault("a made token does not fit"))?;
    let until = claims.until + Duration::from_secs(1);
    if !store::site::use_signature(tx, account.id, &claims.digest, &browser, until).await? {
        let by = store::site::used_by(tx, account.id, &claims.digest).await?;
        if by.as_deref() != Some(browser.as_str()) {
            return Err(Error::denied("channels.signature_used"));
        }
    }
    if let (Some(before), Some((who, _))) = (&before, here)
        && who != peer.id
    {
        store::site::sign_out(tx, account.id, before, ctx.now).await?;
    }
    store::site::sign_in(tx, account.id, &browser, peer.id, ctx.now + SIGNED_FOR).await?;
    let said = Vouched {
        name: claims.name,
        email: claims.email,
        phone: claims.phone,
        facts: claims.facts,
    };
    let known = store::site::vouched(tx, peer.id).await?;
    if known.as_ref().is_none_or(|(_, was, _)| *was != said) {
        store::site::vouch(tx, peer.id, &claims.id, &said, false).await?;
    }
    if let Some(written) = mine.filter(|written| written.id != peer.id)
        && (upcalls.thread)(tx, &written).await?.is_some()
        && (upcalls.thread)(tx, &peer).await?.is_some()
    {
        (upcalls.same_person)(tx, ctx, &written, &peer).await?;
    }
    if (upcalls.thread)(tx, &peer).await?.is_some() {
        note_vouched(tx, ctx, account, &peer, upcalls).await?;
    }
    Ok((token, peer))
}

/// Puts what a site said of a client on their card, once.
async fn note_vouched(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    upcalls: &Upcalls,
) -> Result<()> {
    let Some((known_as, said, false)) = store::site::vouched(tx, peer.id).await? else {
        return Ok(());
    };
    let told = Introduction {
        name: said.name.chars().take(LONGEST).collect(),
        email: said.email.clone(),
        phone: said.phone.clone(),
        facts: said.facts.clone(),
    };
    (upcalls.introduce)(tx, ctx, account, peer, &told).await?;
    store::site::vouch(tx, peer.id, &known_as, &said, true).await
}

/// The longest name a site tells that is kept, in characters.
const LONGEST: usize = 200;

/// What is known of a client before they wrote goes on their card before their first message, so that it is told by name.
pub(crate) async fn before_message(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    upcalls: &Upcalls,
) -> Result<()> {
    note_vouched(tx, ctx, account, peer, upcalls).await
}

/// What a client answered stands in the chat, once there is one.
pub(crate) async fn after_message(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    peer: &Peer,
    upcalls: &Upcalls,
) -> Result<()> {
    let Some((answers, agreed_to, false)) = store::site::answers(tx, peer.id).await? else {
        return Ok(());
    };
    let mut lines = Vec::new();
    if !answers.is_empty() {
        let all: Vec<String> = answers
            .iter()
            .map(|a| format!("{}: {}", a.label, text::excerpt(&a.value, SHOWN)))
            .collect();
        lines.push(("visitor-answered", vec![("answers", all.join("; "))]));
    }
    if !agreed_to.is_empty() {
        let shown = text::excerpt(&agreed_to, SHOWN);
        lines.push(("visitor-agreed", vec![("text", shown)]));
    }
    if (upcalls.lines)(tx, ctx, peer, lines).await? {
        store::site::answers_told(tx, peer.id).await?;
    }
    Ok(())
}

/// So much of an answer stands in the line, in characters; the whole of it is on the card.
const SHOWN: usize = 200;

// ------------------------------------------------------------ the form

/// What a visitor has still to be asked: keys of questions; none, nothing.
pub(crate) async fn asks(tx: &mut Tx<'_>, form: &Form, peer: Option<&Peer>) -> Result<Vec<String>> {
    let Some(peer) = peer else {
        return Ok(form.fields.iter().map(|f| f.key.clone()).collect());
    };
    if store::site::answers(tx, peer.id).await?.is_some() {
        return Ok(Vec::new());
    }
    let known = store::site::vouched(tx, peer.id).await?.map(|v| v.1);
    let known = known.unwrap_or_default();
    let left = form.fields.iter().filter(|f| match f.kind {
        QuestionKind::Name => known.name.is_empty(),
        QuestionKind::Email => known.email.is_empty(),
        QuestionKind::Phone => known.phone.is_empty(),
        QuestionKind::Text | QuestionKind::Choice => true,
    });
    Ok(left.map(|f| f.key.clone()).collect())
}

/// Refuses the first message of a visitor who was not asked yet what the site wants to know before it, so that no program
/// passes the form by. Who has a talk already is not asked again.
pub(crate) async fn check_asked(
    tx: &mut Tx<'_>,
    form: &Form,
    peer: &Peer,
    upcalls: &Upcalls,
) -> Result<()> {
    if !form.asks() || (upcalls.thread)(tx, peer).await?.is_some() {
        return Ok(());
    }
    let asked = asks(tx, form, Some(peer)).await?;
    let must = form
        .fields
        .iter()
        .find(|f| f.required && asked.contains(&f.key))
        .map(|f| f.key.as_str());
    // Consent is asked for together with questions; one that is left makes it due.
    let agree = form.consent.as_ref().filter(|_| !asked.is_empty());
    match must.or(agree.map(|_| "consent")) {
        Some(field) => Err(Error::conflict("channels.form_needed").arg("field", field)),
        None => Ok(()),
    }
}

/// Takes a visitor's answers: on their card by the rules of what a client says of themselves, and in the chat.
pub(crate) async fn answer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    account: &Account,
    peer: &Peer,
    (form, given, agreed): (&Form, &BTreeMap<String, String>, bool),
    upcalls: &Upcalls,
) -> Result<()> {
    let language = accounts::workspace(tx).await?.language;
    let asked = asks(tx, form, Some(peer)).await?;
    let left = Form {
        fields: form
            .fields
            .iter()
            .filter(|f| asked.contains(&f.key))
            .cloned()
            .collect(),
        consent: form.consent.clone(),
    };
    if !left.asks() {
        // The same form sent twice, or nothing to ask: what was taken stays.
        return Ok(());
    }
    let taken = left.take(given, agreed, language).map_err(refused)?;
    let agreed_to = left.consent.map_or(String::new(), |c| {
        let text = c.text.in_language(language).to_owned();
        if c.url.is_empty() {
            text
        } else {
            format!("{text} ({})", c.url)
        }
    });
    let of = |kind| {
        let found = taken.iter().find(|a| a.kind == kind);
        found.map(|a| a.value.clone()).unwrap_or_default()
    };
    let words = |a: &&Answered| matches!(a.kind, QuestionKind::Text | QuestionKind::Choice);
    let told = Introduction {
        name: of(QuestionKind::Name),
        email: of(QuestionKind::Email),
        phone: of(QuestionKind::Phone),
        facts: taken
            .iter()
            .filter(words)
            .filter_map(|a| {
                let label: String = a.label.chars().take(40).collect();
                Some((label, a.value.clone())).filter(|(l, _)| !l.is_empty())
            })
            .collect(),
    };
    (upcalls.introduce)(tx, ctx, account, peer, &told).await?;
    store::site::save_answers(tx, peer.id, &taken, &agreed_to, ctx.now).await?;
    after_message(tx, ctx, peer, upcalls).await
}

/// The first thing that is wrong, by its question.
fn refused(wrong: Vec<WrongAnswer>) -> Error {
    let Some(first) = wrong.into_iter().next() else {
        return Error::fault("nothing was wrong");
    };
    let code = match first.code {
        "required" => "channels.form_required",
        "name" => "channels.form_name",
        "phone" => "channels.form_phone",
        "email" => "channels.form_email",
        "choice" => "channels.form_choice",
        "long" => "channels.form_long",
        _ => "channels.form_consent",
    };
    Refusal::new(RefusalKind::Invalid, code)
        .arg("field", first.key)
        .into()
}

/// The form of an account; a stored one that cannot be read asks nothing.
pub(crate) fn form_of(settings: &Settings) -> Form {
    Form::read(settings.get("form")).unwrap_or_default()
}

// ------------------------------------------------------------ where the widget was seen

/// A foreign page's address without what follows its path; none if it is none.
pub(crate) fn bare_page(page: &str) -> Option<String> {
    let rest = page
        .strip_prefix("https://")
        .or_else(|| page.strip_prefix("http://"))?;
    let bare = page.split(['?', '#']).next().unwrap_or_default();
    let known = !rest.starts_with(['/', '?', '#']) && !rest.is_empty();
    (known && !bare.chars().any(|c| c.is_control() || c.is_whitespace()))
        .then(|| bare.chars().take(300).collect())
}

/// Notes that the widget works on a page, not more than once a minute.
pub(crate) async fn note_page(house: &House, account: Id<Account>, page: String) -> Result<()> {
    let now = house.clock().now();
    let visitors = house.part::<std::sync::Arc<Visitors>>()?;
    if !visitors.may_note(account, now, SEEN_EVERY) {
        return Ok(());
    }
    house
        .write(async move |tx: &mut Tx<'_>| store::site::set_seen(tx, account, &page, now).await)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_page_only_its_place_is_kept() {
        for (page, want) in [
            (
                "https://shop.example/a/b?card=1#x",
                Some("https://shop.example/a/b"),
            ),
            ("http://localhost:5173", Some("http://localhost:5173")),
            ("javascript:alert(1)", None),
            ("https:///x", None),
            ("https://a b/", None),
            ("", None),
        ] {
            assert_eq!(bare_page(page).as_deref(), want, "{page}");
        }
    }
}
