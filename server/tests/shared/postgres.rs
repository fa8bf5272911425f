//! The private `PostgreSQL` of the tests, as stories and the tests of the binary use it.

/// A fresh database of the private `PostgreSQL`; none when none was given (`tools/with-postgres.sh` gives one; CI must).
pub(crate) async fn fresh_postgres(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the runner's word to the tests")]
    let (url, ci) = (std::env::var("BESEDA_TEST_POSTGRES"), std::env::var("CI"));
    let Ok(url) = url else {
        assert!(
            ci.is_err(),
            "CI runs these on PostgreSQL too: BESEDA_TEST_POSTGRES is not set"
        );
        return None;
    };
    let name = format!("{name}_{}", std::process::id());
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let (front, query) = url.split_once('?').unwrap_or((&url, ""));
    let (server, _) = front.rsplit_once('/').unwrap();
    Some(format!("{server}/{name}?{query}"))
}
