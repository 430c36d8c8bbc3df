//! The steps that bring a database to this version's tables.
//!
//! Listed here rather than by `sqlx::migrate!`: that macro compiles both drivers, and SQLite, a
//! second time for the compiler.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number, name and statements, as in the names of the files. A step that was ever released is never
/// edited: databases keep its checksum.
const STEPS: &[(i64, &str, &str)] = &[
    (1, "bookings", include_str!("../../migrations/0001_bookings.sql")),
    (2, "jobs", include_str!("../../migrations/0002_jobs.sql")),
    (3, "job tasks", include_str!("../../migrations/0003_job_tasks.sql")),
    (4, "seats", include_str!("../../migrations/0004_seats.sql")),
    (5, "guard", include_str!("../../migrations/0005_guard.sql")),
    (6, "past", include_str!("../../migrations/0006_past.sql")),
    (7, "events", include_str!("../../migrations/0007_events.sql")),
    (8, "webhooks", include_str!("../../migrations/0008_webhooks.sql")),
    (10, "audit", include_str!("../../migrations/0010_audit.sql")),
    (11, "recent", include_str!("../../migrations/0011_recent.sql")),
    (13, "drafts", include_str!("../../migrations/0013_drafts.sql")),
    (15, "waitlist", include_str!("../../migrations/0015_waitlist.sql")),
    (16, "calendar feeds", include_str!("../../migrations/0016_calendar_feeds.sql")),
    (17, "key origins", include_str!("../../migrations/0017_key_origins.sql")),
    (18, "sessions", include_str!("../../migrations/0018_sessions.sql")),
    (19, "reminders", include_str!("../../migrations/0019_reminders.sql")),
];

/// All steps, for one that runs those which a database lacks.
pub(super) fn migrator() -> Migrator {
    Migrator::with_migrations(
        STEPS
            .iter()
            .map(|&(number, name, sql)| {
                let sql = sql.into_sql_str();
                Migration::new(number, name.into(), MigrationType::Simple, sql, false)
            })
            .collect(),
    )
}
