//! Tables, cell by cell.

use std::collections::BTreeMap;

use super::super::{Align, Cell, Text};
use super::element::{StartTag, attribute};

/// The most columns and rows that a cell covers (HTML standard, 4.9.11).
const MAX_COLUMNS: usize = 1000;
const MAX_ROWS: usize = 65_534;

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Head,
    #[default]
    Body,
    Foot,
}

/// A table that has begun.
#[derive(Default)]
pub(super) struct Table {
    /// Each with the part of the table that it is in: its head, its body, or its foot, wherever that stands.
    rows: Vec<(Section, Vec<Cell>)>,
    section: Section,
    /// How the cells of the row are aligned.
    align: Align,
    /// The cell that has begun, and how many columns and rows it covers.
    cell: Option<(Cell, usize, usize)>,
    /// In how many more rows a column is covered from above.
    covered: BTreeMap<usize, usize>,
    /// How many tables are open in a cell.
    pub(super) nested: usize,
}

impl Table {
    pub(super) const fn is_in_cell(&self) -> bool {
        self.cell.is_some()
    }

    /// Begins a part of the table. Cells do not go on from one to the next.
    pub(super) fn section(&mut self, name: &[u8]) {
        self.covered.clear();
        self.section = match name {
            b"thead" => Section::Head,
            b"tfoot" => Section::Foot,
            _ => Section::Body,
        };
    }

    /// Begins a row or a cell.
    pub(super) fn start(&mut self, tag: &StartTag) {
        if tag.name.0 == b"tr" {
            self.rows.push((self.section, Vec::new()));
            self.align = align(tag).unwrap_or_default();
            return;
        }
        let span =
            |name| attribute(tag, name).and_then(|span| span.trim().parse::<usize>().ok()).unwrap_or(1);
        let columns = span("colspan").clamp(1, MAX_COLUMNS);
        // 0 is for all rows that come.
        let rows = Some(span("rowspan")).filter(|rows| *rows > 0).map_or(MAX_ROWS, |rows| rows.min(MAX_ROWS));
        let is_header = tag.name.0 == b"th";
        let align = align(tag).unwrap_or(self.align);
        self.cell = Some((Cell { text: Text::default(), is_header, align }, columns, rows));
    }

    pub(super) fn end_cell(&mut self, text: &Text) {
        let Some((cell, columns, rows)) = self.cell.take() else { return };
        if self.rows.is_empty() {
            self.rows.push((self.section, Vec::new()));
        }
        self.skip_covered();
        let Some((_, row)) = self.rows.last_mut() else { return };
        for at in 0..columns {
            if rows > 1 {
                self.covered.insert(row.len(), rows - 1);
            }
            let text = if at == 0 { text.clone() } else { Text::default() };
            row.push(Cell { text, ..cell.clone() });
        }
    }

    /// Cells that stand below one that covers them are empty.
    fn skip_covered(&mut self) {
        let Some((_, row)) = self.rows.last_mut() else { return };
        while let Some(left) = self.covered.get_mut(&row.len()) {
            *left -= 1;
            if *left == 0 {
                self.covered.remove(&row.len());
            }
            row.push(Cell::default());
        }
    }

    pub(super) fn rows(mut self) -> Vec<Vec<Cell>> {
        self.rows.sort_by_key(|(section, _)| *section);
        let rows = self.rows.into_iter().map(|(_, row)| row);
        rows.filter(|row| row.iter().any(|cell| !cell.text.text.is_empty())).collect()
    }
}

/// How an element says that its text is aligned.
fn align(tag: &StartTag) -> Option<Align> {
    let style = attribute(tag, "style").unwrap_or_default().to_lowercase();
    let styled = style.rsplit_once("text-align").and_then(|(_, said)| said.split([':', ';', '!']).nth(1));
    let said = styled.map(str::to_owned).or_else(|| attribute(tag, "align"))?;
    match said.trim().to_lowercase().as_str() {
        "right" | "end" => Some(Align::End),
        "center" => Some(Align::Center),
        "left" | "start" | "justify" => Some(Align::Start),
        _ => None,
    }
}
