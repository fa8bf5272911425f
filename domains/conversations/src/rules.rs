//! The rules of conversations, pure: what a client's message opens, who takes a chat, who may do what.

pub(crate) mod dealing;
pub(crate) mod replies;
pub(crate) mod routing;
pub(crate) mod table;
pub(crate) mod templates;
pub(crate) mod views;

use crate::model::{ChatRow, ClientChatAction, ClientChatState, Conversation};
use channel::{AddressKind, Capabilities, FirstContact};
use channels::ReopenRule;
use kernel::{Error, Moment, Result};
use std::time::Duration;

/// What a person is to a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Facts {
    /// Responsible for it.
    pub(crate) assignee: bool,
    /// Observes it.
    pub(crate) observer: bool,
    /// Belongs to the queue it waits in.
    pub(crate) in_queue: bool,
    /// Holds "manage chats" over it.
    pub(crate) manages: bool,
}

/// What becomes of the numbered conversation when a client writes (X-01, S3-14, S3-19, S3-20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opens {
    /// Goes on in the open one.
    Continues,
    /// Opens the closed one again, under its number.
    Reopens,
    /// Begins a new one with the next number.
    New,
    /// The open one was begun by us and gets its number now.
    Numbers,
}

/// What a client's message opens. Whoever replies while a question about the closed conversation is still to come
/// (`asked_soon`) goes on with it, whatever the channel's rule.
pub(crate) fn opens(
    newest: Option<&Conversation>,
    rule: ReopenRule,
    asked_soon: bool,
    now: Moment,
) -> Opens {
    let Some(newest) = newest else {
        return Opens::New;
    };
    if newest.state == "open" {
        return if newest.number.is_some() {
            Opens::Continues
        } else {
            Opens::Numbers
        };
    }
    let within = |limit: Duration| {
        newest
            .closed_at
            .is_none_or(|closed| now.since(closed) <= limit)
    };
    match rule {
        _ if asked_soon => Opens::Reopens,
        ReopenRule::Always => Opens::Reopens,
        ReopenRule::WithinHours { hours }
            if within(Duration::from_secs(u64::from(hours) * 3600)) =>
        {
            Opens::Reopens
        }
        ReopenRule::WithinHours { .. } | ReopenRule::Never => Opens::New,
    }
}

/// What sending a reply does to the ownership of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nothing: the sender is responsible, or an observer helping out.
    Keeps,
    /// The sender becomes responsible (S1-73).
    Takes,
}

/// What somebody who is not responsible for a chat said they do when they write into it (U-18).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// They become responsible.
    Takes,
    /// They help out: the chat stays whose it is.
    Helps,
}

/// Whether somebody may write to the client, and what that does (S1-69, S1-73, S1-77, U-18).
pub(crate) fn sends(chat: &ChatRow, facts: Facts, over: Option<Over>) -> Result<Claim> {
    match chat.state {
        ClientChatState::Queue if facts.observer && !facts.in_queue => Ok(Claim::Keeps),
        ClientChatState::Queue if facts.in_queue || facts.manages => Ok(Claim::Takes),
        ClientChatState::Work | ClientChatState::Closed if facts.assignee => Ok(Claim::Keeps),
        // A head writes into somebody else's chat only after saying so.
        ClientChatState::Work if facts.manages && over == Some(Over::Takes) => Ok(Claim::Takes),
        ClientChatState::Work | ClientChatState::Closed if facts.observer => Ok(Claim::Keeps),
        ClientChatState::Work if facts.manages && over == Some(Over::Helps) => Ok(Claim::Keeps),
        ClientChatState::Work if facts.manages => Err(Error::conflict("conversations.not_yours")),
        ClientChatState::Closed if facts.manages => Ok(Claim::Takes),
        _ => Err(Error::denied("conversations.may_not")),
    }
}

/// U-06: until when free words are taken; none where that never ends, or the client has never written.
pub(crate) fn window_expires(last_client: Option<Moment>, window_s: Option<u64>) -> Option<Moment> {
    Some(last_client? + Duration::from_secs(window_s?))
}

