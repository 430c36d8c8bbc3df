//! How a language writes numbers, dates and lists.

use chrono::{Datelike, NaiveDate};

/// The language of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English: 1,234.5 and Thu 4 Mar.
    #[default]
    English,
    /// German: 1.234,5 and Do 04.03.
    German,
}

impl Language {
    /// The words of this language.
    pub(super) fn of(self, english: &'static str, german: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::German => german,
        }
    }

    /// `name – what`, or `what` alone where the scenario has no name.
    pub(super) fn heading(name: &str, what: &str) -> String {
        if name.is_empty() { what.to_owned() } else { format!("{name} – {what}") }
    }

    /// `value` with `decimals` digits after the point and thousands set apart.
    pub fn number(self, value: f64, decimals: usize) -> String {
        let (group, point) = match self {
            Self::English => (',', '.'),
            Self::German => ('.', ','),
        };
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        if value < 0.0 && text.chars().any(|c| c.is_ascii_digit() && c != '0') {
            out.push('-');
        }
        for (i, digit) in whole.chars().enumerate() {
            let left = whole.len() - i;
            if i > 0 && left.is_multiple_of(3) && digit.is_ascii_digit() {
                out.push(group);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(point);
            out.push_str(fraction);
        }
        out
    }

    /// `value` with as many digits after the point as it has, up to three.
    pub(super) fn short(self, value: f64) -> String {
        let exact = |decimals: &usize| {
            let unit = 10_f64.powi(*decimals as i32);
            (value * unit - (value * unit).round()).abs() < 1e-6 * unit
        };
        self.number(value, (0..3).find(exact).unwrap_or(3))
    }

    /// A count, with thousands set apart.
    pub fn count(self, value: usize) -> String {
        self.number(value as f64, 0)
    }

    /// `share` (1 is all) in percent, `88.1 %`.
    pub fn percent(self, share: f64, decimals: usize) -> String {
        format!("{} %", self.number(share * 100.0, decimals))
    }

    /// How much better a plan could be that does so much `work` ([`crate::problem::Plan::work`]), in
    /// plain words.
    pub fn possible_improvement(self, objective: f64, upper_bound: f64, work: f64) -> String {
        let share = (upper_bound - objective) / work.max(1.0);
        if upper_bound - objective <= 1e-9 * upper_bound.abs().max(1.0) {
            return self.words().optimal.to_owned();
        }
        if !(share > 0.0 && share.is_finite()) {
            return self.words().bound_note.to_owned();
        }
        // Rounded up: "at most" must stay true.
        let decimals = if share < 0.0095 { 2 } else { 1 };
        let unit = 10_f64.powi(decimals);
        let share = (share * 100.0 * unit - 1e-9).ceil() / unit / 100.0;
        let percent = self.percent(share, decimals as usize);
        match self {
            Self::English => format!("at most {percent} better is possible"),
            Self::German => format!("höchstens {percent} besser ist möglich"),
        }
    }

    /// `Thu 4 Mar`, `Do 04.03.`
    pub fn date(self, date: NaiveDate) -> String {
        let weekday = self.weekday_of(date);
        match self {
            Self::English => {
                let month = self.words().months[date.month0() as usize];
                let month = month.get(..3).unwrap_or(month);
                format!("{weekday} {} {month}", date.day())
            }
            Self::German => format!("{weekday} {:02}.{:02}.", date.day(), date.month()),
        }
    }

    /// `Thursday, 4 March 2027`, `Donnerstag, 4. März 2027`
    pub fn long_date(self, date: NaiveDate) -> String {
        let words = self.words();
        let weekday = words.days[date.weekday().num_days_from_monday() as usize];
        let month = words.months[date.month0() as usize];
        let point = if self == Self::German { "." } else { "" };
        format!("{weekday}, {}{point} {month} {}", date.day(), date.year())
    }

    /// `Thu`, `Do`
    pub(super) fn weekday_of(self, date: NaiveDate) -> &'static str {
        self.words().days_short[date.weekday().num_days_from_monday() as usize]
    }

    /// One long date, or two with a dash.
    pub(super) fn period(self, from: NaiveDate, until: NaiveDate) -> String {
        if from == until {
            self.long_date(from)
        } else {
            format!("{} – {}", self.long_date(from), self.long_date(until))
        }
    }

    /// Minutes as hours: `7.5`.
    pub(super) fn hours(self, minutes: u32) -> String {
        let hours = f64::from(minutes) / 60.0;
        self.number(hours, if minutes.is_multiple_of(30) { 1 } else { 2 })
    }

    /// `a, b and c`
    pub(super) fn list(self, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} {} {last}", most.join(", "), self.words().and),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(Language::English.number(1_234_567.25, 1), "1,234,567.2");
        assert_eq!(Language::German.number(1_234.56, 1), "1.234,6");
        assert_eq!(Language::German.number(999.0, 0), "999");
        assert_eq!(Language::English.number(-1234.5, 1), "-1,234.5");
        assert_eq!(Language::English.number(-0.001, 1), "0.0");
        assert_eq!(Language::English.number(f64::INFINITY, 1), "inf");
    }

    #[test]
    fn the_possible_improvement_is_rounded_up() {
        let english = Language::English;
        assert_eq!(
            english.possible_improvement(1000.0, 1002.01, 1000.0),
            "at most 0.21 % better is possible"
        );
        assert_eq!(
            english.possible_improvement(1000.0, 1051.0, 1000.0),
            "at most 5.1 % better is possible"
        );
        assert_eq!(english.possible_improvement(1000.0, 1000.0, 1000.0), "no better plan exists");
        // The objective may be small where prices take most of the value off.
        assert_eq!(
            english.possible_improvement(-5.0, 5.0, 1000.0),
            "at most 1.0 % better is possible"
        );
        assert_eq!(english.possible_improvement(0.0, 0.0, 0.0), "no better plan exists");
        assert_eq!(
            Language::German.possible_improvement(1000.0, 1002.0, 1000.0),
            "höchstens 0,20 % besser ist möglich"
        );
    }

    #[test]
    fn dates_follow_the_language() {
        let date = NaiveDate::from_ymd_opt(2027, 3, 4).unwrap();
        assert_eq!(Language::English.date(date), "Thu 4 Mar");
        assert_eq!(Language::German.date(date), "Do 04.03.");
        assert_eq!(Language::German.long_date(date), "Donnerstag, 4. März 2027");
    }
}
