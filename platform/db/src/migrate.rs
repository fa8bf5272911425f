//! Migrations: one file a step in the domain's own folder, written in `PostgreSQL`'s words, forward only.

use crate::{Db, Tx, bind, sql};
use kernel::{Error, Moment, Result};
use std::collections::HashSet;

/// One step of one domain; made by [`migrations!`](crate::migrations!).
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The domain whose tables it makes.
    pub domain: &'static str,
    /// The file's name, `0001_accounts`.
    pub name: &'static str,
    /// The text for `SQLite` before translation; the same as `PostgreSQL`'s unless the step has two files.
    pub sqlite: &'static str,
    /// The text for `PostgreSQL`.
    pub postgres: &'static str,
}

/// Lists a domain's steps: `migrations!("accounts"; "0001_accounts", "0002_search" split)`; `split` steps have
/// `NAME.sqlite.sql` and `NAME.postgres.sql`.
#[macro_export]
macro_rules! migrations {
    ($domain:literal; $($name:literal $($split:ident)?),+ $(,)?) => {
        &[$($crate::migrations!(@one $domain, $name $(, $split)?)),+]
    };
    (@one $domain:literal, $name:literal) => {
        $crate::Migration {
            domain: $domain,
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sql")),
        }
    };
    (@one $domain:literal, $name:literal, split) => {
        $crate::Migration {
            domain: $domain,
            name: $name,
            sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".postgres.sql")),
        }
    };
}

const OWN: &str = "
CREATE TABLE IF NOT EXISTS db_migrations (domain TEXT NOT NULL, name TEXT NOT NULL, applied_at BIGINT NOT NULL, PRIMARY KEY (domain, name));
CREATE TABLE IF NOT EXISTS db_probe (id BIGINT PRIMARY KEY, touched BIGINT NOT NULL);
INSERT INTO db_probe (id, touched) VALUES (1, 0) ON CONFLICT (id) DO NOTHING;
";

/// Applies what is missing, in the order given; answers the names applied. Each step and its mark are one transaction.
pub async fn migrate(db: &Db, steps: &[Migration], now: Moment) -> Result<Vec<String>> {
    // Two nodes may start at once; `IF NOT EXISTS` races in PostgreSQL, so losing that race is not an error.
    if let Err(first) = db.script(OWN.to_owned()).await {
        db.script(OWN.to_owned()).await.map_err(|_| first)?;
    }
    let done: Vec<(String, String)> = db
        .read(async |tx: &mut Tx<'_>| {
            tx.all(sql!("SELECT domain, name FROM db_migrations"), &bind![])
                .await
        })
        .await?;
    let done: HashSet<(String, String)> = done.into_iter().collect();
    let mut applied = Vec::new();
    for step in steps {
        if done.contains(&(step.domain.to_owned(), step.name.to_owned())) {
            continue;
        }
        let text = match db.engine_name() {
            "sqlite" => translate(step.sqlite),
            _ => step.postgres.to_owned(),
        };
        let mark = format!(
            "INSERT INTO db_migrations (domain, name, applied_at) VALUES ('{}', '{}', {})",
            step.domain,
            step.name,
            now.micros()
        );
        db.script(format!("{text};\n{mark}")).await.map_err(|e| {
            Error::fault(format!(
                "migration {}/{} failed: {e}",
                step.domain, step.name
            ))
        })?;
        applied.push(format!("{}/{}", step.domain, step.name));
    }
    Ok(applied)
}

/// Six words of difference; a table's closing line `);` makes it strict.
fn translate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let code = line.split("--").next().unwrap_or_default();
        let code = if code.trim_end() == ");" {
            ") STRICT;".to_owned()
        } else {
            code.to_owned()
        };
        let mut word = String::new();
        for c in code.chars().chain(std::iter::once('\n')) {
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            out.push_str(match word.as_str() {
                "UUID" | "BYTEA" => "BLOB",
                "BIGINT" | "BOOLEAN" => "INTEGER",
                "JSONB" => "TEXT",
                "DOUBLE" => "REAL",
                "PRECISION" => "",
                "TRUE" => "1",
                "FALSE" => "0",
                other => other,
            });
            word.clear();
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn type_words_become_sqlites_and_tables_strict() {
        let out = translate(
            "CREATE TABLE t (\n  id UUID PRIMARY KEY, -- UUID here stays out\n  on_ BOOLEAN NOT NULL DEFAULT FALSE\n);",
        );
        assert_eq!(
            out,
            "CREATE TABLE t (\n  id BLOB PRIMARY KEY, \n  on_ INTEGER NOT NULL DEFAULT 0\n) STRICT;\n"
        );
    }
}
