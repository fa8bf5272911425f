//! Reactions: VK numbers them, people see emoji.

/// Numbers and their emoji, without variation selectors. The vendor publishes pictures only; the first list holds the
/// numbers on which independent programs agree, and only those are offered.
const AGREED: [(i64, &str); 13] = [
    (1, "❤"),
    (2, "🔥"),
    (3, "😂"),
    (4, "👍"),
    (5, "💩"),
    (7, "😭"),
    (8, "😡"),
    (9, "👎"),
    (10, "👌"),
    (12, "🤔"),
    (13, "🙏"),
    (15, "😍"),
    (16, "🎉"),
];
/// Numbers that are shown when they come.
const SEEN: [(i64, &str); 3] = [(6, "💔"), (11, "😁"), (14, "😘")];
/// Any other number: somebody reacted, with what is not known.
const UNKNOWN: &str = "❔";

/// The emoji we may set.
pub(crate) fn offered() -> impl Iterator<Item = &'static str> {
    AGREED.into_iter().map(|(_, emoji)| emoji)
}

/// What to show for a number.
pub(crate) fn emoji(number: i64) -> &'static str {
    let mut all = AGREED.into_iter().chain(SEEN);
    all.find(|(n, _)| *n == number)
        .map_or(UNKNOWN, |(_, emoji)| emoji)
}

/// The number of an emoji, with or without its variation selector.
pub(crate) fn number(emoji: &str) -> Option<i64> {
    let plain = emoji.replace('\u{fe0f}', "");
    AGREED
        .into_iter()
        .find(|(_, known)| *known == plain)
        .map(|(n, _)| n)
}
