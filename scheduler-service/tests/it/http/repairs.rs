//! `/v1/repairs`

use serde_json::{Value, json};

use super::harness::Town;

const NINE: &str = "2027-03-01T09:00:00+01:00";

#[tokio::test]
async fn a_sick_call_moves_as_few_citizens_as_possible_and_loses_none() {
    let town = Town::open().await;
    let mut ids = vec![town.book("advice", "hall", NINE).await];
    ids.push(town.book("advice", "hall", NINE).await);
    let sick = |dry_run: bool| json!({ "absences": [{ "staff": "ada", "date": "2027-03-01" }], "dry_run": dry_run });
    let dry = town.post("/v1/repairs", sick(true)).await.ok(200);
    assert_eq!(dry.body["moved"].as_array().unwrap().len(), 1);
    assert_eq!(town.get("/v1/staff/ada").await.ok(200).body.get("absent_on"), None);

    // Which of the two ada has: it moves, or whom ben had moves for it.
    let mut with_ada = String::new();
    for id in &ids {
        let read = town.get(&format!("/v1/appointments/{id}")).await.ok(200);
        if read.body["assignment"]["staff"] == "ada" {
            with_ada.clone_from(id);
        }
    }
    let done = town.post("/v1/repairs", sick(false)).await.ok(200);
    let moved = done.body["moved"].as_array().unwrap();
    assert_eq!((moved.len(), &done.body["stranded"]), (1, &json!([])));
    assert_eq!(moved[0]["from"], NINE);
    // Whoever kept none of them before is named for the one that stays.
    let kept = done.body["kept"].as_array().unwrap();
    assert_eq!(kept.len(), usize::from(moved[0]["id"] != with_ada.as_str()), "{kept:?}");
    if let Some(kept) = kept.first() {
        assert_eq!((&kept["staff_before"], &kept["staff"]), (&json!("ada"), &json!("ben")));
        assert_eq!(kept["start"], NINE);
    }
    assert_eq!(done.body["walk_in_blocks"], json!([]));
    let mut starts = Vec::new();
    for id in &ids {
        let read = town.get(&format!("/v1/appointments/{id}")).await.ok(200);
        assert_eq!(read.body["assignment"]["staff"], "ben");
        starts.push(read.body["start"].clone());
    }
    assert!(starts.contains(&NINE.into()) && starts.contains(&moved[0]["to"]), "{starts:?}");
    assert_eq!(town.get("/v1/staff/ada").await.ok(200).body["absent_on"], json!(["2027-03-01"]));
}

#[tokio::test]
async fn a_repair_names_all_clerks_that_there_are_not() {
    let town = Town::open().await;
    let absence = |staff: &str| json!({ "staff": staff, "date": "2027-03-01" });
    let body = json!({ "absences": [absence("ada"), absence("zoe"), absence("yan")] });
    let refused = town.post("/v1/repairs", body).await.is(422, "invalid");
    assert_eq!(
        refused.violations(),
        [("/absences/1/staff", "unknown"), ("/absences/2/staff", "unknown")]
    );
}

#[tokio::test]
async fn an_absence_that_changes_nothing_is_a_mistake() {
    let town =
        Town::of(super::harness::TOWN, "2027-03-03T07:00:00+01:00", super::harness::wide()).await;
    let absence = |date: &str| json!({ "staff": "ada", "date": date });
    let dates = ["2031-03-04", "2027-03-02", "2027-03-04"];
    let body = json!({ "absences": dates.map(absence), "dry_run": false });
    let refused = town.post("/v1/repairs", body).await.is(422, "invalid");
    assert_eq!(
        refused.violations(),
        [("/absences/0/date", "outside-horizon"), ("/absences/1/date", "past")]
    );
    let mut scenario = town.get("/v1/scenario").await.ok(200).body;
    scenario["staff"][0]["shifts"][0]["days"] = json!(["mon"]);
    town.header("if-match", "\"1\"").put("/v1/scenario", &scenario).await.ok(200);
    let body = json!({ "absences": [absence("2027-03-04")], "dry_run": true });
    let refused = town.post("/v1/repairs", body).await.is(422, "invalid");
    assert_eq!(refused.violations(), [("/absences/0/date", "not-on-duty")]);
}

#[tokio::test]
async fn visits_that_are_over_need_nobody_any_more() {
    let town = Town::open().await;
    // One is over at nine, one was served early, one is to come.
    let over = town.book("advice", "hall", "2027-03-01T08:00:00+01:00").await;
    let served = town.book("stamp", "hall", "2027-03-01T09:30:00+01:00").await;
    let ahead = town.book("advice", "hall", "2027-03-01T09:25:00+01:00").await;
    town.set("2027-03-01T09:00:00+01:00");
    town.post(&format!("/v1/appointments/{served}/fulfil"), json!({})).await.ok(200);
    let ill: Vec<Value> =
        ["ada", "ben"].map(|id| json!({ "staff": id, "date": "2027-03-01" })).into();
    let done =
        town.post("/v1/repairs", json!({ "absences": ill, "dry_run": false })).await.ok(200).body;
    let stranded: Vec<&str> = done["stranded"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(stranded, [ahead.as_str()]);
    let plan = town.get("/v1/plan?date=2027-03-01").await.ok(200).body.to_string();
    assert!(plan.contains(&ahead) && !plan.contains(&over), "{plan}");
    let read = town.get(&format!("/v1/appointments/{over}")).await.ok(200).body;
    assert_eq!(read["status"], "booked");
}

#[tokio::test]
async fn a_sick_call_moves_nobody_on_other_days() {
    let town = Town::open().await;
    let start = "2027-03-04T09:00:00+01:00";
    let old = |name: &str| {
        json!({ "reference": name, "site": "hall", "start": start,
            "basket": [{ "service": "advice" }] })
    };
    let body = json!({ "appointments": [old("A"), old("B"), old("C")], "client": "web" });
    let imported = town.post("/v1/appointments/import", body).await.ok(200).body;
    assert_eq!(imported["stranded"].as_array().unwrap().len(), 1);
    let ill = json!({ "absences": [{ "staff": "ada", "date": "2027-03-05" }], "dry_run": false });
    let done = town.post("/v1/repairs", ill).await.ok(200).body;
    assert_eq!(done["moved"], json!([]), "{done}");
    // Asked for without any absence, the stranded of all days are tried again.
    let done = town.post("/v1/repairs", json!({ "dry_run": false })).await.ok(200).body;
    assert_eq!(done["moved"].as_array().unwrap().len(), 1, "{done}");
}
