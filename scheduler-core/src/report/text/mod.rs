//! A summary as text.

mod columns;

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};

use super::language::Language;
use super::summary::{Figures, Limit, Scarce, SiteFigures, Summary, Usage};
use super::table::{Table, WIDTH, columns, paragraph};
use super::words::Words;

/// Rows of a table beyond which it is not read but searched.
const READABLE_ROWS: usize = 70;
/// Shortages that are listed unless all are asked for.
const SHORTAGES: usize = 20;

impl Summary {
    /// The summary as text of at most 100 columns.
    ///
    /// A table with a row for each site and day, then the services of each site, then what limits
    /// the plan; where that would be too many rows, totals only. `details` shows everything, and
    /// the services and quotas of each day besides.
    pub fn to_text(&self, language: Language, details: bool) -> String {
        let text = Text { summary: self, language, words: language.words() };
        let mut out = String::new();
        text.title(&mut out);
        text.shortages(&mut out, details);
        text.sites_and_days(&mut out, details);
        text.services(&mut out, details);
        text.flexible(&mut out);
        if details {
            text.details(&mut out);
        }
        text.limits(&mut out);
        out
    }
}

#[derive(Debug)]
struct Text<'a> {
    summary: &'a Summary,
    language: Language,
    words: &'static Words,
}

