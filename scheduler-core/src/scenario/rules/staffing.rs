//! Shift templates, contracts and targets.

use super::ids::{Ids, Index};
use super::sites::Hours;
use super::{Calendar, Rules};
use crate::scenario::place::quote;
use crate::scenario::{Break, ShiftTemplate, StaffTarget, Staffing, Weekday, codes};
use crate::time::Clock;

const DAY_MINUTES: u32 = 1440;

impl<'a> Rules<'a> {
    /// Checks all of the staffing.
    pub(super) fn check_staffing(&mut self, calendar: &Calendar, ids: &Ids<'_>, hours: &Hours) {
        let scenario = self.scenario;
        let Some(staffing) = &scenario.staffing else { return };
        let list = "/staffing/shift_templates";
        let entries = &staffing.shift_templates;
        let templates = self.index("shift template", list, entries.iter().map(|e| e.id.as_str()));
        for (i, template) in entries.iter().enumerate() {
            let base = format!("{list}/{i}");
            let site = self.refer(&ids.sites, &template.site, &base, "site");
            self.check_named_days(&base, template.days.as_deref());
            self.check_template_times(calendar, &base, template);
            for (k, pause) in template.breaks.iter().enumerate() {
                self.check_template_break(calendar, &format!("{base}/breaks/{k}"), pause);
            }
            self.check_template_skills(&base, template);
            if let Some(most) = template.most.filter(|&most| most < template.least) {
                let message = format!("most {most} is below least {}; swap them", template.least);
                self.report(codes::STAFFING_MOST, &base, "most", message);
            }
            if let Some(site) = site {
                self.check_template_opening(calendar, &base, template, (site, hours));
            }
        }
        self.check_contracts(staffing, &templates);
        self.check_targets(ids, staffing);
    }

    fn check_contracts(&mut self, staffing: &'a Staffing, templates: &Index<'_>) {
        let list = "/staffing/contracts";
        self.index("contract", list, staffing.contracts.iter().map(|e| e.id.as_str()));
        for (i, contract) in staffing.contracts.iter().enumerate() {
            let base = format!("{list}/{i}");
            for (k, template) in contract.templates.iter().enumerate() {
                self.refer(templates, template, &format!("{base}/templates"), &k.to_string());
            }
            let (paid, most) = (contract.paid_hours, contract.most_hours);
            if paid > most {
                let message = format!("paid_hours {paid} is above most_hours {most}; lower it");
                self.report(codes::STAFFING_BOUNDS, &base, "paid_hours", message);
            }
        }
    }

    fn check_named_days(&mut self, base: &str, days: Option<&[Weekday]>) {
        if days.is_some_and(<[Weekday]>::is_empty) {
            let message = "no weekday is listed; name some, or leave out days for every day";
            self.report(codes::LIST_EMPTY, base, "days", message.to_owned());
        }
    }

    /// Begins and lengths are on the grid and in order, and some shift ends before midnight.
    fn check_template_times(&mut self, calendar: &Calendar, base: &str, template: &ShiftTemplate) {
        let last = template.start_until.unwrap_or(template.start_from);
        self.check_grid_time(calendar, base, "start_from", template.start_from);
        if template.start_until.is_some() {
            self.check_grid_time(calendar, base, "start_until", last);
        }
        if last < template.start_from {
            let message = format!(
                "the latest begin {last} is before the earliest {}; swap them",
                template.start_from
            );
            self.report(codes::TIME_REVERSED, base, "start_until", message);
        }
        let lengths = [
            ("start_every_minutes", Some(template.start_every_minutes)),
            ("minutes", Some(template.minutes)),
            ("most_minutes", template.most_minutes),
            ("length_every_minutes", Some(template.length_every_minutes)),
        ];
        for (field, minutes) in lengths {
            if let Some(minutes) = minutes {
                self.check_grid_length(calendar, base, field, minutes);
            }
        }
        if let Some(most) = template.most_minutes.filter(|&most| most < template.minutes) {
            let message =
                format!("most_minutes {most} is below minutes {}; swap them", template.minutes);
            self.report(codes::STAFFING_LENGTH, base, "most_minutes", message);
        }
        let ends = template.start_from.0.saturating_add(template.minutes);
        if ends > DAY_MINUTES && !self.findings.is_broken(base) {
            let message = format!(
                "a shift of {} minutes from {} on goes over midnight; begin earlier or shorten it",
                template.minutes, template.start_from
            );
            self.report(codes::STAFFING_WINDOW, base, "minutes", message);
        }
    }

    fn check_grid_time(&mut self, calendar: &Calendar, base: &str, field: &str, clock: Clock) {
        let Some(grid) = calendar.grid else { return };
        if !self.check_time_of_day(base, field, clock) || grid.step_at(clock.0).is_some() {
            return;
        }
        let minutes = grid.minutes();
        let below = clock.0 / minutes * minutes;
        let message = format!(
            "{clock} is not on the grid of {minutes} minutes from midnight; use {}",
            Clock(below)
        );
        self.report(codes::TIME_OFF_GRID, base, field, message);
    }

    fn check_grid_length(&mut self, calendar: &Calendar, base: &str, field: &str, minutes: u32) {
        if !(1..=DAY_MINUTES).contains(&minutes) {
            let message = format!("{minutes} minutes is not between 1 and 1440 (a day)");
            self.report(codes::FIELD_RANGE, base, field, message);
            return;
        }
        let Some(grid) = calendar.grid else { return };
        if grid.step_at(minutes).is_none() {
            let (size, up) = (grid.minutes(), minutes.next_multiple_of(grid.minutes()));
            let message =
                format!("{minutes} minutes is no multiple of the grid of {size}; use {up}");
            self.report(codes::TIME_OFF_GRID, base, field, message);
        }
    }

