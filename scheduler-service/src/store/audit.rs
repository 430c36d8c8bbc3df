//! The audit log: what was changed by hand.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row};
use uuid::Uuid;

use super::rows::AuditRow;
use super::sql::{CHUNK, values};
use super::write::Writing;
use super::{Store, StoreError};

const COLUMNS: &str = "id, at, client, key, action, subject, reason, detail";

/// Entries that one transaction erases.
const BATCH: i64 = 500;

/// Which entries of the audit log to read: those that all that is set is true of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Of that client.
    pub client: Option<String>,
    /// Of that action.
    pub action: Option<String>,
    /// About that.
    pub subject: Option<String>,
    /// Done then or later, in milliseconds since the Unix epoch.
    pub from: Option<i64>,
    /// Done before then.
    pub until: Option<i64>,
    /// With a smaller id: those after this one in the order of the answer.
    pub before: Option<Uuid>,
    /// At most so many.
    pub limit: u32,
}

impl Writing {
    /// Adds `entries` to the audit log.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn audit(&mut self, entries: &[AuditRow]) -> Result<(), StoreError> {
        for chunk in entries.chunks(CHUNK) {
            let sql = format!("INSERT INTO audit ({COLUMNS}) VALUES {}", values(chunk.len(), 8));
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == 1);
            for entry in chunk {
                query = bind(query, entry);
            }
            query.execute(&mut *self.connection()).await?;
        }
        Ok(())
    }
}

fn bind<'a>(query: Query<'a, Any, AnyArguments>, entry: &AuditRow) -> Query<'a, Any, AnyArguments> {
    query
        .bind(entry.id.to_string())
        .bind(entry.at)
        .bind(entry.client.clone())
        .bind(entry.key.clone())
        .bind(entry.action.clone())
        .bind(entry.subject.clone())
        .bind(entry.reason.clone())
        .bind(entry.detail.clone())
}

impl Store {
    /// The entries of the audit log that `asked` is about, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn audit(&self, asked: &AuditQuery) -> Result<Vec<AuditRow>, StoreError> {
        let mut reader = self.reader().await?;
        read(reader.read().0, asked).await
    }

    /// Erases some of the entries from `cutoff` or before; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_audit(&self, cutoff: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM audit WHERE id IN \
             (SELECT id FROM audit WHERE at <= $1 ORDER BY at LIMIT $2)",
        );
        Ok(self.execute(query.bind(cutoff).bind(BATCH)).await?.rows_affected())
    }
}

async fn read(
    connection: &mut AnyConnection,
    asked: &AuditQuery,
) -> Result<Vec<AuditRow>, StoreError> {
    let texts = [
        ("client =", asked.client.clone()),
        ("action =", asked.action.clone()),
        ("subject =", asked.subject.clone()),
        ("id <", asked.before.map(|id| id.to_string())),
    ];
    let numbers = [("at >=", asked.from), ("at <", asked.until)];
    let texts: Vec<_> = texts.into_iter().filter_map(|(what, is)| Some((what, is?))).collect();
    let numbers: Vec<_> = numbers.into_iter().filter_map(|(what, is)| Some((what, is?))).collect();
    let names = texts.iter().map(|(what, _)| what).chain(numbers.iter().map(|(what, _)| what));
    let conditions: Vec<String> =
        names.enumerate().map(|(index, what)| format!("{what} ${}", index + 1)).collect();
    let conditions = if conditions.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", conditions.join(" AND "))
    };
    let limit = texts.len() + numbers.len() + 1;
    let sql = format!("SELECT {COLUMNS} FROM audit {conditions} ORDER BY id DESC LIMIT ${limit}");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (_, text) in texts {
        query = query.bind(text);
    }
    for (_, number) in numbers {
        query = query.bind(number);
    }
    let found = query.bind(i64::from(asked.limit)).fetch_all(connection).await?;
    found.iter().map(entry).collect()
}

fn entry(row: &AnyRow) -> Result<AuditRow, StoreError> {
    let id: String = row.try_get(0)?;
    let id = id.parse().map_err(|error| StoreError::Corrupt {
        table: "audit",
        problem: format!("id {id:?}: {error}"),
    })?;
    Ok(AuditRow {
        id,
        at: row.try_get(1)?,
        client: row.try_get(2)?,
        key: row.try_get(3)?,
        action: row.try_get(4)?,
        subject: row.try_get(5)?,
        reason: row.try_get(6)?,
        detail: row.try_get(7)?,
    })
}
