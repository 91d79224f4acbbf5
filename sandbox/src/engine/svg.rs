//! SVG to raster images, by `resvg`.

use image::{DynamicImage, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::{Failure, Outcome, Progress, Types, Work, image as raster};

/// The longest side of a rendering, in pixels.
const MAX_SIDE: f32 = 10_000.0;

pub(super) fn add(types: &mut Types) {
    for output in ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tiff"] {
        types.add("vector", "resvg", ("svg", output), raster::options(), convert);
    }
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the drawing")?;
    let image = render(work, progress)?;
    raster::encode(work, progress, &image)
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn render(work: &Work, progress: &Progress) -> Result<DynamicImage, Failure> {
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    // A drawing of a stranger must not read this machine's files.
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    let tree =
        Tree::from_data(&work.read()?, &options).map_err(|error| Failure::corrupt("drawing", error))?;
    progress.set(30.0, "Drawing")?;
    let size = tree.size();
    let width = work.number("width", 1, MAX_SIDE as u32)?.map(|width| width as f32 / size.width());
    let height = work.number("height", 1, MAX_SIDE as u32)?.map(|height| height as f32 / size.height());
    let fit = match (width, height) {
        (Some(width), Some(height)) => width.min(height),
        (width, height) => width.or(height).unwrap_or(1.0),
    };
    let scale = fit.min(MAX_SIDE / size.width().max(size.height()));
    let (width, height) = ((size.width() * scale).round().max(1.0), (size.height() * scale).round().max(1.0));
    let too_large = || Failure::BadInput("The drawing is too large".into());
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let pixels = pixmap.pixels().iter().flat_map(|pixel| {
        let color = pixel.demultiply();
        [color.red(), color.green(), color.blue(), color.alpha()]
    });
    let image =
        RgbaImage::from_raw(pixmap.width(), pixmap.height(), pixels.collect()).ok_or_else(too_large)?;
    Ok(DynamicImage::ImageRgba8(image))
}
