//! Values that a database does not take.

use scheduler_service::booking::BookingError;

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, hold_of, march, web};

/// One of many in a batch has a character that PostgreSQL does not keep: the others are done.
async fn only_the_guilty_fail(database: Database) {
    let desk = Desk::open(&database).await;
    let starts = ["08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "11:00", "11:15"];
    let holds = starts.iter().enumerate().map(|(index, start)| {
        let mut request = hold_of("card", march(1, start));
        request.reference = Some(if index == 3 { "a\u{0}b".to_owned() } else { "ab".to_owned() });
        let desk = desk.clone();
        tokio::spawn(async move { desk.office.hold(&web(), request, None).await })
    });
    let holds: Vec<_> = holds.collect();
    for (index, hold) in holds.into_iter().enumerate() {
        match hold.await.unwrap() {
            Ok(_) => {}
            Err(error) => assert_eq!((index, error), (3, BookingError::Refused)),
        }
    }
    let view = desk.office.view().await.unwrap();
    let kept = view.book.snapshots[0].ledger().promises().count();
    assert!(kept >= starts.len() - 1, "{kept}");
}

on_both!(only_the_guilty_fail);
