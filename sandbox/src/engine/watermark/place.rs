//! Where a mark goes on what is marked. Places count from the upper left corner.

use resvg::tiny_skia::Transform;

/// Where something is along a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Along {
    Begin,
    Middle,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) horizontal: Along,
    pub(super) vertical: Along,
    pub(super) margin: (f64, f64),
    /// In degrees, clockwise.
    pub(super) rotation: f64,
    /// From 0 to 1.
    pub(super) opacity: f64,
}

/// A size, as (width, height).
pub(super) type Size = (f64, f64);

impl Place {
    /// Moves and turns a block of this size, whose upper left corner is at the beginning, to its place on the whole.
    pub(super) fn matrix(&self, block: Size, whole: Size) -> Transform {
        let turned = self.turned(block);
        let x = begin(self.horizontal, self.margin.0, turned.0, whole.0) + turned.0 / 2.0;
        let y = begin(self.vertical, self.margin.1, turned.1, whole.1) + turned.1 / 2.0;
        Transform::from_translate(float(x), float(y))
            .pre_concat(Transform::from_rotate(float(self.rotation)))
            .pre_translate(float(-block.0 / 2.0), float(-block.1 / 2.0))
    }

    /// The size of a block once it is turned.
    fn turned(&self, (width, height): Size) -> Size {
        let (sin, cos) = self.rotation.to_radians().sin_cos();
        (width * cos.abs() + height * sin.abs(), width * sin.abs() + height * cos.abs())
    }

    /// The pixels that a block covers: from where, and how many. None where it lies outside.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn covered(&self, block: Size, whole: (u32, u32)) -> Option<[u32; 4]> {
        let size = (f64::from(whole.0), f64::from(whole.1));
        let turned = self.turned(block);
        let span = |along, margin, length: f64, whole: f64| {
            let first = begin(along, margin, length, whole);
            let (from, to) = (first.floor().clamp(0.0, whole), (first + length).ceil().clamp(0.0, whole));
            (to > from).then_some((from as u32, (to - from) as u32))
        };
        let (x, width) = span(self.horizontal, self.margin.0, turned.0, size.0)?;
        let (y, height) = span(self.vertical, self.margin.1, turned.1, size.1)?;
        Some([x, y, width, height])
    }
}

/// Where something of this length begins.
fn begin(along: Along, margin: f64, length: f64, whole: f64) -> f64 {
    match along {
        Along::Begin => margin,
        Along::Middle => (whole - length) / 2.0,
        Along::End => whole - margin - length,
    }
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn float(number: f64) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use resvg::tiny_skia::Point;

    use super::*;

    #[test]
    fn places() {
        let mut place = Place {
            horizontal: Along::End,
            vertical: Along::Begin,
            margin: (10.0, 20.0),
            rotation: 0.0,
            opacity: 1.0,
        };
        assert_eq!(place.covered((30.0, 8.0), (100, 100)), Some([60, 20, 30, 8]));
        place.rotation = 90.0;
        assert_eq!(place.covered((30.0, 8.0), (100, 100)), Some([82, 20, 8, 30]));
        // The upper left corner of the block is the upper right one now.
        let mut corner = Point::from_xy(0.0, 0.0);
        place.matrix((30.0, 8.0), (100.0, 100.0)).map_point(&mut corner);
        assert!((corner.x - 90.0).abs() < 0.01 && (corner.y - 20.0).abs() < 0.01, "{corner:?}");
        place.margin = (200.0, 0.0);
        assert_eq!(place.covered((30.0, 8.0), (100, 100)), None);
    }
}
