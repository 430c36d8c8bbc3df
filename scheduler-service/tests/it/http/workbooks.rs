//! `/v1/scenarios/from-workbook` and `/v1/scenarios/to-workbook`

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use scheduler_core::scenario::Scenario;
use scheduler_service::http::routes::workbooks::WORKBOOK;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::harness::{TOWN, Town, misfits, wide};
use super::keys::locked;

/// Sends bytes; the answer.
async fn sent(
    town: &Town,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::builder().method("POST").uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = town.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await;
    let (head, body) = response.unwrap().into_parts();
    (head.status, head.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

async fn to_workbook(town: &Town, scenario: &str, language: &str) -> Vec<u8> {
    let headers = [("content-type", "application/json"), ("accept-language", language)];
    let path = "/v1/scenarios/to-workbook";
    let (status, headers, body) = sent(town, path, &headers, scenario.as_bytes().to_vec()).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    assert_eq!(headers["content-type"], WORKBOOK);
    body
}

async fn from_workbook(town: &Town, bytes: Vec<u8>, language: &str) -> Value {
    let headers = [("content-type", WORKBOOK), ("accept-language", language)];
    let (status, _, body) = sent(town, "/v1/scenarios/from-workbook", &headers, bytes).await;
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
    let answer: Value = serde_json::from_slice(&body).unwrap();
    let document = scheduler_service::http::router::document().unwrap();
    let schema = json!({ "$ref": "#/components/schemas/FromWorkbook" });
    assert_eq!(misfits(&document, &schema, &answer), Vec::<String>::new());
    answer
}

#[tokio::test]
async fn a_scenario_comes_back_the_same_in_both_languages() {
    let town = Town::open().await;
    let example = include_str!("../../../../examples/bremerhaven/scenario.json");
    for scenario in [TOWN, example] {
        let whole = json!(Scenario::from_json(scenario.as_bytes()).unwrap());
        for language in ["en", "de"] {
            let book = to_workbook(&town, scenario, language).await;
            assert!(book.starts_with(b"PK"));
            let answer = from_workbook(&town, book, language).await;
            assert!(answer["scenario"] == whole, "{language}: {}", answer["findings"]);
            let found = answer["findings"].as_array().unwrap();
            assert!(found.iter().all(|found| found["severity"] != "error"), "{found:?}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_by_cell_and_there_is_no_scenario() {
    let town = Town::open().await;
    let scenario: Value = serde_json::from_str(TOWN).unwrap();
    // By the rules of scenarios.
    let mut wrong = scenario.clone();
    wrong["staff"][0]["shifts"][0]["from"] = json!("08:03");
    for (language, sheet, words) in [("en", "Shifts", "08:05"), ("de", "Dienste", "Raster")] {
        let book = to_workbook(&town, &wrong.to_string(), language).await;
        let answer = from_workbook(&town, book, language).await;
        assert_eq!(answer["scenario"], Value::Null);
        let found = answer["findings"].as_array().unwrap();
        let told = found.iter().find(|found| found["code"] == "time.off_grid").unwrap();
        assert_eq!((&told["sheet"], &told["value"]), (&json!(sheet), &json!("08:03")), "{told}");
        assert!(told["message"].as_str().unwrap().contains(words), "{told}");
    }
    // By those of tables.
    for bytes in [b"no workbook".to_vec(), b"PK\x03\x04".to_vec(), Vec::new()] {
        let answer = from_workbook(&town, bytes, "de").await;
        assert_eq!(
            (&answer["scenario"], answer["findings"].as_array().unwrap().len()),
            (&Value::Null, 1)
        );
    }
}

#[tokio::test]
async fn only_planners_send_workbooks_and_only_workbooks() {
    let (town, keys) =
        locked(&[("web", "slots:read", None), ("planner", "planning:write", None)]).await;
    let path = "/v1/scenarios/from-workbook";
    let (status, ..) = sent(&town, path, &[("content-type", WORKBOOK)], Vec::new()).await;
    assert_eq!(status, 401);
    let web = format!("Bearer {}", keys[0]);
    let headers = [("content-type", WORKBOOK), ("authorization", web.as_str())];
    assert_eq!(sent(&town, path, &headers, Vec::new()).await.0, 403);
    let planner = format!("Bearer {}", keys[1]);
    let headers = [("content-type", "text/csv"), ("authorization", planner.as_str())];
    assert_eq!(sent(&town, path, &headers, b"a;b".to_vec()).await.0, 415);
    let most = wide().scenario_bytes;
    let headers = [("content-type", WORKBOOK), ("authorization", planner.as_str())];
    assert_eq!(sent(&town, path, &headers, vec![b'x'; most + 1]).await.0, 413);
}
