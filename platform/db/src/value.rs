//! The seven kinds of value that cross the border to a database, and how Rust's types become them.

use crate::row::Json;
use kernel::{Id, Moment, Phone, Uuid};
use serde::Serialize;

/// The kind of a value; a NULL needs one because `PostgreSQL` wants typed NULLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// BOOLEAN
    Bool,
    /// BIGINT
    Int,
    /// DOUBLE PRECISION
    Float,
    /// TEXT
    Text,
    /// BYTEA
    Bytes,
    /// UUID
    Uuid,
    /// JSONB
    Json,
}

/// A value given to a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A NULL of a kind.
    Null(Kind),
    /// BOOLEAN
    Bool(bool),
    /// BIGINT
    Int(i64),
    /// DOUBLE PRECISION
    Float(f64),
    /// TEXT
    Text(String),
    /// BYTEA
    Bytes(Vec<u8>),
    /// UUID
    Uuid(Uuid),
    /// JSONB, as text
    Json(String),
    /// A list for `IN UUIDS($n)`.
    Uuids(Vec<Uuid>),
}

/// A type that can be given to a statement.
pub trait ToValue {
    /// The kind it becomes.
    const KIND: Kind;
    /// The value.
    fn to_value(self) -> Value;
}

macro_rules! to_value {
    ($($type:ty => $kind:ident, |$x:ident| $value:expr;)*) => {$(
        impl ToValue for $type {
            const KIND: Kind = Kind::$kind;
            fn to_value(self) -> Value {
                let $x = self;
                $value
            }
        }
    )*};
}

to_value! {
    bool => Bool, |x| Value::Bool(x);
    i64 => Int, |x| Value::Int(x);
    i32 => Int, |x| Value::Int(i64::from(x));
    u32 => Int, |x| Value::Int(i64::from(x));
    u64 => Int, |x| Value::Int(i64::try_from(x).unwrap_or(i64::MAX));
    usize => Int, |x| Value::Int(i64::try_from(x).unwrap_or(i64::MAX));
    f64 => Float, |x| Value::Float(x);
    String => Text, |x| Value::Text(x);
    &String => Text, |x| Value::Text(x.clone());
    &str => Text, |x| Value::Text(x.to_owned());
    Vec<u8> => Bytes, |x| Value::Bytes(x);
    &[u8] => Bytes, |x| Value::Bytes(x.to_vec());
    Uuid => Uuid, |x| Value::Uuid(x);
    Moment => Int, |x| Value::Int(x.micros());
    Phone => Text, |x| Value::Text(x.as_str().to_owned());
    serde_json::Value => Json, |x| Value::Json(x.to_string());
    Vec<Uuid> => Uuid, |x| Value::Uuids(x);
}

impl<T> ToValue for Id<T> {
    const KIND: Kind = Kind::Uuid;
    fn to_value(self) -> Value {
        Value::Uuid(self.uuid())
    }
}
impl<T> ToValue for Vec<Id<T>> {
    const KIND: Kind = Kind::Uuid;
    fn to_value(self) -> Value {
        Value::Uuids(self.into_iter().map(Id::uuid).collect())
    }
}
impl<T: Serialize> ToValue for Json<T> {
    const KIND: Kind = Kind::Json;
    fn to_value(self) -> Value {
        // Our own types hold no maps with non-text keys, the only thing that cannot become JSON.
        Value::Json(serde_json::to_string(&self.0).unwrap_or_else(|_| "null".to_owned()))
    }
}
impl<T: ToValue> ToValue for Option<T> {
    const KIND: Kind = T::KIND;
    fn to_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::to_value)
    }
}

/// Values for a statement: `&bind![id, name, now]`.
#[macro_export]
macro_rules! bind {
    () => { [] as [$crate::Value; 0] };
    ($($value:expr),+ $(,)?) => { [$($crate::ToValue::to_value($value)),+] };
}
