//! The forms of published instances are read, and what is found is what is known.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use scheduler_benches::staffing::{bank, shift_design};

#[test]
fn a_file_of_shift_design_is_read_and_solved() {
    let required: Vec<u32> = [0, 0, 2, 2, 2, 1].repeat(2);
    let file = serde_json::json!({
        "schema": "shift-design/1", "id": "small", "step_minutes": 240, "days": 2,
        "required": required,
        "shifts": [{"start_steps": [1, 3], "length_steps": [2, 4]}],
        "cost": {"under_minute": 1, "over_minute": 1, "shift": 240},
        "known": {"value": 480},
    });
    let (id, design) = shift_design::parse(&file.to_string()).unwrap();
    // One from 8 to 20 and one from 8 to 24: nobody is missing.
    let found = shift_design::solve(id, &design, 20.0, 1).unwrap();
    assert_eq!((found.id.as_str(), found.value, found.bound), ("small", Some(480), 480));
    assert!(shift_design::parse("{}").is_err());
}

#[test]
fn generated_designs_make_sense_and_the_bank_is_proven() {
    for (step, noise) in [(60, 0), (30, 20), (15, 5)] {
        let design = shift_design::generate(7, step, 6, noise);
        assert_eq!(design.findings(), []);
        assert_eq!(design, shift_design::generate(7, step, 6, noise));
    }
    let found = bank::run(60.0).unwrap();
    assert_eq!((found.value, found.bound), (Some(6156), 6156));
}
