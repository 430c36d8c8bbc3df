//! Jobs and their workers, on both databases. What jobs do here is what each test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use scheduler_core::monitor::{Monitor, WallClock};
use scheduler_service::booking::{Clock, SetClock};
use scheduler_service::jobs::{
    JobError, JobProgress, JobSettings, JobStage, Jobs, LEASE, MOST_ATTEMPTS, Run, Studies,
    TaskOrder, Tasks, Work,
};
use scheduler_service::store::{Added, Claimed, JobLimits, JobRow, JobStatus, NewJob, Store};
use scheduler_service::studies::{Failure, FailureKind, Study, StudyError};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{OPENED, at};

/// A database with jobs, and a clock that all processes on it share.
struct Hall {
    store: Store,
    clock: Arc<SetClock>,
}

impl Hall {
    async fn open(database: &Database) -> Self {
        let store = Store::open(&database.settings).await.unwrap();
        Self { store, clock: Arc::new(SetClock::new(at(OPENED).to_utc())) }
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// A process that does `threads` jobs at a time.
    fn process(
        &self,
        threads: usize,
        perform: impl Fn(&str, &Run) -> Result<String, Failure> + Send + Sync + 'static,
    ) -> Jobs {
        self.start(threads, LEASE, Arc::new(Only(perform)))
    }

    fn start(&self, threads: usize, lease: Duration, work: Arc<dyn Work>) -> Jobs {
        let limits = JobLimits { open_of_client: 100, ..JobLimits::default() };
        let settings = JobSettings { threads, limits, kept: KEPT, lease };
        Jobs::start(self.store.clone(), self.clock.clone(), settings, work)
    }

    /// A process that only adds jobs and watches them.
    fn front(&self) -> Jobs {
        self.process(0, |_, _| unreachable!("it has no threads"))
    }

    /// Takes the first job as a process does that is never heard of again.
    async fn take_and_die(&self) -> Option<Claimed> {
        self.store.claim_job(self.now()).await.unwrap()
    }

    /// What processes do that have heard of nobody for the time of a lease.
    async fn let_the_leases_end(&self) {
        for lease in self.store.leases().await.unwrap() {
            assert!(self.store.release_job(lease).await.unwrap());
        }
    }
}

/// Jobs that have no tasks.
struct Only<F>(F);

impl<F: Fn(&str, &Run) -> Result<String, Failure> + Send + Sync> Work for Only<F> {
    fn job(&self, _: Study, request: &str, _: &Tasks, run: &Run) -> Result<String, Failure> {
        (self.0)(request, run)
    }

    fn task(&self, _: &TaskOrder<'_>, _: &Run) -> Result<String, StudyError> {
        unreachable!("there are none")
    }
}

const KEPT: Duration = Duration::from_secs(3600);

async fn add(jobs: &Jobs, request: &str) -> Uuid {
    jobs.add("web", Study::Plan, request.to_owned(), None).await.unwrap().id
}

/// The job once it has ended, and what it came to.
async fn ended(jobs: &Jobs, id: Uuid) -> (JobRow, Value) {
    until(jobs, id, |job| job.status.has_ended()).await;
    let (job, outcome) = jobs.find("web", id).await.unwrap().unwrap();
    (job, outcome.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap()))
}

/// The job once `is` says so.
async fn until(jobs: &Jobs, id: Uuid, is: impl Fn(&JobRow) -> bool) -> JobRow {
    let (watcher, mut seen) = (jobs.watch().unwrap(), None);
    loop {
        let (job, _) = watcher.next(id, seen).await.unwrap();
        if is(&job) {
            return job;
        }
        seen = Some(job.version);
    }
}

fn echo(request: &str, _: &Run) -> Result<String, Failure> {
    Ok(format!("[{request}]"))
}

/// Works until it is asked to stop.
fn endless(_: &str, run: &Run) -> Result<String, Failure> {
    while !run.is_cancelled() {
        std::thread::yield_now();
    }
    Ok("\"stopped\"".to_owned())
}

