//! When a reminder comes: what the eight buttons mean in a person's time zone, and which times are taken.
//!
//! "In N hours" counts real hours, also over a change of the clocks, up to the next whole minute. The days mean a morning: nine
//! o'clock by the clock on the wall, so a change of the clocks does not move it. "Today" is six in the evening; later than that,
//! the next whole hour that is still today; in the last hour, the last minute; in that minute there is no today any more.

use crate::model::{Preset, When};
use jiff::{Span, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};
use kernel::{Error, Moment, Result};
use std::time::Duration;

/// When a day begins for whoever reads reminders.
const MORNING: i8 = 9;
/// When "today" ends.
const EVENING: i8 = 18;
/// The farthest a reminder may be.
const FARTHEST: Duration = Duration::from_secs(5 * 366 * 24 * 3600);
/// The longest snooze by hours: a leap year.
const HOURS: i64 = 8784;

/// An IANA zone by its name.
pub(crate) fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| Error::field("zone", "reminders.bad_zone"))
}

/// The moment a person chose.
pub(crate) fn chosen(when: &When, now: Moment, zone: &TimeZone) -> Result<Moment> {
    let at = match (when.preset, when.hours, when.at) {
        (Some(button), None, None) => {
            preset(button, now, zone).ok_or_else(|| Error::conflict("reminders.today_is_over"))?
        }
        (None, Some(hours), None) if (1..=HOURS).contains(&hours) => in_hours(now, hours),
        (None, Some(_), None) => return Err(Error::field("hours", "reminders.hours")),
        (None, None, Some(at)) => at,
        _ => return Err(Error::invalid("reminders.choose")),
    };
    if at <= now {
        return Err(Error::field("at", "reminders.past"));
    }
    if at > now + FARTHEST {
        return Err(Error::field("at", "reminders.too_far"));
    }
    Ok(at)
}

/// What a button sets; `None` for "today" in the last minute of a day.
pub(crate) fn preset(button: Preset, now: Moment, zone: &TimeZone) -> Option<Moment> {
    let here = now.timestamp().to_zoned(zone.clone());
    match button {
        Preset::Hour => Some(in_hours(now, 1)),
        Preset::ThreeHours => Some(in_hours(now, 3)),
        Preset::EightHours => Some(in_hours(now, 8)),
        Preset::Today => today(&here),
        Preset::Tomorrow => morning(&here, 1.day()),
        Preset::DayAfterTomorrow => morning(&here, 2.days()),
        Preset::Week => morning(&here, 1.week()),
        Preset::Month => morning(&here, 1.month()),
    }
}

/// So many real hours from now, up to the whole minute.
fn in_hours(now: Moment, hours: i64) -> Moment {
    const MINUTE: i64 = 60_000_000;
    let after = now + Duration::from_secs(u64::try_from(hours).unwrap_or(0) * 3600);
    let past = after.micros().rem_euclid(MINUTE);
    let left = u64::try_from((MINUTE - past) % MINUTE).unwrap_or(0);
    after + Duration::from_micros(left)
}

/// Nine in the morning so many days from today.
fn morning(here: &Zoned, days: Span) -> Option<Moment> {
    at(here.date().checked_add(days).ok()?, MORNING, 0, here)
}

fn today(here: &Zoned) -> Option<Moment> {
    let now = moment(here.timestamp());
    let day = here.date();
    let whole_hours = (EVENING..24).filter_map(|hour| at(day, hour, 0, here));
    let last_minute = at(day, 23, 59, here);
    whole_hours.chain(last_minute).find(|later| {
        *later > now && later.timestamp().to_zoned(here.time_zone().clone()).date() == day
    })
}

/// A time of the wall clock; one that a change of the clocks leaves out is moved on by what was left out.
fn at(day: Date, hour: i8, minute: i8, here: &Zoned) -> Option<Moment> {
    let zoned = day
        .at(hour, minute, 0, 0)
        .to_zoned(here.time_zone().clone())
        .ok()?;
    Some(moment(zoned.timestamp()))
}