/// Refuses free words when the messenger takes them only for so many seconds after the client's last message. Told at
/// once, before anything is queued: a message that waits and then fails is found too late.
pub(crate) fn answerable(
    last_client: Option<Moment>,
    window_s: Option<u64>,
    now: Moment,
) -> Result<()> {
    let Some(window) = window_s.map(Duration::from_secs) else {
        return Ok(());
    };
    match window_expires(last_client, window_s) {
        Some(expires) if now < expires => Ok(()),
        _ => Err(Error::conflict("conversations.window_closed")
            .arg("hours", window.as_secs().div_ceil(3600))),
    }
}

/// What a person may begin with somebody through an account (S1-55, L-73, L-81).
pub(crate) fn begins(
    may_write_first: bool,
    capabilities: &Capabilities,
    address: Option<AddressKind>,
    with_template: bool,
) -> Result<()> {
    let possible = match capabilities.first_contact {
        FirstContact::Never | FirstContact::DeepLink => false,
        FirstContact::Template => capabilities.approved_templates,
        FirstContact::Free => true,
    };
    if !possible {
        return Err(Error::conflict("conversations.cannot_write_first"));
    }
    if !may_write_first {
        return Err(Error::conflict("conversations.writing_first_is_off"));
    }
    match address {
        Some(kind) if capabilities.addresses.contains(&kind) => {}
        _ => {
            return Err(Error::field("to", "conversations.address_not_for_channel"));
        }
    }
    if capabilities.first_contact == FirstContact::Template && !with_template {
        return Err(Error::field("template", "conversations.template_needed"));
    }
    Ok(())
}

/// How long after a colleague took a chat somebody who also sees it counts as having been on their way to it.
const PHOTO_FINISH: Duration = Duration::from_secs(10);

/// Whether a colleague took the chat a moment ago: who manages chats and comes second lost the race like anybody else
/// and is told who won. Later they would be taking a chat over, and are asked first (U-18).
pub(crate) fn lost_by_a_moment(claimed_at: Option<Moment>, now: Moment) -> bool {
    claimed_at.is_some_and(|at| now.since(at) < PHOTO_FINISH)
}

/// What a person may do with a chat now. The UI draws exactly these; the server checks the same.
pub(crate) fn may(chat: &ChatRow, facts: Facts) -> Vec<ClientChatAction> {
    use ClientChatAction::{
        Close, Decline, HandOver, Hide, Label, Leave, NeedsNoAnswer, Observers, Reopen, Send,
        Snooze, Take, ToQueue, Wake,
    };
    let (work, queue, closed) = (
        chat.state == ClientChatState::Work,
        chat.state == ClientChatState::Queue,
        chat.state == ClientChatState::Closed,
    );
    let owner = facts.assignee || facts.manages;
    let mut out = vec![Hide];
    let mut add = |action, when: bool| {
        if when {
            out.push(action);
        }
    };
    add(
        Send,
        facts.assignee || facts.observer || facts.manages || (queue && facts.in_queue),
    );
    add(
        Take,
        (queue && (facts.in_queue || facts.manages)) || (work && facts.manages && !facts.assignee),
    );
    add(
        HandOver,
        (work && owner) || (queue && (facts.in_queue || facts.manages)),
    );
    add(ToQueue, work && owner);
    // L-82: what a rule gave may be given back until it is answered; what a person gave, by "to the queue".
    add(Decline, work && facts.assignee && chat.given_at.is_some());
    add(
        Close,
        (work && owner) || (queue && (facts.in_queue || facts.manages)),
    );
    add(Reopen, closed && owner);
    add(Observers, owner || (queue && facts.in_queue));
    // L-66: an observer may leave, but not close or hand over.
    add(Leave, facts.observer);
    let put_away = (work && owner) || (queue && (facts.in_queue || facts.manages));
    add(Snooze, put_away && chat.snoozed.is_none());
    add(Wake, put_away && chat.snoozed.is_some());
    add(Label, facts.observer || owner || (queue && facts.in_queue));
    add(
        NeedsNoAnswer,
        chat.waiting_since.is_some() && (owner || (queue && facts.in_queue)),
    );
    out
}

/// Refuses what [`may`] does not list.
pub(crate) fn allow(chat: &ChatRow, facts: Facts, action: ClientChatAction) -> Result<()> {
    if may(chat, facts).contains(&action) {
        Ok(())
    } else {
        Err(Error::denied("conversations.may_not"))
    }
}

