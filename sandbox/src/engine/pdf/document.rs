//! A PDF that grows page by page.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, TextStr};
use xmp_writer::{LangId, XmpWriter};

use crate::engine::image::About;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
/// The first of the other objects.
const FIRST: i32 = 3;
/// What makes the document.
const CREATOR: &str = "cloudconvert-sandbox";

pub(super) struct Document {
    pub(super) pdf: Pdf,
    next: i32,
    pages: Vec<Ref>,
}

impl Document {
    pub(super) fn new() -> Self {
        Self { pdf: Pdf::new(), next: FIRST, pages: Vec::new() }
    }

    pub(super) fn page(&mut self, (width, height): (f32, f32), content: Content, picture: Ref) {
        let (id, stream) = (self.id(), self.id());
        let packed = pack(&content.finish());
        self.pdf.stream(stream, &packed).filter(Filter::FlateDecode);
        let mut page = self.pdf.page(id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(stream);
        let mut resources = page.resources();
        resources.x_objects().pair(Name(b"Image"), picture);
        resources.finish();
        page.finish();
        self.pages.push(id);
    }

    pub(super) fn id(&mut self) -> Ref {
        self.next += 1;
        Ref::new(self.next - 1)
    }

    /// `name` is its title, if it has no other.
    pub(super) fn finish(mut self, about: &About, name: &str) -> Vec<u8> {
        let (info, packet) = (self.id(), self.id());
        let title = about.title.as_deref().unwrap_or(name).replace(char::is_control, " ");
        let mut facts = self.pdf.document_info(info);
        facts.title(TextStr(&title)).creator(TextStr(CREATOR));
        if let Some(author) = &about.author {
            facts.author(TextStr(author));
        }
        facts.finish();
        self.pdf.metadata(packet, xmp(about, &title).as_bytes());
        let mut catalog = self.pdf.catalog(CATALOG);
        catalog.pages(PAGES).metadata(packet);
        catalog.viewer_preferences().display_doc_title(true);
        if let Some(language) = &about.language {
            catalog.lang(TextStr(language));
        }
        catalog.finish();
        let count = i32::try_from(self.pages.len()).unwrap_or(i32::MAX);
        self.pdf.pages(PAGES).kids(self.pages).count(count);
        self.pdf.finish()
    }
}

/// The same facts as XMP has them.
fn xmp(about: &About, title: &str) -> String {
    let mut xmp = XmpWriter::new();
    xmp.format("application/pdf").title([(None, title)]).creator_tool(CREATOR);
    if let Some(author) = &about.author {
        xmp.creator([author.as_str()]);
    }
    if let Some(language) = &about.language {
        xmp.language([LangId(language)]);
    }
    xmp.finish(None)
}

pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}
