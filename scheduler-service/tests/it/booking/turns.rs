//! Processes that are in each other's way: they take turns and tell each other what they change.

use std::sync::atomic::Ordering;
use std::time::Duration;

use scheduler_service::booking::{BookingError, Clock, Office, Settings};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, OPENED, at, hold_of, march, settings, web};

/// What an office knows of each site-day: its version, who keeps what where, blocks and breaks.
async fn known(office: &Office) -> Vec<String> {
    let view = office.view().await.unwrap();
    let pages = view.book.snapshots.iter().map(|page| {
        let ledger = page.ledger();
        let promises: Vec<_> = ledger.promises().collect();
        let mut blocks: Vec<_> =
            ledger.blocks().map(|(block, seat)| format!("{block:?} {seat:?}")).collect();
        blocks.sort();
        let breaks: Vec<_> = ledger.breaks().collect();
        format!("{} {promises:?} {blocks:?} {breaks:?}", page.version())
    });
    pages.collect()
}

/// Holds, and then confirms, moves, gives back or leaves it, by the dice.
async fn book(office: Office, dice: u64) {
    let service = ["card", "card", "advice"][(dice % 3) as usize];
    let place = |dice: u64| {
        let minute = dice % 44 * 5;
        march(1 + (dice / 44 % 2) as u32, &format!("{:02}:{:02}", 8 + minute / 60, minute % 60))
    };
    let hold = office.hold(&web(), hold_of(service, place(dice / 3)), None).await;
    let id = match hold {
        Ok(record) => record.id,
        Err(BookingError::Gone { .. }) => return,
        Err(error) => panic!("{error:?}"),
    };
    let done = match dice / 1000 % 4 {
        0 => return,
        1 => office.release(&web(), id).await,
        _ => office.confirm(&web(), id, None, None).await.map(|(record, _)| record),
    };
    done.unwrap();
    if dice / 1000 % 4 == 3 {
        match office.reschedule(&web(), id, place(dice / 7), None, None).await {
            Ok(_) | Err(BookingError::Gone { .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

async fn what_is_told_comes_to_what_is_read(database: Database) {
    let settings = || Settings { see_others: Duration::ZERO, ..settings(&database) };
    let mut desks = Vec::new();
    for _ in 0..3 {
        desks.push(Desk::open_with(settings(), at(OPENED).to_utc()).await);
    }
    let mut dice = 7_u64;
    for _ in 0..12 {
        let mut tasks = Vec::new();
        for number in 0..24 {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let office = desks[number % desks.len()].office.clone();
            tasks.push(tokio::spawn(book(office, dice >> 33)));
        }
        for task in tasks {
            task.await.unwrap();
        }
        // Some holds expire.
        for desk in &desks {
            desk.advance(chrono::TimeDelta::minutes(4));
        }
        let one = known(&desks[0].office).await;
        for other in &desks[1..] {
            assert_eq!(known(&other.office).await, one);
        }
        // Who reads all of it comes to the same.
        let fresh = Desk::open_with(settings(), at(OPENED).to_utc()).await;
        fresh.clock.set(desks[0].clock.now());
        assert_eq!(known(&fresh.office).await, one);
        fresh.office.close().await;
    }
    let count = |desk: &Desk| desk.office.counters().followed.load(Ordering::Relaxed);
    let followed: u64 = desks.iter().map(count).sum();
    assert!(followed > 0, "nobody has told anything");
    for desk in desks {
        desk.office.close().await;
    }
    let rows = crate::processes::ledgers::checked(&database).await;
    assert!(!rows.is_empty());
}

on_both!(what_is_told_comes_to_what_is_read);
