//! The store by itself, on both databases.

use chrono::NaiveDate;
use scheduler_service::store::{
    Address, ApiKey, Changes, DayChange, DayKey, DayRow, FeedOf, FeedRow, MOST_SESSIONS,
    PromiseRow, ReplyRow, ScenarioRow, SeatChange, SessionRow, Status, Store, StoreError,
};
use sqlx::{AnyConnection, Connection, Executor, Row};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2027, 3, day).unwrap()
}

fn key(day: u32) -> DayKey {
    DayKey { date: date(day), site: "hall".to_owned() }
}

fn promise(number: u128, day: u32) -> PromiseRow {
    PromiseRow {
        id: Uuid::from_u128(number),
        day: key(day),
        minute: 480,
        minutes: 15,
        instant: 1_803_880_800_000,
        status: Status::Held,
        basket: vec![("card".to_owned(), 2), ("passport".to_owned(), 1)],
        skills: vec!["français".to_owned()],
        pinned_staff: None,
        pinned_room: Some("room".to_owned()),
        staff: Some("ada".to_owned()),
        room: Some("room".to_owned()),
        seat_pinned: true,
        reference: Some("A 1".to_owned()),
        channel: None,
        client: "web".to_owned(),
        expires_at: Some(1_803_880_000_000),
        version: 1,
        created_at: 1_803_870_000_000,
        updated_at: 1_803_870_000_000,
    }
}

fn day_row(day: u32, version: u64) -> DayRow {
    DayRow { key: key(day), version, witness: "{}".to_owned(), prices: "[]".to_owned() }
}

/// A store with two site-days.
async fn store(database: &Database) -> Store {
    let store = Store::open(&database.settings).await.unwrap();
    let mut writing = store.begin().await.unwrap();
    let scenario = ScenarioRow { version: 1, body: "{}".to_owned() };
    writing.put_scenario(&scenario, 5).await.unwrap();
    writing.put_days(&[day_row(1, 1), day_row(2, 1)]).await.unwrap();
    writing.commit().await.unwrap();
    store
}

fn raise(day: u32, version: u64) -> DayChange {
    DayChange { key: key(day), version, witness: None, seated_at: None }
}

async fn what_is_written_is_read_again(database: Database) {
    let store = store(&database).await;
    let mut other = promise(2, 2);
    other.expires_at = None;
    other.reference = None;
    other.status = Status::Booked;
    let changes = Changes {
        days: vec![raise(1, 1), DayChange { witness: Some("w".to_owned()), ..raise(2, 1) }],
        new: vec![promise(1, 1), other.clone()],
        ..Changes::default()
    };
    let mut writing = store.begin().await.unwrap();
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();

    let mut reader = store.reader().await.unwrap();
    let mut read = reader.read();
    assert_eq!(read.live_promises(date(1)).await.unwrap(), [promise(1, 1), other.clone()]);
    assert_eq!(read.promises_of(&[key(2), key(3)]).await.unwrap(), [other.clone()]);
    let found = read.promises(&[other.id, Uuid::from_u128(9)]).await.unwrap();
    assert_eq!(found.into_values().collect::<Vec<_>>(), [(other, 2)]);
    let versions = read.versions(date(2)).await.unwrap();
    assert_eq!(versions.scenario, 1);
    assert_eq!(versions.days.into_iter().collect::<Vec<_>>(), [(key(2), 2)]);
    assert_eq!(read.these_days(&[key(2)]).await.unwrap()[0].witness, "w");
    let open = read.open_holds(&["web", "desk"], 1_803_879_999_999).await.unwrap();
    assert_eq!(open.into_iter().collect::<Vec<_>>(), [("web".to_owned(), 1)]);
    assert!(read.open_holds(&["web"], 1_803_880_000_000).await.unwrap().is_empty());
}

