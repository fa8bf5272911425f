//! What a table of contacts means, pure: what its columns are, what a row says, what a row does to a contact that is here, and
//! how that is taken back.

use super::{
    model::{TableColumn, TableOnMatch},
    phones,
    reading::{MOST_CELL, MOST_COLUMNS},
};
use accounts::Person;
use crm::{Fields, MOST_LABELS};
use kernel::{Email, Id, Phone, Uuid};
use std::collections::HashMap;

/// The most phones of one contact, as cards have it.
const MOST_PHONES: usize = 10;
/// The longest note in characters, as cards have it.
const MOST_NOTE: usize = 10_000;
/// How much of a wrong cell is told.
const TOLD: usize = 60;

// ------------------------------------------------------------ columns

/// What columns are called in other programs, in letters and digits only.
const NAMES: &[(TableColumn, &[&str])] = &[
    (
        TableColumn::Name,
        &[
            "фио",
            "ф и о",
            "имя клиента",
            "клиент",
            "контакт",
            "контактное лицо",
            "полное имя",
            "имя фамилия",
            "фамилия имя",
            "фамилия имя отчество",
            "наименование",
            "name",
            "full name",
            "fullname",
            "contact",
            "contact name",
            "customer",
            "customer name",
            "client",
            "client name",
            "display name",
            "contact person",
        ],
    ),
    (
        TableColumn::FirstName,
        &["имя", "first name", "firstname", "given name"],
    ),
    (
        TableColumn::LastName,
        &["фамилия", "last name", "lastname", "surname", "family name"],
    ),
    (
        TableColumn::Patronymic,
        &["отчество", "patronymic", "middle name", "additional name"],
    ),
    (
        TableColumn::Company,
        &[
            "компания",
            "организация",
            "фирма",
            "контрагент",
            "юрлицо",
            "юр лицо",
            "предприятие",
            "место работы",
            "название",
            "название компании",
            "company",
            "company name",
            "organization",
            "organisation",
            "organization name",
            "organisation name",
            "organization 1 name",
            "account name",
            "employer",
        ],
    ),
    (
        TableColumn::Note,
        &[
            "комментарий",
            "комментарии",
            "примечание",
            "примечания",
            "заметка",
            "заметки",
            "описание",
            "note",
            "notes",
            "comment",
            "comments",
            "description",
        ],
    ),
    (
        TableColumn::Responsible,
        &[
            "ответственный",
            "ответственный сотрудник",
            "менеджер",
            "куратор",
            "responsible",
            "responsible person",
            "manager",
            "account manager",
            "owner",
            "contact owner",
            "assigned to",
        ],
    ),
    (
        // Not "labels": address books keep groups of their own under that name.
        TableColumn::Labels,
        &["метки", "метки клиента", "теги", "client labels", "tags"],
    ),
];
/// Words that make a column one of e-mails, or of phones (the last also by its beginning).
const MAIL_WORDS: [&str; 7] = ["email", "mail", "почта", "емейл", "имейл", "емайл", "мейл"];
const PHONE_WORDS: [&str; 9] = [
    "телефон",
    "тел",
    "моб",
    "мобильный",
    "сотовый",
    "phone",
    "tel",
    "mobile",
    "cell",
];
/// Words of columns that tell about an address and are none.
const ABOUT: [&str; 9] = [
    "type",
    "label",
    "тип",
    "метка",
    "вид",
    "ext",
    "extension",
    "добавочный",
    "opt",
];

fn words(title: &str) -> Vec<String> {
    let small = title.to_lowercase().replace('ё', "е");
    small
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// What a column of this name is; none when the name says nothing.
pub(crate) fn named(title: &str) -> Option<TableColumn> {
    let words = words(title);
    let whole = words.join(" ");
    let found = NAMES
        .iter()
        .find(|(_, names)| names.contains(&whole.as_str()));
    if let Some((column, _)) = found {
        return Some(*column);
    }
    if words.iter().any(|w| ABOUT.contains(&w.as_str())) {
        return Some(TableColumn::Skip);
    }
    let is = |of: &[&str]| words.iter().any(|w| of.contains(&w.as_str()));
    if is(&MAIL_WORDS) || whole.contains("e mail") {
        return Some(TableColumn::Email);
    }
    let phone = |w: &String| w.starts_with("телефон") || w.starts_with("phone");
    (is(&PHONE_WORDS) || words.iter().any(phone)).then_some(TableColumn::Phone)
}

fn is_mail(cell: &str) -> bool {
    Email::parse(cell).is_some()
}
fn is_phone(cell: &str) -> bool {
    cell.chars().filter(char::is_ascii_digit).count() >= 7
        && matches!(phones::phones(cell), Ok(found) if !found.is_empty())
}

/// Whether the first row names the columns.
pub(crate) fn looks_like_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let says = |cell: &String| is_mail(cell) || is_phone(cell);
    if first.iter().any(says) {
        return false;
    }
    let known = |cell: &String| named(text::meant(cell)).is_some_and(|c| c != TableColumn::Skip);
    first.iter().any(known) || rest.iter().flatten().any(says)
}

