//! On which days an event recurs (RFC 5545, RRULE).
//!
//! Days are asked for one by one, within the horizon; so a rule without end, or one that never meets a
//! day, costs no more than any other. Only where a rule counts, days are counted from its first on.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// How an event recurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    frequency: Frequency,
    interval: i64,
    count: Option<u32>,
    until: Option<NaiveDate>,
    months: Vec<u32>,
    month_days: Vec<i32>,
    year_days: Vec<i32>,
    days: Vec<(i32, Weekday)>,
    positions: Vec<i32>,
    week_start: Weekday,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// Longest time over which days are counted.
const MOST_DAYS: u64 = 366 * 200;

impl Rule {
    /// Reads a rule such as `FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25`.
    ///
    /// # Errors
    /// The part that is wrong or not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rule = Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            days: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        };
        let mut has_frequency = false;
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let wrong = || part.to_owned();
            let (name, value) = part.split_once('=').ok_or_else(wrong)?;
            let value = value.trim().to_ascii_uppercase();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => {
                    has_frequency = true;
                    rule.frequency = match value.as_str() {
                        "DAILY" => Frequency::Daily,
                        "WEEKLY" => Frequency::Weekly,
                        "MONTHLY" => Frequency::Monthly,
                        "YEARLY" => Frequency::Yearly,
                        _ => return Err(wrong()),
                    };
                }
                "INTERVAL" => {
                    rule.interval = value
                        .parse()
                        .ok()
                        .filter(|n| (1..=10_000).contains(n))
                        .ok_or_else(wrong)?;
                }
                "COUNT" => rule.count = Some(value.parse().map_err(|_| wrong())?),
                "UNTIL" => {
                    let day = value
                        .get(..8)
                        .and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
                    rule.until = Some(day.ok_or_else(wrong)?);
                }
                "BYMONTH" => {
                    rule.months = numbers(&value, 1, 12)
                        .ok_or_else(wrong)?
                        .into_iter()
                        .map(|n| n as u32)
                        .collect();
                }
                "BYMONTHDAY" => rule.month_days = signed(&value, 31).ok_or_else(wrong)?,
                "BYYEARDAY" => rule.year_days = signed(&value, 366).ok_or_else(wrong)?,
                "BYSETPOS" => rule.positions = signed(&value, 366).ok_or_else(wrong)?,
                "BYDAY" => {
                    rule.days =
                        value.split(',').map(day).collect::<Option<_>>().ok_or_else(wrong)?;
                }
                "WKST" => {
                    rule.week_start = day(&value).filter(|day| day.0 == 0).ok_or_else(wrong)?.1;
                }
                // What calendar programs write beside a daily event and says nothing more.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" if value == "0" => {}
                _ => return Err(wrong()),
            }
        }
        if has_frequency { Ok(rule) } else { Err(text.to_owned()) }
    }

    /// The days in `from..=until` on which an event that first is on `start` recurs, `start` included.
    pub fn days(&self, start: NaiveDate, from: NaiveDate, until: NaiveDate) -> Vec<NaiveDate> {
        let last = self.until.map_or(until, |end| end.min(until));
        if last < start {
            return Vec::new();
        }
        let begin = if self.count.is_some() { start } else { from.max(start) };
        let mut left = self.count;
        let mut found = Vec::new();
        let mut day = begin;
        for _ in 0..MOST_DAYS {
            if day > last || left == Some(0) {
                break;
            }
            // The first is part of the set whatever the rule says.
            if day == start || self.meets(start, day) {
                left = left.map(|left| left - 1);
                if day >= from {
                    found.push(day);
                }
            }
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
        }
        found
    }

    fn meets(&self, start: NaiveDate, day: NaiveDate) -> bool {
        self.in_interval(start, day)
            && self.in_set(start, day)
            && (self.positions.is_empty() || self.at_position(start, day))
    }

    fn in_interval(&self, start: NaiveDate, day: NaiveDate) -> bool {
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        let apart = match self.frequency {
            Frequency::Daily => day.signed_duration_since(start).num_days(),
            Frequency::Weekly => {
                let week = |date: NaiveDate| {
                    let since = date.weekday().days_since(self.week_start);
                    i64::from(date.num_days_from_ce()) - i64::from(since)
                };
                (week(day) - week(start)) / 7
            }
            Frequency::Monthly => months(day) - months(start),
            Frequency::Yearly => i64::from(day.year()) - i64::from(start.year()),
        };
        apart % self.interval == 0
    }

    /// Whether the parts of the rule, or the first day where they say nothing, take that day.
    fn in_set(&self, start: NaiveDate, day: NaiveDate) -> bool {
        let is_free =
            self.month_days.is_empty() && self.days.is_empty() && self.year_days.is_empty();
        let of_start = match self.frequency {
            Frequency::Daily => true,
            Frequency::Weekly => !self.days.is_empty() || day.weekday() == start.weekday(),
            Frequency::Monthly => !is_free || day.day() == start.day(),
            Frequency::Yearly => {
                !is_free
                    || (day.day() == start.day()
                        && (!self.months.is_empty() || day.month() == start.month()))
            }
        };
        let month = self.months.is_empty() || self.months.contains(&day.month());
        let length = i32::try_from(length_of_month(day)).unwrap_or(31);
        let in_month = i32::try_from(day.day()).unwrap_or(0);
        let month_day = self.month_days.is_empty()
            || self.month_days.contains(&in_month)
            || self.month_days.contains(&(in_month - length - 1));
        let in_year = i32::try_from(day.ordinal()).unwrap_or(0);
        let year = if day.leap_year() { 366 } else { 365 };
        let year_day = self.year_days.is_empty()
            || self.year_days.contains(&in_year)
            || self.year_days.contains(&(in_year - year - 1));
        of_start
            && month
            && month_day
            && year_day
            && self.is_weekday(day, in_month, length, in_year, year)
    }

    fn is_weekday(
        &self,
        day: NaiveDate,
        in_month: i32,
        length: i32,
        in_year: i32,
        year: i32,
    ) -> bool {
        if self.days.is_empty() {
            return true;
        }
        let by_year = self.frequency == Frequency::Yearly && self.months.is_empty();
        let (place, all) = if by_year { (in_year, year) } else { (in_month, length) };
        let (nth, from_end) = ((place - 1) / 7 + 1, -((all - place) / 7 + 1));
        self.days.iter().any(|&(ordinal, weekday)| {
            let is_nth = ordinal == 0
                || matches!(self.frequency, Frequency::Daily | Frequency::Weekly)
                || ordinal == nth
                || ordinal == from_end;
            weekday == day.weekday() && is_nth
        })
    }

    /// Whether it is one of those days of its week, month or year that the rule picks.
    fn at_position(&self, start: NaiveDate, day: NaiveDate) -> bool {
        let first = match self.frequency {
            Frequency::Daily => Some(day),
            Frequency::Weekly => day
                .checked_sub_days(Days::new(u64::from(day.weekday().days_since(self.week_start)))),
            Frequency::Monthly => day.with_day(1),
            Frequency::Yearly => day.with_ordinal(1),
        };
        let Some(first) = first else { return false };
        let length = match self.frequency {
            Frequency::Daily => 1,
            Frequency::Weekly => 7,
            Frequency::Monthly => u64::from(length_of_month(day)),
            Frequency::Yearly => 365 + u64::from(day.leap_year()),
        };
        let all = (0..length).filter_map(|days| first.checked_add_days(Days::new(days)));
        let set: Vec<NaiveDate> = all.filter(|&day| self.in_set(start, day)).collect();
        let Some(place) = set.iter().position(|&other| other == day) else { return false };
        let (place, count) = (place as i32, set.len() as i32);
        self.positions.iter().any(|&position| position == place + 1 || position == place - count)
    }
}

fn length_of_month(day: NaiveDate) -> u32 {
    (28..=31).rev().find(|&last| day.with_day(last).is_some()).unwrap_or(31)
}

fn numbers(text: &str, least: i32, most: i32) -> Option<Vec<i32>> {
    let number =
        |text: &str| text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    text.split(',').map(number).collect()
}

/// Numbers that are not 0, negative ones from the end.
fn signed(text: &str, most: i32) -> Option<Vec<i32>> {
    numbers(text, -most, most).filter(|numbers| !numbers.contains(&0))
}

fn day(text: &str) -> Option<(i32, Weekday)> {
    let text = text.trim();
    let (ordinal, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let ordinal: i32 = if ordinal.is_empty() { 0 } else { ordinal.parse().ok()? };
    ((-53..=53).contains(&ordinal)).then_some((ordinal, weekday))
}
