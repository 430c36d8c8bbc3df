//! Replications that are done apart from their simulation, by other threads, processes or machines.
//!
//! Replication `r` belongs to the [section](SECTIONS) `r % SECTIONS`, and everything that is summed
//! up on the way is summed up within a section, in order of replications. So whoever does all
//! replications of a section between two numbers, on top of what the section had, gets what the
//! simulation itself would have got, to the last bit; and parts of different sections can be done at
//! the same time.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::crowd::{self, Crowd};
use super::figures;
use super::replication::{Replication, Sums};
use super::result::SECTIONS;
use super::run::{SimulateError, Simulation};
use super::statistics::Sample;
use super::tally::{Histogram, Tally};
use crate::monitor::Monitor;

/// What the replications of a section came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SectionSums {
    /// As [`Section::waits`](super::result::Section::waits).
    pub(super) waits: Vec<Histogram>,
    /// By site, channel and half hour.
    #[serde(with = "sparse")]
    pub(super) half_hours: Vec<Sample>,
    /// As [`Replication::times`] and [`Replication::services`] list them.
    #[serde(with = "sparse")]
    pub(super) times: Vec<Crowd>,
    #[serde(with = "sparse")]
    pub(super) services: Vec<Crowd>,
    /// By day: days to the next free slot, and booked leads.
    pub(super) lead_days: Vec<(Sample, Sample)>,
}

impl SectionSums {
    /// Those of the first replication of a section.
    pub(super) fn of(replication: &Replication, services: usize) -> Self {
        Self {
            waits: replication.waits(),
            half_hours: replication.half_hours(),
            times: replication.times(),
            services: replication.services(services),
            lead_days: replication.lead_days.clone(),
        }
    }

    /// With one replication more.
    pub(super) fn add(&mut self, replication: &Replication, services: usize) {
        for (sum, waits) in self.waits.iter_mut().zip(&replication.waits()) {
            sum.add(waits);
        }
        for (sum, more) in self.half_hours.iter_mut().zip(replication.half_hours()) {
            add(sum, more);
        }
        crowd::add_all(&mut self.times, &replication.times());
        crowd::add_all(&mut self.services, &replication.services(services));
        for (sum, day) in self.lead_days.iter_mut().zip(&replication.lead_days) {
            add(&mut sum.0, day.0);
            add(&mut sum.1, day.1);
        }
    }
}

fn add(sum: &mut Sample, more: Sample) {
    sum.num += more.num;
    sum.den += more.den;
}

/// Replications to do: those between two numbers that belong to some sections. Has a stable form as
/// JSON within one version of this library, for whoever does them elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartOrder {
    sections: Range<usize>,
    replications: Range<u64>,
    /// What those sections that have replications came to before.
    sums: Vec<SectionSums>,
}

/// What the replications of a [`PartOrder`] came to. Has a stable form as JSON within one version of
/// this library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    sections: Range<usize>,
    replications: Range<u64>,
    /// Of its replications, in order.
    samples: Vec<Vec<Sample>>,
    /// Of its replications, in order.
    totals: Vec<Vec<Sums>>,
    /// Of its sections, earlier replications included.
    sums: Vec<SectionSums>,
    /// By site, of its replications.
    tallies: Vec<Tally>,
}

/// Parts that cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the parts are not those of the replications that follow, each once")]
pub struct WrongParts;

/// The replications of `range` that belong to `sections`, in order.
fn of_sections(range: &Range<u64>, sections: &Range<usize>) -> Vec<u64> {
    let belongs = |replication: &u64| sections.contains(&section_of(*replication));
    range.clone().filter(belongs).collect()
}

fn section_of(replication: u64) -> usize {
    (replication % SECTIONS as u64) as usize
}