async fn each_job_is_done_once_however_many_processes_there_are(database: Database) {
    let hall = Hall::open(&database).await;
    let done: Arc<Mutex<BTreeMap<String, u32>>> = Arc::default();
    let work = |done: &Arc<Mutex<BTreeMap<String, u32>>>| {
        let done = Arc::clone(done);
        move |request: &str, run: &Run| {
            *done.lock().unwrap().entry(request.to_owned()).or_default() += 1;
            echo(request, run)
        }
    };
    let processes: Vec<Jobs> = (0..4).map(|_| hall.process(2, work(&done))).collect();
    let mut ids = Vec::new();
    for number in 0..40 {
        ids.push(add(&processes[number % 4], &number.to_string()).await);
    }
    for (number, id) in ids.iter().enumerate() {
        let (job, result) = ended(&processes[0], *id).await;
        assert_eq!((job.status, job.attempts), (JobStatus::Done, 1));
        assert_eq!(result, serde_json::json!([number]));
    }
    let done = done.lock().unwrap().clone();
    assert_eq!((done.len(), done.values().max()), (40, Some(&1)));
    for process in processes {
        process.close().await;
    }
}

async fn a_job_whose_process_died_is_begun_anew_when_its_lease_ends(database: Database) {
    let hall = Hall::open(&database).await;
    let front = hall.front();
    let id = add(&front, "7").await;
    let dead = hall.take_and_die().await.unwrap();
    assert_eq!((dead.id, dead.attempts, dead.request.as_str()), (id, 1, "7"));
    assert_eq!(hall.take_and_die().await, None, "nobody else has it before");
    hall.let_the_leases_end().await;
    let worker = hall.process(1, echo);
    let (job, result) = ended(&worker, id).await;
    assert_eq!((job.status, job.attempts), (JobStatus::Done, 2));
    assert_eq!(result, serde_json::json!([7]));
    worker.close().await;
}

async fn who_lost_a_job_can_write_nothing_about_it(database: Database) {
    let hall = Hall::open(&database).await;
    let front = hall.front();
    let id = add(&front, "7").await;
    let late = hall.take_and_die().await.unwrap();
    let (store, now) = (&hall.store, hall.now());
    assert_eq!(store.keep_job(id, late.lease, None).await.unwrap(), Some(false));
    hall.let_the_leases_end().await;
    let alive = hall.take_and_die().await.unwrap();
    assert_eq!(store.keep_job(id, late.lease, Some("{}".to_owned())).await.unwrap(), None);
    let outcome = || Some("1".to_owned());
    assert!(!store.end_job(id, late.lease, JobStatus::Done, outcome(), now).await.unwrap());
    assert!(!store.return_job(id, late.lease).await.unwrap());
    let job = store.job(id).await.unwrap().unwrap();
    assert_eq!((job.status, job.attempts, job.progress), (JobStatus::Running, 2, None));
    assert!(store.end_job(id, alive.lease, JobStatus::Done, outcome(), now).await.unwrap());
    assert!(!store.end_job(id, alive.lease, JobStatus::Failed, None, now).await.unwrap());
    assert_eq!(store.keep_job(id, alive.lease, None).await.unwrap(), None);
    assert_eq!(store.job(id).await.unwrap().unwrap().status, JobStatus::Done);
}

async fn a_job_that_kills_its_processes_is_given_up(database: Database) {
    let hall = Hall::open(&database).await;
    let front = hall.front();
    let id = add(&front, "7").await;
    for attempt in 1..=MOST_ATTEMPTS {
        assert_eq!(hall.take_and_die().await.unwrap().attempts, attempt);
        hall.let_the_leases_end().await;
    }
    let worker = hall.process(1, |_, _| unreachable!("it is not begun again"));
    let (job, problem) = ended(&worker, id).await;
    assert_eq!((job.status, &problem["kind"]), (JobStatus::Failed, &"given-up".into()));
    worker.close().await;
}

