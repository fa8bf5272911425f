//! How fast strangers may be written to: messages to people who never wrote are what a number is blocked for.

/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long nobody new is written to after the messenger refused a first message (its error 463), in milliseconds.
pub const LOCK_MS: i64 = DAY_MS;

/// Limits of first messages.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Least time between two, in milliseconds.
    pub apart_ms: i64,
    /// Most within 24 hours.
    pub a_day: usize,
}

impl Default for Limits {
    /// One in a minute, twenty in a day.
    fn default() -> Self {
        Self {
            apart_ms: 60_000,
            a_day: 20,
        }
    }
}

/// Why a first message has to wait, and until when (milliseconds since 1970).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// The last one was just now.
    Apart(i64),
    /// Today's are used up.
    Day(i64),
    /// The messenger refused one.
    Locked(i64),
}

impl Wait {
    /// When to try again.
    pub const fn until(self) -> i64 {
        match self {
            Self::Apart(at) | Self::Day(at) | Self::Locked(at) => at,
        }
    }
}

/// Whether a first message may go now, after those at `sent` (in order), when the messenger refused until `locked`.
///
/// # Errors
/// What it waits for.
pub fn may_begin(limits: Limits, sent: &[i64], locked: i64, now: i64) -> Result<(), Wait> {
    if now < locked {
        return Err(Wait::Locked(locked));
    }
    let last: Vec<i64> = within_day(sent, now);
    if last.len() >= limits.a_day {
        let oldest = last.len() - limits.a_day;
        return Err(Wait::Day(last.get(oldest).map_or(now, |at| at + DAY_MS)));
    }
    match last.last() {
        Some(at) if now < at + limits.apart_ms => Err(Wait::Apart(at + limits.apart_ms)),
        _ => Ok(()),
    }
}

/// Those of the last 24 hours: nothing older is asked for again.
pub fn within_day(sent: &[i64], now: i64) -> Vec<i64> {
    sent.iter()
        .copied()
        .filter(|at| at + DAY_MS > now)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_16_strangers_are_written_to_slowly() {
        let limits = Limits {
            apart_ms: 60_000,
            a_day: 3,
        };
        let now = 10 * DAY_MS;
        for (sent, locked, want) in [
            (vec![], 0, Ok(())),
            (vec![now - 59_999], 0, Err(Wait::Apart(now + 1))),
            (vec![now - 60_000], 0, Ok(())),
            // Three of today, of which the oldest makes room first.
            (
                vec![now - DAY_MS + 5, now - 70_000, now - 65_000],
                0,
                Err(Wait::Day(now + 5)),
            ),
            // More than the limit allows now, because it was lowered: the third from the end makes room.
            (
                vec![now - 900, now - 800, now - 700, now - 600],
                0,
                Err(Wait::Day(now - 800 + DAY_MS)),
            ),
            // Yesterday's say nothing.
            (vec![now - DAY_MS; 9], 0, Ok(())),
            (vec![], now + 1, Err(Wait::Locked(now + 1))),
            (vec![], now, Ok(())),
        ] {
            assert_eq!(may_begin(limits, &sent, locked, now), want, "{sent:?}");
        }
        assert_eq!(
            may_begin(Limits { a_day: 0, ..limits }, &[], 0, now),
            Err(Wait::Day(now))
        );
    }
}
