//! Working time, pure: open or closed, the next opening, working minutes between moments, calendars as they may be kept.
//!
//! A span belongs to the day it begins in, by the clock on the wall of the calendar's zone; one that goes past midnight goes
//! on whatever the next day is. Where the clocks jump over a span's border, the border is where they land; an hour that comes
//! twice is worked twice.

use crate::{
    model::{Calendar, DayAhead, Preview, ProductionYear, SpecialDay, WorkSpan},
    production::{Kind, YEARS},
};
use accounts::Department;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Error, Id, Moment, Result};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// How far is looked for working time, in days: a calendar without any would be looked through for ever.
const FARTHEST: usize = 400;
/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Most spans of a day.
const MOST_SPANS: usize = 8;
/// Most special days of a calendar.
const MOST_DAYS: usize = 1000;
/// Days shown ahead.
const AHEAD: usize = 14;
/// By how much the day before a holiday is shorter, in minutes (Labour Code of the Russian Federation, article 95).
const SHORTER: u16 = 60;

/// A stretch of time, `[from, to)`.
type Stretch = (Moment, Moment);

/// When it is working time. Made from a [`Calendar`], or from several that are worked side by side; or always.
#[derive(Clone, Debug)]
pub struct Hours(Vec<Grid>);

#[derive(Clone, Debug)]
struct Grid {
    zone: TimeZone,
    week: [Vec<WorkSpan>; 7],
    days: BTreeMap<Date, Vec<WorkSpan>>,
}

impl Hours {
    /// Round the clock.
    pub const fn always() -> Self {
        Self(Vec::new())
    }

    /// A calendar's. What cannot be understood in it (it was checked when it was saved) is not working time.
    pub fn of(calendar: &Calendar) -> Self {
        let Ok(zone) = TimeZone::get(&calendar.zone) else {
            return Self::always();
        };
        let mut week: [Vec<WorkSpan>; 7] = Default::default();
        for (own, given) in week.iter_mut().zip(&calendar.week) {
            own.clone_from(given);
        }
        let day = |d: &SpecialDay| Some((d.date.parse::<Date>().ok()?, d.spans.clone()));
        Self(vec![Grid {
            zone,
            week,
            days: calendar.days.iter().filter_map(day).collect(),
        }])
    }

    /// Those of several calendars together: it is working time when it is by any of them. Round the clock if one of them is,
    /// or there are none.
    fn together(all: impl Iterator<Item = Self>) -> Self {
        let mut grids = Vec::new();
        for one in all {
            if one.0.is_empty() {
                return one;
            }
            grids.extend(one.0);
        }
        Self(grids)
    }

