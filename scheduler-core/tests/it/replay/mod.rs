//! Days of a simulation once more: the very waits.

use chrono::NaiveDate;
use scheduler_core::learn::{DAY, MINUTE, Outcome, Visit as Row};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::replay::{
    Customers, Explanation, Hindsight, Seen, StaffingBy, explain, hindsight, replay, waits,
};
use scheduler_core::simulate::Watch;
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::office::Offices;
use scheduler_core::simulate::run::{Absence, Simulation, SimulationOptions, Until};
use scheduler_core::simulate::service_day::{Leaver, Missed, Observer, Visit};
use serde_json::{Value, json};

use crate::simulate::run::town;

/// Days since 1970 of the first measured day, which is like the first date of the scenario.
fn first_date() -> i64 {
    let monday = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
    monday.signed_duration_since(NaiveDate::default()).num_days()
}

/// Writes a log of what it sees.
struct Log {
    offices: Offices,
    dates: usize,
    day: u32,
    rows: Vec<Row>,
}

impl Log {
    fn row(&self, channel: Channel, service: u32) -> Row {
        Row {
            site: 0,
            service: service as usize,
            persons: 1,
            booked_at: None,
            appointment_at: (channel == Channel::Appointment).then_some(0),
            arrived_at: None,
            called_at: None,
            finished_at: None,
            counter: None,
            clerk: None,
            outcome: Outcome::Served,
        }
    }

    fn at(&self, millis: u32) -> i64 {
        (first_date() + i64::from(self.day)) * DAY + i64::from(millis)
    }
}

impl Watch for Log {
    fn day(&mut self, _site: usize, day: u32) {
        self.day = day;
    }
}

impl Observer for Log {
    fn served(&mut self, visit: &Visit) {
        let office = self.offices.days[self.day as usize % 7 % self.dates].as_ref().unwrap();
        self.rows.push(Row {
            appointment_at: visit.due.map(|due| self.at(due)),
            arrived_at: Some(self.at(visit.arrival)),
            called_at: Some(self.at(visit.begin)),
            finished_at: Some(self.at(visit.end)),
            clerk: Some(office.clerks[visit.clerk as usize] as u32),
            ..self.row(visit.channel, visit.service)
        });
    }

    fn left(&mut self, leaver: &Leaver) {
        self.rows.push(Row {
            appointment_at: leaver.due.map(|due| self.at(due)),
            arrived_at: Some(self.at(leaver.arrival)),
            finished_at: Some(self.at(leaver.at)),
            outcome: Outcome::Left,
            ..self.row(leaver.channel, leaver.service)
        });
    }

    fn missed(&mut self, missed: &Missed) {
        self.rows.push(Row {
            appointment_at: Some(self.at(missed.due)),
            outcome: Outcome::NoShow,
            ..self.row(Channel::Appointment, missed.service)
        });
    }
}

fn log(problem: &Problem, plan: &Plan, absent: Vec<Absence>) -> Vec<Row> {
    let mut options = SimulationOptions::default();
    (options.until, options.weeks, options.absent) = (Until::Replications(1), 6, absent);
    let simulation = Simulation::new(problem, plan, &options).unwrap();
    let offices = Offices::new(problem, plan).unwrap();
    let mut log = Log { offices, dates: problem.dates.len(), day: 0, rows: Vec::new() };
    simulation.replay(0, &mut log).unwrap();
    log.rows
}

/// Every day of the log once more: the days, and the waits that are not the same to the millisecond.
fn differences(problem: &Problem, plan: &Plan, rows: &[Row]) -> (usize, usize, usize) {
    let clerks: Vec<Option<usize>> = (0..problem.clerks.len()).map(Some).collect();
    let (mut days, mut people, mut different) = (0, 0, 0);
    for day in 0..42 {
        let customers = Customers::of(rows, 0, first_date() + day);
        if customers.visits.is_empty() {
            continue;
        }
        days += 1;
        let date = day as usize % 7;
        let again = replay((problem, plan, date), &customers, &clerks, StaffingBy::Plan).unwrap();
        let measured = customers.measured();
        people += measured.len();
        different += measured.iter().zip(&again.seen).filter(|(one, other)| one != other).count();
    }
    (days, people, different)
}

