//! Where a client's chat goes (X-02, X-12, L-72): the former responsible person, the routing table, the client's
//! responsible person, the queue's policy, in this order; the first that decides ends it.

use crate::model::{
    ClientChatState, Conditions, DuringHours, Fit, Label, Queue, Route, RouteBy, RouteSaid,
    RouteStep, RoutingRule, Tried,
};
use accounts::Person;
use channels::Account;
use hours::Calendar;
use kernel::{Error, Id, Moment, Result};
use std::collections::HashSet;

/// Most rows of the table.
pub(crate) const MOST_RULES: usize = 200;
/// Most words, accounts or languages of a row.
const MOST_OF_EACH: usize = 100;

/// What the routing table is asked about.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The words of the client's message, as the search knows them.
    words: HashSet<String>,
    account: Id<Account>,
    /// The first part of the client's language: `ru` of `ru-RU`; empty when the channel told none.
    language: String,
    /// The labels on the client's card.
    labels: Vec<Id<Label>>,
    /// When it is asked, and the calendars that say what time that is.
    when: (Moment, Vec<Calendar>),
}

impl Question {
    pub(crate) fn new(
        text: &str,
        account: Id<Account>,
        language: &str,
        when: (Moment, Vec<Calendar>),
    ) -> Self {
        Self {
            when,
            words: text::search::words(text).into_iter().collect(),
            account,
            language: primary(language),
            labels: Vec::new(),
        }
    }
    /// The same of a client whose card carries these labels.
    pub(crate) fn labelled(mut self, labels: Vec<Id<Label>>) -> Self {
        self.labels = labels;
        self
    }
    fn has(&self, phrase: &str) -> bool {
        let stems = text::search::words(phrase);
        !stems.is_empty() && stems.iter().all(|stem| self.words.contains(stem))
    }
}

impl Question {
    fn is_during(&self, hours: DuringHours) -> bool {
        let (now, calendars) = &self.when;
        hours::pick(calendars, hours.calendar_id).open(*now) == hours.open
    }
}

fn primary(language: &str) -> String {
    let first = language.trim().split(['-', '_']).next();
    first.unwrap_or_default().to_lowercase()
}

/// Whether a row fits, and which of its words occur.
pub(crate) fn fit(rule: &RoutingRule, question: &Question) -> (Fit, Vec<String>) {
    let c = &rule.conditions;
    let words: Vec<String> = c
        .words
        .iter()
        .filter(|w| question.has(w))
        .cloned()
        .collect();
    let fit = if !rule.enabled {
        Fit::Off
    } else if !c.account_ids.is_empty() && !c.account_ids.contains(&question.account) {
        Fit::Account
    } else if !c.languages.is_empty() && !c.languages.contains(&question.language) {
        Fit::Language
    } else if c.hours.is_some_and(|h| !question.is_during(h)) {
        Fit::Hours
    } else if !c.label_ids.is_empty() && !c.label_ids.iter().any(|l| question.labels.contains(l)) {
        Fit::Label
    } else if !c.words.is_empty() && words.is_empty() {
        Fit::Words
    } else {
        Fit::Fits
    };
    (fit, words)
}

/// Looks at the rows in their order, to the first that fits (L-72).
pub(crate) fn look<'r>(
    rules: &'r [RoutingRule],
    question: &Question,
) -> (Option<&'r RoutingRule>, Vec<Tried>) {
    let mut tried = Vec::new();
    for rule in rules {
        let (fit, words) = fit(rule, question);
        tried.push(Tried {
            rule_id: rule.id,
            fit,
            words,
        });
        if fit == Fit::Fits {
            return (Some(rule), tried);
        }
    }
    (None, tried)
}

/// A row as it will be kept, or why it cannot be.
pub(crate) fn checked(mut c: Conditions) -> Result<Conditions> {
    let mut words: Vec<String> = Vec::new();
    for given in &c.words {
        let word = text::clean_name(given);
        if word.is_empty() || words.contains(&word) {
            continue;
        }
        if text::search::words(&word).is_empty() {
            return Err(Error::field("words", "conversations.no_word").arg("word", word));
        }
        words.push(word);
    }
    c.words = words;
    c.languages = c
        .languages
        .iter()
        .map(|l| primary(l))
        .filter(|l| !l.is_empty())
        .collect();
    for language in &c.languages {
        if !(2..=3).contains(&language.len()) || !language.chars().all(|l| l.is_ascii_lowercase()) {
            return Err(
                Error::field("languages", "conversations.no_language").arg("language", language)
            );
        }
    }
    let lists = [&c.words, &c.languages];
    c.label_ids.sort_unstable();
    c.label_ids.dedup();
    let nothing =
        lists.iter().all(|l| l.is_empty()) && c.account_ids.is_empty() && c.label_ids.is_empty();
    if nothing && c.hours.is_none() {
        return Err(Error::field("conditions", "conversations.no_conditions"));
    }
    let most = [
        c.words.len(),
        c.account_ids.len(),
        c.languages.len(),
        c.label_ids.len(),
    ];
    if most.into_iter().any(|n| n > MOST_OF_EACH) {
        return Err(
            Error::field("conditions", "conversations.too_many_conditions")
                .arg("limit", MOST_OF_EACH),
        );
    }
    Ok(c)
}

