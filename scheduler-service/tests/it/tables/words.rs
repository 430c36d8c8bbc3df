//! Names of sheets and columns.

use scheduler_core::scenario::Scenario;
use scheduler_core::scenario::wire::{Kind, Part as _};
use scheduler_service::tables::grid::GRIDS;
use scheduler_service::tables::layout::{Layout, Role, Shape};
use scheduler_service::tables::words::{german_word, normal};

#[test]
fn every_name_means_one_thing() {
    let layout = Layout::of(Scenario::OBJECT);
    let mut names: Vec<_> = layout.sheets.iter().map(|sheet| sheet.names.clone()).collect();
    names.extend(GRIDS.iter().map(scheduler_service::tables::grid::Grid::names));
    for (index, one) in names.iter().enumerate() {
        for other in &names[index + 1..] {
            assert!(!one.clashes(other), "{one:?} and {other:?}");
        }
        for name in [&one.en, &one.de] {
            assert!((1..=31).contains(&name.chars().count()), "{name}");
        }
    }
    for sheet in &layout.sheets {
        for (index, one) in sheet.columns.iter().enumerate() {
            for other in &sheet.columns[index + 1..] {
                assert!(
                    !one.names.clashes(&other.names),
                    "{}: {:?} and {:?}",
                    sheet.key,
                    one.names,
                    other.names
                );
            }
        }
    }
}

#[test]
fn every_field_of_the_format_has_a_column_and_german_words() {
    let layout = Layout::of(Scenario::OBJECT);
    assert!(layout.sheets.iter().filter(|sheet| sheet.shape == Shape::Form).count() >= 3);
    let mut missing = Vec::new();
    for sheet in &layout.sheets {
        if sheet.names.about_de.is_empty() {
            missing.push(format!("SHEETS {:?}", sheet.key));
        }
        for column in &sheet.columns {
            let is_value = column.role == Role::Value;
            if is_value && column.names.about_de.is_empty() {
                missing.push(format!("COLUMNS {}.{}", sheet.object.name, column.path.join(".")));
            }
            let words = match column.kind() {
                Kind::Words(words) | Kind::List(&Kind::Words(words)) => words,
                _ => continue,
            };
            for word in words.words {
                if german_word(words.name, word.word).is_none() {
                    missing.push(format!("WORDS {} {}", words.name, word.word));
                }
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "add a line for each to words/german.rs: {missing:#?}");
}

#[test]
fn names_are_compared_as_people_mean_them() {
    for (one, other) in [
        ("Öffnungszeiten", "oeffnungszeiten"),
        ("Blocklänge (Minuten)", "blocklaenge"),
        (" Until_Date ", "untildate"),
        ("Maß", "mass"),
        ("Ra\u{308}ume", "raeume"),
    ] {
        assert_eq!(normal(one), other);
    }
}
