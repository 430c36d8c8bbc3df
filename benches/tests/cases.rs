//! The public cases: every exact figure by formula.

#![expect(clippy::unwrap_used, reason = "a failed step fails the test")]

use scheduler_benches::cases::{
    Case, CaseFile, Row, Simulated, SimulatedFigures, Unanswered, Verdict, compare, formula,
    simulated::{self, Effort},
};

fn public() -> CaseFile {
    CaseFile::from_json(include_str!("../cases/simulation.json")).unwrap()
}

#[test]
fn every_figure_of_every_case_is_found_by_formula() {
    let (mut agreeing, mut wrong) = (0, Vec::new());
    for case in &public().cases {
        let figures = match formula::figures(case) {
            Ok(figures) => figures,
            // A day of which nobody knows a formula.
            Err(Unanswered::Unsupported(_)) if case.kind == "simulation" => continue,
            Err(reason) => panic!("{}: {reason}", case.id),
        };
        for row in compare(case, &figures, &SimulatedFigures::new()) {
            match row.by_formula() {
                Verdict::Agrees => agreeing += 1,
                _ => wrong.push(format!("{} {row:?}", case.id)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(agreeing > 500, "only {agreeing} figures");
}

fn case(text: &str) -> Case {
    serde_json::from_str(text).unwrap()
}

#[test]
fn a_wrong_figure_differs_and_one_that_nobody_computes_is_not_found() {
    let case = case(
        r#"{"id": "x", "group": "queue", "params": {"lambda_": 0.08, "mu": 0.1, "c": 1},
            "expected": {"Wq": 40.0001, "P_wait": 0.8, "shoe_size": 42}, "unheard_of": []}"#,
    );
    let rows = compare(&case, &formula::figures(&case).unwrap(), &SimulatedFigures::new());
    let verdicts: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.by_formula())).collect();
    let expected =
        [("P_wait", Verdict::Agrees), ("Wq", Verdict::Differs), ("shoe_size", Verdict::NotFound)];
    assert_eq!(verdicts, expected);
}

#[test]
fn simulations_are_held_to_four_standard_errors() {
    let case = case(r#"{"id": "x", "params": {}, "expected": {"a": 1.0, "b": 1.0, "c": 1.0}}"#);
    let simulated = [("a", 1.039, 0.01), ("b", 1.041, 0.01), ("c", 1.0, 0.0)]
        .map(|(name, value, standard_error)| (name.into(), Simulated { value, standard_error }));
    let rows = compare(&case, &Default::default(), &simulated.into());
    let verdicts: Vec<_> = rows.iter().map(Row::by_simulation).collect();
    assert_eq!(verdicts, [Verdict::Agrees, Verdict::Differs, Verdict::Agrees]);
}

#[test]
fn unknown_groups_and_missing_parameters_are_named() {
    let unknown = case(r#"{"id": "x", "group": "weather", "expected": {"rain": 1}}"#);
    let reason = formula::figures(&unknown).unwrap_err();
    assert_eq!(reason.to_string(), "group \"weather\"");
    let unstable =
        case(r#"{"id": "x", "group": "queue", "params": {"lambda_": 3, "mu": 1, "c": 2}}"#);
    let reason = formula::figures(&unstable).unwrap_err().to_string();
    assert!(reason.contains("grows for ever"), "{reason}");
    let missing = case(r#"{"id": "x", "group": "lead-time", "params": {"lambda_per_day": 3}}"#);
    let reason = formula::figures(&missing).unwrap_err().to_string();
    assert!(reason.starts_with("parameter slots_per_day"), "{reason}");
}

#[test]
fn classes_may_be_lists_objects_or_suffixes() {
    for (params, expected) in [
        (r#"{"lambda_": [0.2, 0.25], "mu": 0.1, "c": 5}"#, r#"{"Wq": [2.541644, 25.416441]}"#),
        (
            r#"{"lambda1": 0.2, "lambda2": 0.25, "mu": 0.1, "c": 5}"#,
            r#"{"Wq1": 2.541644, "Wq2": 25.416441, "W1": 12.541644}"#,
        ),
        (
            r#"{"lambda_appt": 0.4, "lambda_walk": 0.32, "mu": 0.1, "c": 8}"#,
            r#"{"Wq_appt": 1.753832, "Wq_walk": 17.538325}"#,
        ),
        (
            r#"{"classes": [{"lambda_": 0.4}, {"lambda_": 0.32}], "mu": 0.1, "c": 8}"#,
            r#"{"Wq": {"1": 1.753832, "2": 17.538325}}"#,
        ),
        (
            r#"{"lambdas": [0.02, 0.03], "ES": [10, 10], "cv2": 0}"#,
            r#"{"Wq": [3.125, 6.25], "rho": 0.5}"#,
        ),
    ] {
        let text = format!(
            r#"{{"id": "x", "group": "queue", "params": {params}, "expected": {expected}}}"#
        );
        let case = case(&text);
        for row in compare(&case, &formula::figures(&case).unwrap(), &SimulatedFigures::new()) {
            assert_eq!(row.by_formula(), Verdict::Agrees, "{params} {row:?}");
        }
    }
}

/// Enough to see a mistake, not to be precise.
const SHORT: Effort = Effort { precision: 0.02, most_customers: 2e5 };

#[test]
fn the_simulation_knows_every_parameter_of_every_case() {
    let tiny = Effort { precision: 1.0, most_customers: 1.0 };
    for case in &public().cases {
        if let Err(reason @ Unanswered::Unknown(_)) = simulated::figures(case, tiny) {
            panic!("{}: {reason}", case.id);
        }
    }
}

#[test]
fn parameters_that_nobody_knows_are_named_and_nothing_is_computed() {
    for (group, params) in [
        ("queue", r#"{"lambda_": 0.08, "mu": 0.1, "c": 1, "balking": 0.3, "retrials": true}"#),
        (
            "finite-day",
            r#"{"segments": [{"until": 60, "lambda_": 0.1, "c": 1}], "mu": 0.2, "balking": 0.3,
                "retrials": 2}"#,
        ),
        (
            "lead-time",
            r#"{"lambda_per_day": 3, "slots_per_day": 4, "balking": 0.3, "retrials": 2}"#,
        ),
    ] {
        let text = format!(r#"{{"id": "x", "group": "{group}", "params": {params}}}"#);
        let case = case(&text);
        let unknown = "unknown parameters: balking, retrials";
        assert_eq!(formula::figures(&case).unwrap_err().to_string(), unknown);
        assert_eq!(simulated::figures(&case, SHORT).unwrap_err().to_string(), unknown);
    }
}

/// At most so many wait; who comes then is turned away.
#[test]
fn a_day_may_reject_by_the_length_of_its_queue() {
    let day = |limit: &str| {
        format!(
            r#"{{"id": "x", "group": "finite-day", "params": {{
                "segments": [{{"until": 60, "lambda_": 0.5, "c": 2}},
                             {{"until": 120, "lambda_": 0.3, "c": 3}}],
                "mu": 0.1, "close": 120{limit}}}}}"#
        )
    };
    let rejecting = case(&day(r#", "reject_q": 3"#));
    let found = formula::figures(&rejecting).unwrap();
    assert_eq!(found, formula::figures(&case(&day(r#", "waiting_limit": 3"#))).unwrap());
    assert_eq!(formula::figures(&case(&day(""))).unwrap()["E_rejected"], 0.0);
    assert!(found["E_rejected"] > 1.0, "{found:?}");
    let simulated = simulated::figures(&rejecting, SHORT).unwrap();
    for name in ["E_rejected", "E_served", "EW", "E_overtime"] {
        let (exact, found) = (found[name], simulated[name]);
        let apart = (found.value - exact).abs();
        assert!(apart <= 4.0 * found.standard_error, "{name}: {exact}, simulated {found:?}");
    }
}

/// One customer of a minute in a session of 15.7: nobody sees that last until the end.
#[test]
fn what_a_simulation_never_saw_is_no_difference() {
    let mut session = case(
        r#"{"id": "x", "group": "appointments",
            "params": {"epochs": [0.0], "session_end": 15.7, "mean_service": 1.0, "c": 1}}"#,
    );
    let exact = formula::figures(&session).unwrap();
    assert!((exact["P_overtime"] - 1.5e-7).abs() < 1e-8, "{exact:?}");
    session.expected = serde_json::to_value(&exact).unwrap();
    let simulated = simulated::figures(&session, SHORT).unwrap();
    let rows = compare(&session, &exact, &simulated);
    let rare = ["P_overtime", "E_overtime_after_T"];
    for row in rows.iter().filter(|row| rare.contains(&row.name.as_str())) {
        assert_eq!(row.by_simulation(), Verdict::Agrees, "{row:?}");
    }
    // What is certain is still held to it.
    let served = Row { expected: 0.9, ..rows[0].clone() };
    assert_eq!(served.by_simulation(), Verdict::Differs, "{served:?}");
}
