//! Assembling: database, house, routes, workers. Tests assemble the same product as the binary.

use crate::{
    assets, base,
    config::Config,
    demo, operations,
    registry::{self, EMBEDDED},
};
use anyhow::Context;
use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use blob::Blobs;
use channel::Channel;
use channels::{Connectors, Intake, Live, Node, Visitors};
use db::Db;
use files::UploadLimit;
use http_client::{Http, HttpOptions, Lookup};
use jobs::{Handler, Workers};
use kernel::{Clock, Error, Ids};
use seal::Sealer;
use std::{
    any::Any,
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::openapi::OpenApi;
use web::{
    Domain, House, HouseParts, Hub, OpenApiRouter, Problem, Rings, SocketOptions, Texts, Upgrade,
    commit_hook, localise, serve_socket,
};

/// How many jobs run at the same time on one node.
const WORKERS: usize = 2;

/// A whole Beseda that does not listen yet.
pub struct Beseda {
    /// The house.
    pub house: House,
    /// All routes.
    pub router: Router,
    /// The API's description.
    pub api: OpenApi,
    /// Migrations that were applied by this start.
    pub migrated: Vec<String>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    domains: Vec<Domain>,
    workers: Workers,
}

/// What makes the tables of this program, in order.
pub fn steps() -> Vec<db::Migration> {
    let mut steps: Vec<db::Migration> = journal::MIGRATIONS
        .iter()
        .chain(jobs::MIGRATIONS)
        .copied()
        .collect();
    steps.extend(
        registry::domains()
            .iter()
            .flat_map(|d| d.migrations.iter().copied()),
    );
    steps
}

/// Opens the database and migrates it; also what `migrate`, `doctor` and `backup` start with.
pub async fn open_database(
    config: &Config,
    hub: &Arc<Hub>,
    rings: &Arc<Rings>,
    clock: &Clock,
) -> anyhow::Result<(Db, Vec<String>)> {
    // Whoever else has an account on the machine has no business in here.
    tokio::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data)
        .await
        .with_context(|| format!("the data folder {} cannot be made", config.data.display()))?;
    let db = Db::open(&config.place(), commit_hook(hub, rings))
        .await
        .context("the database cannot be opened")?;
    let applied = db::migrate(&db, &steps(), clock.now()).await?;
    Ok((db, applied))
}

/// The installation's key for secrets, made at the first start, readable by its owner only.
async fn secret_key(folder: &Path) -> anyhow::Result<[u8; 32]> {
    let path = folder.join("secret.key");
    if let Ok(bytes) = tokio::fs::read(&path).await {
        return bytes
            .try_into()
            .map_err(|_| anyhow::anyhow!("{} is not a key of 32 bytes", path.display()));
    }
    let word = Ids::Time.secret();
    let mut key = [0u8; 32];
    for (place, pair) in key.iter_mut().zip(word.as_bytes().chunks(2)) {
        *place = u8::from_str_radix(std::str::from_utf8(pair)?, 16)?;
    }
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options
        .open(&path)
        .await
        .context("the secret key cannot be written")?;
    tokio::io::AsyncWriteExt::write_all(&mut file, &key).await?;
    file.sync_all().await?;
    Ok(key)
}

