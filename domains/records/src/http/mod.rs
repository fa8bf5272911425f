//! Routes of records.

mod tables;
mod tasks;
mod together;

use crate::model::Saved;
use accounts::Signed;
use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{House, OpenApiRouter};

pub(crate) fn routes() -> OpenApiRouter<House> {
    tasks::routes()
        .merge(tables::routes())
        .merge(together::routes())
}

/// Somebody else changed the same meanwhile: a refusal that brings how it stands now, so that nothing typed is lost.
#[derive(Serialize, ToSchema)]
struct Overtaken<T> {
    /// Always `records.overtaken`.
    code: &'static str,
    title: String,
    status: u16,
    /// Which fields both changed.
    fields: Vec<String>,
    /// How it stands.
    current: T,
}

/// Some cells may not hold what they were given: a problem like any other, with one more member. Other refusals of the same
/// status have no such member, so the document does not promise it.
#[derive(Serialize)]
struct Unfit {
    /// Always `records.unfit`.
    code: &'static str,
    title: String,
    status: u16,
    /// By the field's id: why.
    cells: BTreeMap<String, String>,
}

/// Shapes what a change came to.
fn answer<T: Serialize>(house: &House, signed: &Signed, saved: Saved<T>) -> Response {
    let language = signed.ctx.language;
    let say = |code: &str| {
        house
            .texts()
            .say(language, &code.replace(['.', '_'], "-"), &[])
    };
    let problem = |status: StatusCode, body: Response| {
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        (status, kind, body.into_body()).into_response()
    };
    match saved {
        Saved::Now(now) => Json(now).into_response(),
        Saved::Overtaken(current, fields) => {
            let code = "records.overtaken";
            let body = Overtaken {
                title: say(code),
                status: StatusCode::CONFLICT.as_u16(),
                code,
                fields,
                current,
            };
            problem(StatusCode::CONFLICT, Json(body).into_response())
        }
        Saved::Unfit(wrong) => {
            let code = "records.unfit";
            let cells = wrong
                .into_iter()
                .map(|(id, why)| (id.to_string(), say(why)));
            let body = Unfit {
                title: say(code),
                status: StatusCode::BAD_REQUEST.as_u16(),
                code,
                cells: cells.collect(),
            };
            problem(StatusCode::BAD_REQUEST, Json(body).into_response())
        }
    }
}