    /// The stretches from the day of a moment on, in their order: none begins before the one before it ends.
    fn forward(&self, at: Moment) -> impl Iterator<Item = Stretch> + '_ {
        let mut each: Vec<_> = self.0.iter().map(|g| g.forward(at).peekable()).collect();
        let mut past: Option<Moment> = None;
        std::iter::from_fn(move || {
            loop {
                let heads = each.iter_mut().enumerate();
                let (_, first) = heads.filter_map(|(n, s)| Some((s.peek()?.0, n))).min()?;
                let (a, b) = each[first].next()?;
                let a = past.map_or(a, |past| a.max(past));
                if a < b {
                    past = Some(b);
                    return Some((a, b));
                }
            }
        })
    }

    /// The stretches from the day of a moment back, the latest first.
    fn backward(&self, at: Moment) -> impl Iterator<Item = Stretch> + '_ {
        let mut each: Vec<_> = self.0.iter().map(|g| g.backward(at).peekable()).collect();
        let mut before: Option<Moment> = None;
        std::iter::from_fn(move || {
            loop {
                let heads = each.iter_mut().enumerate();
                let (_, last) = heads.filter_map(|(n, s)| Some((s.peek()?.1, n))).max()?;
                let (a, b) = each[last].next()?;
                let b = before.map_or(b, |before| b.min(before));
                if a < b {
                    before = Some(a);
                    return Some((a, b));
                }
            }
        })
    }

    /// Whether it is working time at a moment.
    pub fn open(&self, at: Moment) -> bool {
        self.0.is_empty() || self.0.iter().any(|grid| grid.open(at))
    }

    /// When working time begins: `at` itself if it is working time then. None: not within [`FARTHEST`] days.
    pub fn opening(&self, at: Moment) -> Option<Moment> {
        if self.0.is_empty() {
            return Some(at);
        }
        let later = |s: Stretch| (s.1 > at).then_some(s.0.max(at));
        self.forward(at).find_map(later)
    }

    /// How much working time lies between two moments; none if `to` is not after `from`.
    pub fn worked(&self, from: Moment, to: Moment) -> Duration {
        if self.0.is_empty() {
            return to.since(from);
        }
        let inside = |(a, b): Stretch| b.min(to).since(a.max(from));
        self.forward(from)
            .take_while(|s| s.0 < to)
            .map(inside)
            .sum()
    }

    /// The first moment by which so much working time has passed since `from`.
    pub fn after(&self, from: Moment, work: Duration) -> Option<Moment> {
        if self.0.is_empty() {
            return Some(from + work);
        }
        let mut left = work;
        for (a, b) in self.forward(from) {
            let a = a.max(from);
            let has = b.since(a);
            if has >= left && b > a {
                return Some(a + left);
            }
            left -= has.min(left);
        }
        None
    }

    /// The last moment since which so much working time has passed at `to`: whoever waits since then or longer has waited
    /// that long. The other side of [`Self::after`]: `after(s, w) <= to` exactly when `s <= before(to, w)`.
    pub fn before(&self, to: Moment, work: Duration) -> Option<Moment> {
        if self.0.is_empty() {
            return Some(to - work);
        }
        let mut left = work;
        for (a, b) in self.backward(to) {
            let b = b.min(to);
            let has = b.since(a);
            if has >= left && b > a {
                return Some(b - left);
            }
            left -= has.min(left);
        }
        None
    }

    /// The day of a moment and its minutes, by the calendar's clock; of several, by that of the first it is working time by.
    /// None when it has no calendar.
    pub fn on_the_wall(&self, at: Moment) -> Option<jiff::civil::DateTime> {
        let open = self.0.iter().find(|grid| grid.open(at));
        let grid = open.or_else(|| self.0.first())?;
        Some(at.timestamp().to_zoned(grid.zone.clone()).datetime())
    }
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_micros(at.as_microsecond())
}

impl Grid {
    fn date(&self, at: Moment) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }
    fn spans(&self, day: Date) -> &[WorkSpan] {
        let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
        self.days
            .get(&day)
            .map_or(self.week[weekday].as_slice(), Vec::as_slice)
    }
    fn open(&self, at: Moment) -> bool {
        let today = self.portion(self.date(at));
        today.iter().any(|(from, to)| *from <= at && at < *to)
    }
    /// Where a minute of a day lies, 1440 and more in the next.
    fn minute(&self, day: Date, minute: u16) -> Option<Moment> {
        let day = if minute >= DAY {
            day.tomorrow().ok()?
        } else {
            day
        };
        let minute = i8::try_from(minute % DAY / 60)
            .ok()
            .zip(i8::try_from(minute % 60).ok());
        let (hour, minute) = minute?;
        let zoned = day
            .at(hour, minute, 0, 0)
            .to_zoned(self.zone.clone())
            .ok()?;
        Some(moment(zoned.timestamp()))
    }
    fn of_day(&self, day: Date) -> Vec<Stretch> {
        let stretch = |span: &WorkSpan| {
            let to = self.minute(day, span.to.min(2 * DAY - 1));
            Some((self.minute(day, span.from)?, to?))
        };
        let all = self.spans(day).iter().filter_map(stretch);
        let mut all: Vec<Stretch> = all.filter(|(a, b)| a < b).collect();
        all.sort_unstable();
        all
    }
    /// The working time of one day from midnight to midnight, with what goes on from the day before; in order, joined.
    fn portion(&self, day: Date) -> Vec<Stretch> {
        let ends = self.minute(day, 0).zip(self.minute(day, DAY));
        let Some((from, to)) = ends else {
            return Vec::new();
        };
        let yesterday = day.yesterday().map(|d| self.of_day(d));
        let mut all = yesterday.unwrap_or_default();
        all.extend(self.of_day(day));
        let inside = |(a, b): Stretch| (a.max(from), b.min(to));
        let mut all: Vec<Stretch> = all.into_iter().map(inside).filter(|(a, b)| a < b).collect();
        all.sort_unstable();
        joined(all)
    }
    /// The stretches from the day of a moment on, day by day.
    fn forward(&self, at: Moment) -> impl Iterator<Item = Stretch> + '_ {
        let days = self.date(at).series(1.day()).take(FARTHEST);
        days.flat_map(|day| self.portion(day))
    }
    /// The stretches from the day of a moment back, day by day.
    fn backward(&self, at: Moment) -> impl Iterator<Item = Stretch> + '_ {
        let days = self.date(at).series((-1).day()).take(FARTHEST);
        days.flat_map(|day| {
            let mut all = self.portion(day);
            all.reverse();
            all
        })
    }
}

