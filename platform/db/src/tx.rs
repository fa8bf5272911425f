//! A transaction: what actions hold while they work, and the notes they leave for after the commit.

use crate::{FromRow, Row, Sql, Value};
use kernel::{Error, Refusal, RefusalKind, Result};
use rusqlite::Connection;
use sqlx::postgres::{PgArguments, PgRow};
use std::{any::Any, pin::Pin};

/// `PostgreSQL` numbers the parameters of a statement with two bytes.
const MOST_PARAMETERS: usize = 65_535;

/// Something to tell after the commit (an event to send, a worker to wake).
pub type Note = Box<dyn Any + Send>;

/// What an action answers, its type forgotten.
pub(crate) type Answered = Box<dyn Any + Send>;
/// What an action does while it holds its transaction.
pub(crate) type Acting<'a> = Pin<Box<dyn Future<Output = Result<Answered>> + 'a>>;
/// An action with its types forgotten: the engines are compiled once, and not once for every action of the program.
pub(crate) type Action = Box<dyn for<'a, 't> FnOnce(&'a mut Tx<'t>) -> Acting<'a> + Send>;

/// Forgets the types of an action.
pub(crate) fn erased<T, F>(action: F) -> Action
where
    T: Send + 'static,
    F: AsyncFnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    Box::new(move |tx| {
        Box::pin(async move {
            let value = action(tx).await?;
            Ok(Box::new(value) as Answered)
        })
    })
}

/// Remembers the type of an answer.
pub(crate) fn remembered<T: 'static>(answered: Answered) -> Result<T> {
    answered
        .downcast()
        .map(|value| *value)
        .map_err(|_| Error::fault("an action answered with another type"))
}

/// An open transaction on either engine.
pub struct Tx<'c> {
    pub(crate) engine: TxEngine<'c>,
    pub(crate) notes: Vec<Note>,
}

