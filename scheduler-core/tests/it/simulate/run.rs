//! A problem and its plan, simulated: what holds whatever the numbers.

use scheduler_core::monitor::{Monitor, Progress, WallClock};
use scheduler_core::plan::{self, Budget, Options};
use scheduler_core::problem::{BreakTaken, Plan, Problem};
use scheduler_core::report::Language;
use scheduler_core::report::simulation::simulation_report;
use scheduler_core::scenario::Scenario;
use scheduler_core::simulate::Watch;
use scheduler_core::simulate::booking::{BookingBy, BookingDay, BookingModel, BookingRun, Repeat};
use scheduler_core::simulate::model::{Channel, MINUTE};
use scheduler_core::simulate::office::{Office, Offices};
use scheduler_core::simulate::result::{CrowdFigures, KpiId, Run, Stop, WaitlistMeasure};
use scheduler_core::simulate::run::{
    Absence, SimulateError, Simulation, SimulationOptions, Until, simulate,
};
use scheduler_core::simulate::service_day::{Leaver, Missed, Observer, Visit};
use scheduler_core::simulate::statistics::{Sample, ratio};
use scheduler_core::simulate::warnings::{Warning, WarningKind};
use scheduler_core::time::Window;
use serde_json::{Value, json};
use std::time::Duration;

/// Two clerks and two counters, Monday to Wednesday mornings; 20 appointments a day are asked for.
pub(crate) fn town(operations: &Value) -> (Problem, Plan) {
    town_with(operations, |_| ())
}

/// The same after `change`.
fn town_with(operations: &Value, change: impl FnOnce(&mut Value)) -> (Problem, Plan) {
    let open = json!([{ "from": "08:00", "until": "12:00" }]);
    let clerk = |id: &str| {
        json!({ "id": id, "skills": [], "shifts": [
            { "site": "hall", "from": "08:00", "until": "12:00",
              "break": { "minutes": 15, "from": "09:30", "until": "11:00" } }] })
    };
    let mut scenario = json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
        "horizon": { "from": "2027-03-01", "until": "2027-03-03" },
        "sites": [{ "id": "hall", "open": open }],
        "rooms": [{ "id": "c1", "site": "hall", "equipment": [] },
                  { "id": "c2", "site": "hall", "equipment": [] }],
        "services": [{ "id": "card", "minutes": 15, "extra_person_minutes": 10, "max_persons": 3,
                       "skills": [], "equipment": [], "value": 1 }],
        "staff": [clerk("ada"), clerk("ben")],
        "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "12:00",
                             "min_share": 0.3, "block_minutes": 30, "skills": [] }],
        "demand": [{ "id": "cards", "service": "card", "sites": ["hall"], "from": "08:00",
                     "until": "12:00", "mean": 20 }],
        "operations": operations,
    });
    change(&mut scenario);
    let scenario = Scenario::from_json(scenario.to_string().as_bytes())
        .unwrap_or_else(|findings| panic!("{findings}"));
    let problem = Problem::new(&scenario).unwrap();
    let options = Options { budget: Budget::Steps(500), ..Options::default() };
    let outcome = plan::plan(&problem, &options, &WallClock::start()).unwrap();
    (problem, outcome.plan)
}

pub(crate) fn options(replications: u64) -> SimulationOptions {
    let until = Until::Replications(replications);
    let mut options = SimulationOptions::default();
    (options.until, options.weeks) = (until, 4);
    options
}

/// One replication of four weeks, but for what `change` does to the options.
fn with(change: impl FnOnce(&mut SimulationOptions)) -> SimulationOptions {
    let mut options = options(1);
    change(&mut options);
    options
}

fn run(operations: &Value, replications: u64) -> Run {
    let (problem, plan) = town(operations);
    simulate(&problem, &plan, &options(replications), &WallClock::start()).unwrap()
}

fn figure(run: &Run, id: KpiId) -> f64 {
    let position = run.position(id, None).unwrap();
    ratio(run.samples.iter().map(|samples| samples[position])).unwrap().value
}

