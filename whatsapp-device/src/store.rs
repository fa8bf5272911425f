//! What must outlive a crash: events not yet taken, sends already made, who is who, and what each message was.

use crate::heard::{Media, Who};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::path::Path;

type Rows = TableDefinition<'static, &'static str, &'static [u8]>;

const EVENTS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("events");
const UNREAD: TableDefinition<'static, (&'static str, u64), &'static str> =
    TableDefinition::new("unread");
const META: Rows = Rows::new("meta");
const SENT: Rows = Rows::new("sent");
const MESSAGES: Rows = Rows::new("messages");
const PEOPLE: Rows = Rows::new("people");
const FORMS: Rows = Rows::new("forms");

/// Anything that goes wrong with the file.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A person we know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their addresses.
    pub who: Who,
    /// What they call themselves.
    pub name: Option<String>,
    /// They wrote, or were written to: no stranger any more.
    pub talked: bool,
    /// When the messenger last said that they are there, milliseconds since 1970.
    pub seen_at: i64,
}

/// A message, as far as later ones may speak of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The messenger's id.
    pub stanza: String,
    /// Our id of the chat.
    pub chat: String,
    /// Our id of the person who wrote; empty: we did.
    pub from: String,
    /// The address it came from, as a key of the messenger names it.
    pub from_jid: String,
    /// Ours, from here or from the phone.
    pub from_me: bool,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Its first words, for a quotation.
    pub words: String,
    /// Its file.
    pub media: Option<Media>,
}

/// A send of which a key is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The ids it has, decided before anything goes out.
    pub ids: Vec<String>,
    /// How many of them the messenger has acknowledged.
    pub done: usize,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// The file.
pub struct Store {
    db: Database,
}

/// One transaction: all or nothing, on the disk when it is committed.
pub struct Tx {
    tx: WriteTransaction,
}

impl Store {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn open(path: &Path) -> Result<Self, Failed> {
        let store = Self {
            db: Database::create(path)?,
        };
        store.write(|tx| {
            tx.tx.open_table(EVENTS)?;
            tx.tx.open_table(UNREAD)?;
            for table in [META, SENT, MESSAGES, PEOPLE, FORMS] {
                tx.tx.open_table(table)?;
            }
            Ok(())
        })?;
        Ok(store)
    }

    /// Does `work` and commits it.
    ///
    /// # Errors
    /// The work's own, or the file's: then nothing of it happened.
    pub fn write<T>(&self, work: impl FnOnce(&Tx) -> Result<T, Failed>) -> Result<T, Failed> {
        let tx = Tx {
            tx: self.db.begin_write()?,
        };
        let made = work(&tx)?;
        tx.tx.commit()?;
        Ok(made)
    }

    /// Up to `most` events after one, as they were appended.
    ///
    /// # Errors
    /// The file's.
    pub fn events(&self, after: u64, most: usize) -> Result<Vec<(u64, String)>, Failed> {
        let table = self.db.begin_read()?.open_table(EVENTS)?;
        let mut found = Vec::new();
        for row in table.range(after.saturating_add(1)..)?.take(most) {
            let (number, body) = row?;
            found.push((
                number.value(),
                String::from_utf8_lossy(body.value()).into_owned(),
            ));
        }
        Ok(found)
    }

    /// A message by our id.
    ///
    /// # Errors
    /// The file's.
    pub fn message(&self, id: &str) -> Result<Option<Kept>, Failed> {
        self.read(MESSAGES, id)
    }

    /// A person by our id.
    ///
    /// # Errors
    /// The file's.
    pub fn person(&self, id: &str) -> Result<Option<Person>, Failed> {
        self.read(PEOPLE, id)
    }

    /// A send by its key.
    ///
    /// # Errors
    /// The file's.
    pub fn sent(&self, key: &str) -> Result<Option<Sent>, Failed> {
        self.read(SENT, key)
    }

    /// A setting of ours.
    ///
    /// # Errors
    /// The file's.
    pub fn meta<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failed> {
        self.read(META, name)
    }

    /// What of a chat was not read yet, up to and with a message; all of it if that message is not there any more.
    ///
    /// # Errors
    /// The file's.
    pub fn unread(&self, chat: &str, up_to: &str) -> Result<Vec<(u64, String)>, Failed> {
        let table = self.db.begin_read()?.open_table(UNREAD)?;
        let mut found = Vec::new();
        for row in table.range((chat, 0)..=(chat, u64::MAX))? {
            let (place, id) = row?;
            found.push((place.value().1, id.value().to_owned()));
            if id.value() == up_to {
                break;
            }
        }
        Ok(found)
    }

    fn read<T: DeserializeOwned>(&self, table: Rows, key: &str) -> Result<Option<T>, Failed> {
        let table = self.db.begin_read()?.open_table(table)?;
        let row = table.get(key)?;
        Ok(row
            .map(|row| serde_json::from_slice(row.value()))
            .transpose()?)
    }
}

