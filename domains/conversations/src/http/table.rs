//! The table of conversations as a file, written while it is read (U-37).

use crate::{
    actions,
    rules::table::{COLUMNS, cells, separator},
};
use accounts::{Person, Signed};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use db::Tx;
use futures_util::{Stream, stream};
use jiff::tz::TimeZone;
use kernel::{Error, Id, Language, Moment, Result, Uuid};
use serde::Deserialize;
use std::io;
use utoipa::IntoParams;
use web::{Answer, House, Params};

/// Of when, and how times are written.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// Opened not before this moment.
    from: Option<Moment>,
    /// Opened before this moment.
    to: Option<Moment>,
    /// The time zone times are written in, by its IANA name; the company's without it.
    zone: Option<String>,
}

/// Where the writing stands.
struct Writing {
    house: House,
    person: Id<Person>,
    span: (Moment, Moment),
    /// The place of the last row; none when all were written.
    after: Option<(Moment, Uuid)>,
    language: Language,
    zone: TimeZone,
    words: [String; 2],
    head: Option<Vec<String>>,
}

#[utoipa::path(get, path = "/conversations/table", tag = "conversations", params(Span),
    responses((status = 200, content_type = "text/csv", body = String)))]
pub(super) async fn table(
    State(house): State<House>,
    signed: Signed,
    Params(asked): Params<Span>,
) -> Answer<Response> {
    let ctx = signed.ctx.clone();
    let span = (
        asked.from.unwrap_or_default(),
        asked.to.unwrap_or(Moment::from_micros(i64::MAX)),
    );
    let workspace = house
        .write(async move |tx: &mut Tx<'_>| actions::table::begin(tx, &ctx, span).await)
        .await?;
    let zone = asked.zone.unwrap_or(workspace.time_zone);
    let zone = TimeZone::get(&zone).map_err(|_| Error::field("zone", "accounts.bad_time_zone"))?;
    let language = signed.ctx.language;
    let say = |id: &str| house.texts().say(language, id, &[]);
    let writing = Writing {
        person: signed.person,
        span,
        after: Some((Moment::default(), Uuid::nil())),
        language,
        zone,
        words: [
            say("conversations-table-open"),
            say("conversations-table-ended"),
        ],
        head: Some(COLUMNS.iter().map(|id| say(id)).collect()),
        house: house.clone(),
    };
    let name = format!("{}.csv", say("conversations-table-name"));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            files::disposition(false, &name),
        ),
    ];
    Ok((headers, Body::from_stream(pages(writing))).into_response())
}

/// The file piece by piece. An error in its middle breaks the answer off: half a table must not look whole.
fn pages(writing: Writing) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(writing, async |mut now: Writing| {
        let Some(after) = now.after else {
            return Ok(None);
        };
        let bytes = now.next(after).await.map_err(io::Error::other)?;
        Ok(Some((bytes, now)))
    })
}

impl Writing {
    async fn next(&mut self, after: (Moment, Uuid)) -> Result<Bytes> {
        let (person, span) = (self.person, self.span);
        let (rows, last) = self
            .house
            .read(async move |tx: &mut Tx<'_>| actions::table::page(tx, person, span, after).await)
            .await?;
        self.after = last;
        // Spreadsheets know UTF-8 by this mark only.
        let mut out = if self.head.is_some() {
            "\u{feff}".to_owned().into_bytes()
        } else {
            Vec::new()
        };
        let mut writer = WriterBuilder::new()
            .delimiter(separator(self.language))
            .terminator(Terminator::CRLF)
            .quote_style(QuoteStyle::Necessary)
            .from_writer(&mut out);
        for row in self
            .head
            .take()
            .into_iter()
            .chain(rows.iter().map(|row| cells(row, &self.zone, &self.words)))
        {
            writer.write_record(row).map_err(Error::fault)?;
        }
        writer.flush()?;
        drop(writer);
        Ok(out.into())
    }
}
