//! Texts a messenger approved beforehand: copies of them, kept up to date by a job, submitted and deleted by who looks
//! after channels, filled for one client.

use crate::{
    actions::settings_changed,
    live::Live,
    model::{Account, ApprovedTemplate},
    outbox::Planned,
    store,
};
use accounts::{audit, require};
use channel::{
    FileKind, FilledTemplate, OutFile, PlannedPart, SendError, Template, TemplateProblem,
    TemplateState, TemplateText,
};
use db::Tx;
use kernel::{Ctx, Error, Id, Refusal, RefusalKind, Result, Uuid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web::{BoxFuture, House};

/// The job that asks for an account's templates.
pub(crate) const SYNC: &str = "channels.sync_templates";

/// Which template, with which values.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
pub struct TemplateUse {
    /// Which.
    pub id: Id<ApprovedTemplate>,
    /// A value for each place, `body:1`.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// Plans to ask the messenger for an account's templates.
pub(crate) async fn plan_sync(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Account>) -> Result<()> {
    let key = id.to_string();
    jobs::put(tx, ctx, SYNC, json!({"account": id}), ctx.now, Some(&key)).await
}

/// Plans it for an account that has templates.
pub(crate) async fn plan_if_any(house: &House, account: &Account) -> Result<()> {
    let live = house.part::<Live>()?.open(house, account)?;
    if !account.enabled || !live.capabilities().approved_templates {
        return Ok(());
    }
    let (ctx, id) = (house.system(), account.id);
    house
        .write(async move |tx: &mut Tx<'_>| plan_sync(tx, &ctx, id).await)
        .await
}

/// Asks for the templates of one account; tried again with back-off while the messenger does not answer.
pub(crate) fn sync(house: House, payload: Value) -> BoxFuture<Result<()>> {
    Box::pin(async move {
        let id = payload
            .get("account")
            .and_then(Value::as_str)
            .and_then(|id| id.parse::<Uuid>().ok())
            .ok_or_else(|| Error::fault("a job for templates without its account"))?;
        let account = house
            .read(async move |tx: &mut Tx<'_>| store::account(tx, Id::new(id)).await)
            .await?;
        match renew(&house, &account).await {
            // What is refused for good shows on the account's health; asking again would not help.
            Ok(())
            | Err(Error::Refused(Refusal {
                kind: RefusalKind::Conflict,
                ..
            })) => Ok(()),
            Err(error) => Err(error),
        }
    })
}

/// Asks for the templates of one account now.
pub(crate) async fn renew(house: &House, account: &Account) -> Result<()> {
    let live = house.part::<Live>()?.open(house, account)?;
    if !account.enabled || !live.capabilities().approved_templates {
        return Ok(());
    }
    let found = live.templates().await.map_err(refused)?;
    let (ctx, id) = (house.system(), account.id);
    house
        .write(async move |tx: &mut Tx<'_>| {
            let mut before = store::templates(tx, id).await?;
            let mut changed = false;
            for template in found {
                let known = before.iter().position(|b| b.ext_id == template.ext_id);
                let known = known.map(|at| before.swap_remove(at));
                let row = kept(&ctx, id, known.as_ref().map(|k| k.id), template);
                if known.is_none_or(|k| !same(&k, &row)) {
                    store::save_template(tx, &row, ctx.now).await?;
                    changed = true;
                }
            }
            for gone in before {
                store::delete_template(tx, gone.id).await?;
                changed = true;
            }
            if changed {
                settings_changed(tx, &ctx).await?;
            }
            Ok(())
        })
        .await
}

fn kept(
    ctx: &Ctx,
    account_id: Id<Account>,
    id: Option<Id<ApprovedTemplate>>,
    it: Template,
) -> ApprovedTemplate {
    ApprovedTemplate {
        id: id.unwrap_or_else(|| ctx.ids.next()),
        account_id,
        ext_id: it.ext_id,
        name: it.name,
        language: it.language,
        category: it.category,
        state: it.state,
        reason: text::clean_name(&it.reason),
        places: it.text.places(),
        text: it.text,
        updated_at: ctx.now,
    }
}

fn same(one: &ApprovedTemplate, other: &ApprovedTemplate) -> bool {
    *one == ApprovedTemplate {
        updated_at: one.updated_at,
        ..other.clone()
    }
}

/// What a messenger said to a change of its templates, as a refusal for people.
fn refused(error: SendError) -> Error {
    let (kind, code, words) = match error {
        SendError::NotSent { reason }
        | SendError::Retry { reason, .. }
        | SendError::Unknown { reason } => (
            RefusalKind::Unavailable,
            "channels.messenger_silent",
            reason,
        ),
        SendError::AccountFatal { reason } => {
            (RefusalKind::Conflict, "channels.messenger_refused", reason)
        }
        SendError::Rejected { text, .. } => {
            (RefusalKind::Conflict, "channels.messenger_refused", text)
        }
        other => (
            RefusalKind::Conflict,
            "channels.messenger_refused",
            other.to_string(),
        ),
    };
    let words: String = words.chars().take(300).collect();
    Refusal::new(kind, code).arg("words", words).into()
}

/// All templates of an account, by name.
pub(crate) async fn list(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Vec<ApprovedTemplate>> {
    store::account(tx, id).await?;
    store::templates(tx, id).await
}

/// A template to be submitted.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
pub(crate) struct NewTemplate {
    /// Small latin letters, digits, `_`.
    name: String,
    /// The messenger's code of its language.
    language: String,
    /// `utility` or `marketing`.
    category: String,
    /// Its words.
    text: TemplateText,
}

async fn managed(house: &House, ctx: &Ctx, id: Id<Account>) -> Result<Account> {
    let ctx = ctx.clone();
    let account = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &ctx, "channels.manage").await?;
            store::account(tx, id).await
        })
        .await?;
    if !crate::actions::capabilities_of(house, &account)?.approved_templates {
        return Err(Error::conflict("channels.no_templates"));
    }
    Ok(account)
}

/// Submits a template for approval.
pub(crate) async fn submit(
    house: &House,
    ctx: &Ctx,
    id: Id<Account>,
    new: NewTemplate,
) -> Result<ApprovedTemplate> {
    let account = managed(house, ctx, id).await?;
    let template = Template {
        name: new.name.trim().to_owned(),
        language: new.language.trim().to_owned(),
        category: new.category,
        text: new.text,
        ..Template::default()
    };
    template.check_new().map_err(|p| problem(&p))?;
    let live = house.part::<Live>()?.open(house, &account)?;
    let taken = live.submit_template(&template).await.map_err(refused)?;
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            let row = kept(&ctx, id, None, taken);
            store::save_template(tx, &row, ctx.now).await?;
            audit(
                tx,
                &ctx,
                "channels.template_submitted",
                &row.name,
                json!({"account": account.name, "language": row.language}),
            )
            .await?;
            settings_changed(tx, &ctx).await?;
            Ok(row)
        })
        .await
}

