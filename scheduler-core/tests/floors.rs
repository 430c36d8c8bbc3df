//! Modules stand on floors: each uses only what stands below it, and no file grows long.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;

/// From the ground up. The scenario is what people write, the problem what the library works on:
/// the scenario knows nothing of the rest.
const FLOORS: [&str; 12] = [
    "threads", "monitor", "time", "scenario", "problem", "check", "plan", "ledger", "analytic",
    "simulate", "compare", "report",
];

/// The judge stands apart: it shares nothing with the planner but the model.
const JUDGE_USES: [&str; 2] = ["time", "problem"];

const MOST_LINES: usize = 400;

#[test]
fn modules_use_only_lower_floors_and_files_stay_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut findings = Vec::new();
    let files = visit(&root, None, &mut findings);
    assert!(files > 10, "only {files} files under {}", root.display());
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn a_use_of_a_higher_floor_is_found() {
    let text =
        "use crate::time::Grid;\nuse crate::{\n    time::{Grid, Step},\n    plan::Options,\n};\n";
    assert_eq!(uses(text), ["time", "time", "plan"]);
    assert_eq!(uses("fn f(x: &crate::check::Report) {} // crate::report"), ["check"]);
    assert_eq!(uses("//! crate::plan\nuse super::plan::Options;"), Vec::<String>::new());
    assert_eq!(not_allowed("problem", &uses(text)), ["plan"]);
    assert_eq!(not_allowed("plan", &uses(text)), Vec::<String>::new());
    assert_eq!(not_allowed("check", &uses("use crate::scenario::Site;")), ["scenario"]);
    assert_eq!(not_allowed("time", &uses("use crate::attic::Dust;")), ["attic"]);
}

fn visit(dir: &Path, top: Option<&str>, findings: &mut Vec<String>) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let module = top.unwrap_or(name);
        if path.is_dir() {
            files += visit(&path, Some(module), findings);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files += 1;
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().count();
            if lines > MOST_LINES {
                findings.push(format!("{}: {lines} lines", path.display()));
            }
            // The crate's own page names all of its modules.
            if top.is_none() && name == "lib" {
                continue;
            }
            if !FLOORS.contains(&module) {
                findings.push(format!("{}: {module} has no floor", path.display()));
            }
            for used in not_allowed(module, &uses(&text)) {
                findings.push(format!("{}: {module} may not use {used}", path.display()));
            }
        }
    }
    files
}

/// The modules of this crate that `text` names, apart from comments.
fn uses(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or("").trim())
        .collect::<Vec<_>>()
        .join(" ");
    let mut used = Vec::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => used.extend(members(group)),
            None => used.push(first_name(rest)),
        }
    }
    used
}

/// First names of the paths in a group, up to its closing brace.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut at_start, mut out) = (0, true, Vec::new());
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_start = true,
            _ if at_start && !character.is_whitespace() => {
                out.push(first_name(&group[position..]));
                at_start = false;
            }
            _ => {}
        }
    }
    out
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Those of `used` that `module` may not use. Items at the crate's root count as such.
fn not_allowed(module: &str, used: &[String]) -> Vec<String> {
    let floor = |name: &str| FLOORS.iter().position(|floor| *floor == name);
    used.iter()
        .filter(|used| {
            let higher = floor(used).is_none_or(|f| Some(f) >= floor(module));
            let apart = module == "check" && !JUDGE_USES.contains(&used.as_str());
            *used != module && (higher || apart)
        })
        .cloned()
        .collect()
}
