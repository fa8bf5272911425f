//! The one decision: an event, a person and their settings give the ways in which they are told.

use super::quiet::quiet_at;
use crate::model::{ChatSwitches, NoticeKind, NoticeSettings, Occasion, Ways};
use kernel::{Moment, Uuid};
use std::collections::BTreeMap;

/// What decides.
pub(crate) struct Facts<'a> {
    pub(crate) occasion: Occasion,
    pub(crate) settings: &'a NoticeSettings,
    /// L-01.
    pub(crate) desktop_notices: bool,
    /// L-02.
    pub(crate) sounds: bool,
    /// The switch of pushes as a whole.
    pub(crate) push: bool,
    pub(crate) chat: ChatSwitches,
    /// Who caused it, and where: either may pass the quiet.
    pub(crate) actor: Option<Uuid>,
    pub(crate) thread: Option<Uuid>,
    pub(crate) now: Moment,
}

/// In which ways a person is told of one event. The badge is counted from what is unread; here it only says whether the
/// event may make one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the ways, each said or not")]
pub(crate) struct Decision {
    pub(crate) badge: bool,
    pub(crate) sound: bool,
    pub(crate) corner: bool,
    pub(crate) desktop: bool,
    pub(crate) push: bool,
    pub(crate) email: bool,
}

impl Decision {
    /// Whether a device at the desk has anything to do.
    pub(crate) const fn at_desk(self) -> bool {
        self.sound || self.corner || self.desktop
    }
}

/// Decides. In this order: the row of the matrix, the old switches, the chat, the hours.
pub(crate) fn decide(facts: &Facts<'_>) -> Decision {
    let ways = ways(facts.settings, facts.occasion);
    let muted = facts.chat.muted_at(facts.now) && !passes_mute(facts.occasion);
    let silent = muted || quiet_at(&facts.settings.quiet, facts.now) && !passes_quiet(facts);
    // L-01: the notice in the corner goes with its sound. L-02: only the sound goes.
    let shown = facts.desktop_notices && !silent;
    Decision {
        badge: !muted,
        sound: ways.sound && shown && facts.sounds && facts.chat.sound,
        corner: ways.corner && shown,
        desktop: ways.desktop && shown,
        push: ways.push && !silent && facts.push,
        email: ways.email && !silent,
    }
}

/// A name said in a muted chat is still said to me; what I asked to be reminded of, I asked for.
const fn passes_mute(occasion: Occasion) -> bool {
    matches!(
        occasion,
        Occasion::Notice(NoticeKind::Mention | NoticeKind::Reminder)
    )
}

fn passes_quiet(facts: &Facts<'_>) -> bool {
    let quiet = &facts.settings.quiet;
    let word = facts.occasion.word();
    quiet.pass_kinds.iter().any(|k| k == word)
        || facts.actor.is_some_and(|a| quiet.pass_people.contains(&a))
        || facts
            .thread
            .is_some_and(|t| quiet.pass_threads.contains(&t))
}

fn ways(settings: &NoticeSettings, occasion: Occasion) -> Ways {
    settings
        .matrix
        .get(occasion.word())
        .copied()
        .unwrap_or_else(|| usual(occasion))
}

/// What holds for whoever has set nothing: everything that is for me rings; a group rings at the desk only; a reaction and a
/// report wait in the notification centre.
const fn usual(occasion: Occasion) -> Ways {
    let all = Ways {
        sound: true,
        corner: true,
        desktop: true,
        push: true,
        email: false,
    };
    match occasion {
        Occasion::Group => Ways { push: false, ..all },
        Occasion::Notice(NoticeKind::Reaction) => Ways {
            sound: false,
            corner: false,
            desktop: false,
            push: false,
            ..all
        },
        Occasion::Notice(NoticeKind::Report) => Ways {
            sound: false,
            push: false,
            ..all
        },
        _ => all,
    }
}

/// Every row of the matrix, in its order.
pub(crate) fn occasions() -> Vec<Occasion> {
    let own = [Occasion::Direct, Occasion::Group];
    let notices = NoticeKind::ALL.iter().map(|kind| Occasion::Notice(*kind));
    own.into_iter().chain(notices).collect()
}

/// The whole matrix: what a person set, and the usual for the rest.
pub(crate) fn full(settings: &NoticeSettings) -> BTreeMap<String, Ways> {
    let row = |o: Occasion| (o.word().to_owned(), ways(settings, o));
    occasions().into_iter().map(row).collect()
}

