//! `kill -9` in the midst of commits: what was acknowledged is there, and nothing twice.

use std::collections::BTreeMap;

use scheduler_service::booking::{EventKind, Office, Status, Subject};
use uuid::Uuid;

use super::child::{self, Line, Random, Task, What};
use super::ledgers;
use crate::on_both;
use crate::support::Database;
use crate::support::office::planner;

/// How often; together with the other database twice that.
const KILLS: u64 = 15;

async fn what_was_acknowledged_survives_every_kill(database: Database) {
    let mut random = Random(7);
    let mut last: BTreeMap<Uuid, Line> = BTreeMap::new();
    for round in 0..KILLS {
        let task = Task {
            address: database.address(),
            days: 31,
            seed: round,
            holds: None,
            parallel: 24,
            tells: false,
        };
        let (mut process, mut output) = child::start(&task);
        let until = 1 + random.below(150);
        for _ in 0..until {
            let line = child::next_line(&mut output).expect("the child has ended by itself");
            last.insert(line.id, line);
        }
        process.kill().unwrap();
        process.wait().unwrap();
        while let Some(line) = child::next_line(&mut output) {
            last.insert(line.id, line);
        }

        let rows = ledgers::checked(&database).await;
        let office = child::open(&database).await;
        for (id, line) in &last {
            let status = office.record(&planner(), *id).await.unwrap().status;
            // What was asked for next may have been done without an answer.
            let possible: &[Status] = match line.what {
                What::Held => &[Status::Held, Status::Booked],
                What::Booked => &[Status::Booked],
                What::Leaving => {
                    &[Status::Held, Status::Booked, Status::Cancelled, Status::Released]
                }
                What::Cancelled => &[Status::Cancelled],
                What::Released => &[Status::Released],
            };
            assert!(possible.contains(&status), "{line:?} is {status:?} after kill {round}");
        }
        whole_histories(&office, last.keys()).await;
        let view = office.view().await.unwrap();
        let kept: usize =
            view.book.snapshots.iter().map(|page| page.ledger().promises().count()).sum();
        assert_eq!(kept, rows.len(), "a promise is stranded after kill {round}");
        office.close().await;
    }
    assert!(last.len() > KILLS as usize);
}

/// What happened to each promise is told without gaps, up to what it is now: nothing is told that was not
/// done, and nothing was done that is not told.
async fn whole_histories(office: &Office, ids: impl Iterator<Item = &Uuid>) {
    for id in ids {
        let record = office.record(&planner(), *id).await.unwrap();
        let events = office.history(&planner(), *id).await.unwrap();
        let told: Vec<(u64, Status)> = events
            .iter()
            .map(|event| match event.subject {
                Subject::Promise { version, status, .. } => (version, status),
                _ => panic!("{event:?}"),
            })
            .collect();
        let versions: Vec<u64> = told.iter().map(|(version, _)| *version).collect();
        assert_eq!(versions, (1..=record.version).collect::<Vec<_>>(), "{record:?}");
        assert_eq!(told.last(), Some(&(record.version, record.status)));
    }
    // All numbers, each once.
    let (mut numbers, mut after) = (Vec::new(), 0);
    loop {
        let page = office.events(&planner(), after, &EventKind::ALL, 1000).await.unwrap();
        numbers.extend(page.events.iter().map(|event| event.number));
        after = page.after;
        if !page.more {
            break;
        }
    }
    assert_eq!(numbers, (1..=after).collect::<Vec<_>>());
}

on_both!(what_was_acknowledged_survives_every_kill);
