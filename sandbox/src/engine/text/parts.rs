//! What texts are made of.

use std::ops::Range;

/// A text, part by part.
#[derive(Debug, Default)]
pub(in crate::engine) struct Document {
    pub(in crate::engine) title: Option<String>,
    /// The language tag that it declares.
    pub(in crate::engine) language: Option<String>,
    /// How many fields of a page show one of several options at a time.
    pub(in crate::engine) folded: usize,
    /// How many abbreviations say what they are short for.
    pub(in crate::engine) long_forms: usize,
    /// How many links and other words have a title.
    pub(in crate::engine) titles: usize,
    pub(in crate::engine) blocks: Vec<Block>,
}

/// A part of a text that stands in lines of its own.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::engine) struct Block {
    pub(in crate::engine) kind: Kind,
    pub(in crate::engine) text: Text,
    /// How deep it is in lists and quotes.
    pub(in crate::engine) depth: usize,
    /// By what links lead here.
    pub(in crate::engine) ids: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Kind {
    /// A heading of level 1 to 6.
    Heading(u8),
    Paragraph,
    /// Of a list, with its bullet or number.
    Item(String),
    /// Lines as they are.
    Code,
    /// A line across the page.
    Rule,
    /// Row by row.
    Table(Vec<Vec<Cell>>),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Cell {
    pub(in crate::engine) text: Text,
    pub(in crate::engine) is_header: bool,
    pub(in crate::engine) align: Align,
}

/// Where a text stands in the space that it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) enum Align {
    #[default]
    Start,
    Center,
    End,
}

/// A text, and what is special about parts of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::engine) struct Text {
    pub(in crate::engine) text: String,
    /// Parts by their bytes.
    pub(in crate::engine) marks: Vec<(Range<usize>, Mark)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Mark {
    Bold,
    Italic,
    Code,
    Deleted,
    /// Also what was put in later.
    Underlined,
    /// To an address, or to an ID of the same text after `#`.
    Link(String),
}
