//! Tables that leave: all contacts somebody may see, and the rows of an import that could not come in.

use super::{
    actions::{self, EXPORT_RIGHT},
    model::{ContactImport, TableProblem},
    rules::RowSays,
    running::{Table, table},
};
use accounts::{Person, require};
use bytes::Bytes;
use conversations::Label;
use crm::{Contact, Fields};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use db::Tx;
use futures_util::{Stream, StreamExt, stream};
use kernel::{Ctx, Error, Id, Language, Phone, Result, Uuid};
use std::{collections::HashMap, io};
use tokio::sync::mpsc;
use web::House;

/// The ids of the columns' names in the catalogs; an import knows them in both languages.
const COLUMNS: [&str; 7] = [
    "moving-csv-name",
    "moving-csv-company",
    "moving-csv-phones",
    "moving-csv-email",
    "moving-csv-note",
    "moving-csv-responsible",
    "moving-csv-labels",
];
/// Contacts read together.
const PAGE: i64 = 500;
/// Rows with errors written together.
const ROWS: usize = 500;

/// What separates cells: spreadsheets split a file that is opened by a double click at the sign of their language.
const fn separator(language: Language) -> u8 {
    match language {
        Language::Ru => b';',
        Language::En => b',',
    }
}

/// Rows as bytes of a table.
pub(super) fn written(rows: &[Vec<String>], separator: u8) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut writer = WriterBuilder::new()
        .delimiter(separator)
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .flexible(true)
        .from_writer(&mut out);
    for row in rows {
        writer.write_record(row).map_err(Error::fault)?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}

/// The cells of a contact, as [`super::rules::row`] reads them.
pub(super) fn cells(fields: &Fields, responsible: &str, labels: &str) -> Vec<String> {
    let phones: Vec<&str> = fields.phones.iter().map(Phone::as_str).collect();
    let phones = phones.join(", ");
    let words: [&str; 7] = [
        &fields.name,
        &fields.company,
        &phones,
        &fields.email,
        &fields.note,
        responsible,
        labels,
    ];
    words.map(text::safe).into()
}

/// The names of what contacts carry by ids.
pub(super) struct Names {
    people: HashMap<Id<Person>, String>,
    /// In the order of the company's list.
    labels: Vec<Label>,
}

impl Names {
    fn labels(&self, carried: &[Uuid]) -> String {
        let of = self.labels.iter();
        let of = of.filter(|l| carried.contains(&l.id.uuid()));
        of.map(|l| l.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Notes that somebody takes the list out, and gives the names for it.
pub(super) async fn begin(tx: &mut Tx<'_>, ctx: &Ctx, words: &str) -> Result<Names> {
    require(tx, ctx, "contacts.edit").await?;
    require(tx, ctx, EXPORT_RIGHT).await?;
    accounts::audit(tx, ctx, "contacts.exported", words, serde_json::json!({})).await?;
    let people = accounts::everybody(tx).await?;
    Ok(Names {
        people: people.into_iter().map(|p| (p.id, p.name)).collect(),
        labels: conversations::labels(tx).await?,
    })
}

/// Where the writing of an export stands.
pub(super) struct Writing {
    house: House,
    ctx: Ctx,
    words: String,
    label: Option<Uuid>,
    names: Names,
    /// The last contact written; none before the first.
    before: Option<Uuid>,
    head: bool,
    done: bool,
}

impl Writing {
    pub(super) fn new(
        house: House,
        ctx: Ctx,
        (words, label): (String, Option<Uuid>),
        names: Names,
    ) -> Self {
        Self {
            house,
            ctx,
            words,
            label,
            names,
            before: None,
            head: true,
            done: false,
        }
    }

    /// The file piece by piece. An error in its middle breaks the answer off: half a list must not look whole.
    pub(super) fn pages(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, async |mut now: Self| {
            if now.done {
                return Ok(None);
            }
            let bytes = now.next().await.map_err(io::Error::other)?;
            Ok(Some((bytes, now)))
        })
    }

    async fn next(&mut self) -> Result<Bytes> {
        let (ctx, words) = (self.ctx.clone(), self.words.clone());
        let (label, before) = (self.label, self.before);
        let found = self
            .house
            .read(async move |tx: &mut Tx<'_>| {
                // Who loses the right while the file is on its way gets no more of it.
                require(tx, &ctx, "contacts.edit").await?;
                require(tx, &ctx, EXPORT_RIGHT).await?;
                crm::find(tx, &words, label, before, PAGE).await
            })
            .await?;
        self.done = i64::try_from(found.len()).unwrap_or(0) < PAGE;
        self.before = found.last().map(|c| c.id.uuid());
        let language = self.ctx.language;
        let mut rows = Vec::with_capacity(found.len() + 1);
        // Spreadsheets know UTF-8 by this mark only.
        let mut out = Vec::new();
        if std::mem::take(&mut self.head) {
            out.extend_from_slice("\u{feff}".as_bytes());
            let say = |id: &&str| self.house.texts().say(language, id, &[]);
            rows.push(COLUMNS.iter().map(say).collect());
        }
        // A group in a messenger is nobody's card.
        let contacts = found.iter().filter(|c| !c.group);
        rows.extend(contacts.map(|c| self.row(c)));
        out.extend(written(&rows, separator(language))?);
        Ok(out.into())
    }

    fn row(&self, contact: &Contact) -> Vec<String> {
        let name = contact
            .responsible_id
            .and_then(|id| self.names.people.get(&id));
        let labels = self.names.labels(&contact.label_ids);
        let fields = Fields::of(contact);
        cells(&fields, name.map_or("", String::as_str), &labels)
    }
}

/// The sentence of a problem.
pub(super) fn sentence(
    house: &House,
    language: Language,
    problem: &TableProblem,
    titles: &[String],
) -> String {
    let id = problem.code.replace(['.', '_'], "-");
    let value = [("value", problem.value.clone())];
    let words = house.texts().say(language, &id, &value);
    let title = problem.column.and_then(|n| titles.get(n));
    match title.map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(title) => format!("{title}: {words}"),
        None => words,
    }
}

