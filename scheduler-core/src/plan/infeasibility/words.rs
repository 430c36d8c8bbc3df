//! How conflicts speak: sites by name, wall-clock times, minutes.

use crate::problem::{Problem, Set};
use crate::time::{Step, Window};

/// `Town hall, 2027-03-01, 09:00 to 12:00`.
pub(crate) fn place(problem: &Problem, site_day: usize, window: Window) -> String {
    format!("{}, {}", date(problem, site_day), span(problem, window))
}

/// `Town hall, 2027-03-01`.
pub(crate) fn date(problem: &Problem, site_day: usize) -> String {
    let site_day = &problem.site_days[site_day];
    format!("{}, {}", problem.sites[site_day.site].name, problem.dates[site_day.day])
}

/// `09:00 to 12:00`.
pub(crate) fn span(problem: &Problem, window: Window) -> String {
    format!("{} to {}", problem.grid.clock(window.from), problem.grid.clock(window.until))
}

pub(crate) fn minutes(problem: &Problem, steps: u32) -> u32 {
    steps * problem.grid.minutes()
}

/// `a`, `a and b`, `a, b and c`; the first ten of longer lists.
pub(crate) fn list<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| name.as_ref().to_owned()).collect();
    if names.len() > 10 {
        let rest = names.len() - 9;
        names.truncate(9);
        names.push(format!("{rest} more"));
    }
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
    }
}

/// `1 clerk`, `3 clerks`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// `promise a`, `promises a and b`.
pub(crate) fn promises(problem: &Problem, promises: &[usize]) -> String {
    let one = if promises.len() == 1 { "promise" } else { "promises" };
    let ids = promises.iter().map(|&promise| &problem.promises[promise].id);
    format!("{one} {}", list(ids))
}

/// The names of skills.
pub(crate) fn skills(problem: &Problem, skills: &Set) -> String {
    list(skills.iter().map(|skill| &problem.skills[skill]))
}

/// `clerks`, or `clerks with documents and registration`.
pub(crate) fn clerks_with(problem: &Problem, skills: &Set) -> String {
    if skills.is_empty() {
        "clerks".to_owned()
    } else {
        format!("clerks with {}", self::skills(problem, skills))
    }
}

/// The names of `wanted` that `present` lacks.
pub(crate) fn missing(wanted: &Set, present: &Set, names: &[String]) -> String {
    list(wanted.iter().filter(|&index| !present.contains(index)).map(|index| &names[index]))
}

/// `at 09:00`.
pub(crate) fn at(problem: &Problem, step: Step) -> String {
    format!("at {}", problem.grid.clock(step))
}
