//! Fuzzing without a fuzzer's toolchain: known inputs are bent in the ways that break parsers, and given to one until a
//! number of cases or a time is used up.
//!
//! `FUZZ_SECONDS` says how long (`make fuzz`); without it a fixed number of cases is run. `SEED` repeats a run. An input that
//! breaks its parser is made smaller and kept in `FUZZ_OUT`; `FUZZ_INPUT` runs that file alone. Like the doubles it is
//! compiled in where it is used, so it needs nothing but `serde_json`.
#![expect(
    clippy::disallowed_methods,
    reason = "told by its runner what to do; a thread of its own sees whether a case ends"
)]

use serde_json::Value;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Cases of an ordinary run.
const CASES: u64 = 3000;
/// A parser that is still at one input after so long hangs.
const HANGS: Duration = Duration::from_secs(120);
/// The longest input, in bytes.
const LONGEST: usize = 256 * 1024;

/// A repeatable series of numbers.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// The series of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
    /// The next number below `n`; 0 for 0.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }
    /// One of them.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|word| word.parse().ok())
}

fn folder() -> PathBuf {
    let told = std::env::var_os("FUZZ_OUT").map(PathBuf::from);
    told.unwrap_or_else(|| std::env::temp_dir().join("beseda-fuzz"))
}

/// Keeps an input that broke its parser; answers where.
fn keep(name: &str, input: &[u8]) -> String {
    let folder = folder();
    let sum = input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let place = folder.join(format!("{name}-{sum:016x}"));
    let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&place, input));
    match kept {
        Ok(()) => place.display().to_string(),
        Err(error) => format!("nowhere ({error})"),
    }
}

/// What is being tried, for whoever watches that it ends.
#[derive(Default)]
struct Trying {
    number: AtomicU64,
    input: Mutex<Vec<u8>>,
}

/// Ends the process with the input kept, if one case never ends.
fn watch(name: String, trying: &Arc<Trying>) {
    let trying = Arc::downgrade(trying);
    std::thread::spawn(move || {
        let mut last = None;
        loop {
            std::thread::sleep(HANGS);
            let Some(now) = trying.upgrade() else { return };
            let number = now.number.load(Ordering::SeqCst);
            if last == Some(number) {
                let input = now.input.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = keep(&name, &input);
                std::process::abort();
            }
            last = Some(number);
        }
    });
}

/// Gives a parser one bent input after another; `target` panics where something is not as it must be.
///
/// # Panics
/// If the target does, with the smallest input found that makes it.
pub fn run(name: &str, seeds: &[Vec<u8>], target: impl Fn(&[u8])) {
    let breaks = |input: &[u8]| catch_unwind(AssertUnwindSafe(|| target(input))).is_err();
    if let Some(place) = std::env::var_os("FUZZ_INPUT") {
        match std::fs::read(&place) {
            Ok(input) => return target(&input),
            Err(error) => panic!("{}: {error}", place.display()),
        }
    }
    for seed in seeds {
        target(seed);
    }
    let until = asked("FUZZ_SECONDS").map(|s| Instant::now() + Duration::from_secs(s));
    let mut draw = Draw::new(asked("SEED").unwrap_or(1));
    let trying = Arc::new(Trying::default());
    watch(name.to_owned(), &trying);
    let mut cases = 0;
    while until.map_or(cases < CASES, |until| Instant::now() < until) {
        cases += 1;
        let input = bent(seeds, &mut draw);
        trying.number.store(cases, Ordering::SeqCst);
        *trying.input.lock().unwrap_or_else(PoisonError::into_inner) = input.clone();
        if breaks(&input) {
            let input = smaller(input, &breaks);
            let place = keep(name, &input);
            let shown: String = String::from_utf8_lossy(&input).chars().take(600).collect();
            panic!("{name}: case {cases} breaks; kept in {place}:\n{shown}");
        }
    }
}

/// Bent inputs for a target that has to be waited for; as many as [`run`] would give, or `count` without `FUZZ_SECONDS`.
pub fn cases(seeds: Vec<Vec<u8>>, count: usize) -> impl Iterator<Item = Vec<u8>> {
    let until = asked("FUZZ_SECONDS").map(|s| Instant::now() + Duration::from_secs(s));
    let mut draw = Draw::new(asked("SEED").unwrap_or(1));
    let mut given = 0;
    std::iter::from_fn(move || {
        given += 1;
        let on = until.map_or(given <= count, |until| Instant::now() < until);
        on.then(|| bent(&seeds, &mut draw))
    })
}

