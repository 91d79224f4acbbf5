//! Pages as pictures: drawn by `pdftoppm`, some at a time, and written by the engine of pictures.

use std::collections::VecDeque;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::image::{self as raster, Fit, Settings};
use super::super::program;
use super::super::range::PageRange;
use super::super::{Failure, Outcome, Progress, Work};
use super::drawn;
use super::said::tell_fonts;
use super::source::{self, Source};

/// Pixels per inch where nothing is asked for.
pub(super) const DENSITY: u32 = 150;
/// How many pages may become pictures at once, and how many pixels a picture may have.
const MAX_PAGES: u32 = 2000;
const MAX_PIXELS: f64 = 1e8;
const POINTS_PER_INCH: f64 = 72.0;

/// One picture for each page: `stem.jpg`, or `stem-1.jpg`, `stem-2.jpg` and so on, numbered as the pages are.
pub(super) fn pictures(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let density = work.number("density", 10, 600)?.unwrap_or(DENSITY);
    let (settings, wanted) = (Settings::read(work)?, PageRange::read(work)?);
    let source = Source::of(work, progress)?;
    let range = wanted.within(source.pages)?;
    if range.count() > MAX_PAGES {
        return Err(Failure::BadParameter(format!(
            "converteroptions: these are {} pages, at most {MAX_PAGES} become pictures; choose some by page_range",
            range.count()
        )));
    }
    let sizes = source.sizes(range, progress)?;
    let pages = (range.first..=range.last).zip(sizes);
    let drawings =
        pages.map(|(page, size)| Drawing::of(page, size, source.unit(page), density.into(), &settings));
    let drawings = together(drawings.collect::<Result<_, _>>()?);
    progress.set(5.0, "Drawing the pages")?;
    let folder = tempfile::tempdir_in(&work.output_dir).map_err(Failure::io)?;
    let drawn = Drawn { source: &source, drawings, folder, waiting: VecDeque::new(), progress };
    raster::encode_pages(work, &settings, range, drawn, progress)
}

/// How large `pdftoppm` is to draw a page.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    PerInch(f64),
    /// So many pixels wide or high, before it is turned.
    Wide(u32),
    High(u32),
}

impl Size {
    fn arguments(self) -> Vec<String> {
        let (name, value, other) = match self {
            Self::PerInch(density) => return vec!["-r".into(), density.to_string()],
            Self::Wide(pixels) => ("-scale-to-x", pixels, "-scale-to-y"),
            Self::High(pixels) => ("-scale-to-y", pixels, "-scale-to-x"),
        };
        vec![name.into(), value.to_string(), other.into(), "-1".into()]
    }
}

/// Pages that are drawn alike.
struct Drawing {
    pages: PageRange,
    size: Size,
    /// Pixels per inch of what comes out.
    density: f64,
    /// At most so many pixels each.
    pixels: f64,
}

impl Drawing {
    /// A page with sides in points, which is turned by so many degrees. Pages are as sharp in every size: they are drawn in
    /// that which is asked for.
    fn of(
        page: u32,
        (width, height, turned): (f64, f64, i64),
        unit: f64,
        density: f64,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let lies = turned % 180 != 0;
        let (across, down) = if lies { (height, width) } else { (width, height) };
        let wide: fn(u32) -> Size = if lies { Size::High } else { Size::Wide };
        let high: fn(u32) -> Size = if lies { Size::Wide } else { Size::High };
        let by = |asked: Option<u32>, side: f64, size: fn(u32) -> Size| {
            asked.filter(|_| side > 0.0).map(|asked| (f64::from(asked) / side, size(asked)))
        };
        let sides = by(settings.width, across, wide).into_iter().chain(by(settings.height, down, high));
        let fills = matches!(settings.fit, Fit::Crop | Fit::Scale);
        let asked = sides.reduce(|a, b| if (a.0 > b.0) == fills { a } else { b });
        let (scale, size) = asked.unwrap_or((density / POINTS_PER_INCH, Size::PerInch(density * unit)));
        let pixels = across * down * scale * scale;
        if pixels > MAX_PIXELS {
            return Err(Failure::BadParameter(format!(
                "converteroptions: page {page} is too large for this density or size; ask for less"
            )));
        }
        Ok(Self {
            pages: PageRange { first: page, last: page },
            size,
            density: scale * POINTS_PER_INCH,
            pixels,
        })
    }
}

/// Pages one behind the other that are drawn alike, as many at once as may lie in the folder.
fn together(drawings: Vec<Drawing>) -> VecDeque<Drawing> {
    let mut runs: VecDeque<Drawing> = VecDeque::new();
    for next in drawings {
        match runs.back_mut() {
            Some(run)
                if run.size == next.size
                    && run.pages.count() < drawn::at_once(run.pixels.max(next.pixels)) =>
            {
                run.pages.last = next.pages.last;
                run.pixels = run.pixels.max(next.pixels);
            }
            _ => runs.push_back(next),
        }
    }
    runs
}

/// Pages, one after the other.
struct Drawn<'a> {
    source: &'a Source<'a>,
    drawings: VecDeque<Drawing>,
    folder: TempDir,
    /// Those that are drawn, with their pixels per inch.
    waiting: VecDeque<(PathBuf, f64)>,
    progress: &'a Progress,
}

impl Drawn<'_> {
    fn draw(&mut self, drawing: &Drawing) -> Result<(), Failure> {
        let mut pdftoppm = program::named("pdftoppm");
        pdftoppm.arg("-cropbox").args(drawing.size.arguments()).args(source::arguments(drawing.pages));
        pdftoppm.arg(self.source.path()).arg(self.folder.path().join("page"));
        program::run(&mut pdftoppm, self.progress, |line| tell_fonts(line, self.progress))?;
        let files = std::fs::read_dir(self.folder.path()).map_err(Failure::io)?;
        let files = files.map(|file| file.map(|file| file.path()));
        let mut files = files.collect::<Result<Vec<_>, _>>().map_err(Failure::io)?;
        // Numbers in their names are filled up with zeros.
        files.sort();
        self.waiting.extend(files.into_iter().map(|file| (file, drawing.density)));
        Ok(())
    }

    fn read(&mut self) -> Result<Option<raster::Page>, Failure> {
        while self.waiting.is_empty() {
            let Some(drawing) = self.drawings.pop_front() else { return Ok(None) };
            self.draw(&drawing)?;
        }
        let Some((path, density)) = self.waiting.pop_front() else { return Ok(None) };
        let image = drawn::read(&path).and_then(|image| std::fs::remove_file(&path).map(|()| image));
        image.map(|image| Some(raster::Page::drawn(image, density))).map_err(Failure::io)
    }
}

impl Iterator for Drawn<'_> {
    type Item = Result<raster::Page, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}
