//! Merging and splitting contacts, with their chats.

use crate::{
    actions::merging,
    model::{MergePreview, object},
};
use accounts::Signed;
use axum::{Json, extract::State};
use crm::{Contact, FieldChoices, Merge};
use db::Tx;
use kernel::Id;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

/// What is to become one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeForm {
    /// Who stands for both.
    kept_id: Id<Contact>,
    /// Who is merged into it.
    merged_id: Id<Contact>,
    /// What was chosen field by field.
    #[serde(default, deserialize_with = "object")]
    choices: FieldChoices,
}

#[utoipa::path(post, path = "/contacts/merge/preview", tag = "conversations", request_body = MergeForm, responses((status = 200, body = MergePreview)))]
pub(super) async fn preview(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<MergeForm>,
) -> Answer<Json<MergePreview>> {
    let found = house
        .read(async move |tx: &mut Tx<'_>| {
            let two = (form.kept_id, form.merged_id);
            merging::preview(tx, &signed.ctx, signed.person, two, form.choices).await
        })
        .await?;
    Ok(Json(found))
}

/// What was merged, or split: by `id` a merge is split again.
#[derive(Serialize, ToSchema)]
pub(super) struct MergeAnswer {
    id: Id<Merge>,
    kept_id: Id<Contact>,
    merged_id: Id<Contact>,
}

impl From<Merge> for MergeAnswer {
    fn from(merge: Merge) -> Self {
        Self {
            id: merge.id,
            kept_id: merge.kept_id,
            merged_id: merge.merged_id,
        }
    }
}

#[utoipa::path(post, path = "/contacts/merge", tag = "conversations", request_body = MergeForm, responses((status = 200, body = MergeAnswer)))]
pub(super) async fn merge(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<MergeForm>,
) -> Answer<Json<MergeAnswer>> {
    let merge = house
        .write(async move |tx: &mut Tx<'_>| {
            let two = (form.kept_id, form.merged_id);
            merging::merge(tx, &signed.ctx, two, form.choices).await
        })
        .await?;
    Ok(Json(merge.into()))
}

/// How they part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SplitForm {
    /// They are two people, never to be offered again; false takes the merge back as if it had not been.
    different: bool,
}

#[utoipa::path(post, path = "/contacts/merges/{id}/split", tag = "conversations", params(("id" = Uuid, Path)), request_body = SplitForm,
    responses((status = 200, body = MergeAnswer)))]
pub(super) async fn split(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Merge>>,
    Body(form): Body<SplitForm>,
) -> Answer<Json<MergeAnswer>> {
    let merge = house
        .write(async move |tx: &mut Tx<'_>| {
            merging::split(tx, &signed.ctx, id, form.different).await
        })
        .await?;
    Ok(Json(merge.into()))
}