/// The id of the node whose data folder this is, made at the first start. A copy of the folder is another node only
/// without this file, so backups leave it out.
async fn node_id(folder: &Path) -> anyhow::Result<kernel::Uuid> {
    let path = folder.join("node.id");
    match tokio::fs::read_to_string(&path).await {
        Ok(word) => word
            .trim()
            .parse()
            .with_context(|| format!("{} is not a node's id; remove it", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let id = Ids::Time.uuid();
            tokio::fs::write(&path, id.to_string())
                .await
                .context("the node's id cannot be written")?;
            Ok(id)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Builds a whole Beseda with the given clock and ids.
pub async fn assemble(config: &Config, clock: Clock, ids: Ids) -> anyhow::Result<Beseda> {
    assemble_with(config, clock, ids, http_client::system_lookup()).await
}

/// The same with another resolver for names that users give: where a test's outside world begins.
pub async fn assemble_with(
    config: &Config,
    clock: Clock,
    ids: Ids,
    lookup: Lookup,
) -> anyhow::Result<Beseda> {
    assemble_beside(config, clock, ids, lookup, Vec::new()).await
}

/// The same with channels of a test's own beside ours.
pub async fn assemble_beside(
    config: &Config,
    clock: Clock,
    ids: Ids,
    lookup: Lookup,
    more: Vec<Arc<dyn Channel>>,
) -> anyhow::Result<Beseda> {
    // Another part of the process may have chosen the provider already; either is ring.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let hub = Hub::new(accounts::EVERYONE, clock.clone());
    let rings = Arc::new(
        Rings::default()
            .with::<jobs::Wake>()
            .with::<channels::Queued>(),
    );
    let (db, migrated) = open_database(config, &hub, &rings, &clock).await?;
    let mut domains = registry::domains();
    let texts = Texts::new(domains.iter().map(|d| d.texts).collect::<Vec<_>>())?;
    let visitors = Visitors::new(EMBEDDED);
    let node = node_id(&config.data).await?;
    let catalogue = domains
        .iter()
        .flat_map(|d| d.rights.iter().copied())
        .collect();
    let extra: Vec<Box<dyn Any + Send + Sync>> = vec![
        Box::new(config.clone()),
        Box::new(accounts::Catalogue(catalogue)),
        Box::<accounts::Writers>::default(),
        Box::new(accounts::GuestDoors::new(
            domains
                .iter()
                .flat_map(|d| d.guests.iter().copied())
                .chain(["GET /socket"]),
        )),
        Box::new(Blobs::folder(config.data.join("files")).await?),
        Box::<files::UploadPace>::default(),
        Box::<files::Turns>::default(),
        Box::new(UploadLimit(config.files.limit_mb * 1024 * 1024)),
        Box::new(Http::new(&HttpOptions {
            reachable: config.reachable.clone(),
            lookup,
            ..HttpOptions::default()
        })?),
        Box::new(Sealer::new(secret_key(&config.data).await?)),
        Box::new(Connectors(
            registry::connectors(&visitors)
                .into_iter()
                .chain(more)
                .collect(),
        )),
        Box::new(visitors),
        Box::new(Live::default()),
        Box::new(Node(node)),
        Box::new(Intake::new(&db)),
        Box::new(team::Sending::new(&db)),
        Box::new(registry::upcalls()),
        Box::new(conversations::link_upcalls()),
        Box::<conversations::AfterClosing>::default(),
        Box::new(registry::hooks()),
        Box::new(registry::cards()),
        Box::new(registry::senders()),
        Box::new(messages::LinkPreviews(config.link_previews)),
        Box::new(registry::on_typing()),
        Box::new(registry::on_read()),
        Box::new(registry::on_done()),
        Box::new(registry::rings()),
        Box::<notifications::Desk>::default(),
    ];
    let parts = HouseParts {
        db: db.clone(),
        clock: clock.clone(),
        ids,
        hub: Arc::clone(&hub),
        texts,
        base_url: config.base_url.clone(),
        rings: Arc::clone(&rings),
        version: env!("CARGO_PKG_VERSION"),
    };
    let house = House::new(parts, extra);
    let frames: Vec<_> = domains
        .iter()
        .flat_map(|d| d.frames.iter().copied())
        .collect();
    hub.furnish(&frames, accounts::sockets);
    let (router, api) = routes(config, &house, &mut domains);
    let workers = Workers::new(
        node,
        db,
        clock,
        handlers(&house, &domains),
        rings.of::<jobs::Wake>(),
    );
    let (stop, _) = watch::channel(false);
    Ok(Beseda {
        house,
        router,
        api,
        migrated,
        stop,
        tasks: JoinSet::new(),
        domains,
        workers,
    })
}

fn handlers(house: &House, domains: &[Domain]) -> HashMap<&'static str, Handler> {
    let mut out: HashMap<&'static str, Handler> = HashMap::new();
    for (kind, run) in domains.iter().flat_map(|d| d.jobs.iter().copied()) {
        let house = house.clone();
        out.insert(kind, Arc::new(move |payload| run(house.clone(), payload)));
    }
    let house = house.clone();
    out.insert(
        accounts::DEMO_JOB,
        Arc::new(move |_| Box::pin(demo::fill(house.clone()))),
    );
    out
}

impl Beseda {
    /// Starts everything that runs beside requests.
    pub fn start(&mut self) {
        let stop = self.stop.subscribe();
        self.tasks
            .spawn(Arc::clone(self.house.hub()).pump(self.house.db().clone(), stop.clone()));
        for _ in 0..WORKERS {
            let (workers, stop) = (self.workers.clone(), stop.clone());
            self.tasks.spawn(async move { workers.run(stop).await });
        }
        for kind in self.domains.iter().flat_map(|d| d.prompt.iter().copied()) {
            let (workers, stop) = (self.workers.clone(), stop.clone());
            self.tasks
                .spawn(async move { workers.run_only(kind, stop).await });
        }
        for (_, run) in self.domains.iter().flat_map(|d| d.services.iter().copied()) {
            self.tasks.spawn(run(self.house.clone(), stop.clone()));
        }
        self.tasks.spawn(tick(self.house.clone(), stop));
    }

    /// Ends everything where it stands, as a killed process does; nothing of it runs any more when this answers.
    pub async fn cut(mut self) {
        self.tasks.shutdown().await;
    }

    /// Stops everything that runs beside requests, then closes the database.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(Duration::from_secs(10), ended)
            .await
            .is_err()
        {
            tracing::warn!("some work did not end in ten seconds and is dropped");
            self.tasks.abort_all();
        }
        self.house.db().close().await;
    }
}

/// Small regular work: presence that fades, the journal's end of life.
async fn tick(house: House, mut stop: web::Stop) {
    let mut round: u64 = 0;
    loop {
        tokio::select! { () = tokio::time::sleep(Duration::from_secs(30)) => {}, _ = stop.changed() => return }
        for person in house.hub().presences().into_keys() {
            house.hub().tell_presence(person, None);
        }
        round += 1;
        if round.is_multiple_of(120) {
            let now = house.clock().now();
            let pruned = house
                .write(async move |tx: &mut db::Tx<'_>| journal::prune(tx, now).await)
                .await;
            if let Err(error) = pruned {
                tracing::error!(%error, "the journal could not be pruned");
            }
        }
    }
}

fn routes(config: &Config, house: &House, domains: &mut [Domain]) -> (Router, OpenApi) {
    let mut inner = operations::routes().merge(base::routes());
    let mut outside = OpenApiRouter::new();
    for domain in &mut *domains {
        inner = inner.merge(std::mem::take(&mut domain.routes));
        outside = outside.merge(std::mem::take(&mut domain.outside));
    }
    let info = utoipa::openapi::InfoBuilder::new()
        .title("Beseda")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("One place for a company to talk. Times are milliseconds since 1970; refusals are problem+json."))
        .build();
    let mut base = utoipa::openapi::OpenApiBuilder::new().info(info).build();
    base.components = Some(
        utoipa::openapi::ComponentsBuilder::new()
            .schema_from::<web::ProblemBody>()
            .build(),
    );
    let (api_router, mut api) = OpenApiRouter::with_openapi(base)
        .nest("/api/v1", inner)
        .merge(outside)
        .split_for_parts();
    operations::complete_document(&mut api);
    let text = api.to_pretty_json().unwrap_or_default();
    let signs: HashMap<_, _> = domains
        .iter()
        .flat_map(|d| d.signs.iter().copied())
        .collect();
    let signs = Arc::new(signs);
    let edge = Edge {
        trusted: config.trusted_proxies.clone().into(),
        own_tls: config.tls.mode != "off",
    };
    let router = api_router
        .route(
            "/api/v1/socket",
            axum::routing::get(
                async move |State(house): State<House>,
                            signed: accounts::Signed,
                            Upgrade(upgrade): Upgrade| {
                    let options = SocketOptions {
                        person: signed.person.uuid(),
                        session: signed.session.uuid(),
                        signs: Arc::clone(&signs),
                    };
                    serve_socket(house, upgrade, options)
                },
            ),
        )
        .route(
            "/api/openapi.json",
            axum::routing::get(async move || ([(header::CONTENT_TYPE, "application/json")], text)),
        )
        .route("/api/{*rest}", axum::routing::any(no_route))
        .merge(operations::probes())
        .merge(assets::routes())
        .with_state(house.clone());
    // Around the router as a whole: what is laid upon its routes is cloned, layer in layer, for every request.
    let whole = tower::ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(web::hear_out))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(edge, at_the_edge))
        .layer(middleware::from_fn_with_state(house.clone(), localise))
        .service(router);
    (Router::new().fallback_service(whole), api)
}

