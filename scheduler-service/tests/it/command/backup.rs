//! `scheduler backup` and `scheduler restore`

use std::path::Path;

use tempfile::TempDir;

use super::serve::{Serving, scheduler};

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = scheduler(folder, arguments).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

const DATABASE: &str = "scheduler-data/scheduler.db";

#[test]
fn a_backup_made_while_serving_brings_back_what_was_booked() {
    let folder = TempDir::new().unwrap();
    let mut serving = Serving::start(folder.path());
    let [_, hold, confirm] = [(); 3].map(|()| serving.line("curl"));
    assert_eq!(serving.paste(&hold).0, 201);
    assert_eq!(run(folder.path(), &["backup", "copy.db"]).0, 0);
    let (code, message) = run(folder.path(), &["backup", "copy.db"]);
    assert!(code == 2 && message.contains("there already"), "{message}");
    // What comes later is not in it.
    let (status, booked) = serving.paste(&confirm);
    assert_eq!(status, 201, "{booked}");

    let (code, message) = run(folder.path(), &["restore", "copy.db"]);
    assert!(code == 2 && message.contains("--replace"), "{message}");
    assert_eq!(run(folder.path(), &["restore", "copy.db", "--replace"]).0, 0);
    // A service that still uses the old file notices, and acknowledges nothing any more.
    assert_eq!(serving.send("GET", "/readyz", "accept: */*", "").0, 503);
    assert_eq!(serving.paste(&confirm).0, 503);
    drop(serving);
    assert!(folder.path().join(format!("{DATABASE}.replaced-0")).exists(), "the old one is kept");

    let serving = Serving::start(folder.path());
    // The hold is there, not yet confirmed.
    let confirm = confirm.replace(confirm.split('/').nth(2).unwrap(), serving.address());
    assert_eq!(serving.paste(&confirm).0, 201);
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "These are my notes, and no database.")
        .unwrap();
    let (code, message) = run(folder.path(), &["restore", "notes.txt"]);
    assert!(code == 2 && message.contains("no SQLite database"), "{message}");
    let (code, message) = run(folder.path(), &["restore", "nothing.db"]);
    assert!(code == 2 && message.contains("no such file"), "{message}");
    assert!(!folder.path().join(DATABASE).exists());
    let (code, message) = run(folder.path(), &["restore", "x", "--database", "postgres://x/y"]);
    assert!(code == 2 && message.contains("pg_restore"), "{message}");
}