/// Whether the client waits for us: since their first unanswered message. Only an answer, "needs no answer" or
/// closing ends it; opening and hidden comments do not (U-13).
pub(crate) fn waiting(since: Option<Moment>, happened: Happened, now: Moment) -> Option<Moment> {
    match happened {
        Happened::ClientWrote => since.or(Some(now)),
        Happened::HiddenComment | Happened::Opened => since,
        Happened::Answered | Happened::NeedsNoAnswer | Happened::Closed => None,
    }
}

/// What can touch the waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happened {
    /// The client wrote.
    ClientWrote,
    /// Somebody answered the client.
    Answered,
    /// Somebody wrote for colleagues only.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "states the rule: comments change nothing")
    )]
    HiddenComment,
    /// Somebody opened the chat.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "states the rule: opening changes nothing")
    )]
    Opened,
    /// S3-22.
    NeedsNoAnswer,
    /// The conversation was closed.
    Closed,
}

#[cfg(test)]
mod tests {
    use super::{templates::fill, *};
    use crate::model::Route;
    use kernel::{Id, Uuid};
    use proptest::prelude::*;

    fn conversation(state: &str, number: Option<i64>, closed: Option<Moment>) -> Conversation {
        Conversation {
            id: Id::new(Uuid::nil()),
            number,
            state: state.into(),
            opened_at: Moment::default(),
            closed_at: closed,
            closed_by: None,
            from_seq: 1,
            to_seq: None,
        }
    }

    fn chat(state: ClientChatState) -> ChatRow {
        ChatRow {
            id: Id::new(Uuid::nil()),
            peer_id: Id::new(Uuid::nil()),
            account_id: Id::new(Uuid::nil()),
            group: false,
            contact_id: Id::new(Uuid::nil()),
            state,
            queue_id: Id::new(Uuid::nil()),
            assignee_id: None,
            claimed_at: None,
            waiting_since: Some(Moment::default()),
            blocked: false,
            updated_at: Moment::default(),
            given_at: None,
            queued_at: None,
            announced: false,
            route: Route::default(),
            answered_at: None,
            snoozed: None,
        }
    }

    #[test]
    fn l_82_only_what_a_rule_gave_may_be_declined_and_only_by_whom_it_was_given() {
        let mut given = chat(ClientChatState::Work);
        let assignee = Facts {
            assignee: true,
            ..Facts::default()
        };
        let declines =
            |chat: &ChatRow, facts| may(chat, facts).contains(&ClientChatAction::Decline);
        assert!(
            !declines(&given, assignee),
            "a person chose them, or they have answered"
        );
        given.given_at = Some(Moment::default());
        assert!(declines(&given, assignee));
        let head = Facts {
            manages: true,
            ..Facts::default()
        };
        assert!(
            !declines(&given, head),
            "a head hands over, or puts it into the queue"
        );
    }

    #[test]
    fn x_01_s3_20_the_rule_decides_between_the_old_number_and_a_new_one() {
        let now = Moment::from_seconds(1_000_000);
        let closed = |hours: u64| {
            conversation(
                "closed",
                Some(7),
                Some(now - Duration::from_secs(hours * 3600)),
            )
        };
        let within = ReopenRule::WithinHours { hours: 24 };
        for (newest, rule, want) in [
            (None, within, Opens::New),
            (
                Some(conversation("open", Some(7), None)),
                ReopenRule::Never,
                Opens::Continues,
            ),
            (
                Some(conversation("open", None, None)),
                within,
                Opens::Numbers,
            ),
            (Some(closed(23)), within, Opens::Reopens),
            (Some(closed(25)), within, Opens::New),
            (Some(closed(9000)), ReopenRule::Always, Opens::Reopens),
            (Some(closed(0)), ReopenRule::Never, Opens::New),
        ] {
            assert_eq!(
                opens(newest.as_ref(), rule, false, now),
                want,
                "{newest:?} {rule:?}"
            );
        }
    }

    #[test]
    fn x_08_a_reply_before_the_question_goes_on_with_the_conversation() {
        let now = Moment::from_seconds(1_000_000);
        let closed = conversation("closed", Some(7), Some(now));
        for (asked_soon, want) in [(true, Opens::Reopens), (false, Opens::New)] {
            let opened = opens(Some(&closed), ReopenRule::Never, asked_soon, now);
            assert_eq!(opened, want);
        }
        assert_eq!(opens(None, ReopenRule::Never, true, now), Opens::New);
    }

