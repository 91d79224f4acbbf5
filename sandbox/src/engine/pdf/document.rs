//! A PDF that grows page by page.

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};

use super::font::Font;

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
/// The first font; the others follow.
const FONTS: i32 = 3;

pub(super) struct Document {
    pub(super) pdf: Pdf,
    next: i32,
    pages: Vec<Ref>,
}

impl Document {
    pub(super) fn new() -> Self {
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES);
        let mut next = FONTS;
        for font in Font::ALL {
            let mut object = pdf.type1_font(Ref::new(next));
            object.base_font(Name(font.standard_name())).encoding_predefined(Name(b"WinAnsiEncoding"));
            next += 1;
        }
        Self { pdf, next, pages: Vec::new() }
    }

    /// A page of text in the fonts of [`Font`].
    pub(super) fn text_page(&mut self, size: (f32, f32), content: Content) {
        self.page(size, content, None);
    }

    pub(super) fn page(&mut self, (width, height): (f32, f32), content: Content, picture: Option<Ref>) {
        let (id, stream) = (self.id(), self.id());
        let packed = pack(&content.finish());
        self.pdf.stream(stream, &packed).filter(Filter::FlateDecode);
        let mut page = self.pdf.page(id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(stream);
        let mut resources = page.resources();
        if let Some(picture) = picture {
            resources.x_objects().pair(Name(b"Image"), picture);
        } else {
            let mut fonts = resources.fonts();
            for (font, number) in Font::ALL.into_iter().zip(FONTS..) {
                fonts.pair(Name(font.name()), Ref::new(number));
            }
        }
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
