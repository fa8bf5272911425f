//! Statements: written once in `PostgreSQL`'s words, rewritten for `SQLite`, and registered so that one test prepares them all.

use std::sync::OnceLock;

/// A statement of the program. Made by [`sql!`](crate::sql!) only.
pub struct Sql {
    source_sqlite: &'static str,
    /// The text `PostgreSQL` gets.
    source_postgres: &'static str,
    /// Where it stands in the sources.
    pub place: (&'static str, u32),
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// What the registry holds.
pub struct Registered(pub &'static Sql);
inventory::collect!(Registered);

/// All statements of the program, for the test that prepares them.
pub fn all_statements() -> Vec<&'static Sql> {
    inventory::iter::<Registered>
        .into_iter()
        .map(|r| r.0)
        .collect()
}

impl Sql {
    #[doc(hidden)]
    pub const fn new(
        sqlite: &'static str,
        postgres: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            source_sqlite: sqlite,
            source_postgres: postgres,
            place: (file, line),
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }
    /// The text for `SQLite`: `?n` parameters, its type words in casts, lists through JSON.
    pub fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| for_sqlite(self.source_sqlite))
    }
    /// The text for `PostgreSQL`.
    pub fn postgres(&self) -> &str {
        self.postgres
            .get_or_init(|| for_postgres(self.source_postgres))
    }
    /// The text for `PostgreSQL` with its one `VALUES` row of `width` parameters written `count` times.
    pub(crate) fn postgres_rows(&self, count: usize, width: usize) -> String {
        rows(self.postgres(), count, width)
    }
}

/// `$n` becomes `?n` (`SQLite` numbers `$2 … $1` by first appearance), `IN UUIDS($n)` becomes a JSON list, casts get
/// `SQLite`'s words, `FOR UPDATE` and `SKIP LOCKED` go (there is one writer).
fn for_sqlite(text: &str) -> String {
    let mut out = text
        .replace("FOR UPDATE SKIP LOCKED", "")
        .replace("FOR UPDATE", "")
        .replace(" AS UUID)", " AS BLOB)")
        .replace(" AS BYTEA)", " AS BLOB)")
        .replace(" AS BIGINT)", " AS INTEGER)")
        .replace(" AS BOOLEAN)", " AS INTEGER)")
        .replace(" AS JSONB)", " AS TEXT)");
    while let Some(start) = out.find("IN UUIDS(") {
        let Some(len) = out[start..].find(')') else {
            break;
        };
        let parameter = out[start + "IN UUIDS(".len()..start + len].to_owned();
        let list = format!("IN (SELECT unhex(value) FROM json_each({parameter}))");
        out.replace_range(start..=start + len, &list);
    }
    let mut result = String::with_capacity(out.len());
    let mut chars = out.chars().peekable();
    while let Some(c) = chars.next() {
        let parameter = c == '$' && chars.peek().is_some_and(char::is_ascii_digit);
        result.push(if parameter { '?' } else { c });
    }
    result
}

fn for_postgres(text: &str) -> String {
    let mut out = text.to_owned();
    while let Some(start) = out.find("IN UUIDS(") {
        let Some(len) = out[start..].find(')') else {
            break;
        };
        let parameter = out[start + "IN UUIDS(".len()..start + len].to_owned();
        out.replace_range(start..=start + len, &format!("= ANY({parameter})"));
    }
    out
}

/// Repeats the row after `VALUES`, with the parameters of each next row `width` higher.
fn rows(text: &str, count: usize, width: usize) -> String {
    let Some(start) = text.find("VALUES (").map(|at| at + "VALUES ".len()) else {
        return text.to_owned();
    };
    let mut depth = 0;
    let end = text[start..].find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    let end = end.map_or(text.len(), |len| start + len + 1);
    let row = &text[start..end];
    let all: Vec<String> = (0..count).map(|n| shifted(row, n * width)).collect();
    format!("{}{}{}", &text[..start], all.join(", "), &text[end..])
}

/// Raises the number of each parameter.
fn shifted(text: &str, by: usize) -> String {
    let mut parts = text.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        match number.parse::<usize>() {
            Ok(number) => out += &format!("${}{rest}", number + by),
            Err(_) => out += &format!("${part}"),
        }
    }
    out
}

/// Makes a statement and registers it: `sql!("…")`, or `sql!(sqlite: "…", postgres: "…")` where the engines differ.
#[macro_export]
macro_rules! sql {
    (sqlite: $sqlite:expr, postgres: $postgres:expr $(,)?) => {{
        static STATEMENT: $crate::Sql = $crate::Sql::new($sqlite, $postgres, file!(), line!());
        $crate::inventory::submit! { $crate::Registered(&STATEMENT) }
        &STATEMENT
    }};
    ($text:expr $(,)?) => {
        $crate::sql!(sqlite: $text, postgres: $text)
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_keep_their_numbers_whatever_the_order() {
        assert_eq!(for_sqlite("SELECT $2, $1, '$x'"), "SELECT ?2, ?1, '$x'");
    }

    #[test]
    fn a_row_is_repeated_with_its_parameters_raised() {
        let text = "INSERT INTO t (a, b) VALUES ($1, lower($2)) ON CONFLICT DO NOTHING RETURNING a";
        assert_eq!(rows(text, 1, 2), text);
        assert_eq!(
            rows(text, 3, 2),
            "INSERT INTO t (a, b) VALUES ($1, lower($2)), ($3, lower($4)), ($5, lower($6)) ON CONFLICT DO NOTHING RETURNING a"
        );
    }

    #[test]
    fn lists_and_casts_have_each_engines_words() {
        let text = "SELECT 1 FROM t WHERE id IN UUIDS($1) AND CAST($2 AS UUID) IS NULL";
        assert_eq!(
            for_sqlite(text),
            "SELECT 1 FROM t WHERE id IN (SELECT unhex(value) FROM json_each(?1)) AND CAST(?2 AS BLOB) IS NULL"
        );
        assert_eq!(
            for_postgres(text),
            "SELECT 1 FROM t WHERE id = ANY($1) AND CAST($2 AS UUID) IS NULL"
        );
    }
}
