//! Jobs: long work that waits in the database until a process takes it.
//!
//! **Architecture invariant:** a job is taken by compare-and-swap, under a name that no other attempt
//! has (its *lease*). Whoever writes about a job says the name; what an attempt writes after another
//! was begun is not written. Who has a lease counts its beats; who sees that they stand still for long
//! enough, by a clock of its own that only goes forward, may take the job over. No clock is compared
//! with another.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, Row};
use uuid::Uuid;

use super::job_rows::{JOB, claimed, job_row, lease};
use super::{Added, Claimed, JobLimits, JobRow, JobStatus, Lease, NewJob, Store, StoreError};

impl Store {
    /// Adds `job` at the end of the queue, within `limits`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Race`], where the id is taken.
    pub async fn add_job(&self, job: &NewJob, limits: &JobLimits) -> Result<Added, StoreError> {
        let mut transaction = self.begin_background().await?;
        // First, so that others who add one wait for the end of this transaction.
        let next = sqlx::query("UPDATE job_number SET last = last + 1 WHERE id = 1 RETURNING last");
        let number: i64 = next.fetch_one(&mut *transaction).await?.try_get(0)?;
        if let Some((key, hash)) = &job.key
            && let Some((row, known)) = of_key(&mut transaction, &job.client, key).await?
        {
            return Ok(if known == *hash { Added::Known(row) } else { Added::OtherRequest });
        }
        let query = sqlx::query(
            "SELECT COUNT(*), COUNT(CASE WHEN client = $1 THEN 1 END) FROM job \
             WHERE ended_at IS NULL",
        );
        let open = query.bind(job.client.clone()).fetch_one(&mut *transaction).await?;
        if open.try_get::<i64, _>(1)? >= i64::from(limits.open_of_client) {
            return Ok(Added::TooManyOfClient);
        }
        if open.try_get::<i64, _>(0)? >= i64::from(limits.open) {
            return Ok(Added::TooMany);
        }
        let query = sqlx::query(
            "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE client = $1 \
             AND ended_at IS NOT NULL ORDER BY ended_at DESC, number DESC LIMIT 1000 OFFSET $2)",
        );
        let query = query.bind(job.client.clone()).bind(i64::from(limits.ended_of_client));
        query.execute(&mut *transaction).await?;
        let query = sqlx::query(sqlx::AssertSqlSafe(format!(
            "INSERT INTO job (id, number, client, kind, request, idempotency_key, \
             idempotency_hash, status, attempts, cancel, version, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', 0, 0, 1, $8) RETURNING {JOB}"
        )));
        let (key, hash) = job.key.clone().unzip();
        let query = query
            .bind(job.id.to_string())
            .bind(number)
            .bind(job.client.clone())
            .bind(job.kind.clone())
            .bind(job.request.clone())
            .bind(key)
            .bind(hash)
            .bind(job.created_at);
        let row = job_row(&query.fetch_one(&mut *transaction).await?)?;
        transaction.commit().await?;
        Ok(Added::New(row))
    }

