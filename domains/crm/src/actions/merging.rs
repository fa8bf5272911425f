//! Merging and splitting (P-35, U-11). Nothing is moved: the contact that was merged keeps its row, its identities and its chats,
//! and points to the one that stands for both; whoever asks for either is told of the whole. So a split is exact, also days later.

use super::{by_id, duplicates, tell};
use crate::{
    model::{CardPreview, Contact, DuplicateState, FieldChoices, Fields, Merge, MergedFrom},
    rules,
    store::{self, labels, merging},
};
use accounts::{audit, require, right_principal};
use db::Tx;
use journal::Event;
use kernel::{Ctx, Error, Id, Phone, Result};
use serde_json::json;

/// Two contacts that stand for themselves and can be merged.
async fn two(
    tx: &mut Tx<'_>,
    kept: Id<Contact>,
    merged: Id<Contact>,
) -> Result<(Contact, Contact)> {
    let (kept, merged) = (by_id(tx, kept).await?, by_id(tx, merged).await?);
    if kept.id == merged.id {
        return Err(Error::conflict("crm.same_contact"));
    }
    if kept.group || merged.group {
        return Err(Error::conflict("crm.group_is_nobody"));
    }
    Ok((kept, merged))
}

/// What a merge would do, before anything is done.
pub async fn preview(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: Id<Contact>,
    merged: Id<Contact>,
    choices: FieldChoices,
) -> Result<CardPreview> {
    require(tx, ctx, "contacts.edit").await?;
    let (kept, merged) = two(tx, kept, merged).await?;
    let noted = merging::pair(tx, duplicates::ordered(kept.id, merged.id)).await?;
    Ok(CardPreview {
        fields: rules::preview(&Fields::of(&kept), &Fields::of(&merged), choices),
        reason: noted.map(|p| p.reason),
        kept,
        merged,
    })
}

/// Makes one contact of two, at somebody's word. The caller tells the chats.
pub async fn merge(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: Id<Contact>,
    merged: Id<Contact>,
    choices: FieldChoices,
) -> Result<Merge> {
    require(tx, ctx, "contacts.edit").await?;
    merging::hold(tx, vec![kept, merged]).await?;
    let (kept, merged) = two(tx, kept, merged).await?;
    join(tx, ctx, kept, merged, choices, "person").await
}

async fn join(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: Contact,
    merged: Contact,
    choices: FieldChoices,
    how: &str,
) -> Result<Merge> {
    let before = Fields::of(&kept);
    let (after, _) = rules::merged(&before, &Fields::of(&merged), choices);
    duplicates::part(tx, ctx, &kept, &merged, DuplicateState::Merged).await?;
    let circle = merging::circle(tx, merged.id).await?;
    merging::point(tx, &circle, Some(kept.id)).await?;
    let mut row = row(tx, kept.id).await?;
    after.clone().into_contact(&mut row);
    store::save(tx, &row).await?;
    labels::set(tx, row.id, &row.label_ids).await?;
    let merge = Merge {
        id: ctx.ids.next(),
        kept_id: kept.id,
        merged_id: merged.id,
        how: how.to_owned(),
        before,
        after,
        by_id: ctx.actor.person().map(Id::new),
        at: ctx.now,
        undone_at: None,
    };
    merging::add_merge(tx, &merge).await?;
    let detail = json!({"merged": merged.name, "how": how});
    audit(tx, ctx, "contacts.merged", &row.name, detail).await?;
    announce(tx, ctx, &merge).await?;
    Ok(merge)
}

/// Tells that two are one, or are two again.
async fn announce(tx: &mut Tx<'_>, ctx: &Ctx, merge: &Merge) -> Result<()> {
    let audience = vec![right_principal("contacts.edit", None)];
    let fields = json!({"id": merge.id, "kept_id": merge.kept_id, "merged_id": merge.merged_id, "undone": merge.undone_at.is_some()});
    let event = Event::stored("contact.merged", merge.kept_id.uuid(), audience, fields);
    journal::append(tx, ctx, event).await?;
    for contact in store::whole(tx, &[merge.kept_id, merge.merged_id]).await? {
        tell(tx, ctx, &contact).await?;
    }
    Ok(())
}

