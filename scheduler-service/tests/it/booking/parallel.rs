//! Many at once.

use std::collections::BTreeSet;

use scheduler_service::booking::BookingError;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, hold_of, march, web};

async fn a_hundred_parallel_holds_on_three_clerks_give_three(database: Database) {
    let desk = Desk::open(&database).await;
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let desk = desk.clone();
            tokio::spawn(async move { desk.hold("card", march(3, "10:00")).await })
        })
        .collect();
    let mut clerks = BTreeSet::new();
    let mut rooms = BTreeSet::new();
    let mut gone = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(record) => {
                let now = desk.office.record(&web(), record.id).await.unwrap();
                assert!(clerks.insert(now.staff.unwrap()));
                assert!(rooms.insert(now.room.unwrap()));
            }
            Err(BookingError::Gone { code: "taken", alternatives, .. }) => {
                assert_eq!(alternatives.len(), 3);
                gone += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!((clerks.len(), rooms.len(), gone), (3, 3, 97));
}

async fn what_is_offered_instead_is_a_choice_and_can_be_booked(database: Database) {
    let desk = Desk::open(&database).await;
    for _ in 0..3 {
        desk.hold("card", march(3, "11:45")).await.unwrap();
    }
    let Err(BookingError::Gone { alternatives, .. }) = desk.hold("card", march(3, "11:45")).await
    else {
        panic!("there were only three");
    };
    // Nothing starts after 11:45, and what starts up to a quarter of an hour before overlaps. Then half
    // an hour apart, and on another day.
    let starts: Vec<_> = alternatives.iter().map(|found| found.place.start).collect();
    assert_eq!(starts, [march(3, "11:30").start, march(3, "11:00").start, march(2, "11:45").start]);
    for found in alternatives {
        let hold = desk.hold("card", found.place).await.unwrap();
        assert_eq!(hold.end, found.end);
    }
}

async fn one_hold_leaves_the_rest_of_a_pool(database: Database) {
    let desk = Desk::open(&database).await;
    desk.hold("card", march(3, "08:00")).await.unwrap();
    for _ in 0..2 {
        desk.hold("card", march(3, "08:00")).await.unwrap();
    }
    assert!(desk.hold("card", march(3, "08:00")).await.is_err());
}

async fn someone_else_moves_over_for_who_needs_one_clerk(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("card", march(2, "08:00"));
    let mut first = desk.office.hold(&web(), request.clone(), None).await.unwrap();
    // Whoever has the first is wanted by name.
    request.staff = first.staff.clone();
    let second = desk.office.hold(&web(), request, None).await.unwrap();
    assert_eq!(second.staff, first.staff);
    first = desk.office.record(&web(), first.id).await.unwrap();
    assert_ne!(second.staff, first.staff);
    assert_eq!(first.version, 1);
}

on_both!(
    a_hundred_parallel_holds_on_three_clerks_give_three,
    what_is_offered_instead_is_a_choice_and_can_be_booked,
    one_hold_leaves_the_rest_of_a_pool,
    someone_else_moves_over_for_who_needs_one_clerk,
);
