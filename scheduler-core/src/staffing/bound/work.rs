//! All work has to be done within shifts and the overtime that a target allows: rows that know
//! appointments and walk-ins together, whoever is called when.
//!
//! Everybody who is inside is served. So the work of those who come for what everybody can do is at most the minutes of clerks in
//! opening hours, what services run over the ends of shifts ([`Needs::overrun_of_all`]), and what is done
//! after closing: in each room at most the overtime of the day.

use crate::problem::Problem;
use crate::scenario::StaffFigure;

use super::layout::{Layout, merged};
use super::needs::Needs;
use super::program::{Program, Why};
use super::walk_in_cuts::{LATE, ON_TIME};
use crate::staffing::goal::Goal;
use crate::staffing::offer::{Column, Offer};

/// Adds a row for each target on overtime.
pub(in crate::staffing) fn rows(
    program: &mut Program,
    layout: &Layout,
    problem: &Problem,
    (offer, needs): (&Offer, &Needs),
    goals: &[Goal],
) {
    // Who needs no room is limited by clerks only, of whom nobody knows how many there will be; and who
    // comes on a day on which clerks are ill may come in vain.
    if needs.may_be_ill || !problem.services.iter().all(|service| service.needs_room) {
        return;
    }
    for goal in goals.iter().filter(|goal| goal.figure == StaffFigure::Overtime) {
        let sites: Vec<usize> =
            (0..needs.sites).filter(|&site| goal.site.is_none_or(|own| own == site)).collect();
        let most_rooms = sites.iter().map(|&site| needs.rooms[site]).fold(0.0, f64::max);
        let mut terms = Vec::new();
        let mut least = 0.0;
        for &site in &sites {
            let days = (0..needs.dates).filter(|&date| !needs.day(site, date).open.is_empty());
            least -= most_rooms * goal.bound * days.count() as f64;
            least -= needs.charges_of_all[site];
            least += walk_in_work(needs, site);
            for (stream, booked) in needs.streams.iter().zip(&layout.booked) {
                if needs.rare[site][stream.service] {
                    continue;
                }
                let minutes = needs.booked_means[stream.service] * needs.kept * needs.shows;
                let here = stream.sites.iter().zip(booked).filter(|(other, _)| **other == site);
                terms.extend(here.map(|(_, &unknown)| (unknown, -minutes)));
            }
            for (index, column) in offer.columns.iter().enumerate() {
                if column.site == site {
                    let minutes: f64 =
                        column.dates.iter().map(|&date| minutes_of(needs, column, date)).sum();
                    terms.push((index, minutes));
                }
            }
            for date in 0..needs.dates {
                for &(from, until, clerk) in &needs.day(site, date).shifts {
                    let minutes = there(needs, (site, date), from, until);
                    match clerk {
                        Some(clerk) => terms.push((layout.kept + clerk, minutes)),
                        None => least -= minutes,
                    }
                }
            }
        }
        program.row(Why::Work, merged(terms), least);
    }
}

/// Minutes in opening hours from one minute to another, and what a service runs over that ends then.
fn there(needs: &Needs, (site, date): (usize, usize), from: u32, until: u32) -> f64 {
    let open = &needs.day(site, date).open;
    let (Some(&(opens, _)), Some(&(_, closes))) = (open.first(), open.last()) else { return 0.0 };
    let minutes = f64::from(until.min(closes).saturating_sub(from.max(opens)));
    let over = if until > opens && until < closes { needs.overrun_of_all } else { 0.0 };
    minutes + over
}

fn minutes_of(needs: &Needs, column: &Column, date: usize) -> f64 {
    let minutes = there(needs, (column.site, date), column.from, column.until);
    let open = &needs.day(column.site, date).open;
    let (Some(&(opens, _)), Some(&(_, closes))) = (open.first(), open.last()) else { return 0.0 };
    if !needs.full_breaks {
        return minutes;
    }
    // A break may begin late, when a customer is served; then it has to end within the shift all the
    // same to take its minutes from it.
    let is_inside = |pause: &&crate::scenario::Break| {
        let until = pause.until.0.min(column.until) + LATE;
        opens <= pause.from.0.max(column.from) && until <= column.until.min(closes)
    };
    let rest: u32 = column.breaks.iter().filter(is_inside).map(|pause| pause.minutes).sum();
    minutes - ON_TIME * f64::from(rest)
}

/// Work of the walk-ins of `site` who are sure to be served within shifts and overtime: services that
/// everybody can do, as somebody is there while the doors are open. For others their last clerks may stay
/// when their shifts end, or they may come in vain.
fn walk_in_work(needs: &Needs, site: usize) -> f64 {
    if needs.may_leave[site] {
        return 0.0;
    }
    let come = (0..needs.dates).flat_map(|date| needs.day(site, date).arrivals.iter().flatten());
    come.filter(|(service, _)| !needs.rare[site][*service])
        .map(|&(service, count)| count * needs.service_means[service])
        .sum()
}