pub(crate) enum TxEngine<'c> {
    Sqlite(&'c Connection),
    Postgres(Box<sqlx::Transaction<'static, sqlx::Postgres>>),
}

impl<'c> Tx<'c> {
    pub(crate) const fn sqlite(connection: &'c Connection) -> Self {
        Self {
            engine: TxEngine::Sqlite(connection),
            notes: Vec::new(),
        }
    }
    pub(crate) fn postgres(tx: sqlx::Transaction<'static, sqlx::Postgres>) -> Self {
        Self {
            engine: TxEngine::Postgres(Box::new(tx)),
            notes: Vec::new(),
        }
    }

    /// Leaves a note for after the commit; forgotten if the action is rolled back.
    pub fn note(&mut self, note: impl Any + Send) {
        self.notes.push(Box::new(note));
    }

    /// The first row, if there is one.
    pub async fn one<T: FromRow>(
        &mut self,
        statement: &'static Sql,
        values: &[Value],
    ) -> Result<Option<T>> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut prepared = prepare(connection, statement)?;
                let mut rows = prepared
                    .query(params(values))
                    .map_err(|e| sqlite_error(statement, e))?;
                match rows.next().map_err(|e| sqlite_error(statement, e))? {
                    Some(row) => T::from_row(&Row::Sqlite(row)).map(Some),
                    None => Ok(None),
                }
            }
            TxEngine::Postgres(tx) => {
                let row = query(statement, values)?
                    .fetch_optional(&mut ***tx)
                    .await
                    .map_err(|e| postgres_error(statement, e))?;
                row.map(|row: PgRow| T::from_row(&Row::Postgres(&row)))
                    .transpose()
            }
        }
    }

    /// The first row, or *not found*.
    pub async fn must<T: FromRow>(
        &mut self,
        statement: &'static Sql,
        values: &[Value],
    ) -> Result<T> {
        self.one(statement, values)
            .await?
            .ok_or_else(Error::not_found)
    }

    /// All rows.
    pub async fn all<T: FromRow>(
        &mut self,
        statement: &'static Sql,
        values: &[Value],
    ) -> Result<Vec<T>> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut prepared = prepare(connection, statement)?;
                let mut rows = prepared
                    .query(params(values))
                    .map_err(|e| sqlite_error(statement, e))?;
                let mut out = Vec::new();
                while let Some(row) = rows.next().map_err(|e| sqlite_error(statement, e))? {
                    out.push(T::from_row(&Row::Sqlite(row))?);
                }
                Ok(out)
            }
            TxEngine::Postgres(tx) => {
                let rows = query(statement, values)?
                    .fetch_all(&mut ***tx)
                    .await
                    .map_err(|e| postgres_error(statement, e))?;
                rows.iter()
                    .map(|row| T::from_row(&Row::Postgres(row)))
                    .collect()
            }
        }
    }

    /// Runs one `INSERT … VALUES (…)` for each of many rows and answers the two numbers of each row that was stored. Row by
    /// row on `SQLite`, where a prepared statement costs no round trip: there they are its rowid and 0, and the text must
    /// not ask for `RETURNING`, which costs as much as the row itself. In a few statements of many rows on `PostgreSQL`:
    /// there they are what `RETURNING` names, in no promised order.
    pub async fn insert_all(
        &mut self,
        statement: &'static Sql,
        rows: &[Vec<Value>],
    ) -> Result<Vec<(i64, i64)>> {
        let mut out = Vec::with_capacity(rows.len());
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut prepared = prepare(connection, statement)?;
                for values in rows {
                    let stored = prepared
                        .execute(params(values))
                        .map_err(|e| sqlite_error(statement, e))?;
                    if stored > 0 {
                        out.push((connection.last_insert_rowid(), 0));
                    }
                }
            }
            TxEngine::Postgres(tx) => {
                let mut rest = rows;
                while let Some(width) = rest.first().map(Vec::len) {
                    // Powers of two, so that a connection keeps ten prepared texts and not a thousand.
                    let most = rest.len().min(MOST_PARAMETERS / width.max(1)).max(1);
                    let (now, later) = rest.split_at(1 << most.ilog2());
                    rest = later;
                    let text = sqlx::AssertSqlSafe(statement.postgres_rows(now.len(), width));
                    let values = arguments(now.iter().flatten())?;
                    let found = sqlx::query_with(text, values)
                        .fetch_all(&mut ***tx)
                        .await
                        .map_err(|e| postgres_error(statement, e))?;
                    for row in &found {
                        out.push(<(i64, i64)>::from_row(&Row::Postgres(row))?);
                    }
                }
            }
        }
        Ok(out)
    }

    /// Whether this is the engine inside the program: for what only one of them keeps in a table of its own.
    pub const fn is_sqlite(&self) -> bool {
        matches!(self.engine, TxEngine::Sqlite(_))
    }

    /// Changes rows; answers how many.
    pub async fn run(&mut self, statement: &'static Sql, values: &[Value]) -> Result<u64> {
        match &mut self.engine {
            TxEngine::Sqlite(connection) => {
                let mut prepared = prepare(connection, statement)?;
                let changed = prepared
                    .execute(params(values))
                    .map_err(|e| sqlite_error(statement, e))?;
                Ok(changed as u64)
            }
            TxEngine::Postgres(tx) => query(statement, values)?
                .execute(&mut ***tx)
                .await
                .map(|done| done.rows_affected())
                .map_err(|e| postgres_error(statement, e)),
        }
    }
}

fn prepare<'a>(
    connection: &'a Connection,
    statement: &'static Sql,
) -> Result<rusqlite::CachedStatement<'a>> {
    connection
        .prepare_cached(statement.sqlite())
        .map_err(|e| sqlite_error(statement, e))
}

fn params(values: &[Value]) -> impl rusqlite::Params + '_ {
    rusqlite::params_from_iter(values.iter())
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
        Ok(match self {
            Self::Null(_) => ToSqlOutput::Owned(Owned::Null),
            Self::Bool(b) => ToSqlOutput::Owned(Owned::Integer(i64::from(*b))),
            Self::Int(i) => ToSqlOutput::Owned(Owned::Integer(*i)),
            Self::Float(f) => ToSqlOutput::Owned(Owned::Real(*f)),
            Self::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            Self::Bytes(b) => ToSqlOutput::Borrowed(ValueRef::Blob(b)),
            Self::Uuid(u) => ToSqlOutput::Borrowed(ValueRef::Blob(u.as_bytes())),
            Self::Json(j) => ToSqlOutput::Borrowed(ValueRef::Text(j.as_bytes())),
            Self::Uuids(list) => {
                let words: Vec<String> = list.iter().map(|u| u.simple().to_string()).collect();
                ToSqlOutput::Owned(Owned::Text(
                    serde_json::to_string(&words)
                        .map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))?,
                ))
            }
        })
    }
}