fn joined(all: Vec<Stretch>) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = Vec::new();
    for (a, b) in all {
        match out.last_mut() {
            Some(last) if a <= last.1 => last.1 = last.1.max(b),
            _ => out.push((a, b)),
        }
    }
    out
}

// ------------------------------------------------------------ calendars as they are kept

fn checked_spans(field: &'static str, mut spans: Vec<WorkSpan>) -> Result<Vec<WorkSpan>> {
    if spans.len() > MOST_SPANS {
        return Err(Error::field(field, "hours.too_many_spans").arg("limit", MOST_SPANS));
    }
    spans.sort_unstable();
    for span in &spans {
        if span.from >= DAY || span.to <= span.from || span.to - span.from > DAY {
            return Err(Error::field(field, "hours.bad_span"));
        }
    }
    if spans.windows(2).any(|two| two[0].to > two[1].from) {
        return Err(Error::field(field, "hours.spans_overlap"));
    }
    // Two that touch are one.
    let mut out: Vec<WorkSpan> = Vec::new();
    for span in spans {
        match out.last_mut() {
            Some(last) if last.to == span.from && span.to - last.from <= DAY => last.to = span.to,
            _ => out.push(span),
        }
    }
    Ok(out)
}

/// A calendar as it will be kept, or why it cannot be.
pub(crate) fn checked(mut calendar: Calendar) -> Result<Calendar> {
    calendar.name = text::clean_name(&calendar.name);
    if calendar.name.is_empty() {
        return Err(Error::field("name", "hours.name_needed"));
    }
    if TimeZone::get(&calendar.zone).is_err() {
        return Err(Error::field("zone", "hours.bad_zone"));
    }
    if calendar.week.len() != 7 {
        return Err(Error::field("week", "hours.seven_days"));
    }
    calendar.week = calendar
        .week
        .into_iter()
        .map(|spans| checked_spans("week", spans))
        .collect::<Result<_>>()?;
    if calendar.days.len() > MOST_DAYS {
        return Err(Error::field("days", "hours.too_many_days").arg("limit", MOST_DAYS));
    }
    let mut days = BTreeMap::new();
    for day in calendar.days {
        let Ok(date) = day.date.parse::<Date>() else {
            return Err(Error::field("days", "hours.bad_date").arg("date", day.date));
        };
        let kept = SpecialDay {
            date: date.to_string(),
            name: text::clean_name(&day.name),
            spans: checked_spans("days", day.spans)?,
        };
        if days.insert(date, kept).is_some() {
            return Err(Error::field("days", "hours.day_twice").arg("date", date));
        }
    }
    calendar.days = days.into_values().collect();
    Ok(calendar)
}

/// The departments a calendar may have: each is there, and works by no other calendar.
pub(crate) fn check_departments(
    calendar: &mut Calendar,
    known: &[Calendar],
    departments: &[Department],
) -> Result<()> {
    calendar.department_ids.sort();
    calendar.department_ids.dedup();
    for id in &calendar.department_ids {
        let Some(department) = departments.iter().find(|d| d.id == *id) else {
            return Err(Error::field("department_ids", "hours.no_such_department"));
        };
        let other = known
            .iter()
            .find(|c| c.id != calendar.id && c.department_ids.contains(id));
        if let Some(other) = other {
            return Err(Error::field("department_ids", "hours.department_taken")
                .arg("department", &department.name)
                .arg("calendar", &other.name));
        }
    }
    Ok(())
}

