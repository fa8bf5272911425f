//! Texts like people's: words of both languages by Zipf's law, from a seed.

/// A small generator of numbers (`SplitMix64`): a run can be repeated.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// From 0 up to 1.
    pub(crate) fn share(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }
}

/// Ranks by Zipf's law: rank `n` comes up `n` times as seldom as the first.
pub(crate) struct Zipf(Vec<f64>);

impl Zipf {
    pub(crate) fn over(ranks: usize) -> Self {
        let mut sum = 0.0;
        let steps = (1..=ranks).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        let mut steps: Vec<f64> = steps.collect();
        for step in &mut steps {
            *step /= sum;
        }
        Self(steps)
    }
    pub(crate) fn pick(&self, dice: &mut Dice) -> usize {
        let at = dice.share();
        self.0.partition_point(|s| *s < at).min(self.0.len() - 1)
    }
}

const RUSSIAN: [&str; 24] = [
    "до", "ста", "вка", "за", "каз", "по", "ле", "ро", "ми", "на", "ви", "ту", "го", "ре", "со",
    "бе", "ду", "шка", "кни", "га", "ле", "во", "пра", "сти",
];
const ENGLISH: [&str; 24] = [
    "de", "li", "ver", "or", "der", "ta", "ble", "pre", "con", "sen", "mo", "ney", "la", "ter",
    "pa", "per", "win", "dow", "re", "port", "in", "vo", "si", "ste",
];
const WORDS: usize = 20_000;

/// A vocabulary of both languages.
pub(crate) struct Words {
    all: Vec<String>,
    ranks: Zipf,
}

impl Words {
    pub(crate) fn new() -> Self {
        let mut dice = Dice(7);
        let all = (0..WORDS).map(|n| {
            let syllables = if n % 3 == 2 { ENGLISH } else { RUSSIAN };
            let count = 2 + dice.below(3);
            (0..count)
                .map(|_| syllables[dice.below(syllables.len())])
                .collect()
        });
        Self {
            all: all.collect(),
            ranks: Zipf::over(WORDS),
        }
    }
    /// The word of a rank; the first are the common ones.
    pub(crate) fn of_rank(&self, rank: usize) -> &str {
        &self.all[rank]
    }
    /// About 100 characters, 200 bytes.
    pub(crate) fn text(&self, dice: &mut Dice) -> String {
        let count = 6 + dice.below(16);
        let words: Vec<&str> = (0..count)
            .map(|_| self.all[self.ranks.pick(dice)].as_str())
            .collect();
        words.join(" ")
    }
}
