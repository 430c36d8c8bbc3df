//! Lists that are read page by page: each page begins after a position, so that what is added or
//! taken away meanwhile shifts nothing.

use chrono::NaiveDate;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::read::Reading;
use super::rows::{self, PROMISE};
use super::{PromiseRow, Status, StoreError};

/// Which promises.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromiseFilter {
    /// Whose; of all where `None`.
    pub client: Option<String>,
    /// First date.
    pub from: Option<NaiveDate>,
    /// Last date.
    pub until: Option<NaiveDate>,
    /// Id of the site.
    pub site: Option<String>,
    /// What the client calls it.
    pub reference: Option<String>,
    /// Where they stand, at least one.
    pub statuses: Vec<Status>,
}

/// A place in a list of promises, which is in order of date, start and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PromisePosition {
    /// The date.
    pub date: NaiveDate,
    /// Wall-clock start, in minutes after midnight.
    pub minute: u32,
    /// The id.
    pub id: Uuid,
}

impl PromisePosition {
    /// Where `row` is.
    pub fn of(row: &PromiseRow) -> Self {
        Self { date: row.day.date, minute: row.minute, id: row.id }
    }
}

impl Reading<'_> {
    /// The first `most` promises of `filter` after `after`, in order of date, start and id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn list(
        &mut self,
        filter: &PromiseFilter,
        after: Option<PromisePosition>,
        most: u32,
    ) -> Result<Vec<PromiseRow>, StoreError> {
        // Names of statuses are ours. As they stand in the statement both databases know that the
        // index of the stranded will do.
        let statuses: Vec<String> =
            filter.statuses.iter().map(|status| format!("'{}'", status.name())).collect();
        let mut sql = match statuses.as_slice() {
            [one] => format!("SELECT {PROMISE} FROM promise WHERE status = {one}"),
            all => format!("SELECT {PROMISE} FROM promise WHERE status IN ({})", all.join(", ")),
        };
        let mut texts: Vec<String> = Vec::new();
        let mut and = |condition: &str, text: String| {
            texts.push(text);
            sql.push_str(" AND ");
            sql.push_str(condition);
            sql.push_str(&texts.len().to_string());
        };
        if let Some(client) = &filter.client {
            and("client = $", client.clone());
        }
        if let Some(from) = filter.from {
            and("date >= $", from.to_string());
        }
        if let Some(until) = filter.until {
            and("date <= $", until.to_string());
        }
        if let Some(site) = &filter.site {
            and("site = $", site.clone());
        }
        if let Some(reference) = &filter.reference {
            and("reference = $", reference.clone());
        }
        let count = texts.len();
        if after.is_some() {
            sql.push_str(&format!(
                " AND (date, minute, id) > (${}, ${}, ${})",
                count + 1,
                count + 2,
                count + 3
            ));
        }
        sql.push_str(&format!(" ORDER BY date, minute, id LIMIT {most}"));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for text in texts {
            query = query.bind(text);
        }
        if let Some(PromisePosition { date, minute, id }) = after {
            query = query.bind(date.to_string()).bind(i64::from(minute)).bind(id.to_string());
        }
        query.fetch_all(&mut *self.0).await?.iter().map(rows::promise).collect()
    }
}
