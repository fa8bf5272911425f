//! What operators need: probes, metrics, the state of the system, failed work.

use crate::{config::Config, tls};
use accounts::{Signed, require};
use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use db::Tx;
use kernel::{Moment, Uuid};
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder},
};
use web::{Answer, At, House, OpenApiRouter, routes};

pub(crate) fn probes() -> Router<House> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

/// Ready when the database takes a durable commit.
async fn ready(State(house): State<House>) -> impl IntoResponse {
    match house.db().flush_time().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) if error.code() == Some("db.disk_full") => {
            (StatusCode::SERVICE_UNAVAILABLE, "the disk is full\n")
        }
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database takes no changes\n",
        ),
    }
}

/// Figures in Prometheus' text form; only numbers, so it needs no sign-in.
async fn metrics(State(house): State<House>) -> impl IntoResponse {
    let sockets = house.hub().open_sockets();
    let dead = house
        .read(async |tx: &mut Tx<'_>| jobs::dead(tx).await)
        .await
        .map_or(0, |d| d.len());
    let text = format!(
        "# HELP beseda_open_sockets Sockets of signed-in clients open on this node.\n\
         # TYPE beseda_open_sockets gauge\nbeseda_open_sockets {sockets}\n\
         # HELP beseda_failed_jobs Work that was given up and waits for somebody.\n\
         # TYPE beseda_failed_jobs gauge\nbeseda_failed_jobs {dead}\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new()
        .routes(routes!(system))
        .routes(routes!(dead_jobs))
        .routes(routes!(replay))
        .routes(routes!(forget))
}

/// One fact about the system.
#[derive(Serialize, ToSchema)]
struct SystemItem {
    /// What.
    code: String,
    /// `ok`, `warning` or `broken`.
    state: String,
    /// How much.
    detail: String,
}
/// The state of the system.
#[derive(Serialize, ToSchema)]
struct SystemAnswer {
    items: Vec<SystemItem>,
}

#[utoipa::path(get, path = "/health/system", tag = "operations", responses((status = 200, body = SystemAnswer)))]
async fn system(State(house): State<House>, signed: Signed) -> Answer<Json<SystemAnswer>> {
    let dead = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.workspace").await?;
            Ok(jobs::dead(tx).await?.len())
        })
        .await?;
    let flush = house.db().flush_time().await?;
    let item = |code: &str, good: bool, detail: String| SystemItem {
        code: code.to_owned(),
        state: if good { "ok" } else { "warning" }.to_owned(),
        detail,
    };
    let mut items = vec![
        item("version", true, house.version().to_owned()),
        item("database", true, house.db().engine_name().to_owned()),
        item(
            "flush",
            flush.as_millis() <= 10,
            format!("{:.2} ms", flush.as_secs_f64() * 1000.0),
        ),
        item("sockets", true, house.hub().open_sockets().to_string()),
        item("failed_jobs", dead == 0, dead.to_string()),
        item(
            "address",
            !house.base_url().is_empty(),
            house.base_url().to_owned(),
        ),
    ];
    if let Some(standing) = tls::standing(house.part::<Config>()?, house.clock().now()) {
        items.push(item("certificate", standing.good, standing.words));
    }
    Ok(Json(SystemAnswer { items }))
}

/// Work that was given up.
#[derive(Serialize, ToSchema)]
struct DeadJob {
    id: Uuid,
    kind: String,
    attempts: i64,
    failed_at: Moment,
    error: String,
    payload: Value,
}

#[utoipa::path(get, path = "/jobs/dead", tag = "operations", responses((status = 200, body = Vec<DeadJob>)))]
async fn dead_jobs(State(house): State<House>, signed: Signed) -> Answer<Json<Vec<DeadJob>>> {
    let dead = house
        .read(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.workspace").await?;
            jobs::dead(tx).await
        })
        .await?;
    let shown = dead.into_iter().map(|d| DeadJob {
        id: d.id.uuid(),
        kind: d.kind,
        attempts: d.attempts,
        failed_at: d.updated_at,
        error: d.error,
        payload: d.payload,
    });
    Ok(Json(shown.collect()))
}

#[utoipa::path(post, path = "/jobs/{id}/replay", tag = "operations", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn replay(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.workspace").await?;
            jobs::replay(tx, id, signed.ctx.now).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/jobs/{id}", tag = "operations", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn forget(
    State(house): State<House>,
    signed: Signed,
    At(id): At<Uuid>,
) -> Answer<StatusCode> {
    house
        .write(async move |tx: &mut Tx<'_>| {
            require(tx, &signed.ctx, "accounts.workspace").await?;
            jobs::forget(tx, id).await
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What holds for every operation, said once for all instead of at each handler: a name that no other has, and that
/// it may answer with a problem.
pub(crate) fn complete_document(api: &mut OpenApi) {
    let content = ContentBuilder::new()
        .schema(Some(RefOr::Ref(Ref::from_schema_name("ProblemBody"))))
        .build();
    let problem = |words: &str| {
        ResponseBuilder::new()
            .description(words)
            .content("application/problem+json", content.clone())
            .build()
    };
    // Not "default": a success that nobody described has to be seen as one.
    let all = [
        (
            "4XX",
            problem("A refusal, in the language of Accept-Language"),
        ),
        (
            "5XX",
            problem("A fault of ours, with a reference to the log"),
        ),
    ];
    for (path, item) in &mut api.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("put", &mut item.put),
            ("post", &mut item.post),
            ("delete", &mut item.delete),
            ("patch", &mut item.patch),
            ("head", &mut item.head),
            ("options", &mut item.options),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(operation_id(method, path));
            for (status, problem) in &all {
                let responses = &mut operation.responses.responses;
                responses.insert((*status).to_owned(), RefOr::T(problem.clone()));
            }
        }
    }
}

/// `patch_people_id` for `PATCH /api/v1/people/{id}`: handlers of two domains may have one name, addresses may not.
fn operation_id(method: &str, path: &str) -> String {
    let words = path
        .trim_start_matches("/api/v1")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}
