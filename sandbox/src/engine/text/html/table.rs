//! Tables, cell by cell.

use std::collections::BTreeMap;

use super::super::{Cell, Text};
use super::element::{StartTag, attribute};

/// The most columns or rows that a cell covers.
const MAX_SPAN: usize = 100;

/// A table that has begun.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
    /// The cell that has begun: whether it is a header, and how many columns and rows it covers.
    cell: Option<(bool, usize, usize)>,
    /// In how many more rows a column is covered from above.
    covered: BTreeMap<usize, usize>,
    /// How many tables are open in a cell.
    pub(super) nested: usize,
}

impl Table {
    pub(super) const fn is_in_cell(&self) -> bool {
        self.cell.is_some()
    }

    /// Begins a row or a cell.
    pub(super) fn start(&mut self, tag: &StartTag) {
        if tag.name.0 == b"tr" {
            self.rows.push(Vec::new());
            return;
        }
        let span = |name| {
            let span = attribute(tag, name).and_then(|span| span.trim().parse::<usize>().ok());
            span.unwrap_or(1).clamp(1, MAX_SPAN)
        };
        self.cell = Some((tag.name.0 == b"th", span("colspan"), span("rowspan")));
    }

    pub(super) fn end_cell(&mut self, text: &Text) {
        let Some((is_header, columns, rows)) = self.cell.take() else { return };
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        self.skip_covered();
        let Some(row) = self.rows.last_mut() else { return };
        for at in 0..columns {
            if rows > 1 {
                self.covered.insert(row.len(), rows - 1);
            }
            let text = if at == 0 { text.clone() } else { Text::default() };
            row.push(Cell { text, is_header });
        }
    }

    /// Cells that stand below one that covers them are empty.
    fn skip_covered(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        while let Some(left) = self.covered.get_mut(&row.len()) {
            *left -= 1;
            if *left == 0 {
                self.covered.remove(&row.len());
            }
            row.push(Cell::default());
        }
    }

    pub(super) fn rows(self) -> Vec<Vec<Cell>> {
        self.rows.into_iter().filter(|row| row.iter().any(|cell| !cell.text.text.is_empty())).collect()
    }
}