/// What each of `width` columns seems to be: by its name, else by what stands in it.
pub(crate) fn guess(titles: &[String], rows: &[Vec<String>], width: usize) -> Vec<TableColumn> {
    let title = |n: usize| titles.get(n).map_or("", |t| t.trim());
    let mut out: Vec<TableColumn> = (0..width)
        .map(|n| named(title(n)).unwrap_or_else(|| by_cells(rows, n, title(n).is_empty())))
        .collect();
    // "Имя" beside "Фамилия" is a part; alone it is all there is.
    let parts = out.contains(&TableColumn::LastName) || out.contains(&TableColumn::Patronymic);
    if !parts {
        for column in out.iter_mut().filter(|c| **c == TableColumn::FirstName) {
            *column = TableColumn::Name;
        }
    }
    // A part of a name and a whole one: the parts are surer, unless the first name is not among them.
    if out.contains(&TableColumn::FirstName) {
        for column in out.iter_mut().filter(|c| **c == TableColumn::Name) {
            *column = TableColumn::Skip;
        }
    }
    if !out.contains(&TableColumn::Name)
        && !out.contains(&TableColumn::FirstName)
        && !out.contains(&TableColumn::LastName)
    {
        let wordy = |n: &usize| {
            let cells = rows.iter().filter_map(|r| r.get(*n));
            title(*n).is_empty() && cells.clone().any(|c| c.chars().any(char::is_alphabetic))
        };
        if let Some(n) = (0..width)
            .filter(|n| out[*n] == TableColumn::Skip)
            .find(wordy)
        {
            out[n] = TableColumn::Name;
        }
    }
    for once in [
        TableColumn::Name,
        TableColumn::LastName,
        TableColumn::FirstName,
        TableColumn::Patronymic,
        TableColumn::Company,
        TableColumn::Responsible,
    ] {
        let again = out.iter_mut().filter(|c| **c == once).skip(1);
        for column in again {
            *column = TableColumn::Skip;
        }
    }
    out
}

fn by_cells(rows: &[Vec<String>], n: usize, nameless: bool) -> TableColumn {
    let cells: Vec<&String> = rows
        .iter()
        .filter_map(|r| r.get(n))
        .filter(|c| !c.trim().is_empty())
        .collect();
    let most = |is: fn(&str) -> bool| {
        !cells.is_empty() && cells.iter().filter(|c| is(c)).count() * 10 >= cells.len() * 6
    };
    if most(is_mail) {
        TableColumn::Email
    // A named column of long numbers may be anything: accounts, tax numbers.
    } else if nameless && most(is_phone) {
        TableColumn::Phone
    } else {
        TableColumn::Skip
    }
}

/// Whether columns can make contacts at all: the refusal's code if they cannot.
pub(crate) fn columns_wrong(columns: &[TableColumn]) -> Option<&'static str> {
    let count = |c: TableColumn| columns.iter().filter(|x| **x == c).count();
    let names = [
        TableColumn::Name,
        TableColumn::LastName,
        TableColumn::FirstName,
        TableColumn::Patronymic,
    ];
    let tells = |c: &TableColumn| {
        names.contains(c)
            || matches!(
                c,
                TableColumn::Company | TableColumn::Email | TableColumn::Phone
            )
    };
    if columns.len() > MOST_COLUMNS {
        Some("moving.csv_too_wide")
    } else if !columns.iter().any(tells) {
        Some("moving.csv_no_columns")
    } else if names
        .iter()
        .chain(&[TableColumn::Company, TableColumn::Responsible])
        .any(|c| count(*c) > 1)
    {
        Some("moving.csv_twice")
    } else {
        None
    }
}

