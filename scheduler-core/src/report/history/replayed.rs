//! A day once more, as text.

use crate::replay::{Customers, Explanation, Hindsight, Range, Replayed, Seen, explain, waits};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};
use crate::simulate::model::Channel;

use super::learned::date;

/// A day of a site, as it was and as the simulation has it.
#[derive(Debug)]
pub struct ReplayCase<'a> {
    /// What the site is called.
    pub site: &'a str,
    /// Who came.
    pub customers: &'a Customers,
    /// The simulation of the day.
    pub replayed: &'a Replayed,
    /// The day with everything known beforehand.
    pub hindsight: &'a Hindsight,
    /// The same day as a variant has it, what that is called, and that with everything known.
    pub variant: Option<(&'a str, &'a Replayed, &'a Hindsight)>,
}

/// Waits as measured, as simulated and as a variant has them, with what explains differences.
pub fn replay_text(case: &ReplayCase<'_>, language: Language) -> String {
    let ReplayCase { site, customers, replayed, hindsight, variant } = case;
    let of = |english, german| language.of(english, german);
    let mut out = String::new();
    paragraph(&mut out, "", &format!("{site}, {}", language.long_date(date(customers.date))));
    paragraph(&mut out, "", &staffing(case, language));
    out.push('\n');
    let measured = customers.measured();
    let mut rows: Vec<(&str, &[Seen])> = vec![
        (of("measured", "gemessen"), measured.as_slice()),
        (of("simulated", "simuliert"), replayed.seen.as_slice()),
    ];
    if let Some((name, replayed, _)) = variant {
        rows.push((name, &replayed.seen));
    }
    let header = [
        "",
        "",
        of("served", "bedient"),
        of("left", "gegangen"),
        of("mean wait, min", "Wartezeit im Mittel, min"),
        of("nine of ten at most", "neun von zehn höchstens"),
    ];
    let mut table = Table::new(2, &header);
    let names = [of("with appointment", "mit Termin"), of("without", "ohne Termin")];
    for (channel, name) in Channel::ALL.into_iter().zip(names) {
        for (index, (row, seen)) in rows.iter().enumerate() {
            let waits = waits(customers, seen, channel);
            table.row(vec![
                if index == 0 { name.to_owned() } else { String::new() },
                (*row).to_owned(),
                waits.served.to_string(),
                waits.left.to_string(),
                language.number(waits.mean, 1),
                language.number(waits.p90, 1),
            ]);
        }
    }
    table.render(&mut out);
    paragraph(&mut out, "", &agreement(&measured, &replayed.seen, language));
    let explanations = explain(customers);
    if !explanations.is_empty() {
        out.push('\n');
        out.push_str(of(
            "What the model does not know of that day",
            "Was das Modell von diesem Tag nicht weiß",
        ));
        out.push('\n');
        for explanation in &explanations {
            paragraph(&mut out, "- ", &explained(explanation, language));
        }
    }
    out.push('\n');
    losses(&mut out, hindsight, variant.map(|(name, _, hindsight)| (name, hindsight)), language);
    out
}

