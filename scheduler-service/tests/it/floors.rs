//! The service's modules: which may use which, and nothing goes round in circles.

#[path = "../../../scheduler-core/tests/it/floors/paths.rs"]
mod paths;

use paths::Modules;

/// What these may use of the rest of the service: neither the store nor the book of bookings nor a
/// study nor who does it knows who asks.
const ALONE: [(&str, &[&str]); 6] = [
    ("store", &[]),
    ("violation", &[]),
    ("studies", &["violation"]),
    ("drafts", &[]),
    ("booking", &["store", "violation"]),
    ("jobs", &["booking", "store", "studies"]),
];

/// Nothing but the program itself uses it.
const ON_TOP: &str = "cli";

/// Below these, and between these, modules may still use each other. The list only gets shorter.
const CIRCLES: [&str; 3] = ["booking", "http", "jobs"];

fn modules() -> Modules {
    let modules = Modules::read(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    assert!(modules.count() > 50, "only {} files", modules.count());
    modules
}

#[test]
fn modules_use_only_what_they_may() {
    let uses = modules().uses();
    let wrong = uses.iter().filter(|u| u.within.is_empty() && !allowed(&u.user, &u.used));
    let findings = paths::lines(wrong);
    assert!(findings.is_empty(), "{findings}");
}

#[test]
fn no_modules_use_each_other() {
    let mut circles = modules().circles();
    circles.retain(|u| !CIRCLES.contains(&u.within.first().unwrap_or(&u.user).as_str()));
    assert!(circles.is_empty(), "{}", paths::lines(&circles));
}

#[test]
fn a_use_from_above_is_not_allowed() {
    assert!(allowed("booking", "store") && allowed("cli", "http") && allowed("jobs", "store"));
    assert!(!allowed("store", "booking") && !allowed("booking", "jobs"));
    assert!(!allowed("http", "cli"));
}

fn allowed(user: &str, used: &str) -> bool {
    let alone = ALONE.iter().find(|(name, _)| *name == user);
    alone.is_none_or(|(_, may)| may.contains(&used)) && used != ON_TOP
}
