//! `scheduler serve` and `scheduler keys`

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use tempfile::TempDir;

pub(crate) const TOWN: &str = r#"{
  "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
  "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
  "sites": [{ "id": "hall", "open": [{ "from": "00:00", "until": "24:00" }] }],
  "rooms": [{ "id": "r1", "site": "hall", "equipment": [] }],
  "services": [{ "id": "mayor's stamp", "minutes": 5, "extra_person_minutes": 0, "max_persons": 1,
    "skills": [], "equipment": [], "value": 1 }],
  "staff": [{ "id": "ada", "skills": [],
    "shifts": [{ "site": "hall", "from": "00:00", "until": "24:00" }] }]
}"#;

pub(crate) fn scheduler(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scheduler"));
    command.current_dir(folder).args(arguments).env_remove("DATABASE_URL");
    command
}

/// A running service, killed when dropped.
pub(crate) struct Serving {
    process: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Serving {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    pub(crate) fn start_with(folder: &Path, more: &[&str]) -> Self {
        std::fs::write(folder.join("town.json"), TOWN).unwrap();
        let arguments = [
            "serve",
            "town.json",
            "--listen",
            "127.0.0.1:0",
            "--plan-seconds",
            "1",
            "--horizon-days",
            "2",
        ];
        let mut command = scheduler(folder, &[arguments.as_slice(), more].concat());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.strip_prefix("Serving on http://").unwrap();
        let address = address.split(',').next().unwrap().to_owned();
        Self { process, output, address }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The next line of the output that begins so.
    pub(crate) fn line(&mut self, begin: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "no line {begin:?}");
            if line.trim_start().starts_with(begin) {
                return line.trim().to_owned();
            }
        }
    }

    /// Sends what a printed line would send; status and body of the answer.
    pub(crate) fn paste(&self, line: &str) -> (u16, String) {
        let words = shell_words(line);
        let after = |option: &str| {
            let at = words.iter().enumerate().filter(move |(_, word)| *word == option);
            at.map(|(index, _)| words[index + 1].clone()).collect::<Vec<_>>()
        };
        let url = words.iter().find(|word| word.starts_with("http://")).unwrap();
        let path = url.strip_prefix(&format!("http://{}", self.address)).unwrap();
        let body = after("-d").remove(0);
        let headers = after("-H").join("\r\n");
        self.send("POST", path, &headers, &body)
    }

    /// Sends a request; status of the answer, and all of it.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer)
    }

    /// Asks it to stop as service managers do, and waits for its end.
    fn terminate(mut self) -> i32 {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap().code().unwrap()
    }
}

/// The words of a line without quotation marks, as a shell sees them.
fn shell_words(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut escaped) = (vec![String::new()], false, false);
    for character in line.chars() {
        match character {
            _ if escaped => {
                words.last_mut().unwrap().push(character);
                escaped = false;
            }
            '\'' => quoted = !quoted,
            '\\' if !quoted => escaped = true,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words
}

#[test]
fn the_three_lines_that_it_prints_can_be_pasted_and_outlive_a_restart() {
    let folder = TempDir::new().unwrap();
    let mut serving = Serving::start(folder.path());
    let [search, hold, confirm] = [(); 3].map(|()| serving.line("curl"));
    assert_eq!(serving.paste(&search).0, 200);
    assert_eq!(serving.paste(&hold).0, 201);
    let (status, booked) = serving.paste(&confirm);
    assert_eq!(status, 201, "{booked}");
    assert_eq!(serving.terminate(), 0);
    let serving = Serving::start(folder.path());
    // The port is another one by now.
    let confirm = confirm.replace(confirm.split('/').nth(2).unwrap(), &serving.address);
    let (status, again) = serving.paste(&confirm);
    assert_eq!(status, 201, "sent again, answered the same: {again}");
    let body = |answer: &str| answer.split("\r\n\r\n").nth(1).unwrap().to_owned();
    assert_eq!(body(&again), body(&booked));
}

#[test]
fn a_port_that_is_taken_is_told_so() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = scheduler(folder.path(), &["serve", "--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("is taken") && message.contains("--listen"), "{message}");
    assert!(!folder.path().join("scheduler-data").exists(), "nothing was begun");
}

#[test]
fn beyond_loopback_it_starts_only_with_a_key() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("town.json"), TOWN).unwrap();
    let serve = ["serve", "town.json", "--listen", "0.0.0.0:0", "--plan-seconds", "1"];
    let output = scheduler(folder.path(), &serve).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("scheduler keys add"), "{message}");
}

