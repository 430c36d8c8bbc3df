//! Another scenario under the book.

use scheduler_core::scenario::Scenario;
use scheduler_service::booking::{BookingError, ReplaceMode};

use crate::on_both;
use crate::support::Database;
use crate::support::office::{Desk, HALL, march, web};

fn hall(edit: impl Fn(&mut Scenario)) -> Scenario {
    let mut scenario = Scenario::from_json(HALL.as_bytes()).unwrap();
    edit(&mut scenario);
    scenario
}

async fn promises_move_to_who_is_left(database: Database) {
    let desk = Desk::open(&database).await;
    let card = desk.book("card", march(1, "08:00")).await;
    let clerk = card.staff.clone().unwrap();
    let without = hall(|scenario| {
        let staff = scenario.staff.iter_mut().find(|staff| staff.id == clerk).unwrap();
        staff.absent_on.push("2027-03-01".parse().unwrap());
    });
    let replaced = desk.office.replace_scenario(without, 1, ReplaceMode::default()).await.unwrap();
    assert_eq!((replaced.version, replaced.stranded.len()), (2, 0));
    assert_eq!(desk.office.view().await.unwrap().scenario_version, 2);
    let moved = desk.office.record(&web(), card.id).await.unwrap();
    assert_ne!(moved.staff.unwrap(), clerk);
    assert_eq!((moved.start, moved.version), (card.start, card.version));
    // Two are left.
    desk.hold("card", march(1, "08:00")).await.unwrap();
    let third = desk.hold("card", march(1, "08:00")).await;
    assert!(matches!(third, Err(BookingError::Gone { .. })), "{third:?}");
    let again = hall(|_| {});
    let stale = desk.office.replace_scenario(again, 1, ReplaceMode::default()).await;
    assert_eq!(stale.unwrap_err(), BookingError::Stale { current: 2 });
}

async fn who_would_be_stranded_is_listed_and_nothing_changes(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let card = desk.book("card", march(1, "08:00")).await;
    let other_day = desk.book("advice", march(2, "08:00")).await;
    let without = hall(|scenario| {
        scenario.staff[0].absent_on.push("2027-03-01".parse().unwrap());
    });
    let dry = desk
        .office
        .replace_scenario(
            without.clone(),
            1,
            ReplaceMode { dry_run: true, ..ReplaceMode::default() },
        )
        .await
        .unwrap();
    assert_eq!(dry.version, 1);
    let refused = desk.office.replace_scenario(without, 1, ReplaceMode::default()).await;
    let Err(BookingError::WouldStrand(stranded)) = refused else { panic!("{refused:?}") };
    assert_eq!(dry.stranded, stranded);
    assert_eq!(stranded.len(), 1);
    assert_eq!((stranded[0].id, stranded[0].code), (advice.id, "no-clerk"));
    assert_eq!(stranded[0].place, march(1, "08:00"));
    assert_eq!(desk.office.view().await.unwrap().scenario_version, 1);
    for record in [advice, card, other_day] {
        assert_eq!(desk.office.record(&web(), record.id).await.unwrap(), record);
    }
}

async fn a_sick_call_moves_few_citizens_and_loses_none(database: Database) {
    let desk = Desk::open(&database).await;
    // All but one clerk can do cards; one alone can give advice.
    let advice = desk.book("advice", march(1, "08:00")).await;
    let card = desk.book("card", march(1, "08:00")).await;
    let repair = ReplaceMode { repair: true, ..ReplaceMode::default() };
    let ill = |scenario: &mut Scenario| {
        scenario.staff[0].absent_on.push("2027-03-01".parse().unwrap());
    };
    let planned = ReplaceMode { dry_run: true, ..repair };
    let proposal = desk.office.replace_scenario(hall(ill), 1, planned).await.unwrap();
    let done = desk.office.replace_scenario(hall(ill), 1, repair).await.unwrap();
    assert_eq!((&proposal.moved, &proposal.stranded), (&done.moved, &done.stranded));
    assert_eq!(done.version, 2);
    assert_eq!(desk.office.record(&web(), card.id).await.unwrap().start, card.start);
    // Nobody else can give advice: it is listed, and on record with nobody to keep it.
    assert_eq!(done.stranded.len(), 1);
    assert_eq!((done.stranded[0].id, done.stranded[0].code), (advice.id, "no-clerk"));
    let waiting = desk.office.record(&web(), advice.id).await.unwrap();
    assert_eq!((waiting.start, waiting.staff, waiting.room), (advice.start, None, None));
    // When the clerk is back, it is kept again.
    let back = desk.office.replace_scenario(hall(|_| {}), 2, repair).await.unwrap();
    assert_eq!((back.version, back.stranded.len(), back.moved.len()), (3, 0, 0));
    assert_eq!(desk.office.record(&web(), advice.id).await.unwrap().staff, advice.staff);
}

