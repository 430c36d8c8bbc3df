//! Workbooks made by hand, with whatever a spreadsheet program can put into one.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// A cell.
#[derive(Debug, Clone)]
pub(super) enum C {
    /// Nothing.
    No,
    /// A text.
    S(&'static str),
    /// A number.
    N(f64),
    /// A number as a date.
    Date(f64),
    /// A number as a time.
    Time(f64),
    /// A number as a date with a time.
    Moment(f64),
    /// A number in percent.
    Percent(f64),
    /// True or false.
    B(bool),
    /// An error.
    Error(&'static str),
    /// A formula with its value.
    Formula(f64),
    /// A formula that was never calculated.
    Bare,
}

/// A sheet.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    pub(super) name: String,
    pub(super) rows: Vec<Vec<C>>,
    pub(super) is_hidden: bool,
    pub(super) hidden_rows: Vec<usize>,
    pub(super) hidden_columns: Vec<usize>,
    pub(super) merged: Vec<&'static str>,
}

/// A workbook.
#[derive(Debug, Clone, Default)]
pub(super) struct Book {
    pub(super) sheets: Vec<Made>,
    pub(super) from_1904: bool,
}

impl Book {
    pub(super) fn sheet(&mut self, name: &str) -> &mut Made {
        let found = self.sheets.iter_mut().find(|sheet| sheet.name == name);
        found.unwrap_or_else(|| panic!("no sheet {name}"))
    }