async fn row(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Contact> {
    store::rows(tx, &[id])
        .await?
        .pop()
        .ok_or_else(Error::not_found)
}

/// What is proved: the number of a contact is vouched for by another contact's messenger too, and by nobody else's.
/// Then they are one, by itself; otherwise they are offered.
pub(super) async fn prove(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<Contact>,
    phone: &Phone,
) -> Result<Option<Merge>> {
    let me = by_id(tx, id).await?;
    let holders = merging::with_phone(tx, phone.as_str(), me.id).await?;
    let vouched = match store::by_identity(tx, "phone", phone.as_str()).await? {
        Some(owner) => Some(by_id(tx, owner).await?.id),
        None => None,
    };
    for other in &holders {
        let decided = duplicates::decided(tx, me.id, *other).await?;
        if rules::proven(vouched == Some(*other), holders.len(), decided, me.group) {
            merging::hold(tx, vec![me.id, *other]).await?;
            let (kept, merged) = duplicates::ordered(me.id, *other);
            let (kept, merged) = two(tx, kept, merged).await?;
            let merge = join(tx, ctx, kept, merged, FieldChoices::default(), "phone").await?;
            return Ok(Some(merge));
        }
        duplicates::offer_duplicate(tx, ctx, me.id, *other, "phone").await?;
    }
    Ok(None)
}

/// Splits what was merged: each is again what it was, with what came to it since. `different` says that they are two people,
/// so they are not offered again; without it the pair is open as it was.
pub async fn split(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Merge>, different: bool) -> Result<Merge> {
    require(tx, ctx, "contacts.edit").await?;
    let found = merging::merge(tx, id).await?.ok_or_else(Error::not_found)?;
    merging::hold(tx, vec![found.kept_id, found.merged_id]).await?;
    let standing = row(tx, found.kept_id).await?;
    if let Some(outer) = standing.merged_into {
        let outer = row(tx, outer).await?.name;
        return Err(Error::conflict("crm.split_outer_first").arg("name", outer));
    }
    let by = ctx.actor.person().map(Id::new);
    if merging::undo(tx, id, by, ctx.now).await? == 0 {
        return Err(Error::conflict("crm.split_already"));
    }
    let parts = under(tx, found.merged_id).await?;
    merging::point(tx, &[found.merged_id], None).await?;
    merging::point(tx, &parts, Some(found.merged_id)).await?;
    let other = row(tx, found.merged_id).await?;
    let mut kept = standing;
    rules::split(
        &Fields::of(&kept),
        &found.before,
        &found.after,
        &other.phones,
    )
    .into_contact(&mut kept);
    store::save(tx, &kept).await?;
    labels::set(tx, kept.id, &kept.label_ids).await?;
    for mut later in merging::merges_into(tx, found.kept_id).await? {
        if (later.at, later.id.uuid()) > (found.at, found.id.uuid()) {
            later.before = rules::forget(&later.before, &found.before, &found.after);
            later.after = rules::forget(&later.after, &found.before, &found.after);
            merging::remember(tx, &later).await?;
        }
    }
    let state = if different {
        DuplicateState::Dismissed
    } else {
        DuplicateState::Open
    };
    merging::decide(
        tx,
        duplicates::ordered(kept.id, other.id),
        state,
        by,
        ctx.now,
    )
    .await?;
    audit(
        tx,
        ctx,
        "contacts.split",
        &kept.name,
        json!({"merged": other.name}),
    )
    .await?;
    let undone = Merge {
        undone_at: Some(ctx.now),
        ..found
    };
    announce(tx, ctx, &undone).await?;
    Ok(undone)
}

/// Everybody a contact stood for before it was merged itself.
async fn under(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Vec<Id<Contact>>> {
    let mut found = Vec::new();
    let mut ask = vec![id];
    while let Some(one) = ask.pop() {
        for merge in merging::merges_into(tx, one).await? {
            found.push(merge.merged_id);
            ask.push(merge.merged_id);
        }
    }
    Ok(found)
}

/// Who a contact was merged from, the newest last.
pub(crate) async fn merged_from(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<Vec<MergedFrom>> {
    let mut out = Vec::new();
    for merge in merging::merges_into(tx, id).await? {
        out.push(MergedFrom {
            id: merge.id,
            contact_id: merge.merged_id,
            name: row(tx, merge.merged_id).await?.name,
            how: merge.how,
            by_id: merge.by_id,
            at: merge.at,
        });
    }
    Ok(out)
}
