//! Images and text to PDF, by `pdf-writer`.

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};
use std::io::Write;

use super::{Failure, Mode, Outcome, Progress, Types, Work, image as raster};

/// A4 in points.
const PAGE: (f32, f32) = (595.0, 842.0);
const MARGIN: f32 = 56.0;
const FONT_SIZE: f32 = 10.0;
const LINE: f32 = 13.0;
/// Characters in a line and lines on a page, in a font where all are equally wide.
const COLUMNS: usize = 80;
const ROWS: usize = 56;

pub(super) fn add(types: &mut Types) {
    for (input, _) in raster::FORMATS {
        types.add("document", "pdf-writer", (input, "pdf"), super::none(), images);
        types.add_mode(Mode::Combine, "document", "pdf-writer", (input, "pdf"), super::none(), images);
    }
    types.add("document", "pdf-writer", ("txt", "pdf"), super::none(), text);
}

/// One page for each image, as large as its pixels at 96 dpi.
fn images(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let count = work.inputs.len();
    if work.mode == Mode::Combine && count < 2 {
        return Err(Failure::BadParameter("combine needs at least two input files".into()));
    }
    let mut document = Document::new();
    for (done, path) in work.inputs.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        progress.set(done as f64 * 90.0 / count as f64, "Adding a page")?;
        let bytes = std::fs::read(path).map_err(Failure::io)?;
        let image = raster::flatten(&raster::decode(&bytes, &work.input_format)?);
        document.image_page(&image)?;
    }
    work.write(&document.finish())
}

fn text(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let text = work.read_text()?;
    progress.set(20.0, "Breaking lines")?;
    let lines = break_lines(&text);
    progress.set(60.0, "Writing pages")?;
    let mut document = Document::new();
    for page in lines.chunks(ROWS) {
        document.text_page(page);
    }
    work.write(&document.finish())
}

/// Lines that fit, in the encoding of the standard fonts. What it does not have becomes a question mark.
fn break_lines(text: &str) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    for line in text.replace('\t', "    ").lines() {
        let mut encoded: Vec<u8> = line.chars().filter(|c| !c.is_control()).map(win_ansi).collect();
        while encoded.len() > COLUMNS {
            let space = encoded[..COLUMNS].iter().rposition(|byte| *byte == b' ').filter(|at| *at > 0);
            let rest = encoded.split_off(space.map_or(COLUMNS, |at| at + 1));
            lines.push(encoded);
            encoded = rest;
        }
        lines.push(encoded);
    }
    if lines.is_empty() {
        lines.push(Vec::new());
    }
    lines
}

/// A character in `WinAnsiEncoding` (PDF 32000-1, annex D).
fn win_ansi(c: char) -> u8 {
    const HIGH: &[(char, u8)] = &[
        ('€', 0x80),
        ('‚', 0x82),
        ('„', 0x84),
        ('…', 0x85),
        ('Š', 0x8A),
        ('Œ', 0x8C),
        ('Ž', 0x8E),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('™', 0x99),
        ('š', 0x9A),
        ('œ', 0x9C),
        ('ž', 0x9E),
        ('Ÿ', 0x9F),
    ];
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        c => HIGH.iter().find(|(high, _)| *high == c).map_or(b'?', |(_, byte)| *byte),
    }
}

/// A PDF that grows page by page.
struct Document {
    pdf: Pdf,
    next: i32,
    pages: Vec<Ref>,
}

const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const FONT: Ref = Ref::new(3);

impl Document {
    fn new() -> Self {
        let mut pdf = Pdf::new();
        pdf.catalog(CATALOG).pages(PAGES);
        pdf.type1_font(FONT).base_font(Name(b"Courier")).encoding_predefined(Name(b"WinAnsiEncoding"));
        Self { pdf, next: 4, pages: Vec::new() }
    }

    fn id(&mut self) -> Ref {
        self.next += 1;
        Ref::new(self.next - 1)
    }

    #[allow(clippy::cast_precision_loss)]
    fn image_page(&mut self, image: &image::RgbImage) -> Result<(), Failure> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
        packed.write_all(image.as_raw()).map_err(Failure::io)?;
        let packed = packed.finish().map_err(Failure::io)?;
        let side = |pixels: u32| {
            i32::try_from(pixels).map_err(|_| Failure::BadInput("The image is too large".into()))
        };
        let (columns, rows) = (side(image.width())?, side(image.height())?);
        let (width, height) = (image.width() as f32 * 0.75, image.height() as f32 * 0.75);
        let picture = self.id();
        let mut object = self.pdf.image_xobject(picture, &packed);
        object.width(columns).height(rows).bits_per_component(8);
        object.color_space().device_rgb();
        object.filter(Filter::FlateDecode);
        object.finish();
        let mut content = Content::new();
        content.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(Name(b"Image"));
        self.page(width, height, content, Some(picture));
        Ok(())
    }

    fn text_page(&mut self, lines: &[Vec<u8>]) {
        let mut content = Content::new();
        content
            .begin_text()
            .set_font(Name(b"Font"), FONT_SIZE)
            .set_leading(LINE)
            .next_line(MARGIN, PAGE.1 - MARGIN);
        for line in lines {
            content.show(Str(line)).next_line_using_leading();
        }
        content.end_text();
        self.page(PAGE.0, PAGE.1, content, None);
    }

    fn page(&mut self, width: f32, height: f32, content: Content, picture: Option<Ref>) {
        let (id, stream) = (self.id(), self.id());
        self.pdf.stream(stream, &content.finish());
        let mut page = self.pdf.page(id);
        page.parent(PAGES).media_box(Rect::new(0.0, 0.0, width, height)).contents(stream);
        let mut resources = page.resources();
        match picture {
            Some(picture) => resources.x_objects().pair(Name(b"Image"), picture),
            None => resources.fonts().pair(Name(b"Font"), FONT),
        };
        resources.finish();
        page.finish();
        self.pages.push(id);
    }

    fn finish(mut self) -> Vec<u8> {
        let count = i32::try_from(self.pages.len()).unwrap_or(i32::MAX);
        self.pdf.pages(PAGES).kids(self.pages).count(count);
        self.pdf.finish()
    }
}