// ------------------------------------------------------------ rows

/// Colleagues by all that names them, folded; who shares a name is nobody's answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Colleagues(HashMap<String, Option<Id<Person>>>);

impl Colleagues {
    pub(crate) fn of(people: &[Person]) -> Self {
        let mut all: HashMap<String, Option<Id<Person>>> = HashMap::new();
        for person in people.iter().filter(|p| p.active && !p.guest) {
            let mut turned: Vec<&str> = person.name.split_whitespace().collect();
            turned.reverse();
            let mut names = vec![
                folded(&person.name),
                folded(&turned.join(" ")),
                folded(person.login.as_deref().unwrap_or_default()),
                folded(&person.email),
            ];
            names.sort_unstable();
            names.dedup();
            for name in names.into_iter().filter(|n| !n.is_empty()) {
                all.entry(name)
                    .and_modify(|known| *known = None)
                    .or_insert(Some(person.id));
            }
        }
        Self(all)
    }
    fn who(&self, text: &str) -> Option<Id<Person>> {
        self.0.get(&folded(text)).copied().flatten()
    }
}

/// The company's labels by their names, folded; archived ones too, so that a list that was taken out comes in again whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels(HashMap<String, Uuid>);

impl Labels {
    pub(crate) fn of(labels: &[conversations::Label]) -> Self {
        let all = labels.iter().map(|l| (folded(&l.name), l.id.uuid()));
        Self(all.collect())
    }
    /// The labels a cell names; the first piece that is none refuses it. A name may hold a comma itself, so that of pieces
    /// that stand together the longest known name is meant.
    fn read(&self, cell: &str) -> Result<Vec<Uuid>, String> {
        let ends: Vec<usize> = cell
            .char_indices()
            .filter(|(_, c)| matches!(c, ',' | ';' | '|' | '\n'))
            .map(|(at, _)| at)
            .chain([cell.len()])
            .collect();
        let mut found = Vec::new();
        let mut from = 0;
        while from < cell.len() {
            let rest = ends.iter().filter(|end| **end >= from);
            let named = |end: &&usize| self.0.get(&folded(&cell[from..**end]));
            if let Some((end, id)) = rest.clone().rev().find_map(|e| Some((*e, *named(&e)?))) {
                found.push(id);
                from = end + 1;
            } else {
                let end = rest.min().copied().unwrap_or(cell.len());
                let piece = cell[from..end].trim();
                if !piece.is_empty() {
                    return Err(piece.to_owned());
                }
                from = end + 1;
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// What is here already that a row may name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Here {
    pub(crate) colleagues: Colleagues,
    pub(crate) labels: Labels,
}

fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase().replace('ё', "е")
}

/// What is wrong with a row: the column, the code, what stands there.
pub(crate) type Wrong = (Option<usize>, &'static str, String);

/// What a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RowSays {
    /// No word.
    Nothing,
    /// A contact.
    Contact(Box<Fields>),
    /// It cannot come in.
    Wrong(Vec<Wrong>),
}

/// Reads a row. `titles` name the columns, for notes put together of several; `width` is how many cells a row may have.
pub(crate) fn row(
    cells: &[String],
    (columns, titles, width): (&[TableColumn], &[String], usize),
    here: &Here,
) -> RowSays {
    if cells.iter().all(|c| c.trim().is_empty()) {
        return RowSays::Nothing;
    }
    if cells.len() > width && cells[width..].iter().any(|c| !c.trim().is_empty()) {
        let told = format!("{} > {width}", cells.len());
        return RowSays::Wrong(vec![(None, "moving.row_too_wide", told)]);
    }
    let mut said = Said::default();
    for (n, (column, cell)) in columns.iter().zip(cells).enumerate() {
        if *column == TableColumn::Skip || cell.trim().is_empty() {
            continue;
        }
        let bad = [
            (cell.contains('\0'), "moving.row_zeros"),
            (cell.contains('\u{fffd}'), "moving.row_unreadable"),
            (cell.chars().count() > MOST_CELL, "moving.row_too_long"),
        ];
        match bad.iter().find(|(is, _)| *is) {
            Some((_, code)) => said.wrong.push((Some(n), code, shown(cell))),
            None => said.hear(n, *column, text::meant(cell), titles, here),
        }
    }
    said.end(columns, titles)
}

/// What the cells of a row said so far.
#[derive(Default)]
struct Said {
    made: Fields,
    /// The whole name, then its parts.
    name: [String; 4],
    notes: Vec<(usize, String)>,
    /// What a card has no place for: lines of the note.
    more: Vec<String>,
    wrong: Vec<Wrong>,
}

impl Said {
    fn hear(&mut self, n: usize, column: TableColumn, cell: &str, titles: &[String], here: &Here) {
        match column {
            TableColumn::Skip => {}
            TableColumn::Name => self.name[0] = text::clean_name(cell),
            TableColumn::LastName => self.name[1] = text::clean_name(cell),
            TableColumn::FirstName => self.name[2] = text::clean_name(cell),
            TableColumn::Patronymic => self.name[3] = text::clean_name(cell),
            TableColumn::Company => self.made.company = text::clean_name(cell),
            TableColumn::Note => self.notes.push((n, note(cell))),
            TableColumn::Responsible => match here.colleagues.who(cell) {
                Some(person) => self.made.responsible_id = Some(person),
                // Who is not here is remembered in words.
                None => self.more.push(titled(titles, n, &text::clean_name(cell))),
            },
            TableColumn::Labels => match here.labels.read(cell) {
                Ok(found) => self.made.labels = together(&self.made.labels, &found),
                Err(name) => {
                    let wrong = (Some(n), "moving.row_no_label", shown(&name));
                    self.wrong.push(wrong);
                }
            },
            TableColumn::Email => match emails(cell) {
                Ok(found) => found.iter().for_each(|email| self.email(email.as_str())),
                Err(part) => {
                    let wrong = (Some(n), "moving.row_bad_email", shown(&part));
                    self.wrong.push(wrong);
                }
            },
            TableColumn::Phone => match phones::phones(cell) {
                Ok(found) => found.into_iter().for_each(|written| self.phone(written)),
                Err((code, part)) => self.wrong.push((Some(n), code, shown(&part))),
            },
        }
    }

    /// A card has one address; others are lines of the note.
    fn email(&mut self, email: &str) {
        if self.made.email.is_empty() {
            email.clone_into(&mut self.made.email);
        } else if !self.made.email.eq_ignore_ascii_case(email) {
            self.more.push(format!("E-mail: {email}"));
        }
    }

    fn phone(&mut self, written: phones::Written) {
        if !written.extension.is_empty() {
            let line = format!("{} {}", written.phone, written.extension);
            self.more.push(line);
        }
        if !self.made.phones.contains(&written.phone) {
            self.made.phones.push(written.phone);
        }
    }

    fn end(mut self, columns: &[TableColumn], titles: &[String]) -> RowSays {
        let mut made = self.made;
        if made.phones.len() > MOST_PHONES {
            let count = made.phones.len().to_string();
            self.wrong.push((None, "moving.row_many_phones", count));
        }
        if made.labels.len() > MOST_LABELS {
            let count = made.labels.len().to_string();
            self.wrong.push((None, "moving.row_many_labels", count));
        }
        let parts: Vec<&str> = self
            .name
            .iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty())
            .collect();
        made.name = text::clean_name(&parts.join(" "));
        if made.name.is_empty() {
            made.name.clone_from(&made.company);
        }
        let several = self.notes.len() > 1;
        let notes = self.notes.into_iter().map(|(n, words)| {
            if several {
                titled(titles, n, &words)
            } else {
                words
            }
        });
        let lines: Vec<String> = notes.chain(self.more).collect();
        made.note = lines.join("\n");
        if made.note.chars().count() > MOST_NOTE {
            let column = columns.iter().position(|c| *c == TableColumn::Note);
            let wrong = (column, "moving.row_long_note", shown(&made.note));
            self.wrong.push(wrong);
        }
        if !self.wrong.is_empty() {
            return RowSays::Wrong(self.wrong);
        }
        if made.name.is_empty() && made.email.is_empty() && made.phones.is_empty() {
            return RowSays::Wrong(vec![(None, "moving.row_nobody", String::new())]);
        }
        RowSays::Contact(Box::new(made))
    }
}

/// The labels of both, each once, in the order contacts keep them.
fn together(one: &[Uuid], other: &[Uuid]) -> Vec<Uuid> {
    let mut all = [one, other].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// What stands in a cell, as a message can tell it: a line without what cannot be written down.
fn shown(cell: &str) -> String {
    text::clean_name(cell).chars().take(TOLD).collect()
}

fn titled(titles: &[String], n: usize, words: &str) -> String {
    match titles.get(n).map(|t| t.trim()).filter(|t| !t.is_empty()) {
        Some(title) => format!("{title}: {words}"),
        None => words.to_owned(),
    }
}

/// Words without what is no text.
fn note(cell: &str) -> String {
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    cell.chars().filter(kept).collect()
}

/// The addresses of a cell; the first part that is none refuses it.
fn emails(cell: &str) -> Result<Vec<Email>, String> {
    let apart = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '|');
    // `Anna <a@b.ru>` is an address with a name before it.
    let bare: Vec<&str> = if cell.contains('<') {
        let inside = cell.split('<').skip(1);
        inside
            .map(|p| p.split('>').next().unwrap_or_default())
            .collect()
    } else {
        cell.split(apart).collect()
    };
    bare.into_iter()
        .map(|p| p.trim().trim_start_matches("mailto:"))
        .filter(|p| !p.is_empty())
        .map(|p| Email::parse(p).ok_or_else(|| p.to_owned()))
        .collect()
}

// ------------------------------------------------------------ contacts that are here

/// A contact after a row that is about it; none when nothing changes.
pub(crate) fn laid(now: &Fields, row: &Fields, how: TableOnMatch) -> Option<Fields> {
    let mut after = now.clone();
    let over = how == TableOnMatch::Update;
    if how == TableOnMatch::Skip {
        return None;
    }
    let words = |mine: &mut String, theirs: &String| {
        if !theirs.trim().is_empty() && (over || mine.trim().is_empty()) {
            mine.clone_from(theirs);
        }
    };
    words(&mut after.name, &row.name);
    words(&mut after.company, &row.company);
    words(&mut after.email, &row.email);
    words(&mut after.note, &row.note);
    if row.responsible_id.is_some() && (over || after.responsible_id.is_none()) {
        after.responsible_id = row.responsible_id;
    }
    for phone in &row.phones {
        if !after.phones.contains(phone) && after.phones.len() < MOST_PHONES {
            after.phones.push(phone.clone());
        }
    }
    let labels = together(&after.labels, &row.labels);
    if labels.len() <= MOST_LABELS {
        after.labels = labels;
    }
    (after != *now).then_some(after)
}

/// A contact with what an import changed put back where nobody has changed it since; and whether somebody has.
pub(crate) fn undone(now: &Fields, before: &Fields, after: &Fields) -> (Fields, bool) {
    let mut out = now.clone();
    let mut left = false;
    let mut words = |out: &mut String, before: &String, after: &String| {
        if before != after {
            if out == after {
                out.clone_from(before);
            } else {
                left |= out != before;
            }
        }
    };
    words(&mut out.name, &before.name, &after.name);
    words(&mut out.company, &before.company, &after.company);
    words(&mut out.email, &before.email, &after.email);
    words(&mut out.note, &before.note, &after.note);
    if before.responsible_id != after.responsible_id {
        if out.responsible_id == after.responsible_id {
            out.responsible_id = before.responsible_id;
        } else {
            left |= out.responsible_id != before.responsible_id;
        }
    }
    let added = |phone: &Phone| after.phones.contains(phone) && !before.phones.contains(phone);
    out.phones.retain(|phone| !added(phone));
    let labelled = |label: &Uuid| after.labels.contains(label) && !before.labels.contains(label);
    out.labels.retain(|label| !labelled(label));
    (out, left)
}

/// What finds the same contact again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Phone(Phone),
    /// In small letters, as far as both engines fold them alike.
    Email(String),
}

/// Each phone and e-mail of a row.
pub(crate) fn keys(fields: &Fields) -> Vec<Key> {
    let email = Some(fields.email.to_ascii_lowercase()).filter(|e| !e.is_empty());
    let phones = fields.phones.iter().cloned().map(Key::Phone);
    phones.chain(email.map(Key::Email)).collect()
}
