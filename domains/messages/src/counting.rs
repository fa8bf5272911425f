//! How much was written in a thread and by whom (L-89).

use crate::{model::Thread, store};
use accounts::{Person, access};
use db::Tx;
use kernel::{Id, Moment, Result};
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

/// What each person wrote there, without what was deleted and what the reader put away for themselves.
pub(crate) async fn written(
    tx: &mut Tx<'_>,
    reader: Id<Person>,
    thread: Id<Thread>,
) -> Result<Vec<Written>> {
    access(tx, reader, thread.uuid()).await?;
    store::counted::written(tx, reader, thread).await
}
