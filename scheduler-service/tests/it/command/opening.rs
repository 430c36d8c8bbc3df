//! `scheduler serve` whose PostgreSQL is not there: it waits, says so, and goes on by itself.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::serve::{TOWN, scheduler};

/// A service on a port that is known before it says anything.
struct Waiting {
    process: Child,
    log: BufReader<ChildStderr>,
    address: String,
    _folder: TempDir,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Waiting {
    fn start(database: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("town.json"), TOWN).unwrap();
        // Free once it is dropped.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let arguments = [
            "serve",
            "town.json",
            "--listen",
            &address,
            "--plan-seconds",
            "1",
            "--database",
            database,
        ];
        let mut command = scheduler(folder.path(), &arguments);
        let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        Self { process, log, address, _folder: folder }
    }

    /// Waits for a line of the log with `words`.
    fn says(&mut self, words: &str) {
        let begun = Instant::now();
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "it ended without {words:?}");
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}: {line}", begun.elapsed());
    }

    /// The answer to `GET path`, where somebody listens.
    fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// Waits until `path` is answered with `status`; how long.
    fn until(&mut self, path: &str, status: &str) -> Duration {
        let begun = Instant::now();
        let mut last = None;
        while begun.elapsed() < Duration::from_secs(30) {
            assert!(self.process.try_wait().unwrap().is_none(), "it has ended");
            last = self.get(path);
            if last.as_ref().is_some_and(|answer| answer.starts_with(&format!("HTTP/1.1 {status}")))
            {
                return begun.elapsed();
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{path} is not {status} but {last:?}");
    }

    /// Asks it to stop as service managers do, and waits for its end.
    fn terminate(mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

#[test]
fn a_database_that_is_not_there_is_named_at_once_and_waited_for() {
    let mut waiting = Waiting::start("postgres://localhost:1/nothing");
    waiting.says("refused");
    waiting.until("/healthz", "200");
    let answer = waiting.get("/readyz").unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 1") && answer.contains("starting"), "{answer}");
    let answer = waiting.get("/v1/sites").unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert_eq!(waiting.terminate(), Some(0));
}

mod postgres {
    use super::*;
    use crate::support::postgres::Server;

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn a_service_outlives_every_absence_of_its_server() {
        let server = Server::start();
        let database = server.create_database();
        server.stop();
        let mut waiting = Waiting::start(&database);
        waiting.says("trying again until it can be opened");
        waiting.until("/readyz", "503");
        server.start_again();
        let soon = Duration::from_secs(10);
        let ready = waiting.until("/readyz", "200");
        assert!(ready < soon, "ready after {ready:?}");
        for _ in 0..2 {
            server.stop();
            waiting.until("/readyz", "503");
            waiting.until("/healthz", "200");
            server.start_again();
            let ready = waiting.until("/readyz", "200");
            assert!(ready < soon, "ready again after {ready:?}");
        }
        waiting.until("/v1/sites", "200");
        assert_eq!(waiting.terminate(), Some(0));
    }

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn what_was_set_up_wrongly_is_not_waited_for() {
        let database = Server::common().create_database();
        let (before, after) = database.rsplit_once("/test").unwrap();
        let (_, query) = after.split_once('?').unwrap();
        let folder = TempDir::new().unwrap();
        let nothing = format!("{before}/nothing?{query}");
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &nothing];
        let output = scheduler(folder.path(), &serve).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("does not exist"), "{message}");
    }
}