impl Text<'_> {
    fn title(&self, out: &mut String) {
        let Self { summary, language, words } = self;
        paragraph(out, "", &summary.name);
        let mut dates = language.period(summary.from, summary.until);
        let counts = [
            (summary.sites.len(), words.sites),
            (summary.clerks, words.people),
            (summary.rooms, words.counters),
        ];
        for (count, [one, many]) in counts {
            let word = if count == 1 { one } else { many };
            dates.push_str(&format!(" · {} {word}", language.count(count)));
        }
        paragraph(out, "", &dates);
        out.push('\n');
        let taken_off = language.taken_off(&summary.worth);
        let mut figures = Vec::new();
        if taken_off.is_empty() {
            let objective = language.number(summary.objective, 1);
            figures.push((words.plan, objective, words.plan_note.to_owned()));
        } else {
            let value = language.number(summary.worth.value, 1);
            figures.push((words.value, value, words.value_note.to_owned()));
            let amounts = taken_off.into_iter();
            figures.extend(
                amounts.map(|(name, amount, why)| (name, language.number(-amount, 1), why)),
            );
            let objective = language.number(summary.objective, 1);
            figures.push((words.plan, objective, words.priced_note.to_owned()));
        }
        let gained = summary.upper_bound - summary.objective;
        let optimal = gained <= 1e-9 * summary.upper_bound.abs().max(1.0);
        figures.extend([
            (words.bound, language.number(summary.upper_bound, 1), words.bound_note.to_owned()),
            (
                words.gap,
                language.percent(summary.gap, 2),
                if optimal { words.optimal.to_owned() } else { language.gap_note(gained) },
            ),
        ]);
        let names = figures.iter().map(|(name, ..)| columns(name)).max().unwrap_or(0);
        let values = figures.iter().map(|(_, value, _)| columns(value)).max().unwrap_or(0);
        for (name, value, note) in figures {
            paragraph(out, &format!("{name:<names$}  {value:>values$}  "), &note);
        }
        paragraph(out, "", &language.made_by(&summary.engine, summary.seconds, summary.seed));
    }

    fn heading(out: &mut String, text: &str) {
        out.push('\n');
        out.push_str(text);
        out.push('\n');
        out.push_str(&"═".repeat(columns(text).min(WIDTH)));
        out.push('\n');
    }

    /// The largest ones, in order of site, date and time.
    fn shortages(&self, out: &mut String, details: bool) {
        let Self { summary, language, words } = self;
        if summary.shortages.is_empty() {
            return;
        }
        Self::heading(out, words.short_heading);
        let mut sizes: Vec<u32> = summary.shortages.iter().map(|one| one.missing_minutes).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let least = if details { None } else { sizes.get(SHORTAGES - 1).copied() };
        let header = [words.site, words.day, words.time, words.what, words.asked, words.met];
        let mut table = Table::new(4, &header);
        let large = summary.shortages.iter().filter(|one| Some(one.missing_minutes) >= least);
        let most = if details { usize::MAX } else { SHORTAGES };
        let shown: Vec<_> = large.take(most).collect();
        for shortage in &shown {
            table.row(vec![
                shortage.site.clone(),
                language.date(shortage.date),
                format!("{}–{}", shortage.from, shortage.until),
                language.shortage(shortage),
                language.number(f64::from(shortage.asked), 0),
                language.number(f64::from(shortage.met), 0),
            ]);
        }
        table.render(out);
        let more = summary.shortages.len() - shown.len();
        if more > 0 {
            paragraph(out, "", &language.more_shortages(more));
        }
    }

    fn sites_and_days(&self, out: &mut String, details: bool) {
        let Self { summary, words, .. } = self;
        let rows: usize = summary.sites.iter().map(|site| site.days.len() + 2).sum();
        let flexible = summary.sites.iter().any(|site| {
            site.total.flexible > 0 || site.days.iter().any(|day| day.total.flexible > 0)
        });
        let shown = self.shown(flexible);
        if details || rows <= READABLE_ROWS {
            Self::heading(out, words.by_site_and_day);
            let mut table = self.capacity_table(words.site_and_day, shown);
            for site in &summary.sites {
                table.heading(&site.name);
                for day in &site.days {
                    let date = format!("  {}", self.language.date(day.date));
                    table.row(self.capacity_row(date, &day.total, &day.usage, shown));
                }
                if site.days.len() > 1 {
                    let total = format!("  {}", words.total);
                    table.row(self.capacity_row(total, &site.total, &site.usage, shown));
                }
            }
            self.grand_total(&mut table, shown);
            table.render(out);
        } else {
            Self::heading(out, words.by_site);
            let mut table = self.capacity_table(words.site, shown);
            for site in &summary.sites {
                let name = site.name.clone();
                table.row(self.capacity_row(name, &site.total, &site.usage, shown));
            }
            self.grand_total(&mut table, shown);
            table.render(out);
            let days = by_date(&summary.sites, |date| date);
            let (title, first, days) = if days.len() <= READABLE_ROWS {
                (words.by_day, words.day, days)
            } else {
                let monday = |date: NaiveDate| date.week(Weekday::Mon).first_day();
                (words.by_week, words.week_from, by_date(&summary.sites, monday))
            };
            Self::heading(out, title);
            let mut table = self.capacity_table(first, shown);
            for (date, figures, usage) in days {
                let date = self.language.date(date);
                table.row(self.capacity_row(date, &figures, &usage, shown));
            }
            self.grand_total(&mut table, shown);
            table.render(out);
            paragraph(out, "", words.shortened_note);
        }
        paragraph(out, "", words.table_note);
        if shown.promised {
            paragraph(out, "", words.promised_note);
        }
        if shown.flexible {
            paragraph(out, "", words.flexible_note);
        }
    }

    fn services(&self, out: &mut String, details: bool) {
        let Self { summary, words, .. } = self;
        Self::heading(out, words.by_service);
        let rows: usize = summary.sites.iter().map(|site| site.services.len() + 1).sum();
        let by_site = summary.sites.len() > 1 && (details || rows <= READABLE_ROWS);
        let shown = self.shown(by_site && summary.sites.iter().any(|site| site.total.flexible > 0));
        let mut table = self.offer_table(shown);
        if by_site {
            for site in &summary.sites {
                table.heading(&site.name);
                for service in &site.services {
                    let mut row = vec![format!("  {}", service.name)];
                    row.extend(self.use_of(&service.figures, shown));
                    table.row(row);
                }
            }
        } else {
            for service in &summary.services {
                let mut row = vec![service.name.clone()];
                row.extend(self.use_of(&service.figures, shown));
                table.row(row);
            }
        }
        table.rule();
        let mut row = vec![words.total.to_owned()];
        row.extend(self.use_of(&summary.total, shown));
        table.row(row);
        table.render(out);
        paragraph(out, "", words.offer_note);
    }

    fn flexible(&self, out: &mut String) {
        let Self { summary, language, words } = self;
        if summary.flexible_demand.is_empty() {
            return;
        }
        Self::heading(out, words.flexible_heading);
        let header = [words.demand, words.service, words.slots, words.requests, words.served];
        let mut table = Table::new(2, &header);
        for entry in &summary.flexible_demand {
            let share = (entry.requests > 0.0).then(|| entry.served / entry.requests);
            table.row(vec![
                entry.demand.clone(),
                entry.service.clone(),
                language.count(entry.slots),
                language.number(entry.requests, 1),
                self.share(share, 1),
            ]);
        }
        table.render(out);
    }

    fn details(&self, out: &mut String) {
        let Self { summary, language, words } = self;
        Self::heading(out, words.details);
        for (site, day) in
            summary.sites.iter().flat_map(|site| site.days.iter().map(move |day| (site, day)))
        {
            paragraph(out, "", &format!("{} · {}", site.name, language.long_date(day.date)));
            let shown = self.shown(day.total.flexible > 0);
            let mut table = self.offer_table(shown);
            for service in &day.services {
                let mut row = vec![service.name.clone()];
                row.extend(self.use_of(&service.figures, shown));
                table.row(row);
            }
            table.render(out);
            for quota in &day.quotas {
                paragraph(out, "", &language.quota_kept(quota));
            }
            out.push('\n');
        }
        // The next heading brings an empty line of its own.
        out.truncate(out.trim_end().len() + 1);
    }

    fn limits(&self, out: &mut String) {
        let Some(limits) = &self.summary.limits else {
            return;
        };
        Self::heading(out, self.words.limits);
        if limits.is_empty() {
            paragraph(out, "", self.words.nothing_scarce);
            return;
        }
        for limit in limits {
            paragraph(out, "• ", &sentence(self.language, limit));
        }
        paragraph(out, "", self.words.limits_note);
    }
}

fn sentence(language: Language, limit: &Limit) -> String {
    let thing = match &limit.scarce {
        Scarce::Room { equipment } => language.one_more_room(equipment),
        Scarce::Skill { skills, .. } => language.one_more_clerk(skills),
        Scarce::ClerkAndRoom { skills, .. } => language.one_more_clerk_and_room(skills),
        Scarce::Quota { quota, minutes_less } => language.less_walk_in(quota, *minutes_less),
    };
    language.would_serve(&thing, limit)
}

/// Totals over all sites of the days that `period` gives the same date, in order of date.
fn by_date(
    sites: &[SiteFigures],
    period: impl Fn(NaiveDate) -> NaiveDate,
) -> Vec<(NaiveDate, Figures, Usage)> {
    let mut periods = BTreeMap::<_, (Figures, Usage)>::new();
    for day in sites.iter().flat_map(|site| &site.days) {
        let (figures, usage) = periods.entry(period(day.date)).or_default();
        figures.add(&day.total);
        usage.add(&day.usage);
    }
    periods.into_iter().map(|(date, (figures, usage))| (date, figures, usage)).collect()
}
