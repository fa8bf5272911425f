//! Over a `result.json` message by message: that of a whole account may be larger than the memory.

use super::Message;
use crate::{
    archive::Archive,
    item::{Read, Trouble},
};
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::fmt;

/// Whose account it is.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Owner {
    pub(super) user_id: Option<i64>,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) username: Option<String>,
}

/// What stands beside the messages of a chat; Telegram writes it before them, other programs may not.
#[derive(Clone, Default)]
pub(super) struct Head {
    pub(super) name: Option<String>,
    pub(super) kind: String,
    pub(super) id: Option<i64>,
}

/// What is met on the way.
pub(super) enum Piece<'a> {
    /// A chat begins; its messages follow.
    Begin,
    Message(Box<Message>),
    End(&'a Head),
}

type Each<'e> = &'e mut dyn FnMut(Piece<'_>) -> Read<()>;

/// Goes over the whole document; answers whose it is.
pub(super) fn walk(archive: &mut Archive, place: &str, each: Each<'_>) -> Read<Owner> {
    let mut walk = Walk {
        each,
        owner: Owner::default(),
        trouble: None,
    };
    let read = archive.stream(place, Node(&mut walk));
    match walk.trouble {
        Some(trouble) => Err(trouble),
        None => read.map(|()| walk.owner),
    }
}

struct Walk<'e> {
    each: Each<'e>,
    owner: Owner,
    trouble: Option<Trouble>,
}

impl Walk<'_> {
    fn meet<E: serde::de::Error>(&mut self, piece: Piece<'_>) -> Result<(), E> {
        (self.each)(piece).map_err(|trouble| {
            self.trouble = Some(trouble);
            E::custom("stopped")
        })
    }
}

/// The document, or a chat in it: that of a single chat is a chat itself.
struct Node<'w, 'e>(&'w mut Walk<'e>);
/// What holds the chats.
struct Shelf<'w, 'e>(&'w mut Walk<'e>);
struct Chats<'w, 'e>(&'w mut Walk<'e>);
struct Messages<'w, 'e>(&'w mut Walk<'e>);

macro_rules! seed {
    ($name:ident, $how:ident) => {
        impl<'de> DeserializeSeed<'de> for $name<'_, '_> {
            type Value = ();
            fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
                from.$how(self)
            }
        }
    };
}
seed!(Node, deserialize_map);
seed!(Shelf, deserialize_map);
seed!(Chats, deserialize_seq);
seed!(Messages, deserialize_seq);

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a chat")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut head = Head::default();
        let mut begun = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "personal_information" => self.0.owner = map.next_value()?,
                "chats" | "left_chats" => map.next_value_seed(Shelf(self.0))?,
                "name" => head.name = map.next_value()?,
                "type" => head.kind = map.next_value()?,
                "id" => head.id = map.next_value()?,
                "messages" => {
                    self.0.meet(Piece::Begin)?;
                    map.next_value_seed(Messages(self.0))?;
                    begun = true;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if begun {
            self.0.meet(Piece::End(&head))?;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Shelf<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("chats")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "list" {
                map.next_value_seed(Chats(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Chats<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of chats")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Node(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(message) = list.next_element::<Box<Message>>()? {
            self.0.meet(Piece::Message(message))?;
        }
        Ok(())
    }
}
