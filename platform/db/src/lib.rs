//! One query text, two engines: `SQLite` inside the program, `PostgreSQL` when a company has grown.
//!
//! A domain writes plain SQL in its `store.rs` and nowhere else:
//!
//! ```ignore
//! tx.one::<Chat>(sql!("SELECT * FROM chats WHERE id = $1"), &bind![id]).await
//! ```
//!
//! `write` queues an action; on `SQLite` one writer thread runs all waiting actions, each in its own savepoint,
//! commits once (group commit, `synchronous=FULL`) and only then answers them (ADR 0004). `read` runs on `query_only`
//! readers. On `PostgreSQL` the same closures run in transactions of their own.

mod batch;
mod migrate;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod tx;
mod value;

pub use batch::{Batch, Lane};
pub use migrate::{Migration, migrate};
pub use row::{FromRow, FromValue, Json, Row};
pub use sql::{Registered, Sql, all_statements};
pub use tx::{Note, Tx};
pub use value::{Kind, ToValue, Value};

/// Hears what other nodes say through `PostgreSQL`.
pub type Listener = sqlx::postgres::PgListener;

#[doc(hidden)]
pub use inventory;

use kernel::Result;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// What is told when a batch of actions has been committed: their notes, in commit order.
pub type CommitHook = Arc<dyn Fn(Vec<Note>) + Send + Sync>;

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A `SQLite` file.
    Sqlite {
        /// The file; made if absent.
        path: PathBuf,
        /// `false` only in tests: gives up safety against power cuts for speed.
        durable: bool,
    },
    /// A `PostgreSQL` address, `postgres://user:password@host/name`.
    Postgres {
        /// The address.
        url: String,
        /// How many connections one node may hold, 2 to 100.
        connections: u32,
    },
}

/// The database: cheap to clone, shared by all.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
}

#[derive(Clone)]
pub(crate) enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(Arc<postgres::Postgres>),
}

impl Db {
    /// Opens the database; `hook` is told of every commit made here.
    pub async fn open(place: &Place, hook: CommitHook) -> Result<Self> {
        let engine = match place {
            Place::Sqlite { path, durable } => {
                Engine::Sqlite(Arc::new(sqlite::Sqlite::open(path, *durable, hook)?))
            }
            Place::Postgres { url, connections } => Engine::Postgres(Arc::new(
                postgres::Postgres::open(url, *connections, hook).await?,
            )),
        };
        Ok(Self { engine })
    }

    /// Runs a changing action. It is answered after its change is on disk; a refusal or a panic rolls back only its
    /// own work. The closure may await nothing but its `Tx`.
    pub async fn write<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let action = tx::erased(action);
        let answered = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.write(action).await,
            Engine::Postgres(postgres) => postgres.write(action).await,
        };
        tx::remembered(answered?)
    }

    /// Runs a reading action on one consistent view.
    pub async fn read<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let action = tx::erased(action);
        let answered = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(action).await,
            Engine::Postgres(postgres) => postgres.read(action).await,
        };
        tx::remembered(answered?)
    }

    /// As [`read`](Self::read), for a row or two found by their keys: on `SQLite` it runs right here, because telling a
    /// thread would cost more than the reading.
    pub async fn glance<T, F>(&self, action: F) -> Result<T>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let action = tx::erased(action);
        let answered = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.glance(action).await,
            Engine::Postgres(postgres) => postgres.read(action).await,
        };
        tx::remembered(answered?)
    }

    /// A lane for a hot path: items put at the same time go into the database together.
    pub fn lane<B: Batch>(&self, batch: B) -> Lane<B> {
        Lane::new(self.engine.clone(), batch)
    }

    /// `true` when several nodes may work on this database.
    pub const fn is_shared(&self) -> bool {
        matches!(self.engine, Engine::Postgres(_))
    }

    /// The engine's word, `sqlite` or `postgres`.
    pub const fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// Prepares a statement without running it: the test that finds wrong column names.
    pub async fn prepare(&self, statement: &'static Sql) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.prepare(statement).await,
            Engine::Postgres(postgres) => postgres.prepare(statement).await,
        }
    }

    /// Runs a text of several statements (migrations).
    pub(crate) async fn script(&self, text: String) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.script(text).await,
            Engine::Postgres(postgres) => postgres.script(&text).await,
        }
    }

    /// A consistent copy of a `SQLite` database into a new file; `PostgreSQL` has `pg_dump` for this.
    pub async fn copy_to(&self, path: PathBuf) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.copy_to(path).await,
            Engine::Postgres(_) => Err(kernel::Error::invalid("db.use_pg_dump")),
        }
    }

    /// What is wrong with the database's own files, in the engine's words; nothing when they are whole. Reads everything.
    /// `PostgreSQL` looks after its files itself.
    pub async fn damage(&self) -> Result<Vec<String>> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.damage().await,
            Engine::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// How long one durable commit takes now (the disk's flush), for `doctor` and the health page.
    pub async fn flush_time(&self) -> Result<Duration> {
        let start = std::time::Instant::now();
        let stamp = i64::try_from(start.elapsed().as_nanos()).unwrap_or(0);
        self.write(async move |tx: &mut Tx<'_>| {
            tx.run(
                sql!("UPDATE db_probe SET touched = touched + 1 + $1 WHERE id = 1"),
                &bind![stamp],
            )
            .await
        })
        .await?;
        Ok(start.elapsed())
    }

    /// A listener for what `PostgreSQL`'s `NOTIFY` sends on `channel`; `None` on `SQLite`, where one process is all.
    pub async fn listen(&self, channel: &str) -> Result<Option<Listener>> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(None),
            Engine::Postgres(postgres) => postgres.listen(channel).await.map(Some),
        }
    }

    /// Closes: lets waiting actions end, then checkpoints and frees the files.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close().await,
        }
    }
}
