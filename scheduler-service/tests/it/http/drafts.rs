//! Drafts: scenarios beside the one that is booked from

use serde_json::{Value, json};

use super::harness::{Town, wide};
use super::keys::locked_with;

const NINE: &str = "2027-03-01T09:00:00+01:00";

/// A draft of what is booked from: its path and its scenario.
async fn draft(town: &Town, name: &str) -> (String, Value) {
    let made = town.post("/v1/drafts", json!({ "name": name })).await.ok(201);
    let path = made.header("location").to_owned();
    assert_eq!((made.header("etag"), made.body["version"].as_u64()), ("\"1\"", Some(1)));
    let read = town.get(&path).await.ok(200);
    assert_eq!(read.header("etag"), "\"1\"");
    (path, read.body["scenario"].clone())
}

#[tokio::test]
async fn a_draft_is_made_changed_with_its_version_and_deleted() {
    let town = Town::open().await;
    let booked = town.get("/v1/scenario").await.ok(200).body;
    let (path, mut scenario) = draft(&town, "Longer Thursdays").await;
    assert_eq!(scenario, booked);
    scenario["sites"][1]["open"][0]["until"] = json!("12:00");
    let edit = json!({ "scenario": scenario, "note": "after the council" });
    town.put(&path, &edit).await.is(428, "if-match-missing");
    let first = town.header("if-match", "\"1\"");
    let changed = first.put(&path, &edit).await.ok(200);
    assert_eq!((changed.header("etag"), &changed.body["version"]), ("\"2\"", &json!(2)));
    assert_eq!(changed.body["note"], "after the council");
    first.put(&path, &edit).await.is(412, "stale");
    first.delete(&path).await.is(412, "stale");
    let read = town.get(&path).await.ok(200);
    assert_eq!(read.body["scenario"], scenario);
    // Nothing is booked from it.
    assert_eq!(town.get("/v1/scenario").await.ok(200).body, booked);
    // What it was is still there.
    let old = town.get(&format!("{path}?version=1")).await.ok(200);
    assert_eq!(old.body["scenario"], booked);
    town.get(&format!("{path}?version=9")).await.is(404, "not-found");
    let body = json!({ "name": "Shorter", "note": "" });
    let renamed = town.header("if-match", "\"2\"").put(&path, &body).await.ok(200);
    assert_eq!((&renamed.body["name"], renamed.body.get("note")), (&json!("Shorter"), None));
    assert_eq!(town.get(&path).await.ok(200).body["scenario"], scenario, "as before");
    town.header("if-match", "\"3\"").delete(&path).await.ok(204);
    town.get(&path).await.is(404, "not-found");
    town.get("/v1/drafts/nonsense").await.is(404, "not-found");
}

