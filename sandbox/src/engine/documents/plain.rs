//! A text as plain text.

use std::ops::Range;

use crate::engine::text::{Align, Block, Cell, Document, Kind, Mark, Text};

/// Between the columns of a table.
const GAP: &str = "   ";

pub(super) fn write(document: &Document) -> String {
    let mut written = String::new();
    let mut previous: Option<&Block> = None;
    for block in &document.blocks {
        let is_item = |block: &Block| matches!(block.kind, Kind::Item(_));
        let list_goes_on = is_item(block) && previous.is_some_and(is_item);
        if previous.is_some() && !list_goes_on {
            written.push('\n');
        }
        let (first, other) = match &block.kind {
            // The first level of a list has its bullets to be told by.
            Kind::Item(marker) => {
                let indent = "  ".repeat(block.depth.saturating_sub(1));
                (format!("{indent}{marker} "), format!("{indent}{}", " ".repeat(marker.chars().count() + 1)))
            }
            _ => ("  ".repeat(block.depth), "  ".repeat(block.depth)),
        };
        let lines = match &block.kind {
            Kind::Rule => "-".repeat(40),
            Kind::Table(rows) => table(rows),
            _ => shown(&block.text),
        };
        for (at, line) in lines.split('\n').enumerate() {
            let line = format!("{}{line}", if at == 0 { &first } else { &other });
            written.push_str(line.trim_end_matches(' '));
            written.push('\n');
        }
        previous = Some(block);
    }
    written
}

/// A text with what its marks say: where links lead, and what is deleted.
fn shown(text: &Text) -> String {
    // What takes the place of which bytes.
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for (range, mark) in &text.marks {
        let marked = &text.text[range.clone()];
        match mark {
            // The way back from a footnote.
            Mark::Link(target) if target.starts_with('#') && marked.starts_with('↩') => {
                changes.push((range.clone(), String::new()));
            }
            Mark::Link(target) if !target.starts_with('#') && !says(marked, target) => {
                changes.push((range.end..range.end, format!(" ({target})")));
            }
            Mark::Deleted => {
                changes.extend([range.start, range.end].map(|at| (at..at, "~~".to_owned())));
            }
            _ => {}
        }
    }
    changes.sort_by_key(|(range, _)| range.start);
    let (mut written, mut done) = (String::new(), 0);
    for (range, change) in changes.into_iter().filter(|(range, _)| range.start <= range.end) {
        written.push_str(text.text.get(done..range.start).unwrap_or_default());
        written.push_str(&change);
        done = done.max(range.end);
    }
    (written + &text.text[done..]).trim_end().to_owned()
}

/// Whether the text of a link is its address.
fn says(text: &str, target: &str) -> bool {
    let bare = |url: &str| {
        let url = ["https://", "http://", "mailto:", "tel:"]
            .iter()
            .find_map(|scheme| {
                let start = url.get(..scheme.len())?;
                start.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
            })
            .unwrap_or(url)
            .to_owned();
        url.trim_end_matches('/').to_lowercase()
    };
    bare(text.trim()) == bare(target)
}

/// Rows with their columns one below the other, and a line below the headers.
fn table(rows: &[Vec<Cell>]) -> String {
    let cells: Vec<Vec<Vec<String>>> = rows
        .iter()
        .map(|row| {
            row.iter().map(|cell| shown(&cell.text).split('\n').map(str::to_owned).collect()).collect()
        })
        .collect();
    let columns = cells.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let lines = cells.iter().filter_map(|row| row.get(column)).flatten();
        lines.map(|line| columns_of(line)).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut lines = Vec::new();
    for (at, row) in cells.iter().enumerate() {
        for number in 0..row.iter().map(Vec::len).max().unwrap_or_default() {
            let cells = row.iter().zip(rows[at].iter().map(|cell| cell.align));
            let parts = cells.zip(&widths).map(|(cell, width)| {
                let line = cell.0.get(number).map_or("", String::as_str);
                let free = width - columns_of(line);
                let before = match cell.1 {
                    Align::Start => 0,
                    Align::Center => free / 2,
                    Align::End => free,
                };
                format!("{}{line}{}", " ".repeat(before), " ".repeat(free - before))
            });
            lines.push(parts.collect::<Vec<_>>().join(GAP).trim_end().to_owned());
        }
        let is_header = |row: &[Cell]| !row.is_empty() && row.iter().all(|cell| cell.is_header);
        if is_header(&rows[at]) && rows.get(at + 1).is_none_or(|next| !is_header(next)) {
            lines.push(widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join(GAP));
        }
    }
    lines.join("\n")
}

/// How many columns of a terminal a text takes.
fn columns_of(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}
