//! Use cases of links: shortening on the way out, a click, the settings.

use crate::{
    Upcalls,
    model::{Click, LinkClicks, LinkSettings, LinkSettingsPatch, ShortLink, Visit},
    rules, store,
};
use accounts::{EVERYONE, Person, audit, require};
use channel::OutMessage;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Result, Uuid};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use web::House;

/// Letters of a code.
const CODE: usize = 9;
/// Clicks on one link that are kept in a minute; more is somebody playing.
const PER_MINUTE: i64 = 60;
/// What is kept of a browser's name.
const AGENT: usize = 200;
/// Rows of a card.
const ROWS: i64 = 50;

/// Whose message is on its way, and what its sender wants.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Through which account.
    pub account: Uuid,
    /// To which contact.
    pub contact: Uuid,
    /// In which chat.
    pub chat: Uuid,
    /// What makes this message the same one when it is sent again or changed: the sender's own id of it.
    pub message: Uuid,
    /// S3-10: the sender's choice for this message; none leaves it to the channel's switch.
    pub on: Option<bool>,
}

fn address(base: &str, code: &str) -> String {
    format!("{base}/l/{code}")
}

/// Whether links of this message are to be shortened, and from which address.
async fn wanted(tx: &mut Tx<'_>, account: Uuid, on: Option<bool>) -> Result<Option<String>> {
    if on == Some(false) || (on.is_none() && !store::is_on(tx, account).await?) {
        return Ok(None);
    }
    let base = store::base(tx).await?;
    Ok(Some(base).filter(|base| !base.is_empty()))
}

/// Puts short links in the place of addresses, before the message is measured and cut.
pub async fn shorten(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    wish: Wish,
    out: OutMessage,
) -> Result<OutMessage> {
    let Some(base) = wanted(tx, wish.account, wish.on).await? else {
        return Ok(out);
    };
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for url in addresses(&base, &out) {
        let secret = ctx.ids.secret();
        let link = ShortLink {
            code: secret.get(..CODE).unwrap_or(&secret).to_owned(),
            url: url.clone(),
            account_id: wish.account,
            contact_id: wish.contact,
            chat_id: wish.chat,
            message_key: wish.message,
            created_at: ctx.now,
        };
        let code = store::code_for(tx, &link).await?;
        codes.insert(url, address(&base, &code));
    }
    Ok(replaced(out, |url| codes.get(url).cloned()))
}

/// Whether a message went out with short links.
pub async fn has_short(tx: &mut Tx<'_>, message: Uuid) -> Result<bool> {
    store::has_short(tx, message).await
}

/// As [`shorten`], with addresses of the right length that lead nowhere: for showing the plan before sending.
pub async fn measured(
    tx: &mut Tx<'_>,
    account: Uuid,
    on: Option<bool>,
    out: OutMessage,
) -> Result<OutMessage> {
    let Some(base) = wanted(tx, account, on).await? else {
        return Ok(out);
    };
    let short = address(&base, &"0".repeat(CODE));
    let len = short.chars().count();
    Ok(replaced(out, |url| {
        rules::worth(&base, url, len).then(|| short.clone())
    }))
}

fn replaced(out: OutMessage, new: impl FnMut(&str) -> Option<String>) -> OutMessage {
    let (text, entities) = text::replace_links(&out.text, &out.entities, new);
    OutMessage {
        text,
        entities,
        ..out
    }
}

/// The addresses of a message that are worth a code.
fn addresses(base: &str, out: &OutMessage) -> Vec<String> {
    let len = address(base, &"0".repeat(CODE)).chars().count();
    let mut found = Vec::new();
    text::replace_links(&out.text, &out.entities, |url| {
        if rules::worth(base, url, len) && !found.iter().any(|known| known == url) {
            found.push(url.to_owned());
        }
        None
    });
    found
}

