//! The rules of team chats: names, roles in a group, who inherits it.

use accounts::Person;
use kernel::{Error, Id, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// S0-13: a group has a name and at least one other member.
pub(crate) fn group(title: &str, members: &[Id<Person>], me: Id<Person>) -> Result<String> {
    let title = title_of(title)?;
    if members.iter().all(|m| *m == me) {
        return Err(Error::field("member_ids", "team.members_needed"));
    }
    Ok(title)
}

/// A chat's name, cleaned.
pub(crate) fn title_of(title: &str) -> Result<String> {
    let title = text::clean_name(title);
    if title.is_empty() {
        return Err(Error::field("title", "team.title_needed"));
    }
    Ok(title)
}

/// The key under which the direct chat of two people is one, whoever begins.
pub(crate) fn pair(a: Id<Person>, b: Id<Person>) -> String {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    format!("{low}:{high}")
}

/// What somebody is in a group. The order is the order of rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// Writes.
    Member,
    /// Also renames, adds and removes members.
    Admin,
    /// Also names admins and hands the group over.
    Owner,
}

/// Who may add members to a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WhoAdds {
    /// Every member.
    #[default]
    Members,
    /// Its owner and admins.
    Admins,
}

impl WhoAdds {
    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Admins => "admins",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        if word == "admins" {
            Self::Admins
        } else {
            Self::Members
        }
    }
}

/// What somebody wants to do with a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Another name, another rule for adding, another link.
    Arrange,
    /// Add members.
    Add,
    /// Remove a member with this role.
    Remove(Role),
    /// Name admins, or hand the group over.
    Appoint,
}

/// Whether a role may do it.
pub(crate) fn may(role: Role, who_adds: WhoAdds, wish: Wish) -> Result<()> {
    let allowed = match wish {
        Wish::Arrange => role >= Role::Admin,
        Wish::Add => who_adds == WhoAdds::Members || role >= Role::Admin,
        // Nobody removes an equal or a superior; the owner leaves by handing over.
        Wish::Remove(whom) => role >= Role::Admin && whom < role,
        Wish::Appoint => role == Role::Owner,
    };
    match (allowed, wish) {
        (true, _) => Ok(()),
        (false, Wish::Appoint) => Err(Error::denied("team.owner_only")),
        (false, _) => Err(Error::denied("team.admins_only")),
    }
}

/// Who owns a group after its owner left: the first admin, else the first member, in the order they are given.
pub(crate) fn heir(left: &[(Id<Person>, Role)]) -> Option<Id<Person>> {
    let admins = left.iter().filter(|(_, role)| *role >= Role::Admin);
    admins.chain(left).map(|(person, _)| *person).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Uuid;

    fn person(n: u128) -> Id<Person> {
        Id::new(Uuid::from_u128(n))
    }

    #[test]
    fn s0_13_create_needs_a_name_and_one_member() {
        let (me, other) = (person(1), person(2));
        assert!(group(" \u{200b} ", &[other], me).is_err());
        assert!(group("Продажи", &[me], me).is_err());
        assert_eq!(group(" Продажи ", &[other], me).unwrap(), "Продажи");
    }

    #[test]
    fn s0_01_a_direct_chat_is_one_whoever_begins() {
        let (a, b) = (person(1), person(2));
        assert_eq!(pair(a, b), pair(b, a));
    }

    #[test]
    fn p_01_roles_in_a_group() {
        use Role::{Admin, Member, Owner};
        let yes = |role, who, wish| may(role, who, wish).is_ok();
        for (wish, member, admin, owner) in [
            (Wish::Arrange, false, true, true),
            (Wish::Add, true, true, true),
            (Wish::Remove(Member), false, true, true),
            (Wish::Remove(Admin), false, false, true),
            (Wish::Remove(Owner), false, false, false),
            (Wish::Appoint, false, false, true),
        ] {
            let all = [Member, Admin, Owner].map(|role| yes(role, WhoAdds::Members, wish));
            assert_eq!(all, [member, admin, owner], "{wish:?}");
        }
        assert!(!yes(Member, WhoAdds::Admins, Wish::Add));
        assert!(yes(Admin, WhoAdds::Admins, Wish::Add));
    }

    #[test]
    fn p_01_a_group_is_never_without_an_owner_while_somebody_is_in_it() {
        use Role::{Admin, Member};
        let (a, b) = (person(1), person(2));
        assert_eq!(heir(&[(a, Member), (b, Admin)]), Some(b));
        assert_eq!(heir(&[(a, Member), (b, Member)]), Some(a));
        assert_eq!(heir(&[]), None);
    }
}
