//! What every roster must fulfil that reaches the targets: the rows of the program, none of which
//! rests on chance or on a plan.
//!
//! **Appointments.** In the long run no more can be booked than there are slots. Of all requests the
//! share must find an offer that the target says; of these, those keep their slot that are not
//! cancelled; each takes the planned minutes of its service from a clerk with the skills at a counter
//! with the equipment. What quotas keep for walk-ins is no slot.
//!
//! **Walk-ins** are in `walk_in_cuts.rs`.
//!
//! **Doors.** While a site is open somebody is there.

use crate::problem::Problem;
use crate::scenario::{StaffFigure, Staffing, WalkInCapacity};

use super::contracts;
use super::layout::{Layout, merged, presence};
use super::needs::Needs;
use super::program::{Program, Why};
use super::work;
use crate::staffing::goal::Goal;
use crate::staffing::offer::{Column, Offer};

/// Most requests that may stay without an offer, where that is asked.
struct Lost {
    goal: usize,
    most: f64,
}

/// How much more than necessary the search asks for: nothing where a bound is wanted.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staffing) struct Margins {
    /// By site: planned minutes of appointments are multiplied by it.
    pub(in crate::staffing) slots: Vec<f64>,
    /// By site: minutes of counters in a cycle that are kept for walk-ins, beside quotas.
    pub(in crate::staffing) reserved: Vec<f64>,
    /// Requests that must find an offer where no target says so.
    pub(in crate::staffing) offered: Option<f64>,
}

impl Margins {
    pub(in crate::staffing) fn none(sites: usize) -> Self {
        Self { slots: vec![1.0; sites], reserved: vec![0.0; sites], offered: None }
    }
}

/// The program of `offer` with all necessities but those of walk-ins.
pub(in crate::staffing) fn program(
    problem: &Problem,
    staffing: &Staffing,
    (offer, needs): (&Offer, &Needs),
    goals: &[Goal],
    margins: &Margins,
) -> (Program, Layout) {
    let mut program = Program::default();
    for column in &offer.columns {
        program.unknown(column.cost, 1e6, true);
    }
    let mut layout = Layout { kept: offer.columns.len(), ..Layout::default() };
    for &(_, cost) in &offer.removable {
        program.unknown(cost, 1.0, true);
    }
    templates(&mut program, offer);
    contracts::rows(&mut program, &mut layout, staffing, offer);
    doors(&mut program, &layout, (offer, needs));
    appointments(&mut program, &mut layout, (problem, staffing), (offer, needs), goals, margins);
    work::rows(&mut program, &layout, problem, (offer, needs), goals);
    (program, layout)
}

fn templates(program: &mut Program, offer: &Offer) {
    for (index, template) in offer.templates.iter().enumerate() {
        if template.least == 0 && template.most.is_none() {
            continue;
        }
        for weekday in crate::scenario::Weekday::ALL {
            let of_day = offer.columns.iter().enumerate();
            let of_day = of_day.filter(|(_, c)| c.template == index && c.weekday == weekday);
            let terms: Vec<(usize, f64)> = of_day.map(|(column, _)| (column, 1.0)).collect();
            if terms.is_empty() {
                continue;
            }
            if let Some(most) = template.most {
                let negative = terms.iter().map(|&(column, _)| (column, -1.0)).collect();
                program.row(Why::Template, negative, -f64::from(most));
            }
            if template.least > 0 {
                program.row(Why::Template, terms, f64::from(template.least));
            }
        }
    }
}

fn doors(program: &mut Program, layout: &Layout, (offer, needs): (&Offer, &Needs)) {
    for site in 0..needs.sites {
        for date in 0..needs.dates {
            for segment in &needs.day(site, date).segments {
                if segment.fixed < 1.0 {
                    let terms = presence(layout, offer, (site, date), segment);
                    program.row(Why::Door, terms, 1.0);
                }
            }
        }
    }
}

/// The targets on requests without an offer, those without a site first.
fn lost(goals: &[Goal]) -> Vec<Lost> {
    let asked = goals.iter().enumerate().filter(|(_, g)| g.figure == StaffFigure::WithoutOffer);
    asked.map(|(goal, asked)| Lost { goal, most: asked.bound }).collect()
}

