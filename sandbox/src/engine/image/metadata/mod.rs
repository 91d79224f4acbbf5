//! What a picture file says besides its pixels.

pub(super) mod bmp;
mod colours;
pub(super) mod exif;
pub(super) mod gif;
pub(super) mod iptc;
pub(super) mod jpeg;
pub(super) mod png;
mod raw;
mod resolution;
pub(super) mod riff;
pub(super) mod structure;
pub(super) mod tiff;
pub(super) mod xmp;

use std::collections::BTreeSet;

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

impl Metadata {
    /// Notes down that the pixels were turned upright.
    pub(super) fn turned(&mut self, orientation: Orientation) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let sides = matches!(orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH);
        self.lay = Some(orientation.to_exif());
        if let Some(exif) = &mut self.exif {
            exif::turned(exif, sides);
        }
        if let Some(xmp) = &mut self.xmp {
            xmp::upright(xmp);
        }
        if let Some(resolution) = self.resolution.as_mut().filter(|_| sides) {
            resolution.turn();
        }
    }

    /// Keeps nothing but the profile and the resolution, which tell how the pixels are shown.
    pub(super) fn strip(&mut self) {
        *self = Self { icc: self.icc.take(), resolution: self.resolution, ..Self::default() };
    }
}
