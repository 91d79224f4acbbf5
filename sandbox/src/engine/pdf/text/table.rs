//! Tables on pages.

use krilla::geom::Point;
use krilla::tagging::Tag;

use super::super::super::text::Cell;
use super::layout::{Lines, lines};
use super::pages::Pages;
use super::style::{MARGIN, PAGE, Style};
use crate::engine::Failure;

/// Between two columns.
const GAP: f32 = 12.0;

/// Writes a table row by row, with a line below the headers.
pub(super) fn write(pages: &mut Pages<'_>, rows: &[Vec<Cell>], style: Style, x: f32) -> Result<(), Failure> {
    let widths = widths(pages, rows, style, PAGE.0 - MARGIN - x)?;
    let table = pages.tags.block(Tag::Table);
    for (at, row) in rows.iter().enumerate() {
        let group = pages.tags.group(table, Tag::TR);
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| lines(pages.fonts, &cell.text, of(style, cell), Some(*width)));
        let cells = cells.collect::<Result<Vec<Lines>, _>>()?;
        let height = |cell: &Lines| cell.lines.iter().map(|line| line.height).sum::<f32>();
        let height = cells.iter().map(height).fold(0.0, f32::max);
        let is_tall = height > PAGE.1 - 2.0 * MARGIN;
        if pages.is_full(height) {
            pages.end_page()?;
        }
        let (mut left, top) = (x, pages.y);
        for ((cell, made), width) in row.iter().zip(cells).zip(&widths) {
            let group = pages.tags.cell(group, cell.is_header);
            if is_tall {
                // It does not fit onto any page, so its cells stand one below the other.
                pages.text(&cell.text, of(style, cell), (left, *width), group)?;
            } else {
                let links = pages.number_links(&cell.text);
                let mut y = top;
                for line in made.lines {
                    let at = Point::from_xy(left, y);
                    y += line.height;
                    pages.put(line, at, group, &cell.text, links);
                }
            }
            left += width + GAP;
        }
        if !is_tall {
            pages.y = top + height;
        }
        let is_header = |row: &[Cell]| !row.is_empty() && row.iter().all(|cell| cell.is_header);
        if is_header(row) && rows.get(at + 1).is_none_or(|next| !is_header(next)) {
            pages.y += 1.0;
            pages.rule(x, (left - GAP).min(PAGE.0 - MARGIN), 0.5);
        }
        pages.y += 2.0;
    }
    Ok(())
}

fn of(style: Style, cell: &Cell) -> Style {
    Style { is_bold: cell.is_header, align: cell.align, ..style }
}

/// How wide the columns are: as wide as they have to be, where there is room for all, else the wide ones share what the
/// narrow ones leave.
fn widths(pages: &mut Pages<'_>, rows: &[Vec<Cell>], style: Style, room: f32) -> Result<Vec<f32>, Failure> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut wanted = vec![0.0_f32; columns];
    for row in rows {
        for (cell, wanted) in row.iter().zip(&mut wanted) {
            // A little more, because what is just as wide may not fit.
            let width = lines(pages.fonts, &cell.text, of(style, cell), None)?.width + 0.5;
            *wanted = wanted.max(width);
        }
    }
    #[allow(clippy::cast_precision_loss)]
    let room = (room - GAP * columns.saturating_sub(1) as f32).max(columns as f32);
    Ok(shares(&wanted, room))
}

fn shares(wanted: &[f32], room: f32) -> Vec<f32> {
    let mut shares: Vec<Option<f32>> = vec![None; wanted.len()];
    loop {
        let left = room - shares.iter().flatten().sum::<f32>();
        let open = shares.iter().filter(|share| share.is_none()).count();
        #[allow(clippy::cast_precision_loss)]
        let fair = left / open.max(1) as f32;
        let mut changed = false;
        for (share, wanted) in shares.iter_mut().zip(wanted) {
            if share.is_none() && *wanted <= fair {
                *share = Some(*wanted);
                changed = true;
            }
        }
        if !changed {
            return shares.into_iter().map(|share| share.unwrap_or(fair)).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_columns_share_what_narrow_ones_leave() {
        assert_eq!(shares(&[10.0, 20.0], 100.0), [10.0, 20.0]);
        assert_eq!(shares(&[10.0, 500.0, 80.0], 100.0), [10.0, 45.0, 45.0]);
        assert!(shares(&[], 100.0).is_empty());
    }
}
