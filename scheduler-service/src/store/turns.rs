//! Who changes which site-day when: turns, locks, and versions.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::Row;

use super::event_rows::{self, EVENT};
use super::rows::{self, PROMISE, json};
use super::sql::Object;
use super::write::{Changes, DayChange, SeatChange, Writing};
use super::{DayHead, DayKey, Heads, PromiseRow, StoreError, read};

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

    /// Keeps all others from changing the site-days `keys` until the end. Whoever has one of them first is
    /// waited for, one after the other in their order, so that nobody waits in a circle.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock(&mut self, keys: &[DayKey]) -> Result<(), StoreError> {
        // Nobody else writes a file meanwhile.
        if !self.is_file() {
            self.lock_days(keys).await?;
        }
        Ok(())
    }

    /// The same for all that will be changed, and what these site-days and the scenario are by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock_heads(&mut self, keys: &[DayKey]) -> Result<Heads, StoreError> {
        let heads = if self.is_file() {
            self.read().heads(keys).await?
        } else {
            let days = self.lock_days(keys).await?;
            // The scenario last: whoever has changed it has raised the site-days before.
            Heads { scenario: self.read().scenario_version().await?, days }
        };
        *self.has_locked() = true;
        Ok(heads)
    }

    /// Locks site-days on a server, in one message; what they are by then.
    async fn lock_days(&mut self, keys: &[DayKey]) -> Result<Vec<DayHead>, StoreError> {
        let sql = "SELECT date, site, version, witness, recent FROM site_day \
                   WHERE (date, site) IN (SELECT k.date, k.site \
                   FROM json_to_recordset($1::json) AS k (date TEXT, site TEXT)) \
                   ORDER BY date, site FOR UPDATE";
        let objects: Vec<Object<2>> = keys
            .iter()
            .map(|key| Object("date, site", [key.date.to_string().into(), key.site.clone().into()]))
            .collect();
        let rows = sqlx::query(sql).bind(json(&objects)).fetch_all(&mut *self.connection()).await?;
        rows.iter().map(read::head).collect()
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

    /// Raises the versions of `days` in a file.
    pub(super) async fn raise_all_of(
        &mut self,
        days: &[DayChange],
        recent: &BTreeMap<DayKey, String>,
    ) -> Result<(), StoreError> {
        for day in days {
            self.raise(day, recent.get(&day.key)).await?;
        }
        Ok(())
    }

    /// Writes `changes` to a server. All that most batches have is one statement: as long as others wait
    /// for this one it is mostly messages to and fro that take time.
    pub(super) async fn write_together(
        &mut self,
        changes: &Changes,
    ) -> Result<Option<u64>, StoreError> {
        if !*self.has_locked() && !changes.days.is_empty() {
            let keys: Vec<DayKey> = changes.days.iter().map(|day| day.key.clone()).collect();
            self.lock_days(&keys).await?;
        }
        let days: Vec<_> =
            changes.days.iter().map(|day| day_object(day, &changes.recent)).collect();
        let promises = |rows: &[PromiseRow]| {
            let objects = rows.iter().map(|row| Object(PROMISE, rows::cells(row)));
            json(&objects.collect::<Vec<_>>())
        };
        let seats = changes.seats.iter().map(|seat| {
            let SeatChange { id, staff, room } = seat.clone();
            Object("id, staff, room", [id.to_string().into(), staff.into(), room.into()])
        });
        let events = changes.events.iter().zip(1..);
        let events = events.map(|(event, number)| Object(EVENT, event_rows::cells(event, number)));
        let query = sqlx::query(TOGETHER.as_str())
            .bind(json(&days))
            .bind(promises(&changes.new))
            .bind(promises(&changes.changed))
            .bind(json(&seats.collect::<Vec<_>>()))
            .bind(json(&changes.expired))
            .bind(json(&events.collect::<Vec<_>>()))
            .bind(i64::try_from(changes.events.len()).unwrap_or(i64::MAX));
        let row = query.fetch_one(&mut *self.connection()).await?;
        if rows::version(&row, 0)? != changes.days.len() as u64 {
            return Err(StoreError::Race);
        }
        self.write_rare(changes).await?;
        Ok(row.try_get::<Option<i64>, _>(1)?.map(i64::cast_unsigned))
    }
}

/// A change of a site-day for [`TOGETHER`].
fn day_object(day: &DayChange, recent: &BTreeMap<DayKey, String>) -> Object<6> {
    let cells = [
        day.key.date.to_string().into(),
        day.key.site.clone().into(),
        day.version.cast_signed().into(),
        day.witness.clone().into(),
        day.seated_at.into(),
        recent.get(&day.key).cloned().into(),
    ];
    Object("date, site, version, witness, seated_at, recent", cells)
}

/// Site-days, new and changed promises, seats, expired holds and events as JSON, and how many events. The
/// site-days are compared and swapped, which makes double promises impossible; it gives back how many
/// were, and the number of the last event. No part of it changes a row that another does.
static TOGETHER: LazyLock<String> = LazyLock::new(|| {
    let all = PROMISE.split(", ").skip(1).map(|name| format!("{name} = v.{name}"));
    let changed = all.collect::<Vec<_>>().join(", ");
    let event = EVENT.split(", ").skip(1).map(|name| format!("e.{name}"));
    let event = event.collect::<Vec<_>>().join(", ");
    format!(
        "WITH raised AS (UPDATE site_day SET version = site_day.version + 1, \
         witness = COALESCE(v.witness, site_day.witness), \
         seated_at = COALESCE(v.seated_at, site_day.seated_at), recent = v.recent \
         FROM json_populate_recordset(NULL::site_day, $1::json) v \
         WHERE site_day.date = v.date AND site_day.site = v.site \
         AND site_day.version = v.version RETURNING 1), \
         new AS (INSERT INTO promise ({PROMISE}) SELECT {PROMISE} \
         FROM json_populate_recordset(NULL::promise, $2::json)), \
         changed AS (UPDATE promise SET {changed} \
         FROM json_populate_recordset(NULL::promise, $3::json) v WHERE promise.id = v.id), \
         seated AS (UPDATE promise SET staff = v.staff, room = v.room \
         FROM json_populate_recordset(NULL::promise, $4::json) v WHERE promise.id = v.id), \
         expired AS (UPDATE promise SET status = 'released', staff = NULL, room = NULL, \
         version = version + 1 \
         WHERE id = ANY(ARRAY(SELECT json_array_elements_text($5::json))) AND status = 'held'), \
         number AS (UPDATE event_number SET last = last + $7 WHERE id = 1 AND $7 > 0 \
         RETURNING last), \
         told AS (INSERT INTO event ({EVENT}) SELECT number.last - $7 + e.number, {event} \
         FROM number, json_populate_recordset(NULL::event, $6::json) e) \
         SELECT (SELECT COUNT(*) FROM raised), (SELECT last FROM number)"
    )
});
