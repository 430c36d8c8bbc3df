//! Which column says what.

use super::trouble::HistoryError;

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// When the appointment was made.
    BookedAt,
    /// When it was for; empty for whom comes without one.
    AppointmentAt,
    /// Where.
    Site,
    /// What for.
    Service,
    /// How many came together.
    Persons,
    /// When the customer came.
    ArrivedAt,
    /// When service began.
    CalledAt,
    /// When the customer left.
    FinishedAt,
    /// At which counter.
    Counter,
    /// Who served; a pseudonym will do.
    Clerk,
    /// What became of it.
    Outcome,
    /// The date of all columns that have a time of the day only.
    Date,
    /// The how manieth day of a simulation, in its traces.
    Day,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::BookedAt,
        Self::AppointmentAt,
        Self::Site,
        Self::Service,
        Self::Persons,
        Self::ArrivedAt,
        Self::CalledAt,
        Self::FinishedAt,
        Self::Counter,
        Self::Clerk,
        Self::Outcome,
        Self::Date,
        Self::Day,
    ];

    /// Its name, and what else it is called.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::BookedAt => &["booked_at", "gebucht_am", "gebucht_um", "buchungszeit"],
            Self::AppointmentAt => &["appointment_at", "termin", "termin_am", "terminzeit"],
            Self::Site => &["site", "standort", "dienststelle"],
            Self::Service => &["service", "anliegen", "dienstleistung", "leistung"],
            Self::Persons => &["persons", "personen", "personenzahl"],
            Self::ArrivedAt => &["arrived_at", "ankunft", "angekommen_um", "ticketzeit"],
            Self::CalledAt => &["called_at", "aufruf", "aufgerufen_um", "aufrufzeit"],
            Self::FinishedAt => &["finished_at", "ende", "beendet_um", "fertig_um"],
            Self::Counter => &["counter", "schalter", "arbeitsplatz"],
            Self::Clerk => &["clerk", "sachbearbeitung", "sachbearbeiter", "mitarbeiter"],
            Self::Outcome => &["outcome", "ergebnis", "status"],
            Self::Date => &["date", "datum"],
            Self::Day => &["simulated_day"],
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        self.names()[0]
    }
}

/// What the traces of simulations call them.
const TRACE: [(&str, Column); 8] = [
    ("day", Column::Day),
    ("plan_date", Column::Date),
    ("booked", Column::AppointmentAt),
    ("arrival", Column::ArrivedAt),
    ("begin", Column::CalledAt),
    ("end", Column::FinishedAt),
    ("site", Column::Site),
    ("service", Column::Service),
];

/// Names that a file gives to columns.
#[derive(Debug, Clone, Default)]
pub struct ColumnNames(pub Vec<(Column, String)>);

impl ColumnNames {
    /// Reads `arrived_at=Ticket gezogen,service=Anliegen`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pairs = text.split(',').map(|pair| {
            let (name, column) =
                pair.split_once('=').ok_or_else(|| format!("{pair:?} is not NAME=COLUMN"))?;
            let found = Column::ALL.into_iter().find(|column| column.name() == name.trim());
            let found = found.ok_or_else(|| {
                let names: Vec<&str> = Column::ALL.into_iter().map(Column::name).collect();
                format!("there is no {name:?}; the names are {}", names.join(", "))
            })?;
            Ok((found, column.trim().to_owned()))
        });
        pairs.collect::<Result<_, String>>().map(Self)
    }
}

/// `Ticket gezogen` and `ticket_gezogen` are the same.
fn normal(text: &str) -> String {
    let text = text.trim().trim_start_matches('\u{feff}').to_lowercase();
    text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

/// For each column of the file what it says.
pub(super) fn assign(
    file: &str,
    header: &[String],
    given: &ColumnNames,
) -> Result<Vec<Option<Column>>, HistoryError> {
    let names: Vec<String> = header.iter().map(|name| normal(name)).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let is_trace = has("plan_date") && has("arrival") && has("begin");
    let mut columns: Vec<Option<Column>> = vec![None; header.len()];
    for (column, name) in &given.0 {
        let Some(place) = names.iter().position(|known| *known == normal(name)) else {
            let (file, name) = (file.to_owned(), name.clone());
            return Err(HistoryError::NoSuchColumn { file, name, header: header.to_vec() });
        };
        columns[place] = Some(*column);
    }
    for (place, name) in names.iter().enumerate() {
        if columns[place].is_some() {
            continue;
        }
        let trace = TRACE.iter().filter(|_| is_trace).find(|(known, _)| known == name);
        let found = trace.map(|&(_, column)| column).or_else(|| {
            Column::ALL.into_iter().find(|column| column.names().contains(&name.as_str()))
        });
        // The first column of a name, and what is said on the command line goes before.
        columns[place] = found.filter(|&column| !columns.contains(&Some(column)));
    }
    let missing = |column: Column| !columns.contains(&Some(column));
    let mut lacking: Vec<&'static str> = [Column::Site, Column::Service]
        .into_iter()
        .filter(|&column| missing(column))
        .map(Column::name)
        .collect();
    if missing(Column::AppointmentAt) && missing(Column::ArrivedAt) {
        lacking.push("appointment_at or arrived_at");
    }
    if lacking.is_empty() {
        Ok(columns)
    } else {
        Err(HistoryError::Lacking { file: file.to_owned(), lacking, header: header.to_vec() })
    }
}
