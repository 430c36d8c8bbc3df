//! Nothing about speed rests on fewer than five clerks.

use scheduler_core::learn::synthetic::{Truth, history};
use scheduler_core::learn::{LearnOptions, Learned, Learner, Visit, Withheld};

fn learn(truth: &Truth, clerks: usize, change: impl Fn(&mut Visit)) -> Learned {
    let mut learner = Learner::new(truth.sites.len(), &truth.planned());
    history(truth, 3, |mut visit| {
        change(&mut visit);
        learner.add(&visit);
    });
    let mut options = LearnOptions::default();
    options.clerks = clerks;
    learner.finish(&options)
}

fn minutes(learned: &Learned) -> Vec<f64> {
    learned.durations.iter().map(|of| of.persons[0].mean.value).collect()
}

/// The planned minutes and nothing of what was measured.
fn stands(learned: &Learned, why: Withheld) {
    for of in &learned.durations {
        assert_eq!(of.withheld, Some(why));
        assert_eq!(of.persons.len(), 1);
        assert_eq!((of.persons[0].count, of.persons[0].measured), (0, None));
    }
    let planned = Truth::default().planned();
    for (mean, planned) in minutes(learned).into_iter().zip(planned) {
        assert!((mean - f64::from(planned.minutes)).abs() < 1e-9, "{mean}");
    }
}

#[test]
fn four_clerks_say_nothing_and_five_do() {
    let mut truth = Truth::default();
    truth.sites[0].clerks = 4;
    stands(&learn(&truth, 0, |_| {}), Withheld::FewClerks);
    truth.sites[0].clerks = 5;
    let learned = learn(&truth, 0, |_| {});
    assert!(learned.durations.iter().all(|of| of.withheld.is_none()));
    assert!((minutes(&learned)[0] - 13.0).abs() < 0.5);
}

#[test]
fn one_clerk_with_most_of_the_visits_says_nothing() {
    let learned = learn(&Truth::default(), 0, |visit| {
        if visit.called_at.is_some_and(|at| at % 10 < 6) {
            visit.clerk = Some(0);
        }
    });
    stands(&learned, Withheld::FewClerks);
}

#[test]
fn who_does_not_say_how_many_served_gets_the_planned_minutes() {
    let unnamed = |visit: &mut Visit| visit.clerk = None;
    stands(&learn(&Truth::default(), 0, unnamed), Withheld::ClerksUnknown);
    stands(&learn(&Truth::default(), 4, unnamed), Withheld::ClerksUnknown);
    let learned = learn(&Truth::default(), 8, unnamed);
    assert!((minutes(&learned)[0] - 13.0).abs() < 0.5);
}

#[test]
fn arrivals_and_no_shows_do_not_depend_on_it() {
    let mut truth = Truth::default();
    let named = learn(&truth, 0, |_| {});
    let unnamed = learn(&truth, 0, |visit| visit.clerk = None);
    assert_eq!(named.walk_ins, unnamed.walk_ins);
    assert_eq!(named.no_shows, unnamed.no_shows);
    truth.days = 30;
    assert!(learn(&truth, 0, |_| {}).no_shows.is_some());
}