fn sum(run: &Run, id: KpiId) -> f64 {
    let position = run.position(id, None).unwrap();
    run.samples.iter().map(|samples| samples[position].num).sum()
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let (problem, plan) = town(&json!({ "sick_share": 0.1 }));
    let by_threads: Vec<String> = [1, 2, 8]
        .into_iter()
        .map(|threads| {
            let mut options = options(37);
            options.threads = Some(threads);
            format!("{:?}", simulate(&problem, &plan, &options, &WallClock::start()).unwrap())
        })
        .collect();
    assert_eq!(by_threads[0], by_threads[1]);
    assert_eq!(by_threads[0], by_threads[2]);
}

#[test]
fn replications_can_be_added_bit_by_bit() {
    let (problem, plan) = town(&json!({}));
    let mut simulation = Simulation::new(&problem, &plan, &options(20)).unwrap();
    for target in [1, 7, 20] {
        assert!(simulation.advance_to(target, &WallClock::start()).unwrap());
    }
    let bit_by_bit = simulation.finish(Stop::Replications).unwrap();
    let at_once = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
    assert_eq!(format!("{bit_by_bit:?}"), format!("{at_once:?}"));
}

#[test]
fn it_stops_when_the_precision_is_reached_or_says_that_it_is_not() {
    let (problem, plan) = town(&json!({}));
    let asked =
        |relative, most| with(|options| options.until = Until::Precision { relative, most });
    let run = simulate(&problem, &plan, &asked(0.2, 5_000), &WallClock::start()).unwrap();
    assert_eq!(run.stop, Stop::Precision);
    assert!(run.reached <= 0.2, "{}", run.reached);
    let run = simulate(&problem, &plan, &asked(0.001, 50), &WallClock::start()).unwrap();
    assert_eq!((run.stop, run.replications), (Stop::Most, 50));
    assert!(run.reached > 0.001, "{}", run.reached);
}

#[test]
fn nobody_comes_where_nobody_shows_up_and_nobody_walks_in() {
    let run = run(&json!({ "walk_ins": [], "no_show": { "probability": 1.0 } }), 5);
    assert_eq!(run.customers, 0);
    assert_eq!(figure(&run, KpiId::NoShows), 1.0);
    assert_eq!(figure(&run, KpiId::Served(Channel::Appointment)), 0.0);
    assert_eq!(figure(&run, KpiId::Overtime), 0.0);
    assert_eq!(figure(&run, KpiId::Utilisation), 0.0);
}

/// In the long run what is booked and not given back is due, and comes or does not.
#[test]
fn appointments_are_booked_and_then_kept_missed_or_given_back() {
    let run = run(&json!({ "cancellation_share": 0.25, "requests": { "factor": 0.3 } }), 40);
    let position = run.position(KpiId::LeadBooked, None).unwrap();
    let booked: f64 = run.samples.iter().map(|samples| samples[position].den).sum();
    let position = run.position(KpiId::NoShows, None).unwrap();
    let due: f64 = run.samples.iter().map(|samples| samples[position].den).sum();
    assert!((due / booked - 0.75).abs() < 0.02, "{due} of {booked}");
    let missed = sum(&run, KpiId::NoShows) / due;
    assert!((missed - 0.12).abs() < 0.02, "{missed}");
    assert_eq!(figure(&run, KpiId::WithoutOffer), 0.0);
}

