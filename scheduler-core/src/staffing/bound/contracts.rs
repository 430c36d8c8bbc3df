//! Weeks that people may work: rows of the program, and people for the shifts of a roster.

use crate::scenario::{Contract, Staffing, Weekday};

use super::layout::Layout;
use super::program::{Program, Why};
use crate::staffing::offer::{Column, Offer};
use crate::staffing::roster::{Person, Roster};

/// Whether people with `contract` may work shifts of the template with that id.
fn allows(contract: &Contract, template: &str) -> bool {
    contract.templates.is_empty() || contract.templates.iter().any(|id| id == template)
}

fn hours(column: &Column) -> f64 {
    f64::from(column.paid_minutes()) / 60.0
}

/// Every shift is somebody's, and nobody works more than a contract says. Rest between days is left
/// out: a relaxation.
pub(in crate::staffing) fn rows(
    program: &mut Program,
    layout: &mut Layout,
    staffing: &Staffing,
    offer: &Offer,
) {
    if staffing.contracts.is_empty() {
        return;
    }
    let mut by_column: Vec<Vec<(usize, f64)>> = vec![Vec::new(); offer.columns.len()];
    for contract in &staffing.contracts {
        let most = contract.most.map_or(1e6, f64::from);
        let people = program.unknown(contract.cost_per_week, most, true);
        layout.people.push(people);
        let mut week = vec![(people, contract.most_hours)];
        let mut days = vec![(people, f64::from(contract.most_days))];
        let mut day = vec![vec![(people, 1.0)]; 7];
        let mut worked = Vec::new();
        for (index, column) in offer.columns.iter().enumerate() {
            if !allows(contract, &offer.templates[column.template].id) {
                continue;
            }
            let held = program.unknown(0.0, 1e6, false);
            by_column[index].push((held, 1.0));
            week.push((held, -hours(column)));
            days.push((held, -1.0));
            day[column.weekday as usize].push((held, -1.0));
            worked.push((held, hours(column)));
        }
        program.row(Why::Contract, week, 0.0);
        program.row(Why::Contract, days, 0.0);
        for day in day.into_iter().filter(|terms| terms.len() > 1) {
            program.row(Why::Contract, day, 0.0);
        }
        if contract.paid_hours > 0.0 {
            let idle = program.unknown(offer.hour_cost, f64::INFINITY, false);
            let mut terms = vec![(people, -contract.paid_hours), (idle, 1.0)];
            terms.extend(worked);
            program.row(Why::Contract, terms, 0.0);
        }
    }
    for (column, mut held) in by_column.into_iter().enumerate() {
        held.push((column, -1.0));
        program.row(Why::Contract, held, 0.0);
    }
}

/// People for all shifts of `roster`, and what they cost a week beside their shifts; `None` where
/// there are not enough of them.
///
/// Day after day, each shift goes to whoever may work it and has most hours left; where nobody may,
/// somebody is taken on.
pub(in crate::staffing) fn people(
    staffing: &Staffing,
    offer: &Offer,
    roster: &Roster,
    taken: &[String],
) -> Option<(Vec<Person>, f64)> {
    let mut staff: Vec<Week> = Vec::new();
    for weekday in Weekday::ALL {
        let of_day = offer.columns.iter().enumerate().filter(|(_, c)| c.weekday == weekday);
        let mut shifts: Vec<usize> = of_day
            .flat_map(|(index, _)| {
                let count = roster.counts.get(index).copied().unwrap_or_default();
                std::iter::repeat_n(index, count as usize)
            })
            .collect();
        // Long ones first: they fit fewest weeks.
        shifts.sort_by_key(|&shift| std::cmp::Reverse(offer.columns[shift].paid_minutes()));
        for shift in shifts {
            let column = &offer.columns[shift];
            let fits = |week: &Week| week.may(staffing, offer, column);
            let left = |week: &Week| staffing.contracts[week.contract].most_hours - week.hours;
            let best = (0..staff.len())
                .filter(|&person| fits(&staff[person]))
                .max_by(|&a, &b| left(&staff[a]).total_cmp(&left(&staff[b])).then(b.cmp(&a)));
            let person = match best {
                Some(person) => person,
                None => {
                    let contract = hire(staffing, offer, column, &staff)?;
                    staff.push(Week { contract, columns: Vec::new(), hours: 0.0 });
                    staff.len() - 1
                }
            };
            staff[person].columns.push(shift);
            staff[person].hours += hours(column);
        }
    }
    let mut cost = 0.0;
    let mut numbers = vec![0_usize; staffing.contracts.len()];
    let named = staff.into_iter().map(|week| {
        let contract = &staffing.contracts[week.contract];
        cost +=
            contract.cost_per_week + (contract.paid_hours - week.hours).max(0.0) * offer.hour_cost;
        let id = loop {
            numbers[week.contract] += 1;
            let id = format!("{}-{:02}", contract.id, numbers[week.contract]);
            if !taken.contains(&id) {
                break id;
            }
        };
        Person { id, contract: Some(contract.id.clone()), columns: week.columns }
    });
    let named: Vec<Person> = named.collect();
    Some((named, cost))
}

/// A week as it fills.
struct Week {
    contract: usize,
    columns: Vec<usize>,
    hours: f64,
}

impl Week {
    /// Whether `column` fits into it: one template's skills and site, one shift a day, rest after the
    /// day before, and before Monday's shift of the next week.
    fn may(&self, staffing: &Staffing, offer: &Offer, column: &Column) -> bool {
        let contract = &staffing.contracts[self.contract];
        let template = &offer.templates[column.template];
        let rest = contract.rest_hours * 60.0;
        let gap = |before: &Column, after: &Column| {
            f64::from(1440 - before.until) + f64::from(after.from)
        };
        let next = |a: Weekday, b: Weekday| (a as usize + 1) % 7 == b as usize;
        allows(contract, &template.id)
            && self.columns.len() < contract.most_days as usize
            && self.hours + hours(column) <= contract.most_hours + 1e-9
            && self.columns.iter().all(|&own| {
                let own = &offer.columns[own];
                own.weekday != column.weekday
                    && offer.templates[own.template].skills == template.skills
                    && (!next(own.weekday, column.weekday) || gap(own, column) >= rest)
                    && (!next(column.weekday, own.weekday) || gap(column, own) >= rest)
            })
    }
}

/// The cheapest contract under which somebody may be taken on for `column`.
fn hire(staffing: &Staffing, offer: &Offer, column: &Column, staff: &[Week]) -> Option<usize> {
    let template = &offer.templates[column.template].id;
    let is_free = |&contract: &usize| {
        let limits = &staffing.contracts[contract];
        let there = staff.iter().filter(|week| week.contract == contract).count();
        allows(limits, template)
            && hours(column) <= limits.most_hours
            && limits.most.is_none_or(|most| there < most as usize)
    };
    let cost = |contract: usize| {
        let contract = &staffing.contracts[contract];
        (contract.cost_per_week + contract.paid_hours * offer.hour_cost) / contract.most_hours
    };
    let free = (0..staffing.contracts.len()).filter(is_free);
    free.min_by(|&a, &b| cost(a).total_cmp(&cost(b)))
}