fn operations(more: &Value) -> Value {
    let mut operations = json!({
        "walk_ins": [{ "id": "all", "site": "hall", "from": "08:00", "until": "12:00",
                       "per_hour": 5.0 }],
        "patience": { "mean_minutes": 40 }, "walk_in_day_cv": 0.3,
    });
    for (name, value) in more.as_object().unwrap() {
        operations[name] = value.clone();
    }
    operations
}

#[test]
fn a_simulated_day_gives_the_waits_that_it_had() {
    for more in [
        json!({}),
        json!({ "call_policy": "first_come" }),
        json!({ "call_policy": "by_appointment_time" }),
        json!({ "call_policy": "due_priority" }),
        json!({ "call_policy": "walk_in_desks" }),
        json!({ "break_rule": "ignore" }),
        json!({ "tickets": [{ "site": "hall", "stop_minutes_before_closing": 60,
                              "most_waiting": 3 }] }),
    ] {
        let (problem, plan) = town(&operations(&more));
        let rows = log(&problem, &plan, Vec::new());
        let (days, people, different) = differences(&problem, &plan, &rows);
        assert!(days == 18 && people > 400, "{more}: {days} days, {people} people");
        assert_eq!(different, 0, "{more}: of {people}");
        assert!(rows.iter().any(|row| row.outcome == Outcome::Left), "{more}");
    }
}

#[test]
fn a_clerk_who_served_nobody_was_away() {
    let (problem, plan) = town(&operations(&json!({})));
    let rows = log(&problem, &plan, vec![Absence { clerk: 1, day: 0 }]);
    assert_eq!(differences(&problem, &plan, &rows).2, 0);
    let monday = Customers::of(&rows, 0, first_date());
    let clerks = [Some(0), Some(1)];
    let again = replay((&problem, &plan, 0), &monday, &clerks, StaffingBy::Plan).unwrap();
    assert_eq!((again.staffing.planned, again.staffing.absent), (1, 1));
}

#[test]
fn who_is_not_in_the_plan_serves_all_the_same() {
    let (problem, plan) = town(&operations(&json!({})));
    let mut rows = log(&problem, &plan, Vec::new());
    let monday = |rows: &[Row]| Customers::of(rows, 0, first_date());
    // A stranger took over from the second clerk.
    for row in &mut rows {
        row.clerk = row.clerk.map(|clerk| if clerk == 1 { 7 } else { clerk });
    }
    let clerks = [Some(0), Some(1)];
    let again = replay((&problem, &plan, 0), &monday(&rows), &clerks, StaffingBy::Plan).unwrap();
    let staffing = again.staffing;
    assert_eq!((staffing.planned, staffing.absent, staffing.added), (1, 1, 1));
    // Of two clerks all would know who is meant.
    assert!(explain(&monday(&rows)).contains(&Explanation::FewClerks));
}

