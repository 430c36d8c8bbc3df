//! What is erased once it is old, a little at a time, so that nobody who books waits for it.

use chrono::NaiveDate;
use sqlx::Row;
use uuid::Uuid;

use super::rows::{self, PROMISE};
use super::{AuditRow, PromiseRow, Store, StoreError};

/// Rows that one transaction erases.
const BATCH: i64 = 500;

impl Store {
    /// Erases some of the answers to idempotency keys from `cutoff` or before; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_replies(&self, cutoff: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM idempotency WHERE (client, key) IN (SELECT client, key FROM idempotency \
             WHERE created_at <= $1 ORDER BY created_at LIMIT $2)",
        );
        Ok(self.execute(query.bind(cutoff).bind(BATCH)).await?.rows_affected())
    }

    /// Erases the promises of one site-day before `date`, with what happened to them, and keeps how
    /// many there were by status.
    /// Whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_past(&self, date: NaiveDate) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        let connection = &mut *writing.read().0;
        let oldest = "SELECT site, date FROM promise WHERE date < $1 ORDER BY date, site LIMIT 1";
        let oldest = sqlx::query(oldest).bind(date.to_string());
        let Some(row) = oldest.fetch_optional(&mut *connection).await? else { return Ok(false) };
        let (site, date): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let count = "INSERT INTO past_count (site, date, status, number) \
                     SELECT site, date, status, COUNT(*) FROM promise \
                     WHERE site = $1 AND date = $2 GROUP BY site, date, status \
                     ON CONFLICT (site, date, status) \
                     DO UPDATE SET number = past_count.number + excluded.number";
        sqlx::query(count).bind(site.clone()).bind(date.clone()).execute(&mut *connection).await?;
        let of_day = "IN (SELECT id FROM promise WHERE site = $1 AND date = $2)";
        let note = format!(
            "UPDATE event_number SET erased = (SELECT COALESCE(MAX(number), 0) FROM event \
             WHERE promise {of_day}) WHERE erased < (SELECT COALESCE(MAX(number), 0) FROM event \
             WHERE promise {of_day})"
        );
        let events = format!("DELETE FROM event WHERE promise {of_day}");
        let secrets = format!("DELETE FROM citizen_secret WHERE promise {of_day}");
        let reminders = format!("DELETE FROM reminder WHERE promise {of_day}");
        let promises = "DELETE FROM promise WHERE site = $1 AND date = $2".to_owned();
        for statement in [note, events, secrets, reminders, promises] {
            let query = sqlx::query(sqlx::AssertSqlSafe(statement));
            query.bind(site.clone()).bind(date.clone()).execute(&mut *connection).await?;
        }
        writing.commit().await?;
        Ok(true)
    }

    /// The promises that clients call `reference`, by their start.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn referred(&self, reference: &str) -> Result<Vec<PromiseRow>, StoreError> {
        let mut reader = self.reader().await?;
        let sql =
            format!("SELECT {PROMISE} FROM promise WHERE reference = $1 ORDER BY instant, id");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(reference.to_owned());
        let found = query.fetch_all(&mut *reader.read().0).await?;
        found.iter().map(rows::promise).collect()
    }

    /// Takes the reference off the promises `ids`, forgets what was answered about them, and notes
    /// `audit`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_reference(
        &self,
        ids: &[Uuid],
        audit: &[AuditRow],
    ) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        writing.audit(audit).await?;
        for id in ids {
            let id = id.to_string();
            // Whoever has read the site-day before changes nothing.
            let raise = "UPDATE site_day SET version = version + 1 WHERE (site, date) IN \
                         (SELECT site, date FROM promise WHERE id = $1)";
            let forget = "DELETE FROM idempotency WHERE body LIKE '%' || $1 || '%'";
            let erase = "UPDATE promise SET reference = NULL, version = version + 1 WHERE id = $1";
            let events = "UPDATE event SET reference = NULL, reason = NULL WHERE promise = $1";
            for statement in [raise, forget, erase, events] {
                sqlx::query(statement).bind(id.clone()).execute(&mut *writing.read().0).await?;
            }
        }
        writing.commit().await
    }
}
