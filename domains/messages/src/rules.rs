//! The rules of messages: what may be sent, edited, and what counts as a reaction.

use crate::model::Message;
use kernel::{Error, Moment, Result, Uuid};
use std::time::Duration;

/// Characters of one message. Longer texts are offered as a file by the composer.
pub(crate) const LONGEST: usize = 40_000;
/// Files of one message.
const MOST_FILES: usize = 30;

/// How long a deletion can be taken back. The screens offer it for ten seconds; the rest is for a slow line.
pub(crate) const UNDO_FOR: Duration = Duration::from_secs(600);

/// Whether a deletion can still be taken back.
pub(crate) fn may_undo(deleted_at: Moment, now: Moment) -> bool {
    now.since(deleted_at) <= UNDO_FOR
}

/// Checks when a message is to be sent: not in the past, and within two years.
pub(crate) fn later(at: Moment, now: Moment) -> Result<Moment> {
    const FARTHEST: Duration = Duration::from_secs(2 * 366 * 24 * 3600);
    if at <= now {
        return Err(Error::field("at", "messages.past"));
    }
    if at.since(now) > FARTHEST {
        return Err(Error::field("at", "messages.too_far"));
    }
    Ok(at)
}

/// Checks a message before it is taken: something must be in it, and not too much.
pub(crate) fn check(text: &str, files: usize) -> Result<()> {
    if text.trim().is_empty() && files == 0 {
        return Err(Error::field("text", "messages.empty"));
    }
    if text.chars().count() > LONGEST {
        return Err(Error::field("text", "messages.too_long").arg("limit", LONGEST));
    }
    if files > MOST_FILES {
        return Err(Error::field("files", "messages.too_many_files").arg("limit", MOST_FILES));
    }
    Ok(())
}

/// Own words only, and only while they are there.
pub(crate) fn may_change(message: &Message, person: Uuid) -> Result<()> {
    let own = message.author.kind == "person" && message.author.id == Some(person);
    if own && message.deleted_at.is_none() && message.kind == "text" {
        Ok(())
    } else {
        Err(Error::conflict("messages.cannot_edit"))
    }
}

/// One emoji: a short run without letters, digits or spaces (flags and keycaps are several characters).
pub(crate) fn emoji(text: &str) -> Result<()> {
    let fits = !text.is_empty()
        && text.chars().count() <= 12
        && !text.chars().any(|c| {
            c.is_alphabetic() || c.is_whitespace() || c.is_control() || "<>&\"'".contains(c)
        })
        && !text.is_ascii();
    if fits {
        Ok(())
    } else {
        Err(Error::field("emoji", "messages.bad_emoji"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reactions_are_emoji_and_nothing_else() {
        for good in ["👍", "❤️", "🏳️‍🌈", "1️⃣", "👩🏽‍🚀"] {
            assert!(emoji(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "привет", "<b>", "👍 👍", "1", &"👍".repeat(13)] {
            assert!(emoji(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn u_40_later_is_later() {
        let now = Moment::from_seconds(1_000);
        assert!(later(now, now).is_err());
        assert!(later(now + Duration::from_secs(1), now).is_ok());
        assert!(later(now + Duration::from_secs(3 * 366 * 24 * 3600), now).is_err());
    }

    #[test]
    fn p_03_a_deletion_can_be_taken_back_for_a_while() {
        let deleted = Moment::from_seconds(1_000);
        assert!(may_undo(deleted, deleted));
        assert!(may_undo(deleted, deleted + UNDO_FOR));
        assert!(!may_undo(
            deleted,
            deleted + UNDO_FOR + Duration::from_secs(1)
        ));
    }

    #[test]
    fn a_message_holds_something_and_not_too_much() {
        assert!(check("  \n", 0).is_err());
        assert!(check("", 1).is_ok());
        assert!(check(&"я".repeat(LONGEST), 0).is_ok());
        assert!(check(&"я".repeat(LONGEST + 1), 0).is_err());
        assert!(check("x", MOST_FILES + 1).is_err());
    }
}