    fn check_template_break(&mut self, calendar: &Calendar, base: &str, pause: &Break) {
        self.check_grid_length(calendar, base, "minutes", pause.minutes);
        self.check_window(calendar, base, (pause.from, pause.until));
        let room = pause.until.0.saturating_sub(pause.from.0);
        if pause.minutes > room && !self.findings.is_broken(base) {
            let message = format!(
                "a break of {} minutes does not fit between {} and {}; widen the window or shorten \
                 it",
                pause.minutes, pause.from, pause.until
            );
            self.report(codes::BREAK_FIT, base, "", message);
        }
    }

    /// Warns of a skill that no service and no quota asks for: mostly a slip of the pen.
    fn check_template_skills(&mut self, base: &str, template: &ShiftTemplate) {
        let scenario = self.scenario;
        for (k, skill) in template.skills.iter().enumerate() {
            let services = scenario.services.iter().map(|service| &service.skills);
            let quotas = scenario.walk_in_quotas.iter().map(|quota| &quota.skills);
            let clerks = scenario.staff.iter().map(|clerk| &clerk.skills);
            if services.chain(quotas).chain(clerks).any(|skills| skills.contains(skill)) {
                continue;
            }
            let message = format!("nothing asks for the skill {}; correct it", quote(skill));
            let place = format!("{base}/skills");
            self.report(codes::STAFFING_SKILL, &place, &k.to_string(), message);
        }
    }

    /// Warns where none of the shifts of a template meets opening hours.
    fn check_template_opening(
        &mut self,
        calendar: &Calendar,
        base: &str,
        template: &ShiftTemplate,
        (site, hours): (usize, &Hours),
    ) {
        let Some(grid) = calendar.grid else { return };
        if self.findings.is_broken(base) || self.is_broken("/sites", site) {
            return;
        }
        let last = template.start_until.unwrap_or(template.start_from);
        let longest = template.most_minutes.unwrap_or(template.minutes);
        let until = last.0.saturating_add(longest).min(DAY_MINUTES);
        let meets = |day: usize| {
            let weekday = Weekday::from(chrono::Datelike::weekday(&calendar.dates[day]));
            template.days.as_ref().is_none_or(|days| days.contains(&weekday))
                && hours.at(site, day).iter().any(|open| {
                    grid.minute_of(open.from) < until
                        && template.start_from.0 < grid.minute_of(open.until)
                })
        };
        if !(0..calendar.dates.len()).any(meets) {
            let message = format!(
                "no shift of it meets the opening hours of {}; correct its times or days",
                quote(&template.site)
            );
            self.report(codes::STAFFING_SHIFT_CLOSED, base, "site", message);
        }
    }

    fn check_targets(&mut self, ids: &Ids<'_>, staffing: &'a Staffing) {
        let list = "/staffing/targets";
        self.index("target", list, staffing.targets.iter().map(|e| e.id.as_str()));
        if staffing.budget.is_some() && staffing.targets.is_empty() {
            let message = "a budget needs a target whose figure it is spent on; add one".to_owned();
            self.report(codes::STAFFING_NO_TARGET, list, "", message);
        }
        for (i, target) in staffing.targets.iter().enumerate() {
            let base = format!("{list}/{i}");
            if let Some(site) = &target.site {
                self.refer(&ids.sites, site, &base, "site");
            }
            self.check_named_days(&base, target.days.as_deref());
            self.check_target_figure(&base, target);
            self.check_target_bounds(&base, target);
        }
    }

    /// A figure has the parts that it needs, and no others.
    fn check_target_figure(&mut self, base: &str, target: &StaffTarget) {
        let figure = target.of;
        if figure.is_within() && target.minutes.is_none() {
            let message = format!("{figure} needs minutes, such as 30");
            self.report(codes::STAFFING_FIGURE, base, "minutes", message);
        }
        let unused = |field: &str| format!("{figure} has no {field}; remove it");
        if !figure.is_within() && target.minutes.is_some() {
            self.report(codes::STAFFING_FIGURE, base, "minutes", unused("minutes"));
        }
        let window = [
            ("days", target.days.is_some()),
            ("from", target.from.is_some()),
            ("until", target.until.is_some()),
        ];
        for (field, is_there) in window {
            if is_there && !figure.is_wait() {
                self.report(codes::STAFFING_FIGURE, base, field, unused(field));
            }
        }
        for (field, clock) in [("from", target.from), ("until", target.until)] {
            if let Some(clock) = clock {
                self.check_time_of_day(base, field, clock);
            }
        }
        if let (Some(from), Some(until)) = (target.from, target.until)
            && until <= from
        {
            let message = format!("the window ends at {until}, not after its begin at {from}");
            self.report(codes::TIME_REVERSED, base, "until", message);
        }
    }

    /// A target has one bound, on the side where it asks for something.
    fn check_target_bounds(&mut self, base: &str, target: &StaffTarget) {
        let figure = target.of;
        let (wanted, other) = if figure.more_is_better() {
            (("at_least", target.at_least), ("at_most", target.at_most))
        } else {
            (("at_most", target.at_most), ("at_least", target.at_least))
        };
        if other.1.is_some() {
            let message = format!("of {figure} {} asks for nothing; use {}", other.0, wanted.0);
            self.report(codes::STAFFING_BOUNDS, base, other.0, message);
        } else if wanted.1.is_none() {
            let message = format!("the target asks for nothing; say {}", wanted.0);
            self.report(codes::STAFFING_BOUNDS, base, wanted.0, message);
        }
        if figure.is_share() && wanted.1.is_some_and(|share| share > 1.0) {
            let message = format!("{figure} is a share from 0 to 1; write 0.8 for 80 %");
            self.report(codes::STAFFING_BOUNDS, base, wanted.0, message);
        }
    }
}
