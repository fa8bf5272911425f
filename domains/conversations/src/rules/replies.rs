//! What a queue says by itself and when (L-69), by when an answer is due (P-42), what follows a closing. Pure.

use crate::model::{AnswerBy, AutoText, AutoTexts, Fallback, Occasion, ResponseLimits};
use hours::Hours;
use kernel::{Error, Language, Moment, Result};
use std::{collections::BTreeMap, time::Duration};

/// Longest automatic text, in characters.
const LONGEST: usize = 4000;
/// The fields an automatic text may have. Nobody looks at it before it leaves: an unknown one is refused when it is saved.
pub(crate) const FIELDS: [&str; 9] = [
    "client.name",
    "client.first_name",
    "client.company",
    "client.phone",
    "me.name",
    "company",
    "conversation.number",
    "queue",
    "hours.opens",
];

/// So many minutes.
pub(crate) fn minutes(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 60)
}

/// What is known when a queue might say something.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts")]
pub(crate) struct Talk {
    /// The conversation it was to be said in is still the newest one.
    pub(crate) same: bool,
    /// That conversation is closed.
    pub(crate) closed: bool,
    /// The client waits for an answer: nobody has answered, nor said that none is needed.
    pub(crate) waits: bool,
    /// The client does not want our messages.
    pub(crate) blocked: bool,
    /// The chat was put away.
    pub(crate) snoozed: bool,
    /// Several people stand on the client's side (U-34): a machine does not speak in a group.
    pub(crate) group: bool,
}

/// Whether something is said by itself on an occasion.
pub(crate) const fn speaks(occasion: Occasion, talk: Talk) -> bool {
    if !talk.same || talk.blocked || talk.group {
        return false;
    }
    match occasion {
        Occasion::Closing => talk.closed,
        Occasion::First
        | Occasion::OutsideHours
        | Occasion::NobodyFree
        | Occasion::NoAnswer
        | Occasion::MissedCall => !talk.closed && talk.waits && !talk.snoozed,
    }
}

/// What stands in the talk for a call nobody took (L-75).
pub(crate) const fn missed(video: bool) -> &'static str {
    if video {
        "missed_video_call"
    } else {
        "missed_call"
    }
}

/// Whether a placeholder stands for such a call.
pub(crate) fn is_missed(placeholder: Option<&str>) -> bool {
    [missed(false), missed(true)]
        .into_iter()
        .any(|word| placeholder == Some(word))
}

/// What a client's message is an occasion for: outside working hours that is said instead of the greeting. Who `rang` is
/// told that calls are not taken there, if the queue has words for it.
pub(crate) fn occasion_of_message(
    texts: &AutoTexts,
    begins: bool,
    open: bool,
    rang: bool,
) -> Option<Occasion> {
    if rang && !texts.missed_call.is_empty() {
        return Some(Occasion::MissedCall);
    }
    if !open && !texts.outside_hours.is_empty() {
        return Some(Occasion::OutsideHours);
    }
    (begins && !texts.first.is_empty()).then_some(Occasion::First)
}

/// In which language a client is written to: theirs, as the channel told it; else the company's.
pub(crate) fn language_for(told: Option<&str>, company: Language) -> Language {
    let first = told.and_then(|l| l.trim().split(['-', '_']).next());
    match first.map(str::to_lowercase).as_deref() {
        Some("ru" | "be" | "uk" | "kk") => Language::Ru,
        Some(known) if !known.is_empty() => Language::En,
        _ => company,
    }
}

/// Which of the languages a text stands in goes to a client, by its place among them: the one they are told to speak, then the
/// same language of another country, then the one they are written to in ([`language_for`]). Languages are a messenger's codes:
/// `ru`, `en_US`, `pt-BR`. None where it stands in none of these.
pub(crate) fn variant_for(
    languages: &[&str],
    told: Option<&str>,
    company: Language,
) -> Option<usize> {
    let code = |word: &str| word.trim().to_lowercase().replace('_', "-");
    let plain = |word: &str| code(word).split('-').next().unwrap_or_default().to_owned();
    let told = told.map(code).filter(|word| !word.is_empty());
    let exactly = |word: &str| languages.iter().position(|l| code(l) == word);
    let alike = |word: &str| languages.iter().position(|l| plain(l) == plain(word));
    let written = match language_for(told.as_deref(), company) {
        Language::Ru => "ru",
        Language::En => "en",
    };
    told.as_deref()
        .and_then(|word| exactly(word).or_else(|| alike(word)))
        .or_else(|| alike(written))
}