/// Deletes a template here and at the messenger.
pub(crate) async fn delete(
    house: &House,
    ctx: &Ctx,
    id: Id<Account>,
    template: Id<ApprovedTemplate>,
) -> Result<()> {
    let account = managed(house, ctx, id).await?;
    let row = house
        .read(async move |tx: &mut Tx<'_>| one(tx, id, template).await)
        .await?;
    let live = house.part::<Live>()?.open(house, &account)?;
    live.delete_template(&row.wire()).await.map_err(refused)?;
    let ctx = ctx.clone();
    house
        .write(async move |tx: &mut Tx<'_>| {
            store::delete_template(tx, template).await?;
            audit(
                tx,
                &ctx,
                "channels.template_deleted",
                &row.name,
                json!({"account": account.name, "language": row.language}),
            )
            .await?;
            settings_changed(tx, &ctx).await
        })
        .await
}

/// A template of an account.
pub async fn one(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    id: Id<ApprovedTemplate>,
) -> Result<ApprovedTemplate> {
    store::template(tx, id)
        .await?
        .filter(|t| t.account_id == account)
        .ok_or_else(|| Error::field("template", "channels.template_unknown"))
}

/// The same text in the languages an account has it in, whatever the messenger says of each: all of one name with the same
/// places as the one asked for, which is the first.
pub async fn in_languages(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    id: Id<ApprovedTemplate>,
) -> Result<Vec<ApprovedTemplate>> {
    let asked = one(tx, account, id).await?;
    let all = store::templates(tx, account).await?;
    let same = |t: &ApprovedTemplate| {
        t.id != asked.id && t.name == asked.name && same_places(&t.places, &asked.places)
    };
    let others: Vec<_> = all.into_iter().filter(same).collect();
    Ok([vec![asked], others].concat())
}

/// Values given for one fill the other; in another language the places may stand in another order.
fn same_places(one: &[String], other: &[String]) -> bool {
    let sorted = |places: &[String]| {
        let mut places = places.to_vec();
        places.sort_unstable();
        places
    };
    sorted(one) == sorted(other)
}

/// How a filled template would be sent, and the words that stand in our history: what the client reads.
pub fn plan_template(
    template: &ApprovedTemplate,
    values: &BTreeMap<String, String>,
    files: &[OutFile],
) -> Result<(Planned, String)> {
    if template.state != TemplateState::Approved {
        return Err(Error::conflict("channels.template_not_approved").arg("name", &template.name));
    }
    let kinds: Vec<FileKind> = match (&template.text.header, files) {
        // What is no picture to us may still go as a document.
        (
            channel::TemplateHeader::Media {
                media: FileKind::File,
            },
            [_],
        ) => vec![FileKind::File],
        _ => files.iter().map(|f| f.kind).collect(),
    };
    let check = template.text.check(values, &kinds);
    check.map_err(|p| problem(&p))?;
    let words = template.text.preview(values);
    let part = PlannedPart {
        text: words.clone(),
        entities: Vec::new(),
        files: (0..files.len()).collect(),
        kinds,
    };
    let filled = FilledTemplate {
        template: template.wire(),
        values: values.clone(),
    };
    let planned = Planned {
        asks_phone: None,
        buttons: Vec::new(),
        parts: vec![part],
        template: Some(filled),
    };
    Ok((planned, text::from_entities(&words, &[])))
}

fn problem(found: &TemplateProblem) -> Error {
    let refusal = Refusal::new(RefusalKind::Invalid, found.code());
    match found {
        TemplateProblem::Field(field) => refusal.field(field),
        TemplateProblem::Missing(place)
        | TemplateProblem::Strange(place)
        | TemplateProblem::Malformed(place) => refusal.field("values").arg("place", place),
        TemplateProblem::NotForUs(part) => refusal.field("template").arg("place", part),
        TemplateProblem::TooLong => refusal.field("values"),
        TemplateProblem::FileNeeded(kind) => refusal.field("files").arg("kind", kind),
        TemplateProblem::FileRefused => refusal.field("files"),
    }
    .into()
}