/// All calendars, and who works by which.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    calendars: Vec<Calendar>,
    /// The department above each.
    above: BTreeMap<Id<Department>, Option<Id<Department>>>,
}

impl Plan {
    /// Of all calendars and all departments.
    pub fn new(calendars: Vec<Calendar>, departments: &[Department]) -> Self {
        Self {
            calendars,
            above: departments.iter().map(|d| (d.id, d.parent_id)).collect(),
        }
    }

    /// The hours of a group of departments: those of the calendar that was chosen for it; else whenever at least one of its
    /// departments works, each by the calendar it follows; the company's where it has none, round the clock where nobody has
    /// any.
    pub fn of(&self, chosen: Option<Id<Calendar>>, departments: &[Id<Department>]) -> Hours {
        let by_id = |id: Id<Calendar>| self.calendars.iter().find(|c| c.id == id);
        let own = chosen.and_then(by_id);
        if let Some(own) = own {
            return Hours::of(own);
        }
        let company = self.calendars.iter().find(|c| c.company);
        let mut followed: BTreeSet<_> = departments.iter().map(|d| self.followed(*d)).collect();
        if followed.is_empty() {
            followed.insert(None);
        }
        let hours = |calendar: Option<Id<Calendar>>| {
            let found = calendar.and_then(by_id).or(company);
            found.map_or_else(Hours::always, Hours::of)
        };
        Hours::together(followed.into_iter().map(hours))
    }

    /// The calendar a department works by: its own, or that of the nearest above it; none: as the company.
    fn followed(&self, department: Id<Department>) -> Option<Id<Calendar>> {
        let mut at = Some(department);
        // A tree has no circles; a bound costs nothing.
        for _ in 0..=self.above.len() {
            let now = at?;
            let own = self
                .calendars
                .iter()
                .find(|c| c.department_ids.contains(&now));
            if let Some(own) = own.filter(|c| !c.company) {
                return Some(own.id);
            }
            at = self.above.get(&now).copied().flatten();
        }
        None
    }
}

/// What a calendar means for the fourteen days from now.
pub(crate) fn preview(calendar: &Calendar, now: Moment) -> Preview {
    let hours = Hours::of(calendar);
    let open = hours.open(now);
    let days = hours.0.first().map(|grid| {
        let days = grid.date(now).series(1.day()).take(AHEAD);
        let ahead = days.map(|day| {
            let special = calendar
                .days
                .iter()
                .find(|d| d.date.parse::<Date>().is_ok_and(|d| d == day));
            DayAhead {
                date: day.to_string(),
                weekday: u8::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0),
                name: special.map(|d| d.name.clone()).unwrap_or_default(),
                special: special.is_some(),
                spans: grid.spans(day).to_vec(),
            }
        });
        ahead.collect()
    });
    Preview {
        open,
        opens_at: hours.opening(now).filter(|_| !open),
        days: days.unwrap_or_default(),
    }
}

/// A year of the production calendar, laid over a week: holidays and moved days are free, the day before a holiday ends an
/// hour earlier, where it is worked at all. `say` knows the names of days by their Fluent ids.
pub(crate) fn production(
    year: i16,
    week: &[Vec<WorkSpan>],
    say: impl Fn(&str) -> String,
) -> Result<ProductionYear> {
    let Some(known) = YEARS.iter().find(|y| y.year == year) else {
        let years: Vec<String> = YEARS.iter().map(|y| y.year.to_string()).collect();
        return Err(Error::field("year", "hours.no_such_year").arg("years", years.join(", ")));
    };
    let mut days = Vec::new();
    for (month, day, kind) in known.days {
        let Ok(date) = Date::new(year, *month, *day) else {
            continue;
        };
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let usual = week.get(weekday).cloned().unwrap_or_default();
        let (name, spans) = match kind {
            Kind::Holiday(id) => (say(id), Vec::new()),
            Kind::Moved => (say("hours-day-moved"), Vec::new()),
            Kind::Short => (say("hours-day-short"), shortened(&usual)),
        };
        if spans != usual {
            days.push(SpecialDay {
                date: date.to_string(),
                name,
                spans,
            });
        }
    }
    Ok(ProductionYear {
        year,
        provisional: known.provisional,
        days,
    })
}

