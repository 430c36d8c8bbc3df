//! What can go wrong between the service and its database.

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// Why the store did not do what it was asked to. Unless said otherwise nothing of it was done.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process changed the same thing first.
    #[error("another process was first")]
    Race,
    /// The database cannot be reached, has no room, or does not answer. Where a commit was under
    /// way it may have been done.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// The database did not answer in time. A commit that was under way may have been done.
    #[error("the database did not answer in time")]
    TimedOut,
    /// The database does not take a value, such as a character that it cannot keep.
    #[error("the database does not take a value")]
    Refused(#[source] sqlx::Error),
    /// The file is another by now, or none: what is written is found by nobody.
    #[error(
        "{0} was moved, deleted or replaced while the service was using it: restart the service"
    )]
    Replaced(
        /// Which file.
        String,
    ),
    /// A newer version has changed the tables.
    #[error(
        "a newer version of this program has brought the tables to step {0}: use that version, or \
         restore a backup from before"
    )]
    Newer(
        /// The step that this version does not know.
        i64,
    ),
    /// An older version has made the tables.
    #[error("the tables are of an older version: start a service of this version on it once")]
    Older,
    /// Work on what was read has panicked: a mistake of this program, which it will make again.
    #[error("a computation has panicked: {0}")]
    Panicked(String),
    /// What was read is nothing that this service wrote.
    #[error("{table}: {problem}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong with which value.
        problem: String,
    },
    /// The address of the database makes no sense.
    #[error("not the address of a database: {0}")]
    Address(String),
    /// The tables could not be brought to this version.
    #[error("the tables of the database cannot be brought to this version")]
    Migration(#[source] MigrateError),
}

impl StoreError {
    /// Whether it may be over by itself: a server that is not there, starts or stops, has no room, or
    /// only reads until it is the first one of its cluster. Whoever tries the same again may succeed.
    pub fn passes(&self) -> bool {
        match self {
            Self::Race | Self::TimedOut => true,
            Self::Unavailable(error)
            | Self::Migration(
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _),
            ) => is_of_the_moment(error),
            _ => false,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
        if code.as_deref().is_some_and(is_about_a_value) {
            return Self::Refused(error);
        }
        let lost = match code.as_deref() {
            // PostgreSQL: unique violation, serialization failure, deadlock.
            Some("23505" | "40001" | "40P01") => true,
            // SQLite: unique and primary key constraints.
            Some("2067" | "1555") => true,
            _ => false,
        };
        if lost { Self::Race } else { Self::Unavailable(error) }
    }
}

/// Whether a code says that it is a value that the database does not take.
fn is_about_a_value(code: &str) -> bool {
    match code {
        // SQLite: too large, of another type; constraints other than unique ones.
        "18" | "20" | "275" | "787" | "1299" => true,
        // PostgreSQL: not null, foreign key, check; data that makes no sense; limits of the program.
        "23502" | "23503" | "23514" => true,
        code => code.len() == 5 && (code.starts_with("22") || code.starts_with("54")),
    }
}

/// Whether an error of a server says something about now, and nothing about how the service was set up.
fn is_of_the_moment(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::BeginFailed => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            // Connection, rollback, resources, operator intervention, system; no writing on a standby;
            // a lock that was not had in time.
            let of_a_class =
                ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class));
            code.len() == 5 && (of_a_class || code == "25006" || code == "55P03")
        }),
        _ => false,
    }
}