/// Somebody follows a link: counted, told to the chat the first time, and sent on. None if there is no such link.
pub(crate) async fn follow(
    house: &House,
    code: String,
    method: String,
    agent: String,
) -> Result<Option<String>> {
    let ctx = house.system();
    let upcalls = *house.part::<Upcalls>()?;
    house
        .write(async move |tx: &mut Tx<'_>| {
            let robot = rules::robot(&method, &agent);
            let Some(link) = store::link(tx, &code).await? else {
                return crate::public::follow(tx, &ctx, &code, robot).await;
            };
            let (people, lately) =
                store::counted(tx, &code, ctx.now - Duration::from_secs(60)).await?;
            let click = Click {
                id: ctx.ids.next(),
                code,
                at: ctx.now,
                robot,
                agent: agent.chars().take(AGENT).collect(),
            };
            if lately < PER_MINUTE {
                store::add_click(tx, &click).await?;
                if !robot && people == 0 {
                    (upcalls.clicked)(tx, &ctx, link.chat_id, &link.url).await?;
                }
            }
            if robot {
                return Ok(Some(link.url));
            }
            let sites = store::sites(tx).await?;
            let id = click.id.uuid().simple().to_string();
            Ok(Some(rules::landing(&link.url, &sites, &id)))
        })
        .await
}

/// How short links are set up.
pub(crate) async fn settings(tx: &mut Tx<'_>) -> Result<LinkSettings> {
    let base = store::base(tx).await?;
    Ok(LinkSettings {
        snippet: if base.is_empty() {
            String::new()
        } else {
            format!("<script src=\"{base}/pixel.js\" async></script>")
        },
        base,
        account_ids: store::channels(tx).await?,
        sites: store::sites(tx).await?,
    })
}

/// Changes how short links are set up.
pub(crate) async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    patch: LinkSettingsPatch,
) -> Result<LinkSettings> {
    require(tx, ctx, "channels.manage").await?;
    if let Some(accounts) = patch.account_ids {
        if !accounts.is_empty() && store::base(tx).await?.is_empty() {
            return Err(Error::conflict("links.no_address"));
        }
        store::set_channels(tx, &accounts).await?;
    }
    if let Some(sites) = patch.sites {
        let mut hosts = sites
            .iter()
            .filter(|s| !s.trim().is_empty())
            .map(|s| rules::site(s))
            .collect::<Result<Vec<_>>>()?;
        hosts.sort();
        hosts.dedup();
        store::set_sites(tx, &hosts).await?;
    }
    audit(tx, ctx, "links.changed", "", json!({})).await?;
    let event = Event::stored(
        "settings.changed",
        EVERYONE,
        vec![EVERYONE],
        json!({"what": "links"}),
    );
    journal::append(tx, ctx, event).await?;
    settings(tx).await
}

/// What a contact was sent and followed, and the pages of our site they saw. Links only of chats the person may open.
pub(crate) async fn of_contact(
    tx: &mut Tx<'_>,
    upcalls: Upcalls,
    person: Id<Person>,
    contact: Uuid,
) -> Result<(Vec<LinkClicks>, Vec<Visit>)> {
    let circle = (upcalls.circle)(tx, contact).await?;
    let links = open_links(tx, person, &circle).await?;
    // Who sees none of the contact's chats learns nothing of their ways.
    let visits = if links.is_empty() {
        Vec::new()
    } else {
        store::visits_of(tx, &circle, ROWS).await?
    };
    Ok((links, visits))
}

/// How many links a contact was sent in chats the person may open.
pub async fn sent_to(tx: &mut Tx<'_>, person: Id<Person>, contact: Uuid) -> Result<usize> {
    Ok(open_links(tx, person, &[contact]).await?.len())
}

async fn open_links(
    tx: &mut Tx<'_>,
    person: Id<Person>,
    circle: &[Uuid],
) -> Result<Vec<LinkClicks>> {
    let mut links = Vec::new();
    let mut seen: BTreeMap<Uuid, bool> = BTreeMap::new();
    for link in store::clicks_of(tx, circle, ROWS).await? {
        let open = match seen.get(&link.chat_id) {
            Some(open) => *open,
            None => !accounts::reasons(tx, person, link.chat_id)
                .await?
                .is_empty(),
        };
        seen.insert(link.chat_id, open);
        if open {
            links.push(link);
        }
    }
    Ok(links)
}