/// How many minutes a queue has for the answer a client waits for now.
pub(crate) const fn limit(limits: &ResponseLimits, answered: bool) -> Option<u32> {
    if answered {
        limits.next_min
    } else {
        limits.first_min
    }
}

/// By when the answer is due.
pub(crate) fn answer_by(hours: &Hours, since: Moment, limit: u32) -> Option<AnswerBy> {
    let whole = minutes(limit);
    Some(AnswerBy {
        soon_at: hours.after(since, whole * 7 / 10)?,
        late_at: hours.after(since, whole)?,
    })
}

/// Refuses a text with a field that nobody fills in.
fn known_fields(field: &'static str, text: &str) -> Result<()> {
    for part in text.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else {
            continue;
        };
        if !FIELDS.contains(&name) {
            return Err(Error::field(field, "conversations.no_such_field")
                .arg("field", format!("{{{name}}}")));
        }
    }
    Ok(())
}

/// Fallbacks as they will be kept: one for an occasion in an account, each beside a text, with known fields.
fn checked_fallbacks(texts: &AutoTexts) -> Result<Vec<Fallback>> {
    let mut kept: Vec<Fallback> = Vec::new();
    for one in &texts.fallbacks {
        let field = one.occasion.fallback_field();
        if texts.of(one.occasion).is_empty() {
            return Err(Error::field(field, "conversations.fallback_without_text"));
        }
        if kept
            .iter()
            .any(|k| k.occasion == one.occasion && k.account_id == one.account_id)
        {
            return Err(Error::field(field, "conversations.fallback_twice"));
        }
        let mut values = BTreeMap::new();
        for (place, value) in &one.values {
            known_fields(field, value)?;
            values.insert(place.clone(), value.trim().to_owned());
        }
        kept.push(Fallback {
            values,
            ..one.clone()
        });
    }
    Ok(kept)
}

/// A text with what is known to everybody filled in; none if it wants more than that, or a moment that is not known.
pub(crate) fn told_to_anybody(text: &str, known: &[(&str, &str)]) -> Option<String> {
    let filled = super::templates::fill(text, known);
    let wants = known
        .iter()
        .any(|(name, value)| value.is_empty() && text.contains(&format!("{{{name}}}")));
    let left = FIELDS
        .iter()
        .any(|name| !known.iter().any(|(k, _)| k == name) && text.contains(&format!("{{{name}}}")));
    (!wants && !left).then_some(filled)
}

/// A filled value as a template takes it: in one line.
pub(crate) fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn checked_text(field: &'static str, text: &AutoText) -> Result<AutoText> {
    let checked = |text: &str| {
        let text = text.trim();
        if text.chars().count() > LONGEST {
            return Err(Error::field(field, "conversations.text_too_long").arg("limit", LONGEST));
        }
        known_fields(field, text)?;
        Ok(text.to_owned())
    };
    Ok(AutoText {
        ru: checked(&text.ru)?,
        en: checked(&text.en)?,
    })
}

/// Automatic texts as they will be kept, or why they cannot be.
pub(crate) fn checked(texts: &AutoTexts) -> Result<AutoTexts> {
    let kept = AutoTexts {
        first: checked_text("texts.first", &texts.first)?,
        outside_hours: checked_text("texts.outside_hours", &texts.outside_hours)?,
        nobody_free: checked_text("texts.nobody_free", &texts.nobody_free)?,
        no_answer: checked_text("texts.no_answer", &texts.no_answer)?,
        no_answer_min: texts.no_answer_min,
        closing: checked_text("texts.closing", &texts.closing)?,
        missed_call: checked_text("texts.missed_call", &texts.missed_call)?,
        fallbacks: checked_fallbacks(texts)?,
    };
    if !kept.no_answer.is_empty() && kept.no_answer_min.is_none() {
        return Err(Error::field(
            "texts.no_answer_min",
            "conversations.minutes_needed",
        ));
    }
    Ok(kept)
}

/// A step of what follows a closing, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The farewell is said, and it is asked whether a question follows.
    Farewell,
    /// The question about the talk is put.
    Question,
    /// Nothing more comes.
    Done,
}