/// Three dates a week and twice as many requests as the plan was made for: whatever they wish, the
/// slots go, and the others get nothing.
#[test]
fn where_more_is_asked_for_than_there_is_the_rest_gets_nothing() {
    let operations = json!({
        "cancellation_share": 0.0,
        "requests": { "factor": 2.0, "horizon_days": 14, "persons": [1.0] },
    });
    let (problem, plan) = town(&operations);
    let slots = plan.slots.len() as f64;
    let run = simulate(&problem, &plan, &options(40), &WallClock::start()).unwrap();
    let expected = 1.0 - slots / 120.0;
    let found = figure(&run, KpiId::WithoutOffer);
    assert!((found - expected).abs() < 0.02, "{found} but {expected} for {slots} slots");
    let codes: Vec<&str> = run.warnings.iter().map(|warning| warning.finding.code).collect();
    assert!(codes.contains(&"simulation.overload"), "{codes:?}");
    assert!(figure(&run, KpiId::LeadNextFree) > 10.0);
}

#[test]
fn the_longer_ago_the_booking_the_fewer_come() {
    let no_show = json!({ "probability": 0.1, "per_week_of_lead": 0.05 });
    let requests = json!({ "factor": 0.2, "first_free_share": 0.0, "ahead_days": 28.0,
                           "ahead_cv": 0.01, "choosy_share": 0.0, "horizon_days": 42 });
    // Some 17,000 appointments are due: a standard error of 0.0035.
    let run = run(&json!({ "no_show": no_show, "requests": requests }), 400);
    let lead = figure(&run, KpiId::LeadBooked);
    assert!(lead > 27.0, "{lead}");
    let missed = figure(&run, KpiId::NoShows);
    assert!((missed - 0.1 - 0.05 * lead / 7.0).abs() < 0.014, "{missed} at {lead} days");
}

#[test]
fn what_is_done_online_neither_books_nor_walks_in() {
    let run = run(&json!({ "online": [{ "service": "card", "share": 1.0 }] }), 3);
    assert_eq!(run.customers, 0);
}

/// A change that does not touch the walk-ins leaves them as they are, customer by customer.
#[test]
fn what_was_not_changed_keeps_its_random_numbers() {
    let walk_ins = |operations: Value| sum(&run(&operations, 10), KpiId::Served(Channel::WalkIn));
    let base = walk_ins(json!({}));
    assert_eq!(base, walk_ins(json!({ "no_show": { "probability": 0.5 } })));
    let longer = json!({ "requests": { "horizon_days": 21 } });
    assert_eq!(base, walk_ins(longer));
}

#[derive(Default)]
struct Witness {
    days: u64,
    served: u64,
    left: u64,
    missed: u64,
}

impl Observer for Witness {
    fn served(&mut self, visit: &Visit) {
        assert!(visit.begin >= visit.arrival && visit.end >= visit.begin);
        self.served += 1;
    }

    fn left(&mut self, _leaver: &Leaver) {
        self.left += 1;
    }

    fn missed(&mut self, _missed: &Missed) {
        self.missed += 1;
    }
}

impl Watch for Witness {
    fn day(&mut self, site: usize, day: u32) {
        assert_eq!(site, 0);
        assert!(day < 28 && day % 7 < 3, "closed on day {day}");
        self.days += 1;
    }
}

#[test]
fn a_replication_is_replayed_customer_by_customer() {
    let (problem, plan) = town(&json!({}));
    let mut simulation = Simulation::new(&problem, &plan, &options(1)).unwrap();
    simulation.advance_to(1, &WallClock::start()).unwrap();
    let mut witness = Witness::default();
    simulation.replay(0, &mut witness).unwrap();
    let run = simulation.finish(Stop::Replications).unwrap();
    assert_eq!(witness.days, 12);
    assert_eq!(witness.served + witness.left, run.customers);
    assert_eq!(witness.missed as f64, sum(&run, KpiId::NoShows));
}

struct Impatient;

impl Monitor for Impatient {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        true
    }

    fn progress(&self, progress: &Progress) {
        panic!("nothing was done: {progress:?}");
    }
}

#[test]
fn a_run_that_is_stopped_at_once_has_no_result() {
    let (problem, plan) = town(&json!({}));
    let stopped = simulate(&problem, &plan, &options(5), &Impatient).unwrap_err();
    assert_eq!(stopped, SimulateError::Cancelled);
}

