//! Drafts in the store, on both databases.

use scheduler_service::store::{AppliedRow, DraftChange, DraftRow, NewDraft, Store, StoreError};
use uuid::Uuid;

use crate::on_both;
use crate::support::Database;

const MINUTE: i64 = 60_000;

fn draft(number: u128) -> NewDraft {
    NewDraft {
        id: Uuid::from_u128(number),
        name: format!("Draft {number}"),
        note: None,
        base: "{\"base\":1}".to_owned(),
        base_version: 7,
        body: "{\"body\":1}".to_owned(),
        client: "ada".to_owned(),
        at: 1_000,
    }
}

fn change(client: &str, at: i64, body: &str) -> DraftChange {
    DraftChange {
        body: Some(body.to_owned()),
        client: client.to_owned(),
        at,
        ..DraftChange::default()
    }
}

/// The versions that are kept, each with who has made it.
async fn versions(store: &Store, id: Uuid) -> Vec<(u64, String)> {
    let rows = store.draft_versions(id).await.unwrap();
    rows.into_iter().map(|row| (row.version, row.client)).collect()
}

async fn what_is_made_is_read_again(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    for number in 1..=3 {
        assert!(store.add_draft(&draft(number), 3).await.unwrap());
    }
    assert!(!store.add_draft(&draft(4), 3).await.unwrap(), "there are three");
    let first = store.drafts(None, 2).await.unwrap();
    let ids: Vec<u128> = first.iter().map(|row| row.id.as_u128()).collect();
    assert_eq!(ids, [3, 2], "the newest first");
    let rest = store.drafts(Some(first[1].id), 2).await.unwrap();
    assert_eq!(
        rest,
        [DraftRow {
            id: Uuid::from_u128(1),
            name: "Draft 1".to_owned(),
            note: None,
            base_version: 7,
            created_by: "ada".to_owned(),
            created_at: 1_000,
            version: 1,
            changed_by: "ada".to_owned(),
            changed_at: 1_000,
            applied: None,
        }]
    );
    let id = rest[0].id;
    assert_eq!(store.draft_base(id).await.unwrap().unwrap(), "{\"base\":1}");
    assert_eq!(store.draft_body(id, 1).await.unwrap().unwrap(), "{\"body\":1}");
    assert_eq!(store.draft(Uuid::from_u128(9)).await.unwrap(), None);
}

async fn only_who_knows_the_version_changes_it(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let id = Uuid::from_u128(1);
    store.add_draft(&draft(1), 10).await.unwrap();
    let row = store.change_draft(id, 1, &change("ben", 2_000, "{}")).await.unwrap();
    assert_eq!((row.version, row.changed_by.as_str(), row.changed_at), (2, "ben", 2_000));
    let late = store.change_draft(id, 1, &change("cem", 3_000, "{}")).await;
    assert!(matches!(late, Err(StoreError::Race)));
    let note = |note: &str| DraftChange {
        note: Some(note.to_owned()),
        client: "ada".to_owned(),
        ..DraftChange::default()
    };
    let row = store.change_draft(id, 2, &note("why")).await.unwrap();
    assert_eq!((row.note.as_deref(), row.name.as_str()), (Some("why"), "Draft 1"));
    assert_eq!(store.draft_body(id, 3).await.unwrap().unwrap(), "{}", "as it was");
    let row = store.change_draft(id, 3, &note("")).await.unwrap();
    assert_eq!(row.note, None);
    assert!(matches!(store.delete_draft(id, 3).await, Err(StoreError::Race)));
    store.delete_draft(id, 4).await.unwrap();
    assert_eq!(store.draft(id).await.unwrap(), None);
    assert_eq!(versions(&store, id).await, []);
}

async fn changes_of_one_client_within_a_while_are_one_version(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let id = Uuid::from_u128(1);
    store.add_draft(&draft(1), 10).await.unwrap();
    let edits = [("ada", 1), ("ada", 2), ("ben", 3), ("ben", 4), ("ben", 9), ("ben", 10)];
    for (version, (client, minute)) in (1..).zip(edits) {
        let body = format!("{{\"of\":{minute}}}");
        let change = change(client, minute * MINUTE, &body);
        store.change_draft(id, version, &change).await.unwrap();
    }
    let kept = versions(&store, id).await;
    let told: Vec<(u64, &str)> = kept.iter().map(|(version, by)| (*version, by.as_str())).collect();
    assert_eq!(told, [(7, "ben"), (5, "ben"), (3, "ada"), (1, "ada")]);
    assert_eq!(store.draft_body(id, 5).await.unwrap().unwrap(), "{\"of\":4}");
    // Many versions: the last thirty are kept.
    for version in 7_u64..60 {
        let change = change("cem", version.cast_signed() * 10 * MINUTE, "{}");
        store.change_draft(id, version, &change).await.unwrap();
    }
    let kept = versions(&store, id).await;
    assert_eq!((kept.len(), kept[0].0, kept[29].0), (30, 60, 31));
}

async fn what_is_applied_is_the_base_from_then_on(database: Database) {
    let store = Store::open(&database.settings).await.unwrap();
    let id = Uuid::from_u128(1);
    store.add_draft(&draft(1), 10).await.unwrap();
    let applied = AppliedRow { by: "ben".to_owned(), at: 5_000, scenario_version: 9 };
    let change = DraftChange {
        applied: Some(("{\"base\":2}".to_owned(), applied.clone())),
        ..change("ben", 5_000, "{\"body\":2}")
    };
    let row = store.change_draft(id, 1, &change).await.unwrap();
    assert_eq!((row.applied, row.base_version), (Some(applied), 9));
    assert_eq!(store.draft_base(id).await.unwrap().unwrap(), "{\"base\":2}");
    assert_eq!(store.draft_body(id, 2).await.unwrap().unwrap(), "{\"body\":2}");
    assert_eq!(store.draft(id).await.unwrap().unwrap().version, 2);
}

on_both!(
    what_is_made_is_read_again,
    only_who_knows_the_version_changes_it,
    changes_of_one_client_within_a_while_are_one_version,
    what_is_applied_is_the_base_from_then_on,
);
