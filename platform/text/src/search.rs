//! Words for the search index and for what people type into the search field.

mod layout;

use rust_stemmers::{Algorithm, Stemmer};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
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
    let singles = text
        .unicode_words()
        .flat_map(pieces)
        .map(|word| stem(&word));
    for word in singles.chain(numbers(&text)) {
        if !word.is_empty() && seen.insert(word.clone()) {
            found.push(word);
        }
    }
    found
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
    let understood = switched.filter(|other| {
        layout::looks_mistyped(&folded(text)) && !layout::looks_mistyped(&folded(other))
    });
    Query {
        terms,
        alternatives: alternative
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect(),
        understood,
    }
}

/// A query that is one grouped number looks for the number alone: a colleague who types
/// `8 (495) 123-45-67` means that telephone, whatever its country digit.
fn query_terms(text: &str) -> Vec<String> {
    let folded = folded(text);
    if !folded.is_empty() && folded.chars().all(|c| c.is_ascii_digit() || is_joint(c)) {
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        if digits.len() > 10 {
            return vec![digits[digits.len() - 10..].to_owned()];
        }
        if digits.len() >= 5 {
            return vec![digits];
        }
    }
    let mut terms: Vec<String> = Vec::new();
    for word in folded
        .unicode_words()
        .flat_map(pieces)
        .map(|word| stem(&word))
    {
        if !terms.contains(&word) {
            terms.push(word);
        }
    }
    terms
}

fn folded(text: &str) -> String {
    let compatible: String = text.nfkc().collect();
    // Lower case first: it can bring new compositions, and `Ё` has to become `е` too.
    compatible
        .to_lowercase()
        .nfkc()
        .map(|c| if c == 'ё' { 'е' } else { c })
        .collect()
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

fn stem(word: &str) -> String {
    let is_cyrillic = |c: char| ('а'..='я').contains(&c);
    let algorithm = if word.chars().all(is_cyrillic) {
        Algorithm::Russian
    } else if word.chars().all(|c| c.is_ascii_lowercase()) {
        Algorithm::English
    } else {
        return word.to_owned();
    };
    Stemmer::create(algorithm).stem(word).into_owned()
}

/// Signs that may stand between the digits of one number.
fn is_joint(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '(' | ')' | '+' | '.' | '/' | '\u{a0}' | '‐' | '‑' | '–' | '−' | '№' | '#'
    )
}

/// Numbers in groups as one: all digits, and the last ten when a country or trunk digit leads.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for run in text.split(|c: char| !(c.is_ascii_digit() || is_joint(c))) {
        let digits: String = run.chars().filter(char::is_ascii_digit).collect();
        if !(5..=20).contains(&digits.len()) {
            continue;
        }
        if digits.len() > 10 {
            found.push(digits[digits.len() - 10..].to_owned());
        }
        found.push(digits);
    }
    found
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
    fn u_24_the_wrong_layout_is_understood() {
        for (typed, meant) in [
            ("ghbdtn", "привет"),
            ("руддщ", "hello"),
            ("Ljujdjh", "Договор"),
            ("cx`n", "счёт"),
        ] {
            let query = query(typed);
            assert_eq!(query.understood.as_deref(), Some(meant), "{typed}");
            assert!(finds(meant, typed), "{typed}");
        }
        for fine in ["привет", "hello", "договор", "invoice", "12345", ""] {
            assert_eq!(query(fine).understood, None, "{fine}");
        }
        // A short or ambiguous query is still looked for both ways, without a claim.
        assert_eq!(query("htc").alternatives, [["рес".to_owned()]]);
    }

    proptest::proptest! {
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