async fn a_process_that_stops_gives_its_job_back(database: Database) {
    let hall = Hall::open(&database).await;
    let worker = hall.process(1, endless);
    let id = add(&worker, "7").await;
    until(&worker, id, |job| job.status == JobStatus::Running).await;
    worker.close().await;
    let job = hall.store.job(id).await.unwrap().unwrap();
    assert_eq!((job.status, job.attempts, job.started_at), (JobStatus::Queued, 0, None));
    let next = hall.process(1, echo);
    assert_eq!(ended(&next, id).await.0.attempts, 1);
    next.close().await;
}

async fn a_wish_to_stop_reaches_the_process_that_is_at_it(database: Database) {
    let hall = Hall::open(&database).await;
    let (front, worker) = (
        hall.front(),
        hall.process(2, |request, run| {
            let stopped = endless(request, run)?;
            let nothing = || Failure::new(FailureKind::NoPlanFound, "nothing yet");
            if request == "some" { Ok(stopped) } else { Err(nothing()) }
        }),
    );
    let some = add(&front, "some").await;
    let none = add(&front, "none").await;
    for id in [some, none] {
        until(&front, id, |job| job.status == JobStatus::Running).await;
        assert_eq!(front.cancel("desk", id).await.unwrap(), None, "only its client may");
        assert!(front.cancel("web", id).await.unwrap().unwrap().cancel);
    }
    let (job, result) = ended(&front, some).await;
    assert_eq!((job.status, result), (JobStatus::Done, "stopped".into()));
    assert_eq!(ended(&front, none).await.0.status, JobStatus::Cancelled);
    // Its process dies after the wish: nobody begins it again.
    let id = add(&front, "dead").await;
    worker.close().await;
    hall.take_and_die().await.unwrap();
    front.cancel("web", id).await.unwrap();
    hall.let_the_leases_end().await;
    let worker = hall.process(1, |_, _| unreachable!("it is not wanted any more"));
    assert_eq!(ended(&front, id).await.0.status, JobStatus::Cancelled);
    worker.close().await;
}

async fn how_far_a_job_is_can_be_seen_from_everywhere(database: Database) {
    let hall = Hall::open(&database).await;
    let (front, worker) = (
        hall.front(),
        hall.process(1, |request, run| {
            run.report(JobProgress { steps: Some(5), ..JobProgress::at(JobStage::Planning) });
            endless(request, run)
        }),
    );
    let id = add(&front, "7").await;
    let job = until(&front, id, |job| job.progress.is_some()).await;
    let progress: JobProgress = serde_json::from_str(&job.progress.unwrap()).unwrap();
    assert_eq!(progress.steps, Some(5));
    front.cancel("web", id).await.unwrap();
    ended(&front, id).await;
    worker.close().await;
}

async fn work_that_panics_fails_and_the_worker_goes_on(database: Database) {
    let hall = Hall::open(&database).await;
    let worker = hall.process(1, |request, run| {
        assert_ne!(request, "7", "on purpose");
        echo(request, run)
    });
    let bad = add(&worker, "7").await;
    let good = add(&worker, "8").await;
    let (job, problem) = ended(&worker, bad).await;
    assert_eq!((job.status, job.attempts), (JobStatus::Failed, 1));
    assert_eq!(problem["kind"], "internal");
    assert_eq!(ended(&worker, good).await.0.status, JobStatus::Done);
    worker.close().await;
}

async fn limits_hold_when_many_add_jobs_at_once(database: Database) {
    let hall = Hall::open(&database).await;
    let other = Store::open(&database.settings).await.unwrap();
    let limits = JobLimits { open_of_client: 5, open: 8, ended_of_client: 1 };
    let adding: Vec<_> = (0..30)
        .map(|number| {
            let store = if number % 2 == 0 { hall.store.clone() } else { other.clone() };
            let job = NewJob {
                id: Uuid::from_u128(number + 1),
                client: if number < 20 { "web" } else { "desk" }.to_owned(),
                kind: "plan".to_owned(),
                request: "7".to_owned(),
                key: None,
                created_at: 0,
            };
            tokio::spawn(async move { store.add_job(&job, &limits).await.unwrap() })
        })
        .collect();
    let mut clients: BTreeMap<String, u32> = BTreeMap::new();
    for added in adding {
        if let Added::New(row) = added.await.unwrap() {
            *clients.entry(row.client).or_default() += 1;
        }
    }
    assert_eq!(clients.values().sum::<u32>(), 8, "{clients:?}");
    assert!(clients.values().all(|&jobs| jobs <= 5), "{clients:?}");
}

