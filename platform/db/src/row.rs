//! Rows: read by column name or place, the same on both engines.

use kernel::{Error, Id, Moment, Phone, Result, Uuid};
use rusqlite::types::ValueRef;
use serde::de::DeserializeOwned;
use sqlx::{Row as _, postgres::PgRow};

/// One row of an answer.
pub enum Row<'r> {
    /// From `SQLite`.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From `PostgreSQL`.
    Postgres(&'r PgRow),
}

/// A column, by name or by place.
pub trait Column: Copy {
    /// Its place in the row.
    fn place(self, row: &Row<'_>) -> Result<usize>;
}
impl Column for usize {
    fn place(self, _: &Row<'_>) -> Result<usize> {
        Ok(self)
    }
}
impl Column for &str {
    fn place(self, row: &Row<'_>) -> Result<usize> {
        match row {
            Row::Sqlite(r) => r.as_ref().column_index(self).map_err(Error::fault),
            Row::Postgres(r) => r
                .columns()
                .iter()
                .position(|c| sqlx::Column::name(c) == self)
                .ok_or_else(|| Error::fault(format!("no column {self}"))),
        }
    }
}

impl Row<'_> {
    /// Reads a column.
    pub fn get<T: FromValue>(&self, column: impl Column) -> Result<T> {
        let place = column.place(self)?;
        match self {
            Row::Sqlite(r) => T::from_sqlite(r.get_ref(place).map_err(Error::fault)?),
            Row::Postgres(r) => T::from_postgres(r, place),
        }
    }
}

/// A type a column can be read as.
pub trait FromValue: Sized {
    /// From `SQLite`'s value.
    fn from_sqlite(value: ValueRef<'_>) -> Result<Self>;
    /// From `PostgreSQL`'s row.
    fn from_postgres(row: &PgRow, place: usize) -> Result<Self>;
}

/// A JSON column read as a `T`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

fn wrong(value: ValueRef<'_>, wanted: &str) -> Error {
    Error::fault(format!(
        "a column holds {:?}, {wanted} was wanted",
        value.data_type()
    ))
}

macro_rules! from_value {
    ($($type:ty, $wanted:literal, sqlite $($pattern:pat => $value:expr),+; postgres $raw:ty, |$x:ident| $pg:expr;)*) => {$(
        impl FromValue for $type {
            fn from_sqlite(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    $($pattern => $value,)+
                    #[allow(unreachable_patterns, clippy::allow_attributes, reason = "macro: some types match all")]
                    other => Err(wrong(other, $wanted)),
                }
            }
            fn from_postgres(row: &PgRow, place: usize) -> Result<Self> {
                let $x: $raw = row.try_get(place).map_err(Error::fault)?;
                $pg
            }
        }
    )*};
}

fn utf8(bytes: &[u8]) -> Result<String> {
    String::from_utf8(bytes.to_vec()).map_err(Error::fault)
}

from_value! {
    bool, "a boolean", sqlite ValueRef::Integer(i) => Ok(i != 0); postgres bool, |x| Ok(x);
    i64, "an integer", sqlite ValueRef::Integer(i) => Ok(i); postgres i64, |x| Ok(x);
    f64, "a number", sqlite ValueRef::Real(f) => Ok(f); postgres f64, |x| Ok(x);
    String, "text", sqlite ValueRef::Text(t) => utf8(t); postgres String, |x| Ok(x);
    Vec<u8>, "bytes", sqlite ValueRef::Blob(b) => Ok(b.to_vec()); postgres Vec<u8>, |x| Ok(x);
    Uuid, "a UUID", sqlite ValueRef::Blob(b) => Uuid::from_slice(b).map_err(Error::fault); postgres Uuid, |x| Ok(x);
    Moment, "a moment", sqlite ValueRef::Integer(i) => Ok(Moment::from_micros(i)); postgres i64, |x| Ok(Moment::from_micros(x));
    serde_json::Value, "JSON", sqlite ValueRef::Text(t) => serde_json::from_slice(t).map_err(Error::fault); postgres serde_json::Value, |x| Ok(x);
    Phone, "a phone", sqlite ValueRef::Text(t) => phone(&utf8(t)?); postgres String, |x| phone(&x);
}

fn phone(text: &str) -> Result<Phone> {
    Phone::parse(text).ok_or_else(|| Error::fault("a stored phone is not a phone"))
}

impl<T> FromValue for Id<T> {
    fn from_sqlite(value: ValueRef<'_>) -> Result<Self> {
        Uuid::from_sqlite(value).map(Id::new)
    }
    fn from_postgres(row: &PgRow, place: usize) -> Result<Self> {
        Uuid::from_postgres(row, place).map(Id::new)
    }
}
impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_sqlite(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(t) => serde_json::from_slice(t).map(Json).map_err(Error::fault),
            other => Err(wrong(other, "JSON")),
        }
    }
    fn from_postgres(row: &PgRow, place: usize) -> Result<Self> {
        let value: serde_json::Value = row.try_get(place).map_err(Error::fault)?;
        serde_json::from_value(value)
            .map(Json)
            .map_err(Error::fault)
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_sqlite(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            other => T::from_sqlite(other).map(Some),
        }
    }
    fn from_postgres(row: &PgRow, place: usize) -> Result<Self> {
        let raw = row.try_get_raw(place).map_err(Error::fault)?;
        if sqlx::ValueRef::is_null(&raw) {
            return Ok(None);
        }
        T::from_postgres(row, place).map(Some)
    }
}

/// A type a whole row can be read as; made by [`row!`](crate::row!), or a tuple read by place.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

macro_rules! tuple_rows {
    ($($name:ident $place:tt),+) => {
        impl<$($name: FromValue),+> FromRow for ($($name,)+) {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$name>($place as usize)?,)+))
            }
        }
    };
}
tuple_rows!(A 0);
tuple_rows!(A 0, B 1);
tuple_rows!(A 0, B 1, C 2);
tuple_rows!(A 0, B 1, C 2, D 3);
tuple_rows!(A 0, B 1, C 2, D 3, E 4);
tuple_rows!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple_rows!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple_rows!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Reads a struct by its field names: `db::row!(Chat { id, title, created_at });`
#[macro_export]
macro_rules! row {
    ($type:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::FromRow for $type {
            fn from_row(row: &$crate::Row<'_>) -> kernel::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),+ })
            }
        }
    };
}