async fn changes_of_many_promises_take_one_transaction(database: Database) {
    let store = store(&database).await;
    let all: Vec<PromiseRow> = (1..=700).map(|number| promise(number, 1)).collect();
    let mut writing = store.begin().await.unwrap();
    let changes = Changes { days: vec![raise(1, 1)], new: all.clone(), ..Changes::default() };
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();

    let mut changed = all[..300].to_vec();
    for promise in &mut changed {
        promise.status = Status::Booked;
        promise.expires_at = None;
        promise.version = 2;
    }
    let seats = all[300..600].iter();
    let seats = seats.map(|promise| SeatChange {
        id: promise.id,
        staff: "ben".to_owned(),
        room: Some("hall".to_owned()),
    });
    let changes = Changes {
        days: vec![raise(1, 2)],
        changed: changed.clone(),
        seats: seats.collect(),
        expired: all[600..].iter().map(|promise| promise.id).collect(),
        ..Changes::default()
    };
    let mut writing = store.begin().await.unwrap();
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();

    let mut expected = changed;
    expected.extend(all[300..600].iter().map(|promise| PromiseRow {
        staff: Some("ben".to_owned()),
        room: Some("hall".to_owned()),
        ..promise.clone()
    }));
    let mut reader = store.reader().await.unwrap();
    assert_eq!(reader.read().live_promises(date(1)).await.unwrap(), expected);
    let released = reader.read().promises(&[Uuid::from_u128(700)]).await.unwrap();
    let (released, _) = &released[&Uuid::from_u128(700)];
    assert_eq!((released.status, released.version), (Status::Released, 2));
}

async fn an_older_version_changes_nothing(database: Database) {
    let store = store(&database).await;
    let changes = Changes {
        days: vec![raise(1, 1), raise(2, 7)],
        new: vec![promise(1, 1)],
        ..Changes::default()
    };
    let mut writing = store.begin().await.unwrap();
    assert!(matches!(writing.write(&changes).await, Err(StoreError::Race)));
    drop(writing);
    let mut reader = store.reader().await.unwrap();
    assert_eq!(reader.read().versions(date(1)).await.unwrap().days[&key(1)], 1);
    assert!(reader.read().live_promises(date(1)).await.unwrap().is_empty());

    let mut writing = store.begin().await.unwrap();
    let scenario = ScenarioRow { version: 3, body: "{}".to_owned() };
    assert!(matches!(writing.put_scenario(&scenario, 6).await, Err(StoreError::Race)));
    drop(writing);
    let mut writing = store.begin().await.unwrap();
    assert!(matches!(writing.put_days(&[day_row(1, 1)]).await, Err(StoreError::Race)));
}

async fn an_id_is_taken_only_once(database: Database) {
    let store = store(&database).await;
    for (version, expected) in [(1, true), (2, false)] {
        let mut writing = store.begin().await.unwrap();
        let changes = Changes {
            days: vec![raise(1, version)],
            new: vec![promise(1, 1)],
            ..Changes::default()
        };
        let written = writing.write(&changes).await;
        match written {
            Ok(_) => writing.commit().await.unwrap(),
            Err(error) => assert!(matches!(error, StoreError::Race), "{error:?}"),
        }
        let mut reader = store.reader().await.unwrap();
        let found = reader.read().live_promises(date(1)).await.unwrap();
        assert_eq!((expected, found.len()), (version == 1, 1));
    }
}

async fn an_answer_is_kept_until_it_is_old(database: Database) {
    let store = store(&database).await;
    let reply = |key: &str, created_at| ReplyRow {
        client: "web".to_owned(),
        key: key.to_owned(),
        hash: "h".to_owned(),
        status: 201,
        body: "{}".to_owned(),
        created_at,
    };
    let mut writing = store.begin().await.unwrap();
    let first = [reply("a", 100), reply("b", 100)];
    assert_eq!(writing.reply(&first, 0).await.unwrap(), [0usize; 0]);
    writing.commit().await.unwrap();

    let mut reader = store.reader().await.unwrap();
    assert_eq!(reader.read().reply("web", "a", 99).await.unwrap(), Some(reply("a", 100)));
    assert_eq!(reader.read().reply("web", "a", 100).await.unwrap(), None);
    assert_eq!(reader.read().reply("desk", "a", 0).await.unwrap(), None);

    let mut writing = store.begin().await.unwrap();
    let second = [reply("c", 200), reply("a", 200)];
    assert_eq!(writing.reply(&second, 50).await.unwrap(), [1]);
    assert_eq!(writing.reply(&[reply("b", 200)], 150).await.unwrap(), [0usize; 0]);
    writing.forget_replies(150).await.unwrap();
    writing.commit().await.unwrap();
    assert_eq!(reader.read().reply("web", "a", 0).await.unwrap(), None);
    assert_eq!(reader.read().reply("web", "b", 0).await.unwrap(), Some(reply("b", 200)));
}