async fn who_cannot_be_kept_in_time_comes_a_little_later(database: Database) {
    let desk = Desk::open(&database).await;
    let mut cards = Vec::new();
    while let Ok(record) = desk.hold("card", march(1, "08:00")).await {
        cards.push(record);
    }
    assert_eq!(cards.len(), 3);
    let ill = hall(|scenario| {
        let clerk = cards[0].staff.clone().unwrap();
        let staff = scenario.staff.iter_mut().find(|staff| staff.id == clerk).unwrap();
        staff.absent_on.push("2027-03-01".parse().unwrap());
    });
    let repair = ReplaceMode { repair: true, ..ReplaceMode::default() };
    let done = desk.office.replace_scenario(ill, 1, repair).await.unwrap();
    assert_eq!((done.moved.len(), done.stranded.len()), (1, 0));
    let moved = &done.moved[0];
    assert_eq!(moved.from, march(1, "08:00"));
    let record = desk.office.record(&web(), moved.id).await.unwrap();
    let length = cards[0].end - cards[0].start;
    assert_eq!((record.start, moved.to), (moved.to, cards[0].start + length));
    assert_eq!(record.version, cards[0].version + 1);
    for card in cards.iter().filter(|card| card.id != moved.id) {
        assert_eq!(desk.office.record(&web(), card.id).await.unwrap().start, card.start);
    }
}

async fn a_site_or_service_with_promises_cannot_go(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let no_advice = hall(|scenario| scenario.services.retain(|service| service.id != "advice"));
    let refused = desk.office.replace_scenario(no_advice, 1, ReplaceMode::default()).await;
    let Err(BookingError::WouldStrand(stranded)) = refused else { panic!("{refused:?}") };
    assert_eq!((stranded[0].id, stranded[0].code), (advice.id, "unknown-in-scenario"));
    let other_dates = hall(|scenario| scenario.horizon.from = "2027-03-02".parse().unwrap());
    let replaced = desk.office.replace_scenario(other_dates, 1, ReplaceMode::default()).await;
    assert_eq!(replaced.unwrap().version, 2);
    let broken = hall(|scenario| scenario.staff[0].shifts[0].site = "moon".to_owned());
    let findings = desk.office.replace_scenario(broken, 2, ReplaceMode::default()).await;
    assert!(matches!(findings, Err(BookingError::Findings(_))), "{findings:?}");
}

async fn a_new_scenario_is_there_after_a_restart_and_in_other_processes(database: Database) {
    let desk = Desk::open(&database).await;
    let other = Desk::open(&database).await;
    desk.book("advice", march(1, "08:00")).await;
    let longer = hall(|scenario| {
        scenario.sites[0].open[0].until = "13:00".parse().unwrap();
        scenario.staff[0].shifts[0].until = "13:00".parse().unwrap();
    });
    desk.office.replace_scenario(longer.clone(), 1, ReplaceMode::default()).await.unwrap();
    // The other process finds out when it wants to write.
    let held = other.hold("card", march(1, "12:30")).await;
    match held {
        Ok(_) => {}
        // It took the request for one outside its hours, and knows better now.
        Err(BookingError::Gone { .. }) => {
            other.hold("advice", march(1, "11:30")).await.unwrap();
            other.hold("card", march(1, "12:30")).await.unwrap();
        }
        Err(error) => panic!("{error:?}"),
    }
    assert_eq!(*other.office.view().await.unwrap().scenario, longer);
    let third = Desk::open(&database).await;
    assert_eq!(*third.office.view().await.unwrap().scenario, longer);
    let taken = third.hold("advice", march(1, "08:00")).await;
    assert!(matches!(taken, Err(BookingError::Gone { .. })), "{taken:?}");
}

on_both!(
    promises_move_to_who_is_left,
    who_would_be_stranded_is_listed_and_nothing_changes,
    a_sick_call_moves_few_citizens_and_loses_none,
    who_cannot_be_kept_in_time_comes_a_little_later,
    a_site_or_service_with_promises_cannot_go,
    a_new_scenario_is_there_after_a_restart_and_in_other_processes,
);