fn appointments(
    program: &mut Program,
    layout: &mut Layout,
    (problem, staffing): (&Problem, &Staffing),
    (offer, needs): (&Offer, &Needs),
    goals: &[Goal],
    margins: &Margins,
) {
    let lost = lost(goals);
    if lost.is_empty() && margins.offered.is_none() || needs.streams.is_empty() {
        return;
    }
    layout.booked = needs
        .streams
        .iter()
        .map(|stream| {
            stream.sites.iter().map(|_| program.unknown(0.0, stream.requests, false)).collect()
        })
        .collect();
    for (stream, booked) in needs.streams.iter().zip(&layout.booked) {
        let most = booked.iter().map(|&unknown| (unknown, -1.0)).collect();
        program.row(Why::Offers, most, -stream.requests);
    }
    for Lost { goal, most } in lost {
        offers(program, layout, needs, goals[goal].site, most);
    }
    if let Some(offered) = margins.offered {
        offers(program, layout, needs, None, 1.0 - offered);
    }
    counters(program, layout, (offer, needs));
    let keeps_quotas = staffing.walk_ins == WalkInCapacity::Quotas;
    for site in 0..needs.sites {
        let (margin, reserved) = (margins.slots[site], margins.reserved[site]);
        let limits = Limits { problem, offer, needs, site, margin, reserved };
        limits.rooms(program, layout, keeps_quotas);
        limits.clerks(program, layout, &[], Why::Clerks);
        for skill in 0..problem.skills.len() {
            limits.clerks(program, layout, &[skill], Why::Skill);
        }
        limits.equipment(program, layout);
    }
}

/// Of the requests at `site`, or of all, the share `most` at most is without an offer. Requests that
/// suit several sites count for a site in part, which nothing bounds: they are left out there.
fn offers(program: &mut Program, layout: &Layout, needs: &Needs, site: Option<usize>, most: f64) {
    let (mut terms, mut all, mut shared) = (Vec::new(), 0.0, 0.0);
    for (stream, booked) in needs.streams.iter().zip(&layout.booked) {
        match site {
            Some(site) if !stream.sites.contains(&site) => {}
            Some(_) if stream.sites.len() > 1 => {
                shared += stream.requests / stream.sites.len() as f64;
            }
            _ => {
                all += stream.requests;
                terms.extend(booked.iter().map(|&unknown| (unknown, 1.0)));
            }
        }
    }
    // All who may be lost may be lost of those that are looked at.
    program.row(Why::Offers, terms, all - most * (all + shared));
}

/// At a counter sits who is on shift, and in a room.
fn counters(program: &mut Program, layout: &mut Layout, (offer, needs): (&Offer, &Needs)) {
    layout.counters = vec![Vec::new(); needs.sites * needs.dates];
    for site in 0..needs.sites {
        for date in 0..needs.dates {
            for segment in &needs.day(site, date).segments {
                let at = program.unknown(0.0, needs.rooms[site], false);
                let mut terms = presence(layout, offer, (site, date), segment);
                terms.push((at, -1.0));
                program.row(Why::Counter, terms, -segment.fixed);
                layout.counters[site * needs.dates + date].push(at);
            }
        }
    }
}

struct Limits<'a> {
    problem: &'a Problem,
    offer: &'a Offer,
    needs: &'a Needs,
    site: usize,
    margin: f64,
    reserved: f64,
}

