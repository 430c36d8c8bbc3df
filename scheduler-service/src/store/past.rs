//! What has become of the promises of the past, for whoever learns from it: read, and nothing else.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, Row};
use uuid::Uuid;

use super::open::escaped;
use super::rows::{self, key};
use super::{Address, DayKey, EventKind, Status, StoreError};

/// The step that made the tables from which is read here.
const EVENTS: i64 = 15;

/// A database that is only read, as it is at one moment.
#[derive(Debug)]
pub struct Archive(AnyConnection);

/// What became of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRow {
    /// Its id.
    pub id: Uuid,
    /// Where and on which date.
    pub day: DayKey,
    /// Wall-clock start, in minutes after midnight.
    pub minute: u32,
    /// Where it stands.
    pub status: Status,
    /// Ids of services with persons.
    pub basket: Vec<(String, u32)>,
    /// What happened to it, and when in milliseconds since the Unix epoch; in order.
    pub events: Vec<(EventKind, i64)>,
}

impl Archive {
    /// Opens the database without changing anything in it.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`], and [`StoreError::Older`] where its tables
    /// are not of this version.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let wrong = |error: &dyn std::fmt::Display| StoreError::Address(error.to_string());
        let (url, begin) = match address {
            Address::Sqlite(path) => {
                if !path.is_file() {
                    return Err(wrong(&format_args!("there is no file {}", path.display())));
                }
                let path = path.to_str().ok_or_else(|| wrong(&path.display()))?;
                (format!("sqlite:{}?mode=ro", escaped(path)), "BEGIN")
            }
            Address::Postgres(url) => {
                (url.clone(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
        };
        let options: AnyConnectOptions = url.parse().map_err(|error| wrong(&error))?;
        let mut connection = AnyConnection::connect_with(&options).await?;
        connection.execute(begin).await?;
        let step = "SELECT MAX(version) FROM _sqlx_migrations";
        let step = match sqlx::query(step).fetch_one(&mut connection).await {
            Ok(row) => row.try_get::<Option<i64>, _>(0)?.unwrap_or(0),
            Err(error) => {
                let error = format!("{address} is no database of this program: {error}");
                return Err(StoreError::Address(error));
            }
        };
        if step < EVENTS {
            return Err(StoreError::Older);
        }
        Ok(Self(connection))
    }

    /// The scenario in force.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn scenario(&mut self) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT body FROM scenario WHERE id = 1");
        let row = query.fetch_optional(&mut self.0).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// At most `most` promises of dates before `date`, after the id `after`, by id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn past(
        &mut self,
        date: NaiveDate,
        after: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<PastRow>, StoreError> {
        let query = sqlx::query(
            "SELECT id, date, site, minute, status, basket FROM promise \
             WHERE date < $1 AND id > $2 ORDER BY id LIMIT $3",
        );
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let query = query.bind(date.to_string()).bind(after).bind(i64::from(most));
        let mut found = Vec::new();
        for row in query.fetch_all(&mut self.0).await? {
            let id: String = row.try_get(0)?;
            let about = |problem: &dyn std::fmt::Display| StoreError::Corrupt {
                table: "promise",
                problem: format!("{id}: {problem}"),
            };
            let (minute, status): (i64, String) = (row.try_get(3)?, row.try_get(4)?);
            let basket: String = row.try_get(5)?;
            found.push(PastRow {
                id: id.parse().map_err(|error| about(&error))?,
                day: key(row.try_get(1)?, row.try_get(2)?)?,
                minute: u32::try_from(minute).map_err(|error| about(&error))?,
                status: Status::from_name(&status)
                    .ok_or_else(|| about(&format_args!("status {status:?}")))?,
                basket: serde_json::from_str(&basket).map_err(|error| about(&error))?,
                events: Vec::new(),
            });
        }
        self.add_events(&mut found).await?;
        Ok(found)
    }

    /// What happened to `promises`, which are in the order of their ids.
    async fn add_events(&mut self, promises: &mut [PastRow]) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (promises.first(), promises.last()) else { return Ok(()) };
        let query = sqlx::query(
            "SELECT promise, kind, at FROM event WHERE promise >= $1 AND promise <= $2 \
             ORDER BY number",
        );
        let query = query.bind(first.id.to_string()).bind(last.id.to_string());
        let mut events: BTreeMap<Uuid, Vec<(EventKind, i64)>> = BTreeMap::new();
        for row in query.fetch_all(&mut self.0).await? {
            let (id, kind): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            if let (Ok(id), Some(kind)) = (id.parse(), EventKind::from_name(&kind)) {
                events.entry(id).or_default().push((kind, row.try_get(2)?));
            }
        }
        for promise in promises {
            promise.events = events.remove(&promise.id).unwrap_or_default();
        }
        Ok(())
    }

    /// How many promises of dates before `date` ended how, and how many more were erased since.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn past_counts(
        &mut self,
        date: NaiveDate,
    ) -> Result<(BTreeMap<&'static str, u64>, u64), StoreError> {
        let sql = "SELECT status, COUNT(*) FROM promise WHERE date < $1 GROUP BY status";
        let mut counts = BTreeMap::new();
        for row in sqlx::query(sql).bind(date.to_string()).fetch_all(&mut self.0).await? {
            let status: String = row.try_get(0)?;
            if let Some(status) = Status::from_name(&status) {
                counts.insert(status.name(), rows::version(&row, 1)?);
            }
        }
        let sql = "SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) FROM past_count";
        let row = sqlx::query(sql).fetch_one(&mut self.0).await?;
        Ok((counts, rows::version(&row, 0)?))
    }

    /// How many wishes are on the waitlist or were, and how many of them got a time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn wishes(&mut self) -> Result<(u64, u64), StoreError> {
        let sql = AssertSqlSafe(
            "SELECT COUNT(*), COUNT(CASE WHEN promise.status NOT IN ('held', 'released') THEN 1 END) \
             FROM wish LEFT JOIN promise ON promise.id = wish.hold_id",
        );
        let row = sqlx::query(sql).fetch_one(&mut self.0).await?;
        Ok((rows::version(&row, 0)?, rows::version(&row, 1)?))
    }

    /// Closes the connection.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn close(mut self) -> Result<(), StoreError> {
        self.0.execute("ROLLBACK").await?;
        Ok(self.0.close().await?)
    }
}
