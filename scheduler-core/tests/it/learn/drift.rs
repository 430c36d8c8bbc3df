//! Where a scenario differs from a history, and where nobody can tell.

use scheduler_core::learn::{Drift, Figure, Verdict, adopt, drift};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::report::history::{Named, drift_text};
use scheduler_core::scenario::Scenario;

use super::adopt::{base, learn};

fn of(scenario: &Scenario) -> Vec<Drift> {
    let problem = Problem::new(scenario).unwrap_or_else(|findings| panic!("{findings}"));
    drift(&problem, &learn())
}

fn with(drifts: &[Drift], verdict: Verdict) -> Vec<Figure> {
    drifts.iter().filter(|drift| drift.verdict == verdict).map(|drift| drift.figure).collect()
}

#[test]
fn what_was_learnt_does_not_differ_from_itself() {
    let drifts = of(&adopt(&base(), &learn(), true).scenario);
    assert_eq!(with(&drifts, Verdict::Drifted), []);
    assert_eq!(with(&drifts, Verdict::Open), []);
    let kinds = |wanted: fn(&Figure) -> bool| drifts.iter().filter(|d| wanted(&d.figure)).count();
    assert_eq!(kinds(|figure| matches!(figure, Figure::WalkIns { .. })), 5);
    assert_eq!(kinds(|figure| matches!(figure, Figure::Requests { .. })), 4);
    assert_eq!(kinds(|figure| matches!(figure, Figure::Minutes { .. })), 3);
    for figure in [Figure::Cancelled, Figure::NoShow, Figure::Lateness, Figure::LatenessSpread] {
        assert!(drifts.iter().any(|drift| drift.figure == figure), "{figure:?}");
    }
}

#[test]
fn each_figure_that_is_another_is_told() {
    let mut scenario = adopt(&base(), &learn(), true).scenario;
    let operations = scenario.operations.as_mut().unwrap();
    operations.cancellation_share = Some(0.9);
    operations.no_show.as_mut().unwrap().probability = 0.9;
    operations.lateness.as_mut().unwrap().mean_minutes += 5.0;
    operations.service_times[1].mean_minutes = Some(60.0);
    let entries = operations.walk_ins.as_mut().unwrap();
    let monday = entries.iter_mut().filter(|entry| entry.id.contains("mon"));
    monday.for_each(|entry| entry.per_hour *= 2.0);
    // Fewer than were booked is impossible, more is not.
    let (card, other) = (scenario.services[0].id.clone(), scenario.services[1].id.clone());
    for entry in &mut scenario.demand {
        if entry.service == card {
            entry.mean /= 3.0;
        } else if entry.service == other {
            entry.mean *= 3.0;
        }
    }
    let drifts = of(&scenario);
    let minutes = Figure::Minutes {
        service: {
            let id = &scenario.operations.as_ref().unwrap().service_times[1].service;
            scenario.services.iter().position(|service| service.id == *id).unwrap()
        },
    };
    let drifted = with(&drifts, Verdict::Drifted);
    for figure in [
        Figure::WalkIns { site: 0, weekday: 0 },
        Figure::Requests { service: Some(0) },
        Figure::Cancelled,
        Figure::NoShow,
        Figure::Lateness,
        minutes,
    ] {
        assert!(drifted.contains(&figure), "{figure:?}: {drifted:?}");
    }
    assert!(!drifted.contains(&Figure::WalkIns { site: 0, weekday: 1 }), "{drifted:?}");
    assert!(with(&drifts, Verdict::Open).contains(&Figure::Requests { service: Some(1) }));

    let named = Named {
        sites: vec!["Town hall".to_owned()],
        services: ["Card", "Move", "Copy"].map(str::to_owned).to_vec(),
    };
    let english = drift_text(&drifts, &named, Language::English);
    for words in ["Town hall, Monday", "Requests a week, Card", "Cancelled, %", "than was booked"] {
        assert!(english.contains(words), "{words}: {english}");
    }
    let german = drift_text(&drifts, &named, Language::German);
    for words in ["Town hall, Montag", "Anfragen je Woche, Card", "Abgesagt, %", "als gebucht"] {
        assert!(german.contains(words), "{words}: {german}");
    }
}
