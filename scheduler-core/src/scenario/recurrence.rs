//! On which dates something holds: weekdays, seasons and rotas.

use chrono::{Datelike, Days, NaiveDate};

use super::Weekday;
use crate::wire;

wire! {
    /// A rota: the week of `of` and every week that is a multiple of `every` weeks away, before it
    /// too. Weeks begin on Mondays.
    #[derive(Copy, Eq)]
    pub struct Weeks: Default {
        /// Every so many weeks; 2 for every other week.
        #[wire(unit = "weeks", within = (1.0, 520.0), example = "2")]
        pub every: u32,
        /// A date in one of the weeks.
        #[wire(example = r#""2027-03-01""#)]
        pub of: NaiveDate,
    }
}

/// What an entry says about its dates.
#[derive(Debug, Clone, Copy)]
pub(crate) struct When<'a> {
    pub(crate) days: Option<&'a [Weekday]>,
    pub(crate) from_date: Option<NaiveDate>,
    pub(crate) until_date: Option<NaiveDate>,
    pub(crate) weeks: Option<Weeks>,
}

/// What holds on some dates only.
pub(crate) trait Recurring {
    /// On which.
    fn when(&self) -> When<'_>;
}

/// Defines parts of a file, as [`wire!`], that hold on some dates only: with the fields that say on
/// which between two others. `days codes [DEMAND_NEVER]` names further findings of `days`.
macro_rules! dated {
    ($(
        $(#[$($about:tt)*])*
        pub struct $name:ident: Default $(, days codes $codes:tt)? {
            $($before:tt)*
        } on dates {
            $($after:tt)*
        }
    )*) => {$(
        $crate::wire! {
            $(#[$($about)*])*
            pub struct $name: Default {
                $($before)*
                /// When it applies; every day where left out.
                #[wire(length = (1, usize::MAX), ruled $(, codes = &$codes)?)]
                pub days: Option<Vec<$crate::scenario::Weekday>>,
                /// First date on which it may hold; since ever where left out.
                pub from_date: Option<chrono::NaiveDate>,
                /// Last date on which it may hold, included; for ever where left out.
                #[wire(codes = &[$crate::scenario::codes::DATES_REVERSED])]
                pub until_date: Option<chrono::NaiveDate>,
                /// The weeks in which it holds, for a rota; every week where left out.
                pub weeks: Option<$crate::scenario::recurrence::Weeks>,
                $($after)*
            }
        }

        impl $crate::scenario::recurrence::Recurring for $name {
            fn when(&self) -> $crate::scenario::recurrence::When<'_> {
                $crate::scenario::recurrence::When {
                    days: self.days.as_deref(),
                    from_date: self.from_date,
                    until_date: self.until_date,
                    weeks: self.weeks,
                }
            }
        }
    )*};
}
pub(super) use dated;

impl When<'_> {
    /// Whether it holds on `date`.
    pub(crate) fn holds_on(self, date: NaiveDate) -> bool {
        self.is_day(date.weekday().into())
            && self.from_date.is_none_or(|from| from <= date)
            && self.until_date.is_none_or(|until| date <= until)
            && self.weeks.is_none_or(|weeks| weeks.hold_in(week(date)))
    }

    fn is_day(self, day: Weekday) -> bool {
        self.days.is_none_or(|days| days.contains(&day))
    }

    /// A date on which both hold, in any year; the first one from `start` on where there is one.
    pub(crate) fn common_date(self, other: Self, start: NaiveDate) -> Option<NaiveDate> {
        let days: Vec<Weekday> =
            Weekday::ALL.into_iter().filter(|&day| self.is_day(day) && other.is_day(day)).collect();
        if days.is_empty() {
            return None;
        }
        let from = self.from_date.into_iter().chain(other.from_date).max();
        let until = self.until_date.into_iter().chain(other.until_date).min();
        // From `start` on, then from where they begin; if there is no begin, from before their end.
        let before = until.and_then(|until| until.checked_sub_days(Days::new(7 * PERIOD)));
        let starts = [Some(start), from.or(before)];
        starts.into_iter().flatten().find_map(|start| {
            let start = from.map_or(start, |from| from.max(start));
            let (one, other) = (self.weeks, other.weeks);
            // Of two rotas the longer sets the pace; after as many of its weeks as the shorter has,
            // everything repeats.
            let long = one.into_iter().chain(other).max_by_key(|weeks| weeks.every);
            let pace = long.map_or(1, |weeks| weeks.every.max(1));
            let first = week(start);
            let ahead =
                long.map_or(0, |weeks| (week(weeks.of) - first).rem_euclid(i64::from(pace)));
            let turns = one.into_iter().chain(other).map(|weeks| weeks.every.max(1)).min();
            // One turn more, as the first week may have passed in part.
            (0..=i64::from(turns.unwrap_or(1))).find_map(|turn| {
                let week = first + ahead + turn * i64::from(pace);
                let holds = |weeks: Option<Weeks>| weeks.is_none_or(|weeks| weeks.hold_in(week));
                let monday = monday_of(week).filter(|_| holds(one) && holds(other))?;
                let dates =
                    days.iter().filter_map(|&day| monday.checked_add_days(Days::new(day as u64)));
                dates
                    .into_iter()
                    .find(|date| *date >= start && until.is_none_or(|until| *date <= until))
            })
        })
    }
}

