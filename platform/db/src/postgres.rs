//! `PostgreSQL`: the same closures, each in a transaction of its own, on a few pinned tasks.

use crate::{
    CommitHook, Sql, Tx,
    tx::{Action, Answered, TxEngine, postgres_refusal},
};
use kernel::{Error, Result};
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use std::sync::Arc;
use tokio_util::task::LocalPoolHandle;

/// Threads that run actions: their futures need not be `Send`, as on `SQLite`'s writer.
const TASKS: usize = 4;

pub(crate) struct Postgres {
    inner: Arc<Inner>,
    tasks: LocalPoolHandle,
}

pub(crate) struct Inner {
    pool: PgPool,
    hook: CommitHook,
}

impl Postgres {
    pub(crate) async fn open(url: &str, connections: u32, hook: CommitHook) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(connections.clamp(2, 100))
            .acquire_timeout(std::time::Duration::from_secs(10))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    // What is asked all day lies in memory, wherever on the disk: by the standing price of a leap, four
                    // pages, counts over an index that holds all they need read the whole table instead. And no question
                    // is worth a compiler.
                    let prices = "SET random_page_cost = 1.1; SET jit = off";
                    sqlx::raw_sql(prices).execute(connection).await.map(drop)
                })
            })
            .connect(url)
            .await
            .map_err(Error::fault)?;
        Ok(Self {
            inner: Arc::new(Inner { pool, hook }),
            tasks: LocalPoolHandle::new(TASKS),
        })
    }

    pub(crate) async fn write(&self, action: Action) -> Result<Answered> {
        let inner = Arc::clone(&self.inner);
        self.tasks
            .spawn_pinned(move || async move {
                inner
                    .transact(async |tx: &mut Tx<'_>| action(tx).await)
                    .await
            })
            .await
            .unwrap_or_else(|e| Err(Error::fault(e)))
    }

    pub(crate) async fn read(&self, action: Action) -> Result<Answered> {
        let inner = Arc::clone(&self.inner);
        self.tasks
            .spawn_pinned(move || async move {
                let begun = inner
                    .pool
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await
                    .map_err(failed)?;
                action(&mut Tx::postgres(begun)).await
            })
            .await
            .unwrap_or_else(|e| Err(Error::fault(e)))
    }

    /// Runs a lane's work on a pinned task.
    pub(crate) fn drain<W, Fut>(&self, work: W)
    where
        W: FnOnce(Arc<Inner>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + 'static,
    {
        let inner = Arc::clone(&self.inner);
        drop(self.tasks.spawn_pinned(move || work(inner)));
    }

    pub(crate) async fn prepare(&self, statement: &'static Sql) -> Result<()> {
        use sqlx::{Executor, SqlSafeStr};
        self.inner
            .pool
            .prepare(statement.postgres().into_sql_str())
            .await
            .map(drop)
            .map_err(|e| Error::fault(format!("{e} ({}:{})", statement.place.0, statement.place.1)))
    }

    pub(crate) async fn script(&self, text: &str) -> Result<()> {
        let mut tx = self.inner.pool.begin().await.map_err(failed)?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned()))
            .execute(&mut *tx)
            .await
            .map_err(Error::fault)?;
        tx.commit().await.map_err(Error::fault)
    }

    pub(crate) async fn listen(&self, channel: &str) -> Result<PgListener> {
        let mut listener = PgListener::connect_with(&self.inner.pool)
            .await
            .map_err(failed)?;
        listener.listen(channel).await.map_err(Error::fault)?;
        Ok(listener)
    }

    pub(crate) async fn close(&self) {
        self.inner.pool.close().await;
    }
}

impl Inner {
    pub(crate) async fn transact<T, F>(&self, action: F) -> Result<T>
    where
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T>,
    {
        let begun = self.pool.begin().await.map_err(failed)?;
        let mut tx = Tx::postgres(begun);
        let value = action(&mut tx).await?;
        let Tx { engine, notes } = tx;
        if let TxEngine::Postgres(open) = engine {
            if kernel::sabotaged("ack-early") {
                tokio::task::spawn_local(commit_too_late(*open));
                return Ok(value);
            }
            open.commit().await.map_err(failed)?;
        }
        if !notes.is_empty() {
            (self.hook)(notes);
        }
        Ok(value)
    }
}

/// What must never be done: answering before the commit. Reached only when sabotaged.
async fn commit_too_late(open: sqlx::Transaction<'static, sqlx::Postgres>) {
    // The hole has to be wide enough for a kill to hit.
    tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    let _ = open.commit().await;
}

/// Turns an error outside any statement (connecting, beginning, committing) into ours.
fn failed(error: sqlx::Error) -> Error {
    postgres_refusal(&error).unwrap_or_else(|| Error::fault(error))
}