/// The rows of an import that cannot come in, as they were, with why.
pub(super) async fn errors(
    house: &House,
    language: Language,
    import: &ContactImport,
) -> Result<impl Stream<Item = io::Result<Bytes>> + Send + use<>> {
    let table = table(house, import).await?;
    let until = match import.state.as_str() {
        // Of a run that was stopped, what it came to; before it, all there are.
        "stopped" | "failed" | "running" => import.position,
        _ => i64::MAX,
    };
    let (send, take) = mpsc::channel::<io::Result<Bytes>>(4);
    let house = house.clone();
    tokio::task::spawn_blocking(move || {
        if let Err(error) = write_errors(&house, language, &table, until, &send) {
            drop(send.blocking_send(Err(io::Error::other(error))));
        }
    });
    let pieces = stream::unfold(take, async |mut take| {
        let piece = take.recv().await?;
        Some((piece, take))
    });
    // Whoever compresses an answer asks once more after its end.
    Ok(pieces.fuse())
}

fn write_errors(
    house: &House,
    language: Language,
    table: &Table,
    until: i64,
    send: &mpsc::Sender<io::Result<Bytes>>,
) -> Result<()> {
    let reason = house.texts().say(language, "moving-csv-reason", &[]);
    let mut rows: Vec<Vec<String>> = Vec::new();
    if table.layout.header {
        let mut titles: Vec<String> = table.titles.iter().map(|t| text::safe(t)).collect();
        titles.resize(table.width, String::new());
        titles.push(reason);
        rows.push(titles);
    }
    let put = |rows: &mut Vec<Vec<String>>, mark: &str| -> Result<bool> {
        let mut bytes = mark.as_bytes().to_vec();
        bytes.extend(written(rows, separator(language))?);
        rows.clear();
        Ok(send.blocking_send(Ok(bytes.into())).is_ok())
    };
    if !put(&mut rows, "\u{feff}")? {
        return Ok(());
    }
    let until = usize::try_from(until).unwrap_or(usize::MAX);
    for row in table.read(0).take(until) {
        let RowSays::Wrong(wrong) = row.says else {
            continue;
        };
        let told: Vec<String> = wrong
            .into_iter()
            .map(|(column, code, value)| {
                let problem = TableProblem {
                    row: row.number,
                    column,
                    code: code.to_owned(),
                    value,
                    sentence: String::new(),
                };
                sentence(house, language, &problem, &table.titles)
            })
            .collect();
        // Cells keep what they said, and stand where they stood.
        let mut cells: Vec<String> = row
            .cells
            .iter()
            .map(|c| text::safe(text::meant(c)))
            .collect();
        if cells.len() < table.width {
            cells.resize(table.width, String::new());
        }
        cells.push(text::safe(&told.join("; ")));
        rows.push(cells);
        if rows.len() >= ROWS && !put(&mut rows, "")? {
            return Ok(());
        }
    }
    put(&mut rows, "").map(drop)
}

/// Refuses whoever may not have the rows of an import.
pub(super) async fn may_have_errors(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: Id<ContactImport>,
) -> Result<ContactImport> {
    actions::readable(tx, ctx, id).await
}
