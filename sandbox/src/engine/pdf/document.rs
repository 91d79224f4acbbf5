//! A PDF that grows page by page.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
/// The first of the other objects.
const FIRST: i32 = 3;

pub(super) struct Document {
    pub(super) pdf: Pdf,
    next: i32,
    pages: Vec<Ref>,
}

impl Document {
    pub(super) fn new() -> Self {
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES);
        Self { pdf, next: FIRST, pages: Vec::new() }
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

    pub(super) fn finish(mut self) -> Vec<u8> {
        let count = i32::try_from(self.pages.len()).unwrap_or(i32::MAX);
        self.pdf.pages(PAGES).kids(self.pages).count(count);
        self.pdf.finish()
    }
}

pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}
