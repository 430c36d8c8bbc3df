//! Another scenario under the book.

use scheduler_core::scenario::Scenario;
use scheduler_service::office::{ReplaceMode, Trouble};

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
    let replaced = desk.office.replace_scenario(without, 1, ReplaceMode::Refuse).await.unwrap();
    assert_eq!((replaced.version, replaced.stranded.len()), (2, 0));
    assert_eq!(desk.office.view().await.unwrap().scenario_version, 2);
    let moved = desk.office.record(&web(), card.id).await.unwrap();
    assert_ne!(moved.staff.unwrap(), clerk);
    assert_eq!((moved.start, moved.version), (card.start, card.version));
    // Two are left.
    desk.hold("card", march(1, "08:00")).await.unwrap();
    let third = desk.hold("card", march(1, "08:00")).await;
    assert!(matches!(third, Err(Trouble::Gone { .. })), "{third:?}");
    let again = hall(|_| {});
    let stale = desk.office.replace_scenario(again, 1, ReplaceMode::Refuse).await;
    assert_eq!(stale.unwrap_err(), Trouble::Stale { current: 2 });
}

async fn who_would_be_stranded_is_listed_and_nothing_changes(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let card = desk.book("card", march(1, "08:00")).await;
    let other_day = desk.book("advice", march(2, "08:00")).await;
    let without = hall(|scenario| {
        scenario.staff[0].absent_on.push("2027-03-01".parse().unwrap());
    });
    let dry = desk.office.replace_scenario(without.clone(), 1, ReplaceMode::DryRun).await.unwrap();
    assert_eq!(dry.version, 1);
    let refused = desk.office.replace_scenario(without, 1, ReplaceMode::Refuse).await;
    let Err(Trouble::WouldStrand(stranded)) = refused else { panic!("{refused:?}") };
    assert_eq!(dry.stranded, stranded);
    assert_eq!(stranded.len(), 1);
    assert_eq!((stranded[0].id, stranded[0].code), (advice.id, "no-clerk"));
    assert_eq!(stranded[0].place, march(1, "08:00"));
    assert_eq!(desk.office.view().await.unwrap().scenario_version, 1);
    for record in [advice, card, other_day] {
        assert_eq!(desk.office.record(&web(), record.id).await.unwrap(), record);
    }
}

async fn a_site_or_service_with_promises_cannot_go(database: Database) {
    let desk = Desk::open(&database).await;
    let advice = desk.book("advice", march(1, "08:00")).await;
    let no_advice = hall(|scenario| scenario.services.retain(|service| service.id != "advice"));
    let refused = desk.office.replace_scenario(no_advice, 1, ReplaceMode::Refuse).await;
    let Err(Trouble::WouldStrand(stranded)) = refused else { panic!("{refused:?}") };
    assert_eq!((stranded[0].id, stranded[0].code), (advice.id, "unknown-in-scenario"));
    let other_dates = hall(|scenario| scenario.horizon.from = "2027-03-02".parse().unwrap());
    let replaced = desk.office.replace_scenario(other_dates, 1, ReplaceMode::Refuse).await;
    assert_eq!(replaced.unwrap().version, 2);
    let broken = hall(|scenario| scenario.staff[0].shifts[0].site = "moon".to_owned());
    let findings = desk.office.replace_scenario(broken, 2, ReplaceMode::Refuse).await;
    assert!(matches!(findings, Err(Trouble::Findings(_))), "{findings:?}");
}

async fn a_new_scenario_is_there_after_a_restart_and_in_other_processes(database: Database) {
    let desk = Desk::open(&database).await;
    let other = Desk::open(&database).await;
    desk.book("advice", march(1, "08:00")).await;
    let longer = hall(|scenario| {
        scenario.sites[0].open[0].until = "13:00".parse().unwrap();
        scenario.staff[0].shifts[0].until = "13:00".parse().unwrap();
    });
    desk.office.replace_scenario(longer.clone(), 1, ReplaceMode::Refuse).await.unwrap();
    // The other process finds out when it wants to write.
    let held = other.hold("card", march(1, "12:30")).await;
    match held {
        Ok(_) => {}
        // It took the request for one outside its hours, and knows better now.
        Err(Trouble::Gone { .. }) => {
            other.hold("advice", march(1, "11:30")).await.unwrap();
            other.hold("card", march(1, "12:30")).await.unwrap();
        }
        Err(trouble) => panic!("{trouble:?}"),
    }
    assert_eq!(*other.office.view().await.unwrap().scenario, longer);
    let third = Desk::open(&database).await;
    assert_eq!(*third.office.view().await.unwrap().scenario, longer);
    let taken = third.hold("advice", march(1, "08:00")).await;
    assert!(matches!(taken, Err(Trouble::Gone { .. })), "{taken:?}");
}

on_both!(
    promises_move_to_who_is_left,
    who_would_be_stranded_is_listed_and_nothing_changes,
    a_site_or_service_with_promises_cannot_go,
    a_new_scenario_is_there_after_a_restart_and_in_other_processes,
);
