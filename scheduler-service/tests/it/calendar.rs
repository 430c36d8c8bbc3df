//! Calendars in and out.

use std::str::FromStr as _;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use icalendar::{Calendar, CalendarComponent, CalendarDateTime, Component as _, DatePerhapsTime};
use scheduler_core::plan::Planner;
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::report::roster::roster;
use scheduler_core::scenario::Scenario;
use scheduler_service::calendar::import::{Imported, absences, closures};
use scheduler_service::calendar::rule::Rule;
use scheduler_service::calendar::write::calendars;
use serde_json::json;

fn office(from: &str, until: &str) -> Scenario {
    let scenario = json!({
        "schema": "scenario/1", "name": "office", "time_zone": "Europe/Berlin", "grid_minutes": 15,
        "horizon": { "from": from, "until": until },
        "sites": [
            { "id": "hall", "name": "Rathaus, \"Alt\"; Süd", "open": [{ "from": "07:30", "until": "12:00" }] },
            { "id": "nord", "open": [] }
        ],
        "rooms": [{ "id": "r1", "site": "hall", "equipment": [] }],
        "services": [{ "id": "card", "minutes": 15, "extra_person_minutes": 0, "max_persons": 1,
            "skills": [], "equipment": [], "value": 1 }],
        "staff": [
            { "id": "ada", "name": "Ada Lovelace", "skills": [], "shifts": [
                { "site": "hall", "from": "07:30", "until": "12:00",
                  "break": { "minutes": 15, "from": "09:00", "until": "11:00" } }] },
            { "id": "mo", "skills": [], "shifts": [{ "site": "hall", "days": ["mon"], "from": "07:30", "until": "24:00" }] }
        ],
        "demand": [{ "id": "cards", "service": "card", "sites": ["hall"], "from": "07:30", "until": "12:00", "mean": 9 }]
    });
    Scenario::from_value(&scenario).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn calendar(events: &str) -> Vec<u8> {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
        .replace('\n', "\r\n")
        .replace("\r\r", "\r")
        .into_bytes()
}

fn complaints(imported: &Imported) -> String {
    imported
        .found
        .iter()
        .map(|found| format!("{} {:?} {}\n", found.code, found.at, found.text.en))
        .collect()
}

/// The examples of RFC 5545, section 3.8.5.3, and what they come to.
#[test]
fn rules_recur_as_the_standard_says() {
    for (start, rule, until, expected) in [
        (
            "1997-09-02",
            "FREQ=DAILY;COUNT=10",
            "1998-01-01",
            "09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11",
        ),
        (
            "1997-09-02",
            "FREQ=DAILY;INTERVAL=10;COUNT=5",
            "1998-01-01",
            "09-02 09-12 09-22 10-02 10-12",
        ),
        (
            "1997-09-02",
            "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
            "1997-11-01",
            "09-02 09-16 09-30 10-14 10-28",
        ),
        (
            "1997-09-02",
            "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
            "1998-01-01",
            "09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02",
        ),
        (
            "1997-09-01",
            "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971008T000000Z;WKST=SU;BYDAY=MO,WE,FR",
            "1998-01-01",
            "09-01 09-03 09-05 09-15 09-17 09-19 09-29 10-01 10-03",
        ),
        ("1997-09-05", "FREQ=MONTHLY;COUNT=4;BYDAY=1FR", "1998-12-01", "09-05 10-03 11-07 12-05"),
        ("1997-09-22", "FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1998-12-01", "09-22 10-20 11-17"),
        ("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", "1997-12-31", "09-28 10-29 11-28 12-29"),
        (
            "1997-09-13",
            "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
            "1997-12-31",
            "09-13 10-11 11-08 12-13",
        ),
        (
            "1997-09-04",
            "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
            "1998-12-31",
            "09-04 10-07 11-06",
        ),
        (
            "1997-09-29",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
            "1997-12-31",
            "09-29 10-30 11-27 12-30",
        ),
        ("1997-06-10", "FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1998-12-31", "06-10 07-10 06-10 07-10"),
        ("1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1999-12-31", "05-19 05-18 05-17"),
        (
            "1996-11-05",
            "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
            "2004-12-31",
            "11-05 11-07 11-02",
        ),
        (
            "1997-08-05",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
            "1998-12-31",
            "08-05 08-10 08-19 08-24",
        ),
        (
            "1997-08-05",
            "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
            "1998-12-31",
            "08-05 08-17 08-19 08-31",
        ),
        ("2020-02-29", "FREQ=YEARLY", "2029-01-01", "02-29 02-29 02-29"),
        (
            "2007-01-15",
            "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
            "2008-12-31",
            "01-15 01-30 02-15 03-15 03-30",
        ),
        (
            "1997-01-01",
            "FREQ=YEARLY;INTERVAL=3;COUNT=6;BYYEARDAY=1,100,200",
            "2008-12-31",
            "01-01 04-10 07-19 01-01 04-09 07-18",
        ),
    ] {
        let days = Rule::parse(rule).unwrap().days(day(start), day(start), day(until));
        let days: Vec<String> = days.iter().map(|day| day.format("%m-%d").to_string()).collect();
        assert_eq!(days.join(" "), expected, "{rule}");
    }
}

#[test]
fn rules_that_are_not_understood_are_named() {
    for (rule, part) in [
        ("FREQ=SECONDLY", "FREQ=SECONDLY"),
        ("FREQ=DAILY;BYMOON=1", "BYMOON=1"),
        ("INTERVAL=2", "INTERVAL=2"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY=0"),
    ] {
        assert_eq!(Rule::parse(rule).unwrap_err(), part);
    }
}

#[test]
fn a_rule_without_end_costs_no_more_than_its_horizon() {
    let begin = std::time::Instant::now();
    for rule in [
        "FREQ=DAILY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;COUNT=4000000000",
        "FREQ=DAILY;INTERVAL=9999;BYSETPOS=5",
    ] {
        Rule::parse(rule).unwrap().days(day("1700-01-01"), day("2027-01-01"), day("2027-12-31"));
    }
    assert!(begin.elapsed().as_secs() < 5);
}

#[test]
fn holidays_close_all_sites_within_the_horizon() {
    let mut scenario = office("2027-03-01", "2027-12-31");
    let bytes = calendar(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Tag der Deutschen Einheit\nDTSTART;VALUE=DATE:19901003\nRRULE:FREQ=YEARLY\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:2\nSUMMARY:Ostern\nDTSTART;VALUE=DATE:20270326\nDTEND;VALUE=DATE:20270330\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:3\nSUMMARY:abgesagt\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20270501\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:4\nSUMMARY:Silvester\nDTSTART;TZID=\"W. Europe Standard Time\":20261231T120000\nDTEND;TZID=\"W. Europe Standard Time\":20261231T\n 180000\nRRULE:FREQ=YEARLY\nBEGIN:VALARM\nDTSTART:20000101T000000Z\nEND:VALARM\nEND:VEVENT\n",
    );
    let imported = closures(&mut scenario, "DE-HB.ics", &bytes, None);
    assert!(imported.found.is_empty(), "{}", complaints(&imported));
    let expected: Vec<NaiveDate> =
        ["2027-03-26", "2027-03-27", "2027-03-28", "2027-03-29", "2027-10-03"].map(day).to_vec();
    for site in &scenario.sites {
        assert_eq!(site.closed_on, expected);
        assert_eq!(site.closed.len(), 1);
        assert_eq!(site.closed[0].from.to_rfc3339(), "2027-12-31T12:00:00+01:00");
        assert_eq!(site.closed[0].until.to_rfc3339(), "2027-12-31T18:00:00+01:00");
    }
    // A second time changes nothing.
    let before = scenario.clone();
    closures(&mut scenario, "DE-HB.ics", &bytes, None);
    assert_eq!(scenario, before);
    let mut one = office("2027-03-01", "2027-12-31");
    closures(&mut one, "DE-HB.ics", &bytes, Some("nord"));
    assert!(one.sites[0].closed_on.is_empty() && one.sites[1].closed_on == expected);
}

#[test]
fn absences_go_to_whom_they_name() {
    let mut scenario = office("2027-03-01", "2027-04-30");
    let bytes = calendar(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Urlaub Ada Lovelace\nDTSTART;VALUE=DATE:20270301\nDURATION:P1W\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:2\nSUMMARY:Arzt\nATTENDEE;CN=\"x\":mailto:mo@town.example\nDTSTART:20270329T060000Z\nDTEND:20270329T080000Z\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20270405T060000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:2\nSUMMARY:Arzt (mo)\nRECURRENCE-ID:20270412T060000Z\nDTSTART:20270413T060000Z\nDTEND:20270413T070000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:3\nSUMMARY:Monat von jemandem\nDTSTART;VALUE=DATE:20280301\nEND:VEVENT\n",
    );
    let imported = absences(&mut scenario, "a.ics", &bytes, None);
    assert!(imported.found.is_empty(), "{}", complaints(&imported));
    assert_eq!((imported.days, imported.times), (7, 2));
    assert_eq!(scenario.staff[0].absent_on.len(), 7);
    let times: Vec<String> =
        scenario.staff[1].absent.iter().map(|span| span.from.to_rfc3339()).collect();
    // By the clock of the scenario: summer time has begun on the 28th.
    assert_eq!(times, ["2027-03-29T08:00:00+02:00", "2027-04-13T08:00:00+02:00"]);
}

#[test]
fn what_cannot_be_taken_over_is_told_with_its_line_and_nothing_is_changed() {
    let sound =
        "BEGIN:VEVENT\nUID:1\nSUMMARY:Urlaub ada\nDTSTART;VALUE=DATE:20270302\nEND:VEVENT\n";
    for (events, line, why_en, why_de) in [
        (
            "BEGIN:VEVENT\nSUMMARY:Urlaub\nDTSTART;VALUE=DATE:20270301\nEND:VEVENT\n",
            "8",
            "names no clerk",
            "nennt niemanden",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:ada und mo\nDTSTART;VALUE=DATE:20270301\nEND:VEVENT\n",
            "8",
            "ada and mo",
            "ada und mo",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:ada\nDTSTART:20270301T080000\nDTEND:20270301T070000\nEND:VEVENT\n",
            "8",
            "ends before",
            "endet, bevor",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:ada\nDTSTART:2027-03-01\nEND:VEVENT\n",
            "8",
            "single events",
            "einzelne Einträge",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:ada\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=HOURLY\nEND:VEVENT\n",
            "8",
            "FREQ=HOURLY",
            "FREQ=HOURLY",
        ),
        (
            "BEGIN:VEVENT\nSUMMARY:ada\nDTSTART;TZID=Mars/Base:20270301T080000\nDURATION:PT1H\nEND:VEVENT\n",
            "8",
            "Mars/Base",
            "Mars/Base",
        ),
        ("BEGIN:VEVENT\nSUMMARY:ada\nEND:VEVENT\n", "8", "no begin", "keinen Beginn"),
    ] {
        let mut scenario = office("2027-03-01", "2027-03-31");
        let before = scenario.clone();
        let imported =
            absences(&mut scenario, "a.ics", &calendar(&format!("{sound}{events}")), None);
        assert_eq!(scenario, before, "nothing is half taken over");
        let told = imported.found.iter().any(|found| {
            let at = found.at.as_ref().unwrap();
            (&*at.sheet, at.cell.as_str()) == ("a.ics", line)
                && found.text.en.contains(why_en)
                && found.text.de.contains(why_de)
        });
        assert!(told, "{events}: {}", complaints(&imported));
    }
    for (bytes, code) in [
        (b"hello".to_vec(), "calendar.unreadable"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n".to_vec(), "calendar.unreadable"),
        (calendar("BEGIN:VEVENT\nDTSTART;VALUE=DATE:20200101\nEND:VEVENT\n"), "calendar.idle"),
    ] {
        let imported = closures(&mut office("2027-03-01", "2027-03-31"), "h.ics", &bytes, None);
        assert_eq!(imported.found[0].code, code);
    }
    let unknown =
        closures(&mut office("2027-03-01", "2027-03-31"), "h.ics", &calendar(""), Some("sued"));
    assert!(unknown.found[0].text.en.contains("hall, nord"));
}

/// The calendars of the roster of a quick plan, with what was given out before.
fn texts(scenario: &Scenario, before: &[(String, String)], now: &str) -> Vec<(String, String)> {
    let problem = Problem::new(scenario).unwrap();
    let plan = Planner::new(&problem).steps(20).plan().unwrap().plan;
    let roster = roster(&problem, &plan, None);
    let now: DateTime<Utc> = now.parse().unwrap();
    let old =
        |file: &str| before.iter().find(|(name, _)| name == file).map(|(_, text)| text.as_bytes());
    calendars(&problem, &roster, Language::German)
        .iter()
        .map(|calendar| {
            (calendar.file.clone(), calendar.text(&problem.zone, old(&calendar.file), now))
        })
        .collect()
}

/// The events of a calendar, as another reads them.
pub(crate) fn events(text: &str) -> Vec<icalendar::Event> {
    let calendar = Calendar::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let events = calendar.components.into_iter().filter_map(|component| match component {
        CalendarComponent::Event(event) => Some(event),
        _ => None,
    });
    events.collect()
}

/// The offsets of the zone of a calendar: from when on, by the clock before, and what.
fn offsets(text: &str) -> Vec<(NaiveDateTime, i64)> {
    let (mut found, mut at) = (Vec::new(), None);
    for line in text
        .lines()
        .skip_while(|line| *line != "BEGIN:VTIMEZONE")
        .take_while(|line| *line != "END:VTIMEZONE")
    {
        if let Some(start) = line.strip_prefix("DTSTART:") {
            at = NaiveDateTime::parse_from_str(start, "%Y%m%dT%H%M%S").ok();
        }
        if let Some(offset) = line.strip_prefix("TZOFFSETTO:") {
            found.push((at.unwrap(), offset[..3].parse::<i64>().unwrap()));
        }
    }
    found
}

/// The instants at which the events of a calendar begin, by the rules of the zone that it has with it.
pub(crate) fn begins(text: &str) -> Vec<String> {
    let offsets = offsets(text);
    let begin = |event: &icalendar::Event| {
        let start = event.get_start();
        let Some(DatePerhapsTime::DateTime(CalendarDateTime::WithTimezone { date_time, tzid })) =
            start
        else {
            panic!("{event:?}")
        };
        assert_eq!(tzid, "Europe/Berlin");
        let offset = offsets.iter().rfind(|(at, _)| *at <= date_time).unwrap().1;
        (date_time - TimeDelta::hours(offset)).format("%Y-%m-%dT%H:%M").to_string()
    };
    events(text).iter().map(begin).collect()
}

#[test]
fn shifts_are_at_the_right_instants_across_both_clock_changes() {
    for (from, until, expected) in [
        ("2027-03-27", "2027-03-29", ["2027-03-27T06:30", "2027-03-28T05:30", "2027-03-29T05:30"]),
        ("2027-10-30", "2027-11-01", ["2027-10-30T05:30", "2027-10-31T06:30", "2027-11-01T06:30"]),
    ] {
        let all = texts(&office(from, until), &[], "2027-01-01T00:00:00Z");
        let (file, text) = &all[0];
        assert_eq!(file, "clerk-ada.ics");
        assert!(text.lines().all(|line| line.len() <= 75), "folded");
        assert_eq!(begins(text), expected);
        // The clock is changed at one o'clock, UTC.
        let local: Vec<String> = offsets(text)
            .iter()
            .map(|(at, offset)| format!("{} {offset}", at.format("%m-%dT%H:%M")))
            .collect();
        assert!(
            local.contains(&"03-28T02:00 2".to_owned())
                && local.contains(&"10-31T03:00 1".to_owned()),
            "{local:?}"
        );
    }
}

#[test]
fn an_independent_parser_accepts_what_the_roster_says() {
    let all = texts(&office("2027-03-01", "2027-03-02"), &[], "2027-01-01T00:00:00Z");
    let names: Vec<&str> = all.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(names, ["clerk-ada.ics", "clerk-mo.ics", "site-hall.ics", "site-nord.ics"]);
    let ada = events(&all[0].1);
    assert_eq!(ada.len(), 2);
    assert_eq!(ada[0].get_summary(), Some("Rathaus, \"Alt\"; Süd"));
    assert!(ada[0].get_description().unwrap().contains("Pause "), "{:?}", ada[0].get_description());
    // A shift until midnight ends on the next day.
    let mo = events(&all[1].1);
    assert!(all[1].1.contains("DTEND;TZID=Europe/Berlin:20270302T000000"), "{}", all[1].1);
    assert_eq!(mo.len(), 1);
    let hall: Vec<Option<String>> =
        events(&all[2].1).iter().map(|event| event.get_summary().map(str::to_owned)).collect();
    assert_eq!(
        hall,
        [Some("Ada Lovelace".to_owned()), Some("mo".to_owned()), Some("Ada Lovelace".to_owned())]
    );
}

#[test]
fn what_changes_gets_a_number_and_what_is_no_more_is_cancelled() {
    let scenario = office("2027-03-01", "2027-03-03");
    let first = texts(&scenario, &[], "2027-01-01T00:00:00Z");
    let again = texts(&scenario, &first, "2027-01-02T00:00:00Z");
    assert_eq!(first, again, "the same plan, the same bytes");
    let mut changed = scenario.clone();
    changed.staff[0].absent_on.push(day("2027-03-02"));
    changed.staff[0].shifts[0].until = "11:00".parse().unwrap();
    changed.staff[0].shifts[0].from_date = Some(day("2027-03-02"));
    let second = texts(&changed, &first, "2027-01-03T00:00:00Z");
    let told = |text: &str| -> Vec<(String, String, String)> {
        events(text)
            .iter()
            .map(|event| {
                let value = |name: &str| event.property_value(name).unwrap_or_default().to_owned();
                (event.get_uid().unwrap().to_owned(), value("SEQUENCE"), value("STATUS"))
            })
            .collect()
    };
    let [one, two, three] = told(&second[0].1).try_into().unwrap();
    assert_eq!(
        (one.1.as_str(), one.2.as_str()),
        ("1", "CANCELLED"),
        "no shift on the first day any more"
    );
    assert_eq!((two.1.as_str(), two.2.as_str()), ("1", "CONFIRMED"), "away on the second");
    assert_eq!((three.1.as_str(), three.2.as_str()), ("1", "CONFIRMED"), "shorter on the third");
    let uids = |all: &[(String, String)]| {
        told(&all[0].1).into_iter().map(|told| told.0).collect::<Vec<_>>()
    };
    assert_eq!(uids(&first), uids(&second), "names stay");
    // The next week leaves this one alone.
    let next = texts(&office("2027-03-08", "2027-03-08"), &second, "2027-01-04T00:00:00Z");
    assert_eq!(told(&next[0].1)[..3], told(&second[0].1)[..]);
    assert_eq!(told(&next[0].1).len(), 4);
}
