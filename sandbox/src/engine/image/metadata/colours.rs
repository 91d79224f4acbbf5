//! Profiles for colours that a file gives as figures: by their numbers in H.273, or as a gamma and primaries.

use moxcms::{
    Chromaticity, CicpProfile, ColorPrimaries, ColorProfile, LocalizableString, ProfileText, ToneReprCurve,
    Xyzd,
};

/// Whether such numbers are those of sRGB.
pub(super) fn is_srgb(content: &[u8]) -> bool {
    matches!(content, [1, 13, ..])
}

/// The profile of colours that are named by their numbers in H.273.
pub(super) fn by_code(content: &[u8]) -> Option<Vec<u8>> {
    let [primaries, transfer, ..] = *content else { return None };
    // The others are for later, or say that nothing is said.
    if !matches!(primaries, 1 | 4..=12 | 22) || !matches!(transfer, 1 | 4..=18) {
        return None;
    }
    let code = CicpProfile {
        color_primaries: primaries.try_into().ok()?,
        transfer_characteristics: transfer.try_into().ok()?,
        matrix_coefficients: 0_u8.try_into().ok()?,
        full_range: true,
    };
    written(ColorProfile::new_from_cicp(code), "Colours by codes")
}

pub(super) fn adobe_rgb() -> Option<Vec<u8>> {
    written(ColorProfile::new_adobe_rgb(), "Adobe RGB (1998)")
}

/// The profile of colours that are given as a gamma and primaries; none for what is near sRGB.
pub(super) fn by_figures(gamma: Option<u32>, primaries: Option<Vec<u32>>) -> Option<Vec<u8>> {
    const SRGB: [u32; 8] = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000];
    let near = |have: &[u32]| have.iter().zip(SRGB).all(|(have, srgb)| have.abs_diff(srgb) <= 200);
    let gamma = gamma.unwrap_or(45_455);
    let primaries = primaries.unwrap_or_else(|| SRGB.to_vec());
    if gamma.abs_diff(45_455) <= 500 && near(&primaries) {
        return None;
    }
    let share = |value: u32| f64::from(value) / 100_000.0;
    #[allow(clippy::cast_possible_truncation)]
    let point =
        |index: usize| Chromaticity::new(share(primaries[index]) as f32, share(primaries[index + 1]) as f32);
    let mut profile = ColorProfile::new_srgb();
    let primaries = ColorPrimaries { red: point(2), green: point(4), blue: point(6) };
    profile.update_rgb_colorimetry(point(0).to_xyyb(), primaries);
    #[allow(clippy::cast_possible_truncation)]
    let curve = ToneReprCurve::Parametric(vec![(1.0 / share(gamma)) as f32]);
    profile.red_trc = Some(curve.clone());
    profile.green_trc = Some(curve.clone());
    profile.blue_trc = Some(curve);
    written(profile, "Colours by figures")
}

/// A profile as a file may have it. Readers leave out what is not as the standard has it (ICC.1, 7.2): profiles of
/// unfinished words, of another light than D50, without a name and a white. A name of an even length fills its words.
fn written(mut profile: ColorProfile, name: &str) -> Option<Vec<u8>> {
    const D50: [u8; 12] = [0, 0, 0xf6, 0xd6, 0, 1, 0, 0, 0, 0, 0xd3, 0x2d];
    let text = LocalizableString::new("en".into(), "US".into(), name.into());
    profile.description = Some(ProfileText::Localizable(vec![text.clone()]));
    profile.copyright = Some(ProfileText::Localizable(vec![text]));
    profile.media_white_point = Some(Xyzd { x: 0.9642, y: 1.0, z: 0.8249 });
    let mut bytes = profile.encode().ok()?;
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let length = u32::try_from(bytes.len()).ok()?.to_be_bytes();
    bytes.get_mut(..4)?.copy_from_slice(&length);
    bytes.get_mut(68..80)?.copy_from_slice(&D50);
    Some(bytes)
}
