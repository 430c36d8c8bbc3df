//! Targets as people type them.

use scheduler_core::scenario::StaffFigure;
use scheduler_core::staffing::target;

/// Words, the figure, its minutes, the site, and the value.
type Case = (&'static str, StaffFigure, Option<f64>, Option<&'static str>, f64);

#[test]
fn what_planners_type_in_either_language_is_understood() {
    use StaffFigure::{
        AppointmentsWithin, NextFree, Overtime, WalkInsLost, WalkInsMeanWait, WalkInsWithin,
        WithoutOffer,
    };
    let sites = ["mitte", "nord", "nord-west"];
    let cases: [Case; 14] = [
        ("walk-ins within 30 minutes >= 80 %", WalkInsWithin, Some(30.0), None, 0.8),
        ("Walk-ins within 30 min ≥ 80% at nord", WalkInsWithin, Some(30.0), Some("nord"), 0.8),
        (
            "walk-ins within 15 minutes at nord-west at least 0.75",
            WalkInsWithin,
            Some(15.0),
            Some("nord-west"),
            0.75,
        ),
        ("without appointment within 1 hour >= 95 percent", WalkInsWithin, Some(60.0), None, 0.95),
        ("walk-ins wait <= 15 minutes", WalkInsMeanWait, None, None, 15.0),
        ("ohne Termin innerhalb 30 Minuten >= 80 %", WalkInsWithin, Some(30.0), None, 0.8),
        (
            "ohne Termin Wartezeit höchstens 12,5 Minuten in mitte",
            WalkInsMeanWait,
            None,
            Some("mitte"),
            12.5,
        ),
        (
            "mit Termin innerhalb von 5 Minuten mindestens 90 Prozent",
            AppointmentsWithin,
            Some(5.0),
            None,
            0.9,
        ),
        ("next free appointment <= 14 days", NextFree, None, None, 14.0),
        ("next free appointment at most 2 weeks", NextFree, None, None, 14.0),
        ("nächster freier Termin <= 14 Tage", NextFree, None, None, 14.0),
        ("requests without an offer <= 2 %", WithoutOffer, None, None, 0.02),
        ("overtime <= 15 minutes", Overtime, None, None, 15.0),
        ("walk-ins lost <= 5 %", WalkInsLost, None, None, 0.05),
    ];
    for (phrase, figure, minutes, site, bound) in cases {
        let found = target(phrase, &sites).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (found.of, found.minutes, found.site.as_deref()),
            (figure, minutes, site),
            "{phrase}"
        );
        let (wanted, other) = if figure.more_is_better() {
            (found.at_least, found.at_most)
        } else {
            (found.at_most, found.at_least)
        };
        assert!((wanted.unwrap() - bound).abs() < 1e-12 && other.is_none(), "{phrase}: {found:?}");
    }
}

#[test]
fn what_is_not_clear_is_refused_with_an_example() {
    let cases = [
        ("everybody happy", "no bound"),
        ("happiness >= 80 %", "no figure"),
        ("walk-ins within 30 minutes <= 80 %", "only >="),
        ("next free appointment >= 14 days", "only <="),
        ("walk-ins within minutes >= 80 %", "how many minutes"),
        ("walk-ins within 30 minutes >= 80", "80 %"),
        ("overtime <= 15 %", "no share"),
        ("overtime <= a lot", "no number"),
    ];
    for (phrase, why) in cases {
        let error = target(phrase, &[]).unwrap_err().to_string();
        assert!(error.contains(why), "{phrase}: {error}");
    }
}

#[test]
fn all_of_a_phrase_has_to_be_understood() {
    let sites = ["amt", "amt-west"];
    let cases = [
        ("walk-ins wait <= 15 minutes at nirgends", "no site nirgends; sites are amt, amt-west"),
        ("ohne Termin Wartezeit höchstens 15 Minuten in nirgends", "no site nirgends"),
        ("walk-ins wait <= 15 minutes blah blah", "\"blah blah\""),
        ("walk-ins wait in the lobby <= 15 minutes", "\"lobby\""),
        ("walk-ins wait <= 15 minutes 30", "a number too many"),
        ("walk-ins wait <= 15 minutes at amt at amt-west", "several sites (amt-west, amt)"),
        ("walk-ins wait <= 2 days", "asked for in minutes"),
        ("next free appointment <= 14 minutes", "asked for in days"),
    ];
    for (phrase, why) in cases {
        let error = target(phrase, &sites).map(|found| found.site).unwrap_err().to_string();
        assert!(error.contains(why), "{phrase}: {error}");
    }
}
