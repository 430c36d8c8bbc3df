//! What a plan is worth, part by part.

use super::{Plan, Problem};

/// The parts of a plan's objective, all in expected served minutes, weighted by value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Worth {
    /// Expected use of the slots.
    pub value: f64,
    /// Price of the time that slots without a promise take.
    pub free: f64,
    /// Price of stays.
    pub stays: f64,
    /// Price of breaks at the same time.
    pub breaks: f64,
    /// Price of what is asked for and missing.
    pub short: f64,
}

impl Worth {
    /// The objective: value less prices.
    pub fn objective(&self) -> f64 {
        self.value - self.free - self.stays - self.breaks - self.short
    }
}

impl Problem {
    /// What `plan` is worth. Its `stays` must be those of its slots and blocks
    /// ([`Problem::stays`]). Slots whose demand has no pool there count nothing.
    pub fn worth(&self, plan: &Plan) -> Worth {
        let minutes = f64::from(self.grid.minutes());
        let weights = self.weights;
        let free_steps: u32 = plan
            .slots
            .iter()
            .filter(|slot| slot.promise.is_none())
            .map(|slot| u32::from(slot.window.steps()))
            .sum();
        let missing: u32 = self.shortages(plan).iter().map(super::Shortage::missing_steps).sum();
        let slots = self.slots_by_pool(plan);
        Worth {
            value: slots
                .iter()
                .enumerate()
                .map(|(pool, &slots)| self.pool_value(pool, slots))
                .sum(),
            free: weights.free_minute * minutes * f64::from(free_steps),
            stays: self.stay_price(&plan.stays),
            breaks: weights.break_pair_minute * minutes * self.break_pairs(plan),
            short: weights.short_minute * minutes * f64::from(missing),
        }
    }

    /// The work that `plan` does: value and minutes of its promises, and of its slots as they will
    /// be used. The gap of a plan is measured against it.
    pub fn work(&self, plan: &Plan) -> f64 {
        let slots = self.slots_by_pool(plan);
        let used: f64 =
            slots.iter().enumerate().map(|(pool, &slots)| self.pool_value(pool, slots)).sum();
        used + self.promised_work()
    }

    /// Value and minutes of all promises.
    pub fn promised_work(&self) -> f64 {
        let worth = |promise: &super::Promise| {
            let service = &self.services[promise.service];
            let extra = promise.persons.saturating_sub(1) * service.extra_person_minutes;
            service.value * f64::from(service.minutes + extra)
        };
        self.promises.iter().map(worth).sum()
    }

    /// Slots given to each pool.
    fn slots_by_pool(&self, plan: &Plan) -> Vec<usize> {
        let mut places: Vec<(usize, usize, usize)> = Vec::new();
        for (index, pool) in self.pools.iter().enumerate() {
            places.extend(pool.places.iter().map(|&(site_day, _)| (pool.demand, site_day, index)));
        }
        places.sort_unstable();
        let mut slots = vec![0; self.pools.len()];
        for slot in &plan.slots {
            let Some(demand) = slot.demand else { continue };
            let key = (demand, self.site_day(slot.site, slot.day));
            let at = places.partition_point(|&(demand, site_day, _)| (demand, site_day) < key);
            if let Some(&(demand, site_day, pool)) = places.get(at)
                && (demand, site_day) == key
            {
                slots[pool] += 1;
            }
        }
        slots
    }

    /// Σ over site-days and open steps of n (n − 1) / (2 (N − 1)), for n clerks on a break of
    /// N ≥ 2 present.
    fn break_pairs(&self, plan: &Plan) -> f64 {
        let steps = usize::from(self.grid.steps_per_day());
        let mut resting = vec![Vec::new(); self.site_days.len()];
        for taken in &plan.breaks {
            for site in 0..self.sites.len() {
                let site_day = self.site_day(site, taken.day);
                let holds = |shift: &super::Shift| {
                    shift.clerk == taken.clerk && shift.window.covers(taken.window)
                };
                if self.shifts[self.site_days[site_day].shifts.clone()].iter().any(holds) {
                    resting[site_day].push(taken.window);
                }
            }
        }
        let mut sum = 0.0;
        let (mut present, mut on_break) = (vec![0_u32; steps], vec![0_u32; steps]);
        for (place, resting) in self.site_days.iter().zip(&resting) {
            if resting.len() < 2 {
                continue;
            }
            present.fill(0);
            on_break.fill(0);
            for shift in &self.shifts[place.shifts.clone()] {
                for window in shift.present() {
                    for count in &mut present[usize::from(window.from)..usize::from(window.until)] {
                        *count += 1;
                    }
                }
            }
            for window in resting {
                for count in &mut on_break[usize::from(window.from)..usize::from(window.until)] {
                    *count += 1;
                }
            }
            for open in &place.open {
                for step in usize::from(open.from)..usize::from(open.until) {
                    let (n, all) = (f64::from(on_break[step]), f64::from(present[step]));
                    if all >= 2.0 {
                        sum += n * (n - 1.0) / (2.0 * (all - 1.0));
                    }
                }
            }
        }
        sum
    }
}