    #[test]
    fn p_45_who_may_close_a_chat_may_put_it_away_and_fetch_it_back() {
        let states = [
            ClientChatState::Queue,
            ClientChatState::Work,
            ClientChatState::Closed,
        ];
        for state in states {
            let owner = Facts {
                manages: true,
                ..Facts::default()
            };
            let mut chat = chat(state);
            let open = state != ClientChatState::Closed;
            let has = |chat: &ChatRow, action| may(chat, owner).contains(&action);
            assert_eq!(has(&chat, ClientChatAction::Snooze), open);
            assert!(!has(&chat, ClientChatAction::Wake));
            chat.snoozed = Some(crate::model::Snooze {
                at: Moment::default(),
                until: None,
                by: None,
            });
            assert_eq!(has(&chat, ClientChatAction::Wake), open);
            assert!(!has(&chat, ClientChatAction::Snooze));
            let observer = Facts {
                observer: true,
                ..Facts::default()
            };
            assert!(!may(&chat, observer).contains(&ClientChatAction::Wake));
        }
    }

    #[test]
    fn s1_73_the_first_to_answer_becomes_the_assignee() {
        let queued = chat(ClientChatState::Queue);
        let member = Facts {
            in_queue: true,
            ..Facts::default()
        };
        assert_eq!(sends(&queued, member, None).unwrap(), Claim::Takes);
        assert!(sends(&queued, Facts::default(), None).is_err());
    }

    #[test]
    fn u_18_a_head_writes_into_anothers_chat_only_after_saying_so() {
        let working = chat(ClientChatState::Work);
        let head = Facts {
            manages: true,
            ..Facts::default()
        };
        assert_eq!(
            sends(&working, head, None).unwrap_err().code(),
            Some("conversations.not_yours")
        );
        assert_eq!(
            sends(&working, head, Some(Over::Takes)).unwrap(),
            Claim::Takes
        );
        assert_eq!(
            sends(&working, head, Some(Over::Helps)).unwrap(),
            Claim::Keeps,
            "U-18: helping out once leaves it whose it is"
        );
        let observing_head = Facts {
            observer: true,
            ..head
        };
        assert_eq!(
            sends(&working, observing_head, Some(Over::Takes)).unwrap(),
            Claim::Takes,
            "who may take takes, though they observe"
        );
        let observer = Facts {
            observer: true,
            ..Facts::default()
        };
        assert_eq!(
            sends(&working, observer, Some(Over::Takes)).unwrap(),
            Claim::Keeps,
            "S1-77: an observer only helps"
        );
        assert!(
            sends(
                &working,
                Facts {
                    in_queue: true,
                    ..Facts::default()
                },
                Some(Over::Helps)
            )
            .is_err(),
            "S1-75"
        );
    }

    #[test]
    fn x_12_who_comes_a_moment_later_lost_the_race_whatever_their_rights() {
        let now = Moment::from_seconds(1000);
        let ago = |seconds| Some(now - Duration::from_secs(seconds));
        assert!(lost_by_a_moment(ago(0), now) && lost_by_a_moment(ago(9), now));
        assert!(!lost_by_a_moment(ago(10), now) && !lost_by_a_moment(ago(9000), now));
        assert!(!lost_by_a_moment(None, now));
    }

    #[test]
    fn u_08_free_words_go_until_the_second_in_which_the_window_closes() {
        let now = Moment::from_seconds(1_000_000);
        let wrote = |ago| Some(now - Duration::from_millis(ago));
        let day = Some(86_400);
        for (last, window, open) in [
            (wrote(0), day, true),
            (wrote(86_399_999), day, true),
            (wrote(86_400_000), day, false),
            (wrote(86_400_001), day, false),
            (None, day, false),
            // Clocks differ: from the future is now.
            (Some(now + Duration::from_secs(60)), day, true),
            (wrote(0), Some(0), false),
            (None, None, true),
            (wrote(9_000_000_000), None, true),
        ] {
            let told = answerable(last, window, now);
            assert_eq!(told.is_ok(), open, "{last:?} {window:?}");
            if let Err(error) = told {
                assert_eq!(error.code(), Some("conversations.window_closed"));
            }
        }
    }

