//! The database has no room, or is gone.

use scheduler_service::booking::BookingError;
use sqlx::{Connection, Executor, SqliteConnection};

use crate::support::office::{Desk, OPENED, at, hold_of, march, settings, web};
use crate::support::{Database, block_on};

/// Files that may grow to so many KiB: the disk is full at one or another statement.
const SMALL: [u64; 5] = [560, 580, 600, 620, 640];

#[test]
fn a_full_disk_refuses_and_recovers() {
    for kibibytes in SMALL {
        block_on(fill_the_disk(kibibytes * 1024));
    }
}

async fn fill_the_disk(max_bytes: u64) {
    let mut database = Database::sqlite();
    // Room that is given back later.
    let url = format!("sqlite:{}?mode=rwc", database.address());
    let mut filler = SqliteConnection::connect(&url).await.unwrap();
    filler.execute("CREATE TABLE filler (bytes BLOB)").await.unwrap();
    filler.execute("INSERT INTO filler VALUES (zeroblob(200000))").await.unwrap();
    database.settings.max_bytes = Some(max_bytes);
    let desk = Desk::open_with(settings(&database), at(OPENED).to_utc()).await;

    let mut kept = Vec::new();
    let mut open = 0;
    let refused = loop {
        // A record takes a page of the file with its reference.
        let mut request = hold_of("card", march(1 + kept.len() as u32 % 5, "08:00"));
        request.reference = Some("x".repeat(4000));
        let hold = match desk.office.hold(&web(), request, None).await {
            Ok(hold) => hold,
            Err(error) => break error,
        };
        kept.push(hold.id);
        if let Err(error) = desk.office.release(&web(), hold.id).await {
            open = 1;
            break error;
        }
        assert!(kept.len() < 1000, "the disk is never full");
    };
    assert!(matches!(refused, BookingError::Unavailable { .. }), "{refused:?}");
    // Reading goes on, and shows nothing that was not committed.
    let view = desk.office.view().await.unwrap();
    let shown: usize =
        view.book.snapshots.iter().map(|page| page.ledger().promises().count()).sum();
    assert_eq!(shown, open);

    filler.execute("DELETE FROM filler").await.unwrap();
    // More often than there are connections.
    for start in ["08:00", "08:15", "08:30", "08:45"] {
        let hold = desk.hold("card", march(1, start)).await.unwrap();
        desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
    }
    for id in kept {
        desk.office.record(&web(), id).await.unwrap();
    }
}

mod postgres {
    use std::time::{Duration, Instant};

    use scheduler_service::store::{Address, StoreSettings};

    use super::*;
    use crate::support::postgres::{Server, Wire};

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn a_server_that_says_nothing_any_more_refuses_and_recovers() {
        let server = Server::start();
        let wire = Wire::to(&server);
        let url = wire.url(&server.create_database());
        let mut store = StoreSettings::new(Address::Postgres(url));
        store.timeout = Duration::from_secs(2);
        let database = Database { settings: store, folder: None };
        block_on(async {
            let desk = Desk::open(&database).await;
            let booked = desk.book("advice", march(1, "08:00")).await;
            wire.die();
            // As often as there are connections to write with, and once more.
            for _ in 0..3 {
                let refused = desk.hold("card", march(1, "08:00")).await;
                assert!(matches!(refused, Err(BookingError::Unavailable { .. })), "{refused:?}");
                assert!(desk.office.view().await.is_err());
            }
            assert!(desk.office.ready().await.is_err());
            wire.revive();
            let begun = Instant::now();
            while let Err(error) = desk.office.ready().await {
                assert!(begun.elapsed() < Duration::from_secs(10), "{error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
            desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
            assert_eq!(desk.office.record(&web(), booked.id).await.unwrap(), booked);
        });
    }

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn a_server_that_is_gone_refuses_and_recovers() {
        let server = Server::start();
        let mut store = StoreSettings::new(Address::Postgres(server.create_database()));
        store.timeout = Duration::from_secs(3);
        let database = Database { settings: store, folder: None };
        block_on(async {
            let desk = Desk::open(&database).await;
            let booked = desk.book("advice", march(1, "08:00")).await;

            server.stop();
            let refused = desk.hold("card", march(1, "08:00")).await;
            assert!(matches!(refused, Err(BookingError::Unavailable { .. })), "{refused:?}");
            let seen = desk.office.view().await;
            assert!(matches!(seen, Err(BookingError::Unavailable { .. })), "{seen:?}");
            let found = desk.office.record(&web(), booked.id).await;
            assert!(matches!(found, Err(BookingError::Unavailable { .. })), "{found:?}");
            assert!(desk.office.ready().await.is_err());

            server.start_again();
            desk.office.ready().await.unwrap();
            let hold = desk.hold("card", march(1, "08:00")).await.unwrap();
            desk.office.confirm(&web(), hold.id, None, None).await.unwrap();
            assert_eq!(desk.office.record(&web(), booked.id).await.unwrap(), booked);
            let taken = desk.hold("advice", march(1, "08:00")).await;
            assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
            let view = desk.office.view().await.unwrap();
            assert_eq!(view.book.snapshots[0].ledger().promises().count(), 2);
        });
    }
}
