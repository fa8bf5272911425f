//! The rules of team chats.

use accounts::Person;
use kernel::{Error, Id, Result};

/// S0-13: a group has a name and at least one other member.
pub(crate) fn group(title: &str, members: &[Id<Person>], me: Id<Person>) -> Result<String> {
    let title = text::clean_name(title);
    if title.is_empty() {
        return Err(Error::field("title", "team.title_needed"));
    }
    if members.iter().all(|m| *m == me) {
        return Err(Error::field("member_ids", "team.members_needed"));
    }
    Ok(title)
}

/// The key under which the direct chat of two people is one, whoever begins.
pub(crate) fn pair(a: Id<Person>, b: Id<Person>) -> String {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    format!("{low}:{high}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Uuid;

    #[test]
    fn s0_13_create_needs_a_name_and_one_member() {
        let (me, other) = (Id::new(Uuid::from_u128(1)), Id::new(Uuid::from_u128(2)));
        assert!(group(" \u{200b} ", &[other], me).is_err());
        assert!(group("Продажи", &[me], me).is_err());
        assert_eq!(group(" Продажи ", &[other], me).unwrap(), "Продажи");
    }

    #[test]
    fn s0_01_a_direct_chat_is_one_whoever_begins() {
        let (a, b) = (Id::new(Uuid::from_u128(1)), Id::new(Uuid::from_u128(2)));
        assert_eq!(pair(a, b), pair(b, a));
    }
}