async fn a_client_has_two_keys_at_the_most(database: Database) {
    let store = store(&database).await;
    let key = |hash: &str, name: &str| ApiKey {
        hash: hash.to_owned(),
        name: name.to_owned(),
        scopes: "slots:read".to_owned(),
        channel: Some("phone".to_owned()),
        created_at: 7,
        expires_at: None,
        origins: None,
    };
    assert!(!store.ever_had_keys().await.unwrap());
    store.add_key(&key("1", "web")).await.unwrap();
    // One that has ended is not counted.
    store.add_key(&ApiKey { expires_at: Some(7), ..key("0", "web") }).await.unwrap();
    store.add_key(&key("2", "web")).await.unwrap();
    assert!(matches!(store.add_key(&key("4", "web")).await, Err(StoreError::Race)));
    store.add_key(&key("3", "desk")).await.unwrap();
    let hashes: Vec<String> = store.keys().await.unwrap().into_iter().map(|key| key.hash).collect();
    assert_eq!(hashes, ["3", "0", "1", "2"]);
    assert_eq!(store.remove_keys("web", Some("1"), 0).await.unwrap(), 1);
    assert_eq!(store.remove_keys("web", None, 0).await.unwrap(), 2);
    assert_eq!(store.remove_keys("web", None, 0).await.unwrap(), 0);
    store.remove_keys("desk", None, 0).await.unwrap();
    assert!(store.ever_had_keys().await.unwrap());
}

async fn a_locked_day_waits_for_no_one_else(database: Database) {
    let store = store(&database).await;
    let mut writing = store.begin().await.unwrap();
    writing.lock(&[key(1), key(2)]).await.unwrap();
    let changes = Changes { days: vec![raise(1, 1)], ..Changes::default() };
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();
    let mut reader = store.reader().await.unwrap();
    assert_eq!(reader.read().versions(date(1)).await.unwrap().days[&key(1)], 2);
    assert_eq!(reader.read().versions(date(1)).await.unwrap().days[&key(2)], 1);
}

/// The steps before keys could end by themselves, and the one after them.
const BEFORE: [&str; 4] = [
    include_str!("../../migrations/0001_bookings.sql"),
    include_str!("../../migrations/0002_jobs.sql"),
    include_str!("../../migrations/0003_job_tasks.sql"),
    include_str!("../../migrations/0004_seats.sql"),
];
const GUARD: &str = include_str!("../../migrations/0005_guard.sql");