impl Step {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Farewell => "farewell",
            Self::Question => "question",
            Self::Done => "done",
        }
    }
    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "farewell" => Self::Farewell,
            "question" => Self::Question,
            _ => Self::Done,
        }
    }
}

/// The step after a step: with its moment, if the conversation is still closed; `question_in` is how long after the farewell
/// the question comes, none if there is none.
pub(crate) fn next_step(
    step: Step,
    still_closed: bool,
    question_in: Option<Duration>,
    now: Moment,
) -> (Step, Moment) {
    match (step, question_in) {
        (Step::Farewell, Some(delay)) if still_closed => (Step::Question, now + delay),
        _ => (Step::Done, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn waiting() -> Talk {
        Talk {
            same: true,
            closed: false,
            waits: true,
            blocked: false,
            snoozed: false,
            group: false,
        }
    }
    fn text(ru: &str, en: &str) -> AutoText {
        AutoText {
            ru: ru.into(),
            en: en.into(),
        }
    }

    #[test]
    fn l_69_a_machine_speaks_only_while_nobody_has() {
        let greets = |talk| speaks(Occasion::First, talk);
        assert!(greets(waiting()));
        for silent in [
            Talk {
                waits: false,
                ..waiting()
            },
            Talk {
                closed: true,
                ..waiting()
            },
            Talk {
                snoozed: true,
                ..waiting()
            },
            Talk {
                same: false,
                ..waiting()
            },
        ] {
            assert!(!greets(silent), "{silent:?}");
        }
        assert!(!speaks(Occasion::Closing, waiting()));
        let closed = Talk {
            closed: true,
            waits: false,
            ..waiting()
        };
        assert!(speaks(Occasion::Closing, closed));
        assert!(!speaks(
            Occasion::Closing,
            Talk {
                same: false,
                ..closed
            }
        ));
    }

    proptest! {
        #[test]
        fn l_69_u_34_never_in_a_group_and_never_to_who_blocked_us(
            n in 0..5usize, same: bool, closed: bool, waits: bool, snoozed: bool, blocked: bool,
        ) {
            let talk = Talk { same, closed, waits, blocked, snoozed, group: !blocked };
            prop_assert!(!speaks(Occasion::ALL[n], talk));
        }

        #[test]
        fn x_08_the_steps_only_go_forward_and_end(closed: bool, delay in proptest::option::of(0..9000u64)) {
            let delay = delay.map(Duration::from_secs);
            let now = Moment::from_seconds(5);
            let mut step = Step::Farewell;
            let mut taken = Vec::new();
            while step != Step::Done {
                let (next, at) = next_step(step, closed, delay, now);
                prop_assert!(next > step && at >= now);
                taken.push(next);
                step = next;
            }
            let asks = closed && delay.is_some();
            prop_assert_eq!(taken.contains(&Step::Question), asks);
        }
    }

    #[test]
    fn l_69_outside_working_hours_is_said_instead_of_the_greeting() {
        let texts = AutoTexts {
            first: text("Здравствуйте", ""),
            outside_hours: text("Мы закрыты", ""),
            ..AutoTexts::default()
        };
        for (begins, open, want) in [
            (true, true, Some(Occasion::First)),
            (true, false, Some(Occasion::OutsideHours)),
            (false, false, Some(Occasion::OutsideHours)),
            (false, true, None),
        ] {
            assert_eq!(occasion_of_message(&texts, begins, open, false), want);
        }
        let only_first = AutoTexts {
            first: text("Здравствуйте", ""),
            ..AutoTexts::default()
        };
        assert_eq!(
            occasion_of_message(&only_first, true, false, false),
            Some(Occasion::First)
        );
    }

    #[test]
    fn l_69_clients_are_written_to_in_their_language() {
        for (told, company, want) in [
            (Some("ru-RU"), Language::En, Language::Ru),
            (Some("en_GB"), Language::Ru, Language::En),
            (Some("de"), Language::Ru, Language::En),
            (Some(""), Language::Ru, Language::Ru),
            (None, Language::En, Language::En),
        ] {
            assert_eq!(language_for(told, company), want, "{told:?}");
        }
        assert_eq!(text("Да", "").in_language(Language::En), "Да");
        assert_eq!(text("Да", "Yes").in_language(Language::En), "Yes");
    }

    #[test]
    fn l_69_a_text_with_a_field_nobody_fills_is_refused() {
        let with = |ru: &str| AutoTexts {
            first: text(ru, ""),
            ..AutoTexts::default()
        };
        let code = |t: AutoTexts| checked(&t).unwrap_err().code().map(str::to_owned);
        assert!(checked(&with("Здравствуйте, {client.name}! {hours.opens}")).is_ok());
        assert!(checked(&with("a { b")).is_ok());
        assert_eq!(
            code(with("Заказ {order.number}")).as_deref(),
            Some("conversations.no_such_field")
        );
        assert_eq!(
            code(with(&"а".repeat(4001))).as_deref(),
            Some("conversations.text_too_long")
        );
        let late = AutoTexts {
            no_answer: text("Скоро", ""),
            ..AutoTexts::default()
        };
        assert_eq!(code(late).as_deref(), Some("conversations.minutes_needed"));
    }

    #[test]
    fn u_06_a_template_instead_stands_once_beside_a_text_and_with_known_fields() {
        let account = kernel::Id::new(kernel::Uuid::from_u128(1));
        let fallback = |occasion, value: &str| Fallback {
            occasion,
            account_id: account,
            template_id: kernel::Id::new(kernel::Uuid::from_u128(2)),
            values: [("body:1".to_owned(), value.to_owned())].into(),
        };
        let with = |fallbacks| AutoTexts {
            closing: text("Спасибо", ""),
            fallbacks,
            ..AutoTexts::default()
        };
        let good = fallback(Occasion::Closing, " {client.name} ");
        let kept = checked(&with(vec![good.clone()])).unwrap();
        assert_eq!(kept.fallbacks[0].values["body:1"], "{client.name}");
        for (fallbacks, code) in [
            (vec![good.clone(), good], "conversations.fallback_twice"),
            (
                vec![fallback(Occasion::First, "x")],
                "conversations.fallback_without_text",
            ),
            (
                vec![fallback(Occasion::Closing, "{order.number}")],
                "conversations.no_such_field",
            ),
        ] {
            assert_eq!(checked(&with(fallbacks)).unwrap_err().code(), Some(code));
        }
        let known = [("company", "Лавка"), ("hours.opens", "")];
        for (text, want) in [
            ("{company} закрыта", Some("Лавка закрыта")),
            ("Закрыто до {hours.opens}", None),
            ("{client.name}, закрыто", None),
        ] {
            assert_eq!(told_to_anybody(text, &known).as_deref(), want, "{text}");
        }
        assert_eq!(one_line(" Анна\n\tПетрова "), "Анна Петрова");
    }

    #[test]
    fn p_42_the_first_answer_and_later_ones_have_limits_of_their_own() {
        let limits = ResponseLimits {
            first_min: Some(15),
            next_min: Some(60),
            ..ResponseLimits::default()
        };
        assert_eq!(
            (limit(&limits, false), limit(&limits, true)),
            (Some(15), Some(60))
        );
        let since = Moment::from_seconds(0);
        let by = answer_by(&Hours::always(), since, 15).unwrap();
        assert_eq!(by.late_at, Moment::from_seconds(900), "S3-21: at 15:00");
        assert_eq!(by.soon_at, Moment::from_seconds(630), "70 %");
    }

    #[test]
    fn u_06_a_text_goes_in_the_clients_language_else_in_the_one_they_are_written_to_in() {
        let all = ["ru", "en_US", "pt_BR", "pt_PT", "kk"];
        for (told, company, want) in [
            (Some("pt-PT"), Language::Ru, Some("pt_PT")),
            (Some("pt"), Language::Ru, Some("pt_BR")),
            (Some("EN-gb"), Language::Ru, Some("en_US")),
            (Some("kk-KZ"), Language::En, Some("kk")),
            // Neither is there: who is written to in Russian, and who in English.
            (Some("uk"), Language::En, Some("ru")),
            (Some("de"), Language::Ru, Some("en_US")),
            (None, Language::En, Some("en_US")),
            (Some(" "), Language::Ru, Some("ru")),
        ] {
            let got = variant_for(&all, told, company).map(|at| all[at]);
            assert_eq!(got, want, "{told:?} {company:?}");
        }
        assert_eq!(variant_for(&["de", "fr"], Some("en"), Language::Ru), None);
        assert_eq!(variant_for(&[], Some("en"), Language::Ru), None);
    }
}
