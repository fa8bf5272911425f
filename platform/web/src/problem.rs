//! Refusals and faults as `application/problem+json` (RFC 9457), in the caller's language.

use crate::House;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, Language, Refusal, RefusalKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// What handlers answer.
pub type Answer<T> = Result<T, Problem>;

/// An error on its way out; [`localise`] writes its body.
#[derive(Debug)]
pub struct Problem(pub Error);

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The body of a problem answer.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ProblemBody {
    /// Stable word for programs.
    pub code: String,
    /// A sentence in the caller's language.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The field at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Values for programs: seconds left, names.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
    /// For 500: the number to tell the administrator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Carried in the answer's extensions until [`localise`] writes the body.
#[derive(Clone, Debug)]
struct Bare(Result<Refusal, String>);

const fn status(kind: RefusalKind) -> StatusCode {
    match kind {
        RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        RefusalKind::SignIn => StatusCode::UNAUTHORIZED,
        RefusalKind::Denied => StatusCode::FORBIDDEN,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Conflict => StatusCode::CONFLICT,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        RefusalKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        RefusalKind::Full => StatusCode::INSUFFICIENT_STORAGE,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (code, bare) = match self.0 {
            Error::Refused(refusal) => (status(refusal.kind), Bare(Ok(refusal))),
            fault @ Error::Fault(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                Bare(Err(fault.to_string())),
            ),
        };
        let mut response = code.into_response();
        response.extensions_mut().insert(bare);
        response
    }
}

/// Middleware: writes the bodies of problems in the language of `Accept-Language`; logs each fault once.
pub async fn localise(State(house): State<House>, request: Request, next: Next) -> Response {
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .map_or_else(Language::default, Language::from_header);
    let route = format!("{} {}", request.method(), request.uri().path());
    let mut response = next.run(request).await;
    let Some(Bare(bare)) = response.extensions_mut().remove::<Bare>() else {
        return response;
    };
    let status = response.status();
    let body = match bare {
        Ok(refusal) => {
            if let Some((_, seconds)) = refusal.args.iter().find(|(name, _)| *name == "seconds")
                && let Ok(value) = HeaderValue::from_str(seconds)
            {
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            ProblemBody {
                code: refusal.code.to_owned(),
                title: house.texts().refusal(language, &refusal),
                status: status.as_u16(),
                field: refusal.field.map(str::to_owned),
                args: refusal
                    .args
                    .into_iter()
                    .map(|(k, v)| (k.to_owned(), v))
                    .collect(),
                reference: None,
            }
        }
        Err(fault) => {
            let reference = house.ids().uuid().simple().to_string()[20..].to_owned();
            tracing::error!(%route, %reference, %fault, "a request failed");
            ProblemBody {
                code: "fault".to_owned(),
                title: house
                    .texts()
                    .say(language, "fault", &[("reference", reference.clone())]),
                status: status.as_u16(),
                field: None,
                args: BTreeMap::new(),
                reference: Some(reference),
            }
        }
    };
    let json = serde_json::to_vec(&body).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    headers.remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(json);
    response
}