/// What was lost against a day of which everything is known beforehand, by decision.
fn losses(
    out: &mut String,
    hindsight: &Hindsight,
    variant: Option<(&str, &Hindsight)>,
    language: Language,
) {
    let of = |english, german| language.of(english, german);
    let heading = of(
        "What was lost, in minutes waited, by decision (who left counts for what the visit is worth, too)",
        "Was verloren ging, in gewarteten Minuten, nach Entscheidung (wer ging, zählt außerdem mit dem, was \
         der Besuch wert ist)",
    );
    paragraph(out, "", heading);
    let mut header = vec!["", of("at least", "mindestens"), of("at most", "höchstens")];
    if let Some((name, _)) = variant {
        header.extend([name, ""]);
        header[4] = of("at most", "höchstens");
    }
    let mut table = Table::new(1, &header);
    let exactly = |value: f64| Some(Range { least: value, most: value });
    let column = |of: &Hindsight, is_log: bool| {
        let split = of.losses();
        let log = |value: f64| if is_log { exactly(value) } else { None };
        [
            log(of.measured),
            log(split.conduct),
            exactly(of.simulated),
            Some(split.calls),
            Some(split.booking),
            Some(split.template),
            Some(split.staffing),
        ]
    };
    let names = [
        of("the day as it was", "der Tag, wie er war"),
        of("- conduct of the day", "- Ablauf des Tages"),
        of("the day by its rules", "der Tag nach seinen Regeln"),
        of("- calls", "- Aufrufe"),
        of("- times of appointments", "- Zeiten der Termine"),
        of("- times of breaks", "- Zeiten der Pausen"),
        of("- staffing", "- Besetzung"),
    ];
    let (own, other) = (column(hindsight, true), variant.map(|(_, of)| column(of, false)));
    let cells = |range: Option<Range>| match range {
        Some(range) => [range.least, range.most].map(|value| language.number(value, 0)),
        None => [String::new(), String::new()],
    };
    for (row, name) in names.iter().enumerate() {
        let mut line = vec![(*name).to_owned()];
        line.extend(cells(own[row]));
        line.extend(other.iter().flat_map(|column| cells(column[row])));
        table.row(line);
    }
    table.render(out);
    let minutes = |value: f64| language.number(value, 0);
    let worth = hindsight.worth;
    let (all, was) = (minutes(worth), minutes(worth - hindsight.measured));
    let found = minutes(worth - hindsight.template.most);
    let bound = minutes(worth - hindsight.template.least);
    let text = match language {
        Language::English => format!(
            "Conduct is what the day had that its rules do not. All else is compared with everything known \
             beforehand, who comes, when and for how long: calls with whom each clerk could have served \
             when, times of appointments with any time while the doors are open, times of breaks with any \
             within the shift; staffing is what is left, and would be nothing with enough clerks at the \
             right times. The visits are worth {all} minutes; the day kept {was} of them, the same clerks \
             could have kept {found}, and no more than {bound}. Rooms bind nobody in hindsight."
        ),
        Language::German => format!(
            "Der Ablauf ist, was der Tag hatte und seine Regeln nicht. Alles andere ist mit einem Tag \
             verglichen, von dem vorher alles bekannt ist, wer wann und für wie lange kommt: Aufrufe damit, \
             wen jede Person wann hätte bedienen können, Zeiten der Termine mit jeder Zeit, zu der geöffnet \
             ist, Zeiten der Pausen mit jeder in der Schicht; die Besetzung ist der Rest und wäre mit genug \
             Personen zur rechten Zeit nichts. Die Besuche sind {all} Minuten wert; der Tag hat {was} davon \
             behalten, dieselben Personen hätten {found} behalten können und höchstens {bound}. Räume binden \
             im Nachhinein niemanden."
        ),
    };
    paragraph(out, "", &text);
    if hindsight.unserved > 0 {
        let people = hindsight.unserved;
        let text = match language {
            Language::English => format!(
                "{people} people count for nothing here, as nobody of the plan of the day can serve them."
            ),
            Language::German => format!(
                "{people} Personen zählen hier nicht, weil sie niemand aus dem Plan des Tages bedienen kann."
            ),
        };
        paragraph(out, "", &text);
    }
}

