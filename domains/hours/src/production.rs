//! The production calendar of Russia: non-working holidays, moved days off, days one hour shorter.
//!
//! Sources: Labour Code of the Russian Federation, articles 112 (holidays; one that falls on a day off moves to the next
//! working day, save those of January, which the government moves) and 95 (the working day before a holiday is an hour
//! shorter); for 2026 the government's decree No. 1466 of 24 September 2025 (3 January → 9 January, 4 January → 31 December).
//! The decree for 2027 was not known when this was written, so 2027 holds what the Code alone says, and is provisional.

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A holiday of the Code; the Fluent id of its name.
    Holiday(&'static str),
    /// A day off moved here from a weekend.
    Moved,
    /// An hour shorter.
    Short,
}

/// A year of it.
pub(crate) struct Known {
    pub(crate) year: i16,
    /// Without the government's decree.
    pub(crate) provisional: bool,
    /// Month, day, what it is; in order.
    pub(crate) days: &'static [(i8, i8, Kind)],
}

const NEW_YEAR: Kind = Kind::Holiday("hours-day-new-year");
const CHRISTMAS: Kind = Kind::Holiday("hours-day-christmas");
const DEFENDER: Kind = Kind::Holiday("hours-day-defender");
const WOMEN: Kind = Kind::Holiday("hours-day-women");
const SPRING: Kind = Kind::Holiday("hours-day-spring");
const VICTORY: Kind = Kind::Holiday("hours-day-victory");
const RUSSIA: Kind = Kind::Holiday("hours-day-russia");
const UNITY: Kind = Kind::Holiday("hours-day-unity");

/// The years this version knows.
pub(crate) const YEARS: &[Known] = &[
    Known {
        year: 2026,
        provisional: false,
        days: &[
            (1, 1, NEW_YEAR),
            (1, 2, NEW_YEAR),
            (1, 3, NEW_YEAR),
            (1, 4, NEW_YEAR),
            (1, 5, NEW_YEAR),
            (1, 6, NEW_YEAR),
            (1, 7, CHRISTMAS),
            (1, 8, NEW_YEAR),
            (1, 9, Kind::Moved),
            (2, 23, DEFENDER),
            (3, 8, WOMEN),
            (3, 9, Kind::Moved),
            (4, 30, Kind::Short),
            (5, 1, SPRING),
            (5, 8, Kind::Short),
            (5, 9, VICTORY),
            (5, 11, Kind::Moved),
            (6, 11, Kind::Short),
            (6, 12, RUSSIA),
            (11, 3, Kind::Short),
            (11, 4, UNITY),
            (12, 31, Kind::Moved),
        ],
    },
    Known {
        year: 2027,
        provisional: true,
        days: &[
            (1, 1, NEW_YEAR),
            (1, 2, NEW_YEAR),
            (1, 3, NEW_YEAR),
            (1, 4, NEW_YEAR),
            (1, 5, NEW_YEAR),
            (1, 6, NEW_YEAR),
            (1, 7, CHRISTMAS),
            (1, 8, NEW_YEAR),
            (2, 22, Kind::Short),
            (2, 23, DEFENDER),
            (3, 8, WOMEN),
            (4, 30, Kind::Short),
            (5, 1, SPRING),
            (5, 3, Kind::Moved),
            (5, 9, VICTORY),
            (5, 10, Kind::Moved),
            (6, 11, Kind::Short),
            (6, 12, RUSSIA),
            (6, 14, Kind::Moved),
            (11, 3, Kind::Short),
            (11, 4, UNITY),
            (12, 31, Kind::Short),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{Date, Weekday};

    fn free(year: &Known, date: Date) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let listed = year
            .days
            .iter()
            .find(|(m, d, _)| (*m, *d) == (date.month(), date.day()));
        weekend || listed.is_some_and(|(_, _, kind)| *kind != Kind::Short)
    }

    #[test]
    fn u_36_2026_has_as_many_working_days_as_was_published() {
        let year = YEARS.iter().find(|y| y.year == 2026).unwrap();
        let days = Date::constant(2026, 1, 1).series(jiff::ToSpan::days(1));
        let working = days
            .take_while(|d| d.year() == 2026)
            .filter(|d| !free(year, *d))
            .count();
        assert_eq!(working, 247, "365 days, 118 of them free");
    }

    #[test]
    fn u_36_each_year_follows_the_code() {
        let holidays = [
            (1, 1),
            (1, 2),
            (1, 3),
            (1, 4),
            (1, 5),
            (1, 6),
            (1, 7),
            (1, 8),
            (2, 23),
            (3, 8),
            (5, 1),
            (5, 9),
            (6, 12),
            (11, 4),
        ];
        for year in YEARS {
            let named: Vec<(i8, i8)> = year
                .days
                .iter()
                .filter(|(_, _, k)| matches!(k, Kind::Holiday(_)))
                .map(|(m, d, _)| (*m, *d))
                .collect();
            assert_eq!(named, holidays, "{}", year.year);
            assert!(year.days.is_sorted_by_key(|(m, d, _)| (*m, *d)));
            for (month, day, kind) in year.days {
                let date = Date::new(year.year, *month, *day).unwrap();
                let next = date.tomorrow().unwrap();
                match kind {
                    Kind::Short => {
                        assert!(!free(year, date), "{date} is worked");
                        let holiday = holidays.contains(&(next.month(), next.day()));
                        assert!(holiday, "{date} stands before a holiday");
                    }
                    Kind::Moved => {
                        let weekday = date.weekday();
                        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
                        assert!(!weekend, "{date} would be free anyway");
                    }
                    Kind::Holiday(_) => {}
                }
            }
        }
    }
}
