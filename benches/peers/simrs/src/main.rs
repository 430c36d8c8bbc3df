//! The reference office in simrs: `office-simrs DAYS SEED` prints a line of JSON.
//!
//! The model is described in `office.py`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp, LogNormal, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;
use simrs::{Component, ComponentId, Executor, Scheduler, Simulation, State};

const COUNTERS: u32 = 8;
const MINUTES_OF_BREAK: f64 = 30.0;

/// Classes of jobs, the first before the others: breaks, appointments, walk-ins.
const BREAK: usize = 0;
const APPOINTMENT: usize = 1;
const WALK_IN: usize = 2;

#[derive(Debug)]
enum Event {
    Comes(usize),
    Finishes,
}

struct Counters {
    free: u32,
    /// When those who wait came, by class.
    lines: [VecDeque<Duration>; 3],
    served: [u64; 3],
    waited: [Duration; 3],
    random: Xoshiro256PlusPlus,
    service: [LogNormal<f64>; 2],
}

struct Office(Rc<RefCell<Counters>>);

fn minutes(minutes: f64) -> Duration {
    Duration::from_secs_f64(60.0 * minutes)
}

impl Component for Office {
    type Event = Event;

    fn process_event(
        &self,
        own: ComponentId<Event>,
        event: &Event,
        scheduler: &mut Scheduler,
        _: &mut State,
    ) {
        let mut counters = self.0.borrow_mut();
        let counters = &mut *counters;
        let now = scheduler.time();
        match event {
            Event::Comes(class) => counters.lines[*class].push_back(now),
            Event::Finishes => counters.free += 1,
        }
        while counters.free > 0 {
            let Some(class) = (0..3).find(|class| !counters.lines[*class].is_empty()) else {
                break;
            };
            let came = counters.lines[class].pop_front().unwrap_or_default();
            let length = match class {
                BREAK => MINUTES_OF_BREAK,
                _ => counters.service[class - 1].sample(&mut counters.random),
            };
            counters.free -= 1;
            counters.served[class] += 1;
            counters.waited[class] += now - came;
            scheduler.schedule(minutes(length), own, Event::Finishes);
        }
    }
}

fn lognormal(mean: f64, cv: f64) -> Result<LogNormal<f64>, rand_distr::NormalError> {
    let variance = (cv * cv).ln_1p();
    LogNormal::new(mean.ln() - 0.5 * variance, variance.sqrt())
}

/// CPU time of this process, which has one thread.
fn cpu_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split_whitespace().next().unwrap_or("0").parse::<f64>()? * 1e-9)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<u64> =
        std::env::args().skip(1).map(|argument| argument.parse()).collect::<Result<_, _>>()?;
    let [days, seed] = arguments[..] else { return Err("DAYS SEED".into()) };

    let begun = cpu_seconds()?;
    let counters = Rc::new(RefCell::new(Counters {
        free: COUNTERS,
        lines: Default::default(),
        served: [0; 3],
        waited: [Duration::ZERO; 3],
        random: Xoshiro256PlusPlus::seed_from_u64(seed),
        service: [lognormal(13.0, 0.5)?, lognormal(10.0, 0.7)?],
    }));
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x9E37_79B9_7F4A_7C15);
    let (late, between) = (Normal::new(-4.0, 6.0)?, Exp::new(0.2)?);
    let mut simulation = Simulation::default();
    let office = simulation.add_component(Office(Rc::clone(&counters)));
    for _ in 0..days {
        // The clock goes on: each day begins when the last customer of the one before has left.
        for epoch in 0..32 {
            for _ in 0..6 {
                if random.random::<f64>() < 0.85 {
                    let lateness = f64::max(late.sample(&mut random), -15.0);
                    let at = f64::max(15.0 * f64::from(epoch) + lateness, 0.0);
                    simulation.schedule(minutes(at), office, Event::Comes(APPOINTMENT));
                }
            }
        }
        let mut at = between.sample(&mut random);
        while at < 450.0 {
            simulation.schedule(minutes(at), office, Event::Comes(WALK_IN));
            at += between.sample(&mut random);
        }
        for at in [240.0, 271.0] {
            for _ in 0..4 {
                // Before customers who come at the same instant: those more than 15 minutes early
                // do so at whole quarters of an hour, and simrs has no order among equal times.
                let due = minutes(at) - Duration::from_nanos(1);
                simulation.schedule(due, office, Event::Comes(BREAK));
            }
        }
        simulation.execute(Executor::unbound());
    }
    let seconds = cpu_seconds()? - begun;
    let counters = counters.borrow();
    let wait =
        |class: usize| counters.waited[class].as_secs_f64() / 60.0 / counters.served[class] as f64;
    println!(
        "{{\"engine\": \"simrs\", \"version\": \"0.2.0\", \"days\": {days}, \"customers\": {}, \
         \"cpu_seconds\": {seconds}, \"wait_appointments\": {}, \"wait_walk_ins\": {}}}",
        counters.served[APPOINTMENT] + counters.served[WALK_IN],
        wait(APPOINTMENT),
        wait(WALK_IN)
    );
    Ok(())
}