#[test]
fn options_out_of_range_are_refused_by_name() {
    let (problem, plan) = town(&json!({}));
    let bad = [
        with(|options| options.weeks = 0),
        with(|options| options.warm_up_weeks = Some(1_000)),
        options(0),
        with(|options| options.until = Until::Precision { relative: 0.0, most: 9 }),
    ];
    let names = ["weeks", "warm-up weeks", "replications", "precision"];
    for (options, name) in bad.iter().zip(names) {
        let error = simulate(&problem, &plan, options, &WallClock::start()).unwrap_err();
        assert!(matches!(error, SimulateError::Option { option, .. } if option == name));
    }
}

/// Codes of the warnings of a run with these walk-ins an hour and requests by this factor.
fn warnings(per_hour: f64, factor: f64, warm_up_weeks: Option<u32>) -> Vec<&'static str> {
    let walk_ins = json!([{ "id": "all", "site": "hall", "from": "08:00", "until": "12:00",
                            "per_hour": per_hour, "mix": [{ "service": "card", "share": 1.0 }] }]);
    let operations = json!({ "walk_ins": walk_ins, "requests": { "factor": factor } });
    let (problem, plan) = town(&operations);
    let mut options = options(20);
    (options.weeks, options.warm_up_weeks) = (12, warm_up_weeks);
    let run = simulate(&problem, &plan, &options, &WallClock::start()).unwrap();
    run.warnings.iter().map(|warning| warning.finding.code).collect()
}

#[test]
fn an_office_with_time_to_spare_has_no_warnings() {
    assert_eq!(warnings(0.5, 0.3, None), Vec::<&str>::new());
}

#[test]
fn clerks_without_a_pause_are_named() {
    assert_eq!(warnings(8.5, 0.3, None), ["simulation.busy"]);
}

/// Sixty an hour for two clerks, and nobody is turned away or gives up.
#[test]
fn waits_that_nothing_ends_are_named() {
    assert_eq!(warnings(60.0, 0.3, None), ["simulation.endless"]);
    let mut limited = walk_ins(60.0);
    limited["tickets"] = json!([{ "site": "hall", "most_a_day": 40 }]);
    let (problem, plan) = town(&limited);
    let run = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
    let is_endless = |warning: &Warning| warning.kind == WarningKind::Endless;
    assert!(!run.warnings.iter().any(is_endless), "{:?}", run.warnings);
}

/// Without a warm-up the calendar is empty at first, and fills from week to week.
#[test]
fn weeks_that_have_not_settled_are_named() {
    assert_eq!(warnings(0.5, 1.0, Some(0)), ["simulation.trend"]);
    assert_eq!(warnings(0.5, 0.8, Some(0)), Vec::<&str>::new());
}

/// People come for what nobody there has learned.
#[test]
fn who_cannot_be_served_is_named() {
    let (mut problem, plan) = town(&json!({}));
    let mut service = problem.services[0].clone();
    service.id = "oracle".to_owned();
    service.name = "Oracle".to_owned();
    problem.skills.push("prophecy".to_owned());
    service.skills.insert(problem.skills.len() - 1);
    problem.services.push(service);
    let times = problem.operations.service_times[0].clone();
    problem.operations.service_times.push(times);
    problem.operations.online.push(0.0);
    problem.operations.walk_ins[0].mix = vec![(0, 0.5), (1, 0.5)];
    let run = simulate(&problem, &plan, &options(5), &WallClock::start()).unwrap();
    let found =
        run.warnings.iter().find(|warning| warning.finding.code == "simulation.unserved").unwrap();
    assert!(found.finding.message.contains("Oracle"), "{found:?}");
    assert_eq!(found.finding.pointer, "/sites/0");
}

/// The town from Monday, 1 March, to this date, open on these days.
fn town_until(until: &str, days: &Value) -> (Problem, Plan) {
    // Slots enough, so that lead times do not hang on the plan.
    town_with(&json!({ "requests": { "factor": 0.7 } }), |scenario| {
        scenario["horizon"]["until"] = json!(until);
        if !days.is_null() {
            scenario["sites"][0]["open"][0]["days"] = days.clone();
        }
    })
}

