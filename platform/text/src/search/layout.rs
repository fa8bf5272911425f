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

/// Pairs of letters that make up most of Russian text, `ё` written as `е`.
const RUSSIAN_PAIRS: &str = "ст но то на ен ов ни ра во ко ал го ли по не ре пр ос ро та ка ер ть де ла ом ет ри ор ан ва \
    ло ес те ат ол об од ит ис от ль ле да ег ел ве ме ий ин че ми ас пи ви ие ки ик нн ди мо ар са ся сл бы вс ны ам им \
    ск тр ак ед ем ев до за из же ив ил ир иб бо па па си сп аз ле еф фо он ую ая ое ые ый их ть чт эт ру ку му ду уп ла \
    пл ма ша ки сь ьм ия ию кл дн вн оп жи ши ща чи ук ут ус уч уд ба га ха ту су ог ой ок ну нт нд рн";
/// Pairs of letters that make up most of English text.
const ENGLISH_PAIRS: &str = "th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se le \
    sa si ar ve ra ld ur li ll om ce ro be me wa ma el io ic la ri ch co no us ho pe di ca sh ee un lo so ta ge ie tr wo na \
    ec em po ac pr fi pl ow ke ai ag bo gh bl do fo il im ir ul ut id if ig op ot od oo ss ly ry ty ay ey rd rt cu mp hu ub";

/// Fewest pairs of letters that allow a judgement.
const FEWEST: usize = 3;

/// Whether `typed` was surely meant as `meant`: its pairs of letters are rare in its own language,
/// while the other reading is made of common ones. Both in lower case.
pub(super) fn surely_meant(typed: &str, meant: &str) -> bool {
    let (hits, pairs) = familiar(meant);
    let (typed_hits, typed_pairs) = familiar(typed);
    // At least two thirds familiar, and a third better than as it was typed.
    pairs >= FEWEST
        && hits * 3 >= pairs * 2
        && hits * typed_pairs * 3 >= typed_hits * pairs * 3 + typed_pairs * pairs
}

/// How many of the pairs of letters are familiar, and how many there are.
fn familiar(text: &str) -> (usize, usize) {
    let common = |table: &str, pair: &str| table.split_whitespace().any(|known| known == pair);
    let mut count = (0, 0);
    for word in text.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for pair in letters.windows(2) {
            let pair = String::from_iter(pair);
            count.0 += usize::from(common(RUSSIAN_PAIRS, &pair) || common(ENGLISH_PAIRS, &pair));
            count.1 += 1;
        }
    }
    count
}