fn staffing(case: &ReplayCase<'_>, language: Language) -> String {
    let staffing = case.replayed.staffing;
    let (planned, absent, added) = (staffing.planned, staffing.absent, staffing.added);
    let incomplete = case.customers.incomplete;
    let people = case.customers.visits.len();
    let who = match (language, staffing.by_counter && added > 0) {
        (Language::English, false) => format!(
            "{planned} clerks of the plan served, {absent} served nobody and count as away, {added} \
             served who are not in the plan of the day."
        ),
        (Language::German, false) => format!(
            "{planned} Personen des Plans haben bedient, {absent} niemanden und gelten als \
             abwesend, {added} stehen nicht im Plan des Tages."
        ),
        (Language::English, true) => {
            format!("The log names no clerks; its {added} counters stand for them.")
        }
        (Language::German, true) => {
            format!("Das Protokoll nennt keine Personen; seine {added} Schalter stehen für sie.")
        }
    };
    let mut text = match language {
        Language::English => format!("{people} visits. {who}"),
        Language::German => format!("{people} Besuche. {who}"),
    };
    if incomplete.times > 0 {
        let rows = incomplete.times;
        text += &match language {
            Language::English => format!(" {rows} rows lack a time and are left out."),
            Language::German => format!(" {rows} Zeilen fehlt eine Zeit; sie bleiben außer Acht."),
        };
    }
    if incomplete.turned_away > 0 {
        let rows = incomplete.turned_away;
        text += &match language {
            Language::English => format!(" {rows} people were turned away at the door."),
            Language::German => format!(" {rows} Personen wurden an der Tür abgewiesen."),
        };
    }
    text
}

/// How many waits are the same to the second, and how far the others are off.
fn agreement(measured: &[Seen], simulated: &[Seen], language: Language) -> String {
    let (mut same, mut all, mut off) = (0_usize, 0_usize, 0.0);
    for pair in measured.iter().zip(simulated) {
        match pair {
            (Seen::Served(one), Seen::Served(other)) | (Seen::Left(one), Seen::Left(other)) => {
                all += 1;
                same += usize::from(one.abs_diff(*other) < 1000);
                off += f64::from(one.abs_diff(*other)) / 60_000.0;
            }
            (Seen::Missed, Seen::Missed) => {}
            _ => all += 1,
        }
    }
    let mean = language.number(off / all.max(1) as f64, 1);
    match language {
        Language::English => format!(
            "{same} of {all} waits are the same to the second; they differ by {mean} minutes on \
             average."
        ),
        Language::German => format!(
            "{same} von {all} Wartezeiten stimmen auf die Sekunde; im Mittel weichen sie um {mean} \
             Minuten ab."
        ),
    }
}

fn explained(explanation: &Explanation, language: Language) -> String {
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    match *explanation {
        Explanation::Pauses { count, minutes, longest } => {
            let minutes = language.number(minutes, 0);
            let (from, until) = (clock(longest.0), clock(longest.1));
            match language {
                Language::English => format!(
                    "{count} times a clerk called nobody for five minutes or more while somebody \
                     waited, {minutes} minutes together, the longest from {from} to {until}: breaks \
                     that the plan has elsewhere or not at all, or work in the back office."
                ),
                Language::German => format!(
                    "{count}-mal rief jemand fünf Minuten oder länger niemanden auf, während \
                     gewartet wurde, zusammen {minutes} Minuten, am längsten von {from} bis \
                     {until}: Pausen, die der Plan woanders oder gar nicht hat, oder Arbeit im \
                     Hintergrund."
                ),
            }
        }
        Explanation::Changeover { count, seconds } => {
            let seconds = language.number(seconds, 0);
            match language {
                Language::English => format!(
                    "Between two customers {seconds} seconds pass on average while somebody waits \
                     ({count} times); the simulation calls at once. A buffer of the services says \
                     so."
                ),
                Language::German => format!(
                    "Zwischen zwei Kunden vergehen im Mittel {seconds} Sekunden, während jemand \
                     wartet ({count}-mal); die Simulation ruft sofort auf. Ein Puffer der Anliegen \
                     bildet das ab."
                ),
            }
        }
        Explanation::FewClerks => language
            .of(
                "What clerks did between customers is not looked at: fewer than five served that \
                 day.",
                "Was zwischen Kunden geschah, wird nicht betrachtet: An dem Tag haben weniger als \
                 fünf Personen bedient.",
            )
            .to_owned(),
        Explanation::OutOfOrder { count } => match language {
            Language::English => format!(
                "{count} people were called before somebody of the same service who had come \
                 earlier."
            ),
            Language::German => format!(
                "{count} Personen wurden vor jemandem mit demselben Anliegen aufgerufen, der \
                 früher da war."
            ),
        },
    }
}