/// The same spans, the end of the day an hour earlier.
fn shortened(spans: &[WorkSpan]) -> Vec<WorkSpan> {
    let Some(end) = spans.iter().map(|s| s.to).max() else {
        return Vec::new();
    };
    let end = end.saturating_sub(SHORTER);
    let cut = |s: &WorkSpan| WorkSpan {
        to: s.to.min(end),
        ..*s
    };
    spans.iter().map(cut).filter(|s| s.from < s.to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, Uuid};
    use proptest::prelude::*;

    fn span(from: u16, to: u16) -> WorkSpan {
        WorkSpan { from, to }
    }
    fn calendar(zone: &str, week: [Vec<WorkSpan>; 7], days: &[(&str, &[WorkSpan])]) -> Calendar {
        let day = |(date, spans): &(&str, &[WorkSpan])| SpecialDay {
            date: (*date).to_owned(),
            name: String::new(),
            spans: spans.to_vec(),
        };
        Calendar {
            id: Id::new(Uuid::nil()),
            name: "Н".into(),
            zone: zone.into(),
            week: week.to_vec(),
            days: days.iter().map(day).collect(),
            company: true,
            department_ids: Vec::new(),
        }
    }
    /// Monday to Friday, nine to six with an hour between.
    fn office() -> [Vec<WorkSpan>; 7] {
        let day = vec![span(540, 780), span(840, 1080)];
        [
            day.clone(),
            day.clone(),
            day.clone(),
            day.clone(),
            day,
            vec![],
            vec![],
        ]
    }
    fn at(word: &str) -> Moment {
        moment(word.parse().unwrap())
    }
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn p_44_a_department_works_by_its_calendar_else_as_those_above_it_else_as_the_company() {
        fn id<T>(n: u128) -> Id<T> {
            Id::new(Uuid::from_u128(n))
        }
        let department = |n: u128, above: Option<u128>| Department {
            id: id(n),
            name: n.to_string(),
            parent_id: above.map(id),
        };
        let all_day = || {
            [
                vec![span(0, 1440)],
                vec![],
                vec![],
                vec![],
                vec![],
                vec![],
                vec![],
            ]
        };
        let company = Calendar {
            id: id(1),
            ..calendar("UTC", office(), &[])
        };
        let own = |n: u128, of: &[u128]| Calendar {
            id: id(n),
            company: false,
            department_ids: of.iter().map(|n| id(*n)).collect(),
            ..calendar("UTC", all_day(), &[])
        };
        let tree = [
            department(10, None),
            department(11, Some(10)),
            department(12, Some(11)),
            department(20, None),
        ];
        let plan = Plan::new(vec![company.clone(), own(2, &[10]), own(3, &[12])], &tree);
        for (n, follows) in [
            (10, Some(2)),
            (11, Some(2)),
            (12, Some(3)),
            (20, None),
            (99, None),
        ] {
            assert_eq!(plan.followed(id(n)), follows.map(id), "{n}");
        }
        // Monday, three in the morning: the company sleeps, the departments do not.
        let night = at("2026-11-02T03:00:00Z");
        let open = |chosen: Option<u128>, of: &[u128]| {
            let of: Vec<Id<Department>> = of.iter().map(|n| id(*n)).collect();
            plan.of(chosen.map(id), &of).open(night)
        };
        assert!(open(None, &[10]) && open(None, &[10, 11]));
        assert!(!open(None, &[]) && !open(None, &[20]), "as the company");
        assert!(
            open(None, &[20, 10]) && open(None, &[10, 12]),
            "one of them works"
        );
        // Monday, four in the afternoon, and Tuesday the same: the company works, of the departments one does on Monday.
        let both = plan.of(None, &[id(10), id(20)]);
        assert!(both.open(at("2026-11-02T16:00:00Z")) && both.open(at("2026-11-03T16:00:00Z")));
        let alone = plan.of(None, &[id(10)]);
        assert!(!alone.open(at("2026-11-03T16:00:00Z")));
        assert!(
            open(Some(2), &[20]) && !open(Some(1), &[10]),
            "what was chosen"
        );
        assert!(open(Some(77), &[10]), "what was chosen is gone");
        assert!(Plan::default().of(None, &[id(10)]).open(night));
        let mut twice = own(4, &[10, 10]);
        let known = [own(2, &[10])];
        let refused = check_departments(&mut twice, &known, &tree).unwrap_err();
        assert_eq!(refused.code(), Some("hours.department_taken"));
        let refused = check_departments(&mut own(4, &[99]), &known, &tree).unwrap_err();
        assert_eq!(refused.code(), Some("hours.no_such_department"));
        assert!(check_departments(&mut own(2, &[10, 11]), &known, &tree).is_ok());
    }

    #[test]
    fn p_44_open_and_closed_with_holidays_and_special_days() {
        let hours = Hours::of(&calendar(
            "Europe/Moscow",
            office(),
            &[
                ("2026-11-04", &[]),
                ("2026-11-03", &[span(540, 780), span(840, 1020)]),
                ("2026-11-07", &[span(600, 720)]),
            ],
        ));
        for (moment, open) in [
            ("2026-11-02T05:59:59Z", false),
            ("2026-11-02T06:00:00Z", true),
            ("2026-11-02T09:59:59Z", true),
            ("2026-11-02T10:00:00Z", false),
            ("2026-11-02T11:00:00Z", true),
            ("2026-11-02T15:00:00Z", false),
            // Shortened, a holiday, a working Saturday, an ordinary Sunday.
            ("2026-11-03T14:00:00Z", false),
            ("2026-11-04T08:00:00Z", false),
            ("2026-11-07T07:30:00Z", true),
            ("2026-11-08T07:30:00Z", false),
        ] {
            assert_eq!(hours.open(at(moment)), open, "{moment}");
        }
        assert_eq!(
            hours.opening(at("2026-11-03T14:00:00Z")),
            Some(at("2026-11-05T06:00:00Z")),
            "over the holiday"
        );
        assert_eq!(
            hours.opening(at("2026-11-02T06:30:00Z")),
            Some(at("2026-11-02T06:30:00Z"))
        );
        assert_eq!(
            hours.after(at("2026-11-03T13:50:00Z"), MINUTE * 15),
            Some(at("2026-11-05T06:05:00Z")),
            "ten minutes before the holiday, five after it"
        );
        assert_eq!(
            hours.worked(at("2026-11-02T00:00:00Z"), at("2026-11-04T00:00:00Z")),
            Duration::from_secs(15 * 3600)
        );
    }

    #[test]
    fn p_44_a_span_past_midnight_belongs_to_the_day_it_begins_in() {
        let mut week = office();
        week[4] = vec![span(1320, 1440 + 360)];
        let hours = Hours::of(&calendar("UTC", week, &[("2026-11-07", &[])]));
        assert!(!hours.open(at("2026-11-06T21:59:00Z")));
        assert!(hours.open(at("2026-11-06T22:00:00Z")));
        assert!(
            hours.open(at("2026-11-07T05:59:00Z")),
            "a holiday's morning"
        );
        assert!(!hours.open(at("2026-11-07T06:00:00Z")));
    }

    #[test]
    fn p_44_clocks_that_change_are_followed() {
        let all_days: [Vec<WorkSpan>; 7] = std::array::from_fn(|_| vec![span(60, 240)]);
        let hours = Hours::of(&calendar("Europe/Berlin", all_days, &[]));
        let day = |date: &str| {
            let from = at(&format!("{date}T00:00:00+01:00"));
            hours.worked(from - MINUTE * 60, from + MINUTE * 600)
        };
        assert_eq!(day("2026-03-28"), MINUTE * 180);
        assert_eq!(day("2026-03-29"), MINUTE * 120, "two o'clock is three");
        assert_eq!(day("2026-10-25"), MINUTE * 240, "three o'clock comes twice");
        // The same clock on the wall, another moment.
        assert!(hours.open(at("2026-03-28T00:00:00Z")) && !hours.open(at("2026-03-27T23:59:59Z")));
        assert!(hours.open(at("2026-06-28T23:00:00Z")));
    }

    #[test]
    fn p_44_a_calendar_without_working_time_is_never_open_and_none_is_always() {
        let empty = Hours::of(&calendar("UTC", Default::default(), &[]));
        let now = at("2026-11-02T06:00:00Z");
        assert!(!empty.open(now));
        assert_eq!(empty.opening(now), None);
        assert_eq!(empty.after(now, MINUTE), None);
        assert_eq!(empty.before(now, MINUTE), None);
        assert_eq!(empty.worked(now, now + MINUTE * 9000), Duration::ZERO);
        let always = Hours::always();
        assert!(always.open(now));
        assert_eq!(always.after(now, MINUTE), Some(now + MINUTE));
        assert_eq!(always.before(now, MINUTE), Some(now - MINUTE));
    }

    #[test]
    fn p_44_what_could_not_be_kept_to_is_refused() {
        let code = |c: Calendar| checked(c).unwrap_err().code().map(str::to_owned).unwrap();
        let week = |monday: Vec<WorkSpan>| {
            let mut week: [Vec<WorkSpan>; 7] = Default::default();
            week[0] = monday;
            calendar("UTC", week, &[])
        };
        assert_eq!(code(calendar("Mars/Base", office(), &[])), "hours.bad_zone");
        for bad in [
            span(600, 600),
            span(600, 540),
            span(1440, 1500),
            span(0, 1441),
        ] {
            assert_eq!(code(week(vec![bad])), "hours.bad_span", "{bad:?}");
        }
        assert_eq!(
            code(week(vec![span(540, 700), span(690, 800)])),
            "hours.spans_overlap"
        );
        assert_eq!(code(week(vec![span(0, 1); 9])), "hours.too_many_spans");
        assert_eq!(
            code(calendar("UTC", office(), &[("2026-02-30", &[])])),
            "hours.bad_date"
        );
        let twice = calendar("UTC", office(), &[("2026-02-03", &[]), ("2026-02-03", &[])]);
        assert_eq!(code(twice), "hours.day_twice");
        let unnamed = Calendar {
            name: " ".into(),
            ..calendar("UTC", office(), &[])
        };
        assert_eq!(code(unnamed), "hours.name_needed");
        let kept = checked(week(vec![span(780, 840), span(540, 780)])).unwrap();
        assert_eq!(
            kept.week[0],
            [span(540, 840)],
            "in order, what touches is one"
        );
    }

    #[test]
    fn u_36_the_production_calendar_lies_over_the_week() {
        let year = production(2026, &office(), str::to_owned).unwrap();
        assert!(!year.provisional);
        let of = |date: &str| year.days.iter().find(|d| d.date == date);
        assert_eq!(of("2026-01-09").unwrap().spans, []);
        assert_eq!(of("2026-01-09").unwrap().name, "hours-day-moved");
        assert_eq!(
            of("2026-11-03").unwrap().spans,
            [span(540, 780), span(840, 1020)]
        );
        assert_eq!(of("2026-01-03"), None, "a Saturday is free anyway");
        assert_eq!(of("2026-01-12"), None);
        assert!(
            production(2027, &office(), str::to_owned)
                .unwrap()
                .provisional
        );
        let unknown = production(2031, &office(), str::to_owned).unwrap_err();
        assert_eq!(unknown.code(), Some("hours.no_such_year"));
    }

    fn any_span() -> impl Strategy<Value = WorkSpan> {
        (0..1440u16, 1..=1440u16).prop_map(|(from, long)| span(from, from + long))
    }
    fn any_hours() -> impl Strategy<Value = Hours> {
        let zones = [
            "UTC",
            "Europe/Moscow",
            "Europe/Berlin",
            "America/New_York",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
        ];
        let week = proptest::collection::vec(proptest::collection::vec(any_span(), 0..3), 7);
        let days = proptest::collection::vec(
            (0..200i64, proptest::collection::vec(any_span(), 0..2)),
            0..10,
        );
        (0..zones.len(), week, days).prop_map(move |(zone, week, days)| {
            let day = |(n, spans): (i64, Vec<WorkSpan>)| SpecialDay {
                date: Date::constant(2026, 1, 1)
                    .saturating_add(n.days())
                    .to_string(),
                name: String::new(),
                spans,
            };
            let mut c = calendar(zones[zone], Default::default(), &[]);
            c.week = week;
            c.days = days.into_iter().map(day).collect();
            Hours::of(&c)
        })
    }
    /// Several calendars side by side, each with a clock of its own.
    fn any_team() -> impl Strategy<Value = (Hours, Hours, Hours)> {
        (any_hours(), any_hours()).prop_map(|(one, other)| {
            let both = Hours::together([one.clone(), other.clone()].into_iter());
            (one, other, both)
        })
    }
    /// Some moment of half a year in which clocks change.
    fn any_moment() -> impl Strategy<Value = Moment> {
        (1_767_225_600i64..1_783_000_000).prop_map(Moment::from_seconds)
    }

    proptest! {
        #[test]
        fn p_44_several_departments_work_when_one_of_them_does((one, other, both) in any_team(), s in any_moment(), n in 1..3000u64, far in 0..500_000i64) {
            let (work, now) = (MINUTE * u32::try_from(n).unwrap(), Moment::from_seconds(s.micros() / 1_000_000 + far));
            prop_assert_eq!(both.open(s), one.open(s) || other.open(s));
            let first = one.opening(s).into_iter().chain(other.opening(s)).min();
            prop_assert_eq!(both.opening(s), first);
            let (a, b, all) = (one.worked(s, now), other.worked(s, now), both.worked(s, now));
            prop_assert!(a.max(b) <= all && all <= a + b, "what both work counts once");
            let due = both.after(s, work).is_some_and(|at| at <= now);
            prop_assert_eq!(due, both.before(now, work).is_some_and(|at| s <= at));
            prop_assert_eq!(due, all >= work);
            if let Some(at) = both.before(now, work) {
                prop_assert_eq!(both.worked(at, now), work);
            }
        }

        #[test]
        fn p_44_after_and_before_are_two_sides_of_one_thing(hours in any_hours(), s in any_moment(), n in 1..3000u64, far in 0..500_000i64) {
            let (work, now) = (MINUTE * u32::try_from(n).unwrap(), Moment::from_seconds(s.micros() / 1_000_000 + far));
            let due = hours.after(s, work).is_some_and(|at| at <= now);
            let waited = hours.before(now, work).is_some_and(|at| s <= at);
            prop_assert_eq!(due, waited);
            prop_assert_eq!(due, hours.worked(s, now) >= work);
            if let Some(at) = hours.after(s, work) {
                prop_assert_eq!(hours.worked(s, at), work);
            }
            if let Some(at) = hours.before(now, work) {
                prop_assert_eq!(hours.worked(at, now), work);
            }
        }

        #[test]
        fn p_44_the_opening_is_the_first_open_moment(hours in any_hours(), at in any_moment()) {
            match hours.opening(at) {
                Some(opens) => {
                    prop_assert!(opens >= at && hours.open(opens));
                    prop_assert_eq!(opens == at, hours.open(at));
                    prop_assert_eq!(hours.worked(at, opens), Duration::ZERO);
                }
                None => prop_assert!(!hours.open(at)),
            }
        }

        #[test]
        fn p_44_working_time_adds_up(hours in any_hours(), a in any_moment(), x in 0..300_000u64, y in 0..300_000u64) {
            let b = a + Duration::from_secs(x);
            let c = b + Duration::from_secs(y);
            prop_assert_eq!(hours.worked(a, b) + hours.worked(b, c), hours.worked(a, c));
            prop_assert!(hours.worked(a, c) <= c.since(a));
        }
    }
}
