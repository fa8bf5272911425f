//! Use cases of crm.

pub(crate) mod bringing;
pub(crate) mod duplicates;
pub(crate) mod labels;
pub(crate) mod merging;

use crate::{
    model::{Contact, Fact, Identity, Merge},
    store::{self, merging as merging_store},
};
use accounts::{Person, right_principal};
use db::Tx;
use journal::{Event, Recorded};
use kernel::{Ctx, Email, Error, Id, Phone, Result, Uuid};
use std::{collections::HashMap, pin::Pin};

/// Facts kept of one contact; the oldest go first.
const MOST_FACTS: usize = 30;

/// Where somebody is known from.
#[derive(Clone, Copy, Debug)]
pub struct IdentityKey<'a> {
    /// The channel account.
    pub channel_id: Uuid,
    /// Its kind.
    pub kind: &'a str,
    /// The messenger's id of the client.
    pub value: &'a str,
    /// What to show of it.
    pub title: &'a str,
    /// The messenger vouches for it.
    pub verified: bool,
}

/// The contact behind an identity as it stands, made if it is new: one statement decides, so two parts of an album make one
/// contact. Whose the identity itself is, whoever stands for them, tells [`by_identity`].
pub async fn find_or_create(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: IdentityKey<'_>,
    name: &str,
) -> Result<Contact> {
    make(tx, ctx, key, name, false).await
}

/// The same for a group in a messenger, where several people write (U-34).
pub async fn find_or_create_group(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: IdentityKey<'_>,
    title: &str,
) -> Result<Contact> {
    make(tx, ctx, key, title, true).await
}

async fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: IdentityKey<'_>,
    name: &str,
    group: bool,
) -> Result<Contact> {
    let scope = key.channel_id.to_string();
    if let Some(id) = store::by_identity(tx, &scope, key.value).await? {
        return by_id(tx, id).await;
    }
    let name = text::clean_name(name);
    let contact = Contact {
        id: ctx.ids.next(),
        name: if name.is_empty() {
            text::clean_name(key.title)
        } else {
            name
        },
        company: String::new(),
        email: String::new(),
        phones: Vec::new(),
        note: String::new(),
        photo_file_id: None,
        responsible_id: None,
        label_ids: Vec::new(),
        group,
        merged_into: None,
        created_at: ctx.now,
        identities: Vec::new(),
        facts: Vec::new(),
    };
    store::save(tx, &contact).await?;
    let identity = Identity {
        id: ctx.ids.next(),
        channel_id: Some(key.channel_id),
        kind: key.kind.to_owned(),
        value: key.value.to_owned(),
        title: text::clean_name(key.title),
        verified: key.verified,
    };
    if store::add_identity(tx, contact.id, &scope, &identity).await? == 0 {
        return Err(Error::conflict("messages.twice"));
    }
    let contact = by_id(tx, contact.id).await?;
    tell(tx, ctx, &contact).await?;
    duplicates::seek_name(tx, ctx, &contact).await?;
    Ok(contact)
}

/// A contact got another id in its messenger: it is found by both from now on. Nothing happens if the id is somebody's.
pub async fn also_known(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    key: IdentityKey<'_>,
) -> Result<()> {
    let scope = key.channel_id.to_string();
    if store::by_identity(tx, &scope, key.value).await?.is_some() {
        return Ok(());
    }
    let identity = Identity {
        id: ctx.ids.next(),
        channel_id: Some(key.channel_id),
        kind: key.kind.to_owned(),
        value: key.value.to_owned(),
        title: text::clean_name(key.title),
        verified: key.verified,
    };
    store::add_identity(tx, id, &scope, &identity).await?;
    let contact = by_id(tx, id).await?;
    tell(tx, ctx, &contact).await
}

/// Who has a number: the one a messenger vouches for, else the one who was first given it.
pub async fn by_phone(tx: &mut Tx<'_>, phone: &Phone) -> Result<Option<Id<Contact>>> {
    match store::by_identity(tx, "phone", phone.as_str()).await? {
        Some(id) => by_id(tx, id).await.map(|c| Some(c.id)),
        None => store::by_phone(tx, phone.as_str()).await,
    }
}

/// Who was first given an e-mail address; without regard to letter case.
pub async fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Option<Id<Contact>>> {
    store::by_email(tx, email).await
}

/// Who is known in a channel account under a messenger's id: whose the identity is, whoever stands for them now.
pub async fn by_identity(
    tx: &mut Tx<'_>,
    channel: Uuid,
    value: &str,
) -> Result<Option<Id<Contact>>> {
    store::by_identity(tx, &channel.to_string(), value).await
}

