//! The SQL of contacts that come from elsewhere and may be taken away again.

use crate::model::Contact;
use db::{Tx, bind, sql};
use kernel::{Id, Result};

/// How much others know of a contact: its identities, what was merged with it, and pairs somebody decided on.
pub(crate) async fn ties(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<i64> {
    let (count,): (i64,) = tx
        .must(
            sql!(
                "SELECT (SELECT COUNT(*) FROM identities WHERE contact_id = $1)
                   + (SELECT COUNT(*) FROM contacts WHERE merged_into = $1)
                   + (SELECT COUNT(*) FROM merges WHERE kept_id = $1 OR merged_id = $1)
                   + (SELECT COUNT(*) FROM duplicates WHERE (first_id = $1 OR second_id = $1) AND state <> 'open')"
            ),
            &bind![id],
        )
        .await?;
    Ok(count)
}
/// Removes a contact nothing is tied to, and the pairs nobody decided on.
pub(crate) async fn remove(tx: &mut Tx<'_>, id: Id<Contact>) -> Result<()> {
    tx.run(
        sql!("DELETE FROM duplicates WHERE (first_id = $1 OR second_id = $1) AND state = 'open'"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM contact_phones WHERE contact_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM contact_labels WHERE contact_id = $1"),
        &bind![id],
    )
    .await?;
    tx.run(sql!("DELETE FROM contacts WHERE id = $1"), &bind![id])
        .await
        .map(drop)
}
