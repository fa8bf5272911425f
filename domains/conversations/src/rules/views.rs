//! What a filter may say, pure.

use crate::model::{ChatFilter, ClientChatState, FilterState, Queue, Which};
use accounts::Person;
use channels::Account;
use kernel::{Error, Id, Result};

/// How many things of one kind a filter may name.
pub(crate) const MOST_OF_A_KIND: usize = 50;
/// The longest age, in minutes: a leap year.
const OLDEST: u32 = 366 * 24 * 60;

/// A filter as it may stand; each thing named once.
pub(crate) fn checked(mut filter: ChatFilter) -> Result<ChatFilter> {
    fn few<T: Ord>(list: &mut Vec<T>, field: &'static str) -> Result<()> {
        list.sort();
        list.dedup();
        if list.len() > MOST_OF_A_KIND {
            return Err(
                Error::field(field, "conversations.filter_too_long").arg("limit", MOST_OF_A_KIND)
            );
        }
        Ok(())
    }
    few(&mut filter.queue_ids, "filter.queue_ids")?;
    few(&mut filter.account_ids, "filter.account_ids")?;
    few(&mut filter.assignee_ids, "filter.assignee_ids")?;
    few(&mut filter.label_ids, "filter.label_ids")?;
    few(&mut filter.contact_label_ids, "filter.contact_label_ids")?;
    if let Some(minutes) = filter.older_than_min
        && !(1..=OLDEST).contains(&minutes)
    {
        return Err(
            Error::field("filter.older_than_min", "conversations.out_of_range")
                .arg("from", 1)
                .arg("to", OLDEST),
        );
    }
    Ok(filter)
}

/// How a chat stands, as far as lists ask: of chats of one standing, who may see them differs only by their observers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    pub(crate) queue_id: Id<Queue>,
    pub(crate) state: ClientChatState,
    pub(crate) assignee_id: Option<Id<Person>>,
    pub(crate) account_id: Id<Account>,
    /// The client waits for our answer.
    pub(crate) waits: bool,
    /// It is put away.
    pub(crate) away: bool,
}

/// Of a standing, what the rights to see it follow from (`actions::owning`).
pub(crate) type Kind = (Id<Queue>, ClientChatState, Option<Id<Person>>);

impl Standing {
    pub(crate) const fn kind(&self) -> Kind {
        (self.queue_id, self.state, self.assignee_id)
    }
}

/// Whether chats of a standing fit a filter of this person, labels and age aside. The same in SQL: `store::views`.
pub(crate) fn fits(filter: &ChatFilter, person: Id<Person>, of: &Standing) -> bool {
    fn among<T: PartialEq>(list: &[T], one: &T) -> bool {
        list.is_empty() || list.contains(one)
    }
    let closed = of.state == ClientChatState::Closed;
    let open = !closed && !of.away;
    let state = match filter.state {
        FilterState::Open => open,
        FilterState::Queue => of.state == ClientChatState::Queue && !of.away,
        FilterState::Unanswered => of.waits && open,
        FilterState::Snoozed => of.away && !closed,
        FilterState::Closed => closed,
        FilterState::Any => true,
    };
    let whoever = filter.assignee_ids.is_empty() && !filter.mine && !filter.unassigned;
    let responsible = of.assignee_id.map_or(filter.unassigned, |who| {
        filter.assignee_ids.contains(&who) || (filter.mine && who == person)
    });
    state
        && among(&filter.queue_ids, &of.queue_id)
        && among(&filter.account_ids, &of.account_id)
        && (whoever || responsible)
}

/// Refuses a list that is named twice, or not at all.
pub(crate) fn one_list(which: &Which) -> Result<()> {
    let named = [
        which.group.is_some(),
        which.view_id.is_some(),
        which.filter.is_some(),
    ];
    match named.into_iter().filter(|named| *named).count() {
        1 => Ok(()),
        _ => Err(Error::field("view_id", "conversations.one_list")),
    }
}

