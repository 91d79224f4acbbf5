//! The text or the picture that is put on something.

use image::imageops::FilterType;
use image::{DynamicImage, RgbaImage};
use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, PremultipliedColorU8, Transform};
use resvg::usvg::{Group, Node, Tree};

use super::place::{Along, Place, Size as Sized, float};
use super::settings::{Sides, Size, Text};
use crate::engine::{Failure, Progress, Work, image as raster, svg};
use crate::escape::escaped;
use crate::names::split;

/// The size of letters at which a text is set before it is stretched.
const LETTERS: f64 = 100.0;
/// From one line to the next, of the size of letters.
const LINE: f64 = 1.2;
/// The longer side in pixels of a drawing that is put on pages as a picture.
const ALONE: f64 = 2000.0;
/// The longest side of a mark in pixels.
const MAX_SIDE: f64 = 16_000.0;

pub(super) struct Mark {
    content: Content,
    pub(super) place: Place,
}

enum Content {
    /// A drawing, where it lies in itself (x, y, width, height), and how large it is to be.
    Drawn {
        tree: Box<Tree>,
        area: [f64; 4],
        size: Size,
    },
    Picture {
        image: DynamicImage,
        sides: Sides,
    },
}

impl Mark {
    pub(super) fn read(work: &Work, progress: &Progress) -> Result<Self, Failure> {
        let place = Place::read(work)?;
        let content = match Text::read(work, progress)? {
            Some(text) => written(&text, progress)?,
            None => picture(work, progress)?,
        };
        Ok(Self { content, place })
    }

    /// How large it is on the whole.
    pub(super) fn size(&self, whole: Sized) -> Sized {
        match &self.content {
            Content::Drawn { area, size, .. } => {
                let scale = match size {
                    Size::Letters(letters) => letters / LETTERS,
                    Size::Percent(percent) => whole.0 * percent / 100.0 / area[2],
                };
                (area[2] * scale, area[3] * scale)
            }
            Content::Picture { image, sides } => {
                let (width, height) = (f64::from(image.width()), f64::from(image.height()));
                match (sides.percent, sides.width.map(f64::from), sides.height.map(f64::from)) {
                    (Some(percent), ..) => {
                        (whole.0 * percent / 100.0, whole.0 * percent / 100.0 * height / width)
                    }
                    (None, Some(x), Some(y)) => (x, y),
                    (None, Some(x), None) => (x, x * height / width),
                    (None, None, Some(y)) => (y * width / height, y),
                    (None, None, None) => (width, height),
                }
            }
        }
    }

    /// As the pixels of it that lie on the whole, and where these begin. None where there are none.
    pub(super) fn pixels(&self, whole: (u32, u32)) -> Result<Option<(RgbaImage, u32, u32)>, Failure> {
        let sized = (f64::from(whole.0), f64::from(whole.1));
        let block = self.size(sized);
        if block.0.max(block.1) > MAX_SIDE {
            return Err(Failure::BadParameter("The watermark is too large".into()));
        }
        let Some([x, y, width, height]) = self.place.covered(block, whole) else { return Ok(None) };
        #[allow(clippy::cast_precision_loss)]
        let moved = self.place.matrix(block, sized).post_translate(-(x as f32), -(y as f32));
        let mut image = match &self.content {
            Content::Drawn { tree, area, .. } => {
                let scale = float(block.0 / area[2]);
                let inside =
                    Transform::from_scale(scale, scale).pre_translate(float(-area[0]), float(-area[1]));
                svg::draw(tree, moved.pre_concat(inside), (width, height))?
            }
            Content::Picture { image, .. } => turned(image, block, moved, (width, height))?,
        };
        for pixel in image.pixels_mut() {
            pixel.0[3] = faded(pixel.0[3], self.place.opacity);
        }
        Ok(Some((image, x, y)))
    }

    /// A drawing by itself, in pixels.
    pub(super) fn alone(&self) -> Result<RgbaImage, Failure> {
        let Content::Drawn { tree, area, .. } = &self.content else {
            return Err(Failure::BadInput("The watermark is no drawing".into()));
        };
        let scale = float(ALONE / area[2].max(area[3]));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let pixels = |side: f64| (side * f64::from(scale)).ceil().max(1.0) as u32;
        let inside = Transform::from_scale(scale, scale).pre_translate(float(-area[0]), float(-area[1]));
        svg::draw(tree, inside, (pixels(area[2]), pixels(area[3])))
    }

