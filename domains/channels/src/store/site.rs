//! The SQL of sites: secrets, signed browsers, used signatures, answers of visitors, where a widget was seen.

use crate::model::{Account, Peer};
use channel::Answered;
use db::{Json, Tx, bind, sql};
use kernel::{Id, Moment, Result};
use serde::{Deserialize, Serialize};

/// What a site vouches for of a client, as it was last told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Vouched {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) facts: Vec<(String, String)>,
}

pub(crate) async fn secret(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Option<(Vec<u8>, Moment)>> {
    tx.one(
        sql!("SELECT secret, made_at FROM site_secrets WHERE account_id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn set_secret(
    tx: &mut Tx<'_>,
    id: Id<Account>,
    sealed: &[u8],
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO site_secrets (account_id, secret, made_at) VALUES ($1, $2, $3)
              ON CONFLICT (account_id) DO UPDATE SET secret = $2, made_at = $3"
        ),
        &bind![id, sealed, now],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ who is signed in

/// As whom a browser is signed in, and until when.
pub(crate) async fn browser(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
) -> Result<Option<(Id<Peer>, Moment)>> {
    tx.one(
        sql!("SELECT peer_id, until FROM signed_browsers WHERE account_id = $1 AND ext_id = $2"),
        &bind![account, ext],
    )
    .await
}
pub(crate) async fn sign_in(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    peer: Id<Peer>,
    until: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO signed_browsers (account_id, ext_id, peer_id, until) VALUES ($1, $2, $3, $4)
              ON CONFLICT (account_id, ext_id) DO UPDATE SET peer_id = $3, until = $4"),
        &bind![account, ext, peer, until],
    )
    .await
    .map(drop)
}
pub(crate) async fn sign_out(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    ext: &str,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("UPDATE signed_browsers SET until = $3 WHERE account_id = $1 AND ext_id = $2 AND until > $3"),
        &bind![account, ext, now],
    )
    .await
    .map(drop)
}
/// Everybody a site has signed in has to be signed in anew.
pub(crate) async fn sign_all_out(tx: &mut Tx<'_>, account: Id<Account>, now: Moment) -> Result<()> {
    tx.run(
        sql!("UPDATE signed_browsers SET until = $2 WHERE account_id = $1 AND until > $2"),
        &bind![account, now],
    )
    .await
    .map(drop)
}

/// Notes that a browser used a signature; `false` if it was used before.
pub(crate) async fn use_signature(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    digest: &str,
    ext: &str,
    until: Moment,
) -> Result<bool> {
    let new = tx
        .run(
            sql!("INSERT INTO used_signatures (account_id, digest, ext_id, until) VALUES ($1, $2, $3, $4)
                  ON CONFLICT (account_id, digest) DO NOTHING"),
            &bind![account, digest, ext, until],
        )
        .await?;
    Ok(new > 0)
}
/// Which browser used a signature.
pub(crate) async fn used_by(
    tx: &mut Tx<'_>,
    account: Id<Account>,
    digest: &str,
) -> Result<Option<String>> {
    let found: Option<(String,)> = tx
        .one(
            sql!("SELECT ext_id FROM used_signatures WHERE account_id = $1 AND digest = $2"),
            &bind![account, digest],
        )
        .await?;
    Ok(found.map(|(ext,)| ext))
}
/// Forgets signatures that are good no more, and browsers signed out before a moment.
pub(crate) async fn prune(tx: &mut Tx<'_>, now: Moment, before: Moment) -> Result<()> {
    tx.run(
        sql!("DELETE FROM used_signatures WHERE until < $1"),
        &bind![now],
    )
    .await?;
    tx.run(
        sql!("DELETE FROM signed_browsers WHERE until < $1"),
        &bind![before],
    )
    .await
    .map(drop)
}

/// Under which id a site knows a client, what it said of them, and whether that stands on their card.
pub(crate) async fn vouched(
    tx: &mut Tx<'_>,
    peer: Id<Peer>,
) -> Result<Option<(String, Vouched, bool)>> {
    let found: Option<(String, Json<Vouched>, bool)> = tx
        .one(
            sql!("SELECT known_as, said, noted FROM vouched_peers WHERE peer_id = $1"),
            &bind![peer],
        )
        .await?;
    Ok(found.map(|(known_as, said, noted)| (known_as, said.0, noted)))
}
pub(crate) async fn vouch(
    tx: &mut Tx<'_>,
    peer: Id<Peer>,
    known_as: &str,
    said: &Vouched,
    noted: bool,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO vouched_peers (peer_id, known_as, said, noted) VALUES ($1, $2, $3, $4)
              ON CONFLICT (peer_id) DO UPDATE SET known_as = $2, said = $3, noted = $4"
        ),
        &bind![peer, known_as, Json(said), noted],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ the form

/// What a visitor answered, what they agreed to, and whether it stands in the chat.
pub(crate) async fn answers(
    tx: &mut Tx<'_>,
    peer: Id<Peer>,
) -> Result<Option<(Vec<Answered>, String, bool)>> {
    let found: Option<(Json<Vec<Answered>>, String, bool)> = tx
        .one(
            sql!("SELECT answers, agreed_to, told FROM visitor_answers WHERE peer_id = $1"),
            &bind![peer],
        )
        .await?;
    Ok(found.map(|(answers, agreed_to, told)| (answers.0, agreed_to, told)))
}
pub(crate) async fn save_answers(
    tx: &mut Tx<'_>,
    peer: Id<Peer>,
    answers: &[Answered],
    agreed_to: &str,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!("INSERT INTO visitor_answers (peer_id, answers, agreed_to, at, told) VALUES ($1, $2, $3, $4, FALSE)
              ON CONFLICT (peer_id) DO UPDATE SET answers = $2, agreed_to = $3, at = $4, told = FALSE"),
        &bind![peer, Json(answers), agreed_to, now],
    )
    .await
    .map(drop)
}
pub(crate) async fn answers_told(tx: &mut Tx<'_>, peer: Id<Peer>) -> Result<()> {
    tx.run(
        sql!("UPDATE visitor_answers SET told = TRUE WHERE peer_id = $1"),
        &bind![peer],
    )
    .await
    .map(drop)
}

// ------------------------------------------------------------ where the widget was seen

pub(crate) async fn seen(tx: &mut Tx<'_>, id: Id<Account>) -> Result<Option<(String, Moment)>> {
    tx.one(
        sql!("SELECT page, at FROM site_pages WHERE account_id = $1"),
        &bind![id],
    )
    .await
}
pub(crate) async fn set_seen(
    tx: &mut Tx<'_>,
    id: Id<Account>,
    page: &str,
    now: Moment,
) -> Result<()> {
    tx.run(
        sql!(
            "INSERT INTO site_pages (account_id, page, at) VALUES ($1, $2, $3)
              ON CONFLICT (account_id) DO UPDATE SET page = $2, at = $3"
        ),
        &bind![id, page, now],
    )
    .await
    .map(drop)
}
