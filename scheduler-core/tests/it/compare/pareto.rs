//! The front of cost, waits and lead time.

use scheduler_core::compare::pareto::{Objective, front};
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::{Kpi, KpiId, Run};
use scheduler_core::simulate::statistics::{Sample, estimate};

/// A run of 100 replications with these costs, waits and leads, in which luck moves all waits alike
/// by up to 5 and, where `own` is not 0, each scenario by up to `own` for itself.
fn run(cost: f64, wait: f64, lead: f64, own: f64) -> Run {
    let kpis = Kpi::list(0);
    let at = |id: KpiId| kpis.iter().position(|kpi| kpi.id == id).unwrap();
    let replications = 0..100_u32;
    let samples = replications
        .map(|r| {
            let luck = f64::from(r * 37 % 101) / 10.0 - 5.0;
            let apart = own * (f64::from((r * 61 + (own * 7.0) as u32) % 97) / 48.0 - 1.0);
            let mut samples = vec![Sample::default(); kpis.len()];
            let mean = |num| Sample { num, den: 1.0 };
            samples[at(KpiId::CostPerWeek)] = mean(cost);
            let waited = wait + luck + apart;
            samples[at(KpiId::WaitMean(Channel::Appointment))] =
                Sample { num: 30.0 * waited, den: 30.0 };
            samples[at(KpiId::WaitMean(Channel::WalkIn))] =
                Sample { num: 10.0 * waited, den: 10.0 };
            samples[at(KpiId::LeadNextFree)] = mean(lead);
            samples
        })
        .collect();
    let mut run = Run::default();
    (run.kpis, run.samples, run.replications) = (kpis, samples, 100);
    run
}

fn front_of(runs: &[Run]) -> Vec<bool> {
    front(&runs.iter().collect::<Vec<_>>(), &[])
}

#[test]
fn what_is_worse_in_everything_is_off_the_front() {
    let runs = [run(100.0, 20.0, 3.0, 0.0), run(90.0, 19.0, 2.0, 0.0), run(80.0, 30.0, 9.0, 0.0)];
    assert_eq!(front_of(&runs), [false, true, true]);
}

#[test]
fn equals_beat_each_other_only_with_something_better() {
    let runs = [run(100.0, 20.0, 3.0, 0.0), run(100.0, 20.0, 3.0, 0.0), run(100.0, 20.0, 2.9, 0.0)];
    assert_eq!(front_of(&runs), [false, false, true]);
    assert_eq!(front_of(&runs[..2]), [true, true]);
}

#[test]
fn nobody_dominates_by_what_cannot_be_told_apart() {
    // A tenth of a minute less wait: beyond doubt where luck is shared, not where it is not.
    let base = run(100.0, 20.0, 3.0, 0.0);
    assert_eq!(front_of(&[base.clone(), run(100.0, 19.9, 3.0, 0.0)]), [false, true]);
    assert_eq!(front_of(&[base.clone(), run(100.0, 19.9, 3.0, 4.0)]), [true, true]);
    // Nor by being cheaper, while the waits are in doubt.
    assert_eq!(front_of(&[base, run(90.0, 19.9, 3.0, 4.0)]), [true, true]);
}

#[test]
fn nobody_dominates_by_less_than_another_plan_would_change() {
    let runs = [run(100.0, 20.0, 3.0, 0.0), run(100.0, 19.0, 3.0, 0.0), run(100.0, 14.0, 3.0, 0.0)];
    let runs: Vec<&Run> = runs.iter().collect();
    assert_eq!(front(&runs, &[]), [false, false, true]);
    // Plans of the base lie up to 3 minutes apart: 1 below it and 2 above.
    let others = [run(100.0, 19.0, 3.0, 0.0), run(100.0, 22.0, 3.0, 0.0)];
    assert_eq!(front(&runs[..2], &others), [true, true]);
    assert_eq!(front(&runs, &others), [false, false, true]);
    // What only costs less is as good in the wait, to the last digit, and so still dominates.
    let cheaper = run(90.0, 20.0, 3.0, 0.0);
    assert_eq!(front(&[runs[0], &cheaper], &others), [false, true]);
    // Costs lie apart as well where plans differ in them.
    let dearer = [run(115.0, 20.0, 3.0, 0.0)];
    assert_eq!(front(&[runs[0], &cheaper], &dearer), [true, true]);
}

#[test]
fn the_wait_is_that_of_all_customers() {
    let mut run = run(100.0, 20.0, 3.0, 0.0);
    let at = run.position(KpiId::WaitMean(Channel::WalkIn), None).unwrap();
    for replication in &mut run.samples {
        replication[at].num += 10.0 * 8.0;
    }
    let (wait, walk_ins) = (Objective::Wait.of(&run).unwrap(), estimate(&run, at).unwrap());
    let appointments =
        estimate(&run, run.position(KpiId::WaitMean(Channel::Appointment), None).unwrap()).unwrap();
    assert!((walk_ins.value - appointments.value - 8.0).abs() < 1e-9);
    assert!((wait.value - appointments.value - 2.0).abs() < 1e-9);
}

#[test]
fn nothing_counted_is_no_advantage() {
    let mut empty = run(90.0, 19.0, 2.0, 0.0);
    let at = empty.position(KpiId::LeadNextFree, None).unwrap();
    for replication in &mut empty.samples {
        replication[at] = Sample::default();
    }
    assert_eq!(front_of(&[run(100.0, 20.0, 3.0, 0.0), empty.clone()]), [true, true]);
    let mut worse = empty.clone();
    let wait = worse.position(KpiId::WaitMean(Channel::WalkIn), None).unwrap();
    for replication in &mut worse.samples {
        replication[wait].num += 10.0;
    }
    assert_eq!(front_of(&[worse, empty]), [false, true]);
}