/// Which labels of a row are put: those still offered, each once.
pub(crate) fn to_put(labels: &[Id<Label>], known: &[Label]) -> Vec<Id<Label>> {
    let offered = known.iter().filter(|l| !l.archived);
    offered
        .map(|l| l.id)
        .filter(|id| labels.contains(id))
        .collect()
}

/// The order somebody gave the rows: each of them, once.
pub(crate) fn ordered(known: &[Id<RoutingRule>], asked: &[Id<RoutingRule>]) -> Result<()> {
    let given: HashSet<_> = asked.iter().collect();
    if given.len() != asked.len() {
        return Err(Error::field("ids", "conversations.order_twice"));
    }
    if given.len() != known.len() || !known.iter().all(|id| given.contains(id)) {
        return Err(Error::conflict("conversations.order_other"));
    }
    Ok(())
}

/// Somebody a rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    pub(crate) person: Id<Person>,
    pub(crate) works_here: bool,
    /// At their desk, and neither "do not disturb" nor "offline".
    pub(crate) present: bool,
    /// Declined this chat, did not answer it in time, or put it back.
    pub(crate) passed: bool,
}

impl Meant {
    const fn said(self) -> RouteSaid {
        if !self.works_here || self.passed {
            RouteSaid::Passed
        } else if self.present {
            RouteSaid::Decided
        } else {
            RouteSaid::Absent
        }
    }
}

/// The row that fits: its name and whom or what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) name: String,
    pub(crate) queue: Option<Id<Queue>>,
    pub(crate) person: Option<Meant>,
    /// Labels it puts on the chat.
    pub(crate) labels: Vec<Id<Label>>,
}

/// What is known when a client writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// Who was responsible, if the chat was closed or they have left.
    pub(crate) former: Option<Meant>,
    /// the queue's switch.
    pub(crate) returns_to_former: bool,
    pub(crate) hit: Option<Hit>,
    pub(crate) responsible: Option<Meant>,
}

/// Where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Routed {
    /// To somebody; none: it waits.
    pub(crate) person: Option<Id<Person>>,
    /// Into another queue.
    pub(crate) queue: Option<Id<Queue>>,
    /// the former responsible person looks on.
    pub(crate) observer: Option<Id<Person>>,
    /// Labels of the row that fits, if the table was asked: what the client wants is so, whoever is at their desk.
    pub(crate) labels: Vec<Id<Label>>,
    pub(crate) route: Route,
}

/// Whether the rules have a say when a client writes: a chat somebody holds is theirs, and where a person put it, it
/// stays (U-16).
pub(crate) fn unowned(
    state: ClientChatState,
    assignee_works_here: bool,
    decided: Option<RouteBy>,
) -> bool {
    match state {
        ClientChatState::Closed => true,
        ClientChatState::Work => !assignee_works_here,
        // What a row has decided, the client's next words do not undo.
        ClientChatState::Queue => matches!(decided, None | Some(RouteBy::Policy)),
    }
}

/// Asks the rules in their order.
pub(crate) fn route(known: &Known) -> Routed {
    let mut out = Routed {
        person: None,
        queue: None,
        observer: None,
        labels: Vec::new(),
        route: Route::default(),
    };
    let step = |by, said, rule: &str, person_id| RouteStep {
        by,
        said,
        rule: rule.to_owned(),
        person_id,
    };
    let steps = &mut out.route.steps;
    if let Some(former) = known.former {
        let said = if known.returns_to_former {
            former.said()
        } else {
            RouteSaid::Nothing
        };
        steps.push(step(RouteBy::Former, said, "", Some(former.person)));
        if said == RouteSaid::Decided {
            out.person = Some(former.person);
            out.route.decided = Some(RouteBy::Former);
            return out;
        }
        out.observer = (said == RouteSaid::Absent).then_some(former.person);
    }
    match &known.hit {
        None => steps.push(step(RouteBy::Rule, RouteSaid::Nothing, "", None)),
        Some(hit) => {
            out.labels.clone_from(&hit.labels);
            let said = hit.person.map_or(RouteSaid::Decided, Meant::said);
            let person = hit.person.map(|m| m.person);
            steps.push(step(RouteBy::Rule, said, &hit.name, person));
            if said == RouteSaid::Decided {
                (out.person, out.queue) = (person, hit.queue);
                out.route.decided = Some(RouteBy::Rule);
                return out;
            }
        }
    }
    let said = known.responsible.map_or(RouteSaid::Nothing, Meant::said);
    let person = known.responsible.map(|m| m.person);
    steps.push(step(RouteBy::Responsible, said, "", person));
    if said == RouteSaid::Decided {
        out.person = person;
        out.route.decided = Some(RouteBy::Responsible);
        return out;
    }
    steps.push(step(RouteBy::Policy, RouteSaid::Waits, "", None));
    out.route.decided = Some(RouteBy::Policy);
    out
}

