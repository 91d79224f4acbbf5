//! SVG to raster images, by `resvg`.

mod fonts;
mod info;
mod letters;
mod links;
mod source;
mod unknown;
mod writing;

use std::panic::AssertUnwindSafe;

use image::{DynamicImage, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Options, Tree};

use super::fonts::{named, tell_missing, uncovered};
use super::{ConversionType, Failure, Mode, Outcome, Progress, Work, image as raster};
use raster::{Fit, Settings};
use source::MAX_SIZE;

/// The longest side of a rendering, in pixels.
const MAX_SIDE: f32 = 10_000.0;
/// Pixels per inch, as CSS has them.
const DENSITY: f32 = 96.0;
pub(super) const NOTE: &str = "Of an animated drawing, how it begins. What it refers to on other machines is not loaded. Its title, \
                    description, links and the text as such are lost.";

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    ["svg", "svgz"].into_iter().flat_map(|input| {
        let outputs = raster::names().filter(|output| *output != "ico");
        let convert = outputs.map(move |output| {
            let pair = ConversionType::new("vector", "resvg", (input, output), convert);
            let pair = pair.options(raster::options(output)).note(NOTE);
            match raster::note_on_drawing(output) {
                Some(note) => pair.note(&note),
                None => pair,
            }
        });
        convert.chain([ConversionType::new("vector", "resvg", (input, "*"), info).mode(Mode::Info)])
    })
}

pub(super) fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let settings = Settings::read(work)?;
    progress.set(5.0, "Reading the drawing")?;
    let tree = parse(&work.read(MAX_SIZE)?, progress)?;
    progress.set(20.0, "Drawing")?;
    let image = render(&tree, &settings, progress)?;
    raster::encode_one(work, &settings, image, progress)
}

/// Reads a drawing, also a packed one.
pub(super) fn parse(drawing: &[u8], progress: &Progress) -> Result<Tree, Failure> {
    let text = source::text(drawing, MAX_SIZE, progress)?;
    read(&text, &source::document(&text)?, progress)
}

/// The same of one whose elements are known.
fn read(text: &str, document: &Document<'_>, progress: &Progress) -> Result<Tree, Failure> {
    links::warn(document, progress);
    let tree = tree(document, progress)?;
    let boxes = letters::without_form(&tree);
    if boxes.is_empty() {
        return Ok(tree);
    }
    let nowhere = uncovered(boxes.iter().copied());
    tell_missing(&nowhere, "they are not drawn", progress);
    let somewhere = &boxes - &nowhere;
    if somewhere.is_empty() {
        return Ok(tree);
    }
    let text = letters::with_fonts(text, document, &somewhere);
    let tree = self::tree(&source::document(&text)?, progress)?;
    let left = &letters::without_form(&tree) - &nowhere;
    if !left.is_empty() {
        progress.warn(format!(
            "The characters {} are not drawn with the fonts that the drawing names; name one for them that has them",
            named(&left)
        ));
    }
    Ok(tree)
}

fn tree(document: &Document<'_>, progress: &Progress) -> Result<Tree, Failure> {
    let options = Options {
        font_resolver: fonts::resolver(),
        image_href_resolver: links::resolver(progress),
        ..Options::default()
    };
    let tree = within(|| Tree::from_xmltree(document, &options))?;
    tree.map_err(|error| Failure::corrupt("drawing", error))
}

/// What fails in the midst of a drawing has met something in it that it does not expect.
fn within<T>(draw: impl FnOnce() -> T) -> Result<T, Failure> {
    std::panic::catch_unwind(AssertUnwindSafe(draw)).map_err(|_| {
        Failure::BadInput(
            "The drawing has parts, filters with extreme values above all, that cannot be drawn; make them plainer".into(),
        )
    })
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn render(tree: &Tree, settings: &Settings, progress: &Progress) -> Result<DynamicImage, Failure> {
    let size = tree.size();
    let width = settings.width.map(|width| width as f32 / size.width());
    let height = settings.height.map(|height| height as f32 / size.height());
    let density = settings.resolution.map_or(1.0, |resolution| resolution.x as f32 / DENSITY);
    // Drawings are as sharp in every size; what is cut off or added is so afterwards.
    let (x, y) = match (width, height, settings.fit) {
        (Some(x), Some(y), Fit::Scale) => (x, y),
        (Some(x), Some(y), Fit::Crop) => (x.max(y), x.max(y)),
        (Some(x), Some(y), _) => (x.min(y), x.min(y)),
        (x, y, _) => (x.or(y).unwrap_or(density), x.or(y).unwrap_or(density)),
    };
    let most = (MAX_SIDE / (size.width() * x).max(size.height() * y)).min(1.0);
    if most < 1.0 {
        progress.warn(format!(
            "The drawing is drawn smaller than it is: at most {MAX_SIDE} pixels wide and high"
        ));
    }
    let (x, y) = (x * most, y * most);
    let pixels = |side: f32| side.round().max(1.0) as u32;
    draw(tree, Transform::from_scale(x, y), (pixels(size.width() * x), pixels(size.height() * y)))
        .map(DynamicImage::ImageRgba8)
}

/// Draws as many pixels of a drawing, moved as the matrix says.
pub(super) fn draw(
    tree: &Tree,
    matrix: Transform,
    (width, height): (u32, u32),
) -> Result<RgbaImage, Failure> {
    let too_large = || Failure::BadInput("The drawing is too large".into());
    let mut pixmap = Pixmap::new(width, height).ok_or_else(too_large)?;
    within(|| resvg::render(tree, matrix, &mut pixmap.as_mut()))?;
    RgbaImage::from_raw(width, height, pixmap.take_demultiplied()).ok_or_else(too_large)
}

fn info(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let drawing = work.read(MAX_SIZE)?;
    let text = source::text(&drawing, MAX_SIZE, progress)?;
    let document = source::document(&text)?;
    let tree = read(&text, &document, progress)?;
    let mut info = info::of(&document);
    info["width"] = tree.size().width().into();
    info["height"] = tree.size().height().into();
    info["compressed"] = source::is_packed(&drawing).into();
    info["size"] = work.input()?.size.into();
    Ok(Outcome::Info(info))
}
