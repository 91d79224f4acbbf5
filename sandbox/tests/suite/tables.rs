//! The tables of the README, cell by cell, so that tests can do what they say.

const README: &str = include_str!("../../README.md");

pub(crate) struct Cell {
    pub(crate) row: &'static str,
    pub(crate) column: &'static str,
    pub(crate) says: &'static str,
}

/// The cells of the first table below a heading; "the same" is what the cell before it says.
pub(crate) fn cells(heading: &str) -> Vec<Cell> {
    let (_, below) = README.split_once(&format!("\n{heading}\n")).expect(heading);
    let table =
        below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let mut rows = table.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let titles = rows.next().expect("a table has titles");
    let mut cells: Vec<Cell> = Vec::new();
    for row in rows.skip(1) {
        assert_eq!(row.len(), titles.len(), "{row:?}");
        for (column, says) in titles.iter().zip(&row).skip(1) {
            let says = if *says == "the same" { cells.last().expect("a cell before").says } else { says };
            cells.push(Cell { row: row[0], column, says });
        }
    }
    cells
}
