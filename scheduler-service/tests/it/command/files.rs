//! Where plans and charts are written.

use super::office::Office;

#[test]
fn a_place_that_cannot_be_written_to_is_named_before_the_work_begins() {
    let office = Office::new();
    std::fs::create_dir(office.path("folder")).unwrap();
    for option in ["--out", "--chart"] {
        for place in ["folder", "missing/plan.json", "scenario.json/plan.json", ""] {
            // So long that a test which waited for it would be noticed.
            let run = office.run(&["plan", "scenario.json", "--seconds", "1000000", option, place]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{option} {place}");
            assert!(run.stderr.contains(place), "{}", run.stderr);
            assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        }
    }
    assert_eq!(office.files(), ["folder", "scenario.json"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let office = Office::new();
    for option in ["--out", "--chart"] {
        let run = office.plan(&[option, "/dev/full"]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("cannot write /dev/full"), "{}", run.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_an_error() {
    let office = Office::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let arguments = ["plan", "scenario.json", "--steps", "200"];
    let output = office.command(&arguments).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write stdout"));
}

#[test]
fn a_file_is_replaced_and_nothing_else_is_left_behind() {
    let office = Office::new();
    office.write("plan.json", b"old");
    let run = office.plan(&["--out", "plan.json", "--chart", "day.svg"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(office.read("plan.json").starts_with("{\"schema\":\"plan/1\""));
    assert_eq!(office.files(), ["day.svg", "plan.json", "scenario.json"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let office = Office::new();
    office.write("real.json", b"old");
    let permissions = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(office.path("real.json"), permissions).unwrap();
    symlink("real.json", office.path("plan.json")).unwrap();
    let run = office.plan(&["--out", "plan.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(office.path("plan.json").is_symlink());
    assert!(office.read("real.json").contains("plan/1"));
    let mode = std::fs::metadata(office.path("real.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[test]
fn the_scenario_is_never_overwritten() {
    let office = Office::new();
    let before = office.read("scenario.json");
    for arguments in [["--out", "scenario.json"], ["--chart", "./scenario.json"]] {
        let run = office.plan(&arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("would overwrite "), "{}", run.stderr);
    }
    let run = office.plan(&["--out", "both", "--chart", "both"]);
    assert_eq!(run.code, 2);
    assert_eq!(office.read("scenario.json"), before);
    assert_eq!(office.files(), ["scenario.json"]);
}
