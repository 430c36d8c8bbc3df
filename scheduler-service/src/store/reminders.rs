//! Reminders: appointments that are near are told as events, each once for each time that it has.

use chrono::{DateTime, NaiveDate, TimeDelta};
use sqlx::{AssertSqlSafe, Row};

use super::rows::{self, PROMISE};
use super::sql::parameters;
use super::{EventKind, EventRow, PromiseRow, Store, StoreError};

/// Appointments of which one transaction tells.
const BATCH: i64 = 200;

/// What is to be told of: booked, near, and of that time not told yet.
const DUE: &str = "status = 'booked' AND instant > $1 AND instant <= $2 AND NOT EXISTS (SELECT 1 \
     FROM reminder WHERE reminder.promise = promise.id AND reminder.instant = promise.instant)";

impl Store {
    /// Tells, as `actor`, of some of the appointments that begin after `now` and until `until`, in milliseconds
    /// since the Unix epoch, and were not told of: an event each. How many, and the number of the last event.
    /// Several processes may do it at a time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn remind(
        &self,
        now: i64,
        until: i64,
        actor: &str,
    ) -> Result<(usize, Option<u64>), StoreError> {
        let found = self.due(now, until).await?;
        if found.is_empty() {
            return Ok((0, None));
        }
        let mut days: Vec<_> = found.iter().map(|row| row.day.clone()).collect();
        days.sort();
        days.dedup();
        let mut writing = self.begin().await?;
        // From here on nobody cancels or moves what is on these days, nor tells of it, until it is told.
        writing.lock(&days).await?;
        let connection = &mut *writing.read().0;
        let ids = parameters(found.len() + 2);
        let (_, ids) = ids.split_once("$2, ").unwrap_or_default();
        let sql = format!("SELECT {PROMISE} FROM promise WHERE {DUE} AND id IN ({ids})");
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false).bind(now).bind(until);
        for row in &found {
            query = query.bind(row.id.to_string());
        }
        let still = query.fetch_all(&mut *connection).await?;
        let still = still.iter().map(rows::promise).collect::<Result<Vec<_>, _>>()?;
        let mut events = Vec::with_capacity(still.len());
        for row in still {
            // By one of those that are here at a time, the others wait for it and change nothing.
            let note = "INSERT INTO reminder (promise, instant) VALUES ($1, $2) \
                        ON CONFLICT (promise) DO UPDATE SET instant = excluded.instant \
                        WHERE reminder.instant <> excluded.instant RETURNING promise";
            let note = sqlx::query(note).bind(row.id.to_string()).bind(row.instant);
            if let Some(told) = note.fetch_optional(&mut *connection).await? {
                let _: String = told.try_get(0)?;
                events.push(EventRow::of(EventKind::ReminderDue, actor.to_owned(), now, &row));
            }
        }
        // In the order of their times.
        events.sort_by_key(|event| (event.date, event.minute, event.promise));
        let last = writing.append(&events).await?;
        writing.commit().await?;
        Ok((events.len(), last))
    }

    /// The first appointments that are to be told of.
    async fn due(&self, now: i64, until: i64) -> Result<Vec<PromiseRow>, StoreError> {
        // By the index on dates, which are those of the sites: a day more on both sides.
        let date = |at: i64, days: i64| {
            let at = DateTime::from_timestamp_millis(at).unwrap_or_default().date_naive();
            at.checked_add_signed(TimeDelta::days(days)).unwrap_or(NaiveDate::MAX).to_string()
        };
        let sql = format!(
            "SELECT {PROMISE} FROM promise WHERE {DUE} AND date >= $3 AND date <= $4 \
             ORDER BY date, minute, id LIMIT $5"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(now).bind(until);
        let query = query.bind(date(now, -1)).bind(date(until, 1)).bind(BATCH);
        let mut reader = self.reader().await?;
        query.fetch_all(&mut *reader.read().0).await?.iter().map(rows::promise).collect()
    }
}
