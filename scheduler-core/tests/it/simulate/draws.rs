//! What may be true: replications take draws in turns, and intervals say what part is not knowing.

use scheduler_core::monitor::WallClock;
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::report::simulation::simulation_report;
use scheduler_core::scenario::Scenario;
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::{KpiId, Run};
use scheduler_core::simulate::run::simulate;
use scheduler_core::simulate::statistics::{Split, split};
use serde_json::{Value, json};

use super::run::{options, town};

const SERVED: KpiId = KpiId::Served(Channel::WalkIn);

/// Six walk-ins an hour, with what `more` adds to the operations.
fn operations(more: &Value) -> Value {
    let mut operations = json!({
        "walk_ins": [{ "id": "all", "site": "hall", "from": "08:00", "until": "12:00",
                       "per_hour": 6.0 }],
    });
    for (name, value) in more.as_object().unwrap() {
        operations[name] = value.clone();
    }
    operations
}

fn run(more: &Value, replications: u64) -> Run {
    let (problem, plan) = town(&operations(more));
    simulate(&problem, &plan, &options(replications), &WallClock::start()).unwrap()
}

fn of(run: &Run, id: KpiId) -> Option<Split> {
    split(run, run.position(id, None).unwrap())
}

#[test]
fn draws_that_say_nothing_change_nothing() {
    let plain = run(&json!({}), 6);
    let drawn = run(&json!({ "draws": [{}, {}] }), 6);
    assert_eq!(plain.samples, drawn.samples);
    assert_eq!((plain.draws, drawn.draws), (0, 2));
    assert_eq!(of(&plain, SERVED), None);
    let long = run(&json!({ "draws": [{}, {}] }), 160);
    assert!(of(&long, SERVED).unwrap().unknown < 1.0);
}

#[test]
fn more_replications_shrink_chance_and_nothing_else() {
    let factors = [0.6, 0.8, 1.0, 1.2, 1.4];
    let draws: Vec<Value> = factors.iter().map(|f| json!({ "walk_ins": [f] })).collect();
    let draws = json!({ "draws": draws });
    let (few, many) = (run(&draws, 10), run(&draws, 160));
    let (few, many) = (of(&few, SERVED).unwrap(), of(&many, SERVED).unwrap());
    assert!(many.chance < 0.4 * few.chance, "{few:?} {many:?}");
    // 24 people a day, of whom hardly anybody is lost; the factors have a standard deviation of 0.316.
    for split in [few, many] {
        assert!((split.unknown / (1.96 * 24.0 * 0.316) - 1.0).abs() < 0.15, "{split:?}");
    }
}

#[test]
fn each_factor_acts_on_what_it_is_for() {
    let figure = |draw: Value, id: KpiId| {
        let known = json!({
            "draws": [draw], "no_show": { "probability": 0.2 }, "patience": { "mean_minutes": 20 },
        });
        let run = run(&known, 8);
        let position = run.position(id, None).unwrap();
        let sums = run.samples.iter().map(|samples| samples[position]);
        let (num, den) = sums.fold((0.0, 0.0), |sum, of| (sum.0 + of.num, sum.1 + of.den));
        num / den
    };
    let card =
        |name: &str, factor: f64| json!({ "services": [{ "service": "card", name: factor }] });
    let plain = |id: KpiId| figure(json!({}), id);
    let wait = KpiId::WaitMean(Channel::WalkIn);
    assert!(figure(json!({ "no_show": 2.0 }), KpiId::NoShows) > 1.7 * plain(KpiId::NoShows));
    assert!(figure(card("minutes", 1.3), wait) > 1.3 * plain(wait));
    assert!((figure(card("cv", 2.0), wait) - plain(wait)).abs() > 1e-6);
    assert!(figure(card("requests", 0.3), KpiId::LeadNextFree) < 0.7 * plain(KpiId::LeadNextFree));
    // Where many wait.
    let crowd = figure(json!({ "walk_ins": [5.0] }), KpiId::WalkInsLost);
    let hasty = figure(json!({ "walk_ins": [5.0], "patience": 0.2 }), KpiId::WalkInsLost);
    assert!(hasty > crowd, "{hasty} {crowd}");
    assert!(figure(json!({ "lateness_minutes": 10.0 }), KpiId::WaitFromDue) > 0.0);
}

#[test]
fn days_differ_in_who_walks_in_beyond_chance() {
    let served = |cv: f64| {
        let run = run(&json!({ "walk_in_day_cv": cv }), 40);
        let position = run.position(SERVED, None).unwrap();
        let of: Vec<f64> = run.samples.iter().map(|s| s[position].num / s[position].den).collect();
        let mean = of.iter().sum::<f64>() / of.len() as f64;
        let square = of.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        (mean, square / (of.len() - 1) as f64)
    };
    let ((plain, narrow), (mean, wide)) = (served(0.0), served(0.4));
    // Of twelve days together: Poisson, 24 / 12, and (24 * 0.4)^2 / 12 more.
    assert!((plain - mean).abs() < 2.5, "{plain} {mean}");
    assert!(narrow < 4.0 && (5.0..18.0).contains(&wide), "{narrow} {wide}");
}

#[test]
fn the_report_says_what_is_chance_and_what_is_not_known() {
    let draws = json!({ "draws": [{ "walk_ins": [0.7] }, { "walk_ins": [1.3] }] });
    let report = simulation_report("Town", &run(&draws, 12));
    let text = report.to_text(Language::English, false);
    assert!(text.contains("Chance and not knowing"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["draws"], 2);
    let figures = json["figures"].as_array().unwrap();
    let served = figures.iter().find(|figure| figure["id"] == "served.walk_in").unwrap();
    assert!(served["split"]["unknown"].as_f64().unwrap() > 1.0, "{served}");
    let text = simulation_report("Town", &run(&draws, 2)).to_text(Language::German, false);
    assert!(text.contains("4 Läufe unterscheiden beides"), "{text}");
    let plain = simulation_report("Town", &run(&json!({}), 4));
    assert!(!plain.to_text(Language::English, false).contains("not knowing"));
}

#[test]
fn factors_that_belong_to_nothing_are_found() {
    let cases = [
        (json!({ "walk_ins": [1.0] }), "/operations/draws/0/walk_ins"),
        (
            json!({ "services": [{ "service": "nobody's" }] }),
            "/operations/draws/0/services/0/service",
        ),
        (json!({ "no_show": -1 }), "/operations/draws/0/no_show"),
        (json!({ "patience": 0 }), "/operations/draws/0/patience"),
    ];
    for (draw, place) in cases {
        let mut scenario: Value =
            serde_json::from_str(include_str!("../../../docs/counter.json")).unwrap();
        scenario["operations"] = json!({ "walk_ins": [], "draws": [draw] });
        let findings = Scenario::from_json(scenario.to_string().as_bytes())
            .and_then(|scenario| Problem::new(&scenario))
            .unwrap_err();
        let places: Vec<&str> = findings.iter().map(|finding| finding.pointer.as_str()).collect();
        assert!(places.contains(&place), "{place}: {places:?}");
    }
}
