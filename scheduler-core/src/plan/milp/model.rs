//! A mixed-integer linear program as plain data: columns, rows, no solver.

/// A variable between 0 and `upper`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Largest value.
    pub(crate) upper: f64,
    /// What one unit adds to the objective, which is maximised.
    pub(crate) value: f64,
    /// Whether only integers will do.
    pub(crate) integer: bool,
}

/// `lower <= Σ coefficient · column <= upper`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Columns with their coefficients, each column at most once.
    pub(crate) terms: Vec<(usize, f64)>,
    /// Infinite where there is no lower side.
    pub(crate) lower: f64,
    /// Infinite where there is no upper side.
    pub(crate) upper: f64,
}

/// The program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
}

impl Model {
    /// A column of whole numbers from 0 to `upper` that adds nothing to the objective.
    pub(crate) fn count(&mut self, upper: usize) -> usize {
        self.columns.push(Column { upper: upper as f64, value: 0.0, integer: true });
        self.columns.len() - 1
    }

    /// A column from 0 to 1, fractions allowed, of which a unit is worth `value`.
    pub(crate) fn piece(&mut self, value: f64) -> usize {
        self.columns.push(Column { upper: 1.0, value, integer: false });
        self.columns.len() - 1
    }

    /// A column from 0 to `most`, fractions allowed, of which a unit costs `price`.
    pub(super) fn missing(&mut self, most: f64, price: f64) -> usize {
        self.columns.push(Column { upper: most, value: -price, integer: false });
        self.columns.len() - 1
    }

    /// A row without terms yet.
    pub(crate) fn row(&mut self, lower: f64, upper: f64) -> usize {
        self.rows.push(Row { terms: Vec::new(), lower, upper });
        self.rows.len() - 1
    }

    /// Adds `coefficient · column` to `row`. No column may be added to a row twice.
    pub(crate) fn add(&mut self, row: usize, column: usize, coefficient: f64) {
        self.rows[row].terms.push((column, coefficient));
    }

    /// Takes the rows without terms out; `false` where one of them cannot hold.
    pub(crate) fn drop_empty_rows(&mut self) -> bool {
        let mut holds = true;
        self.rows.retain(|row| {
            let empty = row.terms.is_empty();
            holds &= !empty || (row.lower <= 0.0 && 0.0 <= row.upper);
            !empty
        });
        holds
    }
}