/// Leaves pieces out as long as it still breaks.
fn smaller(mut input: Vec<u8>, breaks: &impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut piece = input.len() / 2;
    let mut tries = 0;
    while piece > 0 && tries < 400 {
        let (mut at, mut shrunk) = (0, false);
        while at < input.len() && tries < 400 {
            tries += 1;
            let mut less = input.clone();
            less.drain(at..(at + piece).min(input.len()));
            if breaks(&less) {
                (input, shrunk) = (less, true);
            } else {
                at += piece;
            }
        }
        if !shrunk {
            piece /= 2;
        }
    }
    input
}

/// A known input, bent once or several times.
pub fn bent(seeds: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let mut input = draw.of(seeds).cloned().unwrap_or_default();
    for _ in 0..=draw.below(3) {
        input = match draw.below(3) {
            0 => bytes(input, seeds, draw),
            1 => written(input, draw),
            _ => json(input, seeds, draw),
        };
        input.truncate(LONGEST);
    }
    input
}

/// Pieces that parsers of words and numbers stumble over.
const NASTY: [&str; 32] = [
    "\0",
    "\u{feff}",
    "\u{202e}",
    "\u{200d}",
    "\u{1F468}\u{200D}\u{1F469}",
    "e\u{301}\u{301}\u{301}",
    "ß",
    "İ",
    "\r\n",
    "\n\n",
    "%00",
    "%ff",
    "&#0;",
    "&lt;",
    "<!--",
    "]]>",
    "../",
    "\\u0000",
    "\\ud800",
    "\\",
    "\"",
    "'",
    "=?utf-8?B?/w==?=",
    "--b",
    "a@b",
    "+",
    "9223372036854775808",
    "-9223372036854775809",
    "1e999",
    "-0.0",
    "NaN",
    "18446744073709551616",
];

/// Bent as bytes: whatever the format.
fn bytes(mut input: Vec<u8>, seeds: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let at = draw.below(input.len() + 1);
    let end = (at + draw.below(40)).min(input.len());
    match draw.below(9) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..end)),
        2 => {
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1 << draw.below(8);
            }
        }
        3 => {
            if let Some(byte) = input.get_mut(at) {
                *byte = *draw.of(&[0, 1, 0x7f, 0x80, 0xc0, 0xfe, 0xff]).unwrap_or(&0);
            }
        }
        4 => {
            let more: Vec<u8> = (0..draw.below(24))
                .map(|_| u8::try_from(draw.below(256)).unwrap_or(0))
                .collect();
            input.splice(at..at, more);
        }
        5 => {
            let again = input[at..end].to_vec();
            let times = draw.below(60);
            input.splice(at..at, again.repeat(times));
        }
        6 => {
            let other = draw.of(seeds).cloned().unwrap_or_default();
            let from = draw.below(other.len() + 1);
            input.splice(at..end, other[from..].iter().copied());
        }
        7 => {
            let nasty = draw.of(&NASTY).copied().unwrap_or_default();
            input.splice(at..end, nasty.bytes());
        }
        _ => {
            input = (0..draw.below(300))
                .map(|_| u8::try_from(draw.below(256)).unwrap_or(0))
                .collect();
        }
    }
    input
}

