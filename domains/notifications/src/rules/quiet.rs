//! Quiet hours: a weekly timetable on the person's own clock, with days that differ (U-41).

use crate::model::{Quiet, QuietDay};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kernel::{Error, Moment, Result};

/// Minutes of a day.
const DAY: i32 = 24 * 60;
/// Days that differ, people and chats that pass: a list of more is no list.
const MOST: usize = 200;

/// Whether it is quiet now. A night belongs to the day it began on; a day that is said to be loud is loud from its first
/// minute, a night before it or not.
pub(crate) fn quiet_at(quiet: &Quiet, now: Moment) -> bool {
    if !quiet.on {
        return false;
    }
    let zone = TimeZone::get(&quiet.zone).unwrap_or(TimeZone::UTC);
    let here = now.timestamp().to_zoned(zone);
    let (day, minute) = (
        here.date(),
        i32::from(here.hour()) * 60 + i32::from(here.minute()),
    );
    match exception(quiet, day) {
        Some(quiet) => return quiet,
        None if of_day(quiet, day).is_some_and(|d| begun(d, minute)) => return true,
        None => {}
    }
    let Ok(before) = day.checked_sub(1.day()) else {
        return false;
    };
    // Last night, unless the day it began on was an exception.
    exception(quiet, before).is_none()
        && of_day(quiet, before).is_some_and(|d| over_midnight(d) && minute < d.to)
}

fn exception(quiet: &Quiet, day: Date) -> Option<bool> {
    let name = day.to_string();
    let found = quiet.dates.iter().find(|d| d.date == name)?;
    Some(found.quiet)
}

/// The timetable of a weekday, Monday first; nothing when its quiet is off.
fn of_day(quiet: &Quiet, day: Date) -> Option<&QuietDay> {
    let at = usize::try_from(day.weekday().since(Weekday::Monday)).ok()?;
    quiet.days.get(at).filter(|d| d.on)
}

const fn over_midnight(day: &QuietDay) -> bool {
    day.from > day.to
}

/// Whether the quiet that begins on this day holds at a minute of the same day. From equal to until is the whole day.
const fn begun(day: &QuietDay, minute: i32) -> bool {
    if day.from == day.to {
        return true;
    }
    minute >= day.from && (over_midnight(day) || minute < day.to)
}

