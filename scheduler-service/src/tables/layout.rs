//! Which sheets and columns there are: all follow from the definition of the format.
//!
//! A list of objects is a sheet with a row for each; lists inside its objects are sheets of their own,
//! whose rows name the entry that they belong to. A single object is a few columns of whatever holds it,
//! or, at the top and with more than two fields, a sheet with a row for each field. So a new field of the
//! format is a new column; [`super::words`] has what people read of it.

use scheduler_core::scenario::wire::{Field, Kind, Object};

use super::words::{self, Names};

/// Deepest nesting of objects that is laid out.
const DEEPEST: usize = 8;

/// All sheets.
#[derive(Debug, Clone)]
pub struct Layout {
    /// In the order in which they are written; a sheet is after the one that its rows belong to.
    pub sheets: Vec<SheetLayout>,
}

/// Form of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A row for each field: its name and its value.
    Form,
    /// A row for each entry.
    Table,
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct SheetLayout {
    /// The fields that lead to it from the top, joined by dots; empty for the top itself.
    pub key: String,
    /// What people call it.
    pub names: Names,
    /// Its form.
    pub shape: Shape,
    /// What its rows are, or it is itself.
    pub object: &'static Object,
    /// The sheet whose rows its rows belong to.
    pub parent: Option<usize>,
    /// The fields that lead to it from a row of `parent`, or from the top.
    pub steps: Vec<&'static str>,
    /// Its columns, or the rows of a form.
    pub columns: Vec<Column>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The id or number of the row, so many sheets up, that this row belongs to.
    Parent(usize),
    /// The number of the row among those that belong to the same entry.
    Number,
    /// The value of a field.
    Value,
    /// Whether there is an object of which nothing is said.
    EmptyObject,
    /// Whether there is a list that has no entry.
    EmptyList,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// What it holds.
    pub role: Role,
    /// The fields that lead to its value from the row.
    pub path: Vec<&'static str>,
    /// The field; nothing for parents and numbers.
    pub field: Option<&'static Field>,
    /// What people call it.
    pub names: Names,
}

impl Column {
    /// What its values are.
    pub fn kind(&self) -> Kind {
        self.field.map_or(Kind::Text, |field| field.kind)
    }

    /// Whether it is called `name`, which was [normalised](words::normal).
    pub fn is_called(&self, name: &str) -> bool {
        self.names.is(name)
    }
}

/// Whether values of that kind go into a cell as people write them.
pub fn is_flat(kind: &Kind) -> bool {
    match kind {
        Kind::List(of) => is_single(of),
        other => is_single(other),
    }
}

fn is_single(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Switch | Kind::Text | Kind::Form(_) | Kind::Words(_) | Kind::Number | Kind::Whole
    )
}

impl Layout {
    /// The sheets of what `object` defines.
    pub fn of(object: &'static Object) -> Self {
        let mut layout = Self { sheets: Vec::new() };
        layout.form(object, "", &[]);
        for sheet in &mut layout.sheets {
            set_apart(&mut sheet.columns);
        }
        layout
    }

