//! A roster: how many of which shift, who stays, and the same as a scenario.

use std::collections::BTreeMap;

use crate::scenario::{ExistingStaff, Scenario, Staff, Staffing};

use super::offer::Offer;

/// How many people of each shift there are, and which clerks stay.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Roster {
    /// By column of the offer.
    pub counts: Vec<u32>,
    /// By removable clerk of the offer: whether the clerk stays.
    pub kept: Vec<bool>,
}

impl Roster {
    /// What it costs a week, those included who stay anyway.
    pub fn cost(&self, offer: &Offer) -> f64 {
        let asked = offer.columns.iter().zip(&self.counts);
        let asked: f64 = asked.map(|(column, &count)| column.cost * f64::from(count)).sum();
        let kept = offer.removable.iter().zip(&self.kept);
        let kept: f64 = kept.filter(|(_, kept)| **kept).map(|((_, cost), _)| cost).sum();
        offer.fixed_cost + asked + kept
    }

    /// Hours a week that it asks for, without breaks, on a week in which every site is open as usual.
    pub fn asked_hours(&self, offer: &Offer) -> f64 {
        let hours = offer.columns.iter().zip(&self.counts);
        hours.map(|(c, &count)| f64::from(c.paid_minutes()) / 60.0 * f64::from(count)).sum()
    }

    /// Shifts a week that it asks for.
    pub fn asked_shifts(&self) -> u32 {
        self.counts.iter().sum()
    }
}

/// Somebody of a roster: the template and its shifts, by column, one a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Id among the staff of the scenario.
    pub id: String,
    /// Id of the contract; `None` where shifts are counted, not people.
    pub contract: Option<String>,
    /// Columns of the offer.
    pub columns: Vec<usize>,
}

/// The people who work the shifts of `roster`, the shifts of each template and weekday shared out in
/// order; without contracts they only hold shifts together.
pub(super) fn holders(offer: &Offer, roster: &Roster, taken: &[String]) -> Vec<Person> {
    // By template and position among those of one day.
    let mut people: BTreeMap<(usize, u32), Vec<usize>> = BTreeMap::new();
    let mut positions: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for (index, column) in offer.columns.iter().enumerate() {
        for _ in 0..roster.counts.get(index).copied().unwrap_or_default() {
            let day = positions.entry((column.template, column.weekday as usize)).or_default();
            people.entry((column.template, *day)).or_default().push(index);
            *day += 1;
        }
    }
    let name = |template: usize, position: u32| {
        let stem = format!("{}-{:02}", offer.templates[template].id, position + 1);
        let is_free = |id: &String| !taken.contains(id);
        let ids = std::iter::once(stem.clone()).chain((2..).map(|k| format!("{stem}-{k}")));
        ids.into_iter().find(is_free).unwrap_or(stem)
    };
    people
        .into_iter()
        .map(|((template, position), columns)| Person {
            id: name(template, position),
            contract: None,
            columns,
        })
        .collect()
}

/// `scenario` with the people of a roster in place of its staff, as far as that does not stay.
pub(super) fn staffed(
    scenario: &Scenario,
    staffing: &Staffing,
    offer: &Offer,
    (roster, people): (&Roster, &[Person]),
) -> Scenario {
    let mut staffed = scenario.clone();
    if staffing.existing == ExistingStaff::LeftOut {
        staffed.staff.clear();
    }
    let gone: Vec<usize> = offer
        .removable
        .iter()
        .zip(&roster.kept)
        .filter(|(_, kept)| !**kept)
        .map(|(&(clerk, _), _)| clerk)
        .collect();
    let mut clerk = 0;
    staffed.staff.retain(|_| {
        clerk += 1;
        !gone.contains(&(clerk - 1))
    });
    forget_the_gone(&mut staffed);
    for person in people {
        let Some(&first) = person.columns.first() else { continue };
        let template = &offer.templates[offer.columns[first].template];
        staffed.staff.push(Staff {
            id: person.id.clone(),
            skills: template.skills.clone(),
            shifts: person
                .columns
                .iter()
                .map(|&column| {
                    let column = &offer.columns[column];
                    column.shift(&offer.templates[column.template].site)
                })
                .collect(),
            ..Staff::default()
        });
    }
    staffed
}

/// Nobody who is gone can call in sick or keep a promise.
fn forget_the_gone(scenario: &mut Scenario) {
    let ids: Vec<String> = scenario.staff.iter().map(|clerk| clerk.id.clone()).collect();
    if let Some(operations) = &mut scenario.operations {
        operations.sick_calls.retain(|call| ids.contains(&call.staff));
    }
    for appointment in &mut scenario.appointments {
        appointment.staff = appointment.staff.take().filter(|clerk| ids.contains(clerk));
    }
}
