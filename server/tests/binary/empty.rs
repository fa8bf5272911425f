//! An empty database of the private `PostgreSQL`, for the program to make its tables in.

use crate::postgres::{named, server};
use sqlx::Connection as _;

/// A fresh database; none when there is no server.
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
