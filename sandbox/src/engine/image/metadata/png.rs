//! The chunks of a PNG, also those after its pixels.

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::{Metadata, Resolution, colours, exif, raw};
use crate::names::in_any_encoding;

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
    let (mut gamma, mut primaries, mut srgb, mut code, mut texts) = (None, None, false, None, Vec::new());
    let mut depth = 0;
    let end = end(file).unwrap_or(file.len());
    metadata.others.extend(super::behind(file, end));
    let file = &file[..end];
    for (name, content) in chunks(file) {
        match name {
            b"IHDR" => depth = depth_of(content).unwrap_or_default(),
            b"sBIT" if content.iter().any(|bits| *bits < depth) => {
                metadata.others.insert("how many of the bits of its pixels count (sBIT)".to_owned());
            }
            b"pHYs" => metadata.resolution = physical(content),
            b"eXIf" => metadata.exif = Some(exif::without_prefix(content.to_vec())),
            b"iCCP" => metadata.icc = metadata.icc.or_else(|| profile(content)),
            b"cICP" => code = Some(content),
            b"sRGB" => {
                srgb = true;
                // The usual intent is that for pictures.
                if content.first().is_some_and(|intent| *intent != 0) {
                    metadata.others.insert("how colours are to be fitted to a screen (sRGB)".to_owned());
                }
            }
            b"gAMA" => gamma = number(content, 0).filter(|gamma| (1..=1_000_000).contains(gamma)),
            b"cHRM" => primaries = (0..8).map(|index| number(content, index)).collect::<Option<Vec<_>>>(),
            b"tEXt" | b"zTXt" | b"iTXt" => match text(name, content) {
                Some((keyword, text)) if keyword == XMP => metadata.xmp = Some(text.into_bytes()),
                Some(comment) => texts.push(comment),
                None => {}
            },
            name => metadata.others.extend(other(*name)),
        }
        if name == b"iTXt" && is_translated(content) {
            metadata
                .others
                .insert("the languages of its texts, and their keywords in these (iTXt)".to_owned());
        }
    }
    // What has a chunk of its own counts before what is a text.
    texts.retain(|(keyword, text)| !raw::read(keyword, text, &mut metadata));
    metadata.comments = texts;
    if frames(file).is_some()
        && chunks(file).find(|(name, _)| FRAME.contains(name)).is_some_and(|(name, _)| name == b"IDAT")
    {
        metadata.others.insert("the picture for programs without animations".to_owned());
    }
    // It counts before all others.
    if code.is_some_and(colours::is_srgb) {
        (metadata.icc, srgb) = (None, true);
    } else if let Some(code) = code {
        match colours::by_code(code) {
            Some(icc) => metadata.icc = Some(icc),
            None => drop(metadata.others.insert("the colours by codes that are not known (cICP)".to_owned())),
        }
    }
    if metadata.icc.is_none() && !srgb {
        metadata.icc = colours::by_figures(gamma, primaries);
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

/// How many pictures of an animation are whole, and how many were begun, where the file ends before it says so.
pub(in crate::engine::image) fn whole_before_cut(file: &[u8]) -> Option<(usize, usize)> {
    let begun = chunks(file).filter(|(name, _)| *name == b"fcTL").count();
    // The last that was begun may lack a part.
    end(file).is_none().then(|| (begun.saturating_sub(1), begun))
}

/// Where its last chunk ends.
fn end(file: &[u8]) -> Option<usize> {
    let mut at = 8;
    for (name, content) in chunks(file) {
        at += 12 + content.len();
        if name == b"IEND" {
            return Some(at.min(file.len()));
        }
    }
    None
}

/// How many bits a sample has; the colours of a palette have 8.
fn depth_of(header: &[u8]) -> Option<u8> {
    const PALETTE: u8 = 3;
    let (depth, colours) = (*header.get(8)?, *header.get(9)?);
    Some(if colours == PALETTE { 8 } else { depth })
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
            in_any_encoding(&if packed { unpack(text)? } else { text.to_vec() })
        }
    };
    Some((keyword, text))
}

/// Whether a text says in which language it is, or has its keyword in that.
fn is_translated(content: &[u8]) -> bool {
    let behind = content.iter().position(|byte| *byte == 0).and_then(|end| content.get(end + 3..));
    behind.is_some_and(|behind| behind.splitn(3, |byte| *byte == 0).take(2).any(|part| !part.is_empty()))
}
