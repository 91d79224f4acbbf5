//! `CIELab`, as TIFF has it, in sRGB.

use super::samples::Samples;

/// How the lightness and the two axes of colour are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    /// The axes with a sign (`CIELab` of TIFF 6.0).
    Signed,
    /// The axes from the middle on, as in profiles (`ICCLab`).
    Shifted,
}

/// The edge between the two parts of the curve of lightness.
const EDGE: f32 = 6.0 / 29.0;
/// White of D50, which the lightness refers to.
const WHITE: [f32; 3] = [0.964_22, 1.0, 0.825_21];
/// From there to the light of sRGB, adapted to D65 by Bradford's way.
const TO_LIGHT: [[f32; 3]; 3] = [
    [3.133_856, -1.616_866_7, -0.490_614_6],
    [-0.978_768_4, 1.916_141_5, 0.033_454],
    [0.071_945_3, -0.228_991_4, 1.405_242_7],
];

/// The first three of all channels in sRGB; the others stay as they are.
pub(super) fn to_srgb(samples: Samples, stored: Stored, channels: u16) -> Samples {
    let channels = usize::from(channels.max(3));
    match samples {
        Samples::Eight(mut values) => {
            for pixel in values.chunks_exact_mut(channels) {
                let axis = |value: u8| match stored {
                    Stored::Signed => f32::from(value.cast_signed()),
                    Stored::Shifted => f32::from(value) - 128.0,
                };
                let lightness = f32::from(pixel[0]) / 2.55;
                let rgb = srgb([lightness, axis(pixel[1]), axis(pixel[2])]);
                for (to, value) in pixel.iter_mut().zip(rgb) {
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let value = (value * 255.0).round() as u8;
                    *to = value;
                }
            }
            Samples::Eight(values)
        }
        Samples::Sixteen(mut values) => {
            for pixel in values.chunks_exact_mut(channels) {
                let axis = |value: u16| match stored {
                    Stored::Signed => f32::from(value.cast_signed()) / 256.0,
                    Stored::Shifted => f32::from(value) / 256.0 - 128.0,
                };
                let most = if stored == Stored::Signed { 65_535.0 } else { 65_280.0 };
                let lightness = f32::from(pixel[0]) * 100.0 / most;
                let rgb = srgb([lightness, axis(pixel[1]), axis(pixel[2])]);
                for (to, value) in pixel.iter_mut().zip(rgb) {
                    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                    let value = (value * 65_535.0).round() as u16;
                    *to = value;
                }
            }
            Samples::Sixteen(values)
        }
    }
}

/// Red, green and blue, each from 0 to 1.
fn srgb([lightness, a, b]: [f32; 3]) -> [f32; 3] {
    let y = (lightness + 16.0) / 116.0;
    let linear = |t: f32| if t > EDGE { t * t * t } else { 3.0 * EDGE * EDGE * (t - 4.0 / 29.0) };
    let parts = [y + a / 500.0, y, y - b / 200.0].map(linear);
    TO_LIGHT.map(|row| {
        let light: f32 =
            row.iter().zip(parts).zip(WHITE).map(|((factor, part), white)| factor * part * white).sum();
        let shown = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
        shown.clamp(0.0, 1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_that_are_known() {
        // By their values for D50.
        for (lab, rgb) in [
            ([100.0, 0.0, 0.0], [255, 255, 255]),
            ([0.0, 0.0, 0.0], [0, 0, 0]),
            ([53.39, 0.0, 0.0], [127, 127, 127]),
            ([54.29, 80.81, 69.89], [255, 0, 0]),
            ([87.82, -79.27, 80.99], [0, 255, 0]),
            ([29.57, 68.30, -112.03], [0, 0, 255]),
        ] {
            #[allow(clippy::cast_possible_truncation)]
            let made = srgb(lab).map(|value| (value * 255.0).round() as i32);
            assert!(
                made.iter().zip(rgb).all(|(made, wanted)| (made - wanted).abs() <= 1),
                "{lab:?}: {made:?}"
            );
        }
    }

    #[test]
    fn both_ways_to_store_it_in_both_depths() {
        let red = |stored, samples| match to_srgb(samples, stored, 4) {
            Samples::Eight(values) => values,
            Samples::Sixteen(values) => values.into_iter().map(|value| (value >> 8) as u8).collect(),
        };
        for made in [
            red(Stored::Signed, Samples::Eight(vec![138, 81, 70, 9])),
            red(Stored::Shifted, Samples::Eight(vec![138, 209, 198, 9])),
            red(Stored::Signed, Samples::Sixteen(vec![35_579, 20_687, 17_892, 9 << 8])),
            red(Stored::Shifted, Samples::Sixteen(vec![35_440, 53_455, 50_660, 9 << 8])),
        ] {
            assert!(made[0] >= 253 && made[1] < 12 && made[2] < 5 && made[3] == 9, "{made:?}");
        }
    }
}
