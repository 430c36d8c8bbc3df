//! Names in the language of the reader

use scheduler_core::report::Language;
use scheduler_core::scenario::Scenario;
use scheduler_service::tables::book::Limits;
use scheduler_service::tables::{from_workbook, to_workbook};
use serde_json::{Value, json};

use super::harness::{OPENED, TOWN, Town, wide};

/// The town with names of a service and a site in several languages.
fn named() -> Value {
    let mut town: Value = serde_json::from_str(TOWN).unwrap();
    town["services"][0]["names"] =
        json!({ "de": "Personalausweis", "tr": "Kimlik kartı", "uk": "Посвідчення особи" });
    town["sites"][0]["names"] = json!({ "de": "Rathaus" });
    town["rooms"][0]["names"] = json!({ "de": "Schalter 1", "en": "Counter 1" });
    town
}

#[tokio::test]
async fn names_are_told_in_the_language_of_the_reader() {
    let town = Town::of(&named().to_string(), OPENED, wide()).await;
    for (header, service, site) in [
        ("", "Identity card", "Town hall"),
        ("de", "Personalausweis", "Rathaus"),
        ("de-AT, en;q=0.5", "Personalausweis", "Rathaus"),
        ("tr", "Kimlik kartı", "Town hall"),
        ("en, uk;q=0.9", "Посвідчення особи", "Town hall"),
        ("de;q=0.1, uk-UA;q=0.9", "Посвідчення особи", "Rathaus"),
        ("de;q=0, fr", "Identity card", "Town hall"),
        ("xx", "Identity card", "Town hall"),
    ] {
        let town = town.header("accept-language", header);
        let services = town.get("/v1/services").await.ok(200);
        assert_eq!(services.body["services"][0]["name"], service, "{header}");
        assert_eq!(services.body["services"][1]["name"], "advice", "{header}");
        let sites = town.get("/v1/sites").await.ok(200);
        assert_eq!(sites.body["sites"][0]["name"], site, "{header}");
        assert_eq!(services.header("vary"), sites.header("vary"));
        let varies = services.headers.get_all("vary").iter();
        assert!(varies.into_iter().any(|value| value == "accept-language"));
    }
    let kept = town.get("/v1/scenario").await.ok(200);
    assert_eq!(kept.body["services"][0]["names"], named()["services"][0]["names"]);
}

#[tokio::test]
async fn languages_are_checked_with_all_the_rest() {
    let town = Town::open().await;
    let mut wrong = named();
    wrong["services"][0]["names"] = json!({ "deutsch": "x", "en": "", "fr": 7 });
    wrong["sites"][0]["names"] = json!(["de"]);
    let read = town.get("/v1/scenario").await.ok(200);
    let etag = read.header("etag").to_owned();
    let refused = town.header("if-match", &etag).put("/v1/scenario", &wrong).await;
    assert!(refused.status.is_client_error());
    let found: Vec<&str> = refused.violations().into_iter().map(|(pointer, _)| pointer).collect();
    for pointer in ["/services/0/names/deutsch", "/services/0/names/fr", "/sites/0/names"] {
        assert!(found.contains(&pointer), "{pointer}: {found:?}");
    }
    wrong["services"][0]["names"] = json!({ "en": "", "de": "x".repeat(201) });
    wrong["sites"][0]["names"] = json!({});
    let refused = town.header("if-match", &etag).put("/v1/scenario", &wrong).await;
    let refused = refused.ok(422);
    let found: Vec<&str> = refused.violations().into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(found, ["/services/0/names/de", "/services/0/names/en"]);
}

#[test]
fn each_language_is_a_column_of_workbooks() {
    let scenario = Scenario::from_json(named().to_string().as_bytes()).unwrap();
    for language in [Language::English, Language::German] {
        let book = to_workbook(&scenario, language).unwrap();
        let read = from_workbook(&book, &Limits::default()).scenario.unwrap();
        assert_eq!(json!(read), json!(scenario));
    }
}