impl Tx {
    fn get<T: DeserializeOwned>(&self, table: Rows, key: &str) -> Result<Option<T>, Failed> {
        let table = self.tx.open_table(table)?;
        let row = table.get(key)?;
        Ok(row
            .map(|row| serde_json::from_slice(row.value()))
            .transpose()?)
    }

    fn put(&self, table: Rows, key: &str, value: &impl Serialize) -> Result<(), Failed> {
        let bytes = serde_json::to_vec(value)?;
        self.tx.open_table(table)?.insert(key, bytes.as_slice())?;
        Ok(())
    }

    /// Appends an event.
    ///
    /// # Errors
    /// The file's, as of all that follow.
    pub fn append(&self, event: &impl Serialize) -> Result<(), Failed> {
        let number = self.meta::<u64>("last")?.unwrap_or_default() + 1;
        self.set_meta("last", &number)?;
        let bytes = serde_json::to_vec(event)?;
        self.tx
            .open_table(EVENTS)?
            .insert(number, bytes.as_slice())?;
        Ok(())
    }

    /// Forgets events up to and with one: they are stored elsewhere for good.
    ///
    /// # Errors
    /// The file's.
    pub fn forget(&self, up_to: u64) -> Result<(), Failed> {
        let mut table = self.tx.open_table(EVENTS)?;
        table.retain_in(..=up_to, |_, _| false)?;
        Ok(())
    }

    /// A setting of ours.
    ///
    /// # Errors
    /// The file's.
    pub fn meta<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Failed> {
        self.get(META, name)
    }

    /// Sets one.
    ///
    /// # Errors
    /// The file's.
    pub fn set_meta(&self, name: &str, value: &impl Serialize) -> Result<(), Failed> {
        self.put(META, name, value)
    }

    /// A message by our id.
    ///
    /// # Errors
    /// The file's.
    pub fn message(&self, id: &str) -> Result<Option<Kept>, Failed> {
        self.get(MESSAGES, id)
    }

    /// Keeps a message.
    ///
    /// # Errors
    /// The file's.
    pub fn keep(&self, id: &str, message: &Kept) -> Result<(), Failed> {
        self.put(MESSAGES, id, message)
    }

    /// Marks a message as not read by an employee.
    ///
    /// # Errors
    /// The file's.
    pub fn mark_unread(&self, chat: &str, id: &str) -> Result<(), Failed> {
        let number = self.meta::<u64>("unread")?.unwrap_or_default() + 1;
        self.set_meta("unread", &number)?;
        self.tx.open_table(UNREAD)?.insert((chat, number), id)?;
        Ok(())
    }

    /// Takes such marks away.
    ///
    /// # Errors
    /// The file's.
    pub fn mark_read(&self, chat: &str, numbers: &[(u64, String)]) -> Result<(), Failed> {
        let mut table = self.tx.open_table(UNREAD)?;
        for (number, _) in numbers {
            table.remove((chat, *number))?;
        }
        Ok(())
    }

    /// A send by its key.
    ///
    /// # Errors
    /// The file's.
    pub fn sent(&self, key: &str) -> Result<Option<Sent>, Failed> {
        self.get(SENT, key)
    }

    /// Notes a send.
    ///
    /// # Errors
    /// The file's.
    pub fn set_sent(&self, key: &str, send: &Sent) -> Result<(), Failed> {
        self.put(SENT, key, send)
    }

    /// A person by our id.
    ///
    /// # Errors
    /// The file's.
    pub fn person(&self, id: &str) -> Result<Option<Person>, Failed> {
        self.get(PEOPLE, id)
    }

    /// Keeps a person.
    ///
    /// # Errors
    /// The file's.
    pub fn set_person(&self, id: &str, person: &Person) -> Result<(), Failed> {
        self.put(PEOPLE, id, person)
    }

    /// Our id of whom an address names.
    ///
    /// # Errors
    /// The file's.
    pub fn known(&self, address: &str) -> Result<Option<String>, Failed> {
        self.get(FORMS, address)
    }

    /// An address names a person of ours.
    ///
    /// # Errors
    /// The file's.
    pub fn set_known(&self, address: &str, id: &str) -> Result<(), Failed> {
        self.put(FORMS, address, &id)
    }

    /// Forgets messages and keys from before a time (milliseconds since 1970).
    ///
    /// # Errors
    /// The file's.
    pub fn prune(&self, before: i64) -> Result<(), Failed> {
        let old = |row: &[u8]| {
            let at = serde_json::from_slice::<serde_json::Value>(row).ok();
            at.and_then(|row| row["at"].as_i64())
                .is_some_and(|at| at < before)
        };
        for table in [MESSAGES, SENT] {
            let mut table = self.tx.open_table(table)?;
            table.retain(|_, row| !old(row))?;
        }
        Ok(())
    }
}