    /// The job of `client` with that idempotency key, and the fingerprint of its request.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn job_of_key(
        &self,
        client: &str,
        key: &str,
    ) -> Result<Option<(JobRow, String)>, StoreError> {
        of_key(&mut *self.background().acquire().await?, client, key).await
    }

    /// The job `id`, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn job(&self, id: Uuid) -> Result<Option<JobRow>, StoreError> {
        let sql = format!("SELECT {JOB} FROM job WHERE id = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
        query.fetch_optional(self.background()).await?.as_ref().map(job_row).transpose()
    }

    /// The job `id` with its result or problem, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn job_with_outcome(
        &self,
        id: Uuid,
    ) -> Result<Option<(JobRow, Option<String>)>, StoreError> {
        let sql = format!("SELECT {JOB}, outcome FROM job WHERE id = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
        let row = query.fetch_optional(self.background()).await?;
        row.map(|row| Ok((job_row(&row)?, row.try_get("outcome")?))).transpose()
    }

    /// The last `most` jobs of `client` with one of `statuses`, or any where there are none, that were
    /// added before the one with the number `before`; each with its number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn jobs_of(
        &self,
        client: &str,
        statuses: &[JobStatus],
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<(i64, JobRow)>, StoreError> {
        let names: Vec<String> =
            statuses.iter().map(|status| format!("'{}'", status.name())).collect();
        let of_status = if names.is_empty() {
            String::new()
        } else {
            format!(" AND status IN ({})", names.join(", "))
        };
        let sql = format!(
            "SELECT {JOB}, number FROM job WHERE client = $1 AND number < $2{of_status} \
             ORDER BY number DESC LIMIT $3"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(client.to_owned())
            .bind(before.unwrap_or(i64::MAX))
            .bind(i64::from(most));
        let rows = query.fetch_all(self.background()).await?;
        rows.iter().map(|row| Ok((row.try_get("number")?, job_row(row)?))).collect()
    }

    /// Asks the job `id` of `client` to stop: one that nobody has begun ends at `now`, another when
    /// its process learns of it. One that has ended stays as it is. Returns it, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn cancel_job(
        &self,
        client: &str,
        id: Uuid,
        now: i64,
    ) -> Result<Option<JobRow>, StoreError> {
        let query = sqlx::query(
            "UPDATE job SET cancel = 1, version = version + 1, \
             ended_at = CASE WHEN status = 'queued' THEN $3 ELSE ended_at END, \
             request = CASE WHEN status = 'queued' THEN '' ELSE request END, \
             status = CASE WHEN status = 'queued' THEN 'cancelled' ELSE status END \
             WHERE id = $1 AND client = $2 AND cancel = 0 AND ended_at IS NULL",
        );
        let query = query.bind(id.to_string()).bind(client.to_owned()).bind(now);
        query.execute(self.background()).await?;
        Ok(self.job(id).await?.filter(|job| job.client == client))
    }

    /// Takes the first job that waits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn claim_job(&self, now: i64) -> Result<Option<Claimed>, StoreError> {
        loop {
            let query = sqlx::query(
                "SELECT id, attempts FROM job WHERE ended_at IS NULL AND status = 'queued' \
                 ORDER BY number LIMIT 1",
            );
            let found = query.fetch_optional(self.background()).await?;
            let Some(found) = found else { return Ok(None) };
            let (id, attempts): (String, i64) = (found.try_get(0)?, found.try_get(1)?);
            let lease = Uuid::now_v7();
            let query = sqlx::query(
                "UPDATE job SET status = 'running', attempts = attempts + 1, lease = $1, beat = 0, \
                 started_at = $2, progress = NULL, version = version + 1 \
                 WHERE id = $3 AND attempts = $4 AND ended_at IS NULL AND status = 'queued' \
                 RETURNING id, kind, request, attempts, cancel",
            );
            let query = query.bind(lease.to_string()).bind(now).bind(id).bind(attempts);
            // Nothing: another process was first. There may be others.
            if let Some(row) = query.fetch_optional(self.background()).await? {
                return claimed(&row, lease).map(Some);
            }
        }
    }

    /// The leases of all jobs that are at work, in the order of the jobs, and how often each was
    /// kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn leases(&self) -> Result<Vec<Lease>, StoreError> {
        let query = sqlx::query(
            "SELECT lease, beat FROM job WHERE ended_at IS NULL AND status = 'running' \
             ORDER BY number",
        );
        query.fetch_all(self.background()).await?.iter().map(lease).collect()
    }

    /// Puts the job of a lease that was not kept since it was looked at back into the queue, at its old
    /// place. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn release_job(&self, old: Lease) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE job SET status = 'queued', lease = NULL, version = version + 1 \
             WHERE lease = $1 AND beat = $2 AND ended_at IS NULL",
        );
        self.change(query.bind(old.name.to_string()).bind(old.beat)).await
    }

    /// Keeps the job `id` under `lease`, and says how far it is. Whether its client has asked to stop
    /// it; `None` where another attempt was begun.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_job(
        &self,
        id: Uuid,
        lease: Uuid,
        progress: Option<String>,
    ) -> Result<Option<bool>, StoreError> {
        let query = sqlx::query(
            "UPDATE job SET beat = beat + 1, progress = COALESCE($3, progress), \
             version = version + CASE WHEN $3 IS NULL THEN 0 ELSE 1 END \
             WHERE id = $1 AND lease = $2 AND ended_at IS NULL RETURNING cancel",
        );
        let query = query.bind(id.to_string()).bind(lease.to_string()).bind(progress);
        let row = query.fetch_optional(self.background()).await?;
        row.map(|row| Ok(row.try_get::<i64, _>(0)? != 0)).transpose()
    }

    /// Ends the job `id` at `now` with `outcome`. Whether it was still under `lease`; if not,
    /// nothing is done.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_job(
        &self,
        id: Uuid,
        lease: Uuid,
        status: JobStatus,
        outcome: Option<String>,
        now: i64,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE job SET status = $3, outcome = $4, ended_at = $5, request = '', lease = NULL, \
             version = version + 1 WHERE id = $1 AND lease = $2 AND ended_at IS NULL",
        );
        let query = query
            .bind(id.to_string())
            .bind(lease.to_string())
            .bind(status.name().to_owned())
            .bind(outcome)
            .bind(now);
        let ended = self.change(query).await?;
        if ended {
            self.forget_tasks(id).await?;
        }
        Ok(ended)
    }

    /// Gives the job `id` back to the queue, at its old place, as if it had not been taken under
    /// `lease`. Whether it was still under it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn return_job(&self, id: Uuid, lease: Uuid) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE job SET status = 'queued', attempts = attempts - 1, lease = NULL, \
             started_at = NULL, progress = NULL, version = version + 1 \
             WHERE id = $1 AND lease = $2 AND ended_at IS NULL",
        );
        self.change(query.bind(id.to_string()).bind(lease.to_string())).await
    }

    /// Removes jobs that ended at `cutoff` or before; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_jobs(&self, cutoff: i64) -> Result<u64, StoreError> {
        let query = sqlx::query("DELETE FROM job WHERE ended_at <= $1").bind(cutoff);
        Ok(query.execute(self.background()).await?.rows_affected())
    }

    async fn change(&self, query: Query<'static, Any, AnyArguments>) -> Result<bool, StoreError> {
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }
}

async fn of_key(
    connection: &mut AnyConnection,
    client: &str,
    key: &str,
) -> Result<Option<(JobRow, String)>, StoreError> {
    let query = sqlx::query(sqlx::AssertSqlSafe(format!(
        "SELECT {JOB}, idempotency_hash FROM job WHERE client = $1 AND idempotency_key = $2"
    )));
    let query = query.bind(client.to_owned()).bind(key.to_owned());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok((job_row(&row)?, row.try_get("idempotency_hash")?))).transpose()
}
