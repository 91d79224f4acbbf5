//! Marks on the pages of a PDF. Texts stay as sharp as lines.

use std::fmt::Write;

use image::{Pixel, RgbaImage};
use lopdf::{Document, Object, ObjectId, Stream, dictionary};
use resvg::tiny_skia::{Path, PathSegment, Point, Transform};
use resvg::usvg::{Fill, FillRule, Group, Node, Paint};

use super::mark::Mark;
use crate::engine::pdf::{self, Matrix, Shown, Stamp, then};
use crate::engine::{Failure, Outcome, Progress, Work};

pub(super) fn mark(work: &Work, progress: &Progress) -> Result<Outcome, Failure> {
    let above = work.one_of("layer")? != Some("below");
    let mark = Mark::read(work, progress)?;
    progress.set(5.0, "Reading the PDF")?;
    let mut document = pdf::open(work.input()?, work)?;
    let pages = pdf::chosen(work, &document)?;
    let stamp = add(&mut document, &mark)?;
    progress.set(50.0, "Marking the pages")?;
    for (_, page) in pages {
        let shown = Shown::in_points(&document, page);
        let whole = (shown.width, shown.height);
        let block = mark.size(whole);
        let Transform { sx, kx, ky, sy, tx, ty } = mark.place.matrix(block, whole);
        let moved = [sx, ky, kx, sy, tx, ty].map(f64::from);
        // The stamp is one unit wide and high.
        let fitted = then(&[block.0, 0.0, 0.0, block.1, 0.0, 0.0], &moved);
        stamp.put(&mut document, page, &then(&fitted, &shown.matrix), above)?;
    }
    pdf::saved(&mut document, work, progress)
}

/// The mark as a form of one unit by one, from the upper left corner.
fn add(document: &mut Document, mark: &Mark) -> Result<Stamp, Failure> {
    #[allow(clippy::cast_possible_truncation)]
    let opacity = Object::Real(mark.place.opacity as f32);
    let state = dictionary! {"Type" => "ExtGState", "ca" => opacity.clone(), "CA" => opacity};
    let mut resources = dictionary! {"ExtGState" => dictionary! {"Opacity" => state}};
    let drawn = match (mark.drawing().filter(|(tree, _)| is_plain(tree.root())), mark.picture()) {
        (Some((tree, area)), _) => {
            let fit: Matrix =
                [1.0 / area[2], 0.0, 0.0, 1.0 / area[3], -area[0] / area[2], -area[1] / area[3]];
            let mut drawn = format!("/Opacity gs {} cm ", words(&fit));
            paths(tree.root(), &mut drawn);
            drawn
        }
        (None, picture) => {
            let picture = picture.map_or_else(|| mark.alone(), |picture| Ok(picture.to_rgba8()))?;
            let picture = add_picture(document, &picture);
            resources.set("XObject", dictionary! {"Picture" => picture});
            // Pictures stand on their feet.
            "/Opacity gs 1 0 0 -1 0 1 cm /Picture Do".to_owned()
        }
    };
    // Letters may reach over the edge.
    Ok(Stamp::add(document, drawn.into_bytes(), [-1.0, -1.0, 2.0, 2.0], resources))
}

fn add_picture(document: &mut Document, picture: &RgbaImage) -> ObjectId {
    let stream = |space: &str, samples: Vec<u8>| {
        let dictionary = dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => space, "BitsPerComponent" => 8,
            "Width" => i64::from(picture.width()), "Height" => i64::from(picture.height()),
        };
        let mut stream = Stream::new(dictionary, samples);
        // What cannot be packed stays as it is.
        let _ = stream.compress();
        stream
    };
    let alpha = stream("DeviceGray", picture.pixels().map(|pixel| pixel.0[3]).collect());
    let alpha = document.add_object(alpha);
    let mut colours = stream("DeviceRGB", picture.pixels().flat_map(|pixel| pixel.to_rgb().0).collect());
    colours.dict.set("SMask", alpha);
    document.add_object(colours)
}

/// Whether there is nothing in it but texts and areas of one colour.
fn is_plain(group: &Group) -> bool {
    group.opacity().get() >= 1.0
        && group.mask().is_none()
        && group.clip_path().is_none()
        && group.filters().is_empty()
        && group.children().iter().all(|node| match node {
            Node::Group(group) => is_plain(group),
            Node::Text(text) => is_plain(text.flattened()),
            Node::Path(path) => {
                let fill = path.fill().map(Fill::paint);
                path.stroke().is_none() && fill.is_none_or(|paint| matches!(paint, Paint::Color(_)))
            }
            Node::Image(_) => false,
        })
}

/// Areas, as a PDF draws them.
fn paths(group: &Group, drawn: &mut String) {
    for node in group.children() {
        match node {
            Node::Group(group) => paths(group, drawn),
            Node::Text(text) => paths(text.flattened(), drawn),
            Node::Path(path) => {
                let Some((Paint::Color(colour), fill)) = path.fill().map(|fill| (fill.paint(), fill)) else {
                    continue;
                };
                let colour = [colour.red, colour.green, colour.blue].map(|part| f64::from(part) / 255.0);
                let _ = write!(drawn, "{} rg ", words(&colour));
                let Some(placed) = path.data().clone().transform(path.abs_transform()) else { continue };
                segments(&placed, drawn);
                drawn.push_str(if fill.rule() == FillRule::EvenOdd { "f* " } else { "f " });
            }
            Node::Image(_) => {}
        }
    }
}

fn segments(path: &Path, drawn: &mut String) {
    let mut last = Point::zero();
    for segment in path.segments() {
        let (points, operator, to) = match segment {
            PathSegment::MoveTo(to) => (vec![to], "m", to),
            PathSegment::LineTo(to) => (vec![to], "l", to),
            PathSegment::QuadTo(by, to) => {
                // A curve of the third degree that is the same.
                let near = |end: Point| {
                    Point::from_xy(end.x + (by.x - end.x) * 2.0 / 3.0, end.y + (by.y - end.y) * 2.0 / 3.0)
                };
                (vec![near(last), near(to), to], "c", to)
            }
            PathSegment::CubicTo(one, other, to) => (vec![one, other, to], "c", to),
            PathSegment::Close => (Vec::new(), "h", last),
        };
        last = to;
        let numbers: Vec<f64> = points.iter().flat_map(|point| [point.x, point.y]).map(f64::from).collect();
        let _ = write!(drawn, "{} {operator} ", words(&numbers));
    }
}

fn words(numbers: &[f64]) -> String {
    numbers.iter().map(|number| format!("{number:.6}")).collect::<Vec<_>>().join(" ")
}
