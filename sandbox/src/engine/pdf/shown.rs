//! A page as it is shown: turned, and with what it has from those above it.

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Files may say that a page is above itself.
const MAX_DEPTH: usize = 100;
/// Units beyond these make pages of no size, or of more than kilometres.
const MIN_UNIT: f64 = 0.001;
const MAX_UNIT: f64 = 1000.0;
/// US letter, which readers take where a page names no size.
const LETTER: [f64; 4] = [0.0, 0.0, 612.0, 792.0];

/// What a page has of this name, by itself or from those above it.
pub(super) fn inherited<'d>(document: &'d Document, page: ObjectId, name: &[u8]) -> Option<&'d Object> {
    let mut place = Some(page);
    for _ in 0..MAX_DEPTH {
        let dictionary = document.get_dictionary(place?).ok()?;
        if let Ok(object) = dictionary.get(name) {
            return document.dereference(object).ok().map(|(_, object)| object);
        }
        place = dictionary.get(b"Parent").and_then(Object::as_reference).ok();
    }
    None
}

/// By how many degrees a page is turned, clockwise.
pub(in crate::engine) fn rotation(document: &Document, page: ObjectId) -> i64 {
    inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0).rem_euclid(360)
}

/// How many points the unit of a page is (PDF 32000-1, 7.7.3.3): large plans have larger units.
pub(super) fn unit(document: &Document, page: ObjectId) -> f64 {
    let unit =
        document.get_dictionary(page).and_then(|page| page.get_deref(b"UserUnit", document)?.as_float());
    unit.map_or(1.0, f64::from).clamp(MIN_UNIT, MAX_UNIT)
}

/// The size of a page on the screen, in its unit, and where its places lie in the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) struct Shown {
    pub(in crate::engine) width: f64,
    pub(in crate::engine) height: f64,
    /// From a place as it is shown, counted from the upper left corner, to the page's own.
    pub(in crate::engine) matrix: [f64; 6],
}

impl Shown {
    pub(in crate::engine) fn of(document: &Document, page: ObjectId) -> Self {
        let [left, bottom, right, top] = area(document, page);
        let (width, height) = (right - left, top - bottom);
        let (turned, matrix) = match rotation(document, page) {
            90 => (true, [0.0, 1.0, 1.0, 0.0, left, bottom]),
            180 => (false, [-1.0, 0.0, 0.0, 1.0, right, bottom]),
            270 => (true, [0.0, -1.0, -1.0, 0.0, right, top]),
            _ => (false, [1.0, 0.0, 0.0, -1.0, left, top]),
        };
        let (width, height) = if turned { (height, width) } else { (width, height) };
        Self { width, height, matrix }
    }

    /// The same in points.
    pub(in crate::engine) fn in_points(document: &Document, page: ObjectId) -> Self {
        let (mut shown, unit) = (Self::of(document, page), unit(document, page));
        shown.width *= unit;
        shown.height *= unit;
        for share in &mut shown.matrix[..4] {
            *share /= unit;
        }
        shown
    }
}

/// What of a page is shown: left, bottom, right, top.
fn area(document: &Document, page: ObjectId) -> [f64; 4] {
    let boxed = |name: &[u8]| {
        let numbers = inherited(document, page, name)?.as_array().ok()?;
        let number = |at: usize| {
            let (_, number) = document.dereference(numbers.get(at)?).ok()?;
            number.as_float().ok().map(f64::from)
        };
        let (x, y, other_x, other_y) = (number(0)?, number(1)?, number(2)?, number(3)?);
        let area = [x.min(other_x), y.min(other_y), x.max(other_x), y.max(other_y)];
        (area[2] - area[0] >= 1.0 && area[3] - area[1] >= 1.0).then_some(area)
    };
    boxed(b"CropBox").or_else(|| boxed(b"MediaBox")).unwrap_or(LETTER)
}

/// A copy of a page's resources, to be changed for it alone.
pub(super) fn resources(document: &Document, page: ObjectId) -> Dictionary {
    let resources = inherited(document, page, b"Resources").and_then(|resources| resources.as_dict().ok());
    resources.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn the_upper_left_corner_of_what_is_shown() {
        for (turn, size, corner) in [
            (0, (200.0, 100.0), (10.0, 120.0)),
            (90, (100.0, 200.0), (10.0, 20.0)),
            (180, (200.0, 100.0), (210.0, 20.0)),
            (-90, (100.0, 200.0), (210.0, 120.0)),
        ] {
            let mut document = Document::new();
            let above = document.add_object(dictionary! {
                "Rotate" => turn, "MediaBox" => vec![210.into(), 20.into(), 10.into(), 120.into()],
            });
            let page = document.add_object(dictionary! {"Parent" => above});
            let shown = Shown::of(&document, page);
            assert_eq!((shown.width, shown.height), size, "{turn}");
            assert_eq!((shown.matrix[4], shown.matrix[5]), corner, "{turn}");
            document.get_dictionary_mut(page).unwrap().set("UserUnit", 2);
            let large = Shown::in_points(&document, page);
            assert_eq!((large.width, large.height), (2.0 * size.0, 2.0 * size.1), "{turn}");
            let [x, y] = [0, 2].map(|at| (large.matrix[at] * large.width, shown.matrix[at] * shown.width));
            assert_eq!((x.0, y.0), (x.1, y.1), "{turn}");
        }
    }
}