async fn a_key_that_is_sent_twice_at_once_adds_one_job(database: Database) {
    let hall = Hall::open(&database).await;
    let fronts: Vec<Arc<Jobs>> = (0..6).map(|_| Arc::new(hall.front())).collect();
    let adding: Vec<_> = fronts
        .iter()
        .map(|front| {
            let (front, key) = (Arc::clone(front), ("key".to_owned(), "hash".to_owned()));
            tokio::spawn(async move {
                front.add("web", Study::Plan, "7".to_owned(), Some(key)).await.unwrap().id
            })
        })
        .collect();
    let mut ids = Vec::new();
    for added in adding {
        ids.push(added.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let key = |hash: &str| Some(("key".to_owned(), hash.to_owned()));
    let other = fronts[0].add("web", Study::Plan, "8".to_owned(), key("other")).await.unwrap_err();
    assert!(matches!(other, JobError::OtherRequest), "{other:?}");
    let desk = fronts[0].add("desk", Study::Plan, "7".to_owned(), key("hash")).await.unwrap();
    assert_ne!(desk.id, ids[0], "each client has keys of its own");
}

async fn jobs_are_kept_for_a_while_after_their_end(database: Database) {
    let hall = Hall::open(&database).await;
    let worker = hall.process(1, echo);
    let old = add(&worker, "1").await;
    ended(&worker, old).await;
    hall.clock.advance(TimeDelta::from_std(KEPT).unwrap() - TimeDelta::seconds(1));
    let new = add(&worker, "2").await;
    ended(&worker, new).await;
    assert!(hall.store.job(old).await.unwrap().is_some());
    worker.close().await;
    hall.clock.advance(TimeDelta::seconds(1));
    // It tidies when it starts, and then from time to time.
    let worker = hall.process(1, echo);
    let watcher = worker.watch().unwrap();
    let mut seen = None;
    while let Some((job, _)) = watcher.next(old, seen).await {
        seen = Some(job.version);
    }
    assert!(hall.store.job(new).await.unwrap().is_some());
    worker.close().await;
}

async fn first_come_first_served(database: Database) {
    let hall = Hall::open(&database).await;
    let front = hall.front();
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(add(&front, &number.to_string()).await);
        // Ids and times do not matter.
        hall.clock.advance(TimeDelta::seconds(-1));
    }
    // What went back to the queue has its old place.
    let first = hall.take_and_die().await.unwrap();
    assert!(hall.store.return_job(first.id, first.lease).await.unwrap());
    for id in ids {
        assert_eq!(hall.take_and_die().await.unwrap().id, id);
    }
    assert_eq!(hall.take_and_die().await, None);
}

async fn whoever_was_heard_of_meanwhile_keeps_its_job(database: Database) {
    let hall = Hall::open(&database).await;
    let id = add(&hall.front(), "7").await;
    let alive = hall.take_and_die().await.unwrap();
    let seen = hall.store.leases().await.unwrap();
    assert_eq!(hall.store.keep_job(id, alive.lease, None).await.unwrap(), Some(false));
    assert!(!hall.store.release_job(seen[0]).await.unwrap());
    assert_eq!(hall.store.job(id).await.unwrap().unwrap().status, JobStatus::Running);
}

async fn a_silent_process_loses_its_job_to_one_that_listens(database: Database) {
    let hall = Hall::open(&database).await;
    let id = add(&hall.front(), "7").await;
    hall.take_and_die().await.unwrap();
    let worker = hall.start(1, Duration::from_millis(400), Arc::new(Only(echo)));
    let (job, result) = ended(&worker, id).await;
    assert_eq!((job.status, job.attempts, result), (JobStatus::Done, 2, json!([7])));
    worker.close().await;
}

async fn clocks_that_are_wrong_cost_nothing(database: Database) {
    let hall = Hall::open(&database).await;
    let slow = |request: &str, run: &Run| {
        let start = std::time::Instant::now();
        while start.elapsed() < Duration::from_millis(2500) && !run.is_cancelled() {
            std::thread::sleep(Duration::from_millis(10));
        }
        echo(request, run)
    };
    let mut processes = vec![hall.process(1, slow)];
    for minutes in 1..=3 {
        let clock = Arc::new(SetClock::new(hall.clock.now() + TimeDelta::minutes(minutes)));
        let wrong = Hall { store: hall.store.clone(), clock };
        processes.push(wrong.process(1, slow));
    }
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(add(&processes[0], &number.to_string()).await);
    }
    for id in ids {
        let (job, _) = ended(&processes[0], id).await;
        assert_eq!((job.status, job.attempts), (JobStatus::Done, 1));
    }
    for process in processes {
        process.close().await;
    }
}

