//! A start after years.

use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use scheduler_service::store::Address;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use crate::support::Database;
use crate::support::office::{Desk, march};

/// Past promises, and answers to idempotency keys that are too old.
const ROWS: usize = 1_000_000;

/// Dates that they are of.
const DATES: u64 = 1_000;

async fn years_of_bookings_are_no_burden_for_a_start(database: Database) {
    Desk::open(&database).await.office.close().await;
    let fresh = opened(&database).await;
    fill(&database).await;
    let old = opened(&database).await;
    eprintln!("open and hold: {fresh:?} without, {old:?} with {ROWS} promises and answers");
    assert!(old < fresh + Duration::from_secs(2), "{old:?} instead of {fresh:?}");
}

/// How long it takes until the first hold is acknowledged.
async fn opened(database: &Database) -> Duration {
    let begun = Instant::now();
    let desk = Desk::open(database).await;
    desk.hold("card", march(2, "09:00")).await.unwrap();
    let taken = begun.elapsed();
    // What is old is erased in small batches, and others have their turn.
    desk.office.tidy(None).await.unwrap();
    desk.office.close().await;
    taken
}

async fn fill(database: &Database) {
    let url = match &database.settings.address {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let options: AnyConnectOptions = url.parse().unwrap();
    let mut connection = AnyConnection::connect_with(&options).await.unwrap();
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
    let days: Vec<String> = (0..DATES)
        .map(|day| format!("('hall', '{}', 7, '{{}}', 'null')", first + Days::new(day)))
        .collect();
    let numbers = format!(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {ROWS})"
    );
    let statements = [
        format!(
            "INSERT INTO site_day (site, date, version, witness, prices) VALUES {}",
            days.join(", ")
        ),
        format!(
            "INSERT INTO promise (id, site, date, minute, minutes, instant, status, basket, skills, \
             reference, client, version, created_at, updated_at) {numbers} \
             SELECT '00000000-0000-4000-8000-' || substr(CAST(1000000000000 + n.i AS TEXT), 2), \
             'hall', d.date, 480 + n.i % 200, 15, 0, 'fulfilled', '[[\"card\",1]]', '[]', \
             'R-' || n.i, 'web', 3, 0, 0 FROM n \
             JOIN (SELECT date, ROW_NUMBER() OVER (ORDER BY date) - 1 AS k FROM site_day \
             WHERE date < '2027-01-01') d ON d.k = n.i % {DATES}"
        ),
        format!(
            "INSERT INTO idempotency (client, key, hash, status, body, created_at) {numbers} \
             SELECT 'web', 'k-' || n.i, 'h', 201, '{{\"id\":\"x\"}}', 0 FROM n"
        ),
    ];
    for statement in statements {
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    connection.close().await.unwrap();
}

mod sqlite {
    use super::{Database, years_of_bookings_are_no_burden_for_a_start};
    use crate::support::block_on;

    #[test]
    #[ignore = "needs minutes"]
    fn years_of_bookings_are_no_burden() {
        block_on(years_of_bookings_are_no_burden_for_a_start(Database::sqlite()));
    }
}

mod postgres {
    use super::{Database, years_of_bookings_are_no_burden_for_a_start};
    use crate::support::block_on;

    #[test]
    #[ignore = "needs PostgreSQL and minutes"]
    fn years_of_bookings_are_no_burden() {
        block_on(years_of_bookings_are_no_burden_for_a_start(Database::postgres()));
    }
}