fn moment(stamp: Timestamp) -> Moment {
    Moment::from_micros(stamp.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Zones with every kind of change: an hour, half an hour, at midnight, another half of the year, none at all.
    const ZONES: [&str; 10] = [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Asia/Beirut",
        "Pacific/Apia",
        "Europe/Moscow",
        "Asia/Kathmandu",
        "UTC",
    ];

    fn when(zone: &str, text: &str) -> Moment {
        let zoned = format!("{text}[{zone}]").parse::<Zoned>().unwrap();
        moment(zoned.timestamp())
    }
    fn set(zone: &str, now: &str, button: Preset) -> Option<String> {
        let zone_of = TimeZone::get(zone).unwrap();
        let at = preset(button, when(zone, now), &zone_of)?;
        let there = at.timestamp().to_zoned(zone_of);
        Some(there.strftime("%Y-%m-%dT%H:%M").to_string())
    }

    #[test]
    fn s2_41_the_eight_buttons_in_words() {
        let now = "2026-10-24T12:34:56";
        let berlin = |button| set("Europe/Berlin", now, button).unwrap();
        assert_eq!(berlin(Preset::Today), "2026-10-24T18:00");
        assert_eq!(berlin(Preset::Tomorrow), "2026-10-25T09:00");
        assert_eq!(berlin(Preset::DayAfterTomorrow), "2026-10-26T09:00");
        assert_eq!(berlin(Preset::Hour), "2026-10-24T13:35");
        assert_eq!(berlin(Preset::ThreeHours), "2026-10-24T15:35");
        assert_eq!(berlin(Preset::EightHours), "2026-10-24T20:35");
        assert_eq!(berlin(Preset::Week), "2026-10-31T09:00");
        assert_eq!(berlin(Preset::Month), "2026-11-24T09:00");
        let last = |button| set("Europe/Berlin", "2026-01-31T08:00:00", button).unwrap();
        assert_eq!(
            last(Preset::Month),
            "2026-02-28T09:00",
            "no 31st of February"
        );
    }

    #[test]
    fn s2_41_today_stays_today() {
        for (now, want) in [
            ("2026-11-02T00:00:00", Some("2026-11-02T18:00")),
            ("2026-11-02T17:59:59", Some("2026-11-02T18:00")),
            ("2026-11-02T18:00:00", Some("2026-11-02T19:00")),
            ("2026-11-02T22:30:00", Some("2026-11-02T23:00")),
            ("2026-11-02T23:00:00", Some("2026-11-02T23:59")),
            ("2026-11-02T23:59:00", None),
        ] {
            let set = set("Europe/Moscow", now, Preset::Today);
            assert_eq!(set.as_deref(), want, "{now}");
        }
    }

    #[test]
    fn s2_41_hours_are_real_hours_and_mornings_are_by_the_wall_over_a_change_of_the_clocks() {
        // Europe goes back at three on 25 October 2026, forward at two on 29 March.
        let autumn = |b| set("Europe/Berlin", "2026-10-25T00:30:00", b).unwrap();
        assert_eq!(
            autumn(Preset::ThreeHours),
            "2026-10-25T02:30",
            "two o'clock comes twice"
        );
        assert_eq!(autumn(Preset::Tomorrow), "2026-10-26T09:00");
        let spring = |b| set("Europe/Berlin", "2026-03-29T00:30:00", b).unwrap();
        assert_eq!(
            spring(Preset::ThreeHours),
            "2026-03-29T04:30",
            "two o'clock does not come"
        );
        let new_york = |b| set("America/New_York", "2026-03-07T20:00:00", b).unwrap();
        assert_eq!(new_york(Preset::EightHours), "2026-03-08T05:00");
        assert_eq!(new_york(Preset::Tomorrow), "2026-03-08T09:00");
    }

    #[test]
    fn s2_49_a_time_that_has_passed_is_refused_with_its_cause() {
        let now = Moment::from_seconds(1_800_000_000);
        let of = |when: When| chosen(&when, now, &TimeZone::UTC).map_err(|e| e.code().unwrap());
        let at = |at| When {
            at: Some(at),
            ..When::default()
        };
        let hours = |n| When {
            hours: Some(n),
            ..When::default()
        };
        assert_eq!(of(at(now)), Err("reminders.past"));
        assert_eq!(of(at(now - Duration::from_secs(60))), Err("reminders.past"));
        assert_eq!(
            of(at(now + Duration::from_secs(1))),
            Ok(now + Duration::from_secs(1))
        );
        assert_eq!(
            of(at(Moment::from_micros(i64::MAX))),
            Err("reminders.too_far")
        );
        assert_eq!(of(hours(0)), Err("reminders.hours"));
        assert_eq!(of(hours(9000)), Err("reminders.hours"));
        assert_eq!(of(hours(2)), Ok(now + Duration::from_secs(7200)));
        assert_eq!(of(When::default()), Err("reminders.choose"));
        let both = When {
            hours: Some(1),
            ..at(now + Duration::from_secs(9))
        };
        assert_eq!(of(both), Err("reminders.choose"));
        assert!(zone("Europe/Atlantis").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        // From 2000 to 2040, so that most changes of the clocks of each zone are met.
        #[test]
        fn s2_41_every_button_means_what_it_says_in_every_zone(
            seconds in 946_684_800i64..2_208_988_800,
            name in prop::sample::select(&ZONES[..]),
        ) {
            let zone = TimeZone::get(name).unwrap();
            let now = Moment::from_seconds(seconds);
            let local = |m: Moment| m.timestamp().to_zoned(zone.clone());
            let here = local(now);
            for button in Preset::ALL {
                let Some(at) = preset(button, now, &zone) else {
                    prop_assert_eq!(button, Preset::Today);
                    prop_assert!(here.hour() == 23, "{}", here);
                    continue;
                };
                prop_assert!(at > now, "{:?} of {} is past", button, here);
                prop_assert_eq!(at.micros() % 60_000_000, 0, "to the minute");
                let there = local(at);
                let days = match button {
                    Preset::Hour | Preset::ThreeHours | Preset::EightHours => {
                        let hours = match button { Preset::Hour => 1, Preset::ThreeHours => 3, _ => 8 };
                        let over = at.since(now).as_secs() - hours * 3600;
                        prop_assert!(over < 60, "{} s more than {} hours", over, hours);
                        continue;
                    }
                    Preset::Today => {
                        prop_assert_eq!(there.date(), here.date());
                        continue;
                    }
                    Preset::Tomorrow => 1.day(),
                    Preset::DayAfterTomorrow => 2.days(),
                    Preset::Week => 1.week(),
                    Preset::Month => 1.month(),
                };
                let want = here.date().checked_add(days).unwrap();
                // Samoa left out the whole of 30 December 2011.
                let left_out = name == "Pacific/Apia" && want.to_string() == "2011-12-30";
                if !left_out {
                    prop_assert_eq!(there.date(), want);
                    prop_assert_eq!((there.hour(), there.minute()), (9, 0));
                }
            }
        }
    }
}
