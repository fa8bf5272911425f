//! Words for the search index and for what people type into the search field.

mod layout;

use rust_stemmers::{Algorithm, Stemmer};
use std::{borrow::Cow, collections::BTreeSet, ops::Range};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// Longest word that is indexed, in code points; the rest of a longer one is cut.
const MAX_WORD: usize = 64;

/// What somebody looks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Query {
    /// Stems that all have to occur; the last may be the beginning of a word.
    pub terms: Vec<String>,
    /// Other readings of the whole query, each like `terms`: typed in the other keyboard layout.
    pub alternatives: Vec<Vec<String>>,
    /// The text as it was probably meant, if the layout was surely wrong: `привет` for `ghbdtn`.
    pub understood: Option<String>,
}

/// The words of a text as they are indexed: lower case, `ё` as `е`, compatibility forms folded,
/// Russian and English stems, each once, in order of first occurrence. Numbers written in groups
/// (`+7 (495) 123-45-67`) are also one number, and its last ten digits.
pub fn words(text: &str) -> Vec<String> {
    let text = folded(text);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut find = |word: &str| {
        if !word.is_empty() && !seen.contains(word) {
            seen.insert(word.to_owned());
            found.push(word.to_owned());
        }
    };
    if is_plain(&text) {
        plain(&text).for_each(|word| find(&stem(word)));
    } else {
        let words = text.unicode_words().flat_map(pieces);
        words.for_each(|word| find(&stem(&word)));
    }
    numbers(&text)
        .flat_map(spellings)
        .for_each(|word| find(&word));
    found
}

/// Whether all letters are of alphabets whose words end where something else than a letter or digit stands: nearly all
/// text, and a third of the work.
fn is_plain(text: &str) -> bool {
    let marks = |c: char| ('\u{483}'..='\u{489}').contains(&c);
    // Dashes, quotation marks and the ellipsis of good typesetting end words as well.
    let signs = |c: char| ('\u{2010}'..='\u{2027}').contains(&c);
    text.chars()
        .all(|c| c < '\u{250}' || ('\u{400}'..'\u{530}').contains(&c) && !marks(c) || signs(c))
}

/// The words of a text that [is plain](is_plain), each at most [`MAX_WORD`] long.
fn plain(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| match word.char_indices().nth(MAX_WORD) {
            Some((end, _)) => &word[..end],
            None => word,
        })
}

/// Reads a search field. Terms are to be looked for together; alternatives count as well as terms.
pub fn query(text: &str) -> Query {
    let text = text.trim();
    let terms = query_terms(text);
    let switched = layout::switched(text).filter(|other| other != text);
    let alternative = switched
        .as_deref()
        .map(query_terms)
        .filter(|other| *other != terms);
    let understood = switched.filter(|other| layout::surely_meant(&folded(text), &folded(other)));
    Query {
        terms,
        alternatives: alternative
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect(),
        understood,
    }
}

/// The stems of a query. A telephone in it is looked for by its last ten digits, whatever its
/// country or trunk digit; another number in one group (`100-2345`) as one number.
fn query_terms(text: &str) -> Vec<String> {
    let folded = folded(text);
    let mut terms: Vec<String> = Vec::new();
    let mut rest = folded.as_str();
    while let Some(number) = numbers(rest).find(Number::is_one) {
        let at = number.range.clone();
        add_words(&rest[..at.start], &mut terms);
        let shortest = number.digits.len().saturating_sub(TELEPHONE);
        add(number.digits[shortest..].to_owned(), &mut terms);
        rest = &rest[at.end..];
    }
    add_words(rest, &mut terms);
    terms
}

fn add_words(text: &str, terms: &mut Vec<String>) {
    for word in text.unicode_words().flat_map(pieces) {
        add(stem(&word).into_owned(), terms);
    }
}

fn add(term: String, terms: &mut Vec<String>) {
    if !terms.contains(&term) {
        terms.push(term);
    }
}

fn folded(text: &str) -> String {
    // Lower case first: it can bring new compositions, and `Ё` has to become `е` too.
    let lower = compatible(text).to_lowercase();
    compatible(&lower).replace('ё', "е")
}

