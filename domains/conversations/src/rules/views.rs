//! What a filter may say, pure.

use crate::model::{ChatFilter, Which};
use kernel::{Error, Result};

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
}
