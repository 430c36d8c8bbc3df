//! `scheduler work`

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::serve::{Serving, TOWN, scheduler};

/// A worker on the database that a service in `folder` has, once it is at work.
fn worker(folder: &TempDir) -> Child {
    let mut command = scheduler(folder.path(), &["work"]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Working on the jobs in scheduler-data"), "{line}");
    process
}

/// The job at `path`.
fn job(serving: &Serving, path: &str) -> Value {
    let (status, answer) = serving.send("GET", path, "accept: application/json", "");
    assert_eq!(status, 200, "{answer}");
    serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

fn wait_for(serving: &Serving, path: &str, is: impl Fn(&Value) -> bool) -> Value {
    loop {
        let job = job(serving, path);
        if is(&job) {
            return job;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_worker_does_the_jobs_of_a_service_and_gives_back_what_is_not_done() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start_with(folder.path(), &["--job-threads", "0"]);
    let scenario: Value = serde_json::from_str(TOWN).unwrap();
    let body = serde_json::json!({ "scenario": scenario, "wait_seconds": 0,
        "options": { "replications": 1_000_000, "weeks": 52, "plan_steps": 10 } });
    let json = "content-type: application/json";
    let (status, added) = serving.send("POST", "/v1/simulations", json, &body.to_string());
    assert_eq!(status, 202, "{added}");
    let location = added.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    assert_eq!(job(&serving, location)["status"], "queued");

    let mut first = worker(&folder);
    wait_for(&serving, location, |job| job["progress"]["replications"].as_u64() > Some(0));
    let id = first.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(job(&serving, location)["status"], "queued");

    let mut second = worker(&folder);
    wait_for(&serving, location, |job| job["progress"]["replications"].as_u64() > Some(0));
    assert_eq!(serving.send("POST", &format!("{location}/cancel"), json, "").0, 200);
    let done = wait_for(&serving, location, |job| job["ended_at"].is_string());
    assert_eq!((&done["status"], &done["attempts"]), (&"done".into(), &1.into()));
    assert_eq!(done["result"]["stop"], "cancelled");
    second.kill().unwrap();
    second.wait().unwrap();
}