    /// A drawing, and where it lies in itself; None for a picture.
    pub(super) fn drawing(&self) -> Option<(&Tree, [f64; 4])> {
        match &self.content {
            Content::Drawn { tree, area, .. } => Some((tree, *area)),
            Content::Picture { .. } => None,
        }
    }

    pub(super) fn picture(&self) -> Option<&DynamicImage> {
        match &self.content {
            Content::Drawn { .. } => None,
            Content::Picture { image, .. } => Some(image),
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn faded(alpha: u8, opacity: f64) -> u8 {
    (f64::from(alpha) * opacity).round() as u8
}

/// Sets a text.
fn written(text: &Text, progress: &Progress) -> Result<Content, Failure> {
    let anchor = match text.align {
        Along::Begin => "start",
        Along::Middle => "middle",
        Along::End => "end",
    };
    let family = text.family.as_deref().map(|name| format!("{}, ", escaped(name))).unwrap_or_default();
    let lines = text.lines.iter().enumerate().map(|(number, line)| {
        #[allow(clippy::cast_precision_loss)]
        let y = LETTERS * LINE * (number + 1) as f64;
        format!("<tspan x=\"0\" y=\"{y}\">{}</tspan>", escaped(line))
    });
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"><text xml:space=\"preserve\" \
         font-family=\"{family}sans-serif\" font-size=\"{LETTERS}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text></svg>",
        escaped(&text.color),
        lines.collect::<String>()
    );
    let tree = svg::parse(drawing.as_bytes(), progress)?;
    let unseen = || Failure::BadParameter("No font of this machine has the letters of the text".into());
    let area = set(tree.root()).ok_or_else(unseen)?;
    Ok(Content::Drawn { tree: Box::new(tree), area, size: text.size })
}

/// Where a text lies.
fn set(group: &Group) -> Option<[f64; 4]> {
    group.children().iter().find_map(|node| match node {
        Node::Group(group) => set(group),
        Node::Text(text) => {
            let area = text.abs_bounding_box();
            let area = [area.x(), area.y(), area.width(), area.height()].map(f64::from);
            (area[2] > 0.0 && area[3] > 0.0).then_some(area)
        }
        _ => None,
    })
}

/// Reads the picture that came along.
fn picture(work: &Work, progress: &Progress) -> Result<Content, Failure> {
    let sides = Sides::read(work)?;
    let file = work.inputs.last().ok_or_else(|| Failure::BadInput("There is no picture".into()))?;
    let format = split(&file.name).1;
    if ["svg", "svgz"].contains(&format.as_str()) {
        let drawing = std::fs::read(&file.path).map_err(Failure::io)?;
        let tree = svg::parse(&drawing, progress)?;
        let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
        let size = match (sides.percent, sides.width, sides.height) {
            (Some(percent), ..) => Size::Percent(percent),
            (None, Some(x), _) => Size::Letters(LETTERS * f64::from(x) / width),
            (None, None, Some(y)) => Size::Letters(LETTERS * f64::from(y) / height),
            _ => Size::Letters(LETTERS),
        };
        return Ok(Content::Drawn { tree: Box::new(tree), area: [0.0, 0.0, width, height], size });
    }
    let bytes = std::fs::read(&file.path).map_err(Failure::io)?;
    let image = raster::is_picture(&bytes).then(|| raster::embedded(bytes, progress)).flatten();
    let image =
        image.ok_or_else(|| Failure::BadInput("The image is not a picture that can be read".into()))?;
    Ok(Content::Picture { image, sides })
}

/// A picture in this size, moved as the matrix says.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn turned(
    image: &DynamicImage,
    block: Sized,
    moved: Transform,
    (width, height): (u32, u32),
) -> Result<RgbaImage, Failure> {
    let too_large = || Failure::BadInput("The picture is too large".into());
    let pixels = |side: f64| side.round().max(1.0) as u32;
    let (columns, rows) = (pixels(block.0), pixels(block.1));
    let image = image.resize_exact(columns, rows, FilterType::Lanczos3).into_rgba8();
    let mut own = Pixmap::new(columns, rows).ok_or_else(too_large)?;
    for (to, from) in own.pixels_mut().iter_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let part = |value: u8| (u16::from(value) * u16::from(alpha) / 255) as u8;
        *to = PremultipliedColorU8::from_rgba(part(red), part(green), part(blue), alpha).unwrap_or(*to);
    }
    let mut drawn = Pixmap::new(width, height).ok_or_else(too_large)?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    drawn.draw_pixmap(0, 0, own.as_ref(), &paint, moved, None);
    RgbaImage::from_raw(width, height, drawn.take_demultiplied()).ok_or_else(too_large)
}
