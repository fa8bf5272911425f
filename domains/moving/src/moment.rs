//! Times as other programs write them.

/// `2024-01-31T12:00:00` as milliseconds since 1970, taken as UTC: the archive does not say whose clock it was.
pub(crate) fn local(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let clock = |range| number(range).unwrap_or(0);
    let seconds = clock(11..13) * 3600 + clock(14..16) * 60 + clock(17..19);
    Some((days(year, month, day) * 86_400 + seconds) * 1000)
}

/// `2024-01-31T12:00:00.123Z` as milliseconds; a shift from UTC is counted.
pub(crate) fn utc(text: &str) -> Option<i64> {
    let whole = local(text)?;
    let rest = text.get(19..).unwrap_or_default();
    let part = rest.strip_prefix('.').unwrap_or_default();
    let part: String = part.chars().take_while(char::is_ascii_digit).collect();
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    let shift = rest.find(['+', '-']).map_or(Some(0), |sign| {
        let hours: i64 = rest.get(sign + 1..sign + 3)?.parse().ok()?;
        let minutes = rest[sign + 3..].trim_start_matches(':');
        let minutes: i64 = minutes.get(..2).unwrap_or("0").parse().ok()?;
        let all = (hours * 60 + minutes) * 60_000;
        Some(if rest[sign..].starts_with('-') {
            -all
        } else {
            all
        })
    })?;
    Some(whole + part.parse::<i64>().ok()? - shift)
}

/// Days since 1970 of a date of our calendar; years are counted from March.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `1700000000.000200` as milliseconds.
pub(crate) fn slack(text: &str) -> Option<i64> {
    let (seconds, rest) = text.split_once('.').unwrap_or((text, "0"));
    let rest: String = rest.chars().chain("000".chars()).take(3).collect();
    let seconds: i64 = seconds.parse().ok()?;
    seconds.checked_mul(1000)?.checked_add(rest.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        assert_eq!(local("1970-01-01T00:00:00"), Some(0));
        assert_eq!(local("2024-02-29T12:30:05"), Some(1_709_209_805_000));
        assert_eq!(local("yesterday"), None);
        assert_eq!(utc("1970-01-01T00:00:01.5Z"), Some(1500));
        assert_eq!(utc("1970-01-01T03:00:00+03:00"), Some(0));
        assert_eq!(utc("1970-01-01T00:00:00.123-0100"), Some(3_600_123));
        assert_eq!(slack("1700000000.000200"), Some(1_700_000_000_000));
        assert_eq!(slack("1700000000.123456"), Some(1_700_000_000_123));
        assert_eq!(slack("x"), None);
    }
}
