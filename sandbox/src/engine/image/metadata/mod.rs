//! What a picture file says besides its pixels.

pub(super) mod bmp;
pub(super) mod exif;
pub(super) mod gif;
pub(super) mod jpeg;
pub(super) mod png;
mod resolution;
pub(super) mod riff;
pub(super) mod structure;
pub(super) mod tiff;

use std::collections::BTreeSet;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use image::metadata::Orientation;

use crate::names::in_any_encoding;

pub(in crate::engine) use resolution::Resolution;

#[derive(Clone, Default)]
pub(in crate::engine) struct Metadata {
    /// The colour profile (ICC) of the pixels; without one they are in sRGB.
    pub(in crate::engine) icc: Option<Vec<u8>>,
    /// A TIFF without pixels, as EXIF has it.
    pub(in crate::engine) exif: Option<Vec<u8>>,
    /// XML in UTF-8.
    pub(in crate::engine) xmp: Option<Vec<u8>>,
    /// Image resources of Photoshop, in which IPTC is.
    pub(in crate::engine) iptc: Option<Vec<u8>>,
    /// Each with a keyword, as PNG has them.
    pub(in crate::engine) comments: Vec<(String, String)>,
    pub(in crate::engine) resolution: Option<Resolution>,
    /// What else the file has, by name, which no output has.
    pub(super) others: BTreeSet<String>,
    /// How the pixels lay before they were turned upright, as EXIF counts, from 2 to 8.
    pub(super) lay: Option<u8>,
}

/// The keyword of comments that have none.
pub(super) const COMMENT: &str = "Comment";

/// A comment in one line, with its keyword where it has one.
pub(super) fn line((keyword, text): &(String, String)) -> String {
    if keyword == COMMENT { text.clone() } else { format!("{keyword}: {text}") }
}

/// A text that is ASCII by its standard, UTF-8 and others by use.
fn text(bytes: &[u8]) -> Option<String> {
    let text = in_any_encoding(bytes);
    Some(text.trim_matches('\0').to_owned()).filter(|text| !text.is_empty())
}

/// A packet of XMP, which may be in UTF-16, in UTF-8.
fn packet(bytes: Vec<u8>) -> Vec<u8> {
    let marked = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding);
    let encoding = marked.or(match bytes.get(..2) {
        Some(b"<\0") => Some(UTF_16LE),
        Some(b"\0<") => Some(UTF_16BE),
        _ => None,
    });
    match encoding {
        Some(encoding) => encoding.decode_with_bom_removal(&bytes).0.into_owned().into_bytes(),
        None => bytes,
    }
}

impl Metadata {
    /// Notes down that the pixels were turned upright.
    pub(super) fn turned(&mut self, orientation: Orientation) {
        self.lay = Some(orientation.to_exif());
        if let Some(exif) = &mut self.exif {
            exif::turned(exif);
        }
        if let Some(xmp) = &mut self.xmp {
            upright(xmp);
        }
        if matches!(
            orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        ) && let Some(resolution) = &mut self.resolution
        {
            resolution.turn();
        }
    }

    /// Keeps nothing but the profile and the resolution, which tell how the pixels are shown.
    pub(super) fn strip(&mut self) {
        *self = Self { icc: self.icc.take(), resolution: self.resolution, ..Self::default() };
    }
}

/// Makes the orientation of an XMP packet 1, without changing its length.
fn upright(xmp: &mut [u8]) {
    for (name, quotes) in
        [(&b"tiff:Orientation=\""[..], b'"'), (b"tiff:Orientation='", b'\''), (b"<tiff:Orientation>", b'<')]
    {
        let found = xmp.windows(name.len()).position(|part| part == name).map(|at| at + name.len());
        if let Some(at) = found
            && let Some([digit @ b'1'..=b'8', end]) = xmp.get_mut(at..at + 2)
            && *end == quotes
        {
            *digit = b'1';
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn xmp_is_in_utf_8() {
        let text = "<x title=\"Größe\"/>";
        let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            wide(u16::to_le_bytes),
            [&b"\xfe\xff"[..], &wide(u16::to_be_bytes)].concat(),
        ] {
            assert_eq!(super::packet(bytes), text.as_bytes());
        }
    }

    #[test]
    fn xmp_is_turned() {
        for (before, after) in [
            ("<x tiff:Orientation=\"6\"/>", "<x tiff:Orientation=\"1\"/>"),
            ("<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"),
            ("<x tiff:Orientation=\"66\"/>", "<x tiff:Orientation=\"66\"/>"),
            ("tiff:Orientation='", "tiff:Orientation='"),
        ] {
            let mut xmp = before.as_bytes().to_vec();
            super::upright(&mut xmp);
            assert_eq!(xmp, after.as_bytes());
        }
    }
}
