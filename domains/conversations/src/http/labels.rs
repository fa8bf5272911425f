//! Labels, and putting them on chats and contacts.

use crate::{
    actions::{
        labels::{self, Draft},
        views::AT_ONCE,
    },
    http::chats::then_show,
    model::{Label, LabelColor, MyClientChat},
};
use accounts::{Person, Signed};
use axum::{Json, extract::State, http::StatusCode};
use crm::Contact;
use db::Tx;
use kernel::{Ctx, Error, Id, Result};
use messages::Thread;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;
use web::{Answer, At, Body, House};

#[utoipa::path(get, path = "/labels", tag = "conversations", responses((status = 200, body = Vec<Label>)))]
pub(super) async fn list(State(house): State<House>, _: Signed) -> Answer<Json<Vec<Label>>> {
    Ok(Json(
        house
            .read(async |tx: &mut Tx<'_>| labels::all(tx).await)
            .await?,
    ))
}

/// A label to be made.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewLabel {
    /// 1 to 40 letters.
    name: String,
    color: LabelColor,
}

/// What is to be different in a label.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct LabelPatch {
    name: Option<String>,
    color: Option<LabelColor>,
    /// It stays where it was put, and is offered no more.
    archived: Option<bool>,
}

#[utoipa::path(post, path = "/labels", tag = "conversations", request_body = NewLabel, responses((status = 200, body = Label)))]
pub(super) async fn add(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<NewLabel>,
) -> Answer<Json<Label>> {
    let draft = Draft {
        name: Some(form.name),
        color: Some(form.color),
        archived: None,
    };
    let label = house
        .write(async move |tx: &mut Tx<'_>| labels::save(tx, &signed.ctx, None, draft).await)
        .await?;
    Ok(Json(label))
}

#[utoipa::path(patch, path = "/labels/{id}", tag = "conversations", params(("id" = Uuid, Path)), request_body = LabelPatch,
    responses((status = 200, body = Label)))]
pub(super) async fn change(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Label>>,
    Body(form): Body<LabelPatch>,
) -> Answer<Json<Label>> {
    let draft = Draft {
        name: form.name,
        color: form.color,
        archived: form.archived,
    };
    let label = house
        .write(async move |tx: &mut Tx<'_>| labels::save(tx, &signed.ctx, Some(id), draft).await)
        .await?;
    Ok(Json(label))
}

/// All labels, in the order wanted.
#[derive(Deserialize, ToSchema)]
pub(super) struct LabelOrder {
    ids: Vec<Id<Label>>,
}

#[utoipa::path(put, path = "/labels/order", tag = "conversations", request_body = LabelOrder, responses((status = 204)))]
pub(super) async fn order(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<LabelOrder>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| labels::order(tx, &signed.ctx, &form.ids).await)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Labels to put on and to take off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Marks {
    add: Vec<Id<Label>>,
    remove: Vec<Id<Label>>,
}

#[utoipa::path(post, path = "/client-chats/{id}/labels", tag = "conversations", params(("id" = Uuid, Path)), request_body = Marks,
    responses((status = 200, body = MyClientChat)))]
pub(super) async fn mark(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Thread>>,
    Body(form): Body<Marks>,
) -> Answer<Json<MyClientChat>> {
    then_show(
        house,
        signed,
        id,
        async move |tx: &mut Tx<'_>, ctx: &Ctx, me: Id<Person>| {
            labels::mark(tx, ctx, me, id, &form.add, &form.remove)
                .await
                .map(drop)
        },
    )
    .await
}

#[utoipa::path(post, path = "/contacts/{id}/labels", tag = "conversations", params(("id" = Uuid, Path)), request_body = Marks,
    responses((status = 200, body = Contact)))]
pub(super) async fn mark_contact(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Id<Contact>>,
    Body(form): Body<Marks>,
) -> Answer<Json<Contact>> {
    let contact = house
        .write(async move |tx: &mut Tx<'_>| {
            labels::mark_contact(tx, &signed.ctx, id, &form.add, &form.remove).await
        })
        .await?;
    Ok(Json(contact))
}

/// How many contacts are marked in one transaction: as many as do not keep other writers waiting.
const TOGETHER: usize = 50;

/// How many of those refused for one reason are named.
const NAMED: usize = 5;

