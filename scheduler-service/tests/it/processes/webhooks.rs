//! `kill -9` while receivers are told of events: each event comes at least once, and those of a promise in
//! their order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::routing::post;
use axum::{Router, serve};
use scheduler_service::booking::EventKind;
use scheduler_service::http::auth::KEYLESS;
use scheduler_service::http::webhooks::Webhooks;
use scheduler_service::store::WebhookRow;
use serde_json::Value;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::child::{self, Random, Task};
use crate::on_both;
use crate::support::Database;
use crate::support::office::planner;

/// How often; together with the other database twice that.
const KILLS: u64 = 50;

async fn no_event_is_lost_by_kills(database: Database) {
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&told);
    let take = move |body: Bytes| {
        let kept = Arc::clone(&kept);
        async move { kept.lock().unwrap().push(serde_json::from_slice(&body).unwrap()) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { serve(listener, Router::new().route("/", post(take))).await });

    let office = child::open(&database).await;
    let webhook = WebhookRow {
        id: Uuid::now_v7(),
        client: KEYLESS.to_owned(),
        url,
        kinds: EventKind::ALL.to_vec(),
        secret: "0123456789abcdef".to_owned(),
        created_at: 0,
        position: 0,
        failures: 0,
        failing_since: None,
        next_at: 0,
        last_failure: None,
        disabled: false,
        dropped: 0,
    };
    assert!(office.store().add_webhook(&webhook, 1).await.unwrap());
    let mut random = Random(11);
    for round in 0..KILLS {
        let task = Task {
            address: database.address(),
            days: 31,
            seed: round,
            holds: None,
            parallel: 4,
            tells: true,
        };
        let (mut process, mut output) = child::start(&task);
        let before = told.lock().unwrap().len();
        let until = 1 + random.below(40);
        for _ in 0..until {
            child::next_line(&mut output).expect("the child has ended by itself");
        }
        // Mostly in the midst of telling.
        let begun = Instant::now();
        let more = before + random.below(30) as usize;
        while told.lock().unwrap().len() < more && begun.elapsed() < Duration::from_secs(5) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        while child::next_line(&mut output).is_some() {}
    }
    let before = told.lock().unwrap().len();
    assert!(before > KILLS as usize, "only {before} were told");
    let telling = Webhooks::waiting_for(office.clone(), Duration::ZERO);
    let last = office.last_event().await.unwrap();
    let begun = Instant::now();
    let told_all = || {
        let numbers: BTreeSet<u64> = told.lock().unwrap().iter().filter_map(number).collect();
        (1..=last).all(|number| numbers.contains(&number))
    };
    while !told_all() {
        assert!(begun.elapsed() < Duration::from_secs(120), "some are lost");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    telling.close().await;

    // Events of a promise in their order, repeats left out; and as the list has them.
    let (mut listed, mut after) = (BTreeMap::new(), 0);
    while after < last {
        let page = office.events(&planner(), after, &EventKind::ALL, 1000).await.unwrap();
        listed.extend(page.events.into_iter().map(|event| (event.number, event.kind.name())));
        after = page.after;
    }
    let (mut versions, mut seen) = (BTreeMap::<String, u64>::new(), BTreeSet::new());
    for event in told.lock().unwrap().iter() {
        let number = number(event).unwrap();
        assert_eq!(event["type"], listed[&number], "{event}");
        if seen.insert(number) {
            let version = event["appointment"]["version"].as_u64().unwrap();
            let before = versions.insert(event["appointment"]["id"].to_string(), version);
            assert_eq!(before.unwrap_or(0) + 1, version, "{event}");
        }
    }
    assert_eq!(seen.len() as u64, last);
    office.close().await;
}

fn number(event: &Value) -> Option<u64> {
    event["number"].as_u64()
}

on_both!(no_event_is_lost_by_kills);
