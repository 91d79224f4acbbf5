//! Pages that fill up from top to bottom, and the document that they make.

use std::collections::HashMap;

use krilla::Document;
use krilla::SerializeSettings;
use krilla::annotation::{Annotation, LinkAnnotation};
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, Tag};

use super::fonts::Fonts;
use super::glyphs::{self, Run};
use super::layout::lines;
use super::places::{Place, outline, target};
use super::style::{MARGIN, PAGE, Style};
use super::tags::{Group, Tags};
use super::{Block, Kind, Mark, Text};
use crate::engine::Failure;

/// The most pages of a document.
const MAX_PAGES: usize = 8000;

/// What is put on the page that is being filled.
enum Item {
    Run { run: Run, at: Point, height: f32, group: Group, link: Option<Link> },
    Line { from: (f32, f32), to: (f32, f32), width: f32 },
}

/// A link, and which of all it is.
#[derive(Clone)]
struct Link {
    number: usize,
    target: String,
}

pub(super) struct Pages<'a> {
    pub(super) fonts: &'a mut Fonts,
    document: Document,
    language: Option<&'a str>,
    /// Where links within the text lead.
    known: HashMap<String, Place>,
    places: HashMap<String, Place>,
    headings: Vec<(u8, String, Place)>,
    pub(super) tags: Tags,
    /// The groups of links, by their numbers.
    links: HashMap<usize, Group>,
    next_link: usize,
    items: Vec<Item>,
    page: usize,
    /// How far down the page is full.
    pub(super) y: f32,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        fonts: &'a mut Fonts,
        known: HashMap<String, Place>,
        language: Option<&'a str>,
    ) -> Self {
        let settings = SerializeSettings { enable_tagging: true, ..SerializeSettings::default() };
        Self {
            fonts,
            document: Document::new_with(settings),
            language,
            known,
            places: HashMap::new(),
            headings: Vec::new(),
            tags: Tags::new(),
            links: HashMap::new(),
            next_link: 0,
            items: Vec::new(),
            page: 0,
            y: MARGIN,
        }
    }

    /// Where the IDs of the text stand.
    pub(super) fn places(self) -> HashMap<String, Place> {
        self.places
    }

    /// Adds a line of plain text.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        let style = Style::of(&Kind::Code);
        let group = self.tags.block(Tag::P);
        let text = Text { text: text.to_owned(), marks: Vec::new() };
        self.text(&text, style, (MARGIN, PAGE.0 - 2.0 * MARGIN), group)
    }

    /// A part of the text begins here: its links lead here, and so does its bookmark, if it is a heading.
    pub(super) fn begin(&mut self, block: &Block) {
        for id in &block.ids {
            self.places.entry(id.clone()).or_insert((self.page, self.y));
        }
        if let Kind::Heading(level) = &block.kind {
            self.headings.push((*level, block.text.text.replace('\n', " "), (self.page, self.y)));
        }
    }

    /// Puts the bullet or number of an item before the line that comes next.
    pub(super) fn marker(&mut self, marker: &str, style: Style, x: f32, group: Group) -> Result<(), Failure> {
        let text = Text { text: marker.to_owned(), marks: Vec::new() };
        let made = lines(self.fonts, &text, style, None)?;
        let at = Point::from_xy(x - 4.0 - made.width, self.y);
        for line in made.lines {
            for run in line.runs {
                self.items.push(Item::Run { run, at, height: line.height, group, link: None });
            }
        }
        Ok(())
    }

    /// Adds lines of text from `x` on, as wide as this at most.
    pub(super) fn text(
        &mut self,
        text: &Text,
        style: Style,
        (x, width): (f32, f32),
        group: Group,
    ) -> Result<(), Failure> {
        let numbers = self.number_links(text);
        for line in lines(self.fonts, text, style, Some(width))?.lines {
            if self.is_full(line.height) {
                self.end_page()?;
            }
            let at = Point::from_xy(x, self.y);
            self.y += line.height;
            self.put(line, at, group, text, numbers);
        }
        Ok(())
    }

    /// Reserves numbers for the links of a text; gives the first.
    pub(super) fn number_links(&mut self, text: &Text) -> usize {
        let first = self.next_link;
        self.next_link += text.marks.len();
        first
    }

    /// Puts a line to its place on this page.
    pub(super) fn put(
        &mut self,
        made: glyphs::Line,
        at: Point,
        group: Group,
        text: &Text,
        first_link: usize,
    ) {
        for run in made.runs {
            let link = run.look.link.and_then(|mark| match &text.marks.get(mark)?.1 {
                Mark::Link(target) => Some(Link { number: first_link + mark, target: target.clone() }),
                _ => None,
            });
            self.items.push(Item::Run { run, at, height: made.height, group, link });
        }
    }

    pub(super) fn rule(&mut self, from: f32, to: f32, width: f32) {
        self.items.push(Item::Line { from: (from, self.y), to: (to, self.y), width });
    }

    /// Whether so much does not fit onto the page, and the page is not empty.
    pub(super) fn is_full(&self, height: f32) -> bool {
        self.y > MARGIN && self.y + height > PAGE.1 - MARGIN
    }

    pub(super) fn end_page(&mut self) -> Result<(), Failure> {
        if self.page == MAX_PAGES {
            return Err(Failure::BadInput(format!(
                "The text has more than {MAX_PAGES} pages, which do not fit into one PDF here; part it"
            )));
        }
        let items = std::mem::take(&mut self.items);
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(wrong_page)?;
        let mut page = self.document.start_page_with(settings);
        let mut annotations = Vec::new();
        let mut surface = page.surface();
        for item in &items {
            match item {
                Item::Line { from, to, width } => {
                    let artifact = Artifact::with_kind(ArtifactType::Layout);
                    surface.start_tagged(ContentTag::Artifact(artifact));
                    glyphs::line(&mut surface, *from, *to, *width);
                    surface.end_tagged();
                }
                Item::Run { run, at, height, group, link } => {
                    let content = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                    run.draw(&mut surface, *at);
                    surface.end_tagged();
                    let Some(link) = link else {
                        self.tags.content(*group, content);
                        continue;
                    };
                    let tags = &mut self.tags;
                    let group =
                        *self.links.entry(link.number).or_insert_with(|| tags.group(*group, Tag::Link));
                    self.tags.content(group, content);
                    if let Some(area) = run.area(*at, *height)
                        && let Some(target) = target(&link.target, &self.known)
                    {
                        let annotation = LinkAnnotation::new(area, target);
                        annotations
                            .push((group, Annotation::new_link(annotation, Some(link.target.clone()))));
                    }
                }
            }
        }
        surface.finish();
        for (group, annotation) in annotations {
            let content = page.add_tagged_annotation(annotation);
            self.tags.content(group, content);
        }
        page.finish();
        self.page += 1;
        self.y = MARGIN;
        Ok(())
    }

    pub(super) fn finish(mut self, title: &str) -> Result<Vec<u8>, Failure> {
        self.end_page()?;
        let mut metadata = Metadata::new().title(title.to_owned()).creator("cloudconvert-sandbox".to_owned());
        if let Some(language) = self.language {
            metadata = metadata.language(language.to_owned());
        }
        self.document.set_metadata(metadata);
        self.document.set_outline(outline(&self.headings));
        self.document.set_tag_tree(self.tags.finish(self.language));
        self.document
            .finish()
            .map_err(|error| Failure::Unavailable(format!("The PDF could not be written: {error}")))
    }
}

fn wrong_page() -> Failure {
    Failure::Unavailable("A page could not be begun".into())
}
