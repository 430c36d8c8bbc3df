//! Nothing is acknowledged that could be lost or wrong: by a clock that has jumped, or in a file that
//! nobody will open again.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use scheduler_core::scenario::{Horizon, Scenario};
use scheduler_service::booking::{
    BookingError, Clock, Office, ReplaceMode, Settings, WatchedClock,
};
use scheduler_service::store::{Address, Store, StoreError};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::on_both;
use crate::support::office::{Desk, HALL, OPENED, at, hold_of, march, planner, settings, web};
use crate::support::{Database, block_on};

/// A clock that passes seconds by a steady one, and can be made to jump.
fn jumping(begin: DateTime<Utc>) -> (Arc<AtomicI64>, Arc<AtomicI64>, Arc<WatchedClock>) {
    let (jump, passed) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let (by, since, steady) = (Arc::clone(&jump), Arc::clone(&passed), Arc::clone(&passed));
    let clock = WatchedClock::new(
        move || {
            let seconds = by.load(Ordering::SeqCst) + since.load(Ordering::SeqCst);
            begin + TimeDelta::seconds(seconds)
        },
        move || std::time::Duration::from_secs(steady.load(Ordering::SeqCst).cast_unsigned()),
    );
    (jump, passed, Arc::new(clock))
}

async fn a_clock_that_jumps_writes_nothing_and_takes_no_days_away(database: Database) {
    let (jump, passed, clock) = jumping(at(OPENED).to_utc());
    let settings = Settings { horizon_days: Some(5), ..settings(&database) };
    let office = Office::open(settings, clock).await.unwrap();
    office.ready().await.unwrap();
    let before = office.view().await.unwrap().scenario.horizon;

    jump.store(30 * 86_400, Ordering::SeqCst);
    let held = office.hold(&web(), hold_of("card", march(2, "08:00")), None).await;
    let Err(BookingError::NotReady { reason }) = held else { panic!("{held:?}") };
    assert!(reason.contains("jumped by 2592000 s"), "{reason}");
    assert!(matches!(office.ready().await, Err(BookingError::NotReady { .. })));
    assert!(office.extend_horizon().await.is_err());

    jump.store(0, Ordering::SeqCst);
    office.ready().await.unwrap();
    office.extend_horizon().await.unwrap();
    assert_eq!(office.view().await.unwrap().scenario.horizon, before);
    office.hold(&web(), hold_of("card", march(2, "08:00")), None).await.unwrap();

    // One that goes on steadily is believed after a minute; what that took away comes back.
    jump.store(2 * 86_400, Ordering::SeqCst);
    office.ready().await.unwrap_err();
    passed.store(61, Ordering::SeqCst);
    office.ready().await.unwrap();
    assert!(office.extend_horizon().await.unwrap());
    let ahead = office.view().await.unwrap().scenario.horizon;
    assert_eq!(ahead.from, before.from + TimeDelta::days(2));
    jump.store(0, Ordering::SeqCst);
    office.ready().await.unwrap_err();
    passed.store(122, Ordering::SeqCst);
    office.ready().await.unwrap();
    assert!(office.extend_horizon().await.unwrap());
    let view = office.view().await.unwrap();
    assert_eq!(view.scenario.horizon, before);
    let taken: usize =
        view.book.snapshots.iter().map(|page| page.ledger().promises().count()).sum();
    assert_eq!(taken, 1, "the hold is still there");
    office.hold(&web(), hold_of("card", march(1, "11:00")), None).await.unwrap();
}

/// The dates of a scenario go on and come back.
async fn dates_can_be_changed_back_and_forth(database: Database) {
    let desk = Desk::open(&database).await;
    let booked = desk.book("card", march(1, "08:00")).await;
    let mut scenario = Scenario::from_json(HALL.as_bytes()).unwrap();
    let date = |day| NaiveDate::from_ymd_opt(2027, 3, day).unwrap();
    desk.office.cancel(&planner(), booked.id, None, None).await.unwrap();
    for (version, from) in [(1, 3), (2, 1), (3, 2), (4, 1)] {
        scenario.horizon = Horizon { from: date(from), until: date(5) };
        let replaced =
            desk.office.replace_scenario(scenario.clone(), version, ReplaceMode::default()).await;
        assert_eq!(replaced.unwrap().version, version + 1);
    }
    desk.hold("card", march(1, "08:00")).await.unwrap();
    desk.hold("card", march(2, "08:00")).await.unwrap();
}

on_both!(dates_can_be_changed_back_and_forth);

// On PostgreSQL the clock of the server decides, which no test sets.
#[test]
fn jumps_are_noticed_where_the_database_has_no_clock() {
    block_on(a_clock_that_jumps_writes_nothing_and_takes_no_days_away(Database::sqlite()));
}

