//! Whether what is in the store can be kept: by the rows alone, without the ledger.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use scheduler_service::store::{PromiseRow, Status, Store};

use crate::support::Database;

/// All promises that take capacity, checked: each has a clerk and a room of the hall, within its
/// hours, and nobody and no room has two at once.
pub(crate) async fn checked(database: &Database) -> Vec<PromiseRow> {
    let rows = live(database).await;
    let mut busy: BTreeMap<(NaiveDate, &str, u32), &PromiseRow> = BTreeMap::new();
    for row in &rows {
        assert!(matches!(row.status, Status::Held | Status::Booked), "{row:?}");
        assert!(row.minute >= 480 && row.minute + row.minutes <= 720, "{row:?}");
        let (staff, room) = (row.staff.as_deref().unwrap(), row.room.as_deref().unwrap());
        assert!(["ada", "ben", "cem"].contains(&staff), "{row:?}");
        assert!(["r1", "r2", "r3"].contains(&room), "{row:?}");
        for minute in row.minute..row.minute + row.minutes {
            for who in [staff, room] {
                if let Some(other) = busy.insert((row.day.date, who, minute), row) {
                    panic!("{who} has two at once: {row:?} and {other:?}");
                }
            }
        }
    }
    rows
}

/// All promises that take capacity, and the stranded.
pub(crate) async fn live(database: &Database) -> Vec<PromiseRow> {
    let store = Store::open(&database.settings).await.unwrap();
    let first = NaiveDate::from_ymd_opt(2027, 3, 1).unwrap();
    let rows = store.reader().await.unwrap().read().live_promises(first).await.unwrap();
    store.close().await;
    rows
}