/// Bent as a text with names, numbers and nesting.
fn written(input: Vec<u8>, draw: &mut Draw) -> Vec<u8> {
    let Ok(mut text) = String::from_utf8(input.clone()) else {
        return input;
    };
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    match draw.below(4) {
        // A number becomes one that fits nowhere.
        0 => {
            let digit = |at: &&usize| text.as_bytes()[**at].is_ascii_digit();
            let digits: Vec<usize> = places.iter().filter(digit).copied().collect();
            if let Some(&at) = draw.of(&digits) {
                let end = text[at..].find(|c: char| !c.is_ascii_digit());
                let end = end.map_or(text.len(), |n| at + n);
                let huge = draw.of(&[
                    "9223372036854775808",
                    "-1",
                    "1e400",
                    "0",
                    "00",
                    "99999999999999999999999999",
                    "1.5",
                ]);
                text.replace_range(at..end, huge.unwrap_or(&"0"));
            }
        }
        // A field stands twice, the first time with something else.
        1 => {
            let names: Vec<usize> = text.match_indices("\":").map(|(at, _)| at).collect();
            if let Some(&colon) = draw.of(&names)
                && let Some(quote) = text[..colon].rfind('"')
            {
                let name = text[quote..=colon].to_owned();
                let value = draw
                    .of(&["null", "[]", "{}", "\"\"", "-1", "true"])
                    .unwrap_or(&"0");
                text.insert_str(quote, &format!("{name}:{value},"));
            }
        }
        // Nesting that a recursive parser would follow.
        2 => {
            let deep = 1 + draw.below(3000);
            let (open, close) = *draw
                .of(&[
                    ("[", "]"),
                    ("{\"a\":", "}"),
                    ("<b>", "</b>"),
                    ("> ", ""),
                    ("(", ")"),
                    ("**", "**"),
                ])
                .unwrap_or(&("[", "]"));
            if let Some(&at) = draw.of(&places) {
                text.insert_str(at, &format!("{}1{}", open.repeat(deep), close.repeat(deep)));
            }
        }
        _ => {
            let nasty = draw.of(&NASTY).copied().unwrap_or_default();
            let times = 1 + draw.below(50);
            if let Some(&at) = draw.of(&places) {
                text.insert_str(at, &nasty.repeat(times));
            }
        }
    }
    text.into_bytes()
}

/// Bent as JSON: what holds of the whole still holds, one value is something else.
fn json(input: Vec<u8>, seeds: &[Vec<u8>], draw: &mut Draw) -> Vec<u8> {
    let Ok(mut value) = serde_json::from_slice::<Value>(&input) else {
        return bytes(input, seeds, draw);
    };
    let mut paths = Vec::new();
    walk(&value, String::new(), &mut paths);
    let path = draw.of(&paths).cloned().unwrap_or_default();
    let other = other(seeds, draw);
    match draw.below(4) {
        // Gone.
        0 => {
            let (parent, name) = path.rsplit_once('/').unwrap_or_default();
            let name = name.replace("~1", "/").replace("~0", "~");
            match value.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(&name)),
                Some(Value::Array(items)) => items.truncate(items.len() / 2),
                _ => {}
            }
        }
        // In its place what another has, or nobody.
        1 | 2 => {
            if let Some(target) = value.pointer_mut(&path) {
                *target = other;
            }
        }
        // Many of it.
        _ => {
            if let Some(target) = value.pointer_mut(&path) {
                let one = target.clone();
                *target = match one {
                    Value::Array(items) => Value::Array(
                        items
                            .iter()
                            .cycle()
                            .take(items.len() * draw.below(40))
                            .cloned()
                            .collect(),
                    ),
                    Value::String(text) => Value::String(text.repeat(draw.below(400))),
                    one => Value::Array(vec![one; draw.below(40)]),
                };
            }
        }
    }
    value.to_string().into_bytes()
}

/// Some value: of another input, or one that fits nowhere.
fn other(seeds: &[Vec<u8>], draw: &mut Draw) -> Value {
    let known = draw
        .of(seeds)
        .and_then(|seed| serde_json::from_slice::<Value>(seed).ok());
    match (draw.below(3), known) {
        (0, Some(known)) => {
            let mut paths = Vec::new();
            walk(&known, String::new(), &mut paths);
            let path = draw.of(&paths).cloned().unwrap_or_default();
            known.pointer(&path).cloned().unwrap_or(Value::Null)
        }
        (1, _) => Value::String(
            draw.of(&NASTY)
                .copied()
                .unwrap_or_default()
                .repeat(1 + draw.below(4)),
        ),
        _ => {
            let some = [
                Value::Null,
                Value::from(true),
                Value::from(0),
                Value::from(-1),
                Value::from(i64::MIN),
                Value::from(i64::MAX),
                Value::from(u64::MAX),
                Value::from(1e300),
                Value::from(-0.0),
                Value::from(""),
                Value::from("0"),
                Value::from("я".repeat(5000)),
                Value::Array(Vec::new()),
                Value::Object(serde_json::Map::new()),
                serde_json::json!([[[[{"a": [null]}]]]]),
            ];
            draw.of(&some).cloned().unwrap_or(Value::Null)
        }
    }
}

fn walk(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                walk(value, format!("{path}/{key}"), paths);
            }
        }
        Value::Array(items) => {
            for (n, value) in items.iter().enumerate() {
                walk(value, format!("{path}/{n}"), paths);
            }
        }
        _ => {}
    }
    paths.push(path);
}