/// The names of the queues on the way, if passing on to the next would come back to where it began.
pub(crate) fn circle(queues: &[Queue], from: Id<Queue>) -> Option<Vec<String>> {
    let next = |id: Id<Queue>| {
        let queue = queues.iter().find(|q| q.id == id)?;
        Some((queue.name.clone(), queue.rules.overflow.map(|o| o.queue_id)))
    };
    let mut names = Vec::new();
    let mut at = from;
    for _ in 0..=queues.len() {
        let (name, then) = next(at)?;
        names.push(name);
        at = then?;
        if at == from {
            names.push(names.first()?.clone());
            return Some(names);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Overflow, Policy, QueueRules};
    use kernel::Uuid;

    fn id<T>(n: u128) -> Id<T> {
        Id::new(Uuid::from_u128(n))
    }
    fn rule(n: u128, words: &[&str], accounts: &[u128], languages: &[&str]) -> RoutingRule {
        RoutingRule {
            id: id(n),
            name: format!("row {n}"),
            enabled: true,
            conditions: Conditions {
                words: words.iter().map(ToString::to_string).collect(),
                account_ids: accounts.iter().map(|a| id(*a)).collect(),
                languages: languages.iter().map(ToString::to_string).collect(),
                ..Conditions::default()
            },
            queue_id: Some(id(50)),
            person_id: None,
            put_labels: Vec::new(),
        }
    }
    fn meant(present: bool) -> Meant {
        Meant {
            person: id(7),
            works_here: true,
            present,
            passed: false,
        }
    }
    fn ask(text: &str, language: &str) -> Question {
        Question::new(text, id(1), language, (Moment::default(), Vec::new()))
    }
    const fn said(route: &Route) -> &[RouteStep] {
        route.steps.as_slice()
    }

    #[test]
    fn p_40_words_fit_in_all_their_forms_in_both_languages() {
        for (words, said, fits) in [
            (vec!["доставка"], "Сколько стоит доставкой до Твери?", true),
            (vec!["Доставка"], "ДОСТАВКУ!", true),
            (vec!["доставка"], "Поставка", false),
            (
                vec!["delivery", "deliver"],
                "When will it be delivered?",
                true,
            ),
            (vec!["invoices"], "send me the invoice", true),
            (
                vec!["возврат денег"],
                "Верните: где возврат моих денег",
                true,
            ),
            (vec!["возврат денег"], "возврат", false),
            (vec!["тёплый"], "теплый пол", true),
            (vec!["лампа", "люстра"], "почём люстры?", true),
            (vec!["лампа"], "", false),
        ] {
            let question = ask(said, "");
            let found = fit(&rule(1, &words, &[], &[]), &question).0;
            assert_eq!(found == Fit::Fits, fits, "{words:?} in {said:?}");
        }
    }

    #[test]
    fn l_72_the_first_row_that_fits_decides_and_says_why_the_others_did_not() {
        let mut off = rule(1, &["цена"], &[], &[]);
        off.enabled = false;
        let rules = [
            off,
            rule(2, &["цена"], &[9], &[]),
            rule(3, &["цена"], &[], &["en"]),
            rule(4, &["оплата"], &[], &[]),
            rule(5, &["цена"], &[1], &["ru"]),
            rule(6, &["цена"], &[], &[]),
        ];
        let (winner, tried) = look(&rules, &ask("Какая цена?", "ru-RU"));
        assert_eq!(winner.unwrap().id, id(5));
        let fits: Vec<Fit> = tried.iter().map(|t| t.fit).collect();
        assert_eq!(
            fits,
            [Fit::Off, Fit::Account, Fit::Language, Fit::Words, Fit::Fits]
        );
        assert_eq!(tried.last().unwrap().words, ["цена"]);
        assert_eq!(look(&rules, &ask("Привет", "")).0, None);
    }

    #[test]
    fn p_44_a_row_may_hold_in_or_out_of_working_hours_only() {
        // Mondays from nine to six; the epoch was a Thursday.
        let mut week = vec![Vec::new(); 7];
        week[0].push(hours::WorkSpan {
            from: 540,
            to: 1080,
        });
        let calendar = Calendar {
            id: id(8),
            name: String::new(),
            zone: "UTC".into(),
            week,
            days: Vec::new(),
            company: true,
            department_ids: Vec::new(),
        };
        let fits = |open: bool, calendar_id: Option<u128>, seconds: i64| {
            let mut row = rule(1, &[], &[], &[]);
            row.conditions.hours = Some(DuringHours {
                calendar_id: calendar_id.map(id),
                open,
            });
            let when = (Moment::from_seconds(seconds), vec![calendar.clone()]);
            fit(&row, &Question::new("", id(1), "", when)).0
        };
        let monday = 4 * 86_400 + 10 * 3600;
        assert_eq!(fits(true, None, monday), Fit::Fits);
        assert_eq!(fits(false, None, monday), Fit::Hours);
        assert_eq!(fits(false, Some(8), 0), Fit::Fits);
        // A calendar that is gone: the company's holds.
        assert_eq!(fits(true, Some(9), 0), Fit::Hours);
        let mut only = rule(1, &[], &[], &[]).conditions;
        only.hours = Some(DuringHours {
            calendar_id: None,
            open: false,
        });
        assert!(checked(only).is_ok(), "it is a condition of its own");
    }

    #[test]
    fn l_72_a_row_may_be_for_clients_with_a_label() {
        let mut row = rule(1, &[], &[], &[]);
        row.conditions.label_ids = vec![id(1), id(2)];
        for (carried, found) in [
            (vec![], Fit::Label),
            (vec![3], Fit::Label),
            (vec![2, 3], Fit::Fits),
            (vec![1, 2], Fit::Fits),
        ] {
            let carried: Vec<Id<Label>> = carried.into_iter().map(id).collect();
            let question = ask("Привет", "").labelled(carried.clone());
            assert_eq!(fit(&row, &question).0, found, "{carried:?}");
        }
        assert!(
            checked(row.conditions).is_ok(),
            "it is a condition of its own"
        );
        let label = |n: u128, archived: bool| Label {
            id: id(n),
            name: format!("label {n}"),
            color: crate::model::LabelColor::Grey,
            archived,
        };
        let known = [label(1, false), label(2, true), label(3, false)];
        assert_eq!(
            to_put(&[id(3), id(2), id(1), id(3), id(9)], &known),
            [id(1), id(3)],
            "in the order of the list, each once, none that is archived or gone"
        );
    }

    #[test]
    fn l_72_a_row_that_could_never_be_meant_is_refused() {
        let code = |c: Conditions| checked(c).unwrap_err().code().map(str::to_owned);
        let words = |w: &[&str]| rule(1, w, &[], &[]).conditions;
        assert_eq!(
            code(Conditions::default()).as_deref(),
            Some("conversations.no_conditions")
        );
        assert_eq!(
            code(words(&["", "  "])).as_deref(),
            Some("conversations.no_conditions")
        );
        assert_eq!(
            code(words(&["?!"])).as_deref(),
            Some("conversations.no_word")
        );
        let many: Vec<String> = (0..101).map(|n| format!("слово{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(
            code(words(&many)).as_deref(),
            Some("conversations.too_many_conditions")
        );
        assert_eq!(
            code(rule(1, &[], &[], &["русский"]).conditions).as_deref(),
            Some("conversations.no_language")
        );
        let kept = checked(rule(1, &[" цена ", "цена"], &[], &["RU-ru"]).conditions).unwrap();
        assert_eq!(
            (kept.words, kept.languages),
            (vec!["цена".to_owned()], vec!["ru".to_owned()])
        );
    }

    #[test]
    fn l_72_the_order_names_each_row_once() {
        let known = [id(1), id(2)];
        assert!(ordered(&known, &[id(2), id(1)]).is_ok());
        for (asked, code) in [
            (vec![id(1), id(1)], "conversations.order_twice"),
            (vec![id(1)], "conversations.order_other"),
            (vec![id(1), id(3)], "conversations.order_other"),
        ] {
            assert_eq!(ordered(&known, &asked).unwrap_err().code(), Some(code));
        }
    }

    #[test]
    fn x_12_the_rules_are_asked_in_their_order() {
        let queue_row = Some(Hit {
            name: "Цена".into(),
            queue: Some(id(50)),
            person: None,
            labels: vec![id(4)],
        });
        let person_row = |present| {
            Some(Hit {
                name: "Цена".into(),
                queue: None,
                person: Some(meant(present)),
                labels: vec![id(4)],
            })
        };
        for (hit, responsible, decided, person) in [
            (None, None, RouteBy::Policy, false),
            (None, Some(meant(true)), RouteBy::Responsible, true),
            (None, Some(meant(false)), RouteBy::Policy, false),
            (queue_row.clone(), Some(meant(true)), RouteBy::Rule, false),
            (person_row(true), None, RouteBy::Rule, true),
            // A row that means somebody who is away decides nothing: the next rule is asked (U-15).
            (
                person_row(false),
                Some(meant(true)),
                RouteBy::Responsible,
                true,
            ),
        ] {
            let routed = route(&Known {
                hit: hit.clone(),
                responsible,
                ..Known::default()
            });
            assert_eq!(
                routed.route.decided,
                Some(decided),
                "{hit:?} {responsible:?}"
            );
            assert_eq!(routed.person.is_some(), person);
            assert_eq!(
                routed.labels.is_empty(),
                hit.is_none(),
                "a row that fits puts its labels, whoever is away"
            );
            let order: Vec<RouteBy> = said(&routed.route).iter().map(|s| s.by).collect();
            let all = [RouteBy::Rule, RouteBy::Responsible, RouteBy::Policy];
            assert_eq!(
                order,
                &all[..order.len()],
                "in this order, to the one that decides"
            );
        }
    }

    #[test]
    fn l_62_x_02_u_14_a_client_who_returns_goes_to_their_former_responsible_if_present() {
        let with = |former: Meant, returns| {
            route(&Known {
                former: Some(former),
                returns_to_former: returns,
                ..Known::default()
            })
        };
        let here = with(meant(true), true);
        assert_eq!((here.person, here.observer), (Some(id(7)), None));
        assert!(here.labels.is_empty(), "the table was not asked");
        assert_eq!(here.route.decided, Some(RouteBy::Former));
        let away = with(meant(false), true);
        assert_eq!(
            (away.person, away.observer),
            (None, Some(id(7))),
            "they look on"
        );
        assert_eq!(away.route.decided, Some(RouteBy::Policy));
        let off = with(meant(true), false);
        assert_eq!(
            (off.person, off.observer),
            (None, None),
            "the switch is off"
        );
        let left = Meant {
            works_here: false,
            ..meant(false)
        };
        assert_eq!(with(left, true).observer, None, "who left does not look on");
    }

    #[test]
    fn u_16_what_a_person_decided_no_rule_changes() {
        use ClientChatState::{Closed, Queue, Work};
        for (state, works, decided, asked) in [
            (Queue, false, None, true),
            (Queue, false, Some(RouteBy::Policy), true),
            (Queue, false, Some(RouteBy::Rule), false),
            (Queue, false, Some(RouteBy::Hand), false),
            (Work, true, Some(RouteBy::Policy), false),
            (Work, false, Some(RouteBy::Hand), true),
            (Closed, true, Some(RouteBy::Hand), true),
        ] {
            assert_eq!(
                unowned(state, works, decided),
                asked,
                "{state:?} {decided:?}"
            );
        }
    }

    #[test]
    fn l_82_queues_that_pass_on_in_a_circle_are_found() {
        let queue = |n: u128, to: Option<u128>| Queue {
            id: id(n),
            name: format!("Q{n}"),
            member_ids: Vec::new(),
            department_ids: Vec::new(),
            policy: Policy::Evenly,
            rules: QueueRules {
                overflow: to.map(|to| Overflow {
                    after_min: 5,
                    queue_id: id(to),
                }),
                ..QueueRules::default()
            },
        };
        let line = [queue(1, Some(2)), queue(2, Some(3)), queue(3, None)];
        assert_eq!(circle(&line, id(1)), None);
        let round = [queue(1, Some(2)), queue(2, Some(3)), queue(3, Some(1))];
        assert_eq!(circle(&round, id(1)).unwrap(), ["Q1", "Q2", "Q3", "Q1"]);
        assert_eq!(circle(&[queue(1, Some(1))], id(1)).unwrap(), ["Q1", "Q1"]);
        // Into a circle of others, which was there before: not this queue's fault, and it ends.
        let beside = [queue(1, Some(2)), queue(2, Some(3)), queue(3, Some(2))];
        assert_eq!(circle(&beside, id(1)), None);
    }
}