/// Whether the matrix has such a row.
pub(crate) fn known(word: &str) -> bool {
    occasions().into_iter().any(|o| o.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Quiet;
    use proptest::prelude::*;

    fn facts(settings: &NoticeSettings, occasion: Occasion) -> Facts<'_> {
        Facts {
            occasion,
            settings,
            desktop_notices: true,
            sounds: true,
            push: true,
            chat: ChatSwitches::default(),
            actor: None,
            thread: None,
            now: Moment::from_seconds(1_800_000_000),
        }
    }
    const MENTION: Occasion = Occasion::Notice(NoticeKind::Mention);

    #[test]
    fn l_01_off_means_neither_notice_nor_sound_and_l_02_only_silence() {
        let settings = NoticeSettings::default();
        let all = decide(&facts(&settings, Occasion::Direct));
        assert!(all.sound && all.corner && all.desktop && all.push && all.badge);
        let off = decide(&Facts {
            desktop_notices: false,
            ..facts(&settings, Occasion::Direct)
        });
        assert!(!off.at_desk() && off.badge && off.push);
        let silent = decide(&Facts {
            sounds: false,
            ..facts(&settings, Occasion::Direct)
        });
        assert_eq!(
            silent,
            Decision {
                sound: false,
                ..all
            }
        );
    }

    #[test]
    fn s2_36_a_chat_without_sound_still_shows_and_a_muted_one_does_not() {
        let settings = NoticeSettings::default();
        let base = facts(&settings, Occasion::Group);
        let now = base.now;
        let with = |chat, occasion| {
            decide(&Facts {
                chat,
                ..facts(&settings, occasion)
            })
        };
        let silent = ChatSwitches {
            sound: false,
            ..ChatSwitches::default()
        };
        let shown = with(silent, Occasion::Group);
        assert!(!shown.sound && shown.corner && shown.desktop);
        let muted = |until| ChatSwitches {
            muted_until: Some(until),
            ..ChatSwitches::default()
        };
        let hour = std::time::Duration::from_secs(3600);
        assert_eq!(
            with(muted(now + hour), Occasion::Group),
            Decision::default()
        );
        assert!(with(muted(now), Occasion::Group).corner, "the mute is over");
        assert!(with(muted(now + hour), MENTION).corner, "my name was said");
    }

    #[test]
    fn u_41_quiet_keeps_the_badge_and_lets_exceptions_pass() {
        let mut settings = NoticeSettings {
            quiet: Quiet {
                on: true,
                ..Quiet::default()
            },
            ..NoticeSettings::default()
        };
        for day in &mut settings.quiet.days {
            (day.from, day.to) = (0, 0);
        }
        let quiet = Decision {
            badge: true,
            ..Decision::default()
        };
        assert_eq!(decide(&facts(&settings, Occasion::Direct)), quiet);
        let (boss, night) = (Uuid::from_u128(7), Uuid::from_u128(8));
        settings.quiet.pass_people = vec![boss];
        settings.quiet.pass_threads = vec![night];
        settings.quiet.pass_kinds = vec!["queue".to_owned()];
        let from = |actor, thread, occasion| {
            decide(&Facts {
                actor,
                thread,
                ..facts(&settings, occasion)
            })
            .push
        };
        assert!(from(Some(boss), None, Occasion::Direct));
        assert!(from(None, Some(night), Occasion::Direct));
        assert!(from(None, None, Occasion::Notice(NoticeKind::Queue)));
        assert!(!from(Some(night), Some(boss), Occasion::Direct));
    }

    #[test]
    fn u_25_the_matrix_is_kept_row_by_row_and_new_rows_have_a_usual_form() {
        let mut settings = NoticeSettings::default();
        assert_eq!(full(&settings).len(), occasions().len());
        assert!(!decide(&facts(&settings, Occasion::Group)).push);
        let none = Ways::default();
        settings.matrix.insert("mention".to_owned(), none);
        assert!(!decide(&facts(&settings, MENTION)).at_desk());
        assert!(decide(&facts(&settings, Occasion::Direct)).at_desk());
        assert!(known("reminder") && known("direct") && !known("weather"));
    }

    proptest! {
        // Nothing turns a way on that the matrix has off; mute and quiet never leave a way on but for what passes them.
        #[test]
        fn u_25_switches_only_take_away(
            row in 0usize..12,
            bits in any::<[bool; 10]>(),
        ) {
            let occasion = occasions()[row % occasions().len()];
            let ways = Ways { sound: bits[0], corner: bits[1], desktop: bits[2], push: bits[3], email: bits[4] };
            let mut settings = NoticeSettings::default();
            settings.matrix.insert(occasion.word().to_owned(), ways);
            settings.quiet.on = bits[5];
            let now = Moment::from_seconds(1_800_000_000);
            let chat = ChatSwitches { sound: bits[6], muted_until: bits[7].then_some(now + std::time::Duration::from_secs(9)) };
            let made = decide(&Facts { chat, desktop_notices: bits[8], sounds: bits[9], ..facts(&settings, occasion) });
            prop_assert!(!made.sound || ways.sound && bits[6] && bits[8] && bits[9]);
            prop_assert!(!made.corner || ways.corner && bits[8]);
            prop_assert!(!made.desktop || ways.desktop && bits[8]);
            prop_assert!(!made.push || ways.push);
            prop_assert!(!made.email || ways.email);
            if bits[7] && !passes_mute(occasion) {
                prop_assert_eq!(made, Decision::default());
            }
        }
    }
}
