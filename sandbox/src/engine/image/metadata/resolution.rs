//! How large a picture is on paper.

const CENTIMETRES: f64 = 2.54;
const METRES: f64 = 0.0254;

/// Pixels per inch, across and down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) struct Resolution {
    pub(in crate::engine) x: f64,
    pub(in crate::engine) y: f64,
}

impl Resolution {
    /// None where these are no sensible figures. 11811 pixels per metre are 300 per inch, not 299.9994.
    pub(in crate::engine) fn per_inch(x: f64, y: f64) -> Option<Self> {
        let sensible = |value: f64| (1.0..=100_000.0).contains(&value);
        let round = |value: f64| {
            let whole = value.round();
            if (value - whole).abs() < 0.013 { whole } else { value }
        };
        (sensible(x) && sensible(y)).then(|| Self { x: round(x), y: round(y) })
    }

    pub(super) fn per_centimetre(x: f64, y: f64) -> Option<Self> {
        Self::per_inch(x * CENTIMETRES, y * CENTIMETRES)
    }

    pub(in crate::engine::image) fn per_metre(x: u32, y: u32) -> Option<Self> {
        Self::per_inch(f64::from(x) * METRES, f64::from(y) * METRES)
    }

    /// As EXIF and TIFF tell it: 2 is an inch, 3 a centimetre.
    pub(super) fn by_unit(unit: u32, x: f64, y: f64) -> Option<Self> {
        match unit {
            2 => Self::per_inch(x, y),
            3 => Self::per_centimetre(x, y),
            _ => None,
        }
    }

    /// Pixels per metre, as PNG and BMP write it.
    pub(in crate::engine::image) fn metres(self) -> (u32, u32) {
        (whole(self.x / METRES), whole(self.y / METRES))
    }

    /// Hundredths of pixels per inch, for formats that write fractions.
    pub(in crate::engine::image) fn hundredths(self) -> (u32, u32) {
        (whole(self.x * 100.0), whole(self.y * 100.0))
    }

    /// What JFIF writes, in whole numbers: the unit (1 for an inch, 2 for a centimetre), across, down.
    pub(in crate::engine::image) fn jfif(self) -> (u8, u16, u16) {
        let whole = |value: f64| u16::try_from(whole(value)).unwrap_or(u16::MAX);
        let error = |x: f64, y: f64| (x - x.round()).abs() / x + (y - y.round()).abs() / y;
        let (x, y) = (self.x / CENTIMETRES, self.y / CENTIMETRES);
        if error(x, y) < error(self.x, self.y) {
            (2, whole(x), whole(y))
        } else {
            (1, whole(self.x), whole(self.y))
        }
    }

    pub(super) fn turn(&mut self) {
        std::mem::swap(&mut self.x, &mut self.y);
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn whole(value: f64) -> u32 {
    value.round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units() {
        let scan = Resolution::per_metre(11_811, 11_811).unwrap();
        assert_eq!(scan, Resolution { x: 300.0, y: 300.0 });
        assert_eq!((scan.metres(), scan.jfif()), ((11_811, 11_811), (1, 300, 300)));
        let fax = Resolution::per_inch(204.0, 98.0).unwrap();
        assert_eq!((fax.hundredths(), fax.jfif()), ((20_400, 9_800), (1, 204, 98)));
        let metric = Resolution::by_unit(3, 100.0, 50.0).unwrap();
        assert_eq!((metric.x, metric.y, metric.jfif()), (254.0, 127.0, (1, 254, 127)));
        let odd = Resolution::by_unit(3, 101.0, 101.0).unwrap();
        assert_eq!(odd.jfif(), (2, 101, 101));
        for (x, y) in [(0.0, 300.0), (300.0, f64::NAN), (-1.0, 1.0), (1e9, 1e9)] {
            assert_eq!(Resolution::per_inch(x, y), None);
        }
        assert_eq!(Resolution::by_unit(1, 300.0, 300.0), None);
    }
}