impl Simulation<'_> {
    /// The replications from those that are done up to `target`, in `parts` parts of sections that
    /// follow each other; fewer where there are fewer sections.
    pub fn orders(&self, target: u64, parts: usize) -> Vec<PartOrder> {
        let parts = parts.clamp(1, SECTIONS);
        let bounds = |part: usize| part * SECTIONS / parts;
        let orders = (0..parts).map(|part| {
            let sections = bounds(part)..bounds(part + 1);
            let have = self.sections.len();
            let sums = self.sections[sections.start.min(have)..sections.end.min(have)].to_vec();
            PartOrder { sections, replications: self.replications()..target, sums }
        });
        let some =
            |order: &PartOrder| !of_sections(&order.replications, &order.sections).is_empty();
        orders.filter(some).collect()
    }

    /// Does the replications of `order`, which is of a simulation of the same plan with the same
    /// options; `None` where the monitor stopped it.
    ///
    /// # Errors
    /// Where a day cannot be simulated.
    pub fn part(
        &self,
        order: &PartOrder,
        monitor: &dyn Monitor,
    ) -> Result<Option<Part>, SimulateError> {
        let PartOrder { sections, replications, sums } = order.clone();
        let numbers = of_sections(&replications, &sections);
        let mut part = Part {
            tallies: self.no_tallies(),
            samples: Vec::with_capacity(numbers.len()),
            totals: Vec::with_capacity(numbers.len()),
            sections,
            replications,
            sums,
        };
        for batch in numbers.chunks(self.batch() as usize) {
            let done = self.replicate(batch.to_vec(), monitor);
            for (&number, replication) in batch.iter().zip(done) {
                let Some(replication) = replication? else { return Ok(None) };
                part.add(number, &replication, (self.weeks, self.services()));
            }
        }
        Ok(Some(part))
    }

    /// Adds `parts`, which together are all replications from those that are done up to some number.
    ///
    /// # Errors
    /// [`WrongParts`], and nothing is added, where they are not.
    pub fn add_parts(&mut self, mut parts: Vec<Part>) -> Result<(), WrongParts> {
        let replications = match parts.first() {
            Some(first) => first.replications.clone(),
            None => return Err(WrongParts),
        };
        parts.sort_by_key(|part| part.sections.start);
        let mut of_section = [None; SECTIONS];
        for (position, part) in parts.iter().enumerate() {
            let count = of_sections(&replications, &part.sections).len();
            let whole = part.replications == replications
                && part.sections.end <= SECTIONS
                && part.samples.len() == count
                && part.totals.len() == count
                && part.tallies.len() == self.tallies.len();
            if !whole {
                return Err(WrongParts);
            }
            for section in part.sections.clone() {
                if of_section[section].replace(position).is_some() {
                    return Err(WrongParts);
                }
            }
        }
        let missing = |number: u64| of_section[section_of(number)].is_none();
        if replications.start != self.replications() || replications.clone().any(missing) {
            return Err(WrongParts);
        }
        let mut all: Vec<_> = parts
            .iter_mut()
            .map(|part| {
                let samples = std::mem::take(&mut part.samples);
                samples.into_iter().zip(std::mem::take(&mut part.totals))
            })
            .collect();
        for number in replications {
            let position = of_section[section_of(number)].unwrap_or_default();
            // As many as were counted above.
            let Some((samples, totals)) = all[position].next() else { return Err(WrongParts) };
            self.samples.push(samples);
            self.sums.push(totals);
        }
        for Part { sections, sums, tallies, .. } in parts {
            for (section, sums) in sections.zip(sums) {
                match self.sections.get_mut(section) {
                    Some(known) => *known = sums,
                    None => self.sections.push(sums),
                }
            }
            for (sum, more) in self.tallies.iter_mut().zip(&tallies) {
                sum.add(more);
            }
        }
        Ok(())
    }
}

impl Part {
    fn add(&mut self, number: u64, replication: &Replication, (weeks, services): (f64, usize)) {
        self.samples.push(figures::samples(replication, weeks));
        self.totals.push(replication.sums.clone());
        match self.sums.get_mut(section_of(number) - self.sections.start) {
            Some(sums) => sums.add(replication, services),
            None => self.sums.push(SectionSums::of(replication, services)),
        }
        for (sum, more) in self.tallies.iter_mut().zip(&replication.tallies) {
            sum.add(more);
        }
    }
}

/// Lists most of whose entries are empty: how many there are, and those that are not.
pub(super) mod sparse {
    use serde::de::{DeserializeOwned, Error};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::simulate) fn serialize<T: Default + PartialEq + Serialize, S: Serializer>(
        list: &[T],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let empty = T::default();
        let some: Vec<(usize, &T)> =
            list.iter().enumerate().filter(|(_, entry)| **entry != empty).collect();
        (list.len(), some).serialize(to)
    }

    pub(in crate::simulate) fn deserialize<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
    where
        T: Default + Clone + DeserializeOwned,
        D: Deserializer<'de>,
    {
        /// More than a list of a simulation ever has.
        const MOST: usize = 1 << 24;
        let (length, some) = <(usize, Vec<(usize, T)>)>::deserialize(from)?;
        if length > MOST {
            return Err(D::Error::custom("the list is too long"));
        }
        let mut list = vec![T::default(); length];
        for (index, entry) in some {
            let place = list.get_mut(index);
            *place.ok_or_else(|| D::Error::custom("an entry is beyond the list"))? = entry;
        }
        Ok(list)
    }
}
