//! The tables of `PostgreSQL`, made once and copied for each story: making them anew took half of a story's work.

use crate::postgres::{named, server};
use kernel::Clock;
use sqlx::{Connection as _, PgConnection};
use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

/// A database of its own with everybody's tables in it; none when there is no server.
pub(crate) async fn postgres_with_tables(
    name: &str,
    folder: &Path,
    clock: &Clock,
) -> Option<String> {
    let url = server()?;
    let name = format!("{name}_{}", std::process::id());
    let mut sql = PgConnection::connect(&url).await.unwrap();
    let template = template(&mut sql, &url, folder, clock).await;
    run(
        &mut sql,
        format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    Some(named(&url, &name))
}

/// The name of the database stories are copies of. Whoever comes first makes it; the others wait for them.
async fn template(sql: &mut PgConnection, url: &str, folder: &Path, clock: &Clock) -> String {
    // A server given by hand outlives a change of the migrations.
    let mut hasher = DefaultHasher::new();
    for step in beseda::assemble::steps() {
        (step.domain, step.name, step.postgres).hash(&mut hasher);
    }
    let name = format!("story_tables_{:016x}", hasher.finish());
    run(sql, "SELECT pg_advisory_lock(20261130)".to_owned()).await;
    let made: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)",
    )
    .bind(&name)
    .fetch_one(&mut *sql)
    .await
    .unwrap();
    if !made {
        // What is left of one that died while making it.
        run(sql, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(sql, format!("CREATE DATABASE {name}")).await;
        make_tables(&named(url, &name), folder, clock).await;
        run(
            sql,
            format!("ALTER DATABASE {name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"),
        )
        .await;
        run(
            sql,
            format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
            ),
        )
        .await;
    }
    run(sql, "SELECT pg_advisory_unlock(20261130)".to_owned()).await;
    name
}

async fn make_tables(url: &str, folder: &Path, clock: &Clock) {
    let mut config = beseda::config::Config {
        data: folder.to_owned(),
        ..Default::default()
    };
    config.database.url = url.to_owned();
    config.database.connections = 2;
    let hub = web::Hub::new(accounts::EVERYONE, clock.clone());
    beseda::assemble::open_database(&config, &hub, &std::sync::Arc::default(), clock)
        .await
        .unwrap();
}

async fn run(sql: &mut PgConnection, statement: String) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(sql)
        .await
        .unwrap();
}
