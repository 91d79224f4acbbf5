//! HTML to blocks. Tags need not be balanced: only where blocks begin and end counts.

use std::mem::take;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{Token, Tokenizer};

use super::{Block, Kind};

/// Lists and quotes that are deeper than this are shown as deep.
const MAX_DEPTH: usize = 8;

/// The text of a page, block by block.
pub(super) fn blocks(html: &str) -> Vec<Block> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) if !reader.is_hidden() => {
                let attribute = |name: &[u8]| {
                    let value = tag.attributes.iter().find(|(key, _)| key.0 == name);
                    value.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
                };
                reader.open(&tag.name, attribute(b"alt"));
            }
            Token::EndTag(tag) => reader.close(&tag.name),
            Token::String(text) if !reader.is_hidden() => reader.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    reader.end_block();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    text: String,
    heading: Option<u8>,
    /// Whether it is in `pre`, where white space counts.
    preformatted: bool,
    /// The lists and quotes that are open; an ordered list has the number of its next item.
    nesting: Vec<Option<usize>>,
    /// The bullet or number of an item that has begun.
    marker: Option<String>,
    /// The element whose content is not shown.
    hidden: Option<Vec<u8>>,
}

impl Reader {
    const fn is_hidden(&self) -> bool {
        self.hidden.is_some()
    }

    fn open(&mut self, tag: &[u8], alt: Option<String>) {
        match tag {
            b"script" | b"style" | b"title" | b"template" | b"textarea" | b"select" | b"svg" | b"iframe"
            | b"noembed" | b"noframes" => self.hidden = Some(tag.to_vec()),
            b"br" => self.text.push('\n'),
            b"hr" => {
                self.end_block();
                self.push(Kind::Rule, String::new());
            }
            b"img" => self.text(&alt.unwrap_or_default()),
            b"td" | b"th" if !self.text.trim().is_empty() => self.text.push_str("   "),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => {
                self.end_block();
                self.heading = Some(tag[1] - b'0');
            }
            b"pre" => {
                self.end_block();
                self.preformatted = true;
            }
            b"ul" | b"ol" | b"blockquote" => {
                self.end_block();
                self.nesting.push((tag == b"ol").then_some(1));
            }
            b"li" => {
                self.end_block();
                self.marker = Some(match self.nesting.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "\u{2022} ".to_owned(),
                });
            }
            tag if is_block(tag) => self.end_block(),
            _ => {}
        }
    }

    fn close(&mut self, tag: &[u8]) {
        if let Some(hidden) = &self.hidden {
            if hidden == tag {
                self.hidden = None;
            }
            return;
        }
        match tag {
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => self.end_block(),
            b"pre" => {
                self.end_block();
                self.preformatted = false;
            }
            b"ul" | b"ol" | b"blockquote" => {
                self.end_block();
                self.nesting.pop();
            }
            tag if is_block(tag) => self.end_block(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted {
            self.text.push_str(text);
            return;
        }
        // White space of any length is one space, and none at the beginning of a line.
        for character in text.chars() {
            if !matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c') {
                self.text.push(character);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    fn end_block(&mut self) {
        let text = take(&mut self.text);
        let heading = self.heading.take();
        if self.preformatted {
            let text = text.trim_matches(['\n', '\r']).to_owned();
            if !text.is_empty() {
                self.push(Kind::Code, text);
            }
            return;
        }
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        match (heading, self.marker.take()) {
            (Some(level), _) => self.push(Kind::Heading(level), text.to_owned()),
            (None, Some(marker)) => self.push(Kind::Item, marker + text),
            (None, None) => self.push(Kind::Paragraph, text.to_owned()),
        }
    }

    fn push(&mut self, kind: Kind, text: String) {
        // The first level of a list has its bullets to be told by.
        let depth = self.nesting.len().saturating_sub(usize::from(kind == Kind::Item)).min(MAX_DEPTH);
        self.blocks.push(Block { kind, text, depth });
    }
}

/// Elements that begin a new line, of those without a meaning of their own here.
fn is_block(tag: &[u8]) -> bool {
    const BLOCKS: [&[u8]; 28] = [
        b"address",
        b"article",
        b"aside",
        b"body",
        b"caption",
        b"center",
        b"dd",
        b"details",
        b"dialog",
        b"div",
        b"dl",
        b"dt",
        b"fieldset",
        b"figcaption",
        b"figure",
        b"footer",
        b"form",
        b"head",
        b"header",
        b"html",
        b"li",
        b"main",
        b"nav",
        b"p",
        b"section",
        b"summary",
        b"table",
        b"tr",
    ];
    BLOCKS.contains(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> Vec<(Kind, String, usize)> {
        blocks(html).into_iter().map(|block| (block.kind, block.text, block.depth)).collect()
    }

    #[test]
    fn what_is_shown_and_how() {
        let html = "<!doctype html><title>no</title><style>no</style><h1>A\n  heading</h1>\
            <p>One<br>two &amp; <b>three</b><p>four<ul><li>a<li>b<ol><li>c</ol></ul><hr>\
            <pre>\n x\n  y\n</pre><script>no</script><table><tr><td>1<td>2<tr><td>3</table>";
        let expected = [
            (Kind::Heading(1), "A heading", 0),
            (Kind::Paragraph, "One\ntwo & three", 0),
            (Kind::Paragraph, "four", 0),
            (Kind::Item, "\u{2022} a", 0),
            (Kind::Item, "\u{2022} b", 0),
            (Kind::Item, "1. c", 1),
            (Kind::Rule, "", 0),
            (Kind::Code, " x\n  y", 0),
            (Kind::Paragraph, "1   2", 0),
            (Kind::Paragraph, "3", 0),
        ];
        assert_eq!(shown(html), expected.map(|(kind, text, depth)| (kind, text.to_owned(), depth)));
    }

    #[test]
    fn soup_is_read_to_its_end() {
        assert_eq!(shown("</p></ul><p>a</div></b>"), [(Kind::Paragraph, "a".into(), 0)]);
        assert_eq!(shown("a<script>b"), [(Kind::Paragraph, "a".into(), 0)]);
        let deep = format!("{}x", "<ul><li>".repeat(10_000));
        assert_eq!(shown(&deep), [(Kind::Item, "\u{2022} x".into(), MAX_DEPTH)]);
        assert!(shown("").is_empty());
    }
}
