//! The words every other part of Beseda uses: ids, time, phones, e-mail addresses, languages, who acts, what went wrong.

mod context;
mod email;
mod error;
mod id;
mod language;
mod moment;
mod phone;
mod sabotage;

pub use context::{Actor, Clock, Ctx, Ids};
pub use email::Email;
pub use error::{Error, Refusal, RefusalKind, Result};
pub use id::Id;
pub use language::Language;
pub use moment::Moment;
pub use phone::Phone;
pub use sabotage::sabotaged;
pub use uuid::Uuid;
