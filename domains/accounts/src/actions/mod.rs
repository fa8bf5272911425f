//! Use cases of accounts: load, ask the rules, save, journal, audit.

pub(crate) mod invitations;
pub(crate) mod people;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod setup;
pub(crate) mod workspace;
pub(crate) mod wrote;

use crate::store;
use db::Tx;
use journal::Event;
use kernel::{Ctx, Result, Uuid};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The SHA-256 of a secret word in hex: what the database keeps instead of the word.
pub(crate) fn hash(secret: &str) -> String {
    let digest = Sha256::digest(secret.as_bytes());
    digest.iter().map(|b| format!("{b:02x}")).collect()
}

/// Writes a line of the audit log: what administrators do.
pub async fn audit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    subject: &str,
    detail: Value,
) -> Result<()> {
    store::add_audit(
        tx,
        ctx.ids.uuid(),
        ctx.now,
        ctx.actor.person(),
        action,
        subject,
        detail,
        "",
    )
    .await
}

/// Tells everyone that lists of people, departments or roles changed.
pub(crate) async fn people_changed(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<()> {
    let event = Event::stored(
        "people.changed",
        crate::EVERYONE,
        vec![crate::EVERYONE],
        json!({}),
    );
    journal::append(tx, ctx, event).await.map(drop)
}

/// The principals of a person, for the hub.
pub fn sockets(db: db::Db, person: Uuid) -> web::BoxFuture<Result<Vec<Uuid>>> {
    Box::pin(async move {
        db.read(async move |tx: &mut Tx<'_>| {
            let rows: Vec<(Uuid,)> = store::principals(tx, person).await?;
            let known = crate::guests::principals(tx, kernel::Id::new(person)).await?;
            Ok(rows.into_iter().map(|(p,)| p).chain(known).collect())
        })
        .await
    })
}