#[test]
fn unknown_breaks_are_told_where_five_served() {
    let (problem, plan) = town(&operations(&json!({})));
    let at = |minute: i64| Some(first_date() * DAY + minute * MINUTE);
    // Five clerks call nobody from nine to twenty past nine, and then those who came after half
    // past eight.
    let served = |clerk: u32, arrived: i64, called: i64| Row {
        site: 0,
        service: 0,
        persons: 1,
        booked_at: None,
        appointment_at: None,
        arrived_at: at(arrived),
        called_at: at(called),
        finished_at: at(called + 30),
        counter: None,
        clerk: Some(clerk),
        outcome: Outcome::Served,
    };
    let early = (0..5).map(|clerk| served(clerk, 510, 510));
    let late = (0..5).map(|clerk| served(clerk, 515 + i64::from(clerk), 560));
    let rows: Vec<Row> = early.chain(late).collect();
    let customers = Customers::of(&rows, 0, first_date());
    let pause = explain(&customers).into_iter().find_map(|explanation| match explanation {
        Explanation::Pauses { count, minutes, longest } => Some((count, minutes, longest)),
        _ => None,
    });
    assert_eq!(pause, Some((5, 100.0, (540, 560))));
    let again = replay((&problem, &plan, 0), &customers, &[], StaffingBy::Log).unwrap();
    assert_eq!(again.staffing.added, 5);
    let (measured, simulated) = (customers.measured(), again.seen);
    let mean = |seen: &[Seen]| waits(&customers, seen, Channel::WalkIn).mean;
    // Forty-three minutes for half of them instead of twenty-three.
    assert!((mean(&measured) - 21.5).abs() < 0.01 && (mean(&simulated) - 11.5).abs() < 0.01);
}

#[test]
fn without_clerks_counters_stand_for_them() {
    let (problem, plan) = town(&operations(&json!({})));
    let mut rows = log(&problem, &plan, Vec::new());
    for row in &mut rows {
        (row.counter, row.clerk) = (row.clerk, None);
    }
    let monday = Customers::of(&rows, 0, first_date());
    let again = replay((&problem, &plan, 0), &monday, &[], StaffingBy::Plan).unwrap();
    assert_eq!((again.staffing.by_counter, again.staffing.added), (true, 2));
    let served = again.seen.iter().filter(|seen| matches!(seen, Seen::Served(_))).count();
    assert!(served > 15);
}

/// The day of these rows in hindsight, and what was simulated.
fn in_hindsight(
    problem: &Problem,
    plan: &Plan,
    (rows, day): (&[Row], i64),
    by: StaffingBy,
) -> Option<Hindsight> {
    let clerks: Vec<Option<usize>> = (0..problem.clerks.len()).map(Some).collect();
    let customers = Customers::of(rows, 0, first_date() + day);
    if customers.visits.is_empty() {
        return None;
    }
    let date = (problem, plan, day as usize % 7);
    let replayed = replay(date, &customers, &clerks, by).unwrap();
    Some(hindsight(date, &customers, &clerks, by, &replayed).unwrap())
}

#[test]
fn losses_add_up_and_more_freedom_loses_less() {
    let (problem, plan) = town(&operations(&json!({})));
    let rows = log(&problem, &plan, Vec::new());
    let (mut days, mut simulated, mut calls) = (0, 0.0, (0.0, 0.0));
    for day in 0..42 {
        let Some(seen) = in_hindsight(&problem, &plan, (&rows, day), StaffingBy::Plan) else {
            continue;
        };
        days += 1;
        let text = format!("day {day}: {seen:?}");
        assert!((seen.measured - seen.simulated).abs() < 1e-6, "{text}");
        for range in [seen.calls, seen.booking, seen.template] {
            assert!(0.0 <= range.least && range.least <= range.most, "{text}");
        }
        assert!(seen.simulated >= seen.calls.most && seen.worth > 0.0, "{text}");
        assert!(seen.calls.most >= seen.booking.most, "{text}");
        assert!(seen.calls.least >= seen.booking.least, "{text}");
        assert!(seen.booking.most >= seen.template.most, "{text}");
        assert!(seen.booking.least >= seen.template.least, "{text}");
        let split = seen.losses();
        let parts = [split.calls, split.booking, split.template, split.staffing];
        let (least, most) = parts
            .iter()
            .fold((0.0, 0.0), |(least, most), part| (least + part.least, most + part.most));
        let conduct = split.conduct;
        assert!(conduct + least <= seen.measured + 1e-6, "{text}");
        assert!(conduct + most >= seen.measured - 1e-6, "{text}");
        simulated += seen.simulated;
        calls = (calls.0 + seen.calls.least, calls.1 + seen.calls.most);
    }
    assert_eq!(days, 18);
    // With all known beforehand these days lose a part less, and it is known well how much.
    assert!(calls.1 < 0.98 * simulated, "{calls:?} of {simulated}");
    assert!(calls.0 > 0.7 * calls.1, "{calls:?} of {simulated}");
}

