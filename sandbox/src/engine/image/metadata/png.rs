//! The chunks of a PNG, also those after its pixels.

use std::io::Read;

use flate2::read::ZlibDecoder;
use moxcms::{
    Chromaticity, CicpProfile, ColorPrimaries, ColorProfile, LocalizableString, ProfileText, ToneReprCurve,
    Xyzd,
};

use super::{Metadata, Resolution, exif};

/// The longest text that is unpacked.
const MAX_TEXT: u64 = 16 << 20;
const XMP: &str = "XML:com.adobe.xmp";
/// What a frame of an animation begins with, and what a picture outside of it does.
const FRAME: [&[u8; 4]; 2] = [b"fcTL", b"IDAT"];
/// What the pixels and the animation are made of, and what only helps to show them.
const PIXELS: [&[u8; 4]; 10] =
    [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"sBIT", b"iDOT"];

pub(in crate::engine::image) fn read(file: &[u8]) -> Metadata {
    let mut metadata = Metadata::default();
    let (mut gamma, mut primaries, mut srgb) = (None, None, false);
    for (name, content) in chunks(file) {
        match name {
            b"pHYs" => metadata.resolution = physical(content),
            b"eXIf" => metadata.exif = Some(exif::without_prefix(content.to_vec())),
            b"iCCP" => metadata.icc = metadata.icc.or_else(|| profile(content)),
            b"cICP" => metadata.icc = by_code(content).or(metadata.icc),
            b"sRGB" => srgb = true,
            b"gAMA" => gamma = number(content, 0).filter(|gamma| (1..=1_000_000).contains(gamma)),
            b"cHRM" => primaries = (0..8).map(|index| number(content, index)).collect::<Option<Vec<_>>>(),
            b"tEXt" | b"zTXt" | b"iTXt" => match text(name, content) {
                Some((keyword, text)) if keyword == XMP => metadata.xmp = Some(text.into_bytes()),
                Some(comment) => metadata.comments.push(comment),
                None => {}
            },
            name => metadata.others.extend(other(*name)),
        }
    }
    if frames(file).is_some()
        && chunks(file).find(|(name, _)| FRAME.contains(name)).is_some_and(|(name, _)| name == b"IDAT")
    {
        metadata.others.insert("the picture for programs without animations".to_owned());
    }
    if metadata.icc.is_none() && !srgb {
        metadata.icc = by_figures(gamma, primaries);
    }
    metadata
}

/// Frames that an animation says it has.
pub(in crate::engine::image) fn frames(file: &[u8]) -> Option<(u32, u32)> {
    let control = chunks(file).take_while(|(name, _)| *name != b"IDAT").find(|(name, _)| *name == b"acTL")?.1;
    Some((number(control, 0)?, number(control, 1)?))
}

fn chunks(file: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    let mut at = 8_usize;
    std::iter::from_fn(move || {
        let length = usize::try_from(number(file.get(at..)?, 0)?).ok()?;
        let name = file.get(at + 4..at + 8)?.try_into().ok()?;
        let content = file.get(at + 8..(at + 8).checked_add(length)?)?;
        at += 12 + length;
        Some((name, content))
    })
}

fn number(content: &[u8], index: usize) -> Option<u32> {
    content.get(index * 4..index * 4 + 4)?.try_into().ok().map(u32::from_be_bytes)
}

fn physical(content: &[u8]) -> Option<Resolution> {
    let (x, y) = (number(content, 0)?, number(content, 1)?);
    match content.get(8)? {
        0 => Resolution::ratio(x.into(), y.into()),
        1 => Resolution::per_metre(x, y),
        _ => None,
    }
}

/// What is not read here.
fn other(name: [u8; 4]) -> Option<String> {
    let what = match &name {
        b"tIME" => "the time of the last change (tIME)",
        b"bKGD" => "the background (bKGD)",
        b"mDCV" | b"cLLI" => "the brightness of the screen it was made on (mDCV, cLLI)",
        b"hIST" => return None,
        known if PIXELS.contains(&known) => return None,
        _ => return name.is_ascii().then(|| String::from_utf8_lossy(&name).into_owned()),
    };
    Some(what.to_owned())
}

fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(packed).take(MAX_TEXT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn profile(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|byte| *byte == 0)?;
    unpack(content.get(name + 2..)?)
}

/// A keyword and its text: in Latin letters, packed, or in UTF-8.
fn text(name: &[u8], content: &[u8]) -> Option<(String, String)> {
    let latin = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let mut parts = content.splitn(2, |byte| *byte == 0);
    let (keyword, rest) = (latin(parts.next()?), parts.next()?);
    let text = match name {
        b"tEXt" => latin(rest),
        b"zTXt" => latin(&unpack(rest.get(1..)?)?),
        _ => {
            let packed = *rest.first()? == 1;
            let text = rest.get(2..)?.splitn(3, |byte| *byte == 0).nth(2)?;
            String::from_utf8(if packed { unpack(text)? } else { text.to_vec() }).ok()?
        }
    };
    Some((keyword, text))
}

/// The profile of colours that are named by their numbers in H.273.
fn by_code(content: &[u8]) -> Option<Vec<u8>> {
    let [primaries, transfer, ..] = *content else { return None };
    // Those of sRGB.
    if (primaries, transfer) == (1, 13) {
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

/// The profile of colours that are given as a gamma and primaries; none for what is near sRGB.
fn by_figures(gamma: Option<u32>, primaries: Option<Vec<u32>>) -> Option<Vec<u8>> {
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