/// A small office with more variants than one process does at a time, and the request that compares
/// them.
fn comparison() -> String {
    let scenario: Value = serde_json::from_str(OFFICE).unwrap();
    let variants: Vec<Value> = (1..=4)
        .map(|count| {
            let edit = json!({ "edit": "add_clerks", "like": "ann", "count": count });
            json!({ "schema": "variant/1", "name": format!("{count} more"), "edits": [edit] })
        })
        .collect();
    let options = json!({ "replications": 90, "weeks": 1, "plan_steps": 200 });
    json!({ "scenario": scenario, "variants": variants, "options": options }).to_string()
}

const OFFICE: &str = include_str!("../../../scheduler-core/docs/counter.json");

fn clock() -> impl Monitor {
    WallClock::start()
}

async fn what_many_processes_compare_is_what_one_does_to_the_byte(database: Database) {
    let hall = Hall::open(&database).await;
    let request = comparison();
    let alone = Study::Comparison.perform(&request, &clock()).unwrap();
    let processes: Vec<Jobs> =
        (0..3).map(|_| hall.start(1, LEASE, Arc::new(Studies::default()))).collect();
    let id = processes[0].add("web", Study::Comparison, request, None).await.unwrap().id;
    let (job, _) = ended(&processes[0], id).await;
    assert_eq!((job.status, job.attempts), (JobStatus::Done, 1));
    let (_, outcome) = processes[0].find("web", id).await.unwrap().unwrap();
    assert_eq!(outcome.unwrap(), alone);
    assert_eq!(hall.store.open_tasks(id).await.unwrap(), 0);
    for process in processes {
        process.close().await;
    }
}

async fn replications_are_shared_out_too(database: Database) {
    let hall = Hall::open(&database).await;
    let scenario: Value = serde_json::from_str(OFFICE).unwrap();
    let options = json!({ "precision": 0.05, "weeks": 1, "plan_steps": 200 });
    let request = json!({ "scenario": scenario, "options": options }).to_string();
    let alone = Study::Simulation.perform(&request, &clock()).unwrap();
    let processes: Vec<Jobs> =
        (0..2).map(|_| hall.start(1, LEASE, Arc::new(Studies::default()))).collect();
    let id = processes[0].add("web", Study::Simulation, request, None).await.unwrap().id;
    ended(&processes[0], id).await;
    let (_, outcome) = processes[0].find("web", id).await.unwrap().unwrap();
    assert_eq!(outcome.unwrap(), alone);
    for process in processes {
        process.close().await;
    }
}

