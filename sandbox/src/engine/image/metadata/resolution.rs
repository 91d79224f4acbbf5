//! How large a picture is on paper.

const CENTIMETRES: f64 = 2.54;
const METRES: f64 = 0.0254;

/// Pixels per inch, across and down; or only how the two are to each other, where a file says no more of its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) struct Resolution {
    pub(in crate::engine) x: f64,
    pub(in crate::engine) y: f64,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Inch,
    Nothing,
}

impl Resolution {
    /// None where these are no sensible figures. 11811 pixels per metre are 300 per inch, not 299.9994.
    pub(in crate::engine) fn per_inch(x: f64, y: f64) -> Option<Self> {
        let sensible = |value: f64| (1.0..=100_000.0).contains(&value);
        let round = |value: f64| {
            let whole = value.round();
            if (value - whole).abs() < 0.013 { whole } else { value }
        };
        (sensible(x) && sensible(y)).then(|| Self { x: round(x), y: round(y), unit: Unit::Inch })
    }

    /// Without a unit: how many pixels across are as long as how many down. None where they are square.
    pub(in crate::engine::image) fn ratio(x: f64, y: f64) -> Option<Self> {
        let sensible = x > 0.0 && y > 0.0 && (0.001..=1000.0).contains(&(x / y));
        (sensible && (x / y - 1.0).abs() > 1e-6).then_some(Self { x, y, unit: Unit::Nothing })
    }

    pub(in crate::engine::image) fn is_ratio(self) -> bool {
        self.unit == Unit::Nothing
    }

    /// Whether another one says something else, beyond what formats round to whole numbers.
    pub(super) fn differs(self, other: Self) -> bool {
        self.unit != other.unit || (self.x - other.x).abs() > 1.0 || (self.y - other.y).abs() > 1.0
    }

    /// How much wider than high a pixel is.
    pub(in crate::engine::image) fn aspect(self) -> f64 {
        self.y / self.x
    }

    /// Pixels per inch on paper, where a file that says nothing has so many.
    pub(in crate::engine) fn on_paper(self, usual: f64) -> (f64, f64) {
        match self.unit {
            Unit::Inch => (self.x, self.y),
            Unit::Nothing => (usual * self.x / self.x.min(self.y), usual * self.y / self.x.min(self.y)),
        }
    }

    pub(super) fn per_centimetre(x: f64, y: f64) -> Option<Self> {
        Self::per_inch(x * CENTIMETRES, y * CENTIMETRES)
    }

    pub(in crate::engine::image) fn per_metre(x: u32, y: u32) -> Option<Self> {
        Self::per_inch(f64::from(x) * METRES, f64::from(y) * METRES)
    }

    /// As EXIF and TIFF tell it: 1 is no unit, 2 an inch, 3 a centimetre.
    pub(super) fn by_unit(unit: u64, x: f64, y: f64) -> Option<Self> {
        match unit {
            1 => Self::ratio(x, y),
            2 => Self::per_inch(x, y),
            3 => Self::per_centimetre(x, y),
            _ => None,
        }
    }

    /// The unit as EXIF and TIFF tell it.
    pub(in crate::engine::image) fn unit(self) -> u16 {
        if self.is_ratio() { 1 } else { 2 }
    }

    /// A ratio in whole numbers up to this one, as near as they come.
    pub(in crate::engine::image) fn whole(self, most: u32) -> (u32, u32) {
        let is_whole = |value: f64| (1.0..=f64::from(most)).contains(&value) && value.fract() == 0.0;
        let factor =
            if is_whole(self.x) && is_whole(self.y) { 1.0 } else { f64::from(most) / self.x.max(self.y) };
        (whole(self.x * factor).max(1), whole(self.y * factor).max(1))
    }

    /// Pixels per metre, as PNG and BMP write it.
    pub(in crate::engine::image) fn metres(self) -> (u32, u32) {
        (whole(self.x / METRES), whole(self.y / METRES))
    }

    /// Hundredths, for formats that write fractions.
    pub(in crate::engine::image) fn hundredths(self) -> (u32, u32) {
        (whole(self.x * 100.0), whole(self.y * 100.0))
    }

    /// What JFIF writes, in whole numbers: the unit (0 for none, 1 for an inch, 2 for a centimetre), across, down.
    pub(in crate::engine::image) fn jfif(self) -> (u8, u16, u16) {
        let short = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        if self.is_ratio() {
            let (x, y) = self.whole(u16::MAX.into());
            return (0, short(x), short(y));
        }
        let whole = |value: f64| short(whole(value));
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
        assert_eq!(scan, Resolution { x: 300.0, y: 300.0, unit: Unit::Inch });
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
        let wide = Resolution::by_unit(1, 1.0, 2.0).unwrap();
        assert_eq!((wide.jfif(), wide.whole(u32::MAX), wide.aspect()), ((0, 1, 2), (1, 2), 2.0));
        assert_eq!((wide.on_paper(96.0), scan.on_paper(96.0)), ((96.0, 192.0), (300.0, 300.0)));
        let (x, y) = Resolution::ratio(1.0, 1.0926).unwrap().whole(1000);
        assert_eq!((x, y), (915, 1000));
    }
}
