//! Statements are declared once, by name, so that a test can prepare every one of them on both engines.

use std::sync::OnceLock;

use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// One SQL text for both engines; `$1` is the region.
#[derive(Debug)]
pub struct Statement {
    /// The name of the constant that holds it, for logs and tests.
    pub name: &'static str,
    /// The text.
    pub sql: &'static str,
}

/// How many rows a gathered INSERT may have: a few shapes only, as each is a prepared statement of its own.
pub(crate) const SHAPES: [usize; 4] = [64, 16, 4, 1];

/// An INSERT whose rows are gathered into multi-row statements.
#[derive(Debug)]
pub struct Insert {
    /// The name of the constant that holds it.
    pub name: &'static str,
    /// The table.
    pub table: &'static str,
    /// Its columns after `region`, in the order of the arguments.
    pub columns: &'static [&'static str],
    /// The texts of the shapes, made at first use.
    pub shapes: OnceLock<[SqlStr; 4]>,
}

impl Insert {
    /// The text for the shape at `index` of [`SHAPES`].
    pub(crate) fn sql(&self, index: usize) -> SqlStr {
        self.shapes.get_or_init(|| SHAPES.map(|rows| AssertSqlSafe(self.text(rows)).into_sql_str()))[index].clone()
    }

    /// The INSERT for that many rows.
    pub fn text(&self, rows: usize) -> String {
        insert_text(self.table, self.columns, rows)
    }
}

/// An INSERT of that many rows. The region is bound once and named by each row.
pub(crate) fn insert_text(table: &str, columns: &[&str], rows: usize) -> String {
    let mut sql = format!("INSERT INTO {table} (region");
    for column in columns {
        sql.push_str(", ");
        sql.push_str(column);
    }
    sql.push_str(") VALUES ");
    let mut next = 2;
    for row in 0..rows {
        sql.push_str(if row == 0 { "($1" } else { ", ($1" });
        for _ in columns {
            sql.push_str(&format!(", ${next}"));
            next += 1;
        }
        sql.push(')');
    }
    sql
}

/// Declares a room's statements as constants and lists them all in `ALL_STATEMENTS`.
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $sql:expr;)*) => {
        $($(#[$meta])* $vis static $name: $crate::Statement =
            $crate::Statement { name: stringify!($name), sql: $sql };)*
        /// Every statement of this module, for the test that prepares them on both engines.
        pub static ALL_STATEMENTS: &[&$crate::Statement] = &[$(&$name),*];
    };
}

/// Declares a room's gathered INSERTs as constants and lists them all in `ALL_INSERTS`.
#[macro_export]
macro_rules! inserts {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $table:literal ($($column:ident),* $(,)?);)*) => {
        $($(#[$meta])* $vis static $name: $crate::Insert = $crate::Insert {
            name: stringify!($name),
            table: $table,
            columns: &[$(stringify!($column)),*],
            shapes: std::sync::OnceLock::new(),
        };)*
        /// Every gathered INSERT of this module, for the test that prepares them on both engines.
        pub static ALL_INSERTS: &[&$crate::Insert] = &[$(&$name),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_an_insert_names_the_region() {
        let insert = Insert { name: "X", table: "t", columns: &["a", "b"], shapes: OnceLock::new() };
        assert_eq!(insert.text(2), "INSERT INTO t (region, a, b) VALUES ($1, $2, $3), ($1, $4, $5)");
    }
}
