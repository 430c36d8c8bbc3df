//! Moving appointments.

use scheduler_service::booking::{BookingError, Status};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, march, web};

async fn its_own_capacity_is_free_for_it(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let to = march(1, "08:15");
    let moved = desk.office.reschedule(&web(), advice.id, to, Some(2), None).await.unwrap();
    assert_eq!((moved.id, moved.status, moved.version), (advice.id, Status::Booked, 3));
    assert_eq!((moved.start, moved.end), (march(1, "08:15").start, march(1, "08:45").start));
    assert_eq!(moved.staff.as_deref(), Some("ada"));
    assert_eq!(desk.office.record(&web(), advice.id).await.unwrap(), moved);
    desk.book("advice", march(1, "08:45")).await;
    let same = desk.office.reschedule(&web(), advice.id, march(1, "08:15"), None, None).await;
    assert_eq!(same.unwrap(), moved);
}

async fn the_old_time_stays_where_the_new_one_is_gone(database: Database) {
    let desk = Desk::open(&database).await;
    let first = desk.book("advice", march(1, "08:00")).await;
    let second = desk.book("advice", march(2, "08:00")).await;
    let to = march(2, "08:00");
    let refused = desk.office.reschedule(&web(), first.id, to, None, None).await;
    let Err(BookingError::Gone { alternatives, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(alternatives.len(), 3);
    assert_eq!(desk.office.record(&web(), first.id).await.unwrap(), first);
    let taken = desk.hold("advice", march(1, "08:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
    assert_eq!(desk.office.record(&web(), second.id).await.unwrap(), second);
    let stale = desk.office.reschedule(&web(), first.id, march(3, "08:00"), Some(9), None).await;
    assert_eq!(stale.unwrap_err(), BookingError::Stale { current: 2 });
}

async fn another_day_takes_it_and_its_old_day_is_free(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let to = march(4, "11:30");
    let moved = desk.office.reschedule(&web(), advice.id, to, None, None).await.unwrap();
    assert_eq!(moved.start, march(4, "11:30").start);
    desk.book("advice", march(1, "08:00")).await;
    desk.office.close().await;
    let desk = Desk::open(&database).await;
    assert_eq!(desk.office.record(&web(), advice.id).await.unwrap(), moved);
    let taken = desk.hold("advice", march(4, "11:30")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
}

async fn only_appointments_move(database: Database) {
    let desk = Desk::open(&database).await;
    let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
    let moved = desk.office.reschedule(&web(), hold.id, march(1, "09:00"), None, None).await;
    assert_eq!(moved.unwrap_err(), BookingError::WrongStatus { status: Status::Held });
}

/// Four advices of the one clerk who gives it, all moving among forty places at once.
async fn many_who_move_at_once_never_share_or_lose_a_place(database: Database) {
    let desk = Desk::open(&database).await;
    let mut ids = Vec::new();
    for half_hour in 0..4 {
        let time = format!("{:02}:{:02}", 8 + half_hour / 2, half_hour % 2 * 30);
        ids.push(desk.book("advice", march(1, &time)).await.id);
    }
    let tasks: Vec<_> = ids
        .iter()
        .enumerate()
        .map(|(number, &id)| {
            let desk = desk.clone();
            tokio::spawn(async move {
                for turn in 0..12 {
                    let day = 1 + (number * 5 + turn * 3) as u32 % 5;
                    let half_hour = (number + turn * 7) % 8;
                    let time = format!("{:02}:{:02}", 8 + half_hour / 2, half_hour % 2 * 30);
                    let to = march(day, &time);
                    match desk.office.reschedule(&web(), id, to, None, None).await {
                        Ok(_) | Err(BookingError::Gone { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut starts = Vec::new();
    for &id in &ids {
        let record = desk.office.record(&web(), id).await.unwrap();
        assert_eq!((record.status, record.staff.as_deref()), (Status::Booked, Some("ada")));
        starts.push(record.start);
    }
    starts.sort();
    starts.dedup();
    assert_eq!(starts.len(), ids.len());
    let view = desk.office.view().await.unwrap();
    let kept: usize = view.book.snapshots.iter().map(|page| page.ledger().promises().count()).sum();
    assert_eq!(kept, ids.len());
}

on_both!(
    its_own_capacity_is_free_for_it,
    the_old_time_stays_where_the_new_one_is_gone,
    another_day_takes_it_and_its_old_day_is_free,
    only_appointments_move,
    many_who_move_at_once_never_share_or_lose_a_place,
);
