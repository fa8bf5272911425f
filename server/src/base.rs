//! Whether Beseda's own base answers under its public address (S0-03, S0-04): asked from outside, as any other program would ask.

use accounts::{Signed, require};
use axum::{Json, extract::State};
use db::Tx;
use http_client::{Http, HttpError, Policy};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;
use web::{Answer, House, OpenApiRouter, routes};

/// Longer than this nobody waits for a button.
const PATIENCE: Duration = Duration::from_secs(10);
const MOST: u64 = 4 * 1024 * 1024;

pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::new().routes(routes!(check))
}

/// What asking came to.
#[derive(Serialize, ToSchema)]
struct BaseCheck {
    /// The public address that was asked; empty when none is set.
    address: String,
    /// Nothing: all is well. Else `no_address`, `address`, `name`, `refused`, `certificate`, `silent`, `other` (somebody else
    /// answers there), `not_ready`, `no_web` (the web client is not published).
    fault: Option<&'static str>,
    /// What the machine said of it, for whoever mends it.
    detail: String,
}

#[utoipa::path(post, path = "/health/base", tag = "operations", responses((status = 200, body = BaseCheck)))]
async fn check(State(house): State<House>, signed: Signed) -> Answer<Json<BaseCheck>> {
    house
        .read(async move |tx: &mut Tx<'_>| require(tx, &signed.ctx, "accounts.workspace").await)
        .await?;
    let address = house.base_url().to_owned();
    let (fault, detail) = match ask(house.part::<Http>()?, &address).await {
        Ok(()) => (None, String::new()),
        Err((fault, detail)) => (Some(fault), detail),
    };
    Ok(Json(BaseCheck {
        address,
        fault,
        detail,
    }))
}

type Fault = (&'static str, String);

async fn ask(http: &Http, address: &str) -> Result<(), Fault> {
    if address.is_empty() {
        return Err(("no_address", String::new()));
    }
    let get = async |path: &str| {
        let asked = http.get(Policy::Administrator, &format!("{address}{path}"));
        // A line left over from before would hide that no new one can be opened.
        let asked = asked.header("connection", "close");
        let answer = asked.timeout(PATIENCE).max_bytes(MOST).send().await?;
        let (status, kind) = (
            answer.status(),
            answer.header("content-type").unwrap_or_default().to_owned(),
        );
        let body = answer.bytes().await?;
        Ok((status, kind, String::from_utf8_lossy(&body).into_owned()))
    };
    let (status, _, words) = get("/readyz").await.map_err(|e| fault_of(&e))?;
    if status == 503 {
        return Err(("not_ready", words.trim().to_owned()));
    }
    if status != 200 || words != "ready\n" {
        return Err(("other", format!("HTTP {status}")));
    }
    let (status, kind, _) = get("/").await.map_err(|e| fault_of(&e))?;
    if status != 200 || !kind.starts_with("text/html") {
        return Err(("no_web", format!("HTTP {status}")));
    }
    Ok(())
}

/// Which fault an error of the client is; its words come from the resolver, the system and the TLS library.
fn fault_of(error: &HttpError) -> Fault {
    let words = error.to_string();
    let low = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| low.contains(part));
    let fault = if has(&["certificate", "tls", "handshake"]) {
        "certificate"
    } else if has(&["dns", "lookup", "resolve"]) {
        "name"
    } else if has(&["refused", "unreachable", "reset"]) {
        "refused"
    } else if has(&["timed out", "timeout", "deadline"]) {
        "silent"
    } else if has(&["url", "address", "builder"]) {
        "address"
    } else {
        "silent"
    };
    (fault, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_its_name() {
        for (words, fault) in [
            (
                "client error (Connect): invalid peer certificate: UnknownIssuer",
                "certificate",
            ),
            (
                "client error (Connect): dns error: failed to lookup address information",
                "name",
            ),
            (
                "client error (Connect): tcp connect error: Connection refused (os error 111)",
                "refused",
            ),
            ("operation timed out", "silent"),
            ("builder error: relative URL without a base", "address"),
        ] {
            let (named, detail) = fault_of(&HttpError::NotSent(words.to_owned()));
            assert_eq!(named, fault, "{words}");
            assert!(detail.contains(words));
        }
    }
}
