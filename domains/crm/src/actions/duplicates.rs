//! Pairs that may be one person: noted, listed, decided (P-35, U-10, S3-09).

use super::{by_id, tell, whole};
use crate::{
    model::{Contact, Duplicate, DuplicateState, Pair},
    rules,
    store::{self, merging},
};
use accounts::{audit, require};
use db::Tx;
use kernel::{Ctx, Error, Id, Moment, Result};
use serde_json::json;

/// Pairs of a page.
pub(crate) const PAGE: i64 = 40;

/// The order in which a pair is stored.
pub(crate) fn ordered(one: Id<Contact>, other: Id<Contact>) -> (Id<Contact>, Id<Contact>) {
    if one.uuid() < other.uuid() {
        (one, other)
    } else {
        (other, one)
    }
}

/// Whether somebody decided on two, or on any they stand for: such a pair is never offered again, and never merged by a rule.
pub(crate) async fn decided(tx: &mut Tx<'_>, one: Id<Contact>, other: Id<Contact>) -> Result<bool> {
    let circle = merging::circle(tx, one).await?;
    let others = merging::circle(tx, other).await?;
    let said = merging::pairs_of(tx, &circle, DuplicateState::Dismissed).await?;
    Ok(said
        .iter()
        .any(|p| others.contains(&p.first_id) || others.contains(&p.second_id)))
}

/// Offers two contacts as one person; once, and never again after somebody said they are two. `reason` is a stable word:
/// `site` (they came with one browser), `phone`, `email`, `name`. Groups are nobody.
pub async fn offer_duplicate(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    one: Id<Contact>,
    other: Id<Contact>,
    reason: &str,
) -> Result<()> {
    let standing = merging::standing(tx, &[one, other]).await?;
    let of = |id| standing.iter().find(|s| s.0 == id).map(|s| s.1);
    let (Some(one), Some(other)) = (of(one), of(other)) else {
        return Ok(());
    };
    if one == other || decided(tx, one, other).await? {
        return Ok(());
    }
    let both = whole(tx, &[one, other]).await?;
    if both.iter().any(|c| c.group) {
        return Ok(());
    }
    let (first_id, second_id) = ordered(one, other);
    let pair = Pair {
        first_id,
        second_id,
        reason: reason.to_owned(),
        state: DuplicateState::Open,
        at: ctx.now,
        by_id: None,
        decided_by: None,
        decided_at: None,
    };
    if merging::add_pair(tx, &pair).await? > 0 {
        for contact in both {
            tell(tx, ctx, &contact).await?;
        }
    }
    Ok(())
}

/// Looks for others with a contact's numbers, address or full name, and offers them.
pub(crate) async fn seek(tx: &mut Tx<'_>, ctx: &Ctx, contact: &Contact) -> Result<()> {
    if contact.group {
        return Ok(());
    }
    let me = contact.merged_into.unwrap_or(contact.id);
    for phone in &contact.phones {
        for other in merging::with_phone(tx, phone.as_str(), me).await? {
            offer_duplicate(tx, ctx, me, other, "phone").await?;
        }
    }
    if !contact.email.is_empty() {
        for other in merging::with_email(tx, &contact.email, me).await? {
            offer_duplicate(tx, ctx, me, other, "email").await?;
        }
    }
    seek_name(tx, ctx, contact).await
}

/// The same by the full name; a name that several have says nothing.
pub(crate) async fn seek_name(tx: &mut Tx<'_>, ctx: &Ctx, contact: &Contact) -> Result<()> {
    let folded = store::folded(&format!("{} {}", contact.name, contact.company));
    if contact.group || !rules::full_name(&store::folded(&contact.name)) {
        return Ok(());
    }
    let me = contact.merged_into.unwrap_or(contact.id);
    if let [other] = merging::with_name(tx, &folded, me).await?.as_slice() {
        offer_duplicate(tx, ctx, me, *other, "name").await?;
    }
    Ok(())
}

