//! Values to and from SQL, the same on both engines.

use simpul_kernel::Timestamp;
use sqlx::Row as _;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use uuid::Uuid;

use crate::{Error, Result};

/// One bound value. A missing one keeps its type, since PostgreSQL wants to know what is missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// Text without NUL.
    Text(Option<String>),
    /// True or false.
    Bool(Option<bool>),
    /// A real number.
    Real(Option<f64>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// An id.
    Id(Option<Uuid>),
}

/// The values of a statement from `$2` on; `$1` is the region, which the connection binds.
#[derive(Debug, Clone, Default)]
pub struct Args(pub Vec<Value>);

/// Builds [`Args`] from values: `args![id, "new", now]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => {
        $crate::Args(vec![$($crate::Value::from($value)),*])
    };
}

macro_rules! from_value {
    ($($type:ty => $variant:ident, $convert:expr;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Value {
                Value::$variant(Some(($convert)(value)))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Value {
                Value::$variant(value.map($convert))
            }
        }
    )*};
}

from_value! {
    i64 => Int, |v| v;
    i32 => Int, i64::from;
    u32 => Int, i64::from;
    Timestamp => Int, |v: Timestamp| v.0;
    String => Text, |v| v;
    &str => Text, |v: &str| v.to_owned();
    bool => Bool, |v| v;
    f64 => Real, |v| v;
    Vec<u8> => Bytes, |v| v;
    &[u8] => Bytes, |v: &[u8]| v.to_vec();
    [u8; 32] => Bytes, |v: [u8; 32]| v.to_vec();
    Uuid => Id, |v| v;
}

impl From<&String> for Value {
    fn from(value: &String) -> Value {
        Value::Text(Some(value.clone()))
    }
}

impl Value {
    pub(crate) fn bind_sqlite(self, to: &mut SqliteArguments) -> Result<()> {
        use sqlx::Arguments;
        let bound = match self {
            Value::Int(v) => to.add(v),
            Value::Text(v) => to.add(v),
            Value::Bool(v) => to.add(v),
            Value::Real(v) => to.add(v),
            Value::Bytes(v) => to.add(v),
            Value::Id(v) => to.add(v),
        };
        bound.map_err(|error| Error::Broken(format!("binding: {error}")))
    }

    pub(crate) fn bind_postgres(self, to: &mut PgArguments) -> Result<()> {
        use sqlx::Arguments;
        let bound = match self {
            Value::Int(v) => to.add(v),
            Value::Text(v) => to.add(v),
            Value::Bool(v) => to.add(v),
            Value::Real(v) => to.add(v),
            Value::Bytes(v) => to.add(v),
            Value::Id(v) => to.add(v),
        };
        bound.map_err(|error| Error::Broken(format!("binding: {error}")))
    }
}

/// One row of an answer, from either engine.
#[derive(Debug)]
pub struct Row(pub(crate) Inner);

pub(crate) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("row")
    }
}

/// A type that a column can be read as.
pub trait Col: Sized {
    /// Reads the column at `index`, counted from 0.
    fn at(row: &Row, index: usize) -> Result<Self>;
    /// Reads the column of that name.
    fn named(row: &Row, name: &str) -> Result<Self>;
}

macro_rules! col {
    ($($type:ty),*) => {$(
        impl Col for $type {
            fn at(row: &Row, index: usize) -> Result<Self> {
                Ok(match &row.0 {
                    Inner::Sqlite(row) => row.try_get_unchecked(index)?,
                    Inner::Postgres(row) => row.try_get_unchecked(index)?,
                })
            }
            fn named(row: &Row, name: &str) -> Result<Self> {
                Ok(match &row.0 {
                    Inner::Sqlite(row) => row.try_get_unchecked(name)?,
                    Inner::Postgres(row) => row.try_get_unchecked(name)?,
                })
            }
        }
    )*};
}

col!(i32, i64, f64, bool, String, Vec<u8>, Uuid);
col!(Option<i32>, Option<i64>, Option<f64>, Option<bool>, Option<String>, Option<Vec<u8>>, Option<Uuid>);

impl Col for Timestamp {
    fn at(row: &Row, index: usize) -> Result<Self> {
        i64::at(row, index).map(Timestamp)
    }
    fn named(row: &Row, name: &str) -> Result<Self> {
        i64::named(row, name).map(Timestamp)
    }
}

impl Col for Option<Timestamp> {
    fn at(row: &Row, index: usize) -> Result<Self> {
        Ok(Option::<i64>::at(row, index)?.map(Timestamp))
    }
    fn named(row: &Row, name: &str) -> Result<Self> {
        Ok(Option::<i64>::named(row, name)?.map(Timestamp))
    }
}

impl Col for [u8; 32] {
    fn at(row: &Row, index: usize) -> Result<Self> {
        exactly_32(Vec::<u8>::at(row, index)?)
    }
    fn named(row: &Row, name: &str) -> Result<Self> {
        exactly_32(Vec::<u8>::named(row, name)?)
    }
}

impl Col for Option<[u8; 32]> {
    fn at(row: &Row, index: usize) -> Result<Self> {
        Option::<Vec<u8>>::at(row, index)?.map(exactly_32).transpose()
    }
    fn named(row: &Row, name: &str) -> Result<Self> {
        Option::<Vec<u8>>::named(row, name)?.map(exactly_32).transpose()
    }
}

fn exactly_32(bytes: Vec<u8>) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|bytes: Vec<u8>| Error::Broken(format!("a digest of {} bytes", bytes.len())))
}

impl Row {
    /// The column of that name.
    pub fn get<T: Col>(&self, name: &str) -> Result<T> {
        T::named(self, name)
    }

    /// The column at `index`, counted from 0.
    pub fn at<T: Col>(&self, index: usize) -> Result<T> {
        T::at(self, index)
    }
}

/// A type that a whole row can be read as.
pub trait FromRow: Sized {
    /// Reads the row; a wrong type or a missing column is [`Error::Broken`].
    fn from_row(row: &Row) -> Result<Self>;
}

macro_rules! tuple_row {
    ($($name:ident $index:tt),*) => {
        impl<$($name: Col),*> FromRow for ($($name,)*) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($(row.at::<$name>($index)?,)*))
            }
        }
    };
}

tuple_row!(A 0);
tuple_row!(A 0, B 1);
tuple_row!(A 0, B 1, C 2);
tuple_row!(A 0, B 1, C 2, D 3);
tuple_row!(A 0, B 1, C 2, D 3, E 4);
tuple_row!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple_row!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