#[test]
fn whole_weeks_repeat() {
    let (working, all) = (json!(["mon", "tue", "wed", "thu", "fri"]), Value::Null);
    for (until, open, [days, dates, left_out]) in [
        ("2027-03-01", &all, [7, 1, 0]),
        ("2027-03-03", &all, [7, 3, 0]),
        ("2027-03-07", &all, [7, 7, 0]),
        ("2027-03-08", &all, [7, 7, 1]),
        ("2027-03-10", &all, [7, 7, 3]),
        ("2027-03-12", &all, [7, 7, 5]),
        // A weekend that is missing at the end is closed like the one before.
        ("2027-03-12", &working, [14, 12, 0]),
        ("2027-03-11", &working, [7, 7, 4]),
        ("2027-03-14", &all, [14, 14, 0]),
    ] {
        let (problem, _) = town_until(until, open);
        assert_eq!(Repeat::of(&problem), Repeat { days, dates, left_out }, "{until} {open}");
    }
}

/// One Monday is one day of a week, and eight dates are as good as seven.
#[test]
fn a_week_has_each_weekday_once() {
    let of = |until: &str| {
        let (problem, plan) = town_until(until, &Value::Null);
        let run = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
        let figures = [KpiId::CostPerWeek, KpiId::LeadNextFree, KpiId::CasesPerClerkDay];
        figures.map(|id| figure(&run, id))
    };
    let (day, week, more) = (of("2027-03-01"), of("2027-03-07"), of("2027-03-08"));
    assert!((7.0 * day[0] - week[0]).abs() < 0.01 * week[0], "{day:?} {week:?}");
    assert!(day[1] > 2.0, "a week goes by between two Mondays: {day:?}");
    for (one, other) in week.iter().zip(more) {
        assert!((one - other).abs() < 0.1 * one.max(1.0), "{week:?} {more:?}");
    }
}

#[test]
fn the_rough_check_counts_clerks_at_their_counters() {
    // Two clerks of four hours with a quarter of an hour's break each; one comes before opening.
    for per_hour in [0.5, 60.0] {
        let (problem, plan) = town_with(&walk_ins(per_hour), |scenario| {
            scenario["staff"][0]["shifts"][0]["from"] = json!("07:00");
        });
        let run = simulate(&problem, &plan, &options(5), &WallClock::start()).unwrap();
        assert!((run.analytic[0].clerks - 1.875).abs() < 1e-9, "{:?}", run.analytic);
    }
}

#[test]
fn utilisation_leaves_overtime_out() {
    let (problem, plan) = town(&walk_ins(60.0));
    let run = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
    let (busy, overtime) = (figure(&run, KpiId::Utilisation), figure(&run, KpiId::Overtime));
    assert!(overtime > 600.0 && (0.95..=1.0).contains(&busy), "{busy} {overtime}");
}

/// Walk-ins all morning at this rate.
fn walk_ins(per_hour: f64) -> Value {
    json!({ "walk_ins": [{ "id": "all", "site": "hall", "from": "08:00", "until": "12:00",
                           "per_hour": per_hour, "mix": [{ "service": "card", "share": 1.0 }] }] })
}

#[test]
fn walk_ins_for_whom_no_time_is_kept_are_named() {
    let (problem, plan) = town_with(&walk_ins(2.0), |scenario| {
        scenario["walk_in_quotas"] = json!([]);
    });
    let run = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
    let codes: Vec<&str> = run.warnings.iter().map(|warning| warning.finding.code).collect();
    assert!(codes.contains(&"simulation.nothing_kept"), "{codes:?}");
}

