//! HTML to blocks. Tags need not be balanced: only where blocks begin and end counts.

mod element;
mod list;
mod table;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use self::element::{Hidden, StartTag, attribute, is_block, is_hidden, marker_of};
use self::list::Nest;
use self::table::Table;
use super::{Block, Document, Kind, Mark, Text, is_harmful};
use crate::engine::Progress;

/// Lists and quotes that are deeper than this are shown as deep.
const MAX_DEPTH: usize = 8;
/// How far into a page its encoding is looked for (HTML standard, 13.2.3.2).
const PRESCAN: usize = 1024;

/// The label of the encoding that a page declares: by `meta`, or as XML.
pub(super) fn declared_encoding(page: &[u8]) -> Option<String> {
    let start: String = page.iter().take(PRESCAN).map(|byte| char::from(*byte)).collect();
    let quoted = |text: &str| {
        let text = text.trim_start().strip_prefix('=')?.trim_start();
        let end = |c: char| c == '"' || c == '\'' || c == ';' || c == '>' || c.is_whitespace();
        let label = text.trim_start_matches(['"', '\'']).split(end).next()?;
        Some(label.to_owned())
    };
    if let Some(declaration) = start.trim_start().strip_prefix("<?xml") {
        let declaration = declaration.split("?>").next()?;
        return declaration.split_once("encoding").and_then(|(_, rest)| quoted(rest));
    }
    tokens(&start).find_map(|token| match token {
        Token::StartTag(tag) if tag.name.0 == b"meta" => {
            let equivalent =
                attribute(&tag, "http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type"));
            let content = attribute(&tag, "content").filter(|_| equivalent);
            let in_content =
                content.and_then(|content| quoted(content.to_lowercase().split_once("charset")?.1));
            attribute(&tag, "charset").or(in_content)
        }
        _ => None,
    })
}

fn tokens(html: &str) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).flatten()
}

