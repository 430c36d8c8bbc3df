//! What is read, each with one statement.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use uuid::Uuid;

use super::rows::{self, PROMISE};
use super::sql::{CHUNK, parameters, values};
use super::{DayKey, DayRow, PlanRow, PromiseRow, ReplyRow, ScenarioRow, StoreError};

/// A connection to read with.
#[derive(Debug)]
pub struct Reading<'a>(pub(super) &'a mut AnyConnection);

/// Versions of everything, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Versions {
    /// Of the scenario; 0 where there is none.
    pub scenario: u64,
    /// Of the site-days.
    pub days: BTreeMap<DayKey, u64>,
}

/// What some site-days are by now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads {
    /// Version of the scenario; 0 where there is none.
    pub scenario: u64,
    /// Those of the site-days that there are.
    pub days: Vec<DayHead>,
}

/// What a site-day is by now, without its promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayHead {
    /// Which.
    pub key: DayKey,
    /// Grows with each change.
    pub version: u64,
    /// Where walk-in blocks and breaks are, as JSON.
    pub witness: String,
    /// What its last changes were, a line each, where they were told: see
    /// `booking/delta.rs`.
    pub recent: Option<String>,
}

impl Versions {
    /// Takes in a row of date, site and version: of the scenario where the date is empty.
    fn add(&mut self, row: &AnyRow) -> Result<(), StoreError> {
        let date: String = row.try_get(0)?;
        let version = rows::version(row, 2)?;
        if date.is_empty() {
            self.scenario = version;
        } else {
            self.days.insert(rows::key(&date, row.try_get(1)?)?, version);
        }
        Ok(())
    }
}

/// Promises that take capacity, or would if somebody could keep them.
const LIVE: &str = "status IN ('held', 'booked', 'stranded', 'arrived', 'fulfilled', 'no_show')";