/// What is told apart by service and by time is all of what there is.
#[test]
fn services_and_times_of_the_week_add_up() {
    let (problem, plan) = town(&walk_ins(3.0));
    let run = simulate(&problem, &plan, &options(20), &WallClock::start()).unwrap();
    let sums = |samples: &[Sample]| {
        samples.iter().fold((0.0, 0.0), |(num, den), one| (num + one.num, den + one.den))
    };
    for channel in Channel::ALL {
        let of_channel = |waits: &mut dyn Iterator<Item = &Vec<Sample>>| {
            let all: Vec<Sample> = waits.flatten().copied().collect();
            sums(&all)
        };
        let services = run.by_service.iter().filter(|one| one.channel == channel);
        let times = run.by_time.iter().filter(|one| one.channel == channel);
        let services = of_channel(&mut services.map(|one| &one.crowd.wait));
        let times = of_channel(&mut times.map(|one| &one.crowd.wait));
        let whole = run.position(KpiId::WaitMean(channel), None).unwrap();
        let whole: Vec<Sample> = run.samples.iter().map(|samples| samples[whole]).collect();
        let whole = sums(&whole);
        for (num, den) in [services, times] {
            assert!((num - whole.0).abs() < 1e-6 * whole.0 && den == whole.1, "{channel:?}");
        }
    }
    // The town is open from Monday to Wednesday, eight to twelve.
    assert!(run.by_time.iter().all(|one| one.weekday < 3 && one.half_hour >= 15));
    let report = simulation_report("town", &run);
    for (language, words) in [
        (Language::English, ["By service", "By weekday", "People waiting at a time", "Mon"]),
        (
            Language::German,
            ["Nach Dienstleistung", "Nach Wochentag", "Gleichzeitig Wartende", "Mo"],
        ),
    ] {
        let text = report.to_text(language, true);
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    }
    let csv = report.to_csv(Language::English);
    for id in ["wait.walk_in.by_service", "lost.walk_in.by_weekday", "waiting.walk_in.by_time"] {
        assert!(csv.contains(id), "{id}");
    }
}

/// Monday of the town as a day at the counters.
fn monday(problem: &Problem, plan: &Plan) -> Office {
    Offices::new(problem, plan).unwrap().days.swap_remove(0).unwrap()
}

#[test]
fn clerks_stay_busy_for_the_buffer_after_a_visit() {
    let (mut problem, plan) = town(&json!({}));
    let mean = |problem: &Problem| monday(problem, &plan).model.kinds[0].duration.mean();
    let without = mean(&problem);
    problem.services[0].buffer_minutes = 5;
    assert!((mean(&problem) - without - f64::from(5 * MINUTE)).abs() < 1.0);
}

#[test]
fn nobody_serves_while_away_and_all_breaks_are_taken() {
    let (mut problem, mut plan) = town(&json!({}));
    let grid = problem.grid;
    let window = |from: u32, until: u32| {
        Window::new(grid.step_at(from * 60).unwrap(), grid.step_at(until * 60).unwrap())
    };
    problem.shifts[0].absent = vec![window(8, 9)];
    let extra = BreakTaken { window: window(11, 12), ..plan.breaks[0].clone() };
    plan.breaks.push(extra);
    let (clerk, breaks) = (plan.breaks[0].clerk, 2);
    let office = monday(&problem, &plan);
    let hour = 60 * MINUTE;
    assert_eq!(office.model.clerks[0].shifts, [(9 * hour, 12 * hour)]);
    let index = office.clerks.iter().position(|&other| other == clerk).unwrap();
    assert_eq!(office.model.clerks[index].breaks.len(), breaks);
}

/// Where there is no room at all, telephones still ring.
#[test]
fn services_without_a_room_need_none() {
    let (mut problem, plan) = town(&walk_ins(2.0));
    problem.sites[0].rooms.clear();
    let served = |problem: &Problem| {
        let run = simulate(problem, &plan, &options(5), &WallClock::start()).unwrap();
        sum(&run, KpiId::Served(Channel::WalkIn))
    };
    assert_eq!(served(&problem), 0.0);
    problem.services[0].needs_room = false;
    assert!(served(&problem) > 100.0);
}