/// The text of a page, block by block. Tells of what is left out.
pub(super) fn document(html: &str, progress: &Progress) -> Document {
    let mut reader = Reader::default();
    let tokens: Vec<Token> = tokens(html).collect();
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

#[derive(Default)]
struct Reader {
    document: Document,
    /// The block that has begun.
    text: Text,
    /// Elements that mark what is in them, with where they begin.
    open: Vec<(Vec<u8>, Option<Mark>, usize)>,
    heading: Option<u8>,
    /// Whether it is in `pre`, where white space counts.
    preformatted: bool,
    /// The lists and quotes that are open.
    nesting: Vec<Nest>,
    /// The bullet or number of an item that has begun.
    marker: Option<String>,
    /// The IDs of elements that have begun.
    ids: Vec<String>,
    table: Option<Table>,
    /// The element whose content is not shown.
    hidden: Option<Hidden>,
    title: Option<String>,
    /// What is left out.
    media: usize,
    harmful: usize,
}

impl Reader {
    fn start(&mut self, tag: &StartTag, after: &[Token]) {
        if let Some(hidden) = &mut self.hidden
            && !hidden.start(&tag.name)
        {
            return;
        }
        self.hidden = None;
        if is_hidden(tag) {
            if element::is_media(&tag.name) {
                self.media += 1;
            }
            self.hidden = Hidden::of(tag);
            return;
        }
        // An ID belongs to what begins here, and not to what ends here.
        let id = attribute(tag, "id").or_else(|| attribute(tag, "name").filter(|_| tag.name.0 == b"a"));
        self.open_element(tag, after);
        self.ids.extend(id);
    }

    fn open_element(&mut self, tag: &StartTag, after: &[Token]) {
        match tag.name.as_slice() {
            b"html" => self.document.language = attribute(tag, "lang").filter(|lang| !lang.is_empty()),
            b"title" => {
                self.title = Some(String::new());
                self.hidden = Hidden::of(tag);
            }
            b"br" => self.text.text.push('\n'),
            b"hr" => {
                self.end_block();
                self.push(Kind::Rule);
            }
            b"img" => {
                self.media += 1;
                self.string(&attribute(tag, "alt").unwrap_or_default());
            }
            b"input" => self.input(tag),
            b"a" => {
                let target = attribute(tag, "href");
                self.harmful += usize::from(target.as_deref().is_some_and(is_harmful));
                let target = target.filter(|target| !is_harmful(target));
                self.begin_mark(b"a", target.map(Mark::Link));
            }
            b"q" => self.string("“"),
            name if let Some(mark) = marker_of(name) => self.begin_mark(name, mark),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => {
                self.end_block();
                self.heading = Some(tag.name[1] - b'0');
            }
            b"pre" => {
                self.end_block();
                self.preformatted = true;
            }
            b"ul" | b"ol" | b"menu" | b"blockquote" | b"dd" => {
                self.end_block();
                self.nesting.push(Nest::of(tag, after));
            }
            b"dt" => {
                self.end_block();
                self.end_nest(b"dd");
            }
            b"li" => {
                self.end_block();
                self.marker = Some(match self.nesting.last_mut() {
                    Some(nest) => nest.next(attribute(tag, "value")),
                    None => list::BULLET.to_owned(),
                });
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
            b"td" | b"th" if !self.text.text.trim().is_empty() => self.text.text.push_str("   "),
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        if let Some(hidden) = &mut self.hidden {
            if hidden.end(name) {
                self.hidden = None;
                if let Some(title) = self.title.take_if(|_| name == b"title") {
                    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                    self.document.title.get_or_insert(title);
                }
            }
            return;
        }
        match name {
            b"q" => self.string("”"),
            b"a" => self.end_mark(name),
            name if marker_of(name).is_some() => self.end_mark(name),
            b"pre" => {
                self.end_block();
                self.preformatted = false;
            }
            b"ul" | b"ol" | b"menu" | b"blockquote" | b"dd" => {
                self.end_block();
                self.end_nest(name);
            }
            b"dl" => {
                self.end_block();
                self.end_nest(b"dd");
            }
            b"table" => {
                self.end_block();
                self.end_table();
            }
            b"tr" | b"td" | b"th" if self.table.as_ref().is_some_and(|table| table.nested == 0) => {
                self.end_cell();
            }
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => self.end_block(),
            name if is_block(name) => self.end_block(),
            _ => {}
        }
    }

    /// Boxes that are checked or not, and what fields hold.
    fn input(&mut self, tag: &StartTag) {
        let kind = attribute(tag, "type").unwrap_or_default().to_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" => {
                let shown = if attribute(tag, "checked").is_some() { "[x]" } else { "[ ]" };
                // The box of a task takes the place of the bullet.
                match &mut self.marker {
                    Some(marker) if self.text.text.trim().is_empty() && marker == list::BULLET => {
                        shown.clone_into(marker);
                    }
                    _ => self.string(&format!(" {shown} ")),
                }
            }
            "hidden" | "password" => {}
            _ => self.string(&attribute(tag, "value").unwrap_or_default()),
        }
    }

    fn string(&mut self, text: &str) {
        if let Some(title) = &mut self.title {
            title.push_str(text);
        }
        if self.hidden.is_some() {
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

    fn begin_mark(&mut self, element: &[u8], mark: Option<Mark>) {
        self.open.push((element.to_vec(), mark, self.text.text.len()));
    }

    fn end_mark(&mut self, element: &[u8]) {
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

    /// The block that has begun, without white space around it. What is marked goes on being so.
    fn take_text(&mut self) -> Text {
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

    fn end_block(&mut self) {
        if self.table.as_ref().is_some_and(Table::is_in_cell) {
            if !self.preformatted && !self.text.text.is_empty() && !self.text.text.ends_with('\n') {
                self.text.text.push('\n');
            }
            if let Some(marker) = self.marker.take() {
                self.text.text.extend([marker.as_str(), " "]);
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

    fn end_cell(&mut self) {
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

    fn end_table(&mut self) {
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

    fn end_nest(&mut self, element: &[u8]) {
        // What was not closed in it ends too; a tag that nothing opened ends nothing.
        if let Some(at) = self.nesting.iter().rposition(|nest| nest.is_of(element)) {
            self.nesting.truncate(at);
        }
    }

    fn push(&mut self, kind: Kind) {
        self.push_text(kind, Text::default());
    }

    fn push_text(&mut self, kind: Kind, text: Text) {
        let depth = self.nesting.len().min(MAX_DEPTH);
        let ids = std::mem::take(&mut self.ids);
        self.document.blocks.push(Block { kind, text, depth, ids });
    }

    fn tell(&self, progress: &Progress) {
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

#[cfg(test)]
mod tests;
