//! What is read of a page so far: the block that has begun, and those that are complete.

use url::Url;

use super::super::{Block, Document, Kind, Mark, Text};
use super::aside::Asides;
use super::element;
use super::hidden::Hiding;
use super::list::Nest;
use super::table::Table;
use crate::engine::Progress;

/// Lists and quotes that are deeper than this are shown as deep.
pub(super) const MAX_DEPTH: usize = 8;

/// What is around letters that stand above others.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Brackets {
    #[default]
    None,
    Open,
    /// Those that the page has itself.
    OfPage,
}

#[derive(Default)]
pub(super) struct Reader<'s> {
    pub(super) document: Document,
    /// The block that has begun.
    pub(super) text: Text,
    /// Elements that mark what is in them, with where they begin.
    pub(super) open: Vec<(Vec<u8>, Option<Mark>, usize)>,
    pub(super) heading: Option<u8>,
    /// Whether it is in `pre`, where white space counts.
    pub(super) preformatted: bool,
    /// The lists and quotes that are open.
    pub(super) nesting: Vec<Nest>,
    /// The bullet or number of an item that has begun.
    pub(super) marker: Option<String>,
    /// The IDs of elements that have begun.
    pub(super) ids: Vec<String>,
    pub(super) table: Option<Table>,
    pub(super) hiding: Hiding<'s>,
    pub(super) title: Option<String>,
    pub(super) brackets: Brackets,
    /// What links start from, where the page names a place.
    pub(super) base: Option<Url>,
    pub(super) asides: Asides,
    /// Whether the next option is chosen unless another one says that it is.
    pub(super) first_is_chosen: bool,
    /// What is left out.
    pub(super) media: usize,
    pub(super) harmful: usize,
}

impl Reader<'_> {
    pub(super) fn string(&mut self, text: &str) {
        if let Some(title) = &mut self.title {
            title.push_str(text);
        }
        if self.hiding.is_on() {
            return;
        }
        let written = &mut self.text.text;
        if self.preformatted {
            written.push_str(text);
            return;
        }
        // White space of any length is one space, and none at the beginning of a line.
        for character in text.chars() {
            if !matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c') {
                written.push(character);
            } else if !written.is_empty() && !written.ends_with([' ', '\n']) {
                written.push(' ');
            }
        }
    }

    /// Begins or ends what stands above other letters, such as how they are spoken: in brackets behind them, where the
    /// page brings none.
    pub(super) fn annotate(&mut self, begins: bool) {
        if self.brackets == Brackets::OfPage {
            return;
        }
        if self.brackets == Brackets::Open {
            self.string(")");
        }
        self.brackets = if begins { Brackets::Open } else { Brackets::None };
        if begins {
            self.string("(");
        }
    }

    pub(super) fn begin_mark(&mut self, element: &[u8], mark: Option<Mark>) {
        self.open.push((element.to_vec(), mark, self.text.text.len()));
    }

    pub(super) fn end_mark(&mut self, element: &[u8]) {
        let Some(at) = self.open.iter().rposition(|(open, ..)| open == element) else { return };
        let (_, mark, start) = self.open.remove(at);
        let start = start.min(self.text.text.len());
        if matches!(element, b"sup" | b"sub") {
            element::raise(&mut self.text, start, element == b"sup");
        }
        let end = self.text.text.len();
        if let Some(mark) = mark.filter(|_| start < end) {
            self.text.marks.push((start..end, mark));
        }
    }

    /// Writes the address of a link that has no other text, such as one around a picture without words.
    pub(super) fn name_link(&mut self) {
        let Some((_, Some(Mark::Link(target)), start)) = self.open.iter().rfind(|(open, ..)| open == b"a")
        else {
            return;
        };
        let is_empty = self.text.text.get(*start..).is_none_or(|text| text.trim().is_empty());
        if is_empty && !target.starts_with('#') && !target.is_empty() {
            let target = target.clone();
            self.string(&target);
        }
    }

    /// In a cell of a table, items are lines with their bullets or numbers.
    pub(super) fn mark_in_cell(&mut self) {
        if self.table.as_ref().is_some_and(Table::is_in_cell)
            && let Some(marker) = self.marker.take()
        {
            self.text.text.extend([marker.as_str(), " "]);
        }
    }

    /// The block that has begun, without white space around it. What is marked goes on being so.
    pub(super) fn take_text(&mut self) -> Text {
        let mut text = std::mem::take(&mut self.text);
        let end = text.text.len();
        for (_, mark, start) in &mut self.open {
            if let Some(mark) = mark.clone().filter(|_| *start < end) {
                text.marks.push((*start..end, mark));
            }
            *start = 0;
        }
        if self.preformatted {
            text.trim(|c| matches!(c, '\n' | '\r'));
        } else {
            text.trim(char::is_whitespace);
        }
        text
    }

    pub(super) fn end_block(&mut self) {
        if self.table.as_ref().is_some_and(Table::is_in_cell) {
            if !self.preformatted && !self.text.text.is_empty() && !self.text.text.ends_with('\n') {
                self.text.text.push('\n');
            }
            return;
        }
        let text = self.take_text();
        let heading = self.heading.take();
        if text.text.is_empty() {
            return;
        }
        let kind = match (heading, self.marker.take()) {
            _ if self.preformatted => Kind::Code,
            (Some(level), _) => Kind::Heading(level),
            (None, Some(marker)) => Kind::Item(marker),
            (None, None) => Kind::Paragraph,
        };
        self.push_text(kind, text);
    }

    pub(super) fn end_cell(&mut self) {
        if self.table.as_ref().is_some_and(Table::is_in_cell) {
            let text = self.take_text();
            self.marker = None;
            self.heading = None;
            if let Some(table) = &mut self.table {
                table.end_cell(&text);
            }
        } else {
            self.end_block();
        }
    }

    pub(super) fn end_table(&mut self) {
        match &mut self.table {
            Some(table) if table.nested > 0 => table.nested -= 1,
            Some(_) => {
                self.end_cell();
                let rows = self.table.take().map(Table::rows).unwrap_or_default();
                if !rows.is_empty() {
                    self.push(Kind::Table(rows));
                }
            }
            None => {}
        }
    }

    pub(super) fn end_nest(&mut self, element: &[u8]) {
        // What was not closed in it ends too; a tag that nothing opened ends nothing.
        if let Some(at) = self.nesting.iter().rposition(|nest| nest.is_of(element)) {
            self.nesting.truncate(at);
        }
    }

    /// A definition of a list of terms ends where the next one begins, and the next term, but not those of a list around it.
    pub(super) fn end_definition(&mut self) {
        let inner = self.nesting.iter().rposition(|nest| nest.is_of(b"dl")).map_or(0, |list| list + 1);
        if let Some(at) = self.nesting.iter().skip(inner).position(|nest| nest.is_of(b"dd")) {
            self.nesting.truncate(inner + at);
        }
    }

    pub(super) fn push(&mut self, kind: Kind) {
        self.push_text(kind, Text::default());
    }

    pub(super) fn push_text(&mut self, kind: Kind, text: Text) {
        let depth = self.nesting.iter().filter(|nest| nest.is_deep()).count().min(MAX_DEPTH);
        let ids = std::mem::take(&mut self.ids);
        self.document.blocks.push(Block { kind, text, depth, ids });
    }

    pub(super) fn tell(&self, progress: &Progress) {
        if self.media > 0 {
            progress.warn(format!(
                "{} pictures, films, sounds or frames are left out, but for their alternative texts",
                self.media
            ));
        }
        if self.harmful > 0 {
            progress.warn(format!("{} links that run scripts are left out", self.harmful));
        }
    }
}