#[test]
fn the_plan_stands_where_clerks_are_ill_and_their_day_is_run_without_them() {
    let (problem, plan) = town(&walk_ins(2.0));
    let mut without = options(20);
    without.absent = (0..2).map(|clerk| Absence { clerk, day: 0 }).collect();
    let run = simulate(&problem, &plan, &without, &WallClock::start()).unwrap();
    let count = |weekday: usize, part: fn(&CrowdFigures) -> &Vec<Sample>| -> f64 {
        let there = run.by_time.iter().filter(|one| one.weekday == weekday);
        there.flat_map(|one| part(&one.crowd)).map(|sample| sample.num).sum()
    };
    // Monday's people come, and go unserved.
    assert!(
        run.by_time
            .iter()
            .filter(|one| one.weekday == 0)
            .all(|one| { one.crowd.wait.iter().all(|sample| sample.den == 0.0) })
    );
    assert!(count(0, |crowd| &crowd.lost) > 100.0 && count(1, |crowd| &crowd.lost) < 10.0);
    let report = simulation_report("town", &run);
    assert_eq!(report.absent[0].date, "2027-03-01");
    assert!(report.to_text(Language::English, false).contains("Ill: ada (2027-03-01)"));
    without.absent.push(Absence { clerk: 7, day: 0 });
    let refused = simulate(&problem, &plan, &without, &WallClock::start()).unwrap_err();
    assert!(matches!(refused, SimulateError::Option { option: "absent", .. }), "{refused}");
}

/// A figure of the waitlist.
fn waiting(run: &Run, measure: WaitlistMeasure) -> f64 {
    let figures = run.waitlist.as_ref().unwrap();
    let found = figures.iter().find(|(of, _)| *of == measure).unwrap();
    found.1.map_or(0.0, |estimate| estimate.value)
}

#[test]
fn a_waitlist_that_nobody_joins_changes_nothing() {
    let base = json!({ "cancellation_share": 0.3, "requests": { "factor": 1.2 } });
    let mut with = base.clone();
    with["waitlist"] = json!({ "accepted_share": 0.7, "without_offer_share": 0 });
    let (without, with) = (run(&base, 8), run(&with, 8));
    assert_eq!(without.samples, with.samples);
    assert!(without.waitlist.is_none());
    assert_eq!(waiting(&with, WaitlistMeasure::Joined), 0.0);
    assert!(waiting(&with, WaitlistMeasure::Freed) > 1.0);
}

#[test]
fn a_waitlist_fills_what_is_given_back() {
    let base = json!({
        "cancellation_share": 0.3, "walk_ins": [],
        "requests": { "factor": 1.4, "horizon_days": 14 },
    });
    let mut with = base.clone();
    with["waitlist"] = json!({ "accepted_share": 0.7, "reply_minutes": 5 });
    let (problem, plan) = town(&with);
    let run_of = |by| {
        let mut options = options(20);
        options.booking_by = by;
        simulate(&problem, &plan, &options, &WallClock::start()).unwrap()
    };
    for by in [BookingBy::Slots, BookingBy::Ledger] {
        let run = run_of(by);
        let filled = waiting(&run, WaitlistMeasure::Filled);
        assert!((0.1..1.0).contains(&filled), "{by:?}: {filled}");
        let refused =
            waiting(&run, WaitlistMeasure::Declined) + waiting(&run, WaitlistMeasure::Unanswered);
        assert!((refused - 0.3).abs() < 0.04, "{by:?}: {refused}");
        let offers = waiting(&run, WaitlistMeasure::Offers);
        assert!((offers - 1.0 / 0.7).abs() < 0.1, "{by:?}: {offers}");
        assert!(waiting(&run, WaitlistMeasure::Found) > 0.05, "{by:?}: {:?}", run.waitlist);
        assert!(waiting(&run, WaitlistMeasure::Waited) > 0.0, "{by:?}");
        // What is booked is due, or was given back: nobody is booked twice or lost.
        let position = run.position(KpiId::LeadBooked, None).unwrap();
        let booked: f64 = run.samples.iter().map(|samples| samples[position].den).sum();
        let position = run.position(KpiId::NoShows, None).unwrap();
        let due: f64 = run.samples.iter().map(|samples| samples[position].den).sum();
        assert!((due / booked - 0.7).abs() < 0.03, "{by:?}: {due} of {booked}");
    }
    // As many are called as there are slots at a time, and no more.
    let most = |run: &Run| figure(run, KpiId::Served(Channel::Appointment));
    assert!(most(&run_of(BookingBy::Slots)) * 3.0 <= plan.slots.len() as f64 + 1e-9);
}