async fn keys_survive_the_upgrade_and_close_the_service(database: Database) {
    sqlx::any::install_default_drivers();
    let url = match &database.settings.address {
        Address::Sqlite(path) => format!("sqlite:{}?mode=rwc", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let mut connection = AnyConnection::connect(&url).await.unwrap();
    for step in BEFORE {
        connection.execute(step).await.unwrap();
    }
    let key = "INSERT INTO api_key (hash, name, scopes, channel, created_at) \
               VALUES ('d1', 'web', 'slots:read', NULL, 7)";
    connection.execute(key).await.unwrap();
    connection.execute(GUARD).await.unwrap();
    let query = "SELECT hash, name, scopes FROM api_key WHERE expires_at IS NULL";
    let row = connection.fetch_one(query).await.unwrap();
    let text = |index: usize| row.try_get::<String, _>(index).unwrap();
    assert_eq!([text(0), text(1), text(2)], ["d1", "web", "slots:read"]);
    let note = "SELECT value FROM note WHERE name = 'keys_since'";
    let row = connection.fetch_one(note).await.unwrap();
    assert_eq!(row.try_get::<i64, _>(0).unwrap(), 7);
}

async fn what_was_made_before_is_opened_again(database: Database) {
    store(&database).await.close().await;
    let store = Store::open(&database.settings).await.unwrap();
    let mut reader = store.reader().await.unwrap();
    let scenario = reader.read().scenario().await.unwrap();
    assert_eq!(scenario, Some(ScenarioRow { version: 1, body: "{}".to_owned() }));
}

async fn a_calendar_is_known_by_the_digest_of_its_token(database: Database) {
    let store = store(&database).await;
    let feed = |number: u128, of: FeedOf| FeedRow {
        id: Uuid::from_u128(number),
        digest: format!("digest {number}"),
        of,
        is_german: number == 2,
        appointments: number == 1,
        client: "planner".to_owned(),
        created_at: 1_803_870_000_000,
        body: String::new(),
        revision: 0,
    };
    let (one, two) =
        (feed(1, FeedOf::Staff("ada".to_owned())), feed(2, FeedOf::Site("hall".to_owned())));
    assert!(store.add_feed(&one, 2, &[]).await.unwrap());
    assert!(store.add_feed(&two, 2, &[]).await.unwrap());
    let third = feed(3, FeedOf::Site("hall".to_owned()));
    assert!(!store.add_feed(&third, 2, &[]).await.unwrap(), "there are two already");
    assert_eq!(store.feeds(None, 10).await.unwrap(), [one.clone(), two.clone()]);
    assert_eq!(store.feeds(Some(one.id), 10).await.unwrap(), std::slice::from_ref(&two));
    assert_eq!(store.feed_by_token("digest 2").await.unwrap(), Some(two.clone()));
    assert_eq!(store.feed_by_token("digest 3").await.unwrap(), None);
    // Who has not seen the last one writes nothing.
    assert!(store.keep_feed(one.id, 1, "first").await.unwrap());
    assert!(!store.keep_feed(one.id, 1, "other").await.unwrap());
    assert!(store.keep_feed(one.id, 2, "second").await.unwrap());
    let kept = store.feed_by_token("digest 1").await.unwrap().unwrap();
    assert_eq!((kept.body.as_str(), kept.revision), ("second", 2));
    assert_eq!(store.feed(one.id).await.unwrap().unwrap().body, "", "lists carry no bodies");
    assert!(store.remove_feed(one.id, &[]).await.unwrap());
    assert!(!store.remove_feed(one.id, &[]).await.unwrap());
    assert!(!store.keep_feed(one.id, 3, "third").await.unwrap(), "it was revoked");
    store.close().await;
}

async fn a_session_ends_with_its_key_and_with_its_time(database: Database) {
    let store = store(&database).await;
    let session = |digest: &str, key: Option<&str>, created_at: i64| SessionRow {
        digest: digest.to_owned(),
        key: key.map(str::to_owned),
        name: "desk".to_owned(),
        scopes: "slots:read".to_owned(),
        created_at,
        expires_at: created_at + 1000,
    };
    for hash in ["k1", "k2"] {
        let key = ApiKey {
            hash: hash.to_owned(),
            name: "desk".to_owned(),
            scopes: "slots:read".to_owned(),
            channel: None,
            created_at: 0,
            expires_at: None,
            origins: None,
        };
        store.add_key(&key).await.unwrap();
    }
    let all = [
        session("a", Some("k1"), 0),
        session("b", Some("k2"), 1),
        session("c", None, 2),
        session("d", None, 3),
    ];
    for session in &all {
        store.add_session(session, &[]).await.unwrap();
    }
    store.add_session(&all[0], &[]).await.unwrap_err();
    assert_eq!(store.session("b", 1000).await.unwrap().as_ref(), Some(&all[1]));
    assert_eq!(store.session("b", 1001).await.unwrap(), None);
    assert_eq!(store.session("e", 0).await.unwrap(), None);
    assert_eq!(store.remove_keys("desk", Some("k1"), 5).await.unwrap(), 1);
    assert_eq!(store.session("a", 0).await.unwrap(), None);
    assert_eq!(store.session("c", 0).await.unwrap().as_ref(), Some(&all[2]));
    assert!(store.end_session("c", &[]).await.unwrap());
    assert!(!store.end_session("c", &[]).await.unwrap());
    assert_eq!(store.erase_sessions(1001).await.unwrap(), 1, "b");
    assert_eq!(store.session("d", 0).await.unwrap().as_ref(), Some(&all[3]));
    // Of one client the latest stay.
    for number in 0..MOST_SESSIONS {
        let next = session(&format!("n{number:03}"), None, 10 + i64::from(number));
        store.add_session(&next, &[]).await.unwrap();
    }
    assert_eq!(store.session("d", 0).await.unwrap(), None);
    assert!(store.session("n000", 0).await.unwrap().is_some());
    store.close().await;
}

on_both!(
    a_session_ends_with_its_key_and_with_its_time,
    what_is_written_is_read_again,
    changes_of_many_promises_take_one_transaction,
    an_older_version_changes_nothing,
    an_id_is_taken_only_once,
    an_answer_is_kept_until_it_is_old,
    a_client_has_two_keys_at_the_most,
    a_locked_day_waits_for_no_one_else,
    keys_survive_the_upgrade_and_close_the_service,
    what_was_made_before_is_opened_again,
    a_calendar_is_known_by_the_digest_of_its_token,
);
