//! `/v1/jobs`

use scheduler_service::config::HttpSettings;
use scheduler_service::jobs::JobSettings;
use scheduler_service::store::JobLimits;
use serde_json::{Value, json};

use super::harness::{Reply, Town, wide};
use super::keys::locked_with;
use super::plans::scenario;

/// A plan that takes an hour unless it is stopped.
fn long() -> Value {
    let mut scenario = scenario();
    scenario["horizon"]["until"] = json!("2027-04-09");
    json!({ "scenario": scenario, "seconds": 3600, "gap": 0 })
}

/// A process that adds jobs and leaves them to others.
fn front() -> HttpSettings {
    HttpSettings { jobs: JobSettings { threads: 0, ..wide().jobs }, ..wide() }
}

async fn add(town: &Town, body: Value) -> String {
    let reply = town.post("/v1/plans", body).await.ok(202);
    let path = reply.header("location").to_owned();
    assert_eq!(path, format!("/v1/jobs/{}", reply.body["id"].as_str().unwrap()));
    assert_eq!((&reply.body["kind"], reply.header("retry-after")), (&json!("plan"), "1"));
    path
}

/// The job at `path` once `is` says so.
async fn until(town: &Town, path: &str, is: impl Fn(&Value) -> bool) -> Reply {
    loop {
        let job = town.get(path).await.ok(200);
        if is(&job.body) {
            return job;
        }
        tokio::task::yield_now().await;
    }
}

/// The events of a stream: id, name, and data.
fn events(stream: &Reply) -> Vec<(u64, String, Value)> {
    assert_eq!(stream.header("content-type"), "text/event-stream");
    let text = stream.body.as_str().unwrap();
    let events = text.split("\n\n").filter(|event| !event.is_empty());
    events
        .map(|event| {
            let field = |name: &str| {
                let line = event.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_else(|| panic!("{name} {event}")).trim().to_owned()
            };
            let data = serde_json::from_str(&field("data:")).unwrap();
            (field("id:").parse().unwrap(), field("event:"), data)
        })
        .collect()
}

#[tokio::test]
async fn a_job_can_be_watched_and_stopped_with_the_best_answer_so_far() {
    let town = Town::open().await;
    let path = add(&town, long()).await;
    let running = until(&town, &path, |job| job["progress"]["objective"].is_number()).await;
    assert_eq!(
        (&running.body["status"], &running.body["attempts"]),
        (&json!("running"), &json!(1))
    );
    assert_eq!(running.header("retry-after"), "1");
    let asked = town.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    assert_eq!(asked.body["cancelled"], true);
    let job = town.ended(&path).await;
    assert_eq!((&job["status"], &job["result"]["status"]), (&json!("done"), &json!("cancelled")));
    assert!(!job["result"]["plan"]["slots"].as_array().unwrap().is_empty());
    let again = town.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    assert_eq!(again.body, job, "asking too late changes nothing");
}

#[tokio::test]
async fn a_job_that_nobody_has_begun_is_cancelled_at_once() {
    let town = Town::with(front()).await;
    let path = add(&town, long()).await;
    let job = town.post(&format!("{path}/cancel"), json!({})).await.ok(200).body;
    assert_eq!((&job["status"], &job["attempts"]), (&json!("cancelled"), &json!(0)));
    assert_eq!((job.get("result"), job.get("problem")), (None, None));
}

#[tokio::test]
async fn events_tell_each_change_and_end_with_the_job() {
    let town = Town::with(front()).await;
    let path = add(&town, long()).await;
    town.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    let whole = events(&town.get(&format!("{path}/events")).await.ok(200));
    let (version, name, data) = &whole[0];
    assert_eq!((whole.len(), name.as_str(), &data["status"]), (1, "end", &json!("cancelled")));

    let other = town.beside(wide()).await;
    let path = add(&other, json!({ "scenario": scenario(), "steps": 50, "gap": 0 })).await;
    let all = events(&town.get(&format!("{path}/events")).await.ok(200));
    assert!(all.is_sorted_by(|one, next| one.0 < next.0), "{all:?}");
    let (last, before) = all.split_last().unwrap();
    assert!(before.iter().all(|(_, name, _)| name == "progress"), "{all:?}");
    assert_eq!((last.1.as_str(), &last.2["status"]), ("end", &json!("done")));
    assert_eq!(last.2.get("result"), None, "results are read, not watched");
    assert!(*version > 1);
}

#[tokio::test]
async fn a_stream_that_broke_off_is_taken_up_after_the_last_event() {
    let town = Town::with(front()).await;
    let first = add(&town, long()).await;
    let tag = town.get(&first).await.ok(200).header("etag").trim_matches('"').to_owned();
    let resumed = town.header("last-event-id", &tag);
    let path = format!("{first}/events");
    let (stream, asked) = tokio::join!(resumed.get(&path), async {
        town.post(&format!("{first}/cancel"), json!({})).await
    });
    asked.ok(200);
    let events = events(&stream.ok(200));
    assert_eq!(events.len(), 1, "what was seen is not told again: {events:?}");
    assert_eq!(events[0].1, "end");
}