#[test]
fn no_start_is_booked_twice_with_a_waitlist() {
    let operations = json!({
        "cancellation_share": 0.4, "no_show": { "probability": 0.0 }, "walk_ins": [],
        "requests": { "factor": 1.5, "horizon_days": 14, "persons": [2, 1] },
        "waitlist": { "accepted_share": 0.6, "earlier_share": 1, "earlier_days": 1 },
    });
    let (problem, plan) = town(&operations);
    let behaviour = BookingModel::of_plan(&problem, &plan, BookingBy::Slots).unwrap();
    let slots = |day: usize, start: u32| {
        let at = |slot: &&scheduler_core::problem::Slot| {
            slot.day == day && problem.grid.minute_of(slot.window.from) == start
        };
        plan.slots.iter().filter(at).count()
    };
    let mut filled = 0.0;
    for replication in 0..5 {
        let mut run = BookingRun::new(&behaviour, 1, replication, 0);
        let mut today = BookingDay::default();
        for _ in 0..140 {
            run.book_day(&mut today);
            filled += today.places[0].waitlist.filled;
            // Starts of visits, and clerk's minutes that they take.
            let (mut starts, mut entities) = (Vec::new(), Vec::new());
            run.appointments(0, |start, _, _, entity, _| {
                starts.push(start);
                entities.push(entity);
            });
            let day = run.day() as usize % 7;
            for &start in &starts {
                let booked = starts.iter().filter(|&&other| other == start).count();
                assert!(booked <= slots(day, start), "{booked} at {start} on day {day}");
            }
            entities.sort_unstable();
            let count = entities.len();
            entities.dedup();
            assert_eq!(entities.len(), count, "somebody is booked twice");
        }
    }
    assert!(filled > 100.0, "{filled}");
}

#[test]
fn who_waits_for_an_earlier_time_comes_earlier() {
    let base = json!({
        "cancellation_share": 0.3, "requests": { "factor": 1.1, "horizon_days": 42 },
    });
    let mut with = base.clone();
    with["waitlist"] = json!({
        "accepted_share": 0.7, "without_offer_share": 0, "earlier_share": 1, "earlier_days": 2,
    });
    let (without, with) = (run(&base, 20), run(&with, 20));
    assert!(waiting(&with, WaitlistMeasure::Earlier) > 1.0, "{:?}", with.waitlist);
    let (before, after) = (figure(&without, KpiId::LeadBooked), figure(&with, KpiId::LeadBooked));
    assert!(after < before, "{after} and {before} days");
}

#[test]
fn a_waitlist_gives_the_same_bytes_on_any_number_of_threads() {
    let operations = json!({
        "cancellation_share": 0.3, "requests": { "factor": 1.2 },
        "waitlist": { "accepted_share": 0.7, "earlier_share": 0.5 },
    });
    let (problem, plan) = town(&operations);
    let by_threads = [1, 2].map(|threads| {
        let mut options = options(37);
        options.threads = Some(threads);
        format!("{:?}", simulate(&problem, &plan, &options, &WallClock::start()).unwrap())
    });
    assert_eq!(by_threads[0], by_threads[1]);
}