#[test]
fn the_first_key_closes_a_running_service_and_the_last_one_does_not_open_it() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    assert_eq!(serving.send("GET", "/v1/sites", "accept: */*", "").0, 200);
    let elsewhere = serving.send("GET", "/v1/sites", "origin: http://evil.example", "");
    assert_eq!(elsewhere.0, 403, "{}", elsewhere.1);
    let keys = |arguments: &[&str]| {
        let output = scheduler(folder.path(), &[&["keys"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    // Within a second, as is documented.
    let soon = || std::thread::sleep(std::time::Duration::from_secs(1));
    let key = keys(&["add", "web"]);
    soon();
    let bearer = format!("authorization: Bearer {key}");
    assert_eq!(serving.send("GET", "/v1/sites", "accept: */*", "").0, 401);
    assert_eq!(serving.send("GET", "/v1/sites", &bearer, "").0, 200);
    keys(&["revoke", "web"]);
    soon();
    assert_eq!(serving.send("GET", "/v1/sites", &bearer, "").0, 401);
    assert_eq!(serving.send("GET", "/v1/sites", "accept: */*", "").0, 401);
    assert_eq!(serving.terminate(), 0);
    let again = ["serve", "town.json", "--listen", "127.0.0.1:0"];
    let output = scheduler(folder.path(), &again).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("--no-keys"), "{message}");
    let serving = Serving::start_with(folder.path(), &["--no-keys"]);
    assert_eq!(serving.send("GET", "/v1/sites", "accept: */*", "").0, 200);
}

#[test]
fn pages_of_all_origins_may_call_only_where_keys_are_asked_for() {
    let folder = TempDir::new().unwrap();
    let output = scheduler(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--cors", "*"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("--no-keys") && message.contains("keys add"), "{message}");
}

#[test]
fn what_is_no_database_is_named_at_once() {
    let folder = TempDir::new().unwrap();
    let message = |database: &str| {
        let begin = std::time::Instant::now();
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", database];
        let output = scheduler(folder.path(), &serve).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(begin.elapsed().as_secs() < 5, "{database}");
        String::from_utf8(output.stderr).unwrap()
    };
    std::fs::write(folder.path().join("notes.txt"), "These are my notes.").unwrap();
    let text = message("notes.txt");
    assert!(text.contains("no SQLite database"), "{text}");
    let text = message(".");
    assert!(text.contains("folder"), "{text}");
}

#[test]
fn keys_are_printed_once_listed_and_revoked() {
    let folder = TempDir::new().unwrap();
    let run = |arguments: &[&str]| {
        let output = scheduler(folder.path(), arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    };
    let (code, key, _) = run(&["keys", "add", "web", "--channel", "online"]);
    assert_eq!((code, key.trim().len()), (0, 67));
    let (_, list, _) = run(&["keys", "list"]);
    let (begin, rest) = list.split_at("web\tslots:read appointments:write\tonline\t".len());
    assert_eq!(begin, "web\tslots:read appointments:write\tonline\t");
    let (first, end) = rest.trim().split_once('\t').unwrap();
    assert_eq!((first.len(), end), (8, "-\t-"));
    // The next key beside the one that is used, which then is revoked by its id.
    assert_eq!(run(&["keys", "add", "web", "--expires-in", "90"]).0, 0);
    assert_eq!(run(&["keys", "add", "web"]).0, 2, "two are enough");
    assert_eq!(run(&["keys", "revoke", "web", "--id", first]).0, 0);
    let (_, list, _) = run(&["keys", "list"]);
    assert!(list.lines().count() == 1 && !list.contains(first) && list.contains("T"), "{list}");
    assert_eq!(run(&["keys", "add", "local"]).0, 2, "it is the name of who shows no key");
    let (code, _, message) = run(&["keys", "add", "x", "--scopes", "everything"]);
    assert_eq!(code, 2);
    assert!(message.contains("slots:read"), "{message}");
    assert_eq!(run(&["keys", "revoke", "web"]).0, 0);
    assert_eq!(run(&["keys", "revoke", "web"]).0, 2);
    assert_eq!(run(&["keys", "list"]).1, "");
}