async fn a_process_that_dies_with_a_task_costs_the_task(database: Database) {
    let hall = Hall::open(&database).await;
    let request = comparison();
    let alone = Study::Comparison.perform(&request, &clock()).unwrap();
    let worker = hall.start(1, Duration::from_secs(2), Arc::new(Studies::default()));
    let id = worker.add("web", Study::Comparison, request, None).await.unwrap().id;
    let dead = loop {
        if let Some(task) = hall.store.claim_task(None).await.unwrap() {
            break task;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((dead.job, dead.attempts), (id, 1));
    let (job, _) = ended(&worker, id).await;
    assert_eq!((job.status, job.attempts), (JobStatus::Done, 1));
    let (_, outcome) = worker.find("web", id).await.unwrap().unwrap();
    assert_eq!(outcome.unwrap(), alone);
    assert!(!hall.store.end_task(dead.lease, Some("late".to_owned())).await.unwrap());
    worker.close().await;
}

async fn what_is_done_of_a_job_survives_the_process_that_has_it(database: Database) {
    let hall = Hall::open(&database).await;
    let id = add(&hall.front(), "7").await;
    let first = hall.take_and_die().await.unwrap();
    let store = &hall.store;
    let tasks =
        |request: &str| ["one", "two"].map(|name| (name.to_owned(), request.to_owned())).to_vec();
    store.add_tasks(id, &tasks("first")).await.unwrap();
    let one = store.claim_task(Some(id)).await.unwrap().unwrap();
    assert!(store.keep_task(one.lease).await.unwrap());
    assert!(store.end_task(one.lease, Some("done".to_owned())).await.unwrap());
    hall.let_the_leases_end().await;
    assert_eq!(hall.take_and_die().await.unwrap().attempts, 2);
    store.add_tasks(id, &tasks("second")).await.unwrap();
    assert_eq!(store.open_tasks(id).await.unwrap(), 1);
    let two = store.claim_task(None).await.unwrap().unwrap();
    assert_eq!((two.name.as_str(), two.request.as_str()), ("two", "first"));
    // Whoever dies with it three times is not followed by a fourth.
    for attempt in 1..=MOST_ATTEMPTS {
        let leases = store.task_leases().await.unwrap();
        assert!(store.release_task(leases[0], MOST_ATTEMPTS).await.unwrap());
        let again = store.claim_task(None).await.unwrap();
        assert_eq!(
            again.map(|task| task.attempts),
            (attempt < MOST_ATTEMPTS).then_some(attempt + 1)
        );
    }
    assert_eq!(store.open_tasks(id).await.unwrap(), 0);
    // They go with the job.
    let now = hall.now();
    assert!(!store.end_job(id, first.lease, JobStatus::Done, None, now).await.unwrap());
    let names = ["one".to_owned(), "two".to_owned()];
    assert_eq!(store.task_outcomes(id, &names).await.unwrap().len(), 2);
    store.cancel_job("web", id, now).await.unwrap();
    assert!(!store.keep_task(two.lease).await.unwrap(), "it is not wanted any more");
}

on_both!(
    whoever_was_heard_of_meanwhile_keeps_its_job,
    a_silent_process_loses_its_job_to_one_that_listens,
    clocks_that_are_wrong_cost_nothing,
    what_many_processes_compare_is_what_one_does_to_the_byte,
    replications_are_shared_out_too,
    a_process_that_dies_with_a_task_costs_the_task,
    what_is_done_of_a_job_survives_the_process_that_has_it,
    each_job_is_done_once_however_many_processes_there_are,
    a_job_whose_process_died_is_begun_anew_when_its_lease_ends,
    who_lost_a_job_can_write_nothing_about_it,
    a_job_that_kills_its_processes_is_given_up,
    a_process_that_stops_gives_its_job_back,
    a_wish_to_stop_reaches_the_process_that_is_at_it,
    how_far_a_job_is_can_be_seen_from_everywhere,
    work_that_panics_fails_and_the_worker_goes_on,
    limits_hold_when_many_add_jobs_at_once,
    a_key_that_is_sent_twice_at_once_adds_one_job,
    jobs_are_kept_for_a_while_after_their_end,
    first_come_first_served,
);