async fn no_route() -> Problem {
    Problem(Error::Refused(kernel::Refusal::new(
        kernel::RefusalKind::NotFound,
        "web.no_route",
    )))
}

/// What the edge of the house needs to know.
#[derive(Clone)]
struct Edge {
    trusted: Arc<[IpAddr]>,
    own_tls: bool,
}

/// What every request gets on its way in and every answer on its way out.
async fn at_the_edge(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    note_address(&edge.trusted, &mut request);
    if edge.own_tls {
        // What a proxy would say of a request over its TLS.
        let https = HeaderValue::from_static("https");
        request.headers_mut().insert("x-forwarded-proto", https);
    }
    let path = request.uri().path();
    // The widget runs in foreign pages: its calls carry no cookie, so any origin may make them (its own list is checked
    // where the account is known).
    let of_widget = path.starts_with("/api/v1/widget/") || path == "/widget.js";
    let mut response = if of_widget && request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    if of_widget {
        open_to_all(response.headers_mut());
    }
    harden(response.headers_mut());
    response
}

/// Puts the caller's address into the request; behind a believed proxy the last address it forwarded.
fn note_address(trusted: &[IpAddr], request: &mut Request) {
    let direct = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|c| c.0.ip().to_canonical());
    let forwarded = request
        .headers()
        .get("x-forwarded-for")
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.rsplit(',').next())
        .and_then(|v| v.trim().parse::<IpAddr>().ok());
    let address = match (direct, forwarded) {
        (Some(direct), Some(forwarded)) if trusted.contains(&direct) => Some(forwarded),
        (direct, _) => direct,
    };
    if let Some(address) = address {
        request.extensions_mut().insert(accounts::Address(address));
    }
}

/// Headers every answer has: nothing foreign runs in our pages, nothing frames them.
fn harden(headers: &mut HeaderMap) {
    let all = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
             media-src 'self' blob:; connect-src 'self' ws: wss:; worker-src 'self'; object-src 'none'; base-uri 'none'; \
             form-action 'self'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in all {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

fn open_to_all(headers: &mut HeaderMap) {
    let all = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, x-file-name, accept-language",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
