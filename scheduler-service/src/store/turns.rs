//! Who changes which site-day when: turns, locks, and versions.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;

use super::sql::{CHUNK, values};
use super::write::{Changes, DayChange, Writing};
use super::{DayKey, Heads, StoreError};

/// What processes that take turns lock.
const TURN: i64 = 0x7363_6865_6475;

impl Writing {
    /// Waits for its turn among the processes that take turns; it ends with the transaction. Whoever
    /// takes none is kept from nothing. On a file every transaction that writes is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_turn(&mut self) -> Result<(), StoreError> {
        if !self.is_file() {
            // As text: the driver knows no value of its own type.
            let query = sqlx::query("SELECT pg_advisory_xact_lock($1)::text").bind(TURN);
            query.fetch_one(&mut *self.connection()).await?;
        }
        Ok(())
    }

    /// Keeps all others from changing the site-days `keys`, which are in order, until the end.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock(&mut self, keys: &[DayKey]) -> Result<(), StoreError> {
        if self.is_file() {
            // Nobody else writes the file meanwhile.
            return Ok(());
        }
        for chunk in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT version FROM site_day WHERE (date, site) IN (VALUES {}) \
                 ORDER BY date, site FOR UPDATE",
                values(chunk.len(), 2)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == 1);
            for key in chunk {
                query = query.bind(key.date.to_string()).bind(key.site.clone());
            }
            query.fetch_all(&mut *self.connection()).await?;
        }
        Ok(())
    }

    /// The same for all that will be changed, and what these site-days and the scenario are by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock_heads(&mut self, keys: &[DayKey]) -> Result<Heads, StoreError> {
        let lock = if self.is_file() { "" } else { "ORDER BY date, site FOR UPDATE" };
        let heads = self.read().heads_with(keys, lock).await?;
        *self.has_locked() = true;
        Ok(heads)
    }

    /// The compare-and-swap that makes double promises impossible.
    async fn raise(&mut self, day: &DayChange, recent: Option<&String>) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE site_day SET version = version + 1, witness = COALESCE($4, witness), \
             seated_at = COALESCE($5, seated_at), recent = $6 \
             WHERE date = $1 AND site = $2 AND version = $3",
        )
        .bind(day.key.date.to_string())
        .bind(day.key.site.clone())
        .bind(day.version.cast_signed())
        .bind(day.witness.clone())
        .bind(day.seated_at)
        .bind(recent.cloned());
        let done = query.execute(&mut *self.connection()).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Race) }
    }

    /// The same for many site-days, with few messages to a server. Whoever has one of them first is
    /// waited for, one after the other in their order, so that nobody waits in a circle.
    async fn raise_together(
        &mut self,
        days: &[DayChange],
        recent: &BTreeMap<DayKey, String>,
    ) -> Result<(), StoreError> {
        if !*self.has_locked() {
            let keys: Vec<DayKey> = days.iter().map(|day| day.key.clone()).collect();
            self.lock(&keys).await?;
        }
        for chunk in days.chunks(CHUNK) {
            let sql = format!(
                "WITH v (date, site, version, witness, seated_at, recent) AS (VALUES {}) \
                 UPDATE site_day SET version = site_day.version + 1, \
                 witness = COALESCE(v.witness, site_day.witness), \
                 seated_at = COALESCE(v.seated_at, site_day.seated_at), recent = v.recent FROM v \
                 WHERE site_day.date = v.date AND site_day.site = v.site \
                 AND site_day.version = v.version",
                values(chunk.len(), 6)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == 1);
            for day in chunk {
                query = query
                    .bind(day.key.date.to_string())
                    .bind(day.key.site.clone())
                    .bind(day.version.cast_signed())
                    .bind(day.witness.clone())
                    .bind(day.seated_at)
                    .bind(recent.get(&day.key).cloned());
            }
            let done = query.execute(&mut *self.connection()).await?;
            if done.rows_affected() != chunk.len() as u64 {
                return Err(StoreError::Race);
            }
        }
        Ok(())
    }

    /// Raises the versions of the site-days of `changes`.
    pub(super) async fn raise_all_of(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if !self.is_file() {
            return self.raise_together(&changes.days, &changes.recent).await;
        }
        for day in &changes.days {
            self.raise(day, changes.recent.get(&day.key)).await?;
        }
        Ok(())
    }
}