#[tokio::test]
async fn changes_of_one_client_are_one_version_for_a_while() {
    let town = Town::open().await;
    let (path, mut scenario) = draft(&town, "Versions").await;
    for (tag, minutes) in [(1, 20), (2, 25), (3, 35)] {
        if tag == 3 {
            town.advance(chrono::TimeDelta::minutes(6));
        }
        scenario["services"][0]["minutes"] = json!(minutes);
        let current = town.header("if-match", &format!("\"{tag}\""));
        current.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    }
    let all = town.get(&format!("{path}/versions")).await.ok(200).body;
    let versions: Vec<u64> = all["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["version"].as_u64().unwrap())
        .collect();
    assert_eq!(versions, [4, 3, 1], "the one with 20 minutes was the same edit");
    assert_eq!(all["versions"][0]["by"], "local");
    let old = town.get(&format!("{path}?version=3")).await.ok(200);
    assert_eq!(old.body["scenario"]["services"][0]["minutes"], 25);
}

#[tokio::test]
async fn drafts_are_listed_page_by_page() {
    let town = Town::open().await;
    for number in 0..5 {
        draft(&town, &format!("Draft {number}")).await;
    }
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = town.get(&format!("/v1/drafts?limit=2{after}")).await.ok(200).body;
        let drafts = page["drafts"].as_array().unwrap();
        assert!(drafts.len() <= 2);
        names.extend(drafts.iter().map(|one| one["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(names, ["Draft 4", "Draft 3", "Draft 2", "Draft 1", "Draft 0"]);
    let wrong = town.get("/v1/drafts?limit=0&after=x&site=y").await.is(400, "malformed");
    let found = [("?limit", "range"), ("?after", "format"), ("?site", "unknown-field")];
    assert_eq!(wrong.violations(), found);
}

#[tokio::test]
async fn a_draft_with_mistakes_is_kept_and_they_are_listed_in_the_readers_language() {
    let town = Town::open().await;
    let (path, mut scenario) = draft(&town, "Mistakes").await;
    let clean = town.get(&format!("{path}/findings")).await.ok(200).body;
    assert_eq!(clean["valid"], true, "{clean}");
    scenario["rooms"][0]["site"] = json!("moon");
    scenario["services"][0]["minutes"] = json!("half an hour");
    let current = town.header("if-match", "\"1\"");
    current.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    let found = town.get(&format!("{path}/findings")).await.ok(200).body;
    assert_eq!((&found["valid"], &found["version"]), (&json!(false), &json!(2)));
    let at = |found: &Value, pointer: &str| {
        let all = found["findings"].as_array().unwrap().iter();
        all.filter(|one| one["pointer"] == pointer).cloned().collect::<Vec<_>>()
    };
    assert_eq!(at(&found, "/rooms/0/site")[0]["code"], "reference.unknown");
    assert_eq!(at(&found, "/services/0/minutes")[0]["severity"], "error");
    let german =
        town.header("accept-language", "de").get(&format!("{path}/findings")).await.ok(200);
    assert_ne!(
        at(&german.body, "/rooms/0/site")[0]["message"],
        at(&found, "/rooms/0/site")[0]["message"]
    );
    let refused = town.header("if-match", "\"2\"").post(&format!("{path}/apply"), json!({})).await;
    let refused = refused.is(400, "malformed");
    assert!(refused.violations().iter().any(|(pointer, _)| *pointer == "/services/0/minutes"));
    // What is no scenario at all is no draft either.
    town.post("/v1/drafts", json!({ "name": "x", "scenario": [1] })).await.is(422, "invalid");
    town.post("/v1/drafts", json!({ "name": "" })).await.is(422, "invalid");
}

#[tokio::test]
async fn what_a_draft_changes_is_listed_by_entry() {
    let town = Town::open().await;
    let (path, mut scenario) = draft(&town, "Compare").await;
    scenario["staff"].as_array_mut().unwrap().remove(0);
    scenario["staff"][0]["skills"] = json!(["law", "tax"]);
    scenario["walk_in_quotas"] = json!([{ "id": "morning", "site": "hall", "from": "08:00",
        "until": "10:00", "min_share": 0.25, "block_minutes": 30, "skills": [] }]);
    let current = town.header("if-match", "\"1\"");
    current.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    let changes = town.get(&format!("{path}/changes")).await.ok(200).body;
    let told: Vec<(String, &Value)> = changes["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let path: Vec<&str> =
                one["path"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            (path.join(" "), &one["kind"])
        })
        .collect();
    assert_eq!(
        told,
        [
            ("staff ada".to_owned(), &json!("removed")),
            ("staff ben skills".to_owned(), &json!("changed")),
            ("walk_in_quotas morning".to_owned(), &json!("added")),
        ]
    );
    assert_eq!(changes["changes"][1]["after"], json!(["law", "tax"]));
    assert_eq!(changes["conflicts"], json!([]));
}

#[tokio::test]
async fn applying_says_first_what_becomes_of_promises() {
    let town = Town::open().await;
    let kept = town.book("card", "hall", NINE).await;
    let (path, mut scenario) = draft(&town, "A shorter day").await;
    // One clerk keeps what was promised to anybody; without the scanner nobody does.
    scenario["staff"].as_array_mut().unwrap().remove(0);
    let current = town.header("if-match", "\"1\"");
    current.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    let second = town.header("if-match", "\"2\"");
    let preview =
        second.post(&format!("{path}/apply?dry_run=true&repair=true"), json!({})).await.ok(200);
    assert_eq!(preview.body["change"]["stranded"], json!([]));
    assert_eq!(preview.body["change"]["dry_run"], true);
    scenario["sites"][0]["open"][0]["until"] = json!("09:15");
    second.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    let third = town.header("if-match", "\"3\"");
    let apply = format!("{path}/apply");
    let preview = third.post(&format!("{apply}?dry_run=true&repair=true"), json!({})).await.ok(200);
    let moved = &preview.body["change"]["moved"];
    assert_eq!(
        (&moved[0]["id"], &moved[0]["from"]),
        (&json!(kept), &json!(NINE)),
        "{}",
        preview.body
    );
    let before = town.get("/v1/scenario").await.ok(200);
    assert_eq!(before.body["staff"].as_array().unwrap().len(), 3, "nothing has happened");
    third.post(&apply, json!({})).await.is(409, "would-strand");
    let version = preview.body["change"]["version"].as_u64().unwrap();
    let other = format!("{apply}?repair=true&scenario_version={}", version + 1);
    third.post(&other, json!({})).await.is(412, "stale");
    let applied =
        third.post(&format!("{apply}?repair=true&scenario_version={version}"), json!({})).await;
    let applied = applied.ok(200);
    assert_eq!(applied.body["change"]["moved"], *moved, "as was said");
    assert_eq!(applied.body["draft"]["applied"]["by"], "local");
    let after = town.get("/v1/scenario").await.ok(200);
    assert_eq!(after.body["staff"].as_array().unwrap().len(), 2);
    assert_eq!(after.header("etag"), format!("\"{}\"", version + 1));
    let left = town.get(&format!("{path}/changes")).await.ok(200).body;
    assert_eq!(left["changes"], json!([]), "it is what is booked from");
}

#[tokio::test]
async fn what_others_have_changed_meanwhile_stays() {
    let town = Town::open().await;
    let (path, mut scenario) = draft(&town, "Beside a sick call").await;
    scenario["staff"][1]["skills"] = json!(["law", "tax"]);
    scenario["rooms"][2]["equipment"] = json!(["scanner"]);
    let current = town.header("if-match", "\"1\"");
    current.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    let ill = json!({ "absences": [{ "staff": "ben", "date": "2027-03-03" }], "dry_run": false });
    town.post("/v1/repairs", ill).await.ok(200);
    let tag = town.get("/v1/rooms/a1").await.ok(200).header("etag").to_owned();
    let room = json!({ "id": "a1", "site": "annex", "equipment": ["printer"] });
    town.header("if-match", &tag).put("/v1/rooms/a1", &room).await.ok(200);
    let changes = town.get(&format!("{path}/changes")).await.ok(200).body;
    assert_eq!(changes["conflicts"][0]["theirs"], json!(["printer"]), "{changes}");
    assert_eq!(changes["conflicts"].as_array().unwrap().len(), 1);
    let second = town.header("if-match", "\"2\"");
    let refused = second.post(&format!("{path}/apply"), json!({})).await.is(409, "draft-conflicts");
    assert_eq!(refused.violations(), [("/rooms/2/equipment", "contradicts")]);
    scenario["rooms"][2]["equipment"] = json!(["printer"]);
    second.put(&path, &json!({ "scenario": scenario })).await.ok(200);
    town.header("if-match", "\"3\"").post(&format!("{path}/apply"), json!({})).await.ok(200);
    let ben = town.get("/v1/staff/ben").await.ok(200).body;
    assert_eq!(
        (&ben["absent_on"], &ben["skills"]),
        (&json!(["2027-03-03"]), &json!(["law", "tax"]))
    );
}

#[tokio::test]
async fn a_variant_becomes_a_draft() {
    let town = Town::open().await;
    let variant = json!({ "schema": "variant/1", "name": "One more", "edits": [
        { "edit": "add_clerks", "count": 1, "like": "ada", "id": "new" }] });
    let made =
        town.post("/v1/drafts", json!({ "name": "One more", "variant": variant })).await.ok(201);
    let path = made.header("location").to_owned();
    let changes = town.get(&format!("{path}/changes")).await.ok(200).body;
    let all = changes["changes"].as_array().unwrap();
    assert_eq!(all.len(), 1, "nothing but the clerk: {changes}");
    assert_eq!((&all[0]["path"], &all[0]["kind"]), (&json!(["staff", "new-1"]), &json!("added")));
    let wrong = json!({ "schema": "variant/1", "name": "x", "edits": [
        { "edit": "remove_clerks", "clerks": ["nobody"] }] });
    let wrong = town.post("/v1/drafts", json!({ "name": "x", "variant": wrong })).await;
    wrong.is(422, "invalid-variant");
}

#[tokio::test]
async fn who_may_look_sees_drafts_and_changes_none() {
    let (town, keys) = locked_with(
        wide(),
        &[
            ("planner", "planning:write", None),
            ("looker", "planning:read", None),
            ("web", "slots:read", None),
        ],
    )
    .await;
    let (planner, looker, web) = (town.key(&keys[0]), town.key(&keys[1]), town.key(&keys[2]));
    let (path, _) = draft(&planner, "Seen by others").await;
    let read = looker.get(&path).await.ok(200);
    assert_eq!(read.body["created_by"], "planner");
    for path in ["/v1/scenario", "/v1/plan?date=2027-03-01", "/v1/drafts", "/v1/sites/hall"] {
        looker.get(path).await.ok(200);
        web.get(path).await.is(403, "forbidden");
    }
    looker.post("/v1/drafts", json!({ "name": "x" })).await.is(403, "forbidden");
    let current = looker.header("if-match", "\"1\"");
    current.put(&path, &json!({ "name": "x" })).await.is(403, "forbidden");
    current.delete(&path).await.is(403, "forbidden");
    current.post(&format!("{path}/apply"), json!({})).await.is(403, "forbidden");
    // Each learns what it may do.
    let scopes = |reply: super::harness::Reply| reply.ok(200).body["scopes"].clone();
    assert_eq!(scopes(looker.get("/v1/client").await), json!(["planning:read"]));
    assert_eq!(scopes(web.get("/v1/client").await), json!(["slots:read"]));
    let all = json!(["studies:run", "planning:read", "planning:write"]);
    assert_eq!(scopes(planner.get("/v1/client").await), all);
    town.get("/v1/client").await.is(401, "unauthorized");
}