/// What becomes of a service whose file is moved, deleted or replaced.
#[test]
fn a_file_that_was_deleted_or_replaced_takes_no_bookings() {
    for replaced in [false, true] {
        block_on(async {
            let database = Database::sqlite();
            let desk = Desk::open(&database).await;
            let kept = desk.book("card", march(1, "08:00")).await;
            let Address::Sqlite(path) = &database.settings.address else { unreachable!() };
            let aside = path.with_extension("aside");
            if replaced {
                std::fs::copy(path, &aside).unwrap();
                std::fs::rename(&aside, path).unwrap();
            } else {
                std::fs::remove_file(path).unwrap();
            }
            let held = desk.hold("card", march(1, "09:00")).await;
            assert!(matches!(held, Err(BookingError::Unavailable { .. })), "{held:?}");
            let ready = desk.office.ready().await;
            let Err(BookingError::NotReady { reason }) = ready else { panic!("{ready:?}") };
            assert!(reason.contains("restart"), "{reason}");
            assert!(desk.office.record(&web(), kept.id).await.is_err());
        });
    }
}

#[test]
fn a_service_that_has_stopped_leaves_everything_in_one_file() {
    block_on(async {
        let database = Database::sqlite();
        let desk = Desk::open(&database).await;
        let booked = desk.book("card", march(1, "08:00")).await;
        desk.office.close().await;
        let copy = Database::sqlite();
        std::fs::copy(database.address(), copy.address()).unwrap();
        let desk = Desk::open(&copy).await;
        assert_eq!(desk.office.record(&web(), booked.id).await.unwrap(), booked);
    });
}

#[test]
fn a_log_that_was_deleted_takes_no_bookings() {
    block_on(async {
        let database = Database::sqlite();
        let desk = Desk::open(&database).await;
        desk.book("card", march(1, "08:00")).await;
        std::fs::remove_file(format!("{}-wal", database.address())).unwrap();
        let held = desk.hold("card", march(1, "09:00")).await;
        assert!(matches!(held, Err(BookingError::Unavailable { .. })), "{held:?}");
        desk.office.ready().await.unwrap_err();
    });
}

#[test]
fn a_database_that_takes_no_writes_is_not_ready_and_ready_again_when_it_does() {
    block_on(async {
        let database = Database::sqlite();
        let desk = Desk::open(&database).await;
        desk.office.ready().await.unwrap();
        let url = format!("sqlite:{}", database.address());
        let mut other = SqliteConnection::connect(&url).await.unwrap();
        let refuse = "CREATE TRIGGER refuse BEFORE UPDATE ON note \
                      BEGIN SELECT RAISE(ABORT, 'no'); END";
        other.execute(refuse).await.unwrap();
        // That it takes writes holds for half a second.
        let later = std::time::Duration::from_millis(600);
        tokio::time::sleep(later).await;
        let ready = desk.office.ready().await;
        let Err(BookingError::NotReady { reason }) = ready else { panic!("{ready:?}") };
        assert!(reason.contains("takes no writes"), "{reason}");
        other.execute("DROP TRIGGER refuse").await.unwrap();
        desk.office.ready().await.unwrap();
    });
}

/// Tables of a newer version are left alone, and told.
async fn tables_of_a_newer_version_are_refused(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    store.close().await;
    sqlx::any::install_default_drivers();
    let url = match &database.settings.address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let mut newer = sqlx::AnyConnection::connect(&url).await.unwrap();
    newer
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 99, 'newer', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await
        .unwrap();
    newer.close().await.unwrap();
    let refused = Store::open(&database.settings).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer(99)), "{refused:?}");
    assert!(refused.to_string().contains("use that version"), "{refused}");
}

mod newer {
    use super::*;
    on_both!(tables_of_a_newer_version_are_refused);
}

mod of_the_database {
    use super::*;

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn the_clock_of_the_database_decides() {
        block_on(async {
            let database = Database::postgres();
            let store = Store::open(&database.settings).await.unwrap();
            let theirs = store.clock().await.unwrap().unwrap();
            let theirs = DateTime::from_timestamp_millis(theirs).unwrap();
            let ours = DateTime::<Utc>::from(std::time::SystemTime::now());
            assert!((ours - theirs).abs() < TimeDelta::seconds(5));
        });
    }

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn a_machine_that_is_wrong_does_not_begin() {
        block_on(async {
            let database = Database::postgres();
            // In 2027, which the server is not.
            let (_, _, clock) = jumping(at(OPENED).to_utc() + TimeDelta::days(400));
            let refused = Office::open(settings(&database), clock.clone()).await.unwrap_err();
            assert!(refused.to_string().contains("differs"), "{refused}");
            assert!(clock.trusted().is_err());
        });
    }
}
