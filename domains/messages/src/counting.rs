//! How much was written in a thread and by whom (L-89).

use crate::{model::Thread, store};
use accounts::{Person, access};
use db::Tx;
use kernel::{Id, Moment, Result, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// What one person wrote in a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Written {
    /// Who.
    pub(crate) person_id: Id<Person>,
    /// Messages that stand.
    pub(crate) messages: i64,
    /// Files with them.
    pub(crate) files: i64,
    /// When the first of them was written.
    pub(crate) first_at: Moment,
    /// And the last.
    pub(crate) last_at: Moment,
}

/// What one author said aloud in a stretch of a thread.
#[derive(Clone, Debug)]
pub struct Tally {
    /// `person`, `contact` or another kind of author.
    pub author_kind: String,
    /// Who, when it is somebody.
    pub author_id: Option<Uuid>,
    /// Messages that stand and that the client sees.
    pub count: i64,
    /// When the first of them was written.
    pub first_at: Moment,
    /// When the first of them after the client's own first was written; none of the client's.
    pub first_answer_at: Option<Moment>,
}

/// Who said how much between two numbers of a thread, without hidden comments, grey lines and what was deleted (U-37);
/// access is the caller's business.
pub async fn tally(
    tx: &mut Tx<'_>,
    thread: Id<Thread>,
    from: i64,
    to: Option<i64>,
) -> Result<Vec<Tally>> {
    store::counted::tally(tx, thread, from, to.unwrap_or(i64::MAX)).await
}

/// What each person wrote there, without what was deleted and what the reader put away for themselves.
pub(crate) async fn written(
    tx: &mut Tx<'_>,
    reader: Id<Person>,
    thread: Id<Thread>,
) -> Result<Vec<Written>> {
    access(tx, reader, thread.uuid()).await?;
    store::counted::written(tx, reader, thread).await
}
