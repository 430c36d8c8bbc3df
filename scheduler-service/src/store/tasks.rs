//! Tasks: parts of a job that any process may do, taken and kept as jobs are.

use std::collections::BTreeMap;

use sqlx::Row;
use uuid::Uuid;

use super::job_rows::{claimed_task, lease, task_outcome};
use super::sql::{self, CHUNK};
use super::{ClaimedTask, Lease, Store, StoreError, TaskOutcome};

/// Tasks of jobs that still want them.
const WANTED: &str = "EXISTS (SELECT 1 FROM job WHERE job.id = job_task.job \
                      AND job.ended_at IS NULL AND job.cancel = 0)";

impl Store {
    /// Adds tasks of `job`, by name and request, in the order in which they are to be done. Those that
    /// are there from an earlier attempt stay as they are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_tasks(&self, job: Uuid, tasks: &[(String, String)]) -> Result<(), StoreError> {
        // A few at a time: their requests may be large.
        for (chunk, tasks) in tasks.chunks(CHUNK / 8).enumerate() {
            let rows = sql::values(tasks.len(), 4).replace(')', ", 'queued', 0, 0)");
            let text = format!(
                "INSERT INTO job_task (job, name, number, request, status, attempts, beat) \
                 VALUES {rows} ON CONFLICT (job, name) DO NOTHING"
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
            for (position, (name, request)) in tasks.iter().enumerate() {
                let number = (chunk * (CHUNK / 8) + position) as i64;
                query = query
                    .bind(job.to_string())
                    .bind(name.clone())
                    .bind(number)
                    .bind(request.clone());
            }
            query.execute(self.background()).await?;
        }
        Ok(())
    }

    /// Takes the first task that waits: of `job`, or of the first job that has one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn claim_task(&self, job: Option<Uuid>) -> Result<Option<ClaimedTask>, StoreError> {
        loop {
            let query = match job {
                Some(job) => sqlx::query(
                    "SELECT job, name, attempts FROM job_task WHERE status = 'queued' AND job = $1 \
                     ORDER BY number LIMIT 1",
                )
                .bind(job.to_string()),
                None => sqlx::query(
                    "SELECT job_task.job, job_task.name, job_task.attempts \
                     FROM job_task JOIN job ON job.id = job_task.job \
                     WHERE job_task.status = 'queued' AND job.ended_at IS NULL AND job.cancel = 0 \
                     ORDER BY job.number, job_task.number LIMIT 1",
                ),
            };
            let Some(found) = query.fetch_optional(self.background()).await? else {
                return Ok(None);
            };
            let (job, name): (String, String) = (found.try_get(0)?, found.try_get(1)?);
            let attempts: i64 = found.try_get(2)?;
            let new = Uuid::now_v7();
            let query = sqlx::query(
                "UPDATE job_task SET status = 'running', attempts = attempts + 1, lease = $1, \
                 beat = 0 WHERE job = $2 AND name = $3 AND attempts = $4 AND status = 'queued' \
                 RETURNING job, name, request, attempts",
            );
            let query = query.bind(new.to_string()).bind(job).bind(name).bind(attempts);
            // Nothing: another process was first. There may be others.
            if let Some(row) = query.fetch_optional(self.background()).await? {
                return claimed_task(&row, new).map(Some);
            }
        }
    }

    /// The leases of all tasks that are at work, and how often each was kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn task_leases(&self) -> Result<Vec<Lease>, StoreError> {
        let text =
            format!("SELECT lease, beat FROM job_task WHERE status = 'running' AND {WANTED}");
        let query = sqlx::query(sqlx::AssertSqlSafe(text));
        query.fetch_all(self.background()).await?.iter().map(lease).collect()
    }

    /// Puts the task of a lease that was not kept since it was looked at back into its queue, or, where
    /// it was begun `most` times, ends it as failed. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn release_task(&self, old: Lease, most: u32) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE job_task SET lease = NULL, \
             status = CASE WHEN attempts >= $1 THEN 'failed' ELSE 'queued' END \
             WHERE lease = $2 AND beat = $3 AND status = 'running'",
        );
        let query = query.bind(i64::from(most)).bind(old.name.to_string()).bind(old.beat);
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// Keeps a task under `lease`; false where its job has ended or is to stop, or where the task was
    /// given to somebody else.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_task(&self, lease: Uuid) -> Result<bool, StoreError> {
        let text = format!("UPDATE job_task SET beat = beat + 1 WHERE lease = $1 AND {WANTED}");
        let query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(lease.to_string());
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// Ends a task under `lease` with its outcome; without one it failed. Whether it was still under
    /// it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_task(&self, lease: Uuid, outcome: Option<String>) -> Result<bool, StoreError> {
        let status = if outcome.is_some() { "done" } else { "failed" };
        let query = sqlx::query(
            "UPDATE job_task SET status = $2, outcome = $3, request = '', lease = NULL \
             WHERE lease = $1",
        );
        let query = query.bind(lease.to_string()).bind(status).bind(outcome);
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// Gives a task under `lease` back to its queue, as if it had not been taken.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn return_task(&self, lease: Uuid) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE job_task SET status = 'queued', attempts = attempts - 1, lease = NULL \
             WHERE lease = $1",
        );
        query.bind(lease.to_string()).execute(self.background()).await?;
        Ok(())
    }

    /// How many of the tasks of `job` have not ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn open_tasks(&self, job: Uuid) -> Result<usize, StoreError> {
        let query = sqlx::query(
            "SELECT COUNT(*) FROM job_task WHERE job = $1 AND status IN ('queued', 'running')",
        );
        let row = query.bind(job.to_string()).fetch_one(self.background()).await?;
        Ok(usize::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default())
    }

    /// How tasks of `job` ended, by their names; those that have not are missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn task_outcomes(
        &self,
        job: Uuid,
        names: &[String],
    ) -> Result<BTreeMap<String, TaskOutcome>, StoreError> {
        let mut outcomes = BTreeMap::new();
        // A few at a time: outcomes may be large.
        for names in names.chunks(CHUNK / 8) {
            let list = sql::parameters(names.len());
            let text = format!(
                "SELECT name, status, attempts, outcome FROM job_task WHERE name IN ({list}) \
                 AND job = ${}",
                names.len() + 1
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
            for name in names {
                query = query.bind(name.clone());
            }
            for row in query.bind(job.to_string()).fetch_all(self.background()).await? {
                let (name, outcome) = task_outcome(&row)?;
                outcomes.extend(outcome.map(|outcome| (name, outcome)));
            }
        }
        Ok(outcomes)
    }

    /// The kind and the request of the job of a task; `None` where it has ended.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn job_request(&self, job: Uuid) -> Result<Option<(String, String)>, StoreError> {
        let query = sqlx::query("SELECT kind, request FROM job WHERE id = $1 AND ended_at IS NULL");
        let row = query.bind(job.to_string()).fetch_optional(self.background()).await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }

    pub(super) async fn forget_tasks(&self, job: Uuid) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM job_task WHERE job = $1").bind(job.to_string());
        query.execute(self.background()).await?;
        Ok(())
    }
}