    /// The sheet that is called `name`, which was [normalised](words::normal).
    pub fn find(&self, name: &str) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.names.is(name))
    }

    fn form(&mut self, object: &'static Object, key: &str, steps: &[&'static str]) {
        let index = self.sheets.len();
        self.sheets.push(SheetLayout {
            key: key.to_owned(),
            names: words::sheet(key, object),
            shape: Shape::Form,
            object,
            parent: None,
            steps: steps.to_vec(),
            columns: Vec::new(),
        });
        let mut found = Vec::new();
        self.fields(object, key, index, &[], steps, &mut found, 0);
        self.sheets[index].columns = found;
    }

    /// Adds the columns of the fields of `object`, which the fields `path` lead to from the row, and
    /// the sheets for its lists.
    #[expect(clippy::too_many_arguments, reason = "they say where in the definition it is")]
    fn fields(
        &mut self,
        object: &'static Object,
        key: &str,
        sheet: usize,
        path: &[&'static str],
        steps: &[&'static str],
        columns: &mut Vec<Column>,
        depth: usize,
    ) {
        for field in object.fields() {
            let mut here = path.to_vec();
            here.push(field.name);
            let inside = if key.is_empty() {
                field.name.to_owned()
            } else {
                format!("{key}.{}", field.name)
            };
            let column = |role| {
                let names = match path {
                    [] => words::column(object, field),
                    _ => words::nested(&columns_of(path, self.sheets[sheet].object), object, field),
                };
                Column { role, path: here.clone(), field: Some(field), names }
            };
            let is_optional = !field.required && field.default.is_none();
            match field.kind {
                Kind::Object(part) if depth < DEEPEST => {
                    if is_optional {
                        columns.push(column(Role::EmptyObject));
                    }
                    if sheet == 0 && path.is_empty() && part.fields().len() > 2 {
                        self.form(part, &inside, &join(steps, &here));
                    } else {
                        self.fields(part, &inside, sheet, &here, steps, columns, depth + 1);
                    }
                }
                Kind::List(&Kind::Object(part)) if depth < DEEPEST => {
                    if is_optional {
                        columns.push(column(Role::EmptyList));
                    }
                    // From a form everything is reached from the top, from a table from its row.
                    let (parent, steps) = match self.sheets[sheet].shape {
                        Shape::Form => (None, join(&self.sheets[sheet].steps, &here)),
                        Shape::Table => (Some(sheet), here.clone()),
                    };
                    if let Some(parent) = parent
                        && part_id(self.sheets[parent].object).is_none()
                        && !columns.iter().any(|column| column.role == Role::Number)
                    {
                        let names = words::number();
                        columns.insert(
                            0,
                            Column { role: Role::Number, path: Vec::new(), field: None, names },
                        );
                    }
                    self.table(part, &inside, parent, steps, depth + 1);
                }
                _ => columns.push(column(Role::Value)),
            }
        }
    }

    fn table(
        &mut self,
        object: &'static Object,
        key: &str,
        parent: Option<usize>,
        steps: Vec<&'static str>,
        depth: usize,
    ) {
        let index = self.sheets.len();
        let mut columns = Vec::new();
        let mut above = parent;
        let mut level = 0;
        while let Some(sheet) = above {
            let names = words::parent(self.sheets[sheet].object);
            columns.insert(
                0,
                Column { role: Role::Parent(level), path: Vec::new(), field: None, names },
            );
            // An id tells the entry among all; a number only among those of its own parent.
            let has_id = part_id(self.sheets[sheet].object).is_some();
            above = if has_id { None } else { self.sheets[sheet].parent };
            level += 1;
        }
        self.sheets.push(SheetLayout {
            key: key.to_owned(),
            names: words::sheet(key, object),
            shape: Shape::Table,
            object,
            parent,
            steps,
            columns: Vec::new(),
        });
        let mut own = Vec::new();
        self.fields(object, key, index, &[], &[], &mut own, depth);
        columns.extend(own);
        // The number of a row stands behind what it belongs to.
        columns.sort_by_key(|column| match column.role {
            Role::Parent(level) => (0, usize::MAX - level),
            Role::Number => (1, 0),
            _ => (2, 0),
        });
        self.sheets[index].columns = columns;
    }
}

fn join(one: &[&'static str], other: &[&'static str]) -> Vec<&'static str> {
    one.iter().chain(other).copied().collect()
}

/// The fields along `path` from `object`, with what has them.
fn columns_of(
    path: &[&'static str],
    object: &'static Object,
) -> Vec<(&'static Object, &'static Field)> {
    let (mut here, mut found) = (object, Vec::new());
    for name in path {
        let Some(field) = here.field(name) else { break };
        found.push((here, field));
        if let Kind::Object(part) = field.kind {
            here = part;
        }
    }
    found
}

/// The id of an object, where it has one.
pub fn part_id(object: &Object) -> Option<&'static Field> {
    object.field("id")
}

/// Gives columns of a sheet that would be called the same names that tell them apart.
fn set_apart(columns: &mut [Column]) {
    for index in 1..columns.len() {
        let (before, rest) = columns.split_at_mut(index);
        let Some(column) = rest.first_mut() else { continue };
        if before.iter().any(|other| other.names.clashes(&column.names)) {
            column.names = column.names.longer(&column.path.join(" "));
        }
    }
}
