//! Text typed with the other of the two usual keyboard layouts.

/// The keys in order, English and Russian, lower and upper case.
const ENGLISH: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ";

/// The text as the same keys give it in the other layout; none when its letters are not all of
/// one of the two layouts.
pub(super) fn switched(text: &str) -> Option<String> {
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let cyrillic = text
        .chars()
        .any(|c| c.is_alphabetic() && RUSSIAN.contains(c));
    let other = text
        .chars()
        .any(|c| c.is_alphabetic() && !c.is_ascii() && !RUSSIAN.contains(c));
    match (latin, cyrillic, other) {
        (true, false, false) => Some(translated(text, ENGLISH, RUSSIAN)),
        (false, true, false) => Some(translated(text, RUSSIAN, ENGLISH)),
        _ => None,
    }
}

fn translated(text: &str, from: &str, to: &str) -> String {
    let key = |c: char| {
        from.chars()
            .position(|key| key == c)
            .and_then(|n| to.chars().nth(n))
    };
    text.chars().map(|c| key(c).unwrap_or(c)).collect()
}

/// Whether lower-case words can hardly be of the language of their letters: English words without
/// vowels or with keys that are Russian letters inside; Russian words with runs of letters that
/// Russian does not have. Needs words of at least four letters to dare a judgement.
pub(super) fn looks_mistyped(text: &str) -> bool {
    let mut judged = 0;
    let mut odd = 0;
    for word in text.split_whitespace() {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        if letters < 3 || word.chars().count() < 4 {
            continue;
        }
        judged += 1;
        odd += usize::from(is_odd(word));
    }
    odd * 2 > judged
}

fn is_odd(word: &str) -> bool {
    if word.chars().any(|c| c.is_ascii_lowercase()) {
        odd_english(word)
    } else {
        odd_russian(word)
    }
}

fn odd_english(word: &str) -> bool {
    let inner = word.trim_end_matches([',', '.', ';', ':', '"', '\'', ']', '}']);
    let keys_inside = inner.chars().any(|c| "`[]{};<>~".contains(c));
    keys_inside || longest_run(inner, |c| "aeiouy".contains(c)) || rare(inner, ENGLISH_RARE)
}

fn odd_russian(word: &str) -> bool {
    longest_run(word, |c| "аеёиоуыэюяьъ".contains(c)) || rare(word, RUSSIAN_RARE)
}

/// Pairs that English has not, in places where Russian typed with its keys often has them.
const ENGLISH_RARE: &[&str] = &[
    "bv", "bz", "cx", "cj", "dj", "fx", "gh", "hb", "jd", "jh", "jk", "jq", "jv", "lj", "kj", "nj",
    "qc", "tk", "vj", "yj", "jr", "jl", "jn", "jy", "yt", "jg", "rj", "db", "xt", "zd", "bn", "yb",
];
/// Pairs that Russian has not, in places where English typed with its keys often has them.
const RUSSIAN_RARE: &[&str] = &[
    "щщ", "фы", "уу", "дд", "ыы", "цу", "щг", "шт", "щк", "уы", "ыщ", "ьщ", "ещ", "йг", "гк", "шы",
    "ыу", "щт", "фе", "ащ", "ыг", "уф", "кщ", "руд", "фт", "ыр", "рщ", "щь", "ьу", "зз", "ыф",
    "цф",
];

fn rare(word: &str, pairs: &[&str]) -> bool {
    let hits: usize = pairs.iter().map(|pair| word.matches(pair).count()).sum();
    hits * 4 >= word.chars().count()
}

/// Four or more letters in a row that are no vowels.
fn longest_run(word: &str, vowel: impl Fn(char) -> bool) -> bool {
    let mut run = 0;
    for c in word.chars().filter(|c| c.is_alphabetic()) {
        run = if vowel(c) { 0 } else { run + 1 };
        if run >= 5 {
            return true;
        }
    }
    false
}
