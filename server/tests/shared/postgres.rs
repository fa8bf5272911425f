//! The private `PostgreSQL` of the tests, as stories and the tests of the binary use it.

use sqlx::Connection as _;

/// The server's address; none when none was given (`tools/with-postgres.sh` gives one; CI must).
pub(crate) fn server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the runner's word to the tests")]
    let (url, ci) = (std::env::var("BESEDA_TEST_POSTGRES"), std::env::var("CI"));
    assert!(
        url.is_ok() || ci.is_err(),
        "CI runs these on PostgreSQL too: BESEDA_TEST_POSTGRES is not set"
    );
    url.ok()
}

/// The address of another database of that server.
pub(crate) fn named(url: &str, name: &str) -> String {
    let (front, query) = url.split_once('?').unwrap_or((url, ""));
    let (server, _) = front.rsplit_once('/').unwrap();
    format!("{server}/{name}?{query}")
}

/// An empty database of that server; none when there is no server.
pub(crate) async fn fresh_postgres(name: &str) -> Option<String> {
    let url = server()?;
    let name = format!("{name}_{}", std::process::id());
    let mut sql = sqlx::PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut sql)
        .await
        .unwrap();
    Some(named(&url, &name))
}