/// Longest time in weeks after which two rotas of at most 520 weeks repeat together.
const PERIOD: u64 = 520 * 519;

impl Weeks {
    fn hold_in(self, week_number: i64) -> bool {
        (week_number - week(self.of)).rem_euclid(i64::from(self.every.max(1))) == 0
    }
}

/// Weeks since that of the first Monday of the common era.
fn week(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce() - 1).div_euclid(7)
}

fn monday_of(week: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(week * 7 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn when(days: &'static [Weekday], weeks: Option<(u32, &str)>) -> When<'static> {
        When {
            days: Some(days),
            from_date: None,
            until_date: None,
            weeks: weeks.map(|(every, of)| Weeks { every, of: date(of) }),
        }
    }

    #[test]
    fn a_rota_holds_in_its_weeks_before_and_after() {
        let other = when(&[Weekday::Mon, Weekday::Sun], Some((2, "2027-03-04")));
        // The week of Thursday 4 March begins on Monday 1 March.
        let holds: Vec<bool> =
            ["2027-02-15", "2027-02-22", "2027-03-01", "2027-03-07", "2027-03-08", "2027-03-15"]
                .map(|text| other.holds_on(date(text)))
                .to_vec();
        assert_eq!(holds, [true, false, true, true, false, true]);
    }

    #[test]
    fn two_rotas_meet_where_their_weeks_can_coincide() {
        let start = date("2027-03-01");
        let even = when(&[Weekday::Mon], Some((2, "2027-03-01")));
        let odd = when(&[Weekday::Mon], Some((2, "2027-03-08")));
        let third = when(&[Weekday::Mon, Weekday::Tue], Some((3, "2027-03-08")));
        assert_eq!(even.common_date(odd, start), None);
        assert_eq!(even.common_date(third, start), Some(date("2027-03-29")));
        assert_eq!(odd.common_date(third, start), Some(date("2027-03-08")));
        assert_eq!(even.common_date(when(&[Weekday::Tue], None), start), None);
    }

    #[test]
    fn a_season_that_is_over_is_found_too() {
        let start = date("2027-03-01");
        let over = When { until_date: Some(date("2026-08-31")), ..when(&[Weekday::Mon], None) };
        let found = over.common_date(when(&[Weekday::Mon, Weekday::Fri], None), start);
        assert!(found.is_some_and(|found| found <= date("2026-08-31")));
        let later = When { from_date: Some(date("2030-01-01")), ..when(&[Weekday::Mon], None) };
        assert_eq!(over.common_date(later, start), None);
        assert_eq!(later.common_date(when(&[Weekday::Mon], None), start), Some(date("2030-01-07")));
    }
}
