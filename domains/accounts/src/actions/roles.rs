//! Roles: sets of rights with a scope.

use super::{audit, people::keep_a_key, people_changed};
use crate::{
    access::{self, require},
    model::{Role, RoleRight},
    rules, store,
};
use db::Tx;
use kernel::{Ctx, Error, Id, Result};
use serde_json::json;
use web::Right;

fn check(rights: &[RoleRight], catalogue: &[Right]) -> Result<()> {
    for given in rights {
        let known = catalogue.iter().find(|r| r.word == given.right);
        if known.is_none_or(|r| !r.scopes.contains(&given.scope)) {
            return Err(Error::field("rights", "accounts.no_such_right").arg("right", &given.right));
        }
    }
    Ok(())
}

/// Makes or changes a role; everyone who has it feels it at once.
pub(crate) async fn save_role(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Option<Id<Role>>,
    name: &str,
    rights: &[RoleRight],
    catalogue: &[Right],
) -> Result<Role> {
    require(tx, ctx, "accounts.roles").await?;
    check(rights, catalogue)?;
    if let Some(id) = id {
        store::role(tx, id).await?;
    }
    let id = id.unwrap_or_else(|| ctx.ids.next());
    store::save_role(tx, id, &rules::name(name, "name")?, "", rights).await?;
    for person in store::role_people(tx, id).await? {
        access::rebuild_role_principals(tx, person).await?;
        access::tell_access_changed(tx, ctx, person).await?;
    }
    keep_a_key(tx).await?;
    audit(
        tx,
        ctx,
        "roles.saved",
        name,
        json!({"id": id, "rights": rights}),
    )
    .await?;
    people_changed(tx, ctx).await?;
    store::role(tx, id).await
}

/// Deletes a role that did not come with Beseda.
pub(crate) async fn delete_role(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<Role>) -> Result<()> {
    require(tx, ctx, "accounts.roles").await?;
    let role = store::role(tx, id).await?;
    let people = store::role_people(tx, id).await?;
    if !role.builtin.is_empty() || store::delete_role(tx, id).await? == 0 {
        return Err(Error::conflict("accounts.role_is_builtin"));
    }
    for person in people {
        access::rebuild_role_principals(tx, person).await?;
        access::tell_access_changed(tx, ctx, person).await?;
    }
    keep_a_key(tx).await?;
    audit(tx, ctx, "roles.deleted", &role.name, json!({"id": id})).await?;
    people_changed(tx, ctx).await
}