    #[test]
    fn s1_55_l_73_writing_first_needs_a_channel_that_can_its_switch_and_an_address() {
        let with = |first_contact, approved_templates| Capabilities {
            first_contact,
            approved_templates,
            addresses: vec![AddressKind::Phone],
            ..Capabilities::default()
        };
        let free = with(FirstContact::Free, false);
        let official = with(FirstContact::Template, true);
        let phone = Some(AddressKind::Phone);
        for (on, capabilities, address, template, want) in [
            (true, &free, phone, false, None),
            (true, &official, phone, true, None),
            (
                true,
                &official,
                phone,
                false,
                Some("conversations.template_needed"),
            ),
            (
                false,
                &free,
                phone,
                false,
                Some("conversations.writing_first_is_off"),
            ),
            (
                true,
                &free,
                Some(AddressKind::Username),
                false,
                Some("conversations.address_not_for_channel"),
            ),
            (
                true,
                &free,
                None,
                false,
                Some("conversations.address_not_for_channel"),
            ),
            (
                true,
                &with(FirstContact::Template, false),
                phone,
                true,
                Some("conversations.cannot_write_first"),
            ),
            (
                true,
                &with(FirstContact::DeepLink, false),
                phone,
                false,
                Some("conversations.cannot_write_first"),
            ),
            (
                true,
                &with(FirstContact::Never, false),
                phone,
                false,
                Some("conversations.cannot_write_first"),
            ),
        ] {
            let told = begins(on, capabilities, address, template);
            assert_eq!(
                told.err().and_then(|e| e.code()),
                want,
                "{on} {address:?} {template}"
            );
        }
    }

    proptest! {
        #[test]
        fn u_06_the_shown_end_of_the_window_is_the_one_that_refuses(ago in 0u64..200_000_000, window in 0u64..200_000) {
            let now = Moment::from_seconds(1_000_000);
            let wrote = Some(now - Duration::from_millis(ago));
            let expires = window_expires(wrote, Some(window));
            let open = answerable(wrote, Some(window), now).is_ok();
            prop_assert_eq!(open, expires.is_some_and(|at| now < at));
        }
    }

    #[test]
    fn x_07_s3_23_only_answers_end_the_waiting() {
        let (now, early) = (Moment::from_seconds(10), Moment::from_seconds(5));
        assert_eq!(waiting(None, Happened::ClientWrote, now), Some(now));
        assert_eq!(
            waiting(Some(early), Happened::ClientWrote, now),
            Some(early)
        );
        assert_eq!(
            waiting(Some(early), Happened::Opened, now),
            Some(early),
            "U-13"
        );
        assert_eq!(
            waiting(Some(early), Happened::HiddenComment, now),
            Some(early)
        );
        for ends in [
            Happened::Answered,
            Happened::NeedsNoAnswer,
            Happened::Closed,
        ] {
            assert_eq!(waiting(Some(early), ends, now), None);
        }
    }

    proptest! {
        #[test]
        fn l_66_an_observer_never_closes_or_hands_over(state in 0..3u8, in_queue: bool) {
            let state = [ClientChatState::Queue, ClientChatState::Work, ClientChatState::Closed][state as usize];
            // Membership of the queue gives rights only while the chat waits there.
            let facts = Facts { observer: true, in_queue: in_queue && state == ClientChatState::Queue, ..Facts::default() };
            let list = may(&chat(state), facts);
            prop_assert!(list.contains(&ClientChatAction::Leave) && list.contains(&ClientChatAction::Send));
            if !facts.in_queue {
                prop_assert!(!list.contains(&ClientChatAction::Close) && !list.contains(&ClientChatAction::HandOver));
            }
        }

        #[test]
        fn what_may_lists_sending_allows(state in 0..3u8, assignee: bool, observer: bool, in_queue: bool, manages: bool) {
            let chat = chat([ClientChatState::Queue, ClientChatState::Work, ClientChatState::Closed][state as usize]);
            // Nobody is responsible while a chat waits.
            let assignee = assignee && chat.state != ClientChatState::Queue;
            let facts = Facts { assignee, observer, in_queue, manages };
            let listed = may(&chat, facts).contains(&ClientChatAction::Send);
            prop_assert_eq!(listed, sends(&chat, facts, Some(Over::Takes)).is_ok());
        }
    }

    #[test]
    fn s1_62_fields_are_filled_and_unknown_ones_stay() {
        let text = fill(
            "Здравствуйте, {client.name}! {order.number}",
            &[("client.name", "Анна")],
        );
        assert_eq!(text, "Здравствуйте, Анна! {order.number}");
    }
}
