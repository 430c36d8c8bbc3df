//! What is old is erased, and what a reference names is found and erased.

use scheduler_service::booking::{Client, Settings};
use scheduler_service::store::{ReplyRow, Store};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, OPENED, at, hold_of, march, planner, settings, web};

async fn promises_of_past_days_are_erased_and_the_coming_ones_stay(database: Database) {
    let settings = Settings { horizon_days: Some(5), ..settings(&database) };
    let desk = Desk::open_with(settings, at(OPENED).to_utc()).await;
    let past = desk.book("card", march(1, "08:00")).await;
    let kept = desk.book("card", march(3, "08:00")).await;
    let coming = desk.book("card", march(5, "08:00")).await;
    desk.set("2027-03-04T07:00:00+01:00");
    desk.office.extend_horizon().await.unwrap();
    while desk.office.tidy(None).await.unwrap() {}
    desk.office.record(&web(), past.id).await.unwrap();
    // Yesterday is kept for a day.
    while desk.office.tidy(Some(1)).await.unwrap() {}
    desk.office.record(&web(), past.id).await.unwrap_err();
    desk.office.record(&web(), kept.id).await.unwrap();
    desk.office.record(&web(), coming.id).await.unwrap();
    while desk.office.tidy(Some(0)).await.unwrap() {}
    desk.office.record(&web(), kept.id).await.unwrap_err();
    desk.office.record(&web(), coming.id).await.unwrap();
}

async fn old_answers_are_erased_in_small_batches(database: Database) {
    let desk = Desk::open(&database).await;
    let store = Store::open(&database.settings).await.unwrap();
    let now = at(OPENED).timestamp_millis();
    let day = 24 * 3600 * 1000;
    let reply = |number: i64| ReplyRow {
        client: "web".to_owned(),
        key: number.to_string(),
        hash: String::new(),
        status: 200,
        body: "{}".to_owned(),
        created_at: if number < 1200 { now - day } else { now - day + 1 },
    };
    let replies: Vec<ReplyRow> = (0..1300).map(reply).collect();
    let mut writing = store.begin().await.unwrap();
    writing.reply(&replies, 0).await.unwrap();
    writing.commit().await.unwrap();
    let mut batches = 0;
    while desk.office.tidy(None).await.unwrap() {
        batches += 1;
    }
    assert_eq!(batches, 3, "five hundred at a time");
    let mut reader = store.reader().await.unwrap();
    assert!(reader.read().reply("web", "1199", 0).await.unwrap().is_none());
    assert!(reader.read().reply("web", "1200", 0).await.unwrap().is_some());
}

async fn what_a_reference_names_is_found_and_erased(database: Database) {
    let desk = Desk::open(&database).await;
    let mut request = hold_of("card", march(1, "08:00"));
    request.reference = Some("A 1".to_owned());
    let held = desk.office.hold(&web(), request, None).await.unwrap();
    let other = Client { name: "other".to_owned(), ..web() };
    assert!(desk.office.referred(&other, "A 1").await.unwrap().is_empty());
    assert_eq!(desk.office.erase_reference(&other, "A 1").await.unwrap(), 0);
    assert_eq!(desk.office.referred(&planner(), "A 1").await.unwrap().len(), 1);
    assert_eq!(desk.office.referred(&web(), "A 1").await.unwrap()[0].id, held.id);
    assert_eq!(desk.office.erase_reference(&web(), "A 1").await.unwrap(), 1);
    assert_eq!(desk.office.erase_reference(&web(), "A 1").await.unwrap(), 0);
    // The hold itself stays, and can be confirmed.
    let (booked, _) = desk.office.confirm(&web(), held.id, None, None).await.unwrap();
    assert_eq!(booked.reference, None);
}

on_both!(
    promises_of_past_days_are_erased_and_the_coming_ones_stay,
    old_answers_are_erased_in_small_batches,
    what_a_reference_names_is_found_and_erased,
);