impl Limits<'_> {
    /// What is booked of services for which `counts` holds, each with its minutes, negative.
    fn taken(&self, layout: &Layout, counts: impl Fn(usize) -> bool) -> Vec<(usize, f64)> {
        let mut terms = Vec::new();
        for (stream, booked) in self.needs.streams.iter().zip(&layout.booked) {
            if !counts(stream.service) {
                continue;
            }
            let steps = self.problem.services[stream.service].steps;
            let minutes = f64::from(self.problem.grid.minute_of(steps)) * self.needs.kept;
            let here = stream.sites.iter().zip(booked).filter(|(site, _)| **site == self.site);
            terms.extend(here.map(|(_, &unknown)| (unknown, -minutes * self.margin)));
        }
        terms
    }

    /// Slots that take a room lie at counters, outside what quotas keep.
    fn rooms(&self, program: &mut Program, layout: &Layout, keeps_quotas: bool) {
        let mut terms = self.taken(layout, |service| self.problem.services[service].needs_room);
        if terms.is_empty() {
            return;
        }
        for date in 0..self.needs.dates {
            let day = self.needs.day(self.site, date);
            let counters = &layout.counters[self.site * self.needs.dates + date];
            for (segment, &at) in day.segments.iter().zip(counters) {
                let kept = if keeps_quotas { segment.quota } else { 0.0 };
                terms.push((at, segment.minutes() * (1.0 - kept)));
            }
        }
        program.row(Why::Rooms, terms, self.reserved);
    }

    /// Slots of services that need all of `skills` take clerks who have them, outside breaks.
    fn clerks(&self, program: &mut Program, layout: &Layout, skills: &[usize], why: Why) {
        let problem = self.problem;
        let needs_all = |service: usize| {
            skills.iter().all(|&skill| problem.services[service].skills.contains(skill))
        };
        let mut terms = self.taken(layout, needs_all);
        if terms.is_empty() {
            return;
        }
        let names: Vec<&str> = skills.iter().map(|&s| problem.skills[s].as_str()).collect();
        for (index, column) in self.offer.columns.iter().enumerate() {
            if column.site == self.site && self.offer.has_skills(column, &names) {
                let minutes: f64 = column.dates.iter().map(|&date| self.free(column, date)).sum();
                terms.push((index, minutes));
            }
        }
        let mut fixed = 0.0;
        for shift in &problem.shifts {
            let place = &problem.site_days[shift.site_day];
            let skilled = |&skill: &usize| problem.clerks[shift.clerk].skills.contains(skill);
            if place.site != self.site
                || place.day >= self.needs.dates
                || !skills.iter().all(skilled)
            {
                continue;
            }
            let minutes = self.free_of(shift);
            match self.offer.removable.iter().position(|&(clerk, _)| clerk == shift.clerk) {
                Some(position) => terms.push((layout.kept + position, minutes)),
                None => fixed += minutes,
            }
        }
        program.row(why, merged(terms), -fixed);
    }

    /// Minutes of `column` on a date within opening hours that no break takes wherever it lies.
    fn free(&self, column: &Column, date: usize) -> f64 {
        let open = &self.needs.day(self.site, date).open;
        let within = |from: u32, until: u32| -> u32 {
            let common = open.iter().map(|&(a, b)| until.min(b).saturating_sub(from.max(a)));
            common.sum()
        };
        let rest: u32 = column
            .breaks
            .iter()
            .filter(|pause| {
                let (from, until) =
                    (pause.from.0.max(column.from), pause.until.0.min(column.until));
                open.iter().any(|&(a, b)| a <= from && until <= b)
            })
            .map(|pause| pause.minutes)
            .sum();
        f64::from(within(column.from, column.until).saturating_sub(rest))
    }

    /// The same of a shift of the problem.
    fn free_of(&self, shift: &crate::problem::Shift) -> f64 {
        let open = &self.problem.site_days[shift.site_day].open;
        let steps: u32 = shift
            .present()
            .flat_map(|present| open.iter().map(move |open| open.intersection(present)))
            .filter(|part| !part.is_empty())
            .map(|part| u32::from(part.steps()))
            .sum();
        let inside =
            |pause: &&crate::problem::Break| open.iter().any(|open| open.covers(pause.window));
        let rest: u32 =
            shift.breaks.iter().filter(inside).map(|pause| u32::from(pause.steps)).sum();
        f64::from(steps.saturating_sub(rest) * self.problem.grid.minutes())
    }

    /// Slots that need equipment lie in rooms that have it.
    fn equipment(&self, program: &mut Program, layout: &Layout) {
        let problem = self.problem;
        for equipment in 0..problem.equipment.len() {
            let needs = |service: usize| problem.services[service].equipment.contains(equipment);
            let terms = self.taken(layout, needs);
            if terms.is_empty() {
                continue;
            }
            let rooms = problem.sites[self.site].rooms.iter();
            let rooms = rooms.filter(|&&room| problem.rooms[room].equipment.contains(equipment));
            let open = |date: usize| -> f64 {
                let open = &self.needs.day(self.site, date).open;
                open.iter().map(|&(from, until)| f64::from(until - from)).sum()
            };
            let minutes: f64 = (0..self.needs.dates).map(open).sum();
            program.row(Why::Equipment, terms, -(rooms.count() as f64) * minutes);
        }
    }
}
