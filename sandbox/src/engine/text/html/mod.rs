//! HTML to blocks. Tags need not be balanced: only where blocks begin and end counts.

mod aside;
mod declared;
mod element;
mod fields;
mod formula;
mod hidden;
mod list;
mod reader;
mod sheet;
mod shown;
mod table;
mod tokens;

use html5gum::Token;
use url::Url;

use self::aside::Said;
use self::element::{StartTag, attribute, is_block, is_preformatted, marker_of};
use self::hidden::{Hiding, Place};
use self::list::Nest;
use self::reader::{Brackets, Reader};
use self::table::Table;
use self::tokens::tokens;
use super::{Document, Kind, Mark, is_harmful};
use crate::engine::Progress;

pub(super) use declared::declared_encoding;
pub(in crate::engine) use shown::shown;

/// The text of a page, block by block. Tells of what is left out.
pub(in crate::engine) fn document(html: &str, progress: &Progress) -> Document {
    let tokens: Vec<Token> = tokens(html).collect();
    let styles = sheet::styles(&tokens);
    let mut reader = Reader { hiding: Hiding::by(&styles), ..Reader::default() };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::StartTag(tag) => reader.start(tag, &tokens[at + 1..]),
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.string(&String::from_utf8_lossy(text)),
            _ => {}
        }
    }
    reader.end_block();
    while reader.table.is_some() {
        reader.end_table();
    }
    reader.tell(progress);
    reader.document
}

impl Reader<'_> {
    fn start(&mut self, tag: &StartTag, after: &[Token]) {
        match self.hiding.start(tag) {
            Place::Shown => {}
            Place::Edge => {
                self.media += usize::from(element::is_media(&tag.name));
                return;
            }
            Place::Hidden => return,
        }
        // An ID belongs to what begins here, and not to what ends here.
        let id = attribute(tag, "id").or_else(|| attribute(tag, "name").filter(|_| tag.name.0 == b"a"));
        self.open_element(tag, after);
        if aside::has_aside(&tag.name)
            && let Some(begin) = self.asides.begin(tag)
        {
            self.string(&begin.to_string());
        }
        self.ids.extend(id);
    }

    fn open_element(&mut self, tag: &StartTag, after: &[Token]) {
        match tag.name.as_slice() {
            b"html" => self.document.language = attribute(tag, "lang").filter(|lang| !lang.is_empty()),
            b"title" => {
                self.title = Some(String::new());
                self.hiding.hide(tag);
            }
            b"br" => self.text.text.push('\n'),
            b"hr" => {
                self.end_block();
                self.push(Kind::Rule);
            }
            b"img" => self.picture(tag),
            b"area" => {
                let target = self.target(tag);
                self.begin_mark(b"area", target.map(Mark::Link));
                self.string(&attribute(tag, "alt").unwrap_or_default());
                self.end_mark(b"area");
            }
            b"ruby" => self.brackets = Brackets::None,
            b"rp" => self.brackets = Brackets::OfPage,
            b"rt" => self.annotate(true),
            b"base" => {
                let base = attribute(tag, "href").and_then(|base| Url::parse(base.trim()).ok());
                self.base = self.base.take().or(base);
            }
            b"math" => {
                self.string(&formula::line(after));
                self.hiding.hide(tag);
            }
            b"meter" | b"progress" => self.gauge(tag, after),
            b"input" => self.input(tag),
            b"select" => self.select(tag, after),
            b"optgroup" => self.group(tag),
            b"option" => self.option(tag),
            b"textarea" | b"button" => self.string(" "),
            b"a" => {
                let target = self.target(tag);
                self.begin_mark(b"a", target.map(Mark::Link));
            }
            b"q" => self.string("“"),
            name if let Some(mark) = marker_of(name) => self.begin_mark(name, mark),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => {
                self.end_block();
                self.heading = Some(tag.name[1] - b'0');
            }
            name if is_preformatted(name) => {
                self.end_block();
                self.preformatted = true;
            }
            b"ul" | b"ol" | b"menu" | b"blockquote" | b"dl" => {
                self.end_block();
                self.nesting.push(Nest::of(tag, after));
            }
            b"dt" | b"dd" => {
                self.end_block();
                self.end_definition();
                self.nesting.extend((tag.name.0 == b"dd").then(|| Nest::of(tag, after)));
            }
            b"li" => {
                self.end_block();
                self.marker = Some(match self.nesting.last_mut() {
                    Some(nest) => nest.next(attribute(tag, "value")),
                    None => list::BULLET.to_owned(),
                });
                self.mark_in_cell();
            }
            b"table" => {
                self.end_block();
                match &mut self.table {
                    // In a cell, the rows of another table are lines.
                    Some(table) => table.nested += 1,
                    None => self.table = Some(Table::default()),
                }
            }
            b"tr" | b"td" | b"th" if self.table.as_ref().is_some_and(|table| table.nested == 0) => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.start(tag);
                }
            }
            b"thead" | b"tbody" | b"tfoot" | b"caption"
                if self.table.as_ref().is_some_and(|table| table.nested == 0) =>
            {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.section(&tag.name);
                }
            }
            b"td" | b"th" if !self.text.text.trim().is_empty() => self.text.text.push_str("   "),
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// Where a link leads that may be followed. Those within the page stay such.
    fn target(&mut self, tag: &StartTag) -> Option<String> {
        let target = attribute(tag, "href")?;
        if is_harmful(&target) {
            self.harmful += 1;
            return None;
        }
        let base = self.base.as_ref().filter(|_| !target.trim().starts_with('#'));
        Some(base.and_then(|base| base.join(&target).ok()).map_or(target, String::from))
    }

    fn end(&mut self, name: &[u8]) {
        match self.hiding.end(name) {
            Place::Shown => {}
            Place::Edge => {
                if let Some(title) = self.title.take_if(|_| name == b"title") {
                    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.document.title.get_or_insert(title);
                }
                return;
            }
            Place::Hidden => return,
        }
        if aside::has_aside(name) {
            match self.asides.end(name, &self.text.text) {
                Some(Said::Turn(end)) => self.string(&end.to_string()),
                Some(Said::LongForm(long)) => {
                    self.string(&format!(" ({long})"));
                    self.document.long_forms += 1;
                }
                Some(Said::Title(title)) => {
                    self.string(&format!(" ({title})"));
                    self.document.titles += 1;
                }
                None => {}
            }
        }
        match name {
            b"q" => self.string("”"),
            b"rt" | b"ruby" => self.annotate(false),
            b"select" | b"textarea" | b"button" => self.string(" "),
            b"a" => {
                self.name_link();
                self.end_mark(name);
            }
            name if marker_of(name).is_some() => self.end_mark(name),
            name if is_preformatted(name) => {
                self.end_block();
                self.preformatted = false;
            }
            b"ul" | b"ol" | b"menu" | b"blockquote" | b"dl" => {
                self.end_block();
                self.end_nest(name);
            }
            b"dd" => {
                self.end_block();
                self.end_definition();
            }
            b"table" => {
                self.end_block();
                self.end_table();
            }
            b"tr" | b"td" | b"th" if self.table.as_ref().is_some_and(|table| table.nested == 0) => {
                self.end_cell();
            }
            b"thead" | b"tfoot" if self.table.as_ref().is_some_and(|table| table.nested == 0) => {
                self.end_cell();
                if let Some(table) = &mut self.table {
                    table.section(b"tbody");
                }
            }
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => self.end_block(),
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