async fn shown(tx: &mut Tx<'_>, pairs: Vec<Pair>) -> Result<Vec<Duplicate>> {
    let mut out: Vec<Duplicate> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let one = by_id(tx, pair.first_id).await?;
        let other = by_id(tx, pair.second_id).await?;
        let here = ordered(one.id, other.id);
        // What was merged since may make two pairs one.
        if pair.state == DuplicateState::Open
            && (one.id == other.id || out.iter().any(|d| ordered(d.one.id, d.other.id) == here))
        {
            continue;
        }
        out.push(Duplicate {
            one,
            other,
            reason: pair.reason,
            state: pair.state,
            at: pair.at,
            by_id: pair.by_id,
            decided_by: pair.decided_by,
            decided_at: pair.decided_at,
        });
    }
    Ok(out)
}

/// A page of pairs, and where the next one begins.
pub(crate) async fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    state: DuplicateState,
    next: Option<&str>,
) -> Result<(Vec<Duplicate>, Option<String>)> {
    require(tx, ctx, "contacts.edit").await?;
    let after = match next {
        Some(word) => Some(cursor(word).ok_or_else(|| Error::field("next", "journal.bad_cursor"))?),
        None => None,
    };
    let page = merging::pairs(tx, state, after, PAGE).await?;
    let full = i64::try_from(page.len()).unwrap_or(0) == PAGE;
    let next = page
        .last()
        .filter(|_| full)
        .map(|p| format!("{}.{}.{}", p.at.micros(), p.first_id, p.second_id));
    Ok((shown(tx, page).await?, next))
}

fn cursor(word: &str) -> Option<(Moment, Id<Contact>, Id<Contact>)> {
    let mut parts = word.split('.');
    let at = Moment::from_micros(parts.next()?.parse().ok()?);
    let found = (at, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(found)
}

/// Open pairs of one contact.
pub(crate) async fn of_contact(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Vec<Duplicate>> {
    let circle = merging::circle(tx, id).await?;
    let pairs = merging::pairs_of(tx, &circle, DuplicateState::Open).await?;
    shown(tx, pairs).await
}

/// Somebody says that two are two: never offered again. Every open pair between those they stand for is decided with it.
pub(crate) async fn dismiss(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    one: Id<Contact>,
    other: Id<Contact>,
) -> Result<()> {
    require(tx, ctx, "contacts.edit").await?;
    let (one, other) = (by_id(tx, one).await?, by_id(tx, other).await?);
    if one.id == other.id {
        return Err(Error::conflict("crm.same_contact"));
    }
    part(tx, ctx, &one, &other, DuplicateState::Dismissed).await?;
    let detail = json!({"other": other.name});
    audit(tx, ctx, "contacts.two_people", &one.name, detail).await?;
    for contact in [one, other] {
        tell(tx, ctx, &contact).await?;
    }
    Ok(())
}

/// Takes the decision back: the pair is offered again.
pub(crate) async fn reconsider(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    one: Id<Contact>,
    other: Id<Contact>,
) -> Result<()> {
    require(tx, ctx, "contacts.edit").await?;
    let (one, other) = (by_id(tx, one).await?, by_id(tx, other).await?);
    let circle = merging::circle(tx, one.id).await?;
    let others = merging::circle(tx, other.id).await?;
    for pair in merging::pairs_of(tx, &circle, DuplicateState::Dismissed).await? {
        if others.contains(&pair.first_id) || others.contains(&pair.second_id) {
            let key = (pair.first_id, pair.second_id);
            merging::decide(tx, key, DuplicateState::Open, None, ctx.now).await?;
        }
    }
    for contact in [one, other] {
        tell(tx, ctx, &contact).await?;
    }
    Ok(())
}

/// Writes down what was decided on two contacts, noted before or not.
pub(crate) async fn part(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    one: &Contact,
    other: &Contact,
    state: DuplicateState,
) -> Result<()> {
    let by = ctx.actor.person().map(Id::new);
    let circle = merging::circle(tx, one.id).await?;
    let others = merging::circle(tx, other.id).await?;
    for pair in merging::pairs_of(tx, &circle, DuplicateState::Open).await? {
        if others.contains(&pair.first_id) || others.contains(&pair.second_id) {
            merging::decide(tx, (pair.first_id, pair.second_id), state, by, ctx.now).await?;
        }
    }
    let key = ordered(one.id, other.id);
    let pair = Pair {
        first_id: key.0,
        second_id: key.1,
        reason: "person".to_owned(),
        state,
        at: ctx.now,
        by_id: by,
        decided_by: None,
        decided_at: None,
    };
    merging::add_pair(tx, &pair).await?;
    merging::decide(tx, key, state, by, ctx.now).await
}