/// A contact by its id, whole: whoever stands for it, with everything known of those it stands for.
pub async fn by_id(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Contact> {
    let standing = merging_store::standing(tx, &[id]).await?;
    let standing = standing.first().ok_or_else(Error::not_found)?.1;
    whole(tx, &[standing])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

async fn whole(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<Vec<Contact>> {
    store::whole(tx, ids).await
}

/// Several contacts by their ids, each as [`by_id`] answers it.
pub async fn by_ids(tx: &mut Tx<'_>, ids: &[Id<Contact>]) -> Result<HashMap<Id<Contact>, Contact>> {
    let standing = merging_store::standing(tx, ids).await?;
    let all: Vec<Id<Contact>> = standing.iter().map(|s| s.1).collect();
    let found = whole(tx, &all).await?;
    let of = |id| found.iter().find(|c| c.id == id).cloned();
    Ok(standing
        .into_iter()
        .filter_map(|(asked, stands)| Some((asked, of(stands)?)))
        .collect())
}

/// Everybody who is one with a contact, whichever of them is asked for: by these ids the tables of others know them.
pub async fn circle(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Vec<Id<Contact>>> {
    let standing = merging_store::standing(tx, &[id]).await?;
    match standing.first() {
        Some((_, stands)) => merging_store::circle(tx, *stands).await,
        None => Ok(vec![id]),
    }
}

/// A contact's own row, whoever stands for it: what is changed and saved.
async fn row(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Contact> {
    store::rows(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

async fn tell(tx: &mut Tx<'_>, ctx: &Ctx, contact: &Contact) -> Result<()> {
    let live = format!("{{\"contact\":{}}}", serde_json::to_string(contact)?);
    let audience = vec![right_principal("contacts.edit", None)];
    let event = Event::fresh("contact.changed", contact.id.uuid(), audience, live.into());
    journal::append(tx, ctx, event).await.map(drop)
}

/// Reads a contact frame's fields as the contact is now.
pub(crate) fn hydrate<'a>(
    tx: &'a mut Tx<'_>,
    event: &'a Recorded,
) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + 'a>> {
    Box::pin(async move {
        let contact = store::whole(tx, &[Id::new(event.subject)]).await?.pop();
        contact
            .map(|c| Ok(format!("{{\"contact\":{}}}", serde_json::to_string(&c)?)))
            .transpose()
    })
}

/// Notes what a channel told; a known key gets the new value.
pub async fn note_facts(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    facts: &[(String, String)],
) -> Result<()> {
    let mut contact = row(tx, id).await?;
    let before = contact.facts.clone();
    for (key, value) in facts {
        let value: String = text::clean_name(value).chars().take(500).collect();
        match contact.facts.iter_mut().find(|f| f.key == *key) {
            Some(known) => known.value = value,
            None => contact.facts.push(Fact {
                key: key.clone(),
                value,
            }),
        }
    }
    if contact.facts == before {
        return Ok(());
    }
    let surplus = contact.facts.len().saturating_sub(MOST_FACTS);
    contact.facts.drain(..surplus);
    store::save(tx, &contact).await?;
    let contact = by_id(tx, id).await?;
    tell(tx, ctx, &contact).await
}

/// The row of whoever stands for a contact.
async fn standing_row(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Contact> {
    let stands = by_id(tx, id).await?.id;
    row(tx, stands).await
}

/// Adds a phone the messenger vouches for, and makes it an identity unless somebody else has it. If exactly one other contact
/// has it, vouched for as well, the two are one by proof and are merged (U-10, U-11); the caller tells the chats. Otherwise
/// whoever else has it is offered.
pub async fn learn_phone(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    phone: &Phone,
) -> Result<Option<Merge>> {
    let mut own = row(tx, id).await?;
    let known = own.identities.iter();
    let vouched = known
        .clone()
        .any(|i| i.kind == "phone" && i.value == phone.as_str());
    if own.phones.contains(phone) && vouched {
        return Ok(None);
    }
    let new = !own.phones.contains(phone);
    if new {
        own.phones.push(phone.clone());
        store::save(tx, &own).await?;
    }
    let stands = by_id(tx, id).await?;
    if stands.id != id && !stands.phones.contains(phone) {
        let mut kept = row(tx, stands.id).await?;
        kept.phones.push(phone.clone());
        store::save(tx, &kept).await?;
    }
    let identity = Identity {
        id: ctx.ids.next(),
        channel_id: None,
        kind: "phone".to_owned(),
        value: phone.as_str().to_owned(),
        title: phone.as_str().to_owned(),
        verified: true,
    };
    let made = store::add_identity(tx, id, "phone", &identity).await? > 0;
    if !new && !made {
        return Ok(None);
    }
    let contact = by_id(tx, id).await?;
    tell(tx, ctx, &contact).await?;
    merging::prove(tx, ctx, contact.id, phone).await
}

/// Gives a contact another picture, or none.
pub async fn set_photo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    photo: Option<Uuid>,
) -> Result<()> {
    let mut contact = standing_row(tx, id).await?;
    if contact.photo_file_id == photo {
        return Ok(());
    }
    contact.photo_file_id = photo;
    store::save(tx, &contact).await?;
    let contact = by_id(tx, contact.id).await?;
    tell(tx, ctx, &contact).await
}

/// Takes a name a client gave of themselves, if we had none better.
pub async fn rename_if_unnamed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    name: &str,
    placeholder: &str,
) -> Result<()> {
    let mut contact = standing_row(tx, id).await?;
    let name = text::clean_name(name);
    if name.is_empty() || (!contact.name.is_empty() && contact.name != placeholder) {
        return Ok(());
    }
    contact.name = name;
    store::save(tx, &contact).await?;
    let contact = by_id(tx, contact.id).await?;
    tell(tx, ctx, &contact).await?;
    duplicates::seek_name(tx, ctx, &contact).await
}

/// What changes of a contact; absent fields stay.
#[derive(Clone, Debug, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct ContactPatch {
    /// What we call them.
    pub name: Option<String>,
    /// Their company.
    pub company: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Phones in any spelling.
    pub phones: Option<Vec<String>>,
    /// Free words.
    pub note: Option<String>,
    /// Who is responsible for this client; `null` for nobody.
    #[serde(deserialize_with = "told")]
    #[schema(value_type = Option<kernel::Uuid>)]
    pub responsible_id: Option<Option<Id<Person>>>,
}

/// A field that was told, be it `null`: an absent one stays as it is.
fn told<'de, D, T>(from: D) -> std::result::Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}

/// Changes a card.
pub async fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    patch: &ContactPatch,
) -> Result<Contact> {
    let mut contact = standing_row(tx, id).await?;
    if let Some(name) = &patch.name {
        contact.name = text::clean_name(name);
        if contact.name.is_empty() {
            return Err(Error::field("name", "crm.name_needed"));
        }
    }
    if let Some(company) = &patch.company {
        contact.company = text::clean_name(company);
    }
    if let Some(email) = &patch.email {
        contact.email = match email.trim() {
            "" => String::new(),
            given => Email::parse(given)
                .ok_or_else(|| Error::field("email", "crm.bad_email"))?
                .as_str()
                .to_owned(),
        };
    }
    if let Some(note) = &patch.note {
        if note.chars().count() > 10_000 {
            return Err(Error::field("note", "crm.too_long"));
        }
        contact.note = note.clone();
    }
    if let Some(list) = &patch.phones {
        contact.phones = phones(list)?;
    }
    if let Some(responsible) = patch.responsible_id {
        if let Some(person) = responsible {
            let works = accounts::briefs(tx, &[person]).await?;
            if !works.iter().any(accounts::PersonBrief::works_here) {
                return Err(Error::field("responsible_id", "crm.no_such_person"));
            }
        }
        contact.responsible_id = responsible;
    }
    store::save(tx, &contact).await?;
    let contact = by_id(tx, contact.id).await?;
    tell(tx, ctx, &contact).await?;
    if patch.name.is_some() || patch.email.is_some() || patch.phones.is_some() {
        duplicates::seek(tx, ctx, &contact).await?;
    }
    Ok(contact)
}

fn phones(list: &[String]) -> Result<Vec<Phone>> {
    if list.len() > 10 {
        return Err(Error::field("phones", "crm.too_many_phones"));
    }
    list.iter()
        .filter(|p| !p.trim().is_empty())
        .map(|p| {
            Phone::parse(p).ok_or_else(|| Error::field("phones", "crm.bad_phone").arg("phone", p))
        })
        .collect()
}

/// Contacts by a part of the name, company or number in either keyboard layout, of those that carry a label if one is named;
/// newest first.
pub async fn find(
    tx: &mut Tx<'_>,
    text: &str,
    label: Option<Uuid>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Contact>> {
    let pattern = pattern(text);
    store::list(tx, pattern.as_deref(), label, before, limit).await
}

/// The same as [`find`] from the newest on, by their ids alone.
pub(crate) async fn find_ids(
    tx: &mut Tx<'_>,
    text: &str,
    label: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Id<Contact>>> {
    let pattern = pattern(text);
    store::list_ids(tx, pattern.as_deref(), label, limit).await
}

/// What a name or a number is compared with; none: nothing is looked for.
fn pattern(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = text
        .chars()
        .all(|c| c.is_ascii_digit() || " +-().".contains(c))
        && digits.len() >= 3;
    let meant = if number {
        // 8 495 … and +7 495 … are one number: compare without the country's digit.
        digits
            .strip_prefix(['7', '8'])
            .filter(|d| d.len() >= 10)
            .unwrap_or(&digits)
            .to_owned()
    } else {
        text::search::query(text)
            .understood
            .unwrap_or_else(|| text.to_owned())
    };
    let escaped = store::folded(&meant)
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    Some(format!("%{escaped}%"))
}