/// Labels to put on many contacts and to take off them.
#[derive(Deserialize, ToSchema)]
pub(super) struct ContactMarks {
    /// 1 to 1000 contacts.
    ids: Vec<Id<Contact>>,
    #[serde(default)]
    add: Vec<Id<Label>>,
    #[serde(default)]
    remove: Vec<Id<Label>>,
}

/// Contacts refused for one reason.
#[derive(Serialize, ToSchema)]
pub(super) struct ContactRefusal {
    code: String,
    /// The reason, as a sentence.
    title: String,
    ids: Vec<Id<Contact>>,
    /// What the first [`NAMED`] of them are called; of who has no name, their number, or nothing.
    names: Vec<String>,
}

/// What became of each contact.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct ContactMarksAnswer {
    /// Different now.
    done: Vec<Id<Contact>>,
    /// As it was wanted before.
    same: Vec<Id<Contact>>,
    /// Not done, by reason.
    refused: Vec<ContactRefusal>,
}

#[utoipa::path(post, path = "/contacts/labels", tag = "conversations", request_body = ContactMarks, responses((status = 200, body = ContactMarksAnswer)))]
pub(super) async fn mark_contacts(
    State(house): State<House>,
    signed: Signed,
    Body(form): Body<ContactMarks>,
) -> Answer<Json<ContactMarksAnswer>> {
    let most = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    if form.ids.is_empty() || form.ids.len() > most {
        return Err(Error::field("ids", "conversations.out_of_range")
            .arg("from", 1)
            .arg("to", most)
            .into());
    }
    let mut seen = HashSet::new();
    let ids: Vec<_> = form.ids.into_iter().filter(|id| seen.insert(*id)).collect();
    let language = signed.ctx.language;
    // To the end, whoever listens: a line that breaks halfway must not leave half of it undone.
    let work = {
        let house = house.clone();
        tokio::spawn(async move {
            let mut all: Vec<(Id<Contact>, Result<bool>)> = Vec::new();
            for some in ids.chunks(TOGETHER) {
                let (ctx, ids) = (signed.ctx.clone(), some.to_vec());
                let (add, remove) = (form.add.clone(), form.remove.clone());
                let became = house
                    .write(async move |tx: &mut Tx<'_>| {
                        labels::mark_contacts(tx, &ctx, &ids, &add, &remove).await
                    })
                    .await;
                match became {
                    Ok(became) => all.extend(became),
                    // What is wrong with the request is wrong with all of it: there is nothing to tell apart yet.
                    Err(Error::Refused(refusal)) if all.is_empty() => {
                        return Err(Error::Refused(refusal));
                    }
                    Err(Error::Refused(refusal)) => {
                        let refused = || Err(Error::Refused(refusal.clone()));
                        all.extend(some.iter().map(|id| (*id, refused())));
                    }
                    Err(error) => {
                        tracing::error!(%error, "some of many contacts failed");
                        let failed = || Err(Error::conflict("conversations.bulk_failed"));
                        all.extend(some.iter().map(|id| (*id, failed())));
                    }
                }
            }
            Ok(all)
        })
    };
    let mut answer = ContactMarksAnswer::default();
    for (id, became) in work.await.map_err(Error::fault)?? {
        let refusal = match became {
            Ok(true) => {
                answer.done.push(id);
                continue;
            }
            Ok(false) => {
                answer.same.push(id);
                continue;
            }
            Err(Error::Refused(refusal)) => refusal,
            Err(fault) => return Err(fault.into()),
        };
        let title = house.texts().refusal(language, &refusal);
        match answer.refused.iter_mut().find(|one| one.title == title) {
            Some(reason) => reason.ids.push(id),
            None => answer.refused.push(ContactRefusal {
                code: refusal.code.to_owned(),
                title,
                ids: vec![id],
                names: Vec::new(),
            }),
        }
    }
    let mut refused = answer.refused;
    answer.refused = house
        .read(async move |tx: &mut Tx<'_>| {
            for reason in &mut refused {
                let first: Vec<_> = reason.ids.iter().take(NAMED).copied().collect();
                let known = crm::by_ids(tx, &first).await?;
                let name = |id| known.get(id).map(called);
                reason.names = first.iter().filter_map(name).collect();
            }
            Ok(refused)
        })
        .await?;
    Ok(Json(answer))
}

/// What a client is called where there is one line for it.
fn called(contact: &Contact) -> String {
    if contact.name.is_empty() {
        let phone = contact.phones.first();
        return phone.map_or_else(String::new, |p| p.as_str().to_owned());
    }
    contact.name.clone()
}