/// Compatibility forms folded; nearly all text has none.
fn compatible(text: &str) -> Cow<'_, str> {
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// What Unicode calls one word may be several to us: `snake_case`, `host.name`, `a:b`.
fn pieces(word: &str) -> impl Iterator<Item = String> {
    word.split(|c: char| !c.is_alphanumeric() && c != '\u{301}')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            piece
                .chars()
                .filter(|c| *c != '\u{301}')
                .take(MAX_WORD)
                .collect()
        })
}

fn stem(word: &str) -> Cow<'_, str> {
    let is_cyrillic = |c: char| ('а'..='я').contains(&c);
    let algorithm = if word.chars().all(is_cyrillic) {
        Algorithm::Russian
    } else if word.chars().all(|c| c.is_ascii_lowercase()) {
        Algorithm::English
    } else {
        return Cow::Borrowed(word);
    };
    Stemmer::create(algorithm).stem(word)
}

/// Signs that may stand between the digits of one number.
fn is_joint(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}' | '‐' | '‑' | '–' | '−' | '№' | '#'
    )
}

/// Digits of a telephone without its country or trunk digit.
const TELEPHONE: usize = 10;
/// Digits of a telephone within a city, as people remember it.
const LOCAL: usize = 7;

/// Digits that may be one number, with signs between them.
struct Number<'a> {
    range: Range<usize>,
    written: &'a str,
    digits: String,
}

impl Number<'_> {
    /// Whether a query surely means one number: long enough for a telephone, or without spaces.
    fn is_one(&self) -> bool {
        self.digits.len() >= TELEPHONE || !self.written.contains([' ', '\u{a0}'])
    }
}

/// All numbers of 5 to 20 digits; groups of digits that stand near each other are one number,
/// until it is as long as a telephone can be.
fn numbers(text: &str) -> impl Iterator<Item = Number<'_>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for group in digit_groups(text) {
        let joins = |last: &&mut Range<usize>| {
            text[last.end..group.start].chars().all(is_joint)
                && may_grow(&text[last.start..last.end], group.len())
        };
        match found.last_mut().filter(joins) {
            Some(last) => last.end = group.end,
            None => found.push(group),
        }
    }
    found.into_iter().filter_map(|range| {
        let written = &text[range.clone()];
        let digits: String = written.chars().filter(char::is_ascii_digit).collect();
        (5..=20).contains(&digits.len()).then_some(Number {
            range,
            written,
            digits,
        })
    })
}

/// Byte ranges of digits without anything between.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        match groups.last_mut().filter(|last| last.end == at) {
            Some(last) => last.end = at + 1,
            None => groups.push(at..at + 1),
        }
    }
    groups
}

/// Whether a number as written so far may go on with `more` digits: a Russian telephone has
/// eleven, any has at most fifteen, and what is written in one piece is whole.
fn may_grow(written: &str, more: usize) -> bool {
    let count = written.bytes().filter(u8::is_ascii_digit).count();
    let in_one_piece = count == written.len() && count >= TELEPHONE;
    let russian = count == TELEPHONE + 1 && written.starts_with(['7', '8']);
    if in_one_piece || russian {
        return false;
    }
    more < TELEPHONE && count + more <= 15
}