/// A label's or view's name as it is compared: letters' case and ё do not matter.
pub(crate) fn folded(name: &str) -> String {
    name.to_lowercase().replace('ё', "е")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::InboxGroup;
    use kernel::{Id, Uuid};

    fn ids<T>(n: u128) -> Vec<Id<T>> {
        (0..n).map(|i| Id::new(Uuid::from_u128(i))).collect()
    }

    #[test]
    fn a_filter_names_each_thing_once_and_not_too_many() {
        let twice = ChatFilter {
            queue_ids: [ids::<crate::model::Queue>(2), ids(2)].concat(),
            ..ChatFilter::default()
        };
        assert_eq!(checked(twice).unwrap().queue_ids, ids(2));
        let many = ChatFilter {
            label_ids: ids(51),
            ..ChatFilter::default()
        };
        let of_clients = ChatFilter {
            contact_label_ids: ids(51),
            ..ChatFilter::default()
        };
        for long in [many, of_clients] {
            assert_eq!(
                checked(long).unwrap_err().code(),
                Some("conversations.filter_too_long")
            );
        }
        for (minutes, good) in [(0, false), (1, true), (OLDEST, true), (OLDEST + 1, false)] {
            let aged = ChatFilter {
                older_than_min: Some(minutes),
                ..ChatFilter::default()
            };
            assert_eq!(checked(aged).is_ok(), good, "{minutes}");
        }
    }

    #[test]
    fn one_list_is_meant() {
        let group = Which {
            group: Some(InboxGroup::My),
            ..Which::default()
        };
        assert!(one_list(&group).is_ok());
        assert!(one_list(&Which::default()).is_err());
        let both = Which {
            filter: Some(ChatFilter::default()),
            ..group
        };
        assert!(one_list(&both).is_err());
    }

    #[test]
    fn names_are_compared_without_case() {
        assert_eq!(folded("Ёлка"), folded("елка"));
    }

    #[test]
    fn a_standing_fits_what_each_part_of_a_filter_says() {
        let id = |n: u128| Uuid::from_u128(n);
        let (me, other) = (Id::new(id(1)), Id::new(id(2)));
        let standing = Standing {
            queue_id: Id::new(id(3)),
            state: ClientChatState::Work,
            assignee_id: Some(other),
            account_id: Id::new(id(4)),
            waits: true,
            away: false,
        };
        let any = ChatFilter {
            state: FilterState::Any,
            ..ChatFilter::default()
        };
        let of = |change: &dyn Fn(&mut ChatFilter)| {
            let mut filter = any.clone();
            change(&mut filter);
            fits(&filter, me, &standing)
        };
        assert!(of(&|_| ()));
        assert!(of(&|f| f.queue_ids = vec![standing.queue_id]));
        assert!(!of(&|f| f.queue_ids = ids(1)));
        assert!(of(&|f| f.account_ids = vec![standing.account_id]));
        assert!(!of(&|f| f.account_ids = ids(1)));
        assert!(of(&|f| f.assignee_ids = vec![other]));
        assert!(!of(&|f| f.mine = true));
        assert!(!of(&|f| f.unassigned = true));
        assert!(of(&|f| {
            f.unassigned = true;
            f.assignee_ids = vec![other];
        }));
        let states = |standing: Standing| {
            use FilterState::{Any, Closed, Open, Queue, Snoozed, Unanswered};
            [Open, Queue, Unanswered, Snoozed, Closed, Any].map(|state| {
                let filter = ChatFilter {
                    state,
                    ..ChatFilter::default()
                };
                fits(&filter, me, &standing)
            })
        };
        assert_eq!(states(standing), [true, false, true, false, false, true]);
        let away = Standing {
            away: true,
            ..standing
        };
        assert_eq!(states(away), [false, false, false, true, false, true]);
        let closed = Standing {
            state: ClientChatState::Closed,
            ..away
        };
        assert_eq!(states(closed), [false, false, false, false, true, true]);
        let queued = Standing {
            state: ClientChatState::Queue,
            assignee_id: None,
            waits: false,
            ..standing
        };
        assert_eq!(states(queued), [true, true, false, false, false, true]);
    }
}
