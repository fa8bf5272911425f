//! Message markup, links, search words, keyboard layouts, old alphabets, cells of spreadsheets.

mod alphabet;
mod cell;
mod entity;
mod escape;
mod link;
pub mod markup;
mod names;
mod page;
mod render;
pub mod search;
mod signs;
mod source;

pub use alphabet::russian;
pub use cell::{meant, safe};
pub use entity::{Entity, EntityKind};
pub use link::{links, replace_links};
pub use markup::{Token, hrefs, mentioned, parse, strip_mentions};
pub use names::{clean_name, sanitize_filename};
pub use page::{PageHead, page_head};
pub use render::{entities, excerpt, for_client, plain, shorten};
pub use signs::with_signs;
pub use source::from_entities;
