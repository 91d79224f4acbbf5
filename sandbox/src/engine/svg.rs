//! SVG to raster images, by `resvg`.

use std::sync::{Arc, LazyLock};

use image::{DynamicImage, RgbaImage};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Family, Query};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::{ConversionType, Failure, Outcome, Progress, Work, image as raster};

/// The longest side of a rendering, in pixels.
const MAX_SIDE: u32 = 10_000;
/// The longest drawing, in bytes.
const MAX_SIZE: u64 = 32 << 20;

/// This machine's fonts, and for where there are none, two that come along.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let has =
        |fonts: &Database, family| fonts.query(&Query { families: &[family], ..Query::default() }).is_some();
    if !has(&fonts, Family::Serif) || !has(&fonts, Family::SansSerif) || !has(&fonts, Family::Monospace) {
        fonts.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
        fonts.load_font_data(epaint_default_fonts::HACK_REGULAR.to_vec());
        fonts.set_serif_family("Ubuntu");
        fonts.set_sans_serif_family("Ubuntu");
        fonts.set_monospace_family("Hack");
    }
    Arc::new(fonts)
});

pub(super) fn types() -> impl Iterator<Item = ConversionType> {
    raster::FORMATS.iter().filter(|(output, _)| *output != "ico").map(|(output, _)| {
        ConversionType::new("vector", "resvg", ("svg", output), convert).options(raster::options(output))
    })
}

fn convert(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    progress.set(5.0, "Reading the drawing")?;
    let image = render(work, progress)?;
    raster::encode(work, progress, image)
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn render(work: &Work, progress: &Progress) -> Result<DynamicImage, Failure> {
    let drawing = work.read(MAX_SIZE)?;
    // Looking through all fonts takes a while.
    let has_text = drawing.windows(4).any(|word| word == b"text");
    let options = Options {
        fontdb: if has_text { FONTS.clone() } else { Arc::default() },
        // A drawing of a stranger must not read this machine's files.
        image_href_resolver: ImageHrefResolver {
            resolve_string: Box::new(|_, _| None),
            ..Default::default()
        },
        ..Options::default()
    };
    let tree = Tree::from_data(&drawing, &options).map_err(|error| Failure::corrupt("drawing", error))?;
    progress.set(20.0, "Drawing")?;
    let size = tree.size();
    let width = work.number("width", 1, MAX_SIDE)?.map(|width| width as f32 / size.width());
    let height = work.number("height", 1, MAX_SIDE)?.map(|height| height as f32 / size.height());
    let fit = match (width, height) {
        (Some(width), Some(height)) => width.min(height),
        (width, height) => width.or(height).unwrap_or(1.0),
    };
    let scale = fit.min(MAX_SIDE as f32 / size.width().max(size.height()));
    let (width, height) = ((size.width() * scale).round().max(1.0), (size.height() * scale).round().max(1.0));
    let too_large = || Failure::BadInput("The drawing is too large".into());
    let mut pixmap = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let (width, height) = (pixmap.width(), pixmap.height());
    let image = RgbaImage::from_raw(width, height, pixmap.take_demultiplied()).ok_or_else(too_large)?;
    Ok(DynamicImage::ImageRgba8(image))
}
