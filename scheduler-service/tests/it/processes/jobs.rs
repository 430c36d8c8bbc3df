//! Jobs of several processes, and processes that are killed in the midst of them.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use scheduler_service::booking::SetClock;
use scheduler_service::jobs::{JobSettings, Jobs, Run, TaskOrder, Tasks, Work as DoesJobs};
use scheduler_service::store::{JobLimits, JobStatus, Store, StoreSettings};
use scheduler_service::studies::{Failure, Study, StudyError};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use uuid::Uuid;

use super::child::Random;
use crate::on_both;
use crate::support::office::{OPENED, at};
use crate::support::{Database, block_on};

/// What a worker is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Task {
    address: String,
    work: Work,
}

/// What its jobs do once they have said which they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Work {
    /// They end.
    Nothing,
    /// They go on until they are stopped.
    Endless,
    /// They wait in this folder for that many processes to be at a job.
    Meet(PathBuf, usize),
}

impl DoesJobs for Work {
    fn job(&self, _: Study, request: &str, _: &Tasks, run: &Run) -> Result<String, Failure> {
        println!("job {request}");
        match self {
            Self::Nothing => {}
            Self::Endless => wait(|| run.is_cancelled()),
            Self::Meet(folder, processes) => {
                std::fs::write(folder.join(std::process::id().to_string()), "").unwrap();
                wait(|| std::fs::read_dir(folder).unwrap().count() >= *processes);
            }
        }
        Ok(std::process::id().to_string())
    }

    fn task(&self, _: &TaskOrder<'_>, _: &Run) -> Result<String, StudyError> {
        unreachable!("there are none")
    }
}

/// How long a process may be silent.
const LEASE: Duration = Duration::from_secs(3);

fn wait(until: impl Fn() -> bool) {
    while !until() {
        std::thread::yield_now();
    }
}

/// The jobs of a process that does `threads` at a time.
async fn jobs(database: &Database, threads: usize, work: Work) -> Jobs {
    let now = at(OPENED).to_utc();
    let settings = JobSettings {
        threads,
        limits: JobLimits { open_of_client: 100, ..JobLimits::default() },
        kept: Duration::from_secs(3600),
        lease: LEASE,
    };
    let store = Store::open(&database.settings).await.unwrap();
    Jobs::start(store, Arc::new(SetClock::new(now)), settings, Arc::new(work))
}

async fn add(jobs: &Jobs, number: u32) -> Uuid {
    jobs.add("web", Study::Plan, number.to_string(), None).await.unwrap().id
}

/// What the job came to, and how often it was begun.
async fn done(jobs: &Jobs, id: Uuid) -> (String, u32) {
    let (watcher, mut seen) = (jobs.watch().unwrap(), None);
    loop {
        let (job, _) = watcher.next(id, seen).await.unwrap();
        if job.status.has_ended() {
            assert_eq!(job.status, JobStatus::Done);
            let (job, outcome) = jobs.find("web", id).await.unwrap().unwrap();
            return (outcome.unwrap(), job.attempts);
        }
        seen = Some(job.version);
    }
}

/// A worker with one thread.
fn start(database: &Database, work: Work) -> (Child, BufReader<ChildStdout>) {
    let task = Task { address: database.address(), work };
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::jobs::worker", "--ignored", "--nocapture", "--quiet"])
        .env("TASK", serde_json::to_string(&task).unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    (child, output)
}

/// Waits until a job begins there. What the test program itself prints is left out.
fn next_job(output: &mut impl BufRead) {
    let mut line = String::new();
    while !line.starts_with("job ") {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the worker has ended by itself");
    }
}

/// Works until its standard input is closed.
#[test]
#[ignore = "a process of the other tests"]
fn worker() {
    let task: Task = serde_json::from_str(&std::env::var("TASK").unwrap()).unwrap();
    let settings = StoreSettings::new(task.address.parse().unwrap());
    let database = Database { settings, folder: None };
    block_on(async {
        let jobs = jobs(&database, 1, task.work).await;
        let closed = || std::io::stdin().read_line(&mut String::new());
        tokio::task::spawn_blocking(closed).await.unwrap().unwrap();
        jobs.close().await;
    });
}

async fn a_job_survives_the_death_of_its_process(database: Database) {
    let front = jobs(&database, 0, Work::Nothing).await;
    let id = add(&front, 1).await;
    let (mut process, mut output) = start(&database, Work::Endless);
    next_job(&mut output);
    process.kill().unwrap();
    process.wait().unwrap();
    let other = jobs(&database, 1, Work::Nothing).await;
    assert_eq!(done(&front, id).await, (std::process::id().to_string(), 2));
    other.close().await;
}

async fn processes_that_stop_leave_their_jobs_to_others(database: Database) {
    let front = jobs(&database, 0, Work::Nothing).await;
    let id = add(&front, 1).await;
    let (mut process, mut output) = start(&database, Work::Endless);
    next_job(&mut output);
    drop(process.stdin.take());
    assert!(process.wait().unwrap().success());
    // At the same time: the lease did not have to end.
    let other = jobs(&database, 1, Work::Nothing).await;
    assert_eq!(done(&front, id).await, (std::process::id().to_string(), 1));
    other.close().await;
}

async fn processes_share_the_jobs(database: Database) {
    let front = jobs(&database, 0, Work::Nothing).await;
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(add(&front, number).await);
    }
    let folder = TempDir::new().unwrap();
    let work = Work::Meet(folder.path().to_owned(), 2);
    // Whoever closes their output would end them.
    let mut processes = [(), ()].map(|()| start(&database, work.clone()));
    let mut workers = BTreeSet::new();
    for id in ids {
        let (worker, attempts) = done(&front, id).await;
        assert_eq!(attempts, 1);
        workers.insert(worker);
    }
    assert_eq!(workers, processes.iter().map(|(process, _)| process.id().to_string()).collect());
    for (process, _) in &mut processes {
        drop(process.stdin.take());
        assert!(process.wait().unwrap().success());
    }
}

/// How often a process is killed.
const KILLS: i32 = 8;

async fn no_job_is_lost_however_often_processes_are_killed(database: Database) {
    let front = jobs(&database, 0, Work::Nothing).await;
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(add(&front, number).await);
    }
    let mut random = Random(7);
    for _ in 0..KILLS {
        let (mut process, mut output) = start(&database, Work::Nothing);
        for _ in 0..1 + random.below(4) {
            next_job(&mut output);
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let last = jobs(&database, 1, Work::Nothing).await;
    let mut begun = 0;
    for id in ids {
        begun += done(&front, id).await.1;
    }
    assert!((40..=40 + KILLS as u32).contains(&begun), "{begun}");
    last.close().await;
}

on_both!(
    a_job_survives_the_death_of_its_process,
    processes_that_stop_leave_their_jobs_to_others,
    processes_share_the_jobs,
    no_job_is_lost_however_often_processes_are_killed,
);
