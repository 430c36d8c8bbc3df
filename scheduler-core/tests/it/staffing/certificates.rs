//! A certificate holds, and one that was tampered with does not.

use scheduler_core::monitor::WallClock;
use scheduler_core::staffing::{Certificate, CertificateError, Checked, check};
use serde_json::{Value, json};

use super::office::{find, hall, shifts, steps, within};

fn checked(certificate: &Certificate) -> Checked {
    let scenario = hall([30.0, 40.0, 20.0, 10.0], &shifts(), &within(0.8));
    check(&scenario, certificate, &WallClock::start()).unwrap_or_else(|error| panic!("{error}"))
}

fn certificate() -> Certificate {
    find(&hall([30.0, 40.0, 20.0, 10.0], &shifts(), &within(0.8)), &steps(25)).1
}

#[test]
fn what_was_found_holds() {
    let certificate = certificate();
    let found = checked(&certificate);
    assert_eq!(found.faults, [], "{certificate:?}");
    assert!(found.bound >= certificate.bound.unwrap() - 1e-3);
    assert_eq!(found.cost, Some(certificate.roster.as_ref().unwrap().cost));
    let read = Certificate::from_json(&serde_json::to_vec(&certificate).unwrap()).unwrap();
    assert_eq!(read, certificate);
}

#[test]
fn what_was_changed_is_refused_with_the_reason() {
    let whole = serde_json::to_value(certificate()).unwrap();
    let shift = whole["roster"]["shifts"][0].clone();
    type Expected = fn(&CertificateError) -> bool;
    let cases: [(&str, Value, Expected); 8] = [
        ("/schema", json!("staffing-certificate/2"), |e| matches!(e, CertificateError::Schema(_))),
        ("/scenario", json!("0123456789abcdef"), |e| *e == CertificateError::Scenario),
        ("/staffing/targets/0/at_least", json!(0.1), |e| *e == CertificateError::Scenario),
        ("/bound", json!(5000.0), |e| matches!(e, CertificateError::Bound { .. })),
        ("/bound", Value::Null, |e| *e == CertificateError::NotImpossible),
        ("/roster/cost", json!(1.0), |e| matches!(e, CertificateError::Cost { .. })),
        ("/cuts/0/price", json!(-1.0), |e| *e == CertificateError::Price { cut: 0 }),
        ("/cuts/0/target", json!("other"), |e| matches!(e, CertificateError::Target { .. })),
    ];
    for (place, value, expected) in cases {
        let mut changed = whole.clone();
        *changed.pointer_mut(place).unwrap() = value;
        if changed["bound"].is_null() {
            changed.as_object_mut().unwrap().remove("bound");
        }
        let certificate = Certificate::from_json(changed.to_string().as_bytes()).unwrap();
        let faults = checked(&certificate).faults;
        assert!(faults.iter().any(expected), "{place}: {faults:?}");
    }
    // A roster with a shift less, its cost and bound corrected, misses the target.
    let mut thin = whole.clone();
    thin["roster"]["shifts"] = json!([shift]);
    let mut one = thin["roster"]["shifts"][0].clone();
    one["template"] = json!("long");
    one["from"] = json!("08:00");
    one["until"] = json!("12:00");
    one["count"] = json!(2);
    thin["roster"]["shifts"] = json!([one]);
    thin["roster"]["cost"] = json!(256.0);
    let certificate = Certificate::from_json(thin.to_string().as_bytes()).unwrap();
    let faults = checked(&certificate).faults;
    let is_missed = |fault: &CertificateError| matches!(fault, CertificateError::Missed { .. });
    assert!(faults.iter().any(is_missed), "{faults:?}");
    // One that leaves the office empty breaks what every roster must fulfil.
    thin["roster"]["shifts"] = json!([]);
    thin["roster"]["cost"] = json!(0.0);
    let certificate = Certificate::from_json(thin.to_string().as_bytes()).unwrap();
    let faults = checked(&certificate).faults;
    let breaks = |fault: &CertificateError| matches!(fault, CertificateError::Necessity(_));
    assert!(faults.iter().any(breaks), "{faults:?}");
}
