//! What is written, all of it in one transaction.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row, Transaction};
use uuid::Uuid;

use super::file::Files;
use super::read::Reading;
use super::rows::{self, PROMISE, PROMISE_COLUMNS};
use super::sql::{CHUNK, bind, parameters, values};
use super::{
    AuditRow, DayKey, DayRow, EventRow, PlanRow, PromiseRow, ReplyRow, ScenarioRow, StoreError,
};

/// A transaction that writes: where it writes to a file which, and whether the site-days that it is about
/// to change are locked.
#[derive(Debug)]
pub struct Writing(Transaction<'static, Any>, Option<Arc<Files>>, bool);

/// What a batch of requests changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The site-days of all promises below, in order.
    pub days: Vec<DayChange>,
    /// What the last changes of site-days were, where others are to be told: see
    /// [`DayHead::recent`](super::DayHead::recent).
    pub recent: BTreeMap<DayKey, String>,
    /// New promises.
    pub new: Vec<PromiseRow>,
    /// Promises that change in what clients see, as they will be.
    pub changed: Vec<PromiseRow>,
    /// Promises whose clerk or room changes.
    pub seats: Vec<SeatChange>,
    /// Promises that are pinned to their clerk and room from now on, or not any more.
    pub pins: Vec<(Uuid, bool)>,
    /// Expired holds whose capacity is given away.
    pub expired: Vec<Uuid>,
    /// Answers to idempotency keys.
    pub replies: Vec<ReplyRow>,
    /// What of it was done by hand, for the audit log.
    pub audit: Vec<AuditRow>,
    /// What happened, in order.
    pub events: Vec<EventRow>,
    /// Secrets of citizens for their appointments, as digests.
    pub secrets: Vec<(Uuid, String)>,
}

/// A site-day with a change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayChange {
    /// Which.
    pub key: DayKey,
    /// The version that the change was made to.
    pub version: u64,
    /// Where walk-in blocks and breaks will be; `None` where they stay.
    pub witness: Option<String>,
    /// When the service has seated the day; `None` where that stays. Only together with `witness`.
    pub seated_at: Option<i64>,
}

/// Another clerk or room for a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatChange {
    /// The promise.
    pub id: Uuid,
    /// The clerk.
    pub staff: String,
    /// The room; `None` where none is needed.
    pub room: Option<String>,
}

impl Writing {
    /// A transaction on a server, or in the files that are given.
    pub(super) fn new(transaction: Transaction<'static, Any>, files: Option<Arc<Files>>) -> Self {
        Self(transaction, files, false)
    }

    /// Whether the site-days that it is about to change are locked.
    pub(super) fn has_locked(&mut self) -> &mut bool {
        &mut self.2
    }

    /// Whether it is one of an SQLite file.
    pub(super) fn is_file(&self) -> bool {
        self.1.is_some()
    }