impl Reading<'_> {
    /// The scenario in force, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn scenario(&mut self) -> Result<Option<ScenarioRow>, StoreError> {
        let query = sqlx::query("SELECT version, body FROM scenario WHERE id = 1");
        let row = query.fetch_optional(&mut *self.0).await?;
        row.map(|row| Ok(ScenarioRow { version: rows::version(&row, 0)?, body: row.try_get(1)? }))
            .transpose()
    }

    /// The versions of the scenario and of all site-days from `from` on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn versions(&mut self, from: NaiveDate) -> Result<Versions, StoreError> {
        let query = sqlx::query(
            "SELECT '' AS date, '' AS site, version FROM scenario \
             UNION ALL SELECT date, site, version FROM site_day WHERE date >= $1",
        );
        let mut versions = Versions::default();
        for row in query.bind(from.to_string()).fetch_all(&mut *self.0).await? {
            versions.add(&row)?;
        }
        Ok(versions)
    }

    /// What the scenario and the site-days `keys` are by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn heads(&mut self, keys: &[DayKey]) -> Result<Heads, StoreError> {
        let mut heads = Heads::default();
        for keys in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT date, site, version, witness, recent FROM site_day \
                 WHERE (date, site) IN (VALUES {})",
                values(keys.len(), 2)
            );
            for row in self.of_days(sql, keys).await? {
                heads.days.push(head(&row)?);
            }
        }
        // The scenario last: whoever has changed it has raised the site-days before.
        heads.scenario = self.scenario_version().await?;
        Ok(heads)
    }

    /// The version of the scenario; 0 where there is none.
    pub(super) async fn scenario_version(&mut self) -> Result<u64, StoreError> {
        let query = sqlx::query("SELECT version FROM scenario WHERE id = 1");
        let row = query.fetch_optional(&mut *self.0).await?;
        row.map_or(Ok(0), |row| rows::version(&row, 0))
    }

    /// The site-days from `from` on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn days(&mut self, from: NaiveDate) -> Result<Vec<DayRow>, StoreError> {
        let query = sqlx::query(
            "SELECT date, site, version, witness, prices FROM site_day WHERE date >= $1 \
             ORDER BY date, site",
        );
        let found = query.bind(from.to_string()).fetch_all(&mut *self.0).await?;
        found.iter().map(day).collect()
    }

    /// Those of the site-days `keys` that there are.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn these_days(&mut self, keys: &[DayKey]) -> Result<Vec<DayRow>, StoreError> {
        let mut days = Vec::with_capacity(keys.len());
        for keys in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT date, site, version, witness, prices FROM site_day \
                 WHERE (date, site) IN (VALUES {})",
                values(keys.len(), 2)
            );
            for row in self.of_days(sql, keys).await? {
                days.push(day(&row)?);
            }
        }
        Ok(days)
    }

    /// When those of the site-days `keys` that the service has seated were seated.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn seated(&mut self, keys: &[DayKey]) -> Result<BTreeMap<DayKey, i64>, StoreError> {
        let mut seated = BTreeMap::new();
        for keys in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT date, site, seated_at FROM site_day WHERE seated_at IS NOT NULL \
                 AND (date, site) IN (VALUES {})",
                values(keys.len(), 2)
            );
            for row in self.of_days(sql, keys).await? {
                let date: String = row.try_get(0)?;
                seated.insert(rows::key(&date, row.try_get(1)?)?, row.try_get(2)?);
            }
        }
        Ok(seated)
    }

    /// The promises from `from` on that take capacity, expired holds with them, in order of id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn live_promises(&mut self, from: NaiveDate) -> Result<Vec<PromiseRow>, StoreError> {
        let sql = format!("SELECT {PROMISE} FROM promise WHERE date >= $1 AND {LIVE} ORDER BY id");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(from.to_string());
        query.fetch_all(&mut *self.0).await?.iter().map(rows::promise).collect()
    }

    /// The promises of the site-days `keys` that take capacity, in order of id for each chunk.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn promises_of(&mut self, keys: &[DayKey]) -> Result<Vec<PromiseRow>, StoreError> {
        let mut promises = Vec::new();
        for keys in keys.chunks(CHUNK) {
            let sql = format!(
                "SELECT {PROMISE} FROM promise WHERE (date, site) IN (VALUES {}) AND {LIVE} \
                 ORDER BY id",
                values(keys.len(), 2)
            );
            for row in self.of_days(sql, keys).await? {
                promises.push(rows::promise(&row)?);
            }
        }
        Ok(promises)
    }

    async fn of_days(&mut self, sql: String, keys: &[DayKey]) -> Result<Vec<AnyRow>, StoreError> {
        let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
        for key in keys {
            query = query.bind(key.date.to_string()).bind(key.site.clone());
        }
        Ok(query.fetch_all(&mut *self.0).await?)
    }

    /// The promises `ids` that there are, whatever their status, each with the version of its
    /// site-day at the same moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn promises(
        &mut self,
        ids: &[Uuid],
    ) -> Result<BTreeMap<Uuid, (PromiseRow, u64)>, StoreError> {
        let mut promises = BTreeMap::new();
        for ids in ids.chunks(CHUNK) {
            // Written this way round, no column of `site_day` has a name that `PROMISE` has.
            let sql = format!(
                "SELECT {PROMISE}, (SELECT d.version FROM site_day d WHERE d.date = promise.date \
                 AND d.site = promise.site) FROM promise WHERE id IN ({})",
                parameters(ids.len())
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(ids.len() == 1);
            for id in ids {
                query = query.bind(id.to_string());
            }
            for row in query.fetch_all(&mut *self.0).await? {
                let promise = rows::promise(&row)?;
                let version = rows::version(&row, rows::PROMISE_COLUMNS)?;
                promises.insert(promise.id, (promise, version));
            }
        }
        Ok(promises)
    }

    /// How many holds each of `clients` has that have not expired at `now`, besides what is offered to
    /// its wishes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn open_holds(
        &mut self,
        clients: &[&str],
        now: i64,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let mut open = BTreeMap::new();
        for clients in clients.chunks(CHUNK) {
            let sql = format!(
                "SELECT client, COUNT(*) FROM promise WHERE client IN ({}) AND status = 'held' \
                 AND expires_at > ${} AND id NOT IN (SELECT hold_id FROM wish \
                 WHERE hold_id IS NOT NULL AND ended IS NULL) GROUP BY client",
                parameters(clients.len()),
                clients.len() + 1
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(clients.len() == 1);
            for &client in clients {
                query = query.bind(client.to_owned());
            }
            for row in query.bind(now).fetch_all(&mut *self.0).await? {
                let count: i64 = row.try_get(1)?;
                open.insert(row.try_get(0)?, u32::try_from(count).unwrap_or(u32::MAX));
            }
        }
        Ok(open)
    }

    /// The answer to `key` of `client`, unless it is from `cutoff` or before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reply(
        &mut self,
        client: &str,
        key: &str,
        cutoff: i64,
    ) -> Result<Option<ReplyRow>, StoreError> {
        let query = sqlx::query(
            "SELECT client, key, hash, status, body, created_at FROM idempotency \
             WHERE client = $1 AND key = $2 AND created_at > $3",
        );
        let query = query.bind(client.to_owned()).bind(key.to_owned()).bind(cutoff);
        let row = query.fetch_optional(&mut *self.0).await?;
        row.map(|row| {
            Ok(ReplyRow {
                client: row.try_get(0)?,
                key: row.try_get(1)?,
                hash: row.try_get(2)?,
                status: u16::try_from(row.try_get::<i64, _>(3)?).unwrap_or(500),
                body: row.try_get(4)?,
                created_at: row.try_get(5)?,
            })
        })
        .transpose()
    }

    /// What planning came to for all dates of the last scenario planned, by first date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn plans(&mut self) -> Result<Vec<PlanRow>, StoreError> {
        let query = sqlx::query(
            "SELECT scenario_version, first_date, last_date, objective, upper_bound, seconds, \
             made_at FROM plan ORDER BY scenario_version, first_date",
        );
        let plan = |row: &AnyRow| {
            let date = |column: usize| -> Result<NaiveDate, StoreError> {
                let text: String = row.try_get(column)?;
                text.parse().map_err(|error| StoreError::Corrupt {
                    table: "plan",
                    problem: format!("date {text:?}: {error}"),
                })
            };
            Ok(PlanRow {
                scenario_version: rows::version(row, 0)?,
                first: date(1)?,
                last: date(2)?,
                objective: row.try_get(3)?,
                upper_bound: row.try_get(4)?,
                seconds: row.try_get(5)?,
                made_at: row.try_get(6)?,
            })
        };
        query.fetch_all(&mut *self.0).await?.iter().map(plan).collect()
    }
}

/// Of date, site, version, witness and what is told.
pub(super) fn head(row: &AnyRow) -> Result<DayHead, StoreError> {
    Ok(DayHead {
        key: rows::key(row.try_get(0)?, row.try_get(1)?)?,
        version: rows::version(row, 2)?,
        witness: row.try_get(3)?,
        recent: row.try_get(4)?,
    })
}

fn day(row: &AnyRow) -> Result<DayRow, StoreError> {
    Ok(DayRow {
        key: rows::key(row.try_get(0)?, row.try_get(1)?)?,
        version: rows::version(row, 2)?,
        witness: row.try_get(3)?,
        prices: row.try_get(4)?,
    })
}