fn query(
    statement: &'static Sql,
    values: &[Value],
) -> Result<sqlx::query::Query<'static, sqlx::Postgres, PgArguments>> {
    Ok(sqlx::query_with(
        statement.postgres(),
        arguments(values.iter())?,
    ))
}

fn arguments<'v>(values: impl Iterator<Item = &'v Value>) -> Result<PgArguments> {
    use crate::Kind;
    use sqlx::Arguments;
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Null(Kind::Bool) => arguments.add(None::<bool>),
            Value::Null(Kind::Int) => arguments.add(None::<i64>),
            Value::Null(Kind::Float) => arguments.add(None::<f64>),
            Value::Null(Kind::Text) => arguments.add(None::<String>),
            Value::Null(Kind::Bytes) => arguments.add(None::<Vec<u8>>),
            Value::Null(Kind::Uuid) => arguments.add(None::<kernel::Uuid>),
            Value::Null(Kind::Json) => arguments.add(None::<serde_json::Value>),
            Value::Bool(b) => arguments.add(*b),
            Value::Int(i) => arguments.add(*i),
            Value::Float(f) => arguments.add(*f),
            // PostgreSQL stores no NUL in text; SQLite does. Dropped here so that both keep the same.
            Value::Text(t) if t.contains('\0') => arguments.add(t.replace('\0', "")),
            Value::Text(t) => arguments.add(t.clone()),
            Value::Bytes(b) => arguments.add(b.clone()),
            Value::Uuid(u) => arguments.add(*u),
            Value::Json(j) => arguments.add(sqlx::types::Json(
                serde_json::value::RawValue::from_string(j.clone()).map_err(Error::fault)?,
            )),
            Value::Uuids(list) => arguments.add(list.clone()),
        }
        .map_err(Error::fault)?;
    }
    Ok(arguments)
}

/// Turns `SQLite`'s error into ours; a full disk is a refusal with a way out, not a fault.
pub(crate) fn sqlite_error(statement: &'static Sql, error: rusqlite::Error) -> Error {
    match sqlite_code(&error) {
        Some(refusal) => refusal,
        None => Error::fault(format!(
            "{error} (statement of {}:{})",
            statement.place.0, statement.place.1
        )),
    }
}

pub(crate) fn sqlite_code(error: &rusqlite::Error) -> Option<Error> {
    use rusqlite::ErrorCode::{DiskFull, ReadOnly, SystemIoFailure};
    matches!(
        error.sqlite_error_code(),
        Some(DiskFull | ReadOnly | SystemIoFailure)
    )
    .then(|| Refusal::new(RefusalKind::Full, "db.disk_full").into())
}

fn postgres_error(statement: &'static Sql, error: sqlx::Error) -> Error {
    postgres_refusal(&error).unwrap_or_else(|| {
        Error::fault(format!(
            "{error} (statement of {}:{})",
            statement.place.0, statement.place.1
        ))
    })
}

/// What of `PostgreSQL`'s errors passes by itself: a full disk, a server that is away or restarts.
pub(crate) fn postgres_refusal(error: &sqlx::Error) -> Option<Error> {
    let refusal = match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed => Refusal::new(RefusalKind::Unavailable, "db.unreachable"),
        sqlx::Error::Database(d) => match d.code().as_deref() {
            // 53100 disk_full: the same words as for SQLite.
            Some("53100") => Refusal::new(RefusalKind::Full, "db.disk_full"),
            // Serialization failure, deadlock: rolled back whole, and the same again will do.
            Some("40001" | "40P01") => Refusal::new(RefusalKind::Unavailable, "db.busy"),
            // Shutting down, crashed, cannot connect now.
            Some(code) if code.starts_with("57P0") => {
                Refusal::new(RefusalKind::Unavailable, "db.unreachable")
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(refusal.into())
}