#[tokio::test]
async fn a_job_that_has_not_changed_is_not_sent_again() {
    let town = Town::with(front()).await;
    let path = add(&town, long()).await;
    let tag = town.get(&path).await.ok(200).header("etag").to_owned();
    for tags in [tag.clone(), format!("\"0\", W/{tag}")] {
        let same = town.header("if-none-match", &tags).get(&path).await.ok(304);
        assert_eq!((same.header("etag"), &same.body), (tag.as_str(), &json!("")));
    }
    town.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    town.header("if-none-match", &tag).get(&path).await.ok(200);
}

#[tokio::test]
async fn a_job_survives_a_restart_and_any_process_can_do_it() {
    let front = Town::with(front()).await;
    let path = add(&front, json!({ "scenario": scenario(), "steps": 50, "gap": 0 })).await;
    let stopped = add(&front, long()).await;
    front.app.jobs.close().await;
    front.office.close().await;

    let back = front.beside(wide()).await;
    let job = back.ended(&path).await;
    assert_eq!((&job["status"], &job["attempts"]), (&json!("done"), &json!(1)));
    until(&back, &stopped, |job| job["status"] == "running").await;
    back.app.jobs.close().await;
    let waiting = back.get(&stopped).await.ok(200).body;
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("queued"), &json!(0)));
}

#[tokio::test]
async fn the_same_key_adds_one_job_only() {
    let town = Town::with(front()).await;
    let keyed = town.idempotent("one");
    let path = add(&keyed, long()).await;
    assert_eq!(add(&keyed, long()).await, path);
    let mut other = long();
    other["seed"] = json!(2);
    keyed.post("/v1/plans", other).await.is(422, "idempotency-key-reused");
    assert_ne!(add(&town.idempotent("two"), long()).await, path);
    let reply = town.idempotent("").post("/v1/plans", long()).await.is(400, "malformed");
    assert_eq!(reply.violations(), [("Idempotency-Key", "format")]);
}

#[tokio::test]
async fn a_client_has_only_so_many_jobs_that_have_not_ended() {
    let limits = JobLimits { open_of_client: 2, open: 3, ..JobLimits::default() };
    let settings = HttpSettings { jobs: JobSettings { limits, ..front().jobs }, ..front() };
    let keys = [("one", "planning:write", None), ("two", "planning:write", None)];
    let (town, keys) = locked_with(settings, &keys).await;
    let (one, two) = (town.key(&keys[0]), town.key(&keys[1]));
    let first = add(&one, long()).await;
    let second = add(&one, long()).await;
    let reply = one.post("/v1/plans", long()).await.is(429, "too-many-jobs");
    assert_eq!(reply.header("retry-after"), "10");
    add(&two, long()).await;
    two.post("/v1/plans", long()).await.is(503, "busy");

    for path in [&first, &second] {
        one.post(&format!("{path}/cancel"), json!({})).await.ok(200);
        add(&one, long()).await;
    }
}

#[tokio::test]
async fn of_ended_jobs_the_oldest_make_room() {
    let limits = JobLimits { ended_of_client: 1, ..JobLimits::default() };
    let jobs = JobSettings { limits, ..front().jobs };
    let town = Town::with(HttpSettings { jobs, ..front() }).await;
    let mut paths = Vec::new();
    for _ in 0..3 {
        paths.push(add(&town, long()).await);
        town.post(&format!("{}/cancel", paths[paths.len() - 1]), json!({})).await.ok(200);
        town.advance(chrono::TimeDelta::seconds(1));
    }
    add(&town, long()).await;
    town.get(&paths[0]).await.is(404, "not-found");
    town.get(&paths[1]).await.is(404, "not-found");
    town.get(&paths[2]).await.ok(200);
}

#[tokio::test]
async fn only_its_client_sees_a_job() {
    let keys =
        [("one", "planning:write", None), ("two", "admin", None), ("web", "slots:read", None)];
    let (town, keys) = locked_with(front(), &keys).await;
    let [one, two, web] = [0, 1, 2].map(|index| town.key(&keys[index]));
    let path = add(&one, long()).await;
    web.get(&path).await.is(403, "forbidden");
    for path in [path.as_str(), "/v1/jobs/0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10", "/v1/jobs/x"] {
        two.get(path).await.is(404, "not-found");
        two.get(&format!("{path}/events")).await.is(404, "not-found");
        two.post(&format!("{path}/cancel"), json!({})).await.is(404, "not-found");
    }
    assert_eq!(one.get(&path).await.ok(200).body["cancelled"], false);
}