    /// The connection of the transaction.
    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.0
    }

    /// Writes something that nobody reads.
    pub(super) async fn beat(&mut self) -> Result<(), StoreError> {
        let query = "UPDATE note SET value = value + 1 WHERE name = 'heartbeat'";
        sqlx::query(query).execute(&mut *self.0).await?;
        Ok(())
    }

    /// What can be read inside the transaction.
    pub fn read(&mut self) -> Reading<'_> {
        Reading(&mut self.0)
    }

    /// Makes all that was written durable.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], after which it may have been done or not; [`StoreError::Replaced`]
    /// where it was done in a file that nobody will open again.
    pub async fn commit(self) -> Result<(), StoreError> {
        let Self(transaction, files, _) = self;
        transaction.commit().await?;
        files.map_or(Ok(()), |files| files.check())
    }

    /// Writes `changes`, except answers; raises the versions of their site-days first. The number of
    /// the last event, where there are some.
    ///
    /// # Errors
    /// [`StoreError::Race`] where a site-day has another version, [`StoreError::Unavailable`].
    pub async fn write(&mut self, changes: &Changes) -> Result<Option<u64>, StoreError> {
        if !self.is_file() {
            return self.write_together(changes).await;
        }
        self.raise_all_of(&changes.days, &changes.recent).await?;
        self.insert(&changes.new).await?;
        self.update(&changes.changed).await?;
        self.seat(&changes.seats).await?;
        self.write_rare(changes).await?;
        self.expire(&changes.expired).await?;
        self.append(&changes.events).await
    }

    /// Writes what few batches have.
    pub(super) async fn write_rare(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.pin(&changes.pins).await?;
        self.audit(&changes.audit).await?;
        self.keep_secrets(&changes.secrets).await
    }

    async fn keep_secrets(&mut self, secrets: &[(Uuid, String)]) -> Result<(), StoreError> {
        for (promise, digest) in secrets {
            let query = sqlx::query(
                "INSERT INTO citizen_secret (promise, digest) VALUES ($1, $2) \
                 ON CONFLICT (promise) DO UPDATE SET digest = excluded.digest",
            );
            let query = query.bind(promise.to_string()).bind(digest.clone());
            query.execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn insert(&mut self, promises: &[PromiseRow]) -> Result<(), StoreError> {
        for chunk in promises.chunks(CHUNK) {
            let values = values(chunk.len(), PROMISE_COLUMNS);
            let sql = format!("INSERT INTO promise ({PROMISE}) VALUES {values}");
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for promise in chunk {
                query = bind(query, rows::cells(promise));
            }
            query.execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn update(&mut self, promises: &[PromiseRow]) -> Result<(), StoreError> {
        for chunk in promises.chunks(CHUNK) {
            let set: Vec<String> =
                PROMISE.split(", ").skip(1).map(|name| format!("{name} = v.{name}")).collect();
            let sql = format!(
                "WITH v ({PROMISE}) AS (VALUES {}) UPDATE promise SET {} FROM v \
                 WHERE promise.id = v.id",
                values(chunk.len(), PROMISE_COLUMNS),
                set.join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for promise in chunk {
                query = bind(query, rows::cells(promise));
            }
            query.execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn seat(&mut self, seats: &[SeatChange]) -> Result<(), StoreError> {
        for chunk in seats.chunks(CHUNK) {
            let sql = format!(
                "WITH v (id, staff, room) AS (VALUES {}) UPDATE promise \
                 SET staff = v.staff, room = v.room FROM v WHERE promise.id = v.id",
                values(chunk.len(), 3)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for seat in chunk {
                query = query.bind(seat.id.to_string());
                query = query.bind(seat.staff.clone()).bind(seat.room.clone());
            }
            query.execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn pin(&mut self, pins: &[(Uuid, bool)]) -> Result<(), StoreError> {
        for pinned in [false, true] {
            let ids: Vec<Uuid> =
                pins.iter().filter(|pin| pin.1 == pinned).map(|pin| pin.0).collect();
            for chunk in ids.chunks(CHUNK) {
                let sql = format!(
                    "UPDATE promise SET seat_pinned = {} WHERE id IN ({})",
                    u8::from(pinned),
                    parameters(chunk.len())
                );
                let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
                for id in chunk {
                    query = query.bind(id.to_string());
                }
                query.execute(&mut *self.0).await?;
            }
        }
        Ok(())
    }

    async fn expire(&mut self, holds: &[Uuid]) -> Result<(), StoreError> {
        for chunk in holds.chunks(CHUNK) {
            let sql = format!(
                "UPDATE promise SET status = 'released', staff = NULL, room = NULL, \
                 version = version + 1 WHERE id IN ({}) AND status = 'held'",
                parameters(chunk.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for id in chunk {
                query = query.bind(id.to_string());
            }
            query.execute(&mut *self.0).await?;
        }
        Ok(())
    }

    /// Keeps `replies`, unless their keys have an answer from after `cutoff`. Returns the positions
    /// of those that have.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reply(
        &mut self,
        replies: &[ReplyRow],
        cutoff: i64,
    ) -> Result<Vec<usize>, StoreError> {
        let mut written = std::collections::BTreeSet::new();
        for chunk in replies.chunks(CHUNK) {
            let sql = format!(
                "INSERT INTO idempotency (client, key, hash, status, body, created_at) VALUES {} \
                 ON CONFLICT (client, key) DO UPDATE SET hash = excluded.hash, \
                 status = excluded.status, body = excluded.body, \
                 created_at = excluded.created_at WHERE idempotency.created_at <= ${} \
                 RETURNING client, key",
                values(chunk.len(), 6),
                chunk.len() * 6 + 1
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for reply in chunk {
                query = query
                    .bind(reply.client.clone())
                    .bind(reply.key.clone())
                    .bind(reply.hash.clone())
                    .bind(i64::from(reply.status))
                    .bind(reply.body.clone())
                    .bind(reply.created_at);
            }
            for row in query.bind(cutoff).fetch_all(&mut *self.0).await? {
                written.insert((row.try_get::<String, _>(0)?, row.try_get::<String, _>(1)?));
            }
        }
        let known =
            |reply: &ReplyRow| !written.contains(&(reply.client.clone(), reply.key.clone()));
        Ok((0..replies.len()).filter(|&index| known(&replies[index])).collect())
    }

    /// Forgets answers from `cutoff` or before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_replies(&mut self, cutoff: i64) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM idempotency WHERE created_at <= $1").bind(cutoff);
        query.execute(&mut *self.0).await?;
        Ok(())
    }

    /// Puts `scenario` in the place of the one of the version before it, or as the first.
    ///
    /// # Errors
    /// [`StoreError::Race`] where another is in force, [`StoreError::Unavailable`].
    pub async fn put_scenario(
        &mut self,
        scenario: &ScenarioRow,
        now: i64,
    ) -> Result<(), StoreError> {
        let query = if scenario.version == 1 {
            sqlx::query(
                "INSERT INTO scenario (id, body, updated_at, version) VALUES (1, $1, $2, $3)",
            )
        } else {
            sqlx::query(
                "UPDATE scenario SET body = $1, updated_at = $2, version = $3 \
                 WHERE id = 1 AND version = $3 - 1",
            )
        };
        let query =
            query.bind(scenario.body.clone()).bind(now).bind(scenario.version.cast_signed());
        let done = query.execute(&mut *self.0).await?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Race) }
    }

    /// Makes the site-days `days`, or changes those of the version before; in order.
    ///
    /// # Errors
    /// [`StoreError::Race`] where one has another version, [`StoreError::Unavailable`].
    pub async fn put_days(&mut self, days: &[DayRow]) -> Result<(), StoreError> {
        for day in days {
            let query = sqlx::query(
                "INSERT INTO site_day (date, site, version, witness, prices) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (site, date) DO UPDATE SET \
                 version = excluded.version, witness = excluded.witness, \
                 prices = excluded.prices WHERE site_day.version = excluded.version - 1",
            );
            let query = query
                .bind(day.key.date.to_string())
                .bind(day.key.site.clone())
                .bind(day.version.cast_signed())
                .bind(day.witness.clone())
                .bind(day.prices.clone());
            let done = query.execute(&mut *self.0).await?;
            if done.rows_affected() != 1 {
                return Err(StoreError::Race);
            }
        }
        Ok(())
    }

    /// Raises the versions of all site-days from `from` on: whoever has read them before changes
    /// nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn raise_all(&mut self, from: NaiveDate) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE site_day SET version = version + 1 WHERE date >= $1");
        query.bind(from.to_string()).execute(&mut *self.0).await?;
        Ok(())
    }

    /// Keeps what planning came to.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn put_plan(&mut self, plan: &PlanRow) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO plan (scenario_version, first_date, last_date, objective, upper_bound, \
             seconds, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let query = query
            .bind(plan.scenario_version.cast_signed())
            .bind(plan.first.to_string())
            .bind(plan.last.to_string())
            .bind(plan.objective)
            .bind(plan.upper_bound)
            .bind(plan.seconds)
            .bind(plan.made_at);
        query.execute(&mut *self.0).await?;
        Ok(())
    }
}