/// The least sum of waits of people who come to two clerks, each for whom both are the same: all orders.
fn least_wait(jobs: &[(i64, i64)]) -> i64 {
    fn place(left: &[(i64, i64)], free: [i64; 2], so_far: i64, best: &mut i64) {
        if so_far >= *best {
            return;
        }
        if left.is_empty() {
            *best = so_far;
        }
        for (index, &(arrival, minutes)) in left.iter().enumerate() {
            let mut rest = left.to_vec();
            rest.remove(index);
            let mut free = free;
            let first = usize::from(free[1] < free[0]);
            let start = free[first].max(arrival);
            free[first] = start + minutes;
            place(&rest, free, so_far + start - arrival, best);
        }
    }
    let mut best = i64::MAX;
    place(jobs, [480, 480], 0, &mut best);
    best
}

#[test]
fn the_best_calls_of_small_days_are_those_of_all_orders() {
    let (problem, plan) = town(&operations(&json!({})));
    let at = |minute: i64| Some(first_date() * DAY + minute * MINUTE);
    let (mut bits, mut exact, mut apart) = (7_u64, 0, 0.0);
    let mut random = move |below: u64| {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ((bits >> 33) % below) as i64
    };
    for day in 0..30 {
        // Two clerks are there from eight to twelve, and six people come within three quarters of an hour.
        let mut jobs = vec![(480, 1), (480, 1)];
        jobs.extend((0..6).map(|_| (481 + random(45), 3 + random(28))));
        let ends = [(719, 1), (719, 1)];
        let row = |(index, &(arrival, minutes)): (usize, &(i64, i64))| Row {
            arrived_at: at(arrival),
            called_at: at(arrival),
            finished_at: at(arrival + minutes),
            clerk: Some(index as u32 % 2),
            appointment_at: None,
            site: 0,
            service: 0,
            persons: 1,
            booked_at: None,
            counter: None,
            outcome: Outcome::Served,
        };
        let mut rows: Vec<Row> = jobs.iter().chain(&ends).enumerate().map(row).collect();
        let seen = in_hindsight(&problem, &plan, (&rows, 0), StaffingBy::Log).unwrap();
        let least = least_wait(&jobs) as f64;
        assert!(seen.calls.least <= least + 1e-6, "{day}: {seen:?}, {least}");
        assert!(seen.calls.most >= least - 1e-6, "{day}: {seen:?}, {least}");
        exact += usize::from((seen.calls.most - least).abs() < 1e-6);
        apart += (least - seen.calls.least) / least.max(1.0) / 30.0;
        // Nobody has an appointment, and nobody a break.
        for freer in [seen.booking, seen.template] {
            assert_eq!(freer.most, seen.calls.most, "{day}: {seen:?}");
            assert!((freer.least - seen.calls.least).abs() < 0.05 * least + 0.1, "{day}: {seen:?}");
        }
        // Those who can be told when to come wait for nobody.
        for row in &mut rows {
            row.appointment_at = row.arrived_at;
        }
        let told = in_hindsight(&problem, &plan, (&rows, 0), StaffingBy::Log).unwrap();
        assert!(told.booking.most < 1e-6, "{day}: {told:?}");
        assert!((told.calls.most - least).abs() < 1e-6 || told.calls.most > least, "{told:?}");
    }
    assert!(exact >= 28, "{exact} of 30");
    assert!(apart < 0.15, "bounds are {apart} below");
}
