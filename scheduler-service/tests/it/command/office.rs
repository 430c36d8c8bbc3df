//! A small office, and runs of the command on it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A directory with a scenario in it.
pub(crate) struct Office {
    pub(crate) directory: TempDir,
}

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.stdout);
        assert!(parsed.is_ok(), "{parsed:?}: {}\n{}", self.stdout, self.stderr);
        parsed.unwrap()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Two clerks, two rooms, a morning.
pub(crate) fn scenario() -> Value {
    let clerk = |id: &str| {
        json!({"id": id, "skills": ["x"],
               "shifts": [{"site": "s", "from": "08:00", "until": "12:00"}]})
    };
    json!({
        "schema": "scenario/1",
        "name": "Büro",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 15,
        "horizon": {"from": "2027-03-04", "until": "2027-03-05"},
        "sites": [{"id": "s", "name": "Süd", "open": [{"from": "08:00", "until": "12:00"}]}],
        "rooms": [{"id": "r-1", "site": "s", "equipment": []},
                  {"id": "r-2", "site": "s", "equipment": []}],
        "services": [{"id": "a", "name": "Ausweis", "minutes": 15, "extra_person_minutes": 0,
                      "max_persons": 1, "skills": ["x"], "equipment": [], "value": 1.0}],
        "staff": [clerk("c-1"), clerk("c-2")],
        "walk_in_quotas": [{"id": "q", "site": "s", "from": "08:00", "until": "10:00",
                            "min_share": 0.25, "block_minutes": 30, "skills": ["x"]}],
        "demand": [{"id": "d", "service": "a", "sites": ["s"], "from": "08:00", "until": "12:00",
                    "mean": 20.0}],
        "appointments": [],
    })
}

impl Office {
    pub(crate) fn new() -> Self {
        Self::with(&scenario())
    }

    pub(crate) fn with(scenario: &Value) -> Self {
        let office = Self { directory: TempDir::new().unwrap() };
        office.write("scenario.json", scenario.to_string().as_bytes());
        office
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Names of all files, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// `scheduler` with `arguments`, in the office's directory.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scheduler"));
        command.args(arguments).current_dir(self.directory.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.command(arguments).output().unwrap().into()
    }

    /// `plan` of `scenario.json` with few steps.
    pub(crate) fn plan(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["plan", "scenario.json", "--steps", "500", "--threads", "1"];
        all.extend(arguments);
        self.run(&all)
    }

    /// Runs with `input` on stdin.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        // A command that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap().into()
    }
}
