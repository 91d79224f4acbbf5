//! The segments of a JPEG, before its pixels.

use super::{COMMENT, Metadata, Resolution, exif};

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// What the segments say, and whether Adobe wrote it, whose inks are inverted.
pub(in crate::engine::image) struct Segments {
    pub(in crate::engine::image) metadata: Metadata,
    pub(in crate::engine::image) adobe: bool,
}

pub(in crate::engine::image) fn read(file: &[u8]) -> Segments {
    let (mut metadata, mut adobe, mut profile) = (Metadata::default(), false, Vec::new());
    for (marker, content) in segments(file) {
        match marker {
            0xe0 => metadata.resolution = metadata.resolution.or_else(|| jfif(content)),
            0xe1 if content.starts_with(exif::PREFIX) => {
                metadata.exif.get_or_insert_with(|| content[exif::PREFIX.len()..].to_vec());
            }
            0xe1 if content.starts_with(XMP) => {
                metadata.xmp.get_or_insert_with(|| content[XMP.len()..].to_vec());
            }
            0xe2 if content.starts_with(PROFILE) && content.len() > PROFILE.len() + 2 => {
                profile.push((content[PROFILE.len()], &content[PROFILE.len() + 2..]));
            }
            0xed if content.starts_with(PHOTOSHOP) => {
                metadata.iptc.get_or_insert_default().extend(&content[PHOTOSHOP.len()..]);
            }
            0xee => adobe |= content.starts_with(b"Adobe"),
            0xfe => {
                let text = String::from_utf8_lossy(content).trim_end_matches('\0').to_owned();
                metadata.comments.push((COMMENT.to_owned(), text));
            }
            _ => {}
        }
    }
    profile.sort_by_key(|(number, _)| *number);
    let profile: Vec<u8> = profile.into_iter().flat_map(|(_, part)| part).copied().collect();
    metadata.icc = Some(profile).filter(|profile| !profile.is_empty());
    let by_exif = metadata.exif.as_deref().and_then(exif::resolution);
    metadata.resolution = metadata.resolution.or(by_exif);
    Segments { metadata, adobe }
}

/// The application segments for XMP and IPTC; None for what does not fit into one.
pub(in crate::engine::image) fn xmp(packet: &[u8]) -> Option<Vec<u8>> {
    let segment = [XMP, packet].concat();
    (segment.len() <= 65_533).then_some(segment)
}

pub(in crate::engine::image) fn iptc(resources: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    resources.chunks(65_000).map(|part| [PHOTOSHOP, part].concat())
}

/// A comment as a segment; None for what does not fit into one.
pub(in crate::engine::image) fn comment((keyword, text): &(String, String)) -> Option<Vec<u8>> {
    let text = if keyword == COMMENT { text.clone() } else { format!("{keyword}: {text}") };
    let length = u16::try_from(text.len() + 2).ok()?.to_be_bytes();
    Some([&[0xff, 0xfe], &length[..], text.as_bytes()].concat())
}

/// Each marker with its content, up to the first scan.
fn segments(file: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Markers may be filled up.
        while file.get(at) == Some(&0xff) && file.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let [0xff, marker, high, low] = file.get(at..at + 4)? else { return None };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *marker == 0xda || length < 2 {
            return None;
        }
        let content = file.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        Some((*marker, content))
    })
}

fn jfif(content: &[u8]) -> Option<Resolution> {
    let content = content.strip_prefix(b"JFIF\0")?;
    let number = |at: usize| Some(f64::from(u16::from_be_bytes([*content.get(at)?, *content.get(at + 1)?])));
    match content.get(2)? {
        1 => Resolution::per_inch(number(3)?, number(5)?),
        2 => Resolution::per_centimetre(number(3)?, number(5)?),
        _ => None,
    }
}
