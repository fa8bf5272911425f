//! Listening: plain or TLS, until told to stop, then gracefully.

use crate::{assemble, config::Config, tls};
use anyhow::Context;
use kernel::{Clock, Ids};
use std::{net::SocketAddr, time::Duration};

/// Serves until SIGINT or SIGTERM; `said` is told the address once we listen.
pub async fn serve(
    config: Config,
    said: impl FnOnce(String, Option<String>),
) -> anyhow::Result<()> {
    let mut beseda = assemble::assemble(&config, Clock::Machine, Ids::Time).await?;
    // The description as a tree: a server tells it as text.
    drop(std::mem::take(&mut beseda.api));
    let tls = tls::tls(&config, beseda.house.part()?, beseda.house.clock()).await?;
    let listener = std::net::TcpListener::bind(&config.listen).with_context(|| {
        format!(
            "cannot listen on {}: is another program there?",
            config.listen
        )
    })?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    beseda.start();
    let ctx = beseda.house.system();
    let token = beseda
        .house
        .write(async move |tx: &mut db::Tx<'_>| accounts::setup_token(tx, &ctx).await)
        .await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let base = if config.base_url.is_empty() {
        format!("{scheme}://{address}")
    } else {
        config.base_url.clone()
    };
    said(
        format!("{scheme}://{address}"),
        token.map(|t| format!("{base}/setup?token={}", t.0)),
    );
    let handle = axum_server::Handle::new();
    let stopper = handle.clone();
    let waiting = tokio::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: open requests have ten seconds");
        stopper.graceful_shutdown(Some(Duration::from_secs(3)));
    });
    let service = beseda
        .router
        .clone()
        .into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(tls) => {
            // The authority connects back to prove us, so it is asked only while we listen.
            let keeper = tls.keeper.map(tokio::spawn);
            axum_server::from_tcp_rustls(listener, tls.config)?
                .handle(handle)
                .serve(service)
                .await?;
            if let Some(keeper) = keeper {
                keeper.abort();
            }
        }
        None => {
            axum_server::from_tcp(listener)?
                .handle(handle)
                .serve(service)
                .await?;
        }
    }
    waiting.abort();
    beseda.stop().await;
    Ok(())
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
