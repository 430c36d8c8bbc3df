//! Modules stand on floors: each uses only what stands below it, and nothing goes round in circles.

pub(crate) mod paths;

use paths::Modules;

/// From the ground up. The scenario is what people write, the problem what the library works on:
/// the scenario knows nothing of the rest.
const FLOORS: &[&str] = &[
    "threads", "monitor", "time", "scenario", "problem", "check", "plan", "ledger", "analytic",
    "waitlist", "learn", "simulate", "replay", "compare", "staffing", "report", "json", "prelude",
];

/// The judge stands apart: it shares nothing with the planner but the model.
const JUDGE_USES: [&str; 2] = ["time", "problem"];

fn modules() -> Modules {
    let modules = Modules::read(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    assert!(modules.count() > 10, "only {} files", modules.count());
    modules
}

#[test]
fn modules_use_only_lower_floors() {
    let uses = modules().uses();
    let wrong = uses.iter().filter(|u| u.within.is_empty() && !allowed(&u.user, &u.used));
    let findings = paths::lines(wrong);
    assert!(findings.is_empty(), "{findings}");
}

/// Within these, modules beside each other still use each other. The list only gets shorter.
const CIRCLES: [&str; 12] = [
    "compare",
    "ledger",
    "ledger::feasibility",
    "plan::lagrangian",
    "plan::lns",
    "report::simulation",
    "scenario",
    "scenario::rules",
    "scenario::wire",
    "simulate",
    "simulate::booking",
    "simulate::service_day",
];

#[test]
fn no_modules_use_each_other() {
    let mut circles = modules().circles();
    circles.retain(|u| !CIRCLES.contains(&u.within.join("::").as_str()));
    assert!(circles.is_empty(), "{}", paths::lines(&circles));
}

#[test]
fn a_use_of_a_higher_floor_is_not_allowed() {
    assert!(allowed("plan", "time") && allowed("check", "problem"));
    assert!(!allowed("problem", "plan") && !allowed("check", "scenario"));
    assert!(!allowed("time", "attic") && !allowed("attic", "time"));
}

fn allowed(user: &str, used: &str) -> bool {
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    let lower = floor(user).zip(floor(used)).is_some_and(|(user, used)| used < user);
    lower && (user != "check" || JUDGE_USES.contains(&used))
}