/// Refuses a timetable that cannot be kept.
pub(crate) fn check(quiet: &Quiet) -> Result<()> {
    TimeZone::get(&quiet.zone).map_err(|_| Error::field("zone", "notifications.bad_zone"))?;
    let minutes = |d: &QuietDay| (0..DAY).contains(&d.from) && (0..DAY).contains(&d.to);
    if quiet.days.len() != 7 || !quiet.days.iter().all(minutes) {
        return Err(Error::field("days", "notifications.bad_hours"));
    }
    if quiet.dates.iter().any(|d| d.date.parse::<Date>().is_err()) {
        return Err(Error::field("dates", "notifications.bad_date"));
    }
    let longest = [
        quiet.dates.len(),
        quiet.pass_people.len(),
        quiet.pass_threads.len(),
        quiet.pass_kinds.len(),
    ];
    if longest.into_iter().any(|n| n > MOST) {
        return Err(Error::invalid("notifications.too_many_exceptions").arg("limit", MOST));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::QuietDate;
    use jiff::Zoned;
    use proptest::prelude::*;

    fn nights(zone: &str) -> Quiet {
        Quiet {
            on: true,
            zone: zone.to_owned(),
            ..Quiet::default()
        }
    }
    fn at(zone: &str, text: &str) -> Moment {
        let zoned = format!("{text}[{zone}]").parse::<Zoned>().unwrap();
        Moment::from_micros(zoned.timestamp().as_microsecond())
    }

    #[test]
    fn u_41_a_night_begins_in_the_evening_and_ends_in_the_morning_of_the_person() {
        // The default: every night from 22:00 to 8:00.
        for (zone, time, quiet) in [
            ("Europe/Berlin", "2026-11-02T21:59", false),
            ("Europe/Berlin", "2026-11-02T22:00", true),
            ("Europe/Berlin", "2026-11-03T07:59", true),
            ("Europe/Berlin", "2026-11-03T08:00", false),
            ("Asia/Tehran", "2026-11-02T23:30", true),
            // The night in which the clocks go back is an hour longer, and no less quiet.
            ("Europe/Berlin", "2026-10-25T02:30", true),
            ("America/New_York", "2026-03-08T03:30", true),
        ] {
            assert_eq!(
                quiet_at(&nights(zone), at(zone, time)),
                quiet,
                "{zone} {time}"
            );
        }
        let off = Quiet {
            on: false,
            ..nights("UTC")
        };
        assert!(!quiet_at(&off, at("UTC", "2026-11-02T23:00")));
    }

    #[test]
    fn u_41_days_differ() {
        let mut quiet = nights("Europe/Moscow");
        // Sunday is quiet all day; Monday's night is off. 1 November 2026 is a Sunday.
        quiet.days[6] = QuietDay {
            on: true,
            from: 0,
            to: 0,
        };
        quiet.days[0].on = false;
        let is = |quiet: &Quiet, time| quiet_at(quiet, at("Europe/Moscow", time));
        assert!(is(&quiet, "2026-11-01T15:00"));
        assert!(!is(&quiet, "2026-11-02T23:00") && !is(&quiet, "2026-11-03T03:00"));
        assert!(is(&quiet, "2026-11-03T23:00"));
        // Duty on the night of the third; a holiday on the fifth.
        let date = |date: &str, quiet| QuietDate {
            date: date.to_owned(),
            quiet,
        };
        quiet.dates = vec![date("2026-11-03", false), date("2026-11-05", true)];
        assert!(!is(&quiet, "2026-11-03T23:00") && !is(&quiet, "2026-11-04T03:00"));
        assert!(is(&quiet, "2026-11-05T12:00") && !is(&quiet, "2026-11-06T03:00"));
    }

    #[test]
    fn u_41_what_cannot_be_kept_is_refused() {
        assert!(check(&nights("Europe/Berlin")).is_ok());
        assert!(check(&nights("Europe/Atlantis")).is_err());
        let mut short = nights("UTC");
        short.days.pop();
        assert!(check(&short).is_err());
        let mut late = nights("UTC");
        late.days[0].to = DAY;
        assert!(check(&late).is_err());
        let mut dates = nights("UTC");
        dates.dates = vec![QuietDate {
            date: "2026-02-30".to_owned(),
            quiet: true,
        }];
        assert!(check(&dates).is_err());
    }

    proptest! {
        // Whatever the timetable, a minute is quiet exactly when it lies in a span that began today or last night.
        #[test]
        fn u_41_the_timetable_holds_at_every_minute(
            spans in prop::collection::vec((any::<bool>(), 0..DAY, 0..DAY), 7),
            minutes in 0i64..14 * 1440,
        ) {
            let days: Vec<QuietDay> = spans.iter().map(|(on, from, to)| QuietDay { on: *on, from: *from, to: *to }).collect();
            let quiet = Quiet { days: days.clone(), ..nights("UTC") };
            // 2026-11-02 is a Monday.
            let now = at("UTC", "2026-11-02T00:00") + std::time::Duration::from_secs(60 * u64::try_from(minutes).unwrap());
            let (day, minute) = (usize::try_from(minutes / 1440).unwrap() % 7, i32::try_from(minutes % 1440).unwrap());
            let (today, before) = (&days[day], &days[(day + 6) % 7]);
            let span = |d: &QuietDay, m: i32| {
                let end = if d.to > d.from { d.to } else { d.to + DAY };
                d.on && m >= d.from && m < end
            };
            let whole = today.on && today.from == today.to;
            let last_night = before.from > before.to && span(before, minute + DAY);
            prop_assert_eq!(quiet_at(&quiet, now), whole || span(today, minute) || last_night);
        }
    }
}