/// All the ways a number may be looked for: whole, and by its last ten and seven digits.
fn spellings(number: Number<'_>) -> Vec<String> {
    let digits = number.digits;
    let tail = |length: usize| digits[digits.len() - length..].to_owned();
    let mut spellings = vec![digits.clone()];
    if digits.len() >= TELEPHONE {
        spellings.extend([tail(TELEPHONE), tail(LOCAL)]);
    }
    spellings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, wanted: &str) -> bool {
        let (index, query) = (words(text), query(wanted));
        let all = |terms: &[String]| {
            !terms.is_empty()
                && terms
                    .iter()
                    .all(|term| index.iter().any(|word| word.starts_with(term)))
        };
        all(&query.terms) || query.alternatives.iter().any(|terms| all(terms))
    }

    #[test]
    fn u_23_forms_of_a_word_are_one() {
        for (text, wanted) in [
            ("Пришлите договоры поставки", "договор"),
            ("Договор подписан", "договорами"),
            ("Ёлка приедет", "елки"),
            ("елка", "Ёлка"),
            ("He was invoiced twice", "invoices"),
            ("ﬁle №5", "file"),
            ("СЧЁТ-ФАКТУРА", "счет фактура"),
            ("user_name@example.com", "example"),
        ] {
            assert!(finds(text, wanted), "{wanted} in {text}: {:?}", words(text));
        }
        assert!(!finds("Договор подписан", "накладная"));
    }

    #[test]
    fn u_23_telephones_and_orders_are_found_in_any_spelling() {
        let text = "Мой номер +7 (495) 123-45-67, заказ № 100-2345";
        for wanted in [
            "74951234567",
            "4951234567",
            "8 (495) 123-45-67",
            "+7 495 123 45 67",
            "1002345",
            "100-2345",
        ] {
            assert!(
                finds(text, wanted),
                "{wanted}: {:?} {:?}",
                words(text),
                query(wanted)
            );
        }
        let index = words(text);
        assert!(
            index.contains(&"74951234567".to_owned()) && index.contains(&"4951234567".to_owned())
        );
    }

    #[test]
    fn u_23_numbers_are_found_beside_words_and_by_their_ends() {
        let text = "Иванов: +7 495 123-45-67 89161112233 заказ 100-2345 от 21.11.2026";
        for wanted in [
            "Иванов 8 (495) 123-45-67",
            "123-45-67",
            "123 45 67",
            "1112233",
            "заказ 100-2345",
            "9161112233",
            "2345 2026",
        ] {
            assert!(
                finds(text, wanted),
                "{wanted}: {:?} {:?}",
                words(text),
                query(wanted)
            );
        }
        assert!(!finds(text, "8 (495) 123-45-68"));
    }

    #[test]
    fn u_24_the_wrong_layout_is_understood() {
        for (typed, meant) in [
            ("ghbdtn", "привет"),
            ("Ljujdjh", "Договор"),
            ("cx`n", "счёт"),
            ("pfrfp", "заказ"),
            ("ntktajy", "телефон"),
            ("gbcmvj", "письмо"),
            ("fyyf", "анна"),
            ("bdfyjd", "иванов"),
            ("cgfcb,j", "спасибо"),
            ("yfrkflyfz", "накладная"),
            ("jgkfnf cxtnf", "оплата счета"),
            ("руддщ", "hello"),
            ("сгыещьук", "customer"),
            ("щквук", "order"),
            ("ьуыыфпу", "message"),
        ] {
            assert_eq!(query(typed).understood.as_deref(), Some(meant), "{typed}");
            assert!(finds(meant, typed), "{typed}");
        }
        for fine in [
            "привет",
            "договор",
            "счёт",
            "заказ",
            "телефон",
            "спасибо",
            "ооо ромашка",
            "щётка",
            "hello",
            "order",
            "strengths",
            "rhythm",
            "qwerty",
            "invoice",
            "github",
            "telegram",
            "http",
            "html",
            "WhatsApp",
            "12345",
            "",
        ] {
            assert_eq!(query(fine).understood, None, "{fine}");
        }
        // A short or ambiguous query is still looked for both ways, without a claim.
        assert_eq!(query("htc").alternatives, [["рес".to_owned()]]);
    }

    proptest::proptest! {
        #[test]
        fn plain_text_has_the_words_unicode_finds_in_it(
            text in "([ -~]|[а-яА-ЯёЁіїєґ]|[\u{a0}-\u{24f}]|[–—«»“”’…№₽0-9]|[a-z]{60,70}){0,40}"
        ) {
            let text = folded(&text);
            if is_plain(&text) {
                let slow: Vec<String> = text.unicode_words().flat_map(pieces).collect();
                let quick: Vec<&str> = plain(&text).collect();
                proptest::prop_assert_eq!(slow, quick);
            }
        }
        #[test]
        fn u_23_any_text_has_tidy_words(text in ".*") {
            for word in words(&text) {
                proptest::prop_assert!(!word.is_empty() && !word.contains(char::is_whitespace));
            }
            let _ = query(&text);
        }
        #[test]
        fn u_23_a_word_finds_itself(word in "[а-яё]{3,12}|[a-z]{3,12}") {
            let text = format!("до {word} после");
            proptest::prop_assert!(finds(&text, &word));
        }
    }
}