    /// Puts `cell` at a place such as `C7`.
    pub(super) fn put(&mut self, sheet: &str, at: &str, cell: C) {
        let (row, column) = scheduler_service::tables::book::parse_cell_name(at).unwrap();
        let rows = &mut self.sheet(sheet).rows;
        let (row, column) = (row as usize, column as usize);
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if rows[row].len() <= column {
            rows[row].resize(column + 1, C::No);
        }
        rows[row][column] = cell;
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut files = vec![
            (
                "_rels/.rels".to_owned(),
                relationships(&[("officeDocument", "xl/workbook.xml".to_owned())]),
            ),
            ("xl/styles.xml".to_owned(), STYLES.to_owned()),
        ];
        let mut sheets = String::new();
        let mut targets = Vec::new();
        for (index, sheet) in self.sheets.iter().enumerate() {
            let state = if sheet.is_hidden { " state=\"hidden\"" } else { "" };
            let (name, id) = (escape(&sheet.name), index + 1);
            write!(sheets, "<sheet name=\"{name}\" sheetId=\"{id}\"{state} r:id=\"r{id}\"/>")
                .unwrap();
            targets.push(("worksheet", format!("worksheets/sheet{id}.xml")));
            files.push((format!("xl/worksheets/sheet{id}.xml"), sheet.xml()));
        }
        targets.push(("styles", "styles.xml".to_owned()));
        let date1904 = if self.from_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
        let workbook =
            format!("<workbook xmlns:r=\"r\">{date1904}<sheets>{sheets}</sheets></workbook>");
        files.push(("xl/workbook.xml".to_owned(), workbook));
        files.push(("xl/_rels/workbook.xml.rels".to_owned(), relationships(&targets)));
        pack(files.into_iter().map(|(name, text)| (name, text.into_bytes())))
    }
}

pub(super) fn pack(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn relationships(of: &[(&str, String)]) -> String {
    let mut text = "<Relationships>".to_owned();
    for (index, (kind, target)) in of.iter().enumerate() {
        let id = index + 1;
        write!(text, "<Relationship Id=\"r{id}\" Type=\"http://x/{kind}\" Target=\"{target}\"/>")
            .unwrap();
    }
    text + "</Relationships>"
}

/// Plain, date, time, date with time, percent.
const STYLES: &str = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"[hh]:mm\"/></numFmts><cellXfs>\
     <xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/><xf numFmtId=\"22\"/><xf numFmtId=\"9\"/>\
     </cellXfs></styleSheet>";

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

impl Made {
    fn xml(&self) -> String {
        let mut xml = "<worksheet>".to_owned();
        if !self.hidden_columns.is_empty() {
            xml += "<cols>";
            for column in &self.hidden_columns {
                let column = column + 1;
                write!(xml, "<col min=\"{column}\" max=\"{column}\" hidden=\"1\"/>").unwrap();
            }
            xml += "</cols>";
        }
        xml += "<sheetData>";
        for (row, cells) in self.rows.iter().enumerate() {
            let hidden = if self.hidden_rows.contains(&row) { " hidden=\"1\"" } else { "" };
            write!(xml, "<row r=\"{}\"{hidden}>", row + 1).unwrap();
            for (column, cell) in cells.iter().enumerate() {
                let name = scheduler_service::tables::book::cell_name(row as u32, column as u32);
                let number = |style: u8, value: f64| {
                    format!("<c r=\"{name}\" s=\"{style}\"><v>{value}</v></c>")
                };
                xml += &match cell {
                    C::No => String::new(),
                    C::S(text) => format!(
                        "<c r=\"{name}\" t=\"inlineStr\"><is><t>{}</t></is></c>",
                        escape(text)
                    ),
                    C::N(value) => number(0, *value),
                    C::Date(value) => number(1, *value),
                    C::Time(value) => number(2, *value),
                    C::Moment(value) => number(3, *value),
                    C::Percent(value) => number(4, *value),
                    C::B(value) => {
                        format!("<c r=\"{name}\" t=\"b\"><v>{}</v></c>", u8::from(*value))
                    }
                    C::Error(text) => {
                        format!("<c r=\"{name}\" t=\"e\"><f>1/0</f><v>{text}</v></c>")
                    }
                    C::Formula(value) => format!("<c r=\"{name}\"><f>5*3</f><v>{value}</v></c>"),
                    C::Bare => format!("<c r=\"{name}\"><f>5*3</f></c>"),
                };
            }
            xml += "</row>";
        }
        xml += "</sheetData>";
        if !self.merged.is_empty() {
            xml += "<mergeCells>";
            for area in &self.merged {
                write!(xml, "<mergeCell ref=\"{area}\"/>").unwrap();
            }
            xml += "</mergeCells>";
        }
        xml + "</worksheet>"
    }
}

/// A small office that makes sense, as a planner would fill it in.
#[allow(clippy::too_many_lines, reason = "one office, sheet by sheet")]
pub(super) fn office() -> Book {
    use C::{Date, N, No, Percent, S, Time};
    let sheet =
        |name: &str, rows: Vec<Vec<C>>| Made { name: name.to_owned(), rows, ..Made::default() };
    let half_past_seven = 7.5 / 24.0;
    Book {
        from_1904: false,
        sheets: vec![
            sheet(
                "Scenario",
                vec![
                    vec![S("Field"), S("Value")],
                    vec![S("time zone"), S("Europe/Berlin")],
                    vec![S("grid minutes"), N(5.0)],
                    vec![S("horizon: from"), Date(46447.0)],
                    vec![S("horizon: until"), S("5.3.2027")],
                ],
            ),
            sheet(
                "Sites",
                vec![
                    vec![S("id"), S("name"), S("closed on")],
                    vec![S("hall"), S("Town hall"), S("3.3.2027, 2027-03-04")],
                    vec![S("branch")],
                ],
            ),
            sheet(
                "Opening",
                vec![
                    vec![S("site"), S("days"), S("from"), S("until")],
                    vec![S("hall"), S("Mo-Fr"), S("7:30"), Time(0.5)],
                    vec![S("branch"), No, Time(half_past_seven), S("12 Uhr")],
                ],
            ),
            sheet(
                "Rooms",
                vec![
                    vec![S("id"), S("site"), S("equipment")],
                    vec![N(101.0), S("hall"), S("camera")],
                    vec![S("b1"), S("branch")],
                ],
            ),
            sheet(
                "Services",
                vec![
                    vec![
                        S("id"),
                        S("minutes"),
                        S("extra person minutes"),
                        S("max persons"),
                        S("skills"),
                        S("equipment"),
                        S("value"),
                        S("room"),
                    ],
                    vec![
                        S("card"),
                        N(15.0),
                        N(5.0),
                        N(4.0),
                        S("documents"),
                        S("camera"),
                        N(1.0),
                        S("yes"),
                    ],
                    vec![
                        S("advice"),
                        C::Formula(15.0),
                        N(0.0),
                        N(1.0),
                        S("documents"),
                        No,
                        S("0,5"),
                        C::B(true),
                    ],
                ],
            ),
            sheet(
                "Staff",
                vec![
                    vec![S("id"), S("skills")],
                    vec![S("ada"), S("documents")],
                    vec![S("ben"), S("documents")],
                ],
            ),
            sheet(
                "Shifts",
                vec![
                    vec![
                        S("staff"),
                        S("site"),
                        S("days"),
                        S("from"),
                        S("until"),
                        S("break: minutes"),
                        S("break: from"),
                        S("break: until"),
                    ],
                    vec![
                        S("ada"),
                        S("hall"),
                        No,
                        S("07:30"),
                        S("12:00"),
                        N(15.0),
                        S("9:00"),
                        S("11:00"),
                    ],
                    vec![S("ben"), S("branch"), S("Montag, Di"), S("07:30"), S("12:00")],
                ],
            ),
            sheet(
                "Absences",
                vec![
                    vec![S("staff"), S("from"), S("until")],
                    vec![S("ben"), Date(46448.0), S("3.3.2027")],
                ],
            ),
            sheet(
                "Quotas",
                vec![
                    vec![
                        S("id"),
                        S("site"),
                        S("from"),
                        S("until"),
                        S("min share"),
                        S("block minutes"),
                        S("skills"),
                    ],
                    vec![
                        S("morning"),
                        S("hall"),
                        S("07:30"),
                        S("10:00"),
                        Percent(0.25),
                        N(30.0),
                        S("documents"),
                    ],
                ],
            ),
            sheet(
                "Demand",
                vec![
                    vec![
                        S("id"),
                        S("service"),
                        S("sites"),
                        S("days"),
                        S("from"),
                        S("until"),
                        S("expected requests"),
                    ],
                    vec![
                        S("cards"),
                        S("card"),
                        S("hall"),
                        S("Mo, Di"),
                        S("07:30"),
                        S("12:00"),
                        N(12.5),
                    ],
                    vec![
                        S("talks"),
                        S("advice"),
                        S("hall, branch"),
                        No,
                        S("07:30"),
                        S("12:00"),
                        S("1,25"),
                    ],
                ],
            ),
            sheet(
                "Appointments",
                vec![
                    vec![S("id"), S("service"), S("site"), S("start"), S("persons"), S("staff")],
                    vec![
                        S("first"),
                        S("card"),
                        S("hall"),
                        C::Moment(46447.0 + 8.0 / 24.0),
                        N(2.0),
                        S("ada"),
                    ],
                ],
            ),
            sheet(
                "Operations",
                vec![
                    vec![S("Field"), S("Value")],
                    vec![S("no show: probability"), S("8,5 %")],
                    vec![S("requests: persons"), S("0.85; 0.1; 0.05")],
                ],
            ),
        ],
    }
}
