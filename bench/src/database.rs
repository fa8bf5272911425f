//! The database of a server under measurement, looked at and filled beside it: `SQLite`'s file, or a `PostgreSQL` of its own.

use crate::percentile;
use rusqlite::OpenFlags;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _};
use std::{path::Path, sync::OnceLock, time::Instant};

/// The address of an empty `PostgreSQL` database, told on the command line; none: `SQLite`.
pub(crate) static POSTGRES: OnceLock<String> = OnceLock::new();

/// How often a limit is measured.
const TIMES: usize = 200;

/// An open database.
pub(crate) enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl Database {
    /// Opens the one of the server on this folder; `SQLite`'s to read only while the server runs.
    pub(crate) async fn open(data: &Path, running: bool) -> Self {
        if let Some(url) = POSTGRES.get() {
            return Self::Postgres(PgConnection::connect(url).await.unwrap());
        }
        let flags = if running {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE
        };
        let path = data.join("beseda.sqlite");
        Self::Sqlite(rusqlite::Connection::open_with_flags(path, flags).unwrap())
    }

    /// Runs statements.
    pub(crate) async fn script(&mut self, text: &str) {
        match self {
            Self::Sqlite(connection) => connection.execute_batch(text).unwrap(),
            Self::Postgres(connection) => {
                let text = AssertSqlSafe(text.to_owned());
                connection.execute(sqlx::raw_sql(text)).await.unwrap();
            }
        }
    }

    /// The one number a question asks for.
    pub(crate) async fn number(&mut self, question: &str) -> i64 {
        match self {
            Self::Sqlite(connection) => connection
                .query_row(question, [], |row| row.get(0))
                .unwrap(),
            Self::Postgres(connection) => {
                let question = AssertSqlSafe(question.to_owned());
                let row = connection.fetch_one(sqlx::query(question)).await.unwrap();
                row.get(0)
            }
        }
    }

    /// The secret and the public key of a bot's hook.
    pub(crate) async fn hook_of(&mut self, account: &str) -> (String, String) {
        let question = "SELECT secret, public_key FROM channel_accounts WHERE name = $1";
        match self {
            Self::Sqlite(connection) => connection
                .query_row(question, [account], |row| Ok((row.get(0)?, row.get(1)?)))
                .unwrap(),
            Self::Postgres(connection) => {
                let asked = sqlx::query(question).bind(account.to_owned());
                let row = connection.fetch_one(asked).await.unwrap();
                (row.get(0), row.get(1))
            }
        }
    }

    /// The columns of a table but for its row number.
    pub(crate) async fn columns(&mut self, table: &str) -> Vec<String> {
        match self {
            Self::Sqlite(connection) => {
                let text =
                    "SELECT name FROM pragma_table_info(?1) WHERE NOT (name = 'n' AND pk = 1)";
                let mut asked = connection.prepare(text).unwrap();
                let rows = asked.query_map([table], |row| row.get(0)).unwrap();
                rows.collect::<Result<_, _>>().unwrap()
            }
            Self::Postgres(connection) => {
                let text = "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 AND table_schema = current_schema() AND column_name <> 'n'";
                let rows = connection.fetch_all(sqlx::query(text).bind(table.to_owned()));
                rows.await.unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// The middle of how many milliseconds a statement takes that finds something.
    pub(crate) async fn middle(&mut self, text: &'static str) -> f64 {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let start = Instant::now();
            let found = match self {
                Self::Sqlite(connection) => {
                    let mut asked = connection.prepare_cached(text).unwrap();
                    let rows = asked.query_map([], |row| row.get::<_, i64>(0)).unwrap();
                    rows.count()
                }
                Self::Postgres(connection) => {
                    connection.fetch_all(sqlx::query(text)).await.unwrap().len()
                }
            };
            assert!(found > 0);
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        percentile(&times, 0.5)
    }
}
